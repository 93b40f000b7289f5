"""Eligibility rules, what they said, and the verdict of the staff."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept
from accelerator.core.outbox import Job
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import InEdition

SCREENED = (ApplicationState.SENT, ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)
"""What screening is about: an application in another state is not open to a verdict."""
RUN_RULES = Job("screening.run_rules", label=lazy("Checking the eligibility rules"), long=True, is_sum=True)


class Outcome(StrEnum):
    """What a rule or a person says."""

    PASS = "pass"  # noqa: S105 (a verdict)
    FAIL = "fail"
    ASK = "ask"

    @property
    def label(self) -> str:
        """The outcome in words."""
        return str(OUTCOME_LABELS[self])

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return {"pass": "ok", "fail": "bad", "ask": "warn"}[self.value]


OUTCOME_LABELS = {Outcome.PASS: lazy("Pass"), Outcome.FAIL: lazy("Fail"), Outcome.ASK: lazy("Ask")}


REASONS = {
    "incomplete": lazy("Answers or files are missing"),
    "declaration": lazy("A declaration was not made"),
    "off_theme": lazy("Outside the theme"),
    "excluded_field": lazy("A field the call excludes"),
    "too_old": lazy("The company is too old or not founded yet"),
    "duplicate": lazy("The same company applied twice"),
    "not_real": lazy("The details could not be confirmed"),
    "other": lazy("Another reason, see the comment"),
}


class EligibilityRule(InEdition, Base):
    """A rule as data: ``kind`` names a check in screening/checks.py, ``settings`` its parameters."""

    __tablename__ = "eligibility_rule"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    label: Mapped[dict[str, str]]
    settings: Mapped[dict[str, Any]]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def name(self) -> str:
        """The rule in the viewer's language."""
        return pick(self.label)


class RuleResult(Base):
    """What one rule said of one application, with its explanation in both languages; the newest run replaces it."""

    __tablename__ = "rule_result"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("application_id", "rule_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rule.id"), index=True)
    revision_number: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    explanation: Mapped[dict[str, str]]
    ran_at: Mapped[datetime]
    rule: Mapped[EligibilityRule] = relationship(lazy="joined", innerjoin=True)


class Verdict(Base):
    """The staff's word on one application. A fail stands only when a second person confirmed it."""

    __tablename__ = "verdict"
    __life__ = kept(personal=True)
    __table_args__ = (
        CheckConstraint("outcome = 'pass' OR reason_code IS NOT NULL", name="fail_and_ask_have_a_reason"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> given_by", name="second_person_confirms"),
        Index("ix_verdict_pending", "outcome", "confirmed_by", "application_id"),
        Index("ix_verdict_batch", "given_by", "given_at", "outcome", "application_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    reason_code: Mapped[str | None] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(default="")
    overrides_rules: Mapped[bool] = mapped_column(default=False)
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()
    giver: Mapped[Person] = relationship(foreign_keys=[given_by])
    confirmer: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by])

    @property
    def reason(self) -> str:
        """The reason code in words; empty for a pass."""
        return str(REASONS.get(self.reason_code, self.reason_code)) if self.reason_code else ""

    @property
    def awaits_second(self) -> bool:
        """Whether a fail still waits for the second person."""
        return self.outcome is Outcome.FAIL and self.confirmed_by is None
