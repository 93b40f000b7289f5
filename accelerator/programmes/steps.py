"""What came of the dates in an edition's plan. Later stages know it: each says which step is its own, and how to ask."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from accelerator.core import clock, scope
from accelerator.core.times import day_in
from accelerator.programmes.models import Edition

Ask = Callable[[Collection[int]], Mapping[int, datetime]]
"""Edition ids to ``{id: when it happened, or is set to happen}``; editions of which nothing is known are left out."""
_ASK: dict[str, Ask] = {}


@dataclass(frozen=True)
class Step:
    """One step of a plan: ``day`` is when it happened or is set, and ``planned`` what the plan said."""

    planned: date
    day: date
    happened: bool
    is_over: bool

    @property
    def moved(self) -> bool:
        """Whether it happened, or is set, on another day than planned."""
        return self.day != self.planned

    @property
    def is_late(self) -> bool:
        """Whether its day is over and it has not happened."""
        return self.is_over and not self.happened


@dataclass(frozen=True)
class Steps:
    """The steps of a plan that may come earlier or later than planned."""

    decisions: Step
    demo_day: Step


def tell_step(name: str, ask: Ask) -> None:
    """Say how to ask what came of a step: ``decisions`` or ``demo_day``."""
    _ASK[name] = ask


def steps_of(edition: Edition) -> Steps:
    """The steps of one edition. One statement per step that a stage tells of."""
    return steps_of_all([edition])[edition.id]


def decisions_of(edition: Edition) -> Step:
    """What came of the day of decisions alone. One statement."""
    ask = _ASK.get("decisions")
    with scope.everywhere():
        at = ask([edition.id]).get(edition.id) if ask else None
    return _steps(edition, {"decisions": at}).decisions


def steps_of_all(editions: Collection[Edition]) -> dict[int, Steps]:
    """The steps of several editions by id, each by its own clock; as many statements as for one."""
    ids = [edition.id for edition in editions]
    with scope.everywhere():
        came = {name: ask(ids) if ids else {} for name, ask in _ASK.items()}
    return {
        edition.id: _steps(edition, {name: by_edition.get(edition.id) for name, by_edition in came.items()})
        for edition in editions
    }


def _steps(edition: Edition, came: Mapping[str, datetime | None]) -> Steps:
    with scope.choose(edition.scope):
        now = clock.now()
    return Steps(
        _step(edition, edition.decisions_on, came.get("decisions"), now),
        _step(edition, edition.demo_day_on, came.get("demo_day"), now),
    )


def _step(edition: Edition, planned: date, at: datetime | None, now: datetime) -> Step:
    day = day_in(edition.zone, at) if at is not None else planned
    return Step(planned, day, at is not None and at <= now, day < day_in(edition.zone, now))
