"""Which operators fit which kind of question, and what each compares with."""

from collections.abc import Mapping

from accelerator.screening.conditions.facts import Asked

TEXTS = ("is", "one_of", "contains", "contains_none", "filled", "empty")
NUMBERS = ("at_least", "at_most", "between")
SPANS = ("at_least_before", "at_most_before")
STATE = ("filled", "empty")
SINGLE = ("any_of", "none_of", *STATE)
SEVERAL = ("any_of", "none_of", "all_of", *STATE)
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "short": TEXTS,
    "long": TEXTS,
    "url": TEXTS,
    "zone": STATE,
    "number": (*NUMBERS, *STATE),
    "money": (*NUMBERS, *STATE),
    "date": ("before", "after", "between", *SPANS, *STATE),
    "choice": SINGLE,
    "choices": SEVERAL,
    "country": SINGLE,
    "countries": SEVERAL,
    "prefecture": SINGLE,
    "sector": SINGLE,
    "track": SINGLE,
    "declaration": SEVERAL,
    "consent": SEVERAL,
    "founders": ("count_at_least", "count_at_most", "full_time", "equity_at_least"),
    "file": ("present",),
    "hours": ("at_least", *STATE),
}
WHOLE_FORM: Mapping[str, str] = {"*complete": "complete", "*declarations": "declarations", "*track": "track"}
"""Subjects that are no single question: every required answer, every declaration, a track of the call."""
ALWAYS_KNOWN = ("filled", "empty", "present")  # to leave the question open is an answer too
SHAPES: Mapping[str, str] = {
    "is": "words",
    "one_of": "words",
    "contains": "words",
    "contains_none": "words",
    "any_of": "options",
    "none_of": "options",
    "all_of": "options",
    "at_least": "least",
    "at_most": "most",
    "count_at_least": "least",
    "count_at_most": "most",
    "equity_at_least": "least",
    "between": "range",
    "before": "last_day",
    "after": "first_day",
    "at_least_before": "span",
    "at_most_before": "span",
}
"""What an operator compares with; the others compare with nothing."""
UNITS = ("years", "months", "days")
ANCHORS = ("closes", "sent", "opens")


def operators_of(asked: Asked) -> tuple[str, ...]:
    """The operators that fit a question. A year is a number that lies before something, too."""
    fitting = OPERATORS.get(asked.kind, ())
    return (*fitting[:3], *SPANS, *fitting[3:]) if asked.kind == "number" and asked.is_year else fitting


def shape_of(operator: str, kind: str) -> str:
    """What is to be given for an operator: ``between`` takes two days of a date."""
    return "days" if operator == "between" and kind == "date" else SHAPES.get(operator, "")
