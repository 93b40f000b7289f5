"""What each stage declares for the audit trail in its own ``acts.py``: its acts, what they are done to, what they change.

A stage may name nothing of a later one, so no list of all acts is written anywhere: each stage calls :func:`declare`
once, ``lifecycle`` imports them all, and the trail looks up what it needs. A table of an earlier stage is declared
there; where only a later stage has a page that shows its rows, that stage names the page in ``pages``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str, ...]
"""The way from a row along its foreign keys to a column: ``("application_id", "reference")``."""
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Act:
    """The sentence of an act: ``%(who)s`` did it, ``%(what)s`` is its subject, ``%(role)s`` a role.

    Where what was chosen makes the sentence, ``by`` names the change and ``sentences`` has one for each value after it.
    ``is_answer`` says that its changes tell what an applicant answered: they are not shown while that is sealed.
    """

    sentence: Any
    by: str = ""
    sentences: Mapping[str, Any] = field(default_factory=dict)
    is_answer: bool = False


@dataclass(frozen=True)
class Page:
    """The page that shows a row: its endpoint, and the parts of its address besides the edition."""

    endpoint: str
    parts: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A kind of row. ``label`` names the kind, ``name`` leads to a row's own name, ``page`` and ``parts`` to its page.

    ``person`` says that ``name`` leads to a person's id; ``counted`` that the name is a number and wants its kind in
    front.
    """

    label: Any
    name: Path = ()
    page: str | None = None
    parts: Mapping[str, Path] = field(default_factory=dict)
    person: bool = False
    counted: bool = False


@dataclass(frozen=True)
class Field:
    """What an act changed: the name of the change, in words."""

    label: Any


@dataclass(frozen=True)
class Declared:
    """All that one stage declares."""

    stage: str
    acts: Mapping[str, Act]
    subjects: Mapping[str, Subject]
    fields: Mapping[str, Field]
    pages: Mapping[str, Page]


STAGES: dict[str, Declared] = {}


def declare(
    module: str,
    acts: Mapping[str, Act],
    subjects: Mapping[str, Subject] = _NOTHING,
    fields: Mapping[str, Field] = _NOTHING,
    pages: Mapping[str, Page] = _NOTHING,
) -> None:
    """Declare what a stage records; ``module`` is the ``__name__`` of its ``acts.py``.

    ``acts`` by their code, ``subjects`` by their table, ``fields`` by the name of the change, ``pages`` by the table of
    an earlier stage. Raises ValueError where another stage has declared an act or a table already.
    """
    stage = module.rsplit(".", 2)[-2]
    for other in STAGES.values():
        if other.stage != stage and (
            twice := (acts.keys() & other.acts.keys()) | (subjects.keys() & other.subjects.keys())
        ):
            raise ValueError(f"{stage} and {other.stage} both declare {', '.join(sorted(twice))}")
    STAGES[stage] = Declared(stage, acts, subjects, fields, pages)


def acts() -> dict[str, Act]:
    """Every act by its code."""
    return {code: act for stage in STAGES.values() for code, act in stage.acts.items()}


def act(code: str) -> Act | None:
    """The act with this code."""
    return next((stage.acts[code] for stage in STAGES.values() if code in stage.acts), None)


def subjects() -> dict[str, Subject]:
    """Every kind of row by its table."""
    return {table: subject for stage in STAGES.values() for table, subject in stage.subjects.items()}


def subject(table: str) -> Subject | None:
    """The kind of the rows of a table."""
    return next((stage.subjects[table] for stage in STAGES.values() if table in stage.subjects), None)


def page(table: str) -> Page | None:
    """The page that shows a row of a table, if there is one."""
    named = next((stage.pages[table] for stage in STAGES.values() if table in stage.pages), None)
    kind = subject(table)
    return named or (Page(kind.page, kind.parts) if kind and kind.page else None)


def field_of(code: str, name: str) -> Field | None:
    """What an act's change is called, as the stage of the act declares it."""
    return next((stage.fields.get(name) for stage in STAGES.values() if code in stage.acts), None)


def changes_shown(code: str, changes: Mapping[str, Any], *, sealed: bool) -> Mapping[str, Any]:
    """The changes of an act that may be shown; none that tells an answer while answers are sealed."""
    known = act(code)
    return _NOTHING if sealed and known and known.is_answer else changes


def said(code: str, changes: Mapping[str, Any]) -> str:
    """The sentence of an act, its ``%(who)s`` and ``%(what)s`` still open; the code itself where none is known."""
    known = act(code)
    if known is None:
        return f"%(who)s: {code}, %(what)s"
    return str(known.sentences.get(_after(changes.get(known.by))) or known.sentence)


def _after(change: Any) -> str:
    """The value after a change, which may be ``[before, after]``, a list that begins with it, or ``{"choice": ...}``."""
    value = change.get("choice") if isinstance(change, Mapping) else change
    value = value[-1] if isinstance(value, list) and value else value
    return str(value[0] if isinstance(value, list) and value else value)
