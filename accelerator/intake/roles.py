"""Roles of questions: what the program needs to know of an application, whatever the question is called that asks it.

A version of a form has each role at most once. Code asks for an answer by its role and never by the key of a question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accelerator.core.i18n import lazy


class QuestionRole(StrEnum):
    """What an answer is to the program."""

    NAME = "name"
    NATIVE_NAME = "native_name"
    ONE_LINE = "one_line"
    ONE_LINE_JA = "one_line_ja"
    WEBSITE = "website"
    COUNTRY = "country"
    PREFECTURE = "prefecture"
    CITY = "city"
    FOUNDED = "founded"
    INCORPORATED = "incorporated"
    CORPORATE_NUMBER = "corporate_number"
    SECTOR = "sector"
    STAGE = "stage"
    TRACK = "track"
    PROBLEM = "problem"
    SOLUTION = "solution"
    DECK = "deck"
    FOUNDERS = "founders"
    CHANNEL = "channel"
    DECLARATIONS = "declarations"
    CONSENT_PROCESSING = "consent_processing"
    CONSENT_HOSTS = "consent_hosts"
    CONSENT_STATISTICS = "consent_statistics"

    @property
    def label(self) -> str:
        """What it is called in the builder."""
        return str(ROLES[self].label)

    @property
    def use(self) -> str:
        """What the program does with the answer."""
        return str(ROLES[self].use)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of question that can have it."""
        return ROLES[self].kinds

    @property
    def is_essential(self) -> bool:
        """Whether no call can do without it."""
        return self in ESSENTIAL


@dataclass(frozen=True)
class Role:
    """The words of a role, and the kinds of question that fit."""

    label: Any
    use: Any
    kinds: frozenset[str]


LISTED = lazy("Lists, search and reports use the answer.")
RECORDED = lazy("The answer is copied to the startup record.")
SCREENED = lazy("Screening checks the answer.")
AGREED = lazy("Applicants declare or agree to it.")


def _role(label: Any, use: Any, *kinds: str) -> Role:
    return Role(label, use, frozenset(kinds))


R = QuestionRole
ROLES: Mapping[QuestionRole, Role] = {
    R.NAME: _role(lazy("Name of the startup"), LISTED, "short"),
    R.NATIVE_NAME: _role(lazy("Name in Japanese"), RECORDED, "short"),
    R.ONE_LINE: _role(lazy("One line about the startup"), LISTED, "short"),
    R.ONE_LINE_JA: _role(lazy("One line in Japanese"), RECORDED, "short"),
    R.WEBSITE: _role(lazy("Website"), RECORDED, "url"),
    R.COUNTRY: _role(lazy("Country of the head office"), LISTED, "country"),
    R.PREFECTURE: _role(lazy("Prefecture of the head office"), LISTED, "prefecture"),
    R.CITY: _role(lazy("City of the head office"), LISTED, "short"),
    R.FOUNDED: _role(lazy("Year of founding"), RECORDED, "number"),
    R.INCORPORATED: _role(lazy("Whether it is incorporated"), SCREENED, "choice"),
    R.CORPORATE_NUMBER: _role(
        lazy("Corporate number"), lazy("Records of the same firm are found by the answer."), "short"
    ),
    R.SECTOR: _role(lazy("Sector"), LISTED, "sector"),
    R.STAGE: _role(lazy("Stage of the business"), LISTED, "choice"),
    R.TRACK: _role(lazy("Track"), SCREENED, "track"),
    R.PROBLEM: _role(lazy("Problem"), SCREENED, "long", "short"),
    R.SOLUTION: _role(lazy("Solution"), SCREENED, "long", "short"),
    R.DECK: _role(lazy("Pitch deck"), SCREENED, "file"),
    R.FOUNDERS: _role(lazy("Founders"), RECORDED, "founders"),
    R.CHANNEL: _role(lazy("Channel"), LISTED, "choice"),
    R.DECLARATIONS: _role(lazy("Declarations"), AGREED, "declaration"),
    R.CONSENT_PROCESSING: _role(lazy("Consent to the use of the answers"), AGREED, "consent"),
    R.CONSENT_STATISTICS: _role(lazy("Consent to statistics"), AGREED, "consent"),
    R.CONSENT_HOSTS: _role(lazy("Consent to sharing with the organisers"), AGREED, "consent"),
}
ESSENTIAL = (R.NAME, R.COUNTRY, R.FOUNDERS, R.DECLARATIONS)


def roles_for(kind: str) -> list[QuestionRole]:
    """The roles that a question of this kind can have."""
    return [role for role in QuestionRole if kind in role.kinds]
