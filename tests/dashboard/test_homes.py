"""Homes: what each kind of person finds, what they must not find, and that it costs the same with many rows."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import add
from accelerator.core.outbox import JobState
from accelerator.core.web import App
from accelerator.dashboard.greeting import greeting
from accelerator.dashboard.lines import DateLine, Todo, coming, pressing
from accelerator.demo_day.models import Investor, Vetting
from accelerator.demo_day.operations import call_next
from accelerator.events.models import Event
from accelerator.intake.models import ApplicationState
from accelerator.intake.operations.forms import create_form
from accelerator.mentoring.models import AgreedAction, SessionState, Side
from accelerator.notifications.models import MessageState
from accelerator.programmes.models import Edition
from accelerator.progress.operations.templates import create_templates
from accelerator.reporting.models import Report, ReportState, Snapshot
from accelerator.scoring.models import AssignmentState, Commitment, CommitmentState, RoundState
from accelerator.screening.operations.editing import create_rules
from accelerator.selection.models import Basis, Choice, Decision, Offer, Release
from tests.factories import Browser, make_application, make_cohort_startup, make_edition, make_member, make_sector
from tests.factories.dashboard import (
    furnish_startup,
    make_assignment,
    make_event,
    make_mentor,
    make_round,
    make_session,
    membership,
)
from tests.factories.demo_day import make_demo_day, make_pitch
from tests.factories.notifications import make_job, make_message
from tests.factories.scoring import make_conflict

MOST = 15


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition whose coaching runs."""
    today = clock.now().date()
    with db.transaction():
        return make_edition(
            starts_on=today - timedelta(days=20),
            coaching_ends_on=today + timedelta(days=40),
            demo_day_on=today + timedelta(50),
        )


def statements(browser: Browser, edition: Edition, seen: list[str]) -> tuple[str, int]:
    """The home's text and how many statements it took."""
    seen.clear()
    answer = browser.get(f"/editions/{edition.slug}/home")
    assert answer.status_code == 200
    return answer.text, len(seen)


PREPARING = (
    "There are no sectors yet",
    "The call has no form yet",
    "There are no eligibility rules yet",
    "No round of scoring is prepared",
    "No reviewers yet",
    "No milestone templates yet",
)


def todos(text: str) -> list[str]:
    """What the list of things to do says, in its order, without what an edition of a test never prepared."""
    return [title for title in all_todos(text) if title not in PREPARING]


def all_todos(text: str) -> list[str]:
    """The whole list, in its order."""
    part = text.split('class="list todo"', 1)
    return re.findall(r'<div><a href="[^"]+">([^<]+)</a>', part[1].split("</ul>")[0]) if len(part) > 1 else []


def links(text: str) -> set[str]:
    """Every address on the page."""
    return set(re.findall(r'href="(/[^"#?]*)', text))


@pytest.mark.parametrize("number", [1, 3])
def test_the_team_sees_the_funnel_and_what_waits(
    browser: Browser, edition: Edition, count_queries: list[str], number: int
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        staff, slow = (
            make_member(edition, Role.STAFF),
            make_member(edition, Role.REVIEWER, given_name="Lena", family_name="Brandt"),
        )
        this_round = make_round(edition)
        for _ in range(number):
            make_application(edition, country="EE")
            make_application(edition, ApplicationState.DRAFT)
            make_assignment(edition, this_round, slow, AssignmentState.TO_DO)
            make_message(edition, state=MessageState.BOUNCED)
            make_job(edition, JobState.DEAD, finished_at=clock.now())
            investor = make_member(edition)
            add(Investor(edition_id=edition.id, person_id=investor.id, firm="F"))
            make_event(edition, days=_ + 1)
    text, count = statements(browser.sign_in(staff), edition, count_queries)
    assert count == 13
    waits = {
        1: (
            "application to check against the rules",
            "waits",
            "e-mail bounced",
            "job stopped",
            "investor asks to be admitted",
        ),
        3: (
            "applications to check against the rules",
            "wait",
            "e-mails bounced",
            "jobs stopped",
            "investors ask to be admitted",
        ),
    }[number]
    assert todos(text) == [
        "1 reviewer may not finish",
        f"{number} {waits[4]}",
        f"{number} {waits[0]}",
        f"{number} {waits[2]}",
        f"{number} {waits[3]}",
    ]
    figures = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)<", text)
    assert figures[:4] == [
        ("Applications", str(2 * number)),
        ("Eligible", str(number)),
        ("Reviews in", f"0 of {number}"),
        ("Fully scored", "0"),
    ]
    assert text.count("Lena Brandt") == 2, "the name and its progress"
    assert "E-mails or jobs are stuck." in text


