"""The trail of what was done in an edition, in sentences; and the same as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Response, abort, render_template, request, url_for
from markupsafe import Markup, escape

from accelerator.accounts.models import Role
from accelerator.accounts.views.visitor import current_person
from accelerator.core import acts as declared
from accelerator.core import i18n, times
from accelerator.core.acts import said
from accelerator.core.forms import day_of
from accelerator.core.i18n import gettext as _
from accelerator.core.spreadsheet import csv_pieces
from accelerator.core.web import Feature
from accelerator.programmes import rules
from accelerator.programmes.addresses import breakable
from accelerator.programmes.models import Edition
from accelerator.trail import operations, queries
from accelerator.trail.queries import Act, Filters, Thing

bp = Feature("trail", __name__)
Things = Mapping[tuple[str, int], Thing]


@dataclass(frozen=True)
class Line:
    """One act as the page shows it; ``changes`` are ``(name, before, after)``, before is None where nothing was."""

    at: datetime
    sentence: Markup
    changes: list[tuple[str, str | None, str]]
    reason: str | None


@bp.route("/editions/<edition_slug>/audit", allow=rules.can_run)
def trail(edition: Edition) -> Any:
    """What was done here, by whom, with what changed."""
    filters = _filters(request.args)
    found = queries.acts(edition, filters, request.args.get("page"))
    things = queries.things(edition, found.rows)
    kinds = sorted(((kind, str(spec.label)) for kind, spec in declared.subjects().items()), key=lambda pair: pair[1])
    return render_template(
        "trail/trail.html", trail=found, lines=[_line(edition, act, things) for act in found.rows],
        filters=filters, actors=queries.actors(edition), kinds=kinds,
        href=lambda mark: _address(edition, {**filters.plain, "page": mark}),
    )  # fmt: skip


@bp.route("/editions/<edition_slug>/audit.csv", methods=["POST"], allow=rules.can_run)
def export(edition: Edition) -> Response:
    """The trail, or what the filters leave of it, as CSV; a POST, because the trail notes who took it out."""
    filters = _filters(request.form)
    operations.record_export(edition, filters=filters.plain, actor=current_person() or abort(401))
    headers = {"Content-Disposition": f'attachment; filename="{edition.slug}-audit.csv"'}
    pieces = csv_pieces(edition.scope, _heads, partial(_part, edition, filters), language=i18n.language(), zone="UTC")
    return Response(pieces, mimetype="text/csv; charset=utf-8", headers=headers)


def _address(edition: Edition, parts: Mapping[str, Any], page: str = ".trail") -> str:
    return url_for(page, edition_slug=edition.slug, **parts)


def _filters(values: Mapping[str, str]) -> Filters:
    person, kind = values.get("person", ""), values.get("kind", "")
    return Filters(
        int(person) if person.isascii() and person.isdecimal() and len(person) < 10 else None,
        kind if declared.subject(kind) else "", day_of(values.get("first")), day_of(values.get("last")),
    )  # fmt: skip


def _line(edition: Edition, act: Act, things: Things) -> Line:
    # What people typed is escaped when it is put into the sentence, for the sentence is markup already.
    sentence = escape(said(act.action, act.changes)) % {
        "who": _who(act), "what": _what(edition, act, things), "role": _role(act),
    }  # fmt: skip
    shown = declared.changes_shown(act.action, act.changes, sealed=edition.is_sealed)
    changes = [(_field(act, name), *_sides(name, change)) for name, change in shown.items()]
    return Line(act.at, sentence, changes, act.reason)


def _field(act: Act, name: str) -> str:
    field = declared.field_of(act.action, name)
    return str(field.label) if field else name


def _who(act: Act) -> Markup:
    name = act.person.name_in(i18n.language()) if act.person else _("The system")
    return Markup('<b translate="no">{}</b>').format(name)


def _role(act: Act) -> str:
    """The role that an act gave, offered or took, in words."""
    sides = act.changes.get("role")
    value = next((side for side in reversed(sides) if side), "") if isinstance(sides, list) else ""
    return Role(value).label if value in set(Role) else ""


def _name(act: Act, things: Things) -> str:
    thing, spec = things.get((act.subject_type, act.subject_id or 0)), declared.subject(act.subject_type)
    label = str(spec.label) if spec else act.subject_type
    name = "" if thing is None else thing.person.name_in(i18n.language()) if thing.person else thing.name
    if name and spec and spec.counted:
        return f"{label} {name}"
    return name or f"{label} {act.subject_id or ''}".strip()


def _what(edition: Edition, act: Act, things: Things) -> Markup:
    name, spec = _name(act, things), declared.subject(act.subject_type)
    thing, page = things.get((act.subject_type, act.subject_id or 0)), declared.page(act.subject_type)
    if spec is None or page is None or (spec.name and thing is None):
        return Markup('<span translate="no">{}</span>').format(breakable(name))
    address = _address(edition, thing.parts if thing else {}, page.endpoint)
    return Markup('<a href="{}" translate="no">{}</a>').format(address, breakable(name))


def _sides(name: str, change: Any) -> tuple[str | None, str]:
    if isinstance(change, list) and len(change) == 2:
        return _value(name, change[0]), _value(name, change[1])
    return None, _value(name, change)


def _value(name: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_value('', item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_value("", item) for item in value)
    text = str(value)
    if name == "role" and text in set(Role):
        return Role(text).label
    return _moment(text) if name.endswith("_at") else text[:200]


def _moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return times.moment(at) if at.tzinfo else text


def _part(edition: Edition, filters: Filters, after: int) -> tuple[list[list[Any]], int | None]:
    found = queries.acts_after(edition, filters, after)
    things = queries.things(edition, found)
    return [_cells(edition, act, things) for act in found], found[-1].id if len(found) == queries.CHUNK else None


def _heads() -> list[str]:
    return [
        _("When (UTC)"), _("By whom"), _("E-mail"), _("What"), _("Kind"), _("About"), _("Changed"), _("Reason"),
        _("Code"),
    ]  # fmt: skip


def _cells(edition: Edition, act: Act, things: Things) -> list[Any]:
    who = act.person.name_in(i18n.language()) if act.person else _("The system")
    name, spec = _name(act, things), declared.subject(act.subject_type)
    shown = declared.changes_shown(act.action, act.changes, sealed=edition.is_sealed)
    sides = [(_field(act, field), *_sides(field, change)) for field, change in shown.items()]
    changed = "\n".join(f"{field}: {f'{before} → ' if before is not None else ''}{now}" for field, before, now in sides)
    return [
        act.at.strftime("%Y-%m-%d %H:%M:%S"), who, act.person.email if act.person else "",
        said(act.action, act.changes) % {"who": who, "what": name, "role": _role(act)}, spec.label if spec else act.subject_type, name,
        changed, act.reason, act.action,
    ]  # fmt: skip
