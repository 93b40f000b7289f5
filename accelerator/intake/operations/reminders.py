"""Reminding people of drafts that they have not sent, and telling those who have what a new version of the form asks."""

from datetime import timedelta

from accelerator.core import clock
from accelerator.intake.models import Form
from accelerator.intake.queries import drafts, versions
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


def ask_for_new(form: Form, before: Form, edition: Edition) -> int:
    """Write to everybody who has sent and now answers this version, what it asks that the one before did not; once each."""
    number = len(versions.new_questions(before, form))
    return len(
        notify_many(
            [
                letter_to(
                    person,
                    "form_changed",
                    about=application,
                    application=application,
                    edition=edition,
                    number=number,
                    key=f"form_changed:{form.id}:{application.id}:{person.id}",
                )
                for application, person in versions.asked_for_new(form)
            ]
        )
    )
