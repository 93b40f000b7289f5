"""Forms in which the team writes eligibility rules: shape, and what an operator compares with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from accelerator.core.countries import countries, names_of
from accelerator.core.errors import Refused
from accelerator.core.forms import (
    AMOUNT,
    Between,
    CheckboxesField,
    ChoiceField,
    DayField,
    DigitsField,
    Filled,
    LineField,
    TextField,
)
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, pick
from accelerator.core.shared_form import SharedForm
from accelerator.core.text import clean_line, half_width
from accelerator.intake.answers.currencies import CURRENCIES
from accelerator.screening.conditions.facts import Asked, day_of
from accelerator.screening.conditions.operators import ALWAYS_KNOWN, operators_of, shape_of
from accelerator.screening.conditions.tree import Node, condition
from accelerator.screening.models import Severity

SEVERITY_LABELS = {
    Severity.FAIL: lazy("Fail: a reason to say no"),
    Severity.ASK: lazy("Ask: somebody has to look"),
    Severity.NOTE: lazy("Note: shown beside the answers, holds nothing up"),
}
OPERATOR_LABELS = {
    "is": lazy("is"),
    "one_of": lazy("is one of"),
    "contains": lazy("contains any of"),
    "contains_none": lazy("contains none of"),
    "filled": lazy("is answered"),
    "empty": lazy("is empty"),
    "present": lazy("is attached"),
    "any_of": lazy("is, or includes, any of"),
    "none_of": lazy("is, or includes, none of"),
    "all_of": lazy("includes all of"),
    "at_least": lazy("is at least"),
    "at_most": lazy("is at most"),
    "between": lazy("is between"),
    "before": lazy("is before"),
    "after": lazy("is after"),
    "at_least_before": lazy("is at least this long before"),
    "at_most_before": lazy("is at most this long before"),
    "count_at_least": lazy("there are at least so many"),
    "count_at_most": lazy("there are at most so many"),
    "full_time": lazy("at least one works full-time"),
    "equity_at_least": lazy("hold at least this share together, in %"),
    "complete": lazy("is complete"),
}
UNIT_LABELS = {"years": lazy("years"), "months": lazy("months"), "days": lazy("days")}
ANCHOR_LABELS = {
    "closes": lazy("the call closes"),
    "sent": lazy("the application was sent"),
    "opens": lazy("the call opens"),
}
MOST_WORDS = 60
FIELDS_OF = {
    "words": ("words",),
    "options": ("options",),
    "least": ("least",),
    "most": ("most",),
    "range": ("least", "most"),
    "last_day": ("last",),
    "first_day": ("first",),
    "days": ("first", "last"),
    "span": ("number", "unit", "anchor"),
}


class RuleForm(SharedForm):
    """Name, severity, tracks and reason of a rule."""

    label_en = LineField(lazy("Name, English"), [Filled(lazy("Name the rule in English.")), Length(max=80)])
    label_ja = LineField(
        lazy("Name, Japanese"), [Filled(lazy("Name the rule in Japanese.")), Length(max=80)], render_kw={"lang": "ja"}
    )
    severity = RadioField(
        lazy("If an application doesn't meet it"),
        [Filled(lazy("Choose what follows."))],
        choices=[SelectChoice(severity.value, label) for severity, label in SEVERITY_LABELS.items()],
    )
    tracks = CheckboxesField(
        lazy("Only for these tracks"), description=lazy("Tick none for a rule that is for everybody.")
    )
    reason_en = LineField(
        lazy("Reason, English"),
        [Length(max=200)],
        description=lazy("The team reads it with what the rule found. Applicants don't."),
    )
    reason_ja = LineField(lazy("Reason, Japanese"), [Length(max=200)], render_kw={"lang": "ja"})

    def offer(self, tracks: Mapping[str, str]) -> None:
        """Offer the tracks of the call; nothing is asked where there are none."""
        self.tracks.choices = [SelectChoice(key, name) for key, name in tracks.items()]
        if not tracks:
            del self.tracks

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by the names of a draft."""
        texts = {
            part: {code: self[f"{part}_{code}"].data or "" for code in ("en", "ja")} for part in ("label", "reason")
        }
        reason = {code: text for code, text in texts["reason"].items() if text}
        return {"label": texts["label"], "reason": reason, "severity": self.severity.data} | (
            {"tracks": list(self.tracks.data or [])} if "tracks" in self else {}
        )


