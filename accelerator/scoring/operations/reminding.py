"""Reminding reviewers of the reads that they have still to do."""

from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.times import day_in
from accelerator.notifications.operations import Letter, letter_to, notify_many
from accelerator.programmes.models import Edition
from accelerator.scoring import queries
from accelerator.scoring.models import Round
from accelerator.scoring.queries import OpenReads
from accelerator.scoring.reminders import Reminder, due

WAKING = range(8, 21)  # hours of the reader's own clock


def remind_reviewers(round_: Round, *, edition: Edition) -> int:
    """Mail whoever has reads to do what is left and until when; each moment once per person and end. How many were."""
    return len(notify_many(review_reminders(round_, edition)))


def review_reminders(round_: Round, edition: Edition) -> list[Letter]:
    """A letter to whoever has reads to do, if a reminder is due now.

    Half-way only those hear who are behind, and nobody is told of a moment that passed before the reads were theirs.
    """
    moment = due(round_.opens_at, round_.closes_at, clock.now())
    if not round_.is_open or moment is None:
        return []
    at, reminder = moment
    waiting = [one for one in queries.open_reads(round_) if one.since <= at and _awake(one.person)]
    if reminder is Reminder.HALF:
        waiting = [one for one in waiting if 2 * one.done < one.wanted]
    return [_letter(one, round_, edition, reminder) for one in waiting]


def _awake(person: Person) -> bool:
    return clock.now().astimezone(ZoneInfo(person.zone)).hour in WAKING


def _letter(one: OpenReads, round_: Round, edition: Edition, reminder: Reminder) -> Letter:
    kind = "reads_late" if reminder is Reminder.OVERDUE else "reads_due"
    # The day is part of the key, so that a round whose end is moved reminds of its new end.
    key = f"{kind}:{reminder.value}:{round_.id}:{day_in(edition.zone, round_.closes_at).isoformat()}:{one.person.id}"
    return letter_to(
        one.person, kind, key=key, round=round_, edition=edition, done=one.done, wanted=one.wanted,
        path=f"/editions/{edition.slug}/reviews?show=todo",
    )  # fmt: skip
