"""An act in the reader's language: its sentence, and what changed, without a code, key or number that nobody knows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from accelerator.accounts.models import Role
from accelerator.core import acts as declared
from accelerator.core import i18n
from accelerator.core.acts import Field, changes_shown, said
from accelerator.core.audit import REASON
from accelerator.core.i18n import gettext as _
from accelerator.programmes.addresses import breakable
from accelerator.programmes.models import Edition
from accelerator.trail.queries import Act, Thing

Things = Mapping[tuple[str, int], Thing]
Address = Callable[[str, Mapping[str, str]], str]
LONGEST = 200
NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """One act as the page shows it; ``changes`` are ``(name, before, after)``, before is None where nothing was."""

    at: datetime
    sentence: Markup
    changes: list[tuple[str, str | None, str]]
    reason: str | None


def line(act: Act, things: Things, address: Address, *, sealed: bool, withheld: bool) -> Line:
    """An act for the page; ``address`` leads to the page of an endpoint with these parts."""
    # What people typed is escaped when it is put into the sentence, for the sentence is markup already.
    sentence = escape(said(act.action, act.values)) % {
        "who": Markup('<b translate="no">{}</b>').format(_who(act)),
        "what": _what(act, things, address),
        "role": _role(act),
    }
    return Line(act.at, sentence, _changes(act, things, sealed, withheld), _reason(act))


def lines(edition: Edition, shown: Sequence[Act], things: Things, *, sealed: bool, withheld: bool) -> list[Line]:
    """Acts for a page, with links to what they were done to."""

    def address(page: str, parts: Mapping[str, Any]) -> str:
        return url_for(page, edition_slug=edition.slug, **parts)

    return [line(act, things, address, sealed=sealed, withheld=withheld) for act in shown]


def cells(act: Act, things: Things, *, sealed: bool, withheld: bool) -> list[Any]:
    """An act for the file."""
    who, name, spec = _who(act), _name(act, things), declared.subject(act.subject_type)
    changed = "\n".join(
        f"{field}{colon()}{_pair(before, after)}" for field, before, after in _changes(act, things, sealed, withheld)
    )
    sentence = said(act.action, act.values) % {"who": who, "what": name, "role": _role(act)}
    return [
        act.at.strftime("%Y-%m-%d %H:%M:%S"),
        who,
        act.person.email if act.person else "",
        sentence,
        spec.label if spec else "",
        name,
        changed,
        _reason(act),
    ]


def colon() -> str:
    """What stands between a name and its value."""
    return _(": ")


def _pair(before: str | None, after: str) -> str:
    return after if before is None else f"{before} → {after}"


def _who(act: Act) -> str:
    return act.person.name_in(i18n.language()) if act.person else _("Funade")


def _role(act: Act) -> str:
    """The role that an act gave, offered or took, in words."""
    sides = act.changes.get("role")
    value = next((side for side in reversed(sides) if side), "") if isinstance(sides, list) else ""
    return Role(value).label if value in set(Role) else ""


def _called(table: str, number: int, things: Things) -> str:
    """A row's own name; the kind of row where it has none or is gone."""
    thing, spec = things.get((table, number)), declared.subject(table)
    label = str(spec.label) if spec else _("something")
    name = "" if thing is None else thing.person.name_in(i18n.language()) if thing.person else thing.name
    return f"{label} {name}" if name and spec and spec.counted else name or label


def _name(act: Act, things: Things) -> str:
    return _called(act.subject_type, act.subject_id or 0, things)


def _what(act: Act, things: Things, address: Address) -> Markup:
    name, spec = breakable(_name(act, things)), declared.subject(act.subject_type)
    thing, page = things.get((act.subject_type, act.subject_id or 0)), declared.page(act.subject_type)
    if spec is None or page is None or (spec.name and thing is None):
        return Markup('<span translate="no">{}</span>').format(name)
    href = address(page.endpoint, thing.parts if thing else {})
    return Markup('<a href="{}" translate="no">{}</a>').format(href, name)


def _reason(act: Act) -> str | None:
    return _("erased") if REASON in act.erased else act.reason


def _changes(act: Act, things: Things, sealed: bool, withheld: bool) -> list[tuple[str, str | None, str]]:
    shown: list[tuple[str, str | None, str]] = []
    for name, change in changes_shown(act.action, act.values, sealed=sealed, withheld=withheld).items():
        field = declared.field_of(act.action, name)
        if field is not None and field.shown:
            # Some acts only name what was changed, because its words are for nobody else.
            before, after = (None, _("changed")) if change == [None, None] else _sides(field, change, things)
            if {before, after} - {None, NOTHING}:  # where nobody has words for either there is nothing to say
                shown.append((str(field.label), before, after))
    for name in act.erased:
        field = declared.field_of(act.action, name)
        if field is not None:
            shown.append((str(field.label), None, _("erased")))
    return shown


def _sides(field: Field, change: Any, things: Things) -> tuple[str | None, str]:
    if isinstance(change, list) and len(change) == 2:
        return _value(field, change[0], things), _value(field, change[1], things)
    return None, _value(field, change, things)


def _value(field: Field, value: Any, things: Things) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if field.whole:
        return str(field.whole(value) or NOTHING)
    if field.table:
        return _called(field.table, value, things) if isinstance(value, int) else NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return _several(field, value, things)
    if isinstance(value, list):
        return _(", ").join(_value(field, item, things) for item in value if item is not None)
    if field.words:
        return str(field.words(str(value)) or NOTHING)
    return str(value)[:LONGEST]


def _several(field: Field, value: Mapping[str, Any], things: Things) -> str:
    """Texts in both languages, something with a label or title of its own, or several values with their names."""
    if value.keys() <= i18n.LANGUAGES.keys():
        return i18n.pick(value)[:LONGEST]
    named = next((value[name] for name in ("label", "title") if isinstance(value.get(name), dict)), None)
    if named is not None:
        return i18n.pick(named)[:LONGEST]
    if field.keys is None:
        return _(", ").join(_value(field, item, things) for item in value.values())
    parts = [(field.keys(key), _sides(field, item, things)) for key, item in value.items()]
    return _("; ").join(f"{name}{colon()}{_pair(before, after)}" for name, (before, after) in parts if name)
