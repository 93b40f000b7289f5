"""The figures as a CSV file that spreadsheets open: single figures first, then the rows behind the charts."""

from collections.abc import Iterator, Mapping
from typing import Any

from accelerator.core.countries import country_name
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.core.spreadsheet import BOM, csv_text
from accelerator.intake.answers.prefectures import prefecture_name
from accelerator.reporting.figures.document import all_figures

Cells = tuple[object, ...]


def csv_of(figures: Mapping[str, Any]) -> bytes:
    """UTF-8 with a byte order mark; an empty value is not known. Texts can't become formulas."""
    head = (
        _("Part of the report"),
        _("Code"),
        _("Figure"),
        _("Item"),
        _("Value"),
        _("Unit"),
        _("Numerator"),
        _("Denominator"),
        _("Lower bound"),
        _("As of"),
        _("Source"),
        _("Synthetic"),
    )
    return (BOM + csv_text((head, *_single(figures), *_rows(figures["sections"])))).encode()


def _single(figures: Mapping[str, Any]) -> Iterator[Cells]:
    for section, figure in all_figures(figures):
        yield (
            section,
            figure["code"],
            pick(figure["label"]),
            figure.get("year", ""),
            figure["value"],
            figure["unit"],
            figure.get("numerator"),
            figure.get("denominator"),
            int(figure.get("lower_bound", False)),
            figure["as_of"],
            pick(figure["source"]),
            int(figure.get("synthetic", False)),
        )


def _rows(sections: Mapping[str, Any]) -> Iterator[Cells]:
    for row in sections["funnel"]["years"]:
        for column, label in (
            ("total", _("Applications")),
            ("home", _("Home country")),
            ("abroad", _("Abroad")),
            ("selected", _("In the cohort")),
        ):
            yield _row("funnel", label, row["year"], row[column], pick(row["source"]))
    for row in sections["origin"]["countries"]:
        yield _row("origin", _("Applications"), country_name(row["country"]), row["applications"])
    for row in sections["origin"]["prefectures"]:
        yield _row("origin", _("Applications"), prefecture_name(row["prefecture"]), row["applications"])
    for which, label in (("cohort", _("The cohort")), ("applications", _("All applications"))):
        for row in sections["sectors"][which]:
            yield _row("sectors", label, pick(row["name"]), row["number"])
    for row in sections["mentoring"]["startups"]:
        yield _row("mentoring", _("Hours of mentoring per startup"), row["name"], row["hours"])
    for row in sections["progress"]["startups"]:
        yield _row("progress", _("Milestones met on time"), row["name"], row["met"])
    for row in sections["demo_day"]["startups"]:
        yield _row("demo_day", _("Asked to meet"), row["name"], row["meet"])


def _row(section: str, label: str, item: object, value: object, source: str = "") -> Cells:
    return (section, "", label, item, value, "", "", "", "", "", source, "")
