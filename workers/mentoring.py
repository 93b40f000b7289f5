"""Jobs of mentoring: reminders of sessions, and of the notes that are due after them."""

from accelerator.mentoring.models import REMIND_SESSIONS
from accelerator.mentoring.operations.reminding import letters
from workers.periodic import over_editions, reminders

HANDLERS = {REMIND_SESSIONS.name: over_editions(REMIND_SESSIONS, reminders(letters))}
