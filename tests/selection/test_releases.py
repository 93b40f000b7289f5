"""Releases: two people, everything at once or nothing, never twice."""

import hashlib
import json
from collections import Counter

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, ApplicationState
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry
from accelerator.selection.models import Choice, Decision, Offer, Release, ReleaseState, WaitlistEntry
from accelerator.selection.operations import decisions, freezing
from accelerator.selection.operations.letters import preview
from accelerator.selection.operations.offers import answer_by
from accelerator.selection.operations.releases import approve_release, digest_of, prepare_release, release_decisions
from accelerator.selection.queries import board
from accelerator.selection.queries.offers import offer_of
from accelerator.selection.queries.releases import pending_letter, pending_letters, recipients, release_overview
from tests.factories import make_application, make_edition, make_founder, make_member
from tests.factories.selection import make_board_entry, make_board_round, make_candidate, make_decision

S = ApplicationState


@pytest.fixture
def place(tx: Session):
    """One offer, two waits, one decline and one that was never eligible; staff, an admin and a partner."""
    edition = make_edition(places=1)
    people = {role: make_member(edition, role) for role in (Role.STAFF, Role.ADMIN, Role.PARTNER)}
    with scope.choose(edition.scope):
        offered, waits, first, declined = (make_candidate(edition) for _ in range(4))
        make_application(edition, S.INELIGIBLE)
        round_ = make_board_round(edition)
        make_board_entry(round_, waits, 3.5), make_board_entry(round_, first, 3.9)
        make_founder(offered.startup, language="ja")
        for one, choice in (
            (offered, Choice.OFFER),
            (waits, Choice.WAIT),
            (first, Choice.WAIT),
            (declined, Choice.DECLINE),
        ):
            make_decision(one, people[Role.STAFF], choice)
        yield edition, people, offered, waits, first, declined


def prepared(place) -> Release:
    edition, people, *_ = place
    return prepare_release(edition, actor=people[Role.STAFF], sure=True)


def approved(place) -> Release:
    release = prepared(place)
    approve_release(release, typed_count=5, actor=place[1][Role.ADMIN], sure=True)
    return release


def letters(kind: str = "decision_") -> Counter[str]:
    rows = db.session().scalars(select(Message.kind).where(Message.kind.startswith(kind)))
    return Counter(rows)


def test_preparing_counts_and_writes_no_letter(place) -> None:
    edition, *_ = place
    release = prepared(place)
    assert release.counts == {"offer": 1, "wait": 2, "decline": 2}
    assert letters() == {}
    assert Counter(db.session().scalars(select(Message.kind))) == {"release_to_approve": 2}
    assert release_overview(edition).under_way is release


def test_the_digest_is_of_the_decisions_in_any_order(place) -> None:
    edition, *_ = place
    letters = pending_letters(edition)
    kept = [letter for letter in letters if letter.decision is not None]
    lines = sorted([one.application.id, one.choice.value, "adjusted", "Strong team.", ""] for one in kept)
    assert [letter.application.state for letter in letters if letter.decision is None] == [S.INELIGIBLE]
    assert digest_of(kept[::-1]) == hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def test_an_undecided_or_unscreened_application_blocks(place) -> None:
    edition, people, *_ = place
    make_candidate(edition), make_application(edition, S.SENT)
    with pytest.raises(Refused, match="2 applications have no decision yet"), db.session().begin_nested():
        prepare_release(edition, actor=people[Role.STAFF])


def test_a_missing_translation_blocks(place) -> None:
    edition, people, *_ = place
    edition.place = {"en": "Kobe"}
    with pytest.raises(Refused, match="lacks one of the two languages"), db.session().begin_nested():
        prepare_release(edition, actor=people[Role.STAFF])


