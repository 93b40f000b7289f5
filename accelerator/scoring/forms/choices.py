"""Choices as WTForms wants them."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms.fields.choices import SelectChoice

from accelerator.accounts.models import Person


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """``(value, label)`` pairs as WTForms wants its choices."""
    return [SelectChoice(value, label) for value, label in pairs]


def people_choices(people: Sequence[Person], language: str) -> list[tuple[str, str]]:
    """People as ``(id, name)`` pairs, in their order."""
    return [(str(person.id), person.name_in(language)) for person in people]
