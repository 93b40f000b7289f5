"""A form that is wrong in its shape, and in what has become of its subject, says both; what was typed is still there."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Attempt, Membership, PersonAddress, Role
from accelerator.accounts.places import network_of
from accelerator.core import clock, db, scope
from accelerator.core.db import add
from accelerator.core.web import App
from accelerator.events.models import Event
from accelerator.events.operations.registrations import MOST, TRY
from accelerator.intake.models import Application, ApplicationState
from accelerator.mentoring.models import Attendance, Session, SessionLog, SessionState, Side
from accelerator.mentoring.operations.mentors import add_mentor
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import hosts, sectors
from accelerator.progress.models import MetricValue, Milestone, MilestoneState
from accelerator.progress.operations.metrics import correct_value
from accelerator.scoring.models import Assignment, RoundState
from accelerator.scoring.operations import reviews
from tests.factories import Browser, make_cohort_startup, make_edition, make_member, make_person
from tests.factories.events import make_event
from tests.factories.intake import make_draft, make_form
from tests.factories.mentoring import make_mentor, make_past_session, make_session
from tests.factories.progress import make_metrics, make_milestone, this_friday
from tests.factories.scoring import (
    answers,
    make_assignment,
    make_conflict,
    make_eligible,
    make_reviewer,
    make_round,
    posted,
    read_of,
)
from tests.factories.startups import make_application, make_founder, make_startup
from tests.visits.answered import AnsweredPage

WORDS = {"label_en": "Why Kobe?", "label_ja": "なぜ神戸ですか", "help_en": "Three lines.", "help_ja": ""}
ANCHORS = {f"c1-anchor_{mark}_{code}": "Words" for mark in (1, 3, 5) for code in ("en", "ja")}
BUTTONS = {"do", "keep", "remove", "then"}
LONG = " ".join(["A sentence that is by far too long."] * 20)


@pytest.fixture
def place(app: App) -> SimpleNamespace:
    """An edition with its form, a round with a review, a mentor with sessions, and the people who fill in forms."""
    with db.transaction():
        edition = make_edition(starts_on=clock.now().date() - timedelta(14))
        with scope.choose(edition.scope):
            make_form(edition)
            admin = make_member(edition, Role.ADMIN)
            round_ = make_round(edition, actor=admin)
            reviewer, full = make_reviewer(round_, edition), make_reviewer(round_, edition, capacity=0)
            case, barred = make_eligible(edition), make_eligible(edition)
            make_conflict(barred, reviewer)
            make_member(edition, Role.REVIEWER)
            barred = barred.startup.slug
            read = make_assignment(round_, case, reviewer)
            startup, founder = make_cohort_startup(edition)
            mentor = make_mentor(edition)
            booked = make_session(mentor, startup, founder)
            taken_at, booking = booked.starts_at.isoformat(), booked.client_token
            booked, other_mentor = booked.reference, make_mentor(edition).slug
            past = make_past_session(mentor, startup)
            logged = make_past_session(mentor, startup, timedelta(hours=6))
            came = {"mentor_came": Attendance.PRESENT, "startup_came": Attendance.PRESENT}
            by = {"side": Side.STARTUP, "written_by": admin.id, "written_at": clock.now()}
            add(SessionLog(session_id=logged.id, session=logged, **came, **by))
            past, logged = past.reference, logged.reference
            event = make_event(edition).slug
            milestone = make_milestone(edition, startup, MilestoneState.DROPPED).id
            applicant = case.applicant
            planned = make_milestone(edition, startup, unit="sites").id
            metric = make_metrics(edition, startup, founder)["EMP_FT"]
            by = {"note": "", "source": "", "entered_by": founder.id, "entered_at": clock.now()}
            value = add(MetricValue(metric_id=metric.id, as_of=this_friday(edition), value=3, **by)).id
            draft = make_draft(edition)
            writer, draft = draft.applicant, draft.reference
            coming, partner = make_member(edition, Role.MENTOR), make_member(edition, Role.PARTNER)
            host, sector = hosts(edition)[0], sectors(edition)[0]
            host, sector = host.id, sector.id
            alike = [make_application(edition, startup=make_startup(name="North Breath")).startup for _each in "12"]
            alike = "/".join(row.slug for row in alike)
        several = make_person()
        for number in range(5):
            address = f"further{number}@example.org"
            add(PersonAddress(person_id=several.id, email=address, created_at=clock.system_now()))
        newcomer, owner = make_person(), make_founder(make_startup())
        crowd = make_startup()
        lead, *_others = (make_founder(crowd) for _each in range(12))
        crowd = crowd.slug
    here = f"/editions/{edition.slug}"
    return SimpleNamespace(**{name: value for name, value in locals().items() if name not in ("app", "came", "by")})


def close_call(place: SimpleNamespace) -> None:
    """The call closes while somebody types."""
    db.session().get_one(Edition, place.edition.id).closes_at = clock.now() - timedelta(hours=1)


def save_elsewhere(place: SimpleNamespace) -> None:
    """The review is saved in another window."""
    with scope.choose(place.edition.scope):
        read = read_of(db.session().get_one(Assignment, place.read.id))
        reviews.save_draft(read, answers(3), version=0, actor=read.assignment.reviewer)


def close_round(place: SimpleNamespace) -> None:
    """The round closes while somebody types."""
    with scope.choose(place.edition.scope):
        db.session().get_one(Assignment, place.read.id).round.state = RoundState.CLOSED


def cancel(place: SimpleNamespace) -> None:
    """The sessions are cancelled while somebody types."""
    with scope.choose(place.edition.scope):
        for booked in db.session().scalars(select(Session)):
            booked.state, booked.reason = SessionState.CANCELLED, "Ill"


def call_event_off(place: SimpleNamespace) -> None:
    """The event is cancelled while somebody types."""
    with scope.choose(place.edition.scope):
        db.session().scalars(select(Event)).one().cancelled_at = clock.now()


def offer_a_place(place: SimpleNamespace) -> None:
    """A place is offered while the founder types."""
    with scope.choose(place.edition.scope):
        db.session().get_one(Application, place.case.id).state = ApplicationState.OFFERED


def crowd_the_network(place: SimpleNamespace) -> None:
    """A class room registers from the same network."""
    tries = {"kind": TRY, "place": network_of("127.0.0.1"), "at": clock.system_now(), "succeeded": False}
    db.session().add_all(Attempt(email=f"guest{number}@example.org", **tries) for number in range(MOST))


def put_in_the_directory(place: SimpleNamespace) -> None:
    """Somebody else adds the mentor."""
    with scope.choose(place.edition.scope):
        edition = db.session().get_one(Edition, place.edition.id)
        add_mentor(edition, person=db.session().merge(place.coming), actor=place.admin)


def end_partner(place: SimpleNamespace) -> None:
    """The partner's role ends."""
    for held in db.session().scalars(select(Membership).where(Membership.person_id == place.partner.id)):
        held.ended_at = clock.system_now()