def test_one_release_at_a_time_also_for_the_database(place) -> None:
    edition, people, *_ = place
    prepared(place)
    with pytest.raises(Refused, match="under way"):
        prepared(place)
    with pytest.raises(IntegrityError), db.session().begin_nested():
        db.add(
            Release(
                edition_id=edition.id, counts={}, digest="", prepared_by=people[Role.STAFF].id, prepared_at=clock.now()
            )
        )


def test_the_preparer_can_not_approve_nor_can_the_database_be_told_so(place) -> None:
    release, staff = prepared(place), place[1][Role.STAFF]
    with pytest.raises(Refused, match="second person"):
        approve_release(release, typed_count=5, actor=staff)
    with pytest.raises(IntegrityError), db.session().begin_nested():
        release.approved_by = staff.id
        db.session().flush()


def test_the_typed_number_has_to_match(place) -> None:
    release = prepared(place)
    with pytest.raises(Refused) as refusal:
        approve_release(release, typed_count=4, actor=place[1][Role.ADMIN])
    assert refusal.value.field == "count"
    assert release.state is ReleaseState.PREPARED


def test_a_partner_may_sign_and_a_stranger_may_not(place) -> None:
    release = prepared(place)
    with pytest.raises(Refused):
        approve_release(release, typed_count=5, actor=make_member(make_edition(), Role.ADMIN))
    approve_release(release, typed_count=5, actor=place[1][Role.PARTNER], sure=True)
    assert release.approved_by == place[1][Role.PARTNER].id


def test_nothing_goes_out_unapproved(place) -> None:
    with pytest.raises(Refused, match="second person"):
        release_decisions(prepared(place), actor=place[1][Role.STAFF])


def test_one_person_is_enough_where_the_edition_says_so(place) -> None:
    edition, people, *_ = place
    edition.two_person_release = False
    release = prepared(place)
    approve_release(release, typed_count=5, actor=people[Role.STAFF], sure=True)
    assert release_decisions(release, actor=people[Role.STAFF]) == 5
    assert letters("release_to_approve") == {}


def test_a_decision_changed_after_the_signature_stops_it(place) -> None:
    release = approved(place)
    board.decision(place[2]).choice = Choice.DECLINE  # past every operation, as a repair by hand would
    with pytest.raises(Refused, match="Decisions have changed"):
        release_decisions(release, actor=place[1][Role.STAFF])
    assert letters() == {}


def test_cancelling_before(place) -> None:
    release = approved(place)
    freezing.cancel_release(release, actor=place[1][Role.STAFF])
    with pytest.raises(Refused):
        release_decisions(release, actor=place[1][Role.STAFF])
    assert prepared(place).state is ReleaseState.PREPARED


def test_the_release_moves_everything_and_writes_every_letter(place) -> None:
    edition, people, offered, waits, first, declined = place
    release = approved(place)
    assert release_decisions(release, actor=people[Role.STAFF]) == 5
    assert [one.state for one in (offered, waits, first, declined)] == [S.OFFERED, S.WAITING, S.WAITING, S.DECLINED]
    assert letters() == {"decision_offer": 2, "decision_wait": 2, "decision_decline": 2}
    assert set(db.session().scalars(select(Decision.release_id))) == {release.id}
    offer = offer_of(offered)
    assert offer.expires_at == answer_by(edition, 7)
    entries = select(WaitlistEntry.application_id).order_by(WaitlistEntry.position)
    assert list(db.session().scalars(entries)) == [first.id, waits.id]
    languages = select(Message.language).where(Message.kind == "decision_offer").order_by(Message.language)
    assert list(db.session().scalars(languages)) == ["en", "ja"]


