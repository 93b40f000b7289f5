"""Acts on many applications at once: declared by whichever stage knows the act, previewed, done in steps.

Each application passes the same operation that a page for one would call, in a savepoint of its own: what is refused is
kept with its reason, and the others go on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import enqueue
from accelerator.intake.models import Application
from accelerator.intake.queries import bulk as queries
from accelerator.intake.queries.bulk import Chosen
from accelerator.intake.queries.visibility import is_barred
from accelerator.intake.team_models import ACT_ON_MANY, BulkLine, BulkRun, LineState
from accelerator.programmes.models import Edition

AT_ONCE = 100  # with more a worker does it
STEP = 25  # applications in one transaction of the worker: a page waits for no longer than that
TYPED_FROM = 20  # from here on the number is typed before it happens
Values = Mapping[str, Any]


def _no_problems(edition: Edition, values: Values) -> Iterator[Refused]:
    return iter(())


def _as_they_are(edition: Edition, values: Values, actor: Person) -> Values:
    return values


@dataclass(frozen=True)
class BulkAct:
    """An act that can be done to many applications.

    ``label`` is its verb on the list, ``title`` the heading and ``button`` what does it, for a number of applications.
    ``form`` makes the form of what it has to be told, if anything, and ``values`` reads it as plain values; ``problems``
    are those of the values, ``prepare`` what happens once before the first application. ``skipped`` gives the ids of
    those of the chosen ones that it would not change, with the reason; ``perform`` changes one that is locked.
    """

    name: str
    position: int
    icon: str
    label: Any
    title: Callable[[int], str]
    button: Callable[[int], str]
    skipped: Callable[[Edition, Select[int], Values], Mapping[int, str]]
    perform: Callable[[Application, Values, Person, int], None]
    form: Callable[[Edition], Any] | None = None
    values: Callable[[Any], Values] = lambda form: {}
    problems: Callable[[Edition, Values], Iterator[Refused]] = _no_problems
    prepare: Callable[[Edition, Values, Person], Values] = _as_they_are


_ACTS: dict[str, BulkAct] = {}


def declare(*acts: BulkAct) -> None:
    """Name acts that the list of applications offers."""
    _ACTS.update({act.name: act for act in acts})


def acts() -> list[BulkAct]:
    """Every act, in the order in which the list offers them."""
    return sorted(_ACTS.values(), key=lambda act: act.position)


def act(name: str) -> BulkAct | None:
    """The act with this name."""
    return _ACTS.get(name)


@dataclass(frozen=True)
class Preview:
    """Whom an act would change, and whom not, by reason. Rows have id, reference and name."""

    changed: Sequence[Any]
    skipped: Mapping[str, Sequence[Any]]

    @property
    def ids(self) -> list[int]:
        """The ids of those that it would change."""
        return [row.id for row in self.changed]


def preview(edition: Edition, act: BulkAct, chosen: Chosen, values: Values, *, viewer: Person) -> Preview:
    """What an act would do to what is chosen now; reads only, a fixed number of statements."""
    rows = queries.chosen_rows(edition, viewer, chosen)
    reasons = act.skipped(edition, queries.chosen_ids(edition, viewer, chosen), values)
    skipped: dict[str, list[Any]] = {}
    for row in rows:
        if row.id in reasons:
            skipped.setdefault(reasons[row.id], []).append(row)
    return Preview([row for row in rows if row.id not in reasons], skipped)


def confirmation_problems(count: int, typed: int | None) -> Iterator[Refused]:
    """Many are changed by whoever has typed how many; none at all is nothing to confirm."""
    if not count:
        yield Refused(_("Nothing would change."))
    elif count >= TYPED_FROM and typed != count:
        yield Refused(_("Type %(num)s to confirm how many applications change.", num=count), field="count")


def begin(
    edition: Edition, act: BulkAct, ids: Sequence[int], values: Values, *, typed: int | None, actor: Person
) -> BulkRun:
    """Do an act to the applications that its preview named: at once, or by a worker where they are many."""
    refuse(confirmation_problems(len(ids), typed))
    refuse(act.problems(edition, values))
    values, now = act.prepare(edition, values, actor), clock.now()
    run = add(
        BulkRun(edition_id=edition.id, act=act.name, values=dict(values), asked_by=actor.id, asked_at=now, job_id=None)
    )
    lines = [
        {"run_id": run.id, "application_id": number, "edition_id": edition.id, "reason": "", "asked_at": now}
        for number in ids
    ]
    session().execute(insert(BulkLine), [{**line, "state": LineState.WAITING} for line in lines])
    audit(actor, "application.many_changed", edition, count=len(ids), act=act.name)
    if len(ids) > AT_ONCE:
        run.job_id = enqueue(ACT_ON_MANY, actor=actor, run_id=run.id)
    else:
        while go_on(run, actor=actor):
            pass
    return run


def go_on(run: BulkRun, *, actor: Person, most: int = STEP) -> int:
    """Do the next applications of an act; how many there were, 0 when it is over."""
    session().refresh(run, with_for_update=True)  # a worker that came back from the dead waits here
    waiting = select(BulkLine).where(BulkLine.run_id == run.id, BulkLine.state == LineState.WAITING)
    lines = session().scalars(waiting.order_by(BulkLine.application_id).limit(most)).all()
    ids = [line.application_id for line in lines]
    locked = select(Application).where(Application.id.in_(ids)).order_by(Application.id)
    rows = session().scalars(locked.with_for_update(of=Application).execution_options(populate_existing=True))
    applications = {application.id: application for application in rows}
    for line in lines:
        refusal = _attempt(run, applications[line.application_id], actor)
        line.state = LineState.REFUSED if refusal else LineState.DONE
        line.reason = refusal
    session().flush()
    return len(lines)


def _attempt(run: BulkRun, application: Application, actor: Person) -> str:
    """Why an act was refused for one application, nothing if it was done."""
    act = _ACTS.get(run.act)
    try:
        if act is None or not on_team(actor, run.edition_id) or is_barred(actor, application):
            raise Refused(_("You may not do this any more."))
        with session().begin_nested():
            act.perform(application, run.values, actor, run.id)
    except Refused as refusal:
        return " ".join(problem.message for problem in (refusal, *refusal.also))
    return ""
