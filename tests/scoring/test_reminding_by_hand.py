"""The team reminds reviewers: who, what they get, nobody twice within a day, whoever clicks and however often."""

from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.notifications.models import Message
from accelerator.programmes.queries import edition as edition_by_id
from accelerator.scoring.models import RoundState
from accelerator.scoring.operations import assigning, reminding
from accelerator.scoring.queries import reviewers, rounds
from tests.factories import Browser, make_edition, make_member
from tests.factories.scoring import make_assignment, make_eligible, make_review, make_reviewer, make_round
from tests.services.installations import Pool


def make_floor(**values):
    """An open round: two reviewers with reads to do, one in Japanese, and one who is done."""
    edition = make_edition()
    with scope.choose(edition.scope):
        round_ = make_round(edition, **values)
        people = [make_member(edition, Role.REVIEWER, language=language) for language in ("en", "ja", "en")]
        for person in people:
            make_reviewer(round_, edition, person=person)
        assigning.ensure_entries(round_)
        for person in people[:2]:
            make_assignment(round_, make_eligible(edition), person)
        make_review(round_, make_eligible(edition), people[2])
        staff = make_member(edition, Role.STAFF)
        db.session().query(Message).delete()
    return edition, round_, people, staff


@pytest.fixture
def floor(app):
    with db.transaction():
        return make_floor()


def mails():
    with db.reading():
        return sorted(db.session().execute(select(Message.address, Message.kind)).all())


def test_the_page_says_who_gets_what_before_anybody_does(floor, app):
    edition, round_, people, staff = floor
    path = f"/editions/{edition.slug}/rounds/{round_.number}"
    me = Browser(app).sign_in(staff)
    assert f'href="{path}/remind"' in me.get(path).text
    page = me.get(f"{path}/remind").text
    assert [person.name in page for person in people] == [True, True, False]
    assert (": you have reviews to do" in page, "Remind 2 reviewers" in page) == (True, True)
    assert mails() == []


def test_everybody_with_reviews_to_do_is_reminded_once_a_day(floor, app):
    edition, round_, people, staff = floor
    path = f"/editions/{edition.slug}/rounds/{round_.number}/remind"
    me = Browser(app).sign_in(staff)
    assert me.post(path).status_code == 302
    assert mails() == sorted((person.email, "reads_due") for person in people[:2])
    page = me.get(path).text
    assert ("Everybody who has reviews to do got a reminder" in page, "Remind 2 reviewers" in page) == (True, False)
    me.post(path)
    assert len(mails()) == 2
    with db.transaction(), scope.choose(edition.scope), clock.shifted(timedelta(hours=24)):
        again = db.session().merge(round_)
        assert reminding.remind_now(again, edition=db.session().merge(edition), actor=staff) == 2
    with db.reading(), scope.choose(edition.scope):
        acts = db.session().scalars(select(AuditEntry.action).where(AuditEntry.action == "scoring.reminded")).all()
        assert acts == ["scoring.reminded"] * 2


def test_what_goes_out_by_itself_counts_as_that_day(tx):
    opens, closes = datetime(2020, 8, 3, 10, tzinfo=UTC), datetime(2020, 8, 15, 10, tzinfo=UTC)
    with time_machine.travel(opens, tick=False):
        edition, round_, people, staff = make_floor(opens_at=opens, closes_at=closes)
    with time_machine.travel(closes - timedelta(hours=20), tick=False), scope.choose(edition.scope):
        assert reminding.remind_reviewers(round_, edition=edition) == 2
        assert set(reviewers.reminded_lately(round_)) == {person.id for person in people[:2]}
        with pytest.raises(Refused, match="got a reminder within the last 24 hours"):
            reminding.remind_now(round_, edition=edition, actor=staff)
    with time_machine.travel(closes + timedelta(hours=5), tick=False), scope.choose(edition.scope):
        assert reminding.remind_now(round_, edition=edition, actor=staff) == 2
        assert reminding.remind_reviewers(round_, edition=edition) == 0


@pytest.mark.parametrize("state", [RoundState.DRAFT, RoundState.CLOSED])
def test_only_an_open_round_has_reminders(tx, state):
    edition, round_, _people, staff = make_floor()
    with scope.choose(edition.scope):
        round_.state = state
        with pytest.raises(Refused, match="is not open, so nobody is reminded"):
            reminding.remind_now(round_, edition=edition, actor=staff)


def test_nobody_else_reminds(floor, app):
    edition, round_, people, _staff = floor
    path = f"/editions/{edition.slug}/rounds/{round_.number}/remind"
    with db.transaction():
        stranger = make_member(make_edition(), Role.STAFF)
        with scope.choose(edition.scope):
            partner = make_member(edition, Role.PARTNER)
    for person in (people[0], partner, stranger):
        me = Browser(app).sign_in(person)
        assert (me.get(path).status_code, me.post(path).status_code) == (404, 404)
    assert mails() == []


def test_two_clicks_at_once_remind_once(any_database):
    with db.transaction():
        edition, round_, _people, staff = make_floor()
        edition_id, number = edition.id, round_.number
    together = Barrier(2)

    def click() -> int:
        together.wait(timeout=30)
        try:
            with db.transaction():
                chosen = edition_by_id(edition_id)
                with scope.choose(chosen.scope):
                    return reminding.remind_now(rounds.round_by_number(chosen, number), edition=chosen, actor=staff)
        except Refused:
            return 0

    with Pool(2) as pool:
        assert sorted(answer.result() for answer in [pool.submit(click) for _ in range(2)]) == [0, 2]
    assert len(mails()) == 2
