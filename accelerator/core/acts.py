"""What each stage declares for the audit trail in its own ``acts.py``: its acts, what they are done to, what they change.

A stage may name nothing of a later one, so no list of all acts is written anywhere: each stage calls :func:`declare`
once, ``lifecycle`` imports them all, and the trail looks up what it needs. A table of an earlier stage is declared
there; where only a later stage has a page that shows its rows, that stage names the page in ``pages``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from accelerator.core import times
from accelerator.core.db import Base
from accelerator.core.i18n import lazy, locale

Path = tuple[str, ...]
"""The way from a row along its foreign keys to a column: ``("application_id", "reference")``."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Act:
    """The sentence of an act: ``%(who)s`` did it, ``%(what)s`` is its subject, ``%(role)s`` a role.

    Where what was chosen makes the sentence, ``by`` names the change and ``sentences`` has one for each value after it,
    or for each pair of values before and after it, with a blank between. ``known_to`` says who of an edition's team may
    know of it; without it the whole team may.
    ``detail_days`` is how long what lies beside its entry is kept, for ever by default.
    ``covers`` names the move between states that the same operation writes beside it: the two are one act, told once.
    ``is_answer`` says that its changes tell what an applicant answered: they are not shown while that is sealed.
    ``is_sum`` says that they are sums, from which whoever must know nothing of a part could work that part out.
    """

    sentence: Any
    by: str = ""
    sentences: Mapping[str, Any] = field(default_factory=dict)
    covers: str = ""
    is_answer: bool = False
    is_sum: bool = False
    detail_days: int | None = None
    known_to: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Page:
    """The page that shows a row: its endpoint, and the parts of its address besides the edition."""

    endpoint: str
    parts: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A kind of row. ``label`` names the kind, ``name`` leads to a row's own name, ``page`` and ``parts`` to its page.

    ``person`` says that ``name`` leads to a person's id; ``counted`` that the name is a number and wants its kind in
    front. ``about`` leads to the id of the application or the startup that such a row tells something of: whoever must
    know nothing of that one is not shown the act either. ``is_answer`` says that the name tells what an applicant
    answered: while that is sealed the kind of row stands in its place.
    """

    label: Any
    name: Path = ()
    page: str | None = None
    parts: Mapping[str, Path] = field(default_factory=dict)
    person: bool = False
    counted: bool = False
    about: Path = ()
    is_answer: bool = False


@dataclass(frozen=True)
class Field:
    """What an act changed: the name of the change, in words, and what kind of value it has.

    ``plain`` values (ids, codes, states, numbers, instants) stay in the trail for ever. All others are what somebody
    typed or tell of a person: they lie beside the entry and can be erased. ``words`` says a single value, ``keys`` the
    names in front of several, ``whole`` a value that only makes sense as a whole; ``table`` says that it is the id of a
    row there. What is not ``shown`` is for programs, such as checksums.
    """

    label: Any
    plain: bool = False
    words: Callable[[str], Any] | None = None
    keys: Callable[[str], Any] | None = None
    whole: Callable[[Any], Any] | None = None
    table: str | None = None
    shown: bool = True


def typed(label: Any) -> Field:
    """What somebody typed, or what tells of a person."""
    return Field(label)


def number(label: Any) -> Field:
    """A number, a yes or no, or a code that people know, such as a reference."""
    return Field(label, plain=True, words=figure)


def choice(label: Any, *kinds: type[StrEnum] | Mapping[Any, Any]) -> Field:
    """One of the members of an enum with labels, or of the keys of a table of words."""
    return Field(label, plain=True, words=_words_of(kinds))


def tally(label: Any, *kinds: type[StrEnum] | Mapping[Any, Any]) -> Field:
    """A number for each of the members."""
    return Field(label, plain=True, keys=_words_of(kinds))


def instant(label: Any) -> Field:
    """An instant, shown in the viewer's zone."""
    return Field(label, plain=True, words=_moment)


def day(label: Any) -> Field:
    """A day of the calendar."""
    return Field(label, plain=True, words=_day)


def row(label: Any, table: str) -> Field:
    """The id of a row; it is shown by the row's own name."""
    return Field(label, plain=True, table=table)


def language(label: Any) -> Field:
    """A language, or several, called as the reader's language calls it."""
    return Field(label, plain=True, words=lambda code: locale().languages.get(code, "").capitalize() or None)


def zone(label: Any) -> Field:
    """A time zone, shown by its city."""
    return Field(label, plain=True, words=lambda name: times.zone_label(name) if times.is_zone(name) else None)


def unseen() -> Field:
    """What only programs read: checksums, keys, addresses of files."""
    return Field("", plain=True, shown=False)


def _words_of(kinds: tuple[Any, ...]) -> Callable[[str], Any]:
    def words(value: str) -> Any:
        for kind in kinds:
            if isinstance(kind, Mapping) and value in kind:
                return kind[value]
            if not isinstance(kind, Mapping) and value in set(kind):
                return kind(value).label
        return None

    return words


def figure(value: str) -> str:
    """A number without the zeros that the database keeps behind it; anything else as it is.

    >>> figure("61.0000"), figure("1200"), figure("A-0012")
    ('61', '1200', 'A-0012')
    """
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return value
    return f"{exact.normalize():f}" if exact.is_finite() else value


def _moment(value: str) -> str | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return times.moment(at) if at.tzinfo else None


def _day(value: str) -> str | None:
    try:
        return times.day(date.fromisoformat(value), year=True)
    except ValueError:
        return None


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
    """What an act's change is called, as the stage of the act declares it; ``criterion.team`` is a ``criterion``."""
    return next((stage.fields.get(name.partition(".")[0]) for stage in STAGES.values() if code in stage.acts), None)


@cache
def row_class(table: str) -> Any:
    """The mapped class of a table."""
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == table)


def changes_shown(code: str, changes: Mapping[str, Any], *, sealed: bool, withheld: bool) -> Mapping[str, Any]:
    """The changes of an act that may be shown: no answers while they are ``sealed``, no sums that are ``withheld``."""
    known = act(code)
    return _NOTHING if known and ((sealed and known.is_answer) or (withheld and known.is_sum)) else changes


def said(code: str, changes: Mapping[str, Any]) -> str:
    """The sentence of an act, its ``%(who)s`` and ``%(what)s`` still open."""
    known = act(code)
    if known is None:  # of a stage that is no more
        return str(lazy("%(who)s changed %(what)s"))
    change = changes.get(known.by)
    pair = " ".join(map(str, change)) if isinstance(change, list) else ""
    return str(known.sentences.get(pair) or known.sentences.get(_after(change)) or known.sentence)


def _after(change: Any) -> str:
    """The value after a change, which is ``[before, after]``; the first where there are several."""
    value = change[-1] if isinstance(change, list) and change else change
    return str(value[0] if isinstance(value, list) and value else value)
