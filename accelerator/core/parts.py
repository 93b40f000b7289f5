"""Parts of an earlier stage's page that later stages contribute, each by its own permission; lifecycle brings them together.

The page knows none of them: it asks which parts there are for whoever looks, draws a place for each, and each place
fetches its part by itself, or leads to it where no script runs. A part also says what it thinks is to be done next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import current_app

from accelerator.core.web import App

KEY = "funade.parts"


class Step(NamedTuple):
    """What is to be done next: a title, a sentence, and a link; without a verb there is nothing to do but wait."""

    title: str
    text: str = ""
    verb: str = ""
    address: str = ""


def no_step(actor: Any, subject: Any) -> Step | None:
    """Of parts that only show something."""
    return None


@dataclass(frozen=True)
class Part:
    """One part. ``allow`` is its permission, and says too whether it is a matter of the subject at all.

    ``contents`` reads what ``template`` draws, for whoever looks; ``next_step`` is asked of those alone whom ``allow``
    lets through. ``wide`` ones stand in the main column, ``last`` ones at the end of the
    other.
    """

    key: str
    title: Any
    allow: Callable[[Any, Any], bool]
    template: str
    contents: Callable[[Any, Any], Mapping[str, Any]]
    next_step: Callable[[Any, Any], Step | None] = no_step
    wide: bool = False
    last: bool = False


def show_on(app: App, page: str, parts: Sequence[Part]) -> None:
    """Name the parts of ``page`` in their order, which is that of the stages: the first step that one names is the next."""
    app.extensions.setdefault(KEY, {})[page] = tuple(parts)


def part_of(page: str, key: str) -> Part | None:
    """The part of ``page`` with this key, whoever asks."""
    return next((part for part in _parts(page) if part.key == key), None)


def parts_of(page: str, actor: Any, subject: Any) -> list[Part]:
    """The parts of ``page`` that there are for this person."""
    return [part for part in _parts(page) if part.allow(actor, subject)]


def next_step(parts: Sequence[Part], actor: Any, subject: Any) -> Step | None:
    """What is to be done next by somebody who sees these parts: the first of them with something to do says it."""
    steps = (part.next_step(actor, subject) for part in parts)
    return next((step for step in steps if step is not None), None)


def _parts(page: str) -> Sequence[Part]:
    parts: Sequence[Part] = current_app.extensions.get(KEY, {}).get(page, ())
    return parts