def drop_milestone(place: SimpleNamespace) -> None:
    """The team drops the milestone."""
    with scope.choose(place.edition.scope):
        db.session().get_one(Milestone, place.planned).state = MilestoneState.DROPPED


def correct(place: SimpleNamespace) -> None:
    """Another founder corrects the value."""
    with scope.choose(place.edition.scope):
        value = db.session().get_one(MetricValue, place.value)
        correct_value(value, number=Decimal(4), note="We counted one twice.", actor=place.founder)


Case = tuple[
    str, Callable[[Any], str], Callable[[Any], dict[str, Any]], Callable[[Any], None] | None, list[tuple[str, str]]
]
CASES: dict[str, Case] = {
    "question": (
        "admin",
        lambda it: f"{it.here}/form/questions/problem",
        lambda it: {**WORDS, "label_ja": "", "help_ja": "三行。", "longest": "9"},
        close_call,
        [
            (
                "",
                "The call has closed, so the form no longer changes: it stays as it was answered.",
            ),
            ("label_ja", "Ask the question in Japanese."),
            ("longest", "Enter a number from 50 to 5000."),
        ],
    ),
    "new question": (
        "admin",
        lambda it: f"{it.here}/form/sections/programme/add",
        lambda it: {**WORDS, "kind": "choice", "audience": "nobody", "choices": "Hill | 丘", "longest": "80"},
        close_call,
        [
            (
                "",
                "The call has closed, so the form no longer changes: it stays as it was answered.",
            ),
            ("help_ja", "Give the help in both languages, or in none."),
            ("audience", "Choose one from the list."),
            ("choices", "Enter at least two choices, one per line."),
            ("longest", "Answers of this kind have no length limit. Leave this empty."),
        ],
    ),
    "unreadable choices": (
        "admin",
        lambda it: f"{it.here}/form/sections/programme/add",
        lambda it: {**WORDS, "help_ja": "三行。", "kind": "choices", "choices": "Hill", "longest": "80"},
        close_call,
        [
            (
                "",
                "The call has closed, so the form no longer changes: it stays as it was answered.",
            ),
            ("audience", "Choose one from the list."),
            ("choices", "Write line 1 as English | 日本語."),
            ("longest", "Answers of this kind have no length limit. Leave this empty."),
        ],
    ),
    "application": (
        "newcomer",
        lambda it: f"/calls/{it.edition.slug}/apply",
        lambda it: {"name": ""},
        close_call,
        [
            ("", "The call has closed. What you saved before is kept, and can be read here."),
            ("name", "Enter the name of your company or team."),
        ],
    ),
    "application in time": (
        "newcomer",
        lambda it: f"/calls/{it.edition.slug}/apply",
        lambda it: {"name": "Northbreath"},
        close_call,
        [("", "The call has closed. What you saved before is kept, and can be read here.")],
    ),
    "application of an unknown firm": (
        "owner",
        lambda it: f"/calls/{it.edition.slug}/apply",
        lambda it: {"firm": "nope", "name": "Northbreath"},
        close_call,
        [
            ("", "The call has closed. What you saved before is kept, and can be read here."),
            ("firm", "Choose which company is applying."),
        ],
    ),
    "profile": (
        "newcomer",
        lambda it: "/settings/profile",
        lambda it: {"given_name": "Aoi", "family_name": "", "language": "tlh", "zone": "Atlantis"},
        None,
        [
            ("family_name", "Fill in “Family name”."),
            ("language", "Choose one from the list."),
            ("zone", "Enter a large city in your time zone, like Kobe or Lisbon."),
        ],
    ),
    "address": (
        "several",
        lambda it: "/settings/addresses",
        lambda it: {"email": "a@@b"},
        None,
        [
            ("", "You can have up to five additional addresses. Remove one first."),
            ("email", "Enter an address like name@example.org."),
        ],
    ),
    "review": (
        "reviewer",
        lambda it: f"{it.here}/reviews/{it.case.reference}",
        lambda it: posted(note="Too short.", feedback="Well done.", mark_team=""),
        save_elsewhere,
        [
            ("", "This review was changed in another window. What you typed is still here"),
            ("mark_team", "Score “Team”."),
            ("note", "Write at least 50 characters; you have 10."),
        ],
    ),
    "review of a closed round": (
        "reviewer",
        lambda it: f"{it.here}/reviews/{it.case.reference}",
        lambda it: posted(confidence="", feedback="Well done."),
        close_round,
        [("", "“Round 1” is closed, so nothing can be saved any more."), ("confidence", "Say how sure you are.")],
    ),
    "stepping aside": (
        "reviewer",
        lambda it: f"{it.here}/reviews/{it.case.reference}/aside",
        lambda it: {"because": LONG, "do": "abstain"},
        close_round,
        [
            ("", "“Round 1” is closed, so nothing can be saved any more."),
            ("because", "Keep it to 300 characters."),
        ],
    ),
    "own conflicts": (
        "reviewer",
        lambda it: f"{it.here}/conflicts",
        lambda it: {"slugs": "gone", "note": "My aunt's firm.", "do": "declare"},
        None,
        [("slugs", "Choose at least one name."), ("kind", "Choose a reason.")],
    ),
    "conflict of somebody else": (
        "admin",
        lambda it: f"{it.here}/conflicts",
        lambda it: {
            "staff-person_id": str(it.reviewer.id),
            "staff-slug": it.barred,
            "staff-note": "They told me.",
            "do": "record",
        },
        None,
        [("staff-slug", "This conflict is already on record."), ("staff-kind", "Choose a reason.")],
    ),
    "assignment by hand": (
        "admin",
        lambda it: f"{it.here}/rounds/{it.round_.number}/assignments",
        lambda it: {"reference": "", "person_id": str(it.full.id)},
        None,
        [
            ("reference", "Enter a number like A-0142."),
            ("person_id", "is already at their capacity of 0."),
        ],
    ),
    "assignment of what is not there": (
        "admin",
        lambda it: f"{it.here}/rounds/{it.round_.number}/assignments",
        lambda it: {"reference": "A-9999", "person_id": ""},
        None,
        [("reference", "No application with this number is under review."), ("person_id", "Choose a reviewer.")],
    ),
    "rubric of an opened round": (
        "admin",
        lambda it: f"{it.here}/rounds/{it.round_.number}/rubric",
        lambda it: {"do": "save", "row": "1", "c1-weight": "many", **ANCHORS, "c1-label_en": "Team", "c1-label_ja": ""},
        None,
        [
            ("", "The round has been opened, so its rubric can't change: all its reviews use the same one."),
            ("c1-label_ja", "Criterion 1: "),
            ("c1-weight", "Criterion 1: "),
        ],
    ),
    "answer to an invitation": (
        "reviewer",
        lambda it: f"{it.here}/my-commitment/{it.round_.number}",
        lambda it: {"answer": "no", "capacity": "many"},
        None,
        [
            ("answer", "You still have reviews to do. Ask the programme team to take them back first."),
            ("capacity", "Enter"),
        ],
    ),
    "notes": (
        "founder",
        lambda it: f"{it.here}/sessions/{it.logged}/log",
        lambda it: {"note": "We agreed on a price.", "private_note": "Late.", "useful": "4"},
        None,
        [
            ("", "Your side has already written its note. The person who wrote it can change it."),
            ("came", "Say who came."),
        ],
    ),
    "notes of a cancelled session": (
        "founder",
        lambda it: f"{it.here}/sessions/{it.past}/log",
        lambda it: {"came": "nope", "note": "We agreed on a price."},
        cancel,
        [("", "This is “Cancelled” now, so that can't be done."), ("came", "Choose one from the list.")],
    ),
    "what was agreed": (
        "founder",
        lambda it: f"{it.here}/sessions/{it.booked}/actions",
        lambda it: {"text": "Send the price list.", "owner": "mentor", "due_on": "2030-02-31"},
        cancel,
        [
            ("", "This is “Cancelled” now, so that can't be done."),
            ("due_on", "Enter “By” as a day, like 2020-10-16."),
        ],
    ),
    "who came": (
        "admin",
        lambda it: f"{it.here}/sessions/{it.past}/settle",
        lambda it: {"came": ""},
        cancel,
        [("", "This is “Cancelled” now, so that can't be done."), ("came", "Say who came.")],
    ),
    "cancelling": (
        "founder",
        lambda it: f"{it.here}/sessions/{it.booked}/cancel",
        lambda it: {"reason": ""},
        cancel,
        [("", "This is “Cancelled” now, so that can't be done."), ("reason", "Say why. The other side reads it.")],
    ),
    "registration": (
        "newcomer",
        lambda it: f"/events/{it.edition.slug}/{it.event}/register",
        lambda it: {"name": "", "email": "aoi@example.org", "organisation": "Port", "language": "en", "zone": "Tokyo"},
        call_event_off,
        [("", "This event is cancelled."), ("name", "Enter your name.")],
    ),
    "registration in a crowd": (
        "newcomer",
        lambda it: f"/events/{it.edition.slug}/{it.event}/register",
        lambda it: {"name": "", "email": "aoi@example.org", "organisation": "Port", "language": "en", "zone": "Tokyo"},
        crowd_the_network,
        [
            ("", "Many people are registering from your network right now. Try again in 15 minutes."),
            ("name", "Enter your name."),
        ],
    ),
    "cancelling an event": (
        "admin",
        lambda it: f"{it.here}/events/{it.event}/cancel",
        lambda it: {"reason": LONG * 2},
        call_event_off,
        [("", "This event is cancelled."), ("reason", "characters")],
    ),
    "review of a milestone": (
        "admin",
        lambda it: f"{it.here}/milestones/{it.milestone}/review",
        lambda it: {"review-verdict": "", "review-comment": "Well done."},
        None,
        [("", "This is “Dropped” now, so that can't be done."), ("review-verdict", "Choose one.")],
    ),
    "withdrawal": (
        "applicant",
        lambda it: f"{it.here}/my/{it.case.reference}/withdraw",
        lambda it: {"reason": ""},
        offer_a_place,
        [
            ("", "This is “Offered” now, so that can't be done."),
            ("reason", "Tell us in a few words why, so that the team can learn from it."),
        ],
    ),
    "new mentor": (
        "admin",
        lambda it: f"{it.here}/mentors/new",
        lambda it: {"person": str(it.coming.id)},
        put_in_the_directory,
        [("person", "This person is already in the directory.")],
    ),
    "new mentor who is none": (
        "admin",
        lambda it: f"{it.here}/mentors/new",
        lambda it: {"person": str(it.newcomer.id)},
        None,
        [("person", "Invite this person as a mentor first.")],
    ),
    "partners": (
        "admin",
        lambda it: f"{it.here}/settings/partners",
        lambda it: {"partners-0-person_id": str(it.partner.id), "partners-0-host_id": "99999"},
        end_partner,
        [
            ("", "Somebody on this list is no longer a partner. Reload the page."),
            ("", "An organisation has been removed in the meantime. Reload the page."),
        ],
    ),
    "organisers": (
        "admin",
        lambda it: f"{it.here}/settings/hosts",
        lambda it: {"hosts-0-host_id": str(it.host), "hosts-1-name_en": "Port", "hosts-1-position": "many"},
        None,
        [
            ("", "Host 1 can't be removed: applicants have been asked to share their data with it."),
            ("hosts-1-name_ja", "Give each organisation a name and a role in both languages."),
            ("hosts-1-part_en", "Give each organisation a name and a role in both languages."),
            ("hosts-1-part_ja", "Give each organisation a name and a role in both languages."),
            ("hosts-1-position", "Enter"),
        ],
    ),
    "sectors": (
        "admin",
        lambda it: f"{it.here}/settings/sectors",
        lambda it: {"remove": str(it.sector), "sectors-0-name_en": "Ports"},
        None,
        [("", "can't be removed."), ("sectors-0-name_ja", "Give each sector a name in both languages.")],
    ),
    "one more founder": (
        "lead",
        lambda it: f"/startups/{it.crowd}/founders",
        lambda it: {"name": "Aoi", "email": "a@@b"},
        None,
        [
            ("", "There are already twelve founders. Remove somebody first."),
            ("email", "Enter an address like name@example.org."),
        ],
    ),
    "two records of one firm": (
        "admin",
        lambda it: f"{it.here}/duplicates/{it.alike}",
        lambda it: {"keep": "neither", "do": "merge"},
        None,
        [("keep", "Choose one from the list."), ("counts_1", "Choose which application counts.")],
    ),
    "evidence": (
        "founder",
        lambda it: f"{it.here}/milestones/{it.planned}/evidence",
        lambda it: {"text": "Signed by both.", "result": "many", "then": "send"},
        drop_milestone,
        [("", "This is “Dropped” now, so that can't be done."), ("result", "Enter")],
    ),
    "milestone": (
        "admin",
        lambda it: f"{it.here}/milestones/{it.planned}/edit",
        lambda it: {"title": "", "due_on": "2030-02-31", "detail": "Two signed letters."},
        drop_milestone,
        [
            ("", "This is “Dropped” now, so that can't be done."),
            ("title", "Give it a title."),
            ("due_on", "Enter “Due on” as a day, like 2020-10-16."),
        ],
    ),
    "numbers": (
        "founder",
        lambda it: f"{it.here}/numbers",
        lambda it: {"as_of": this_friday(it.edition).isoformat(), "note": "Why. " * 300},
        None,
        [("", "Enter at least one number."), ("note", "Use 1000 characters at most.")],
    ),
    "correction": (
        "founder",
        lambda it: f"{it.here}/numbers/values/{it.value}",
        lambda it: {"number": "many", "source": "Payroll", "note": "We counted two twice."},
        correct,
        [
            ("", "This value was corrected already. Open the newest one."),
            ("number", "Enter"),
        ],
    ),
    "verdict": (
        "admin",
        lambda it: f"{it.here}/screening/{it.case.reference}",
        lambda it: {"outcome": "fail", "reason_code": "", "comment": "Not a firm yet.", "due_on": "2030-02-31"},
        offer_a_place,
        [
            ("", "This is “Offered” now, so that can't be done."),
            ("reason_code", "Choose a reason."),
            ("due_on", "Enter"),
        ],
    ),
    "page of an application": (
        "writer",
        lambda it: f"{it.here}/my/{it.draft}/sections/company",
        lambda it: {
            "asked": ["name", "native_name", "one_line", "website"],
            "name": "Northbreath",
            "native_name": "北の息",
            "website": "not a link",
        },
        close_call,
        [
            ("", "The call has closed. What you saved before is kept, and can be read here."),
            ("", "What you typed is still below, so that you can copy it."),
            ("q-one_line", "Answer “What you do, in one line”."),
            ("q-website", "Enter “Website or demo” as a full public address, like https://example.com."),
        ],
    ),
    "booking": (
        "admin",
        lambda it: f"{it.here}/mentors/{it.mentor.slug}/book",
        lambda it: {"slot": it.taken_at, "startup": "", "purpose": "Prices abroad."},
        None,
        [("slot", "Somebody has just booked this time with"), ("startup", "Choose a startup.")],
    ),
    "booking sent twice": (
        "founder",
        lambda it: f"{it.here}/mentors/{it.other_mentor}/book",
        lambda it: {"slot": it.taken_at, "purpose": "Prices abroad. " * 200, "token": it.booking},
        None,
        [
            ("", "This form has booked another session already. Open the page again."),
            ("purpose", "characters"),
        ],
    ),
    "invitation of reviewers": (
        "admin",
        lambda it: f"{it.here}/rounds/{it.round_.number}/reviewers",
        lambda it: {"people": str(it.reviewer.id), "capacity": "many"},
        None,
        [
            ("people", "Somebody you chose has been invited in the meantime, or is no longer a reviewer."),
            ("capacity", "Enter"),
        ],
    ),
    "moving": (
        "founder",
        lambda it: f"{it.here}/sessions/{it.booked}/move",
        lambda it: {"slot": ""},
        cancel,
        [("", "This is “Cancelled” now, so that can't be done."), ("slot", "Choose a time first.")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_shape_and_state_are_said_together_and_nothing_is_lost(app: App, place: SimpleNamespace, name: str) -> None:
    who, path, typed, meanwhile, problems = CASES[name]
    browser = Browser(app).sign_in(getattr(place, who))
    if meanwhile is not None:
        with db.transaction():
            meanwhile(place)
    sent = typed(place)
    answer = browser.post(path(place), sent)
    page = AnsweredPage(answer.text)
    assert answer.status_code == (409 if meanwhile is save_elsewhere else 422)
    assert [(target, said) for (target, said) in page.problems] == [
        (target, next((said for at, said in page.problems if at == target and sentence in said), sentence))
        for target, sentence in problems
    ]
    assert page.faults() == []
    assert page.lost(sent) == []
    # A form that the page would not offer any more is drawn all the same, with what was typed.
    assert [name for name in sent if name not in page.controls and name not in BUTTONS] == []