def test_who_waits_without_a_score_comes_last_and_an_earlier_round_counts(tx: Session) -> None:
    edition = make_edition()
    staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
    with scope.choose(edition.scope):
        unscored, earlier, low, high = (make_candidate(edition) for _ in range(4))
        second, first = make_board_round(edition, number=2), make_board_round(edition, number=1)
        make_board_entry(first, earlier, 3.0), make_board_entry(second, earlier, adjusted=3.0)
        db.session().query(RankingEntry).filter_by(round_id=second.id).update({"adjusted": None})
        make_board_entry(second, low, -0.2, raw_mean=1.0), make_board_entry(second, high, 3.5)
        make_board_entry(first, high, 1.0)
        for one in (unscored, earlier, low, high):
            make_decision(one, staff, Choice.WAIT)
        release = prepare_release(edition, actor=staff, sure=True)
        approve_release(release, typed_count=4, actor=admin, sure=True)
        release_decisions(release, actor=staff)
        entries = select(WaitlistEntry.application_id).order_by(WaitlistEntry.position)
        assert list(db.session().scalars(entries)) == [high.id, earlier.id, low.id, unscored.id]


def test_a_second_click_does_nothing(place) -> None:
    release = approved(place)
    release_decisions(release, actor=place[1][Role.STAFF])
    before = letters()
    assert release_decisions(release, actor=place[1][Role.STAFF]) == 0
    assert letters() == before
    with pytest.raises(Refused, match="released"):
        decisions.decide(place[2], choice=Choice.WAIT, actor=place[1][Role.STAFF])
    with pytest.raises(Refused):
        freezing.cancel_release(release, actor=place[1][Role.STAFF])


def test_the_preview_is_the_letter_that_goes_out(place) -> None:
    edition, people, offered, *_ = place
    letter, person = pending_letter(offered), recipients([offered])[offered.id][0]
    shown = preview(edition, letter, language=person.language, person=person, expires_at=answer_by(edition, 7))
    release_decisions(approved(place), actor=people[Role.STAFF])
    sent = db.session().scalar(select(Message).where(Message.key == f"decision_offer:{offered.id}:{person.id}"))
    assert (sent.subject, sent.body, sent.html) == (shown.subject, shown.body, shown.html)


@pytest.mark.parametrize("crash_at", [1, 3, 6])
def test_a_crash_in_the_middle_leaves_nothing(app, crash_at) -> None:
    with db.transaction():
        edition = make_edition()
        staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
        with scope.choose(edition.scope):
            for number in range(6):
                make_decision(make_candidate(edition), staff, list(Choice)[number % 3])
            release = prepare_release(edition, actor=staff)
            approve_release(release, typed_count=6, actor=admin)
    seen = 0

    def crash(connection: object, cursor: object, statement: str, *rest: object) -> None:
        nonlocal seen
        if statement.startswith("INSERT INTO message"):
            seen += 1
            if seen == crash_at:
                raise ConnectionError("the database went away")

    event.listen(db.engine(), "before_cursor_execute", crash)
    try:
        with pytest.raises(ConnectionError), db.transaction() as opened, scope.choose(edition.scope):
            release_decisions(opened.get_one(Release, release.id), actor=staff)
    finally:
        event.remove(db.engine(), "before_cursor_execute", crash)
    assert outcome(edition) == ({S.ELIGIBLE: 6}, 0, 0, 0, 0, ReleaseState.APPROVED)
    with db.transaction() as opened, scope.choose(edition.scope):
        assert release_decisions(opened.get_one(Release, release.id), actor=staff) == 6
    assert outcome(edition) == ({S.OFFERED: 2, S.WAITING: 2, S.DECLINED: 2}, 6, 6, 2, 2, ReleaseState.RELEASED)


def outcome(edition: Edition) -> tuple[object, ...]:
    """States, letters, released decisions, offers, waitlist entries and the release, read afresh."""
    with db.reading() as opened, scope.choose(edition.scope):
        return (
            dict(Counter(opened.scalars(select(Application.state)))),
            letters().total(),
            len(opened.scalars(select(Decision.id).where(Decision.release_id.is_not(None))).all()),
            len(opened.scalars(select(Offer.id)).all()),
            len(opened.scalars(select(WaitlistEntry.id)).all()),
            opened.scalar(select(Release.state)),
        )