def test_the_team_is_told_what_is_still_to_prepare(app: App, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
    home, browser = f"/editions/{edition.slug}/home", Browser(app).sign_in(staff)
    assert sorted(all_todos(browser.get(home).text)) == sorted(PREPARING)
    with db.transaction() as session, scope.choose(edition.scope):
        edition = session.get_one(Edition, edition.id)
        make_sector(edition)
        make_member(edition, Role.REVIEWER)
        make_round(edition)
        create_form(edition, actor=staff)
        create_rules(edition, actor=staff)
        create_templates(edition, actor=staff)
    assert all_todos(browser.get(home).text) == []


def test_a_release_waits_for_the_other_person_only(app: App, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        first, second = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
        partner = make_member(edition, Role.PARTNER)
        add(Release(edition_id=edition.id, counts={}, digest="0" * 64, prepared_by=first.id, prepared_at=clock.now()))
    texts = [Browser(app).sign_in(who).get(f"/editions/{edition.slug}/home").text for who in (first, second, partner)]
    assert [todos(text) for text in texts] == [
        [],
        ["A release waits for a second person"],
        ["A release waits for a second person"],
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_a_reviewer_sees_the_queue(browser: Browser, edition: Edition, count_queries: list[str], number: int) -> None:
    with db.transaction(), scope.choose(edition.scope):
        reviewer, other = make_member(edition, Role.REVIEWER), make_member(edition, Role.REVIEWER)
        this_round = make_round(edition)
        for position in range(number):
            shared = make_application(edition, ApplicationState.ELIGIBLE)
            make_assignment(
                edition, this_round, reviewer, AssignmentState.TO_DO, position=position + 2, application=shared
            )
            make_assignment(edition, this_round, other, AssignmentState.TO_DO, application=shared)
        first = make_application(edition, ApplicationState.ELIGIBLE)
        make_assignment(edition, this_round, reviewer, AssignmentState.STARTED, position=1, application=first)
        make_assignment(edition, this_round, reviewer, AssignmentState.DONE, position=0)
        invited = make_round(edition, 2)
        add(
            Commitment(
                edition_id=edition.id,
                round_id=invited.id,
                person_id=reviewer.id,
                state=CommitmentState.INVITED,
                expertise=[],
                languages=[],
            )
        )
    text, count = statements(browser.sign_in(reviewer), edition, count_queries)
    assert count == 7
    assert f"1 of {number + 2} scored" in text
    assert f"/editions/{edition.slug}/reviews/{first.reference}" in links(text)
    assert todos(text) == ["Say whether you take part in Round 2", f"{number + 1} applications to score"]


def test_a_reviewer_without_a_round_is_told_so(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        reviewer = make_member(edition, Role.REVIEWER)
    assert "Nothing to score yet" in browser.sign_in(reviewer).get(f"/editions/{edition.slug}/home").text


@pytest.fixture
def midday() -> Iterator[None]:
    """Noon on the west coast tomorrow: what a mentor there offers today is still to come."""
    with time_machine.travel((clock.now() + timedelta(days=1)).replace(hour=20, minute=0)):
        yield


@pytest.mark.usefixtures("midday")
@pytest.mark.parametrize("number", [1, 3])
def test_a_mentor_sees_the_next_call_and_what_is_due(
    browser: Browser, edition: Edition, count_queries: list[str], number: int
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        mentor, person = make_mentor(edition)
        _, stranger = make_mentor(edition)
        for hour in range(number):
            startup, _founder = make_cohort_startup(edition)
            make_session(edition, mentor, startup.id, 2 + hour)
            held = make_session(edition, mentor, startup.id, -30 - hour, state=SessionState.HELD)
            add(AgreedAction(session_id=held.id, text=f"Send slides {hour}", owner=Side.MENTOR))
    text, count = statements(browser.sign_in(person), edition, count_queries)
    assert count == 8
    assert re.findall(r"Next session, in [^<]+", text) == ["Next session, in 1 hour 59 minutes"]
    assert "https://video.example/maya" in text
    assert len(todos(text)) == 2 * number
    assert todos(text)[0].startswith("Note for Startup")
    assert text.count("<td>") >= 7
    assert todos(browser.sign_in(stranger).get(f"/editions/{edition.slug}/home").text) == []


def test_a_mentor_without_a_page_is_shown_the_way(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        person = make_member(edition, Role.MENTOR)
    text = browser.sign_in(person).get(f"/editions/{edition.slug}/home").text
    assert "Your page is not ready yet" in text


@pytest.mark.parametrize("number", [1, 3])
def test_a_startup_sees_its_way(browser: Browser, edition: Edition, count_queries: list[str], number: int) -> None:
    with db.transaction(), scope.choose(edition.scope):
        founder = furnish_startup(edition, number)
        furnish_startup(edition, 2)
    text, count = statements(browser.sign_in(founder), edition, count_queries)
    assert count == 12
    assert len(re.findall(r"Next session, in [^<]+", text)) == 1
    assert len(re.findall(r'<li class="(?:now|)"', text)) == number
    assert re.findall(r'<span class="xs (\w+)">([^<]+)</span>', text)[:1] == [
        ("bad", "−¥21,000 since the last value · worsening")
    ]
    assert text.count('class="panel kpi"') == number
    assert text.count("Call ") - text.count("Call page") >= number
    asked = ["1 investor wants to meet you", "Check your Demo Day card in both languages"]
    assert [todo for todo in todos(text) if todo in asked] == asked[::-1]
    assert [todo for todo in todos(text) if todo.startswith("Milestone")] == [
        f"Milestone {count}" for count in range(number)
    ]


@pytest.mark.parametrize("state", list(ApplicationState))
def test_an_applicant_sees_no_more_than_was_released(
    browser: Browser, edition: Edition, state: ApplicationState
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        application = make_application(edition, state)
        founder = application.applicant
        add(
            Decision(
                edition_id=edition.id,
                application_id=application.id,
                choice=Choice.DECLINE,
                basis=Basis.RAW,
                reason="Secret reason",
                decided_by=founder.id,
                decided_at=clock.now(),
            )
        )
        add(
            Offer(
                edition_id=edition.id,
                application_id=application.id,
                made_at=clock.now(),
                expires_at=clock.now() + timedelta(days=2),
            )
        )
        make_application(edition, applicant=make_member(edition), name="Somebody else")
        membership(edition, founder)
    text = browser.sign_in(founder).get(f"/editions/{edition.slug}/home").text
    assert [word in text for word in ("Secret reason", "Somebody else")] == [False, False]
    decided = {"offered", "waiting", "declined", "joined", "turned_down"}
    assert (f"/editions/{edition.slug}/my/{application.reference}/letter" in links(text)) is (state.value in decided)
    expected = {"offered": ["Answer the offer of a place"], "draft": ["Finish and send your application"]}
    assert todos(text) == expected.get(state.value, [])
    assert re.findall(r'<span class="tag[^"]*">([^<]+)</span>', text)[0] == state.public_label


def test_an_investor_sees_demo_day_and_the_own_list(
    browser: Browser, edition: Edition, count_queries: list[str]
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        furnish_startup(edition, 1)
        who = make_member(edition, Role.INVESTOR)
        add(Investor(edition_id=edition.id, person_id=who.id, firm="Other", vetting=Vetting.ASKED))
    text, count = statements(browser.sign_in(who), edition, count_queries)
    assert count == 7
    assert "Star startups while you watch." in text
    assert "To be checked." in text
    assert "1 startup pitches" in text


@pytest.mark.parametrize("number", [1, 3])
def test_a_partner_sees_sums_and_reports(
    browser: Browser, edition: Edition, count_queries: list[str], number: int
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        partner = make_member(edition, Role.PARTNER)
        for count in range(number):
            make_application(edition, ApplicationState.DECLINED, name="Declined and private", country="EE")
            make_cohort_startup(edition, country="JP")
            snapshot = add(
                Snapshot(
                    edition_id=edition.id,
                    number=count + 1,
                    taken_at=clock.now(),
                    taken_by=partner.id,
                    title=f"Final {count}",
                    figures={},
                    digest="0" * 64,
                )
            )
            add(
                Report(
                    edition_id=edition.id,
                    snapshot_id=snapshot.id,
                    language="en",
                    state=ReportState.READY,
                    storage_key="a" * 64,
                    asked_by=partner.id,
                    asked_at=clock.now(),
                    ready_at=clock.now(),
                    pages=12,
                )
            )
    text, count = statements(browser.sign_in(partner), edition, count_queries)
    assert count == 9  # one of them asks whether the partner's organisation reads
    assert "Declined and private" not in text
    figures = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)<", text)
    assert figures == [
        ("Applications", str(2 * number)),
        ("Startups", f"{number} of 17"),
        ("Milestones achieved", "0 of 0"),
        ("Mentoring sessions held", "0"),
    ]
    assert text.count("12 pages") == number
    assert "Week 3 of 9." in text


def test_a_partner_counts_without_what_bars_them(browser: Browser, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        partner = make_member(edition, Role.PARTNER)
        make_application(edition, ApplicationState.DECLINED, country="EE")
        make_conflict(make_application(edition, ApplicationState.ELIGIBLE, country="FR"), partner)
    text = browser.sign_in(partner).get(f"/editions/{edition.slug}/home").text
    assert re.findall(r"<dt>Applications</dt><dd>([^<]+)<small>([^<]+)", text) == [("1", "from 1 country")]


def test_all_homes_stay_within_their_statements(app: App, edition: Edition, count_queries: list[str]) -> None:
    with db.transaction(), scope.choose(edition.scope):
        people = [make_member(edition, role) for role in Role if role is not Role.FOUNDER]
        people.append(furnish_startup(edition, 3))
    for person in people:
        _text, count = statements(Browser(app).sign_in(person), edition, count_queries)
        assert count <= MOST


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_link_of_a_home_leads_somewhere(app: App, edition: Edition, language: str) -> None:
    with db.transaction(), scope.choose(edition.scope):
        founder = furnish_startup(edition, 2)
        people = [make_member(edition, role, language=language) for role in Role if role is not Role.FOUNDER]
        make_event(edition)
    for person in [founder, *people]:
        visitor = Browser(app).sign_in(person)
        main = visitor.get(f"/editions/{edition.slug}/home").text.split("<main", 1)[1].split("</main>")[0]
        dead = [path for path in sorted(links(main)) if visitor.get(path).status_code not in (200, 302)]
        assert dead == []


def test_who_has_no_role_has_no_home(app: App, edition: Edition) -> None:
    with db.transaction():
        stranger, foreign = make_member(edition), make_member(make_edition(), Role.ADMIN)
    path = f"/editions/{edition.slug}/home"
    assert [Browser(app).sign_in(who).get(path).status_code for who in (stranger, foreign)] == [404, 404]
    assert Browser(app).get(path).location.startswith("/sign-in?next=")
    assert (
        Browser(app).sign_in(stranger).post(f"/editions/{edition.slug}/workspace", {"workspace": "admin"}).status_code
        == 404
    )


def test_switching_workspaces(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        person = make_member(edition, Role.STAFF, Role.REVIEWER)
    path = f"/editions/{edition.slug}"
    browser.sign_in(person)
    assert "Nothing to score yet" not in browser.get(f"{path}/home").text
    assert browser.post(f"{path}/workspace", {"workspace": "reviewer"}).location == f"{path}/home"
    assert "Nothing to score yet" in browser.get(f"{path}/home").text
    browser.post(f"{path}/workspace", {"workspace": "admin"})
    assert "Nothing to score yet" in browser.get(f"{path}/home").text, "a role that is not held changes nothing"


def test_the_way_home(browser: Browser, edition: Edition) -> None:
    assert browser.get("/home").location == "/sign-in?next=/home"
    with db.transaction():
        newer = make_edition()
        nobody = make_member(edition)
        person = make_member(edition, Role.STAFF)
    with db.transaction():
        membership(newer, person)
    assert browser.sign_in(nobody).get("/home").location == "/"
    browser.sign_in(person)
    assert browser.get("/home").location == f"/editions/{newer.slug}/home"
    browser.get(f"/editions/{edition.slug}/home")
    assert browser.get("/home").location == f"/editions/{edition.slug}/home"


def test_lines_are_sorted_by_the_editions_days() -> None:
    now = clock.now().replace(year=2020, month=10, day=8, hour=20)  # 9 October, 05:00 in Kobe
    lines = [
        DateLine(date(2020, 10, 8), "gone"),
        DateLine(date(2020, 10, 9), "today"),
        DateLine(now, "now"),
        DateLine(now - timedelta(minutes=1), "past"),
        DateLine(date(2020, 11, 12), "far"),
    ]
    assert [line.title for line in coming(lines, now, "Asia/Tokyo")] == ["today", "now", "far"]
    wanted = [Todo("later", "x", due=date(2020, 11, 1)), Todo("never", "x"), Todo("soon", "x", due=now)]
    assert [todo.title for todo in pressing(wanted, "Asia/Tokyo")] == ["soon", "later", "never"]


@pytest.mark.parametrize(
    ("hour", "words"), [(0, "Good morning"), (3, "Good afternoon"), (10, "Good evening"), (17, "Good evening")]
)
def test_greetings_follow_the_readers_clock(hour: int, words: str) -> None:
    person = Person(given_name="Aoi", family_name="Morita", zone="Asia/Tokyo")
    assert greeting(person, clock.now().replace(hour=hour)) == f"{words}, Aoi"


def test_the_switcher_lists_every_edition_and_workspace_of_the_person(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        person = make_member(edition, Role.STAFF, Role.MENTOR)
        other = make_edition(slug="other", name={"en": "Osaka 2027", "ja": "大阪2027"})
        add(Membership(person_id=person.id, edition_id=other.id, role=Role.REVIEWER, created_at=clock.now()))
        left = make_edition(slug="left", name={"en": "Nagoya 2027", "ja": "名古屋2027"})
        now = clock.now()
        add(Membership(person_id=person.id, edition_id=left.id, role=Role.STAFF, created_at=now, ended_at=now))
        make_edition(slug="strange", name={"en": "Sendai 2027", "ja": "仙台2027"})
    page = browser.sign_in(person).get(f"/editions/{edition.slug}/home").text
    switcher = page.split('class="switcher"')[1].split("</details>")[0]
    assert (f"/workspaces?but={edition.slug}" in switcher, 'value="mentor"' in switcher) == (True, True)
    for listed in (
        browser.get(f"/workspaces?but={edition.slug}").text,
        browser.get(f"/workspaces?but={edition.slug}", headers={"HX-Request": "true"}).text,
    ):
        assert re.findall(r'action="(/editions[^"]+)"|value="(admin|staff|reviewer|mentor)"', listed) == [
            ("/editions/other/workspace", ""),
            ("", "reviewer"),
        ]
        assert [name in listed for name in ("Osaka 2027", "Nagoya 2027", "Sendai 2027")] == [True, False, False]


@pytest.mark.parametrize("role", [Role.STAFF, Role.REVIEWER, Role.MENTOR, Role.PARTNER, Role.INVESTOR])
def test_on_demo_day_every_home_says_so(browser: Browser, edition: Edition, role: Role) -> None:
    with db.transaction(), scope.choose(edition.scope):
        here = db.session().get_one(Edition, edition.id)
        person, staff = make_member(here, role), make_member(here, Role.STAFF)
        event = make_demo_day(
            here, starts_at=clock.now() + timedelta(days=40), ends_at=clock.now() + timedelta(days=41)
        )
        make_pitch(here, event)
    browser.sign_in(person)
    assert "Demo Day is" not in browser.get(f"/editions/{edition.slug}/home").text
    with db.transaction() as session, scope.choose(edition.scope):
        session.get_one(Event, event.id).starts_at = clock.now()
        session.get_one(Edition, edition.id).demo_day_on = clock.now().astimezone(ZoneInfo(edition.zone)).date()
    assert "Demo Day is today" in browser.get(f"/editions/{edition.slug}/home").text
    with db.transaction() as session, scope.choose(edition.scope):
        call_next(session.get_one(Event, event.id), actor=staff)
    assert "Demo Day is live" in browser.get(f"/editions/{edition.slug}/home").text
    target = f'<a href="/editions/{edition.slug}/demo-day/control">Open the control desk</a>'
    assert target in browser.sign_in(staff).get(f"/editions/{edition.slug}/home").text


def test_a_founder_is_told_when_the_startup_pitches(browser: Browser, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        here = db.session().get_one(Edition, edition.id)
        here.demo_day_on = clock.now().astimezone(ZoneInfo(edition.zone)).date()
        _, _, founder = make_pitch(here, make_demo_day(here, starts_at=clock.now()))
    assert "You pitch at about" in browser.sign_in(founder).get(f"/editions/{edition.slug}/home").text


def test_an_invitation_to_a_round_in_preparation_stands_on_the_reviewers_home(
    browser: Browser, edition: Edition
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        invited, asked_before = make_member(edition, Role.REVIEWER), make_member(edition, Role.REVIEWER)
        coming = make_round(edition, state=RoundState.DRAFT)
        for person, state in ((invited, CommitmentState.INVITED), (asked_before, CommitmentState.YES)):
            add(
                Commitment(
                    edition_id=edition.id,
                    round_id=coming.id,
                    person_id=person.id,
                    state=state,
                    expertise=[],
                    languages=[],
                )
            )
    text = browser.sign_in(invited).get(f"/editions/{edition.slug}/home").text
    assert todos(text) == ["Say whether you take part in Round 1"]
    assert f"/editions/{edition.slug}/my-commitment/1" in links(text)
    assert ("You are invited to review" in text, "Nothing to score yet" in text, "scored" in text) == (
        True,
        False,
        False,
    )
    other = browser.sign_in(asked_before).get(f"/editions/{edition.slug}/home").text
    assert (todos(other), "Nothing to score yet" in other) == ([], True)
