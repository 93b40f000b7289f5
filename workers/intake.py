"""Reminders of applications that were begun and not sent."""

from accelerator.intake.models import REMIND_DRAFTS
from accelerator.intake.operations.reminders import draft_reminders
from workers.periodic import over_editions, reminders

HANDLERS = {REMIND_DRAFTS.name: over_editions(REMIND_DRAFTS, reminders(draft_reminders))}
"""Applicants of every open call are reminded 7 days, 48 hours and 6 hours before it closes."""