def rule_values(content: Mapping[str, Any]) -> dict[str, Any]:
    """A draft as the form's fields hold it."""
    texts = {f"{part}_{code}": content[part].get(code, "") for part in ("label", "reason") for code in ("en", "ja")}
    return {**texts, "severity": content["severity"], "tracks": list(content["tracks"])}


class ConditionForm(SharedForm):
    """One condition on one question: only the fields that an operator of its kind can need are there."""

    operator = RadioField(lazy("Condition"), [Filled(lazy("Choose a condition."))])
    words = TextField(lazy("Words"), description=lazy("One per line. Capital and small letters are the same."))
    options = CheckboxesField(lazy("Choices"))
    least = LineField(lazy("At least"))
    most = LineField(lazy("At most"))
    currency = ChoiceField(
        lazy("Currency"),
        choices=[SelectChoice(code, code) for code in CURRENCIES],
        description=lazy("An amount in another currency isn't compared: somebody has to look."),
    )
    first = DayField(lazy("From, or after"), [Optional()])
    last = DayField(lazy("To, or before"), [Optional()])
    number = DigitsField(lazy("How long"), [Optional(), Between(0, 200)])
    unit = ChoiceField(lazy("Unit"), choices=[SelectChoice(*pair) for pair in UNIT_LABELS.items()])
    anchor = ChoiceField(lazy("Before what"), choices=[SelectChoice(*pair) for pair in ANCHOR_LABELS.items()])
    missing = RadioField(
        lazy("If it isn't answered"),
        choices=[
            SelectChoice("ask", lazy("Somebody has to ask")),
            SelectChoice("met", lazy("The condition counts as met")),
            SelectChoice("unmet", lazy("The condition counts as not met")),
        ],
        default="ask",
    )
    asked: Asked

    def about(self, asked: Asked) -> None:
        """Offer what fits the question."""
        self.asked = asked
        operators = operators_of(asked)
        self.operator.choices = [SelectChoice(name, OPERATOR_LABELS[name]) for name in operators]
        needed = {name for operator in operators for name in FIELDS_OF.get(self._shape(operator), ())}
        needed |= {"operator", "version", *(["currency"] if asked.kind == "money" else [])}
        needed |= {"missing"} if set(operators) - set(ALWAYS_KNOWN) else set()
        for name in [field.short_name for field in self if field.short_name not in needed]:
            del self[name]
        if "options" in self:
            self.options.choices = [SelectChoice(value, pick(label)) for value, label in asked.choices.items()]
        if "unit" in self and asked.kind == "number":
            self.unit.choices = [SelectChoice("years", UNIT_LABELS["years"])]
        if asked.kind == "founders":
            self.least.description = _("For a number of founders, or a share in %.")
        if self._takes_countries:
            self.words.label.text = _("Countries")
            self.words.description = _("One per line, by name or by code like JP.")

    @property
    def _takes_countries(self) -> bool:
        return self.asked.kind in ("country", "countries")

    def _shape(self, operator: str) -> str:
        shape = shape_of(operator, self.asked.kind)
        return "words" if shape == "options" and self._takes_countries else shape

    def problems_of_value(self) -> Iterator[Refused]:
        """What the chosen operator lacks to compare with, each beside its field."""
        shape = self._shape(self.operator.data or "")
        if shape == "words":
            yield from self._problems_of_words()
        elif shape == "options" and not self.options.data:
            yield Refused(_("Choose at least one."), field="options")
        elif shape in ("least", "most", "range"):
            yield from self._problems_of_numbers(FIELDS_OF[shape])
        elif shape in ("first_day", "last_day", "days", "span"):
            for name in FIELDS_OF[shape]:
                if self[name].data is None:
                    yield Refused(_("Fill in “%(field)s”.", field=self[name].label.text), field=name)
            if shape == "days" and self.first.data and self.last.data and self.first.data > self.last.data:
                yield Refused(_("The last day is before the first."), field="last")

    def _problems_of_words(self) -> Iterator[Refused]:
        lines = lines_of(self.words.data)
        if not lines:
            yield Refused(_("Enter at least one, each on its own line."), field="words")
        if len(lines) > MOST_WORDS or any(len(line) > 120 for line in lines):
            yield Refused(_("Enter at most %(most)s lines of at most 120 characters.", most=MOST_WORDS), field="words")
        if self.operator.data == "is" and len(lines) > 1:
            yield Refused(_("Enter a single line, or choose “is one of”."), field="words")
        for line in lines if self._takes_countries else ():
            if country_code(line) is None:
                yield Refused(_("“%(name)s” is not a country we know.", name=line), field="words")

    def _problems_of_numbers(self, names: Sequence[str]) -> Iterator[Refused]:
        amounts = [amount_of(self[name].data) for name in names]
        for name, amount in zip(names, amounts, strict=True):
            if amount is None:
                label = self[name].label.text
                yield Refused(_("Enter “%(field)s” as a number, like 4200.", field=label), field=name)
        if None not in amounts and len(amounts) == 2 and float(amounts[0] or 0) > float(amounts[1] or 0):
            yield Refused(_("The upper bound is below the lower one."), field="most")

    @property
    def node(self) -> dict[str, Any]:
        """The condition; only where nothing is wrong with the form."""
        operator = self.operator.data
        missing = self.missing.data if "missing" in self and operator not in ALWAYS_KNOWN else "ask"
        return condition(self.asked.key, operator, self._value(self._shape(operator)), missing or "ask")

    def _value(self, shape: str) -> Any:
        if shape == "words":
            lines = lines_of(self.words.data)
            return [country_code(line) for line in lines] if self._takes_countries else lines
        if shape == "options":
            return list(self.options.data)
        if shape == "span":
            return {name: self[name].data for name in ("number", "unit", "anchor")}
        if shape in ("first_day", "last_day", "days"):
            return {name: self[name].data.isoformat() for name in FIELDS_OF[shape]}
        if shape in ("least", "most", "range"):
            amounts = {name: _plain(amount_of(self[name].data)) for name in FIELDS_OF[shape]}
            if self.asked.kind == "money":
                return {**amounts, "currency": self.currency.data}
            return amounts if shape == "range" else next(iter(amounts.values()))
        return None


