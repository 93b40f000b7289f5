"""Writes about events and registrations."""

from accelerator.events.operations import letters
from accelerator.events.operations.agenda import (
    add_agenda_item,
    agenda_problems,
    change_agenda_item,
    put_back_agenda_item,
    remove_agenda_item,
    shift_agenda_item,
)
from accelerator.events.operations.calling_off import call_off, resume
from accelerator.events.operations.plan import Plan, change_event, create_event, plan_problems, publish, take_back
from accelerator.events.operations.registrations import cancel, confirm, fill_seats, note_export, register, set_attended

__all__ = [
    "Plan",
    "add_agenda_item",
    "agenda_problems",
    "call_off",
    "cancel",
    "change_agenda_item",
    "change_event",
    "confirm",
    "create_event",
    "fill_seats",
    "letters",
    "note_export",
    "plan_problems",
    "publish",
    "put_back_agenda_item",
    "register",
    "remove_agenda_item",
    "resume",
    "set_attended",
    "shift_agenda_item",
    "take_back",
]  # fmt: skip
