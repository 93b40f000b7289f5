"""Setting up, opening and closing rounds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.programmes.models import Edition
from accelerator.scoring.models import ROUND_MOVES, Criterion, Round, RoundState, SeeOthers
from accelerator.scoring.operations.assigning import ensure_entries
from accelerator.scoring.operations.fitting import ask_for_fit
from accelerator.scoring.queries import rounds
from accelerator.scoring.rubric import DEFAULT_RUBRIC, Line


def create_round(
    edition: Edition,
    *,
    name: Mapping[str, str],
    opens_at: datetime,
    closes_at: datetime,
    actor: Person,
    reads: int = 3,
    blind: bool = True,
    see_others: SeeOthers = SeeOthers.AFTER_OWN,
    rubric: Sequence[Line] = DEFAULT_RUBRIC,
) -> Round:
    """Prepare a round with its own copy of a rubric; it gets the next number."""
    refuse(date_problems(opens_at, closes_at))
    lock(edition)
    highest = session().scalar(select(func.max(Round.number)).where(Round.edition_id == edition.id)) or 0
    round_ = add(
        Round(
            edition_id=edition.id,
            number=highest + 1,
            name=dict(name),
            opens_at=opens_at,
            closes_at=closes_at,
            reads=reads,
            blind=blind,
            see_others=see_others,
        )
    )
    session().add_all(
        Criterion(
            round_id=round_.id,
            key=line.key,
            label=line.label,
            weight=line.weight,
            anchors=line.anchors,
            position=position,
        )
        for position, line in enumerate(rubric, 1)
    )
    audit(
        actor, "scoring.prepared_round", round_, number=[None, round_.number], reads=[None, reads], blind=[None, blind]
    )
    return round_


def change_round(
    round_: Round,
    *,
    name: Mapping[str, str],
    opens_at: datetime,
    closes_at: datetime,
    reads: int,
    blind: bool,
    see_others: SeeOthers,
    actor: Person,
) -> None:
    """Change dates and rights of a round; the number of reads wanted goes to every ranking entry."""
    refuse(date_problems(opens_at, closes_at))
    lock(round_)
    changed = changes_of(
        round_,
        {
            "name": dict(name),
            "opens_at": opens_at,
            "closes_at": closes_at,
            "reads": reads,
            "blind": blind,
            "see_others": see_others,
        },
    )
    if "reads" in changed and round_.state is not RoundState.DRAFT:
        ensure_entries(round_)
    audit(actor, "scoring.changed_round", round_, **changed)


def date_problems(opens_at: datetime | None, closes_at: datetime | None) -> Iterator[Refused]:
    """What is wrong with the dates of a round, either of which may be missing."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        yield Refused(_("Choose an end after the start."), field="closes_at")


def start_round(round_: Round, *, edition: Edition, actor: Person) -> None:
    """Open a round, or open a closed one again: from now on its reviewers can read and save."""
    lock(edition)  # two rounds must not be opened at once
    lock(round_)
    already = rounds.open_round(edition)
    if already is not None and already.id != round_.id:
        raise Refused(_("Close “%(round)s” first: one round is open at a time.", round=already.title))
    if sum(line.weight for line in round_.criteria) != 100:
        raise Refused(_("The weights of the rubric must add up to 100."))
    move(round_, RoundState.OPEN, moves=ROUND_MOVES, actor=actor)
    round_.opened_at, round_.closed_at = round_.opened_at or clock.now(), None
    ensure_entries(round_)


def close_round(round_: Round, *, actor: Person) -> None:
    """Close a round: nothing can be saved any more, and the ranking is worked out once more."""
    lock(round_)
    move(round_, RoundState.CLOSED, moves=ROUND_MOVES, actor=actor)
    round_.closed_at = clock.now()
    ask_for_fit(round_, actor=actor)