def condition_values(node: Node, asked: Asked) -> dict[str, Any]:
    """A condition as the form's fields hold it."""
    value = node.get("value")
    values: dict[str, Any] = {"operator": node["operator"], "missing": node.get("missing", "ask")}
    shape = shape_of(node["operator"], asked.kind)
    if isinstance(value, list):
        is_country = asked.kind in ("country", "countries")
        names = [(names_of(code) or [code])[0] for code in value] if is_country else value
        values |= {"words": "\n".join(map(str, names)), "options": [str(part) for part in value]}
    elif isinstance(value, Mapping):
        values |= {name: day_of(part) if name in ("first", "last") else part for name, part in value.items()}
    elif value is not None:
        values[shape] = value
    return {name: str(part) if name in ("least", "most") else part for name, part in values.items()}


def lines_of(text: str | None) -> list[str]:
    """What was typed on each line, once."""
    return list(dict.fromkeys(line for line in map(clean_line, (text or "").splitlines()) if line))


def amount_of(text: str | None) -> str | None:
    """A number as it is kept, None for what is none."""
    plain = half_width(text or "").replace(",", "").replace(" ", "").strip()
    return plain if AMOUNT.fullmatch(plain) else None


def _plain(amount: str | None) -> int | str | None:
    return int(amount) if amount is not None and amount.lstrip("-").isdigit() else amount


def country_code(text: str) -> str | None:
    """The country that somebody means by its name in any language of the program, or by its code."""
    sought = text.casefold()
    for code, _name in countries():
        if sought == code.casefold() or sought in {name.casefold() for name in names_of(code)}:
            return code
    return None
