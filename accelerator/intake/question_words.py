"""What a question expects, in words: for the team that makes the form, and for whoever reads it before applying."""

from collections.abc import Iterator, Mapping
from typing import Any

from accelerator.core.countries import country_name
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.intake.answers.questions import PlainForm, PlainQuestion
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.operations.questions import TEXTS


def limits_in_words(plain: PlainForm, question: PlainQuestion) -> Iterator[str]:
    """What an answer may be, in words."""
    limits = question.limits
    least, most = limits.get("min"), limits.get("max")
    if question.kind in TEXTS and most:
        yield (
            _("%(least)s to %(most)s characters", least=least, most=most)
            if least
            else _("At most %(most)s characters", most=most)
        )
    if question.kind in (Kind.NUMBER, Kind.MONEY):
        yield from _bounds(least, most)
    if question.kind is Kind.NUMBER:
        places = limits.get("decimals", 0)
        yield (ngettext("%(num)s decimal place", "%(num)s decimal places", places) if places else _("Whole numbers"))
    if question.kind is Kind.DATE and most == "today":
        yield _("Not in the future")
    if question.kind is Kind.HOURS and least:
        yield _("At least %(least)s hours a week", least=least)
    yield from _counts(limits)
    for name, sentence in (("at_most", _("Not more than “%(question)s”")), ("with", _("Together with “%(question)s”"))):
        other = plain.question(limits[name]) if name in limits else None
        if other is not None:
            yield sentence % {"question": other.name}


def _bounds(least: int | None, most: int | str | None) -> Iterator[str]:
    most = _("this year") if most == "this year" else most
    if least is not None and most is not None:
        yield _("%(least)s to %(most)s", least=least, most=most)
    elif least is not None:
        yield _("%(least)s or more", least=least)
    elif most is not None:
        yield _("%(most)s or less", most=most)


def _counts(limits: Mapping[str, Any]) -> Iterator[str]:
    if "max_choices" in limits:
        yield _("At most %(most)s choices", most=limits["max_choices"])
    if "lines" in limits:
        yield _("At most %(most)s lines", most=limits["lines"])
    if "rows" in limits:
        yield _("At most %(most)s founders", most=limits["rows"])
    if "mb" in limits:
        yield _("PDF of at most %(mb)s MB and %(pages)s pages", mb=limits["mb"], pages=limits.get("pages", "–"))
    if limits.get("check") == "corporate_number":
        yield _("13 digits; the first is a check digit")


def conditions_in_words(plain: PlainForm, question: PlainQuestion) -> Iterator[str]:
    """When the question is asked, in sentences that all have to hold."""
    condition = question.shown_if
    while condition:
        other = plain.question(condition["question"])
        if other is not None:
            labels = [
                country_name(value) if other.kind is Kind.COUNTRY else other.label_of(value)
                for value in condition["in"]
            ]
            yield _("Only if “%(question)s” is “%(answer)s”.", question=other.name, answer=" / ".join(labels))
        condition = condition.get("and")
