"""Declaring conflicts of interest. A conflict ends every read of the pair at once."""

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.intake.models import Application, Conflict, ConflictKind
from accelerator.intake.queries.visibility import SETTLED
from accelerator.programmes.models import Edition
from accelerator.scoring.models import ASSIGNMENT_MOVES, COUNTED_ASSIGNMENTS, Assignment, AssignmentState, Round
from accelerator.scoring.operations.assigning import recount
from accelerator.scoring.operations.fitting import fit_later
from accelerator.scoring.queries import conflicts, ranking


def declare_conflict(
    application: Application, *, person: Person, kind: ConflictKind, note: str = "", actor: Person
) -> bool:
    """Record that ``person`` may not judge ``application``; False if that is on record already.

    Reviews of the pair become abstained, a submitted one leaves the sums, and the round's fit is worked out anew. What a
    letter that went out rests on stays: from then on the conflict bars the person and changes no figure.
    """
    # Locked: a release may be about to say how it ended.
    application = lock(session().get_one(Application, application.id))
    try:
        with session().begin_nested():
            conflict = add(
                Conflict(
                    edition_id=application.edition_id,
                    application_id=application.id,
                    person_id=person.id,
                    kind=kind,
                    note=note,
                    declared_by=actor.id,
                    declared_at=clock.now(),
                )
            )
    except IntegrityError:
        return False
    is_out = application.state in SETTLED
    for assignment in _assignments(application, person):
        if is_out and assignment.state is AssignmentState.DONE:
            continue
        end_assignment(assignment, because=None, actor=actor)
    audit(
        actor,
        "conflict.declared",
        conflict,
        application=[None, application.id],
        person=[None, person.id],
        kind=[None, kind],
    )
    return True


def declare_conflicts(edition: Edition, *, slugs: Collection[str], kind: ConflictKind, note: str, actor: Person) -> int:
    """Record the actor's own conflicts with the applications of these startups; how many were new."""
    refuse(declared_problems(edition, slugs))
    chosen = conflicts.applications_by_slug(edition, slugs)
    return sum(declare_conflict(application, person=actor, kind=kind, note=note, actor=actor) for application in chosen)


def declared_problems(edition: Edition, slugs: Collection[str]) -> Iterator[Refused]:
    """Why conflicts with these startups can't be declared: none of them has applied."""
    if not conflicts.applications_by_slug(edition, slugs):
        yield Refused(_("Choose at least one name."), field="slugs")


def record_problems(edition: Edition, person: Person | None, slug: str | None) -> Iterator[Refused]:
    """Why a conflict of somebody with this startup can't be recorded, as far as both are known."""
    application = _by_slug(edition, slug or "")
    if application is None:
        yield Refused(_("Choose one from the list."), field="slug")
    elif person is not None and conflicts.is_on_record(application, person):
        yield Refused(_("This conflict is already on record."), field="slug")


def _by_slug(edition: Edition, slug: str) -> Application | None:
    return next(iter(conflicts.applications_by_slug(edition, [slug])), None)


def record_conflict(
    edition: Edition, *, person: Person, slug: str, kind: ConflictKind, note: str, actor: Person
) -> None:
    """The team records a conflict that somebody told them of."""
    refuse(record_problems(edition, person, slug))
    application = _by_slug(edition, slug)
    if application is None or not declare_conflict(application, person=person, kind=kind, note=note, actor=actor):
        raise Refused(_("This conflict is already on record."), field="slug")


def lift_conflict(conflict: Conflict, *, actor: Person) -> None:
    """Strike a conflict that was declared by mistake. Ended reads stay ended until the team gives them out again."""
    if conflict.person_id == actor.id:
        raise Refused(_("Somebody else has to lift a conflict of your own."))
    audit(
        actor,
        "conflict.lifted",
        conflict,
        application=[conflict.application_id, None],
        person=[conflict.person_id, None],
        kind=[conflict.kind, None],
    )
    session().delete(conflict)
    session().flush()


def _assignments(application: Application, person: Person) -> list[Assignment]:
    statement = select(Assignment).where(
        Assignment.edition_id == application.edition_id,
        Assignment.application_id == application.id,
        Assignment.reviewer_id == person.id,
        Assignment.state.in_(COUNTED_ASSIGNMENTS),
    )
    return list(session().scalars(statement.order_by(Assignment.id)))


def end_assignment(assignment: Assignment, *, because: str | None, actor: Person) -> None:
    """Let a read be abstained from; what was submitted no longer counts."""
    lock(assignment)
    counted = assignment.state is AssignmentState.DONE
    assignment.abstained_because = because
    move(assignment, AssignmentState.ABSTAINED, moves=ASSIGNMENT_MOVES, actor=actor, reason=because)
    if not counted:
        return
    round_: Round = assignment.round
    entry = ranking.entry_of(round_, assignment.application)
    if entry is not None:
        recount(entry)
    fit_later(round_)
