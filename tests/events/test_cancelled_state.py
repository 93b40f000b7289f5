"""That an event is cancelled and a point removed stands in their own rows; the trail only tells of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, scope
from accelerator.core.audit import AuditEntry, audit
from accelerator.dashboard.queries.dates import event_dates
from accelerator.events import queries
from accelerator.events.models import AgendaItem, Event
from accelerator.events.operations import agenda, cancelling
from accelerator.events.queries import Cancellation
from accelerator.notifications.models import Message
from tests.events.test_cancelling import tell
from tests.factories import make_edition, make_member
from tests.factories.events import make_event, make_registration
from tests.factories.trail import all_changes, detail_of


def columns(tx: Session, event: Event) -> tuple[datetime | None, datetime | None, int | None, str]:
    """What the database holds."""
    row = tx.execute(
        select(Event.published_at, Event.cancelled_at, Event.cancelled_by, Event.cancel_reason).where(
            Event.id == event.id
        )
    ).one()
    return row[0], row[1], row[2], row[3]


def in_trail(tx: Session, subject: Event | AgendaItem) -> list[tuple[str, str | None, object]]:
    statement = select(AuditEntry).where(
        AuditEntry.subject_type == subject.__tablename__, AuditEntry.subject_id == subject.id
    )
    entries = tx.scalars(statement.order_by(AuditEntry.id)).all()
    return [
        (entry.action, detail.reason if (detail := detail_of(entry)) else None, all_changes(entry)) for entry in entries
    ]


def test_cancelling_sets_the_columns_and_resuming_clears_them(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        published_at, before = event.published_at, clock.now()
        cancelling.cancel_event(event, reason=" A typhoon. ", actor=staff)
        assert event.cancelled_at is not None
        assert before <= event.cancelled_at <= clock.now()
        assert columns(tx, event) == (published_at, event.cancelled_at, staff.id, "A typhoon.")
        assert queries.cancellation(event) == Cancellation(event.cancelled_at, "A typhoon.")
        assert event.takes_place is False
        cancelling.resume(event, actor=staff)
        assert columns(tx, event) == (published_at, None, None, "")
        assert (queries.cancellation(event), event.takes_place) == (None, True)
        assert in_trail(tx, event) == [
            ("events.called_off", "A typhoon.", {"published": [True, False]}),
            ("events.resumed", None, {"published": [False, True]}),
        ]


def test_every_read_leaves_the_cancelled_one_out(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, week = make_member(edition, Role.STAFF), make_event(edition)
        inside, gone = (make_event(edition, parent_id=week.id, recording_url="https://video.example/x") for _ in "ab")
        hidden = make_event(edition, parent_id=week.id, published_at=None)
        for event in (week, inside, gone, hidden):
            make_registration(event)

        def found() -> dict[str, list[Event]]:
            return {
                "coming": queries.upcoming(edition),
                "within": queries.sub_events(week, published=True),
                "begin": [one.event for one in queries.to_remind(edition, timedelta(days=9), timedelta(days=11))],
                "recorded": [one.event for one in queries.to_send_recording(edition, timedelta(days=-12), timedelta())],
            }

        def lines(*, drafts: bool) -> list[str]:
            return [line.title for line in event_dates(edition, drafts=drafts)]

        both, one = [inside, gone], [inside]
        before = {"coming": [week, *both], "within": both, "begin": [week, *both], "recorded": both}
        assert (found(), lines(drafts=False)) == (before, [row.name for row in (week, *both)])
        cancelling.cancel_event(gone, reason="", actor=staff)
        assert found() == {"coming": [week, *one], "within": one, "begin": [week, *one], "recorded": one}
        assert lines(drafts=False) == [week.name, inside.name]
        assert lines(drafts=True) == [row.name for row in (week, inside, gone, hidden)]
        assert queries.sub_events(week, published=False) == [inside, gone, hidden]
        cancelling.resume(gone, actor=staff)
        assert (found(), lines(drafts=False)) == (before, [row.name for row in (week, *both)])


def test_what_the_trail_says_changes_nothing(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        item = point(event, staff)
        audit(staff, "events.called_off", event, reason="Said, not done")
        audit(staff, "events.removed_agenda_item", item, title=[item.title, None])
        assert (queries.cancellation(event), queries.upcoming(edition)) == (None, [event])
        assert queries.agenda(event.id) == [item]


@pytest.mark.parametrize(
    "values",
    [{"cancel_reason": "A typhoon."}, {"cancelled_by": 1}, {"cancelled_at": clock.now(), "published_at": None}],
)
def test_half_a_cancellation_is_not_stored(tx: Session, values: dict[str, object]) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        if "cancelled_by" in values:
            values = {"cancelled_by": staff.id}
        with pytest.raises(IntegrityError, match=r"cancelled_is_published|reason_is_of_cancelled"), tx.begin_nested():
            make_event(edition, **values)


def test_who_was_told_hears_of_the_end_even_if_it_was_cancelled_twice_meanwhile(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        make_registration(event)
        cancelling.cancel_event(event, reason="", actor=staff)
        tell(tx)
        for act in (cancelling.resume, lambda event, actor: cancelling.cancel_event(event, reason="", actor=actor)):
            act(event, actor=staff)
        cancelling.resume(event, actor=staff)
        tell(tx)
        kinds = select(Message.kind).order_by(Message.id)
        assert list(tx.scalars(kinds)) == ["event_called_off", "event_resumed"]


def point(event: Event, actor: Person, minute: int = 0) -> AgendaItem:
    return agenda.add_agenda_item(
        event,
        starts_at=event.starts_at + timedelta(minutes=minute),
        minutes=10,
        speaker="Aoi",
        actor=actor,
        title={"en": "Opening", "ja": "開会"},
    )


def test_a_removed_point_stays_as_a_row_and_is_shown_nowhere(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        first, second = point(event, staff), point(event, staff, 10)
        agenda.remove_agenda_item(first, actor=staff)
        tx.flush()
        tx.expire(event)
        assert (queries.agenda(event.id), event.agenda) == ([second], [second])
        loaded = queries.event(edition, event.slug)
        assert loaded is not None
        assert loaded.agenda == [second]
        assert (queries.agenda_item(edition, first.id), queries.kept_item(edition, first.id)) == (None, first)
        rows = tx.execute(select(AgendaItem.id, AgendaItem.removed_at).order_by(AgendaItem.id)).all()
        assert [tuple(row) for row in rows] == [(first.id, first.removed_at), (second.id, None)]
        agenda.put_back_agenda_item(first, actor=staff)
        tx.expire(event)
        assert (queries.agenda(event.id), event.agenda, first.removed_at) == ([first, second], [first, second], None)
        assert in_trail(tx, first) == [
            ("events.added_agenda_item", None, {"title": [None, first.title]}),
            ("events.removed_agenda_item", None, {"title": [first.title, None]}),
            ("events.added_agenda_item", None, {"title": [None, first.title]}),
        ]
