"""Reminding people of drafts that they have not sent, and telling those who have what a new version of the form asks."""

from datetime import datetime, timedelta

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.intake.models import Application, Form
from accelerator.intake.opening_models import Extension
from accelerator.intake.operations.more_time import letters_about
from accelerator.intake.queries import drafts, openings, versions
from accelerator.notifications.operations import Letter, letter_to, notify_many
from accelerator.programmes.models import Edition

BEFORE_CLOSE = (timedelta(hours=6), timedelta(hours=48), timedelta(days=7))  # the nearest first
A_DAY = timedelta(days=1)


def draft_reminders(edition: Edition) -> list[Letter]:
    """A letter about each unsent draft to every founder with access, if a reminder is due now.

    The close that counts is that of the draft's own extension where it has one that is later, else the announced one.
    Only the one that is due now, none about a draft that was begun after it fell due, and none in a rolling call. Once
    the close has moved the same reminder falls due again.
    """
    now = clock.now()
    extended = {row.application_id: row for row in openings.running_extensions(edition, now) if row.application_id}
    if not extended and _due(edition.closes_at, now) is None:
        return []
    letters = []
    for application, person in drafts.kept_drafts(edition):
        extension = extended.get(application.id)
        is_own = extension is not None and openings.counts(extension, edition)
        closes_at = extension.until if extension is not None and is_own else edition.closes_at
        before = _due(closes_at, now)
        began = (
            max(application.created_at, extension.given_at)
            if extension is not None and is_own
            else application.created_at
        )
        if before is None or closes_at is None or began >= closes_at - before:
            continue
        letters.append(
            letter_to(
                person,
                "draft_waiting",
                about=application,
                application=application,
                edition=edition,
                left=closes_at - now,
                closes_at=closes_at,
                is_own=is_own,
                key=_key(application, person, before, edition, extension if is_own else None),
            )
        )
    return letters


def _due(closes_at: datetime | None, now: datetime) -> timedelta | None:
    """Which of the reminders before a close is the one that is due."""
    if closes_at is None:
        return None
    return next((before for before in BEFORE_CLOSE if closes_at - before <= now < closes_at), None)


def _key(
    application: Application, person: Person, due: timedelta, edition: Edition, extension: Extension | None
) -> str:
    key = f"draft_waiting:{application.id}:{person.id}:{int(due.total_seconds()) // 3600}"
    if extension is not None:
        return f"{key}:extension:{extension.id}"
    return f"{key}:{edition.closes_at:%Y%m%dT%H%M}" if edition.extended_from and edition.closes_at else key


def extension_ends(edition: Edition) -> list[Letter]:
    """A letter to each who has more time that ends within a day, and has sent nothing."""
    now = clock.now()
    return [
        letter
        for extension in openings.running_extensions(edition, now)
        if extension.given_at < extension.until - A_DAY <= now
        for letter in letters_about(extension, "extension_ends", edition)
    ]


def due_reminders(edition: Edition) -> list[Letter]:
    """Everything that applicants are reminded of now."""
    return [*draft_reminders(edition), *extension_ends(edition)]


def remind_drafts(edition: Edition) -> int:
    """Write to the applicants whose reminder is due, each once; returns how many were written."""
    return len(notify_many(due_reminders(edition)))


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
