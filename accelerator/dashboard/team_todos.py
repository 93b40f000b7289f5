"""What is counted for the team, and what follows from it: what waits, each with the page on which it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.dashboard.lines import Todo
from accelerator.notifications.queries import Troubles
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RoundState


@dataclass(frozen=True)
class Late:
    """A reviewer who may not finish."""

    name: str
    native_name: str | None
    zone: str
    done: int
    total: int

    @property
    def share(self) -> float:
        """How much is scored, 0 to 1."""
        return self.done / self.total


@dataclass(frozen=True)
class Stage:
    """The round that matters now."""

    id: int
    number: int
    title: str
    state: RoundState
    opens_at: datetime
    closes_at: datetime
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Counts:
    """The figures of the funnel and what waits, from one statement."""

    to_screen: int
    to_confirm: int
    fully_read: int
    offers_open: int
    first_expiry: datetime | None
    offers_accepted: int
    cohort: int
    milestones_in: int
    milestones_late: int
    sessions_soon: int
    sessions_open: int
    investors_asked: int
    release_by: int | None
    release_approved: int
    left_out: int


def todos(
    edition: Edition, actor: Person, counts: Counts, stage: Stage | None, late: list[Late], troubles: Troubles
) -> list[Todo]:
    """What waits for this member of the team."""
    here = {"edition_slug": edition.slug}
    return [
        *_releases(edition, actor, counts, here),
        *_screening(counts, here),
        *_reviews(stage, late, here),
        *_cohort(edition, counts, here),
        *_troubles(troubles, here),
    ]


def _releases(edition: Edition, actor: Person, counts: Counts, here: dict[str, Any]) -> list[Todo]:
    waiting = []
    if counts.release_by is not None and counts.release_by != actor.id:
        title, note = _("A release waits for a second person"), _("Review what goes out, then approve.")
        waiting.append(Todo(title, "selection.release", here, note, edition.decisions_on, "warn", _("Check")))
    if counts.release_approved:
        title = _("A release is approved and can go out")
        note = _("Nobody gets a letter until somebody on the team releases it.")
        waiting.append(Todo(title, "selection.release", here, note, edition.decisions_on, "warn", _("Check")))
    return waiting


def _screening(counts: Counts, here: dict[str, Any]) -> list[Todo]:
    waiting = []
    if counts.to_screen:
        title = ngettext(
            "%(num)s application to check against the rules",
            "%(num)s applications to check against the rules",
            counts.to_screen,
        )
        waiting.append(Todo(title, "screening.queue", here, verb=_("Check")))
    if counts.to_confirm:
        title = ngettext(
            "%(num)s “not eligible” verdict needs a second person",
            "%(num)s “not eligible” verdicts need a second person",
            counts.to_confirm,
        )
        waiting.append(Todo(title, "screening.queue", here, verb=_("Confirm")))
    return waiting


def _reviews(stage: Stage | None, late: list[Late], here: dict[str, Any]) -> list[Todo]:
    if not late or stage is None:
        return []
    title = ngettext("%(num)s reviewer may not finish", "%(num)s reviewers may not finish", len(late))
    page = {**here, "number": stage.number}
    return [Todo(title, "scoring.reviewers", page, stage.title, stage.closes_at, "warn", _("See who"))]


def _cohort(edition: Edition, counts: Counts, here: dict[str, Any]) -> list[Todo]:
    """From the offers to the investors: whatever concerns those who were selected."""
    waiting = []
    if counts.offers_open:
        title = ngettext("%(num)s offer waits for an answer", "%(num)s offers wait for an answer", counts.offers_open)
        waiting.append(Todo(title, "selection.board", here, due=counts.first_expiry, verb=_("See")))
    if counts.milestones_in:
        title = ngettext("%(num)s milestone to review", "%(num)s milestones to review", counts.milestones_in)
        waiting.append(Todo(title, "progress.milestones", here, verb=_("Review")))
    if counts.sessions_open:
        title = ngettext(
            "%(num)s past session has no outcome", "%(num)s past sessions have no outcome", counts.sessions_open
        )
        note = _("Did it take place, or did somebody not come?")
        waiting.append(Todo(title, "mentoring.sessions", here, note, verb=_("Record")))
    if counts.investors_asked:
        title = ngettext(
            "%(num)s investor asks to be admitted", "%(num)s investors ask to be admitted", counts.investors_asked
        )
        waiting.append(Todo(title, "demo_day.interests", here, due=edition.demo_day_on, verb=_("Check")))
    return waiting


def _troubles(troubles: Troubles, here: dict[str, Any]) -> list[Todo]:
    waiting = []
    if troubles.bounced:
        title = ngettext("%(num)s e-mail bounced", "%(num)s e-mails bounced", troubles.bounced)
        page = {**here, "state": "bounced"}
        note = _("The address is wrong, or its server rejects our e-mail.")
        waiting.append(Todo(title, "notifications.mail", page, note, tone="bad", verb=_("See")))
    if troubles.dead_jobs:
        title = ngettext("%(num)s job stopped", "%(num)s jobs stopped", troubles.dead_jobs)
        waiting.append(Todo(title, "notifications.jobs", here, tone="bad", verb=_("See")))
    return waiting
