"""Writing figures down: each with its label, value, unit, day, source, and what it is out of."""

from collections.abc import Mapping
from typing import Any

from accelerator.reporting.figures.counts import Counts, Frame, Reported
from accelerator.reporting.figures.definitions import DEFINITIONS
from accelerator.reporting.figures.reported import REPORTED, REPORTED_TEXT

Figure = dict[str, Any]
PLACES = 4  # decimals kept of a quotient: enough to recompute it, few enough to print


class Ledger:
    """Makes the figures of one edition as of one day. ``used`` collects the codes that need a definition."""

    def __init__(self, counts: Counts) -> None:
        self.frame: Frame = counts.frame
        self.complete = {
            "applications": self.frame.call_over,
            "cohort": self.frame.running and len(counts.cohort) == self.frame.places,
        }
        self.used: dict[str, None] = {}

    def counted(self, code: str, value: float | None, **more: Any) -> Figure:
        """A figure counted from this edition's rows; None is "not known", never zero."""
        meaning = DEFINITIONS[code]
        self.used[code] = None
        kept = round(value, PLACES) if isinstance(value, float) else value
        figure = {
            "code": code,
            "label": self._named(meaning.label),
            "value": kept,
            "unit": meaning.unit,
            "as_of": self.frame.as_of.isoformat(),
            "source": dict(meaning.source),
            **more,
        }
        if self.is_synthetic(meaning.reported):
            figure["synthetic"] = True
        return figure

    def share(self, code: str, part: int, whole: int, **more: Any) -> Figure:
        """A percentage with what it is out of; not known when there is nothing to be out of."""
        return self.counted(code, part / whole * 100 if whole else None, numerator=part, denominator=whole, **more)

    def mean(self, code: str, total: float, number: int) -> Figure:
        """A mean with the number that it is over."""
        return self.counted(code, total / number if number else None, denominator=number)

    def reported(self, row: Reported) -> Figure:
        """A figure of a source outside, as it stands there."""
        self.used[row.code] = None
        figure = {
            "code": row.code,
            "label": dict(row.label),
            "value": row.value,
            "unit": REPORTED[row.code][2] if row.code in REPORTED and row.unit == "count" else row.unit,
            "as_of": row.as_of.isoformat() if row.as_of else None,
            "source": dict(row.source),
        }
        if row.lower_bound:
            figure["lower_bound"] = True
        if row.year is not None:
            figure["year"] = row.year
        if row.kind:
            figure["kind"] = row.kind
        return figure

    def is_synthetic(self, part: str | None) -> bool:
        """Whether counts of this part are made up: all of a demonstration but what its rows were built to repeat."""
        return self.frame.is_demo and not (part is not None and self.complete[part])

    def definitions(self) -> list[dict[str, Any]]:
        """The meaning of every code used, in the order of first use."""
        return [self._definition(code) for code in self.used]

    def _definition(self, code: str) -> dict[str, Any]:
        if code in DEFINITIONS:
            meaning = DEFINITIONS[code]
            return {"code": code, "label": self._named(meaning.label), "text": dict(meaning.text)}
        if code in REPORTED:
            english, japanese, _ = REPORTED[code]
            return {"code": code, "label": {}, "text": {"en": english, "ja": japanese}}
        return {"code": code, "label": {}, "text": dict(REPORTED_TEXT)}

    def _named(self, label: Mapping[str, str]) -> dict[str, str]:
        return {key: text.replace("{home}", self.frame.home_name[key]) for key, text in label.items()}
