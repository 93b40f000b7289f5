"""Reminding people of drafts that they have not sent."""

from datetime import timedelta

from accelerator.core import clock
from accelerator.intake import queries
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition

BEFORE_CLOSE = (timedelta(hours=6), timedelta(hours=48), timedelta(days=7))  # the nearest first


def remind_drafts(edition: Edition) -> int:
    """Write a mail about each unsent draft to every founder with access; returns how many were written.

    Only the reminder that is due now is sent, and none about a draft that was begun after it fell due. Each is sent once.
    """
    now = clock.now()
    due = next((before for before in BEFORE_CLOSE if edition.closes_at - before <= now < edition.closes_at), None)
    if due is None:
        return 0
    late = edition.closes_at - due
    return sum(
        notify(
            person, "draft_waiting", application=application, edition=edition, left=edition.closes_at - now,
            key=f"draft_waiting:{application.id}:{person.id}:{int(due.total_seconds()) // 3600}",
        )
        for application, person in queries.kept_drafts(edition)
        if application.created_at < late
    )  # fmt: skip
