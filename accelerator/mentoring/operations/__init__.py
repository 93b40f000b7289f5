"""What people do with mentors, hours and sessions."""

from accelerator.mentoring.operations.booking import book, cancel, move
from accelerator.mentoring.operations.hours import add_exception, offer_hours, remove_exception, withdraw_hours
from accelerator.mentoring.operations.mentors import add_mentor, edit_mentor, pause
from accelerator.mentoring.operations.notes import agree, settle, tick, write_log

__all__ = [
    "add_exception",
    "add_mentor",
    "agree",
    "book",
    "cancel",
    "edit_mentor",
    "move",
    "offer_hours",
    "pause",
    "remove_exception",
    "settle",
    "tick",
    "withdraw_hours",
    "write_log",
]
