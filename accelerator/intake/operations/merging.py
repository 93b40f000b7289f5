"""Merging two records of one firm, with the question which of two applications to one call counts, and undoing it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import scope, states
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import MOVES, Application, ApplicationState
from accelerator.intake.queries.visibility import is_barred
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup, StartupMerge
from accelerator.startups.operations import merging
from accelerator.startups.operations.moves import Moves
from accelerator.startups.queries import people

Double = tuple[Application, Application]


def applications_of(*startups: Startup) -> list[Application]:
    """Every application of these records, in whichever edition."""
    ids = [startup.id for startup in startups]
    with scope.everywhere():
        rows = select(Application).where(Application.startup_id.in_(ids))
        return list(session().scalars(rows.order_by(Application.edition_id, Application.id)))


def double_applications(kept: Startup, gone: Startup) -> list[Double]:
    """Applications of both to one call of which only one can count: neither of them is withdrawn."""
    counted = [row for row in applications_of(kept, gone) if row.state is not ApplicationState.WITHDRAWN]
    theirs = {row.edition_id: row for row in counted if row.startup_id == gone.id}
    return [(row, theirs[row.edition_id]) for row in counted if row.startup_id == kept.id and row.edition_id in theirs]


def merge_problems(
    kept: Startup, gone: Startup, *, counting: Mapping[int, str | None], actor: Person
) -> Iterator[Refused]:
    """Why two records can't be made one; ``counting`` has the reference that counts of each edition with two."""
    if any(is_barred(actor, row) for row in applications_of(kept, gone)):
        yield Refused(_("A conflict of interest keeps you from one of the two."))
        return
    yield from merging.merge_problems(kept, gone)
    for pair in double_applications(kept, gone):
        loser, chosen = _loser(pair, counting), counting.get(pair[0].edition_id)
        field = f"counts_{pair[0].edition_id}"
        if loser is None and not chosen:
            yield Refused(_("Choose which application counts."), field=field)
        elif loser is None:
            yield Refused(_("Choose one of the two applications."), field=field)
        else:
            for problem in states.move_problems(loser, ApplicationState.WITHDRAWN, moves=MOVES):
                yield Refused(f"{loser.reference}: {problem.message}", field=field)


def _loser(pair: Double, counting: Mapping[int, str | None]) -> Application | None:
    chosen = counting.get(pair[0].edition_id)
    if chosen not in (pair[0].reference, pair[1].reference):
        return None
    return pair[1] if pair[0].reference == chosen else pair[0]


def merge_startups(
    kept: Startup, gone: Startup, *, shown: Mapping[str, Any], counting: Mapping[int, str | None], actor: Person
) -> StartupMerge:
    """Make one record of two that are the same firm; see :func:`startups.operations.merging.finish_merge`.

    Of two applications to one call the one that does not count is withdrawn. Everybody with access to either has a mail.
    Refused where a conflict of interest bars the actor from either, and where something would be lost.
    """
    told = {person.id: person for startup in (kept, gone) for person in people(startup.id)}
    moves = merging.begin_merge(kept, gone, actor=actor)
    refuse(merge_problems(kept, gone, counting=counting, actor=actor))
    withdrawn = [_withdraw(moves, pair, counting, actor) for pair in double_applications(kept, gone)]
    name = gone.name
    merge = merging.finish_merge(moves, kept, gone, shown=shown, actor=actor)
    told |= {person.id: person for person in people(kept.id)}
    for person in told.values():
        notify(
            person,
            "startups_merged",
            key=f"startups_merged:{merge.id}:{person.id}",
            about=kept,
            startup=kept,
            other=name,
            withdrawn=withdrawn,
        )
    return merge


def _withdraw(moves: Moves, pair: Double, counting: Mapping[int, str | None], actor: Person) -> tuple[str, str, str]:
    """Withdraw the one that does not count: ``(edition, reference that counts, reference of the other)``."""
    loser = _loser(pair, counting)
    if loser is None:
        raise Refused(_("Choose which application counts."))
    counts = pair[0] if loser is pair[1] else pair[1]
    with scope.choose(scope.of(loser.edition_id)):
        lock(loser)
        before = loser.state
        reason = _("The same firm applied twice; %(reference)s counts.", reference=counts.reference)
        states.move(loser, ApplicationState.WITHDRAWN, moves=MOVES, actor=actor, reason=reason)
        moves.note(loser, {"state": before})
    return session().get_one(Edition, loser.edition_id).title, counts.reference, loser.reference


def undo_merge(merge: StartupMerge, *, actor: Person) -> None:
    """Make two records of one again, with every application as it was; everybody with access to either has a mail."""
    kept, gone = (session().get_one(Startup, key) for key in (merge.kept_id, merge.gone_id))
    if any(is_barred(actor, row) for row in applications_of(kept, gone)):
        raise Refused(_("A conflict of interest keeps you from one of the two."))
    told = {person.id: person for person in people(kept.id)}
    merging.undo_merge(merge, actor=actor)
    told |= {person.id: person for startup in (kept, gone) for person in people(startup.id)}
    _tell_apart(list(told.values()), merge, kept, gone)


def _tell_apart(told: Sequence[Person], merge: StartupMerge, kept: Startup, gone: Startup) -> None:
    for person in told:
        notify(
            person,
            "startups_merge_undone",
            key=f"startups_merge_undone:{merge.id}:{person.id}",
            about=kept,
            startup=kept,
            other=gone.name,
        )
