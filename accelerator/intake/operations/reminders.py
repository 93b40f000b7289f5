"""Reminding people of drafts that they have not sent."""

from datetime import timedelta

from accelerator.core import clock
from accelerator.intake.queries import drafts
from accelerator.notifications.operations import Letter, letter_to, notify_many
from accelerator.programmes.models import Edition

BEFORE_CLOSE = (timedelta(hours=6), timedelta(hours=48), timedelta(days=7))  # the nearest first


def draft_reminders(edition: Edition) -> list[Letter]:
    """A letter about each unsent draft to every founder with access, if a reminder is due now.

    Only the one that is due now, and none about a draft that was begun after it fell due.
    """
    now = clock.now()
    due = next((before for before in BEFORE_CLOSE if edition.closes_at - before <= now < edition.closes_at), None)
    if due is None:
        return []
    late = edition.closes_at - due
    return [
        letter_to(
            person,
            "draft_waiting",
            about=application,
            application=application,
            edition=edition,
            left=edition.closes_at - now,
            key=f"draft_waiting:{application.id}:{person.id}:{int(due.total_seconds()) // 3600}",
        )
        for application, person in drafts.kept_drafts(edition)
        if application.created_at < late
    ]


def remind_drafts(edition: Edition) -> int:
    """Write to the applicants whose reminder is due, each once; returns how many were written."""
    return len(notify_many(draft_reminders(edition)))
