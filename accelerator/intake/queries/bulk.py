"""Reads for acts on many applications at once: which are meant, and how far such an act is.

What bars whoever asks is never among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.outbox import JobRow
from accelerator.core.prepared import columns
from accelerator.intake.models import Application
from accelerator.intake.queries.listing import Filters, conditions
from accelerator.intake.queries.visibility import visible_to
from accelerator.intake.team_models import BulkLine, BulkRun, LineState
from accelerator.programmes.models import Edition

MOST_TICKED = 300  # they stand in an address; beyond that one takes all that match


@dataclass(frozen=True)
class Chosen:
    """What an act is meant for: the applications that were ticked or, with ``filters``, all that these leave."""

    references: tuple[str, ...] = ()
    filters: Filters | None = None


def chosen_ids(edition: Edition, viewer: Person, chosen: Chosen) -> Select[int]:
    """The ids of what is meant, as a statement that others take in."""
    ids = select(Application.id).correlate(None)
    if chosen.filters is not None:
        return ids.where(*conditions(edition, viewer, chosen.filters))
    return ids.where(
        Application.edition_id == edition.id, visible_to(viewer), Application.reference.in_(chosen.references)
    )


def chosen_rows(edition: Edition, viewer: Person, chosen: Chosen) -> Sequence[Any]:
    """Id, reference and name of what is meant, in order of the reference."""
    shown = select(Application.id, Application.reference, Application.name)
    return columns(shown.where(Application.id.in_(chosen_ids(edition, viewer, chosen))).order_by(Application.reference))


def run(edition: Edition, run_id: int) -> BulkRun | None:
    """One act on many applications."""
    return session().scalar(select(BulkRun).where(BulkRun.id == run_id, BulkRun.edition_id == edition.id))


def tally(run: BulkRun, viewer: Person) -> dict[LineState, int]:
    """How many applications of an act are in which state, without those that bar the viewer since."""
    counted = (
        select(BulkLine.state, func.count(BulkLine.application_id))
        .join(Application, Application.id == BulkLine.application_id)
        .where(BulkLine.run_id == run.id, visible_to(viewer))
        .group_by(BulkLine.state)
    )
    return dict(session().execute(counted).all())


def refusals(run: BulkRun, viewer: Person) -> Sequence[Any]:
    """Reference, name and reason of each application that an act was refused for."""
    refused = (
        select(Application.reference, Application.name, BulkLine.reason)
        .join(BulkLine, BulkLine.application_id == Application.id)
        .where(BulkLine.run_id == run.id, BulkLine.state == LineState.REFUSED, visible_to(viewer))
    )
    return columns(refused.order_by(Application.reference))


def job_of(run: BulkRun) -> JobRow | None:
    """The job that does the act, where it takes one."""
    return session().get(JobRow, run.job_id) if run.job_id else None


def progress(run: BulkRun) -> tuple[int, int]:
    """How many applications of an act are settled, and of how many."""
    settled = func.count(BulkLine.application_id).filter(BulkLine.state != LineState.WAITING)
    done, total = (
        session().execute(select(settled, func.count(BulkLine.application_id)).where(BulkLine.run_id == run.id)).one()
    )
    return done, total
