"""The announced close, the one that refuses, calls without either, and more time for everybody."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, Revision
from accelerator.intake.operations import reminders
from accelerator.intake.operations.beginning import start_application
from accelerator.intake.operations.extensions import extend_call, extension_letters
from accelerator.intake.operations.keeping import forget_drafts
from accelerator.intake.operations.sending import send
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.notifications.models import Message
from accelerator.notifications.operations import notify_many
from accelerator.programmes import queries
from accelerator.programmes.models import GRACE, Edition
from accelerator.programmes.operations.plan import change_problems, plan_problems
from accelerator.programmes.phases import Phase, phase_at
from accelerator.reporting.queries.counting import counts
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.intake import make_complete_draft, make_draft, make_form
from tests.visits.sent import UntouchedForms

EARLY = date(2020, 1, 1)
TICK = timedelta(microseconds=1)
REASON = "The city's servers were down for a day."


def closing(**values: object) -> Edition:
    """An edition whose announced close comes in a day, and whose real one two hours later."""
    closes_at = clock.now() + timedelta(days=1)
    times = {"closes_at": closes_at, "accepts_until": closes_at + timedelta(hours=2), "announced_on": EARLY}
    return make_edition(**{**times, **values})


def sent_at(edition: Edition, at: datetime) -> Revision:
    """What comes of an application that reaches us at an instant."""
    form = current_form(edition)
    assert form is not None
    application = make_complete_draft(edition, plain_form(form))
    return send(application, plain_form(form), edition=edition, at=at, actor=application.applicant)


@pytest.mark.parametrize("late_by", [timedelta(), timedelta(hours=2)])
@pytest.mark.parametrize(("tick", "is_taken"), [(-TICK, True), (timedelta(), False), (TICK, False)])
def test_the_close_that_refuses_has_the_grace(tx: Session, late_by: timedelta, tick: timedelta, is_taken: bool) -> None:
    edition = closing()
    edition.accepts_until = edition.closes_at + late_by if edition.closes_at and late_by else None
    with scope.choose(edition.scope):
        make_form(edition)
        at = (edition.refuses_at or clock.now()) + GRACE + tick
        assert edition.takes(at) is is_taken
        if is_taken:
            assert sent_at(edition, at).is_late is bool(late_by)
        else:
            with pytest.raises(Refused, match="The call has closed"):
                sent_at(edition, at)


@pytest.mark.parametrize(("tick", "is_late"), [(-TICK, False), (timedelta(), True), (TICK, True)])
def test_what_comes_after_the_announced_close_is_marked(tx: Session, tick: timedelta, is_late: bool) -> None:
    edition = closing()
    with scope.choose(edition.scope):
        make_form(edition)
        assert edition.closes_at
        revision = sent_at(edition, edition.closes_at + tick)
        application = tx.scalars(select(Application)).one()
        assert (revision.is_late, application.is_late) == (is_late, is_late)


def test_nobody_outside_reads_of_the_later_close_before_the_announced_one(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition(zone="UTC")
        edition.closes_at = clock.now() + timedelta(hours=3)
        edition.accepts_until = clock.now() + timedelta(days=9)
        with scope.choose(edition.scope):
            form = make_form(edition)
            founder = make_complete_draft(edition, form).applicant
            founder.zone = "UTC"
        hidden = f"{edition.accepts_until:%-d %b}"
    browser.sign_in(founder)
    my = f"/editions/{edition.slug}/my/A-0001"
    paths = [f"/calls/{edition.slug}", f"/calls/{edition.slug}/apply", my, f"{my}/check", f"{my}/sections/place", "/"]
    paths.append(f"/editions/{edition.slug}/home")
    for path in paths:
        assert hidden not in browser.get(path, follow_redirects=True).text, path
    with db.transaction() as opened:
        opened.get_one(Edition, edition.id).closes_at = clock.now() - timedelta(minutes=5)
    page = browser.get(f"/calls/{edition.slug}").text
    assert "The announced close has passed." in page
    assert hidden in page
    browser.post(f"{my}/send")
    assert "After the announced deadline" not in browser.get(my).text
    with db.transaction():
        staff = make_member(edition, Role.STAFF)
    assert (
        "After the announced deadline"
        in browser.sign_in(staff).get(f"/editions/{edition.slug}/applications/A-0001").text
    )


def test_a_rolling_call_is_open_and_nothing_counts_down(browser: Browser) -> None:
    with db.transaction() as tx:
        edition = make_edition(closes_at=None, announced_on=clock.now().date() - timedelta(days=400))
        edition.opens_at = clock.now() - timedelta(days=900)
        with scope.choose(edition.scope):
            form = make_form(edition)
            application = make_complete_draft(edition, form)
            founder = application.applicant
            assert phase_at(edition, clock.now()) is Phase.OPEN
            assert edition.takes(clock.now() + timedelta(days=5000))
            assert reminders.draft_reminders(edition) == []
            assert counts(edition).frame.call_over is False
            touched = make_draft(edition, name="Forgotten", applicant=make_person())
            touched.saved_at = clock.now() - timedelta(days=401)
            tx.flush()
            assert forget_drafts(edition) == 1
        staff = make_member(edition, Role.ADMIN)
    browser.sign_in(founder)
    my = f"/editions/{edition.slug}/my/{application.reference}"
    for path in (f"/calls/{edition.slug}", my):
        assert "It has no closing date: apply at any time." in browser.get(path).text
    browser.post(f"{my}/send")
    with db.reading() as opened:
        assert (
            "while the call is open"
            in opened.scalars(select(Message.body).where(Message.kind == "application_sent")).one()
        )
    here = f"/editions/{edition.slug}"
    for path in ("/", f"{here}/home"):
        assert browser.get(path).status_code == 200
    browser.sign_in(staff)
    for end in (
        "/home",
        "/settings",
        "/applications",
        "/screening",
        "/rounds/new",
        "/settings/extend",
        "/reports",
        "/reports/live",
    ):
        assert browser.get(here + end, follow_redirects=True).status_code == 200, end
    assert "This call has no close" in browser.get(f"{here}/settings/extend").text


def test_calls_of_one_programme_overlap_by_the_close_that_refuses(tx: Session) -> None:
    edition = closing()
    stored = {name: getattr(edition, name) for name in (*_NAMES, "zone", "places", "sealed")}

    def field(programme: Edition, **changes: object) -> list[str | None]:
        return [problem.field for problem in plan_problems({**stored, **changes}, programme.programme)]

    assert edition.closes_at and edition.accepts_until
    after = {"opens_at": edition.accepts_until, "closes_at": edition.accepts_until + timedelta(days=3)}
    free = {**after, "accepts_until": None}
    assert field(edition, **free) == []
    assert field(edition, **{**free, "closes_at": None}) == []
    assert field(edition, **{**free, "opens_at": edition.accepts_until - TICK}) == ["opens_at"]
    other = make_edition(announced_on=EARLY)
    assert field(other, **{**free, "opens_at": other.opens_at}) == ["opens_at"]
    assert field(make_edition(opens_at=edition.accepts_until + timedelta(days=9), closes_at=None), **free) == []
    edition.closes_at = edition.accepts_until = None
    tx.flush()
    assert field(edition, **free) == ["opens_at"], "a rolling call meets every later one"


_NAMES = (
    "announced_on",
    "opens_at",
    "closes_at",
    "accepts_until",
    "decisions_on",
    "starts_on",
    "coaching_ends_on",
    "demo_day_on",
)


def test_what_makes_no_close_is_refused(tx: Session) -> None:
    edition = closing()
    stored = {name: getattr(edition, name) for name in (*_NAMES, "zone", "places", "sealed")}

    def fields(**changes: object) -> list[str | None]:
        return [problem.field for problem in change_problems(edition, {**stored, **changes})]

    assert edition.closes_at
    assert fields(accepts_until=edition.closes_at) == []
    assert fields(accepts_until=edition.closes_at - TICK) == ["accepts_until"]
    assert fields(closes_at=None) == ["accepts_until", "closes_at"]
    assert fields(closes_at=edition.closes_at + TICK) == ["closes_at"], "once it has opened a later close is announced"
    assert fields(closes_at=edition.closes_at - TICK) == []
    edition.opens_at, stored["sealed"] = clock.now() + timedelta(hours=1), True
    assert fields(closes_at=None, accepts_until=None) == ["sealed"]


def later(edition: Edition, admin: Person, reason: str = REASON) -> datetime:
    """Extend the call by a week and write the mails that this asks for."""
    assert edition.closes_at
    closes_at = edition.closes_at + timedelta(days=7)
    extend_call(edition, closes_at=closes_at, accepts_until=None, reason=reason, actor=admin)
    for _again in range(2):
        notify_many(extension_letters(edition))
    return closes_at


def test_a_later_close_is_told_once_to_everybody_with_a_draft(tx: Session) -> None:
    edition = closing()
    admin, twice = make_member(edition, Role.ADMIN), make_person(language="ja")
    with scope.choose(edition.scope):
        form = make_form(edition)
        make_draft(edition, name="First", applicant=twice)
        start_application(edition, name="Second", another=True, at=clock.now(), actor=twice)
        assert edition.closes_at
        edition.accepts_until = edition.closes_at + timedelta(hours=2)
        late = sent_at(edition, edition.closes_at + timedelta(hours=1))
        alone = make_complete_draft(edition, form)
        with pytest.raises(Refused, match="Say why"):
            later(edition, admin, reason=" ")
        before, closes_at = edition.closes_at, later(edition, admin)
        assert (edition.closes_at, edition.extended_from, edition.refuses_at) == (closes_at, before, closes_at)
        told = select(Message.person_id, Message.language).where(Message.kind == "call_extended")
        assert sorted(tx.execute(told).all()) == sorted([(twice.id, "ja"), (alone.applicant_id, "en")])
        assert tx.get_one(Revision, late.id).is_late is False, "it came before what is the announced close now"
        later(edition, admin)
        assert len(tx.execute(told).all()) == 4, "another close is told again, once"


def test_extending_is_for_admins_and_the_page_says_both_dates(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition(zone="UTC", announced_on=EARLY)
        admin, staff = make_member(edition, Role.ADMIN), make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            make_form(edition)
    assert edition.closes_at
    path, old = f"/editions/{edition.slug}/settings/extend", edition.closes_at
    new = old + timedelta(days=3)
    assert (browser.get(path).status_code, browser.sign_in(staff).get(path).status_code) == (302, 404)
    browser.sign_in(admin)
    assert "Extend the call" in browser.get(f"/editions/{edition.slug}/settings").text
    typed = {"closes_at": f"{new:%Y-%m-%dT%H:%M}", "reason": REASON}
    wrong = browser.post(path, {**typed, "closes_at": f"{old - timedelta(days=1):%Y-%m-%dT%H:%M}"})
    assert "Enter a time after the present close and after now." in wrong.text
    assert REASON.replace("'", "&#39;") in wrong.text, "nothing typed is lost"
    assert browser.post(path, typed).status_code == 302
    call = browser.get(f"/calls/{edition.slug}").text
    assert f"{new:%-d %b}" in call
    assert f"{old:%-d %b}" in call
    assert "Extended: it was to close" in call
    assert REASON[:20] not in call


def test_a_closed_call_says_when_the_next_opens(browser: Browser) -> None:
    now = clock.now()
    with db.transaction():
        edition = make_edition(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
        times = {"opens_at": now + timedelta(days=40), "closes_at": now + timedelta(days=70)}
        hidden = make_edition(programme=edition.programme, announced_on=(now + timedelta(days=9)).date(), **times)
        assert queries.next_call(edition, now) is None
        assert "The next call" not in browser.get(f"/calls/{edition.slug}").text
        hidden.announced_on = (now - timedelta(days=1)).date()
    page = browser.get(f"/calls/{edition.slug}").text
    assert f'href="/calls/{hidden.slug}"' in page
    assert "The next call opens" in page


def test_who_extends_from_an_older_page_sees_what_a_colleague_announced(browser: Browser) -> None:
    with db.transaction():
        edition = closing(opens_at=clock.now() - timedelta(days=1), accepts_until=None)
        admin = make_member(edition, Role.ADMIN)
    path = f"/editions/{edition.slug}/settings/extend"
    browser.sign_in(admin)
    sent = UntouchedForms(path, browser.get(path).text).forms[path]
    assert edition.closes_at is not None
    first, second = (
        {**sent, "closes_at": [f"{edition.closes_at + timedelta(days=days):%Y-%m-%dT%H:%M}"], "reason": [REASON]}
        for days in (2, 3)
    )
    saved, late = browser.post(path, first), browser.post(path, second)
    assert (saved.status_code, late.status_code) == (302, 422)
    assert "This was saved in the meantime" in late.text
    again = UntouchedForms(path, late.text).forms[path]["version"]
    assert browser.post(path, {**second, "version": again}).status_code == 302
