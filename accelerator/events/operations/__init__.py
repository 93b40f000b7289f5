"""Writes about events and registrations."""

from accelerator.events.operations import letters
from accelerator.events.operations.plan import (
    Plan,
    add_agenda_item,
    change_event,
    create_event,
    publish,
    remove_agenda_item,
    take_back,
)
from accelerator.events.operations.registrations import cancel, note_export, register, set_attended

__all__ = [
    "Plan",
    "add_agenda_item", "cancel", "change_event", "create_event", "letters", "note_export", "publish", "register",
    "remove_agenda_item", "set_attended", "take_back",
]  # fmt: skip
