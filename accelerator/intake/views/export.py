"""The list of applications as a file: what is shown or, where no columns were chosen, all that the team usually needs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from flask import Response, request

from accelerator.accounts.models import Person
from accelerator.accounts.names import Name
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import i18n
from accelerator.core.countries import country_name
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.core.spreadsheet import csv_pieces
from accelerator.intake.answers.prefectures import prefecture_name
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.operations.listing import record_export
from accelerator.intake.queries import columns, forms, listing, tags
from accelerator.intake.queries.columns import Column, Texts
from accelerator.intake.queries.listing import Filters
from accelerator.intake.roles import QuestionRole
from accelerator.intake.views.blueprint import bp
from accelerator.intake.views.listing import asked_filters, list_page
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run


@bp.route("/editions/<edition_slug>/applications.csv", methods=["POST"], allow=can_run)
def export(edition: Edition) -> Any:
    """The rows of the present view as CSV; a POST, because the audit trail notes who took them out."""
    filters = asked_filters()
    try:
        record_export(
            edition,
            count=listing.total(edition, signed_in_person(), filters),
            view=filters.view,
            reason=request.form.get("reason", ""),
            actor=signed_in_person(),
        )
    except Refused as refusal:
        return list_page(edition, refusal.message), 422
    if filters.columns:
        shown = columns.chosen(edition, filters.columns.split("."))
        heads, part = partial(_shown_heads, shown), partial(_shown_part, edition, signed_in_person(), filters, shown)
        return _file(edition, heads, part)
    form = forms.current_form(edition)
    plain = forms.plain_form(form) if form else None
    part = partial(
        _part,
        edition,
        signed_in_person(),
        filters,
        _labels(plain, QuestionRole.STAGE),
        _labels(plain, QuestionRole.CHANNEL),
    )
    return _file(edition, _heads, part)


def _file(edition: Edition, heads: Any, part: Any) -> Response:
    lines = csv_pieces(edition.scope, heads, part, language=i18n.language(), zone=i18n.zone())
    headers = {"Content-Disposition": f'attachment; filename="{edition.slug}-applications.csv"'}
    return Response(lines, mimetype="text/csv", headers=headers)


def _shown_heads(shown: Sequence[Column]) -> list[str]:
    sent = {"submitted": _("Sent (UTC)")}
    return [_("Reference"), _("Startup"), *(sent.get(column.key, str(column.label)) for column in shown)]


def _shown_part(
    edition: Edition, viewer: Person, filters: Filters, shown: Sequence[Column], after: int
) -> tuple[list[list[Any]], int | None]:
    """The next rows with the columns that the list shows; a fixed number of statements for each part."""
    rows = listing.export_rows(edition, viewer, filters, after)
    ids, keys = [row.id for row in rows], {column.key for column in shown}
    texts = dict(columns.texts(edition, shown, ids))
    if "tags" in keys:
        texts["tags"] = {number: i18n.marks().comma.join(names) for number, names in tags.tag_names(ids).items()}
    if "owner" in keys:
        texts["owner"] = tags.owner_names(ids, i18n.language())
    lines = [[row.reference, row.name, *(_shown_cell(row, column, texts) for column in shown)] for row in rows]
    return lines, ids[-1] if len(rows) == listing.CHUNK else None


def _shown_cell(row: Any, column: Column, texts: Mapping[str, Texts]) -> Any:
    own: dict[str, Callable[[], Any]] = {
        "country": lambda: country_name(row.country),
        "sector": lambda: pick(row.sector),
        "state": lambda: row.state.label,
        "submitted": lambda: _instant(row.submitted_at),
        "revision": lambda: row.revision_number,
    }
    return own[column.key]() if column.key in own else texts[column.key].get(row.id, "")


def _instant(at: Any) -> str:
    return at.strftime("%Y-%m-%d %H:%M") if at else ""


def _part(
    edition: Edition,
    viewer: Person,
    filters: Filters,
    stages: Mapping[str, str],
    channels: Mapping[str, str],
    after: int,
) -> tuple[list[list[Any]], int | None]:
    rows = listing.export_rows(edition, viewer, filters, after)
    return [_cells(row, stages, channels) for row in rows], rows[-1][0] if len(rows) == listing.CHUNK else None


def _heads() -> list[str]:
    return [
        _("Reference"),
        _("Startup"),
        _("One line"),
        _("Country"),
        _("Prefecture"),
        _("City"),
        _("Sector"),
        _("Stage"),
        _("State"),
        _("Sent (UTC)"),
        _("Revision"),
        _("Channel"),
        _("Applicant"),
        _("E-mail"),
    ]


def _labels(form: PlainForm | None, role: QuestionRole) -> dict[str, str]:
    """What the choices of a question say in the viewer's language, by their values."""
    question = form.of_role(role) if form else None
    return {str(choice["value"]): pick(choice["label"]) for choice in question.choices} if question else {}


def _cells(row: Any, stages: Mapping[str, str], channels: Mapping[str, str]) -> list[Any]:
    _id, reference, name, one_line, country, prefecture, city, sector, stage, state, sent_at, *rest = row
    revision_number, channel, *name_parts, email = rest
    return [
        reference,
        name,
        one_line,
        country_name(country),
        prefecture_name(prefecture),
        city,
        pick(sector),
        stages.get(stage, stage),
        state.label,
        _instant(sent_at),
        revision_number,
        channels.get(channel, channel),
        Name(*name_parts).in_language(i18n.language()),
        email,
    ]
