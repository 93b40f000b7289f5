"""A figures document as its reader sees it: in one language, with charts. Pages, print and PDF draw from this alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from accelerator.core.charts import lines
from accelerator.core.charts.bars import hbar
from accelerator.core.charts.columns import column_chart
from accelerator.core.charts.heat import HeatCell, heat_table
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import language, marks, pick
from accelerator.reporting import wording
from accelerator.reporting.figures.document import all_figures
from accelerator.reporting.timeline import Phase, month_starts, timeline

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """One row of a bar list. ``code`` leads to the definition, ``note`` is a share or the like."""

    label: str
    value: str
    chart: Markup
    note: str = ""
    code: str = ""


@dataclass(frozen=True)
class Tile:
    """One figure of the summary; ``before`` is the year before, where it is known."""

    code: str
    label: str
    value: str
    note: str
    before: str
    synthetic: bool


@dataclass(frozen=True)
class Curve:
    """A metric of the cohort: its chart and the rows behind it."""

    label: str
    chart: Markup
    rows: Sequence[Row]


TILES = ("APP_N", "APP_INT_RATE", "COHORT_N", "ACC_RATE", "MENT_H", "MS_DONE", "DD_ATT", "INTRO_N")


class Sheet:
    """Labels, values and charts of one document, in the language spoken now."""

    def __init__(self, figures: Mapping[str, Any]) -> None:
        self.edition: Row = figures["edition"]
        self.sections: Mapping[str, Any] = figures["sections"]
        self.definitions: Sequence[Row] = figures["definitions"]
        self.everything = all_figures(figures)
        self.by_code = {figure["code"]: figure for _, figure in self.everything}

    def value(self, code: str) -> Any:
        """The bare number, None where it is not known."""
        return self.by_code[code]["value"]

    def shown(self, code: str) -> str:
        """The figure with its unit."""
        return wording.shown(self.by_code[code])

    def label(self, code: str) -> str:
        """What the figure is called."""
        return pick(self.by_code[code]["label"])

    def basis(self, code: str) -> str:
        """What it is out of."""
        return wording.basis(self.by_code[code])

    @property
    def title(self) -> str:
        """``500 Kobe Accelerator 2020: programme report``."""
        name = pick(self.edition["programme"])
        return _("%(programme)s %(year)s: programme report", programme=name, year=self.edition["year"])

    @cached_property
    def tiles(self) -> list[Tile]:
        """The eight figures of the summary."""
        return [
            Tile(
                code,
                self.label(code),
                self.shown(code),
                self._tile_note(code),
                self._before(code),
                bool(self.by_code[code].get("synthetic")),
            )
            for code in TILES
        ]

    def _tile_note(self, code: str) -> str:
        if code == "COHORT_N":
            return _(
                "%(home)s from home, %(abroad)s from abroad",
                home=wording.number(self.value("COHORT_HOME")),
                abroad=wording.number(self.value("COHORT_INT")),
            )
        if code == "MENT_H":
            return f"{self.label('MENT_H_EACH')}{marks().colon}{self.shown('MENT_H_EACH')}"
        if code == "INTRO_N":
            return f"{self.label('INT_MEET')}{marks().colon}{self.shown('INT_MEET')}"
        return self.basis(code)

    def _before(self, code: str) -> str:
        """The same figure one year earlier, if somebody reported it."""
        # Of two editions in that year the later one.
        before = next((row for row in reversed(self.years) if row["year"] == self.edition["year"] - 1), None)
        if before is None:
            return ""
        total, abroad, selected = before["total"], before["abroad"], before["selected"]
        values = {
            "APP_N": wording.number(total) if total is not None else "",
            "APP_INT_RATE": wording.percent(abroad / total * 100) if total and abroad is not None else "",
            "COHORT_N": wording.number(selected) if selected is not None else "",
            "ACC_RATE": wording.percent(selected / total * 100) if total and selected is not None else "",
        }
        text = values.get(code, "")
        return _("%(year)s: %(value)s", year=before["year"], value=text) if text else ""

    @cached_property
    def sentences(self) -> list[str]:
        """The summary in words, from the same figures; what is not known is not said."""
        return [text for text in (self._applied(), self._mentored(), self._showed()) if text]

    def _applied(self) -> str:
        if not self.value("APP_N"):
            return _("No application has been sent yet.")
        sentence = _(
            "%(all)s startups applied, %(abroad)s of them from abroad (%(share)s).",
            all=self._n("APP_N"),
            abroad=self._n("APP_INT"),
            share=self.shown("APP_INT_RATE"),
        )
        if not self.value("COHORT_N"):
            return sentence
        gap = "" if language() == "ja" else " "
        return (
            sentence
            + gap
            + _(
                "%(joined)s joined: %(home)s from %(country)s and %(away)s from abroad.",
                joined=self._n("COHORT_N"),
                home=self._n("COHORT_HOME"),
                country=pick(self.edition["home_name"]),
                away=self._n("COHORT_INT"),
            )
        )

    def _mentored(self) -> str:
        if not self.value("SESS_N"):
            return ""
        sentence = _(
            "%(mentors)s mentors gave them %(hours)s hours in %(sessions)s sessions.",
            mentors=self._n("MENT_N"),
            hours=wording.decimal(self.value("MENT_H")),
            sessions=self._n("SESS_N"),
        )
        milestones = self.by_code["MS_DONE"]
        if not milestones["denominator"]:
            return sentence
        gap = "" if language() == "ja" else " "
        return (
            sentence
            + gap
            + _(
                "Of %(due)s milestones that were due, %(met)s were met on time (%(share)s).",
                due=wording.number(milestones["denominator"]),
                share=self.shown("MS_DONE"),
                met=wording.number(milestones["numerator"]),
            )
        )

    def _showed(self) -> str:
        if self.value("DD_ATT") is None:
            return ""
        return _(
            "%(came)s of %(registered)s registered guests came to Demo Day. Investors asked for "
            "%(wishes)s meetings, and %(introduced)s of them led to an introduction.",
            came=self._n("DD_ATT"),
            registered=self._n("DD_REG"),
            wishes=self._n("INT_MEET"),
            introduced=self._n("INTRO_N"),
        )

    def _n(self, code: str) -> str:
        return wording.number(self.value(code))

    @cached_property
    def timeline(self) -> Markup:
        """From the announcement to Demo Day."""
        days = {name: date.fromisoformat(text) for name, text in self.edition["dates"].items()}
        rows = (
            (_("Announced"), "announced", ""),
            (_("Call open"), "opens", "closes" if "closes" in days else ""),
            (_("Decisions"), "decisions", ""),
            (_("Coaching"), "starts", "coaching_ends"),
            (_("Demo Day"), "demo_day", ""),
        )
        phases = [
            Phase(
                name,
                days[first],
                days[last] if last else None,
                self._span(first, last) if last else wording.short_day(self.edition["dates"][first]),
            )
            for name, first, last in rows
        ]
        months = [(start, wording.month(start)) for start in month_starts(phases)]
        title = _("Timeline %(year)s", year=self.edition["year"])
        return timeline(phases, months=months, title=title)

    def _span(self, first: str, last: str) -> str:
        return " – ".join(wording.short_day(self.edition["dates"][name]) for name in (first, last))

    @cached_property
    def funnel(self) -> list[Bar]:
        """The steps from application to cohort, each with its share of the step before."""
        codes = self.sections["funnel"]["steps"]
        most = self.value(codes[0]) or 0
        bars = []
        for before, code in zip([None, *codes], codes, strict=False):
            value, previous = self.value(code), self.value(before) if before else None
            share = wording.percent(value / previous * 100) if previous else ""
            colour = 5 if code == codes[-1] else 1
            bars.append(Bar(self.label(code), wording.number(value), hbar(value, most, colour=colour), share, code))
        return bars

    @property
    def years(self) -> Sequence[Row]:
        """Applications and places by year; None is a gap."""
        years: Sequence[Row] = self.sections["funnel"]["years"]
        return years

    @cached_property
    def years_chart(self) -> Markup:
        """Stacked columns. A year of which one part is not known is drawn as a gap, never as half a column."""
        columns = []
        for row in self.years:
            known = row["abroad"] is not None and row["home"] is not None
            label = f"{row['year']}年" if language() == "ja" else str(row["year"])
            columns.append((label, row["abroad"] if known else None, row["home"] if known else None))
        return column_chart(columns, names=(_("Abroad"), _("Home country")), title=_("Applications by year"))

    def sector_bars(self, which: str) -> list[Bar]:
        """``cohort`` or ``applications`` by sector."""
        rows = self.sections["sectors"][which]
        most = max((row["number"] for row in rows), default=0)
        return [Bar(pick(row["name"]), wording.number(row["number"]), hbar(row["number"], most)) for row in rows]

    @cached_property
    def hours(self) -> list[Bar]:
        """Hours of mentoring per startup, the most first."""
        rows = self.sections["mentoring"]["startups"]
        most = max((row["hours"] for row in rows), default=0)
        return [Bar(row["name"], wording.decimal(row["hours"]), hbar(row["hours"], most)) for row in rows]

    @cached_property
    def heat(self) -> list[tuple[str, list[HeatCell]]]:
        """Startup and one cell per mentor; an empty cell where they never met."""
        rows = self.sections["mentoring"]["heat"]
        cells = heat_table([[hours or None for hours in row["hours"]] for row in rows])
        return [(row["name"], row_cells) for row, row_cells in zip(rows, cells, strict=True)]

    @cached_property
    def curves(self) -> list[Curve]:
        """The cohort's numbers, each indexed to the startup's first value: median, highest and lowest."""
        return [self._curve(metric) for metric in self.sections["progress"]["metrics"]]

    def _curve(self, metric: Row) -> Curve:
        points = metric["points"]
        names = ((_("Highest"), "high"), (_("Median"), "median"), (_("Lowest"), "low"))
        series = [(name, [point[key] for point in points]) for name, key in names]
        labels = [wording.short_day(point["as_of"]) for point in points]
        label = pick(metric["label"])
        title = _("%(metric)s, first value = 100", metric=label)
        return Curve(label, lines.line_chart(series, labels, title=title), points)

    @cached_property
    def sources(self) -> list[tuple[Row, list[Row]]]:
        """Every definition used with its figures: the annex."""
        return [
            (meaning, [figure for _, figure in self.everything if figure["code"] == meaning["code"]])
            for meaning in self.definitions
        ]
