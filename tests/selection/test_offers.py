"""Offers: answered once, lapsing at their instant, and the waitlist that moves up by itself."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock, db, i18n, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.intake.models import ApplicationState
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.selection.models import LAPSE_OFFERS, CohortEntry, Offer, OfferState
from accelerator.selection.operations.offers import accept_offer, answer_by, move_up, remind_and_lapse, turn_down_offer
from accelerator.selection.queries import cohort
from accelerator.selection.queries.offers import waitlist_page
from accelerator.startups.models import Founder
from tests.factories import make_edition, make_founder, make_member
from tests.factories.scoring import make_conflict
from tests.factories.selection import make_offered, make_waiting
from tests.factories.startups import make_role
from tests.services.installations import Thread
from tests.services.jobs import runs

S = ApplicationState


@pytest.fixture
def place(tx: Session):
    edition = make_edition(places=1)
    staff = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        yield edition, staff, make_offered(edition)


def mails(kind: str) -> list[int | None]:
    statement = select(Message.person_id).where(Message.kind == kind).order_by(Message.id)
    return list(db.session().scalars(statement))


def test_accepting_joins_the_cohort_and_lets_all_founders_in(place) -> None:
    edition, staff, offer = place
    application = offer.application
    other = make_founder(application.startup)
    db.add(Founder(startup_id=application.startup_id, name="Nobody Yet", email="nobody@example.org"))
    accept_offer(offer, actor=application.applicant)
    assert (offer.state, application.state) == (OfferState.ACCEPTED, S.JOINED)
    assert [entry.startup_id for entry in cohort.cohort(edition)] == [application.startup_id]
    held = select(Membership.person_id).where(Membership.role == Role.FOUNDER, Membership.edition_id == edition.id)
    assert set(db.session().scalars(held)) == {application.applicant_id, other.id}
    assert mails("welcome") == [application.applicant_id, other.id]
    assert mails("offer_accepted") == [staff.id]
    assert cohort.startup_of(other, edition) == application.startup


def test_a_role_that_the_team_ended_stays_ended(place) -> None:
    edition, _, offer = place
    applicant, other = offer.application.applicant, make_founder(offer.application.startup)
    ended = make_role(edition, other)
    ended.ended_at = clock.now()
    accept_offer(offer, actor=applicant)
    assert ended.ended_at is not None
    assert cohort.startup_of(other, edition) is None


def test_a_second_answer_is_refused(place) -> None:
    _, _, offer = place
    person = offer.application.applicant
    accept_offer(offer, actor=person)
    with pytest.raises(Refused, match="answered already: Accepted"):
        turn_down_offer(offer, comment="", actor=person)
    with pytest.raises(Refused, match="answered already"):
        accept_offer(offer, actor=person)


def test_after_the_instant_nothing_is_taken(place) -> None:
    _, _, offer = place
    with clock.shifted(timedelta(days=7, seconds=1)), pytest.raises(Refused, match="has lapsed"):
        accept_offer(offer, actor=offer.application.applicant)
    assert offer.application.state is S.OFFERED


def test_turning_down_moves_the_next_up(place) -> None:
    edition, staff, offer = place
    second, first = make_waiting(edition, 2), make_waiting(edition, 1)
    turn_down_offer(offer, comment="Other plans.", actor=offer.application.applicant)
    assert offer.application.state is S.TURNED_DOWN
    assert (first.application.state, second.application.state) == (S.OFFERED, S.WAITING)
    assert mails("offer_declined") == [staff.id]
    assert mails("decision_offer") == [first.application.applicant_id]
    moved = db.session().scalars(select(AuditEntry).where(AuditEntry.action == "selection.moved_up")).one()
    assert (moved.subject_id, moved.actor_id, moved.changes) == (first.application_id, None, {"position": [1, None]})


def test_no_more_offers_than_places(place) -> None:
    edition, _, _ = place
    make_waiting(edition, 1)
    assert move_up(edition) == []
    edition.places = 3
    db.session().flush()
    assert len(move_up(edition)) == 1


@pytest.mark.parametrize(("days", "moved"), [(-1, 0), (0, 1), (1, 1)])
def test_moving_up_stops_with_the_programmes_last_day_where_the_programme_is(place, days, moved) -> None:
    edition, _, offer = place
    offer.state, offer.answered_at = OfferState.DECLINED, clock.now()
    make_waiting(edition, 1)
    # In the zone that is furthest ahead a day is over when it has not begun in most others.
    edition.zone = "Pacific/Kiritimati"
    edition.demo_day_on = clock.now().astimezone(ZoneInfo(edition.zone)).date() + timedelta(days=days)
    db.session().flush()
    made = move_up(edition)
    assert len(made) == moved
    last = datetime.combine(edition.demo_day_on, time(23, 59), ZoneInfo(edition.zone))
    assert [one.expires_at for one in made] == [last] * moved


def test_answers_are_due_at_the_end_of_the_day_where_the_programme_is(place) -> None:
    edition, *_ = place
    due = answer_by(edition, 3)
    local = clock.now() + timedelta(hours=9)
    assert (due + timedelta(hours=9)).strftime("%H:%M") == "23:59"
    assert (due + timedelta(hours=9)).date() == (local + timedelta(days=3)).date()
    assert due.tzinfo == UTC and isinstance(due, datetime)


@pytest.mark.parametrize(("days", "kinds"), [(3.5, 0), (2.9, 1), (0.9, 1)])
def test_reminders_three_days_and_one_day_before(place, days, kinds) -> None:
    edition, _, offer = place
    offer.expires_at = clock.now() + timedelta(days=days)
    for _time in range(2):
        remind_and_lapse(edition)
    assert mails("offer_reminder") == [offer.application.applicant_id] * kinds


def test_both_reminders_over_time(place) -> None:
    edition, _, _ = place
    for hours in range(0, 24 * 7, 6):
        with clock.shifted(timedelta(hours=hours)):
            remind_and_lapse(edition)
    assert len(mails("offer_reminder")) == 2


def test_a_fresh_offer_is_not_reminded_of(place) -> None:
    edition, _, offer = place
    offer.made_at, offer.expires_at = clock.now(), clock.now() + timedelta(days=2)
    assert remind_and_lapse(edition) == (0, 0)


def test_the_job_lapses_by_each_editions_clock_and_can_be_repeated(app) -> None:
    with db.transaction():
        edition, ahead = make_edition(places=1), make_edition(places=1, ahead_seconds=8 * 86400)
        make_member(edition, Role.STAFF), make_member(ahead, Role.STAFF)
    offers = []
    for one in (edition, ahead):
        with db.transaction():
            offers.append(_offered_now(one))
    for _time in range(2):
        runs(LAPSE_OFFERS)()
    with db.reading() as opened, scope.everywhere():
        rows = opened.scalars(select(Offer).where(Offer.id.in_(offers)).order_by(Offer.id)).all()
        assert [row.state for row in rows] == [OfferState.OPEN, OfferState.LAPSED]
        assert len(mails("offer_lapsed")) == 2


def _offered_now(edition) -> int:
    with scope.choose(edition.scope):
        offer = make_offered(edition)
        offer.made_at -= timedelta(seconds=edition.ahead_seconds)
        offer.expires_at -= timedelta(seconds=edition.ahead_seconds)
        return offer.id


def test_two_founders_accepting_at_once_take_one_place(app) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            offer = make_offered(edition)
            founder = offer.application.applicant
    results: list[str] = []
    together = Barrier(2)

    def accept() -> None:
        i18n.use("en", "UTC")
        together.wait()
        try:
            with db.transaction() as opened, scope.choose(edition.scope):
                accept_offer(opened.get_one(Offer, offer.id), actor=founder)
            results.append("accepted")
        except Refused as refusal:
            results.append(refusal.message)

    threads = [Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["This offer was answered already: Accepted.", "accepted"]
    with db.reading() as opened, scope.choose(edition.scope):
        assert len(opened.scalars(select(CohortEntry.id)).all()) == 1
        assert len(mails("welcome")) == 1


def test_thirty_offers_lapse_in_as_many_statements_as_three(any_database, count_queries) -> None:
    """Each with somebody behind it who moves up, and others to be reminded of."""
    numbers = {}
    for many in (3, 30):
        with db.transaction():
            edition = make_edition(places=2 * many)
            staff = make_member(edition, Role.STAFF)
            with scope.choose(edition.scope):
                over = [make_offered(edition, days=-1).id for _one in range(many)]
                soon = [make_offered(edition, days=2).id for _one in range(many)]
                waits = [make_waiting(edition, place).application_id for place in range(many + 2, 0, -1)]
                make_conflict(db.session().get_one(Offer, over[0]).application, staff)
        with db.transaction() as opened, scope.choose(edition.scope):
            count_queries.clear()
            assert remind_and_lapse(opened.get_one(Edition, edition.id)) == (many, many)
            numbers[many] = len(count_queries)
        with db.reading() as opened, scope.choose(edition.scope):
            states = dict(opened.execute(select(Offer.id, Offer.state)).all())
            assert {states[one] for one in over} == {OfferState.LAPSED}
            assert {states[one] for one in soon} == {OfferState.OPEN}
            moved = set(opened.scalars(select(Offer.application_id).where(Offer.id.not_in([*over, *soon]))))
            assert moved == set(waits[2:]), "the last two still wait"
            kinds = opened.execute(
                select(Message.kind, func.count()).where(Message.edition_id == edition.id).group_by(Message.kind)
            )
            assert dict(kinds.all()) == {"offer_lapsed": 2 * many - 1, "offer_reminder": many, "decision_offer": many}
            acts = Counter(opened.scalars(select(AuditEntry.action).where(AuditEntry.scope_key == edition.id)))
            assert [acts[f"selection.{act}"] for act in ("lapsed", "offered", "moved_up")] == [many] * 3
            assert [acts[act] for act in ("offer.lapsed", "application.turned_down", "application.offered")] == [
                many
            ] * 3
    assert numbers[30] == numbers[3]


def test_positions_tell_nothing_of_who_is_left_out(place) -> None:
    edition, staff, _offer = place
    waiting = [make_waiting(edition, position) for position in (2, 3, 4, 5, 6)]
    make_conflict(waiting[1].application, staff)
    free = make_member(edition, Role.STAFF)

    def positions(person: Person, size: int = 50) -> list[int]:
        lines, mark = list[int](), None
        while True:
            page = waitlist_page(edition, person, mark=mark, size=size)
            lines += [line.position for line in page.rows]
            if page.after is None:
                return lines
            mark = page.after

    assert [positions(person) for person in (free, staff)] == [[1, 2, 3, 4, 5], [1, 2, 3, 4]]
    assert positions(staff, size=2) == [1, 2, 3, 4]
