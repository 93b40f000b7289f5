"""Reminders of applications that were begun and not sent."""

from accelerator.intake.models import REMIND_DRAFTS
from accelerator.intake.operations import remind_drafts
from accelerator.programmes.queries import each_edition


def remind() -> None:
    """Remind the applicants of every open call, 7 days, 48 hours and 6 hours before it closes; repeatable."""
    for edition in each_edition():
        remind_drafts(edition)


HANDLERS = {REMIND_DRAFTS.name: remind}
