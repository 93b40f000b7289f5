"""Moves between states."""

import pytest
from sqlalchemy import select

from accelerator.core import clock, db, i18n
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.core.states import State, labels, move
from accelerator.notifications.models import Message, MessageState
from tests.factories.trail import all_changes

MOVES = {
    MessageState.WAITING: frozenset({MessageState.SENDING, MessageState.DISCARDED}),
    MessageState.SENDING: frozenset({MessageState.SENT}),
}
pytestmark = pytest.mark.usefixtures("any_database")


def make_message() -> Message:
    now = clock.system_now()
    return db.add(
        Message(
            key="k",
            kind="test",
            address="a@example.org",
            name="A",
            language="en",
            subject="S",
            body="B",
            html="<p>B</p>",
            next_at=now,
            created_at=now,
        )
    )


def test_a_legal_move_is_made_and_recorded():
    with db.transaction():
        message = make_message()
        move(message, MessageState.DISCARDED, moves=MOVES, actor=None, reason="Wrong person", attempts=[0, 1])
    with db.reading() as session:
        found, entry = session.get_one(Message, message.id), session.scalars(select(AuditEntry)).one()
        assert (found.state, entry.action, entry.withheld) == (
            MessageState.DISCARDED,
            "message.discarded",
            ["state", "attempts", "reason"],
        )
        assert all_changes(entry) == {"state": ["waiting", "discarded"], "attempts": [0, 1]}


@pytest.mark.parametrize("to", [MessageState.SENT, MessageState.WAITING])
def test_any_other_is_refused_and_changes_nothing(to):
    with db.transaction() as session:
        message = make_message()
        with pytest.raises(Refused, match="This is “Waiting” now"):
            move(message, to, moves=MOVES, actor=None)
        assert (message.state, session.scalars(select(AuditEntry)).all()) == (MessageState.WAITING, [])


def test_nothing_leads_out_of_a_final_state():
    with db.transaction():
        message = make_message()
        message.state = MessageState.SENT
        with pytest.raises(Refused):
            move(message, MessageState.WAITING, moves=MOVES, actor=None)


def test_a_state_has_a_face_for_each_side_and_a_tone():
    class Door(State):
        OPEN = "open"
        SHUT = "shut"

    labels(Door, {Door.OPEN: ("Ajar", "Open"), Door.SHUT: ("Locked", "Shut")}, {Door.OPEN: "ok"})
    assert [(door.label, door.public_label, door.tone) for door in Door] == [
        ("Ajar", "Open", "ok"),
        ("Locked", "Shut", ""),
    ]


def test_labels_speak_the_viewers_language():
    with i18n.speaking("ja"):
        japanese = MessageState.DISCARDED.label
    assert (MessageState.DISCARDED.label, japanese) == ("Discarded", "取りやめ")
