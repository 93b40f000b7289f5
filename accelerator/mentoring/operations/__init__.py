"""What people do with mentors, hours and sessions."""

from accelerator.mentoring.operations.booking import book, booking_problems, cancel, move
from accelerator.mentoring.operations.hours import (
    add_exception,
    exception_problems,
    hours_problems,
    offer_hours,
    remove_exception,
    withdraw_hours,
)
from accelerator.mentoring.operations.mentors import add_mentor, edit_mentor, pause, term_problems
from accelerator.mentoring.operations.notes import agree, settle, tick, write_log

__all__ = [
    "add_exception",
    "add_mentor",
    "agree",
    "book",
    "booking_problems",
    "cancel",
    "edit_mentor",
    "exception_problems",
    "hours_problems",
    "move",
    "offer_hours",
    "pause",
    "remove_exception",
    "settle",
    "term_problems",
    "tick",
    "withdraw_hours",
    "write_log",
]
