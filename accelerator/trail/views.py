"""The trail of what was done in an edition, in sentences; and the same as a file."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import acts as declared
from accelerator.core import i18n
from accelerator.core.forms import day_of
from accelerator.core.i18n import gettext as _
from accelerator.core.spreadsheet import csv_pieces
from accelerator.core.text import clean_line
from accelerator.core.web import Feature
from accelerator.programmes import rules
from accelerator.programmes.models import Edition
from accelerator.trail import operations, queries, wording
from accelerator.trail.queries import Filters

bp = Feature("trail", __name__)
LONGEST_REFERENCE = 12


@bp.route("/editions/<edition_slug>/audit", allow=rules.can_run)
def trail(edition: Edition) -> Any:
    """What was done here, by whom, with what changed."""
    filters, me = _filters(request.args), signed_in_person()
    acts = queries.acts(edition, filters, me.id, request.args.get("page"))
    things = queries.things(edition, acts.rows, me.id)
    kinds = sorted(((kind, str(spec.label)) for kind, spec in declared.subjects().items()), key=lambda pair: pair[1])
    allowed = queries.allowed(edition, me.id, acts.rows)
    lines = wording.lines(edition, acts.rows, things, **allowed)
    return render_template(
        "trail/trail.html",
        trail=acts,
        lines=lines,
        colon=wording.colon(),
        filters=filters,
        actors=queries.actors(edition, me.id),
        kinds=kinds,
        href=lambda mark: _address(edition, {**filters.plain, "page": mark}),
    )


@bp.route("/editions/<edition_slug>/audit.csv", methods=["POST"], allow=rules.can_run)
def export(edition: Edition) -> Response:
    """The trail, or what the filters leave of it, as CSV; a POST, because the trail notes who took it out."""
    filters, me = _filters(request.form), signed_in_person()
    operations.record_export(edition, filters=filters.plain, actor=me)
    headers = {"Content-Disposition": f'attachment; filename="{edition.slug}-audit.csv"'}
    part = partial(_part, edition, filters, me.id)
    pieces = csv_pieces(edition.scope, _heads, part, language=i18n.language(), zone="UTC")
    return Response(pieces, mimetype="text/csv", headers=headers)


def _address(edition: Edition, parts: Mapping[str, Any]) -> str:
    return url_for(".trail", edition_slug=edition.slug, **parts)


def _filters(values: Mapping[str, str]) -> Filters:
    person, kind = values.get("person", ""), values.get("kind", "")
    return Filters(
        int(person) if person.isascii() and person.isdecimal() and len(person) < 10 else None,
        kind if declared.subject(kind) else "",
        day_of(values.get("first")),
        day_of(values.get("last")),
        clean_line(values.get("application", ""))[:LONGEST_REFERENCE],
    )


def _heads() -> list[str]:
    return [_("When (UTC)"), _("By whom"), _("E-mail"), _("What"), _("Kind"), _("About"), _("Changed"), _("Reason")]


def _part(edition: Edition, filters: Filters, viewer_id: int, after: int) -> tuple[list[list[Any]], int | None]:
    acts = queries.acts_after(edition, filters, viewer_id, after)
    things = queries.things(edition, acts, viewer_id)
    allowed = queries.allowed(edition, viewer_id, acts)
    lines = [wording.cells(act, things, **allowed) for act in acts]
    return lines, acts[-1].id if len(acts) == queries.CHUNK else None
