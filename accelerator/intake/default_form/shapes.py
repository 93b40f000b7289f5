"""How a part of the default form is written down."""

from dataclasses import dataclass, field, fields
from typing import Any

from accelerator.intake.models import Audience, QuestionKind
from accelerator.intake.roles import QuestionRole


@dataclass(frozen=True)
class QuestionData:
    """One question as it will be stored; see :class:`accelerator.intake.models.Question` for its columns.

    What is ``about`` tracks or hosts is asked only where there are some.
    """

    key: str
    kind: QuestionKind
    label: dict[str, str]
    help: dict[str, str] | None = None
    required: bool = False
    limits: dict[str, Any] = field(default_factory=dict)
    choices: list[dict[str, Any]] = field(default_factory=list)
    shown_if: dict[str, Any] | None = None
    audience: Audience = Audience.REVIEWERS
    role: QuestionRole | None = None
    carried: bool = False
    about: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """What is stored of it."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "about"}


@dataclass(frozen=True)
class SectionData:
    """One page of the form."""

    key: str
    title: dict[str, str]
    questions: list[QuestionData]
    help: dict[str, str] | None = None


def both(en: str, ja: str) -> dict[str, str]:
    """A text in both languages."""
    return {"en": en, "ja": ja}


def choice(value: str, en: str, ja: str) -> dict[str, Any]:
    """One choice of a question."""
    return {"value": value, "label": both(en, ja)}
