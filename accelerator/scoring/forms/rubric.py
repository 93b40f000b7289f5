"""The form of a rubric: any number of criteria on one page."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField
from wtforms.validators import Length

from accelerator.core import i18n
from accelerator.core.forms import Between, DigitsField, Filled, Form, LineField, TextField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.scoring.models import Criterion
from accelerator.scoring.rubric import ANCHORED, MOST_CRITERIA, Line


def _anchor(label: Any, missing: Any) -> TextField:
    return TextField(label, [Filled(missing), Length(max=300, message=lazy("Keep it to 300 characters."))])


class CriterionForm(Form):
    """One criterion of a rubric. ``row`` names its fields on the page, ``key`` the criterion that is stored already."""

    key = HiddenField()
    label_en = LineField(
        lazy("Name in English"),
        [Filled(lazy("Enter a name in English.")), Length(max=80, message=lazy("Keep it short."))],
    )
    label_ja = LineField(
        lazy("Name in Japanese"),
        [Filled(lazy("Enter a name in Japanese.")), Length(max=80, message=lazy("Keep it short."))],
    )
    weight = DigitsField(lazy("Weight in percent"), [Filled(), Between(0, 100)])
    anchor_1_en = _anchor(lazy("What a 1 looks like, in English"), lazy("Say in English what a 1 looks like."))
    anchor_1_ja = _anchor(lazy("What a 1 looks like, in Japanese"), lazy("Say in Japanese what a 1 looks like."))
    anchor_3_en = _anchor(lazy("What a 3 looks like, in English"), lazy("Say in English what a 3 looks like."))
    anchor_3_ja = _anchor(lazy("What a 3 looks like, in Japanese"), lazy("Say in Japanese what a 3 looks like."))
    anchor_5_en = _anchor(lazy("What a 5 looks like, in English"), lazy("Say in English what a 5 looks like."))
    anchor_5_ja = _anchor(lazy("What a 5 looks like, in Japanese"), lazy("Say in Japanese what a 5 looks like."))

    def __init__(self, row: int, **kwargs: Any) -> None:
        super().__init__(prefix=f"c{row}", **kwargs)
        self.row = row

    @property
    def title(self) -> str:
        """What was typed as its name, in the viewer's language if it is there."""
        return i18n.pick({"en": self.label_en.data or "", "ja": self.label_ja.data or ""})

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The fields of the anchors, English beside Japanese."""
        return [(self[f"anchor_{mark}_en"], self[f"anchor_{mark}_ja"]) for mark in ANCHORED]

    def line(self) -> Line:
        """The criterion as it was typed. Call it after the form was found to be valid."""
        anchors = {
            str(mark): {"en": english.data.strip(), "ja": japanese.data.strip()}
            for mark, (english, japanese) in zip(ANCHORED, self.pairs, strict=True)
        }
        return Line(
            self.key.data or "", self.weight.data or 0, {"en": self.label_en.data, "ja": self.label_ja.data}, anchors
        )


class RubricForm(Form):
    """All criteria of a rubric on one page, in their order."""

    version = HiddenField()

    def __init__(self, rows: Iterable[CriterionForm], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = list(rows)
        self.unbalanced = ""

    @property
    def total(self) -> int:
        """What the weights add up to, as far as they are numbers."""
        return sum(row.weight.data or 0 for row in self.rows)

    @property
    def next_row(self) -> int:
        """A number that no row has."""
        return max((row.row for row in self.rows), default=0) + 1

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every row, then the sum of the weights: its message stands beside each of them."""
        valid = super().validate(extra_validators)
        rows_valid = [row.validate() for row in self.rows]
        if all(isinstance(row.weight.data, int) for row in self.rows) and self.rows and self.total != 100:
            self.unbalanced = _("The weights add up to %(sum)s; they must add up to 100.", sum=self.total)
            for row in self.rows:
                row.weight.errors = [*row.weight.errors, self.unbalanced]
            return False
        return valid and all(rows_valid)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The problems of the rows with their numbers; that of the sum once."""
        problems = super().problems
        if self.unbalanced:
            problems.append((self.rows[0].weight.id, self.unbalanced))
        for number, row in enumerate(self.rows, 1):
            problems += [
                (target, _("Criterion %(number)s: %(problem)s", number=number, problem=text))
                for target, text in row.problems
                if text != self.unbalanced
            ]
        return problems

    def rearrange(self, act: str) -> None:
        """Add a row, or move or remove one: ``add``, ``up:3``, ``down:3``, ``remove:3``. Anything else does nothing."""
        verb, _colon, number = act.partition(":")
        if verb == "add" and len(self.rows) < MOST_CRITERIA:
            self.rows.append(CriterionForm(self.next_row, formdata=None))
        at = next((at for at, row in enumerate(self.rows) if str(row.row) == number), None)
        if at is None:
            return
        row = self.rows.pop(at)
        if verb != "remove":
            self.rows.insert(max(0, at + {"up": -1, "down": 1}.get(verb, 0)), row)

    def lines(self) -> list[Line]:
        """The criteria as they were typed. Call it after the form was found to be valid."""
        return [row.line() for row in self.rows]


def rubric_form(criteria: Iterable[Criterion], version: str, rows: Iterable[str] | None = None) -> RubricForm:
    """The form of a rubric: what is stored, or what was typed in ``rows``, the numbers that a browser sent."""
    if rows is not None:
        numbers = dict.fromkeys(int(row) for row in rows if row.isascii() and row.isdigit() and len(row) < 6)
        return RubricForm([CriterionForm(row) for row in list(numbers)[: MOST_CRITERIA + 1]])
    stored = [CriterionForm(row, data=_typed(criterion)) for row, criterion in enumerate(criteria, 1)]
    return RubricForm(stored, data={"version": version})


def _typed(criterion: Criterion) -> dict[str, Any]:
    anchors = {
        f"anchor_{mark}_{language}": criterion.anchors.get(str(mark), {}).get(language, "")
        for mark in ANCHORED
        for language in i18n.LANGUAGES
    }
    return {
        "key": criterion.key,
        "label_en": criterion.label.get("en"),
        "label_ja": criterion.label.get("ja"),
        "weight": criterion.weight,
        **anchors,
    }
