"""Reminding reviewers of the reviews that they have still to do: by itself, and when the team asks for it."""

from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.times import day_in
from accelerator.notifications.operations import Letter, letter_to, notify_many
from accelerator.notifications.texts import Texts, render
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Round
from accelerator.scoring.queries import reviewers
from accelerator.scoring.queries.reviewers import OpenReviews
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
    waiting = [
        assigned for assigned in reviewers.open_reviews(round_) if assigned.since <= at and _awake(assigned.person)
    ]
    if reminder is Reminder.HALF:
        waiting = [reviewer for reviewer in waiting if 2 * reviewer.done < reviewer.wanted]
    # The day is part of the key, so that a round whose end is moved reminds of its new end.
    end = day_in(edition.zone, round_.closes_at)
    return _letters(waiting, round_, edition, f"{reminder.value}:{round_.id}:{end.isoformat()}")


def remind_now(round_: Round, *, edition: Edition, actor: Person) -> int:
    """Mail, because the team asks for it, everybody who has reviews to do. How many were.

    Whoever got a reminder within a day gets none, whether it came by itself or from the team. Reviews that the actor
    must know nothing of count as none: how many were reminded would tell of them.
    """
    lock(round_)  # of two clicks at once the second has to see the mails of the first
    if not round_.is_open:
        raise Refused(_("“%(round)s” is not open, so nobody is reminded.", round=round_.title))
    waiting = reviewers.open_reviews(round_, actor)
    if not waiting:
        raise Refused(_("Nobody has reviews left to do."))
    letters = _letters(waiting, round_, edition, f"asked:{round_.id}:{clock.now().isoformat()}")
    if not letters:
        raise Refused(_("Everybody who has reviews to do got a reminder within the last 24 hours."))
    reminded = len(notify_many(letters))
    audit(actor, "scoring.reminded", round_, reviewers=[None, reminded])
    return reminded


def reminder_text(open_reviews: OpenReviews, round_: Round, edition: Edition) -> Texts:
    """What a reviewer would be sent now, in their own language and zone."""
    letter = _letter(open_reviews, round_, edition, "")
    return render(letter.kind, language=letter.language, zone=letter.zone, **letter.values)


def _letters(waiting: list[OpenReviews], round_: Round, edition: Edition, name: str) -> list[Letter]:
    """Letters to those whose last reminder is a day old: the one place that decides it."""
    recent = reviewers.reminded_lately(round_) if waiting else {}
    reminded = [reviewer for reviewer in waiting if reviewer.person.id not in recent]
    return [_letter(reviewer, round_, edition, name) for reviewer in reminded]


def _letter(open_reviews: OpenReviews, round_: Round, edition: Edition, name: str) -> Letter:
    """The mail, which names no numbers: whoever looks at the mails may know less than its reviewer.

    That it was written tells that reviews are missing, so it is about the round: whoever may see no sums over the
    round's reviews finds none of them, for those that are left out would tell of their own.
    """
    kind = "reads_late" if clock.now() >= round_.closes_at else "reads_due"
    return letter_to(
        open_reviews.person,
        kind,
        key=f"{kind}:{name}:{open_reviews.person.id}",
        round=round_,
        about=round_,
        edition=edition,
        path=f"/editions/{edition.slug}/reviews?show=todo",
    )


def _awake(person: Person) -> bool:
    return clock.now().astimezone(ZoneInfo(person.zone)).hour in WAKING
