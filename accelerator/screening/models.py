"""Eligibility rules, what they said, and the verdict of the staff."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept, removed
from accelerator.core.outbox import Job
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import InEdition

SCREENED = (ApplicationState.SENT, ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)
"""What screening is about: an application in another state is not open to a verdict."""
TRY_RULE = Job("screening.try_rule", label=lazy("Trying a change of the eligibility rules"), long=True, is_sum=True)
RUN_RULES = Job("screening.run_rules", label=lazy("Checking the eligibility rules"), long=True, is_sum=True)


class Outcome(StrEnum):
    """What a rule or a person says."""

    PASS = "pass"  # noqa: S105 (a verdict)
    FAIL = "fail"
    ASK = "ask"
    NOTE = "note"  # a rule's alone: told beside the answers, it holds nothing up

    @property
    def label(self) -> str:
        """The outcome in words."""
        return str(OUTCOME_LABELS[self])

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return {"pass": "ok", "fail": "bad", "ask": "warn", "note": "sea"}[self.value]


OUTCOME_LABELS = {
    Outcome.PASS: lazy("Pass"),
    Outcome.FAIL: lazy("Fail"),
    Outcome.ASK: lazy("Ask"),
    Outcome.NOTE: lazy("Noted"),
}
VERDICTS = (Outcome.PASS, Outcome.FAIL, Outcome.ASK)
"""What a person may say."""


class Severity(StrEnum):
    """What an application gets from a rule that it doesn't meet."""

    FAIL = "fail"
    ASK = "ask"
    NOTE = "note"


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
    """A rule as data: ``condition`` is a tree as screening/conditions describes it, ``reason`` what is said where it
    isn't met, ``tracks`` the keys of the tracks that it is for (none means all).

    ``version`` counts its changes; ``draft`` holds what is being changed and isn't run yet, by the same names.
    """

    __tablename__ = "eligibility_rule"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    label: Mapped[dict[str, str]]
    condition: Mapped[dict[str, Any]]
    severity: Mapped[Severity] = mapped_column(one_of(Severity))
    reason: Mapped[dict[str, str]]
    tracks: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    draft: Mapped[dict[str, Any] | None]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def name(self) -> str:
        """The rule in the viewer's language."""
        return pick(self.label)

    @property
    def content(self) -> dict[str, Any]:
        """All that can be changed, as it is run."""
        return {
            "label": dict(self.label),
            "condition": self.condition,
            "severity": self.severity.value,
            "reason": dict(self.reason),
            "tracks": list(self.tracks),
        }

    @property
    def drafted(self) -> dict[str, Any]:
        """The same as it is being changed."""
        return dict(self.draft) if self.draft is not None else self.content

    @property
    def is_new(self) -> bool:
        """Whether it was never saved, and so never run."""
        return self.version == 0


class RuleTrial(InEdition, Base):
    """A dry run of a rule's draft over all applications, the last one of the rule. Of those for whom something changes
    ``changes`` holds ``[application id, outcome now or null, outcome then]``; ``basis`` tells when it is out of date.
    """

    __tablename__ = "rule_trial"
    __life__ = removed(30, "asked_at", personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rule.id"), unique=True)
    basis: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    job_id: Mapped[str | None] = mapped_column(String(32))
    changes: Mapped[list[Any]]


class RuleResult(Base):
    """What one rule said of one application, with its explanation in both languages; the newest run replaces it."""

    __tablename__ = "rule_result"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("application_id", "rule_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("eligibility_rule.id"), index=True)
    revision_number: Mapped[int]
    rule_version: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    explanation: Mapped[dict[str, str]]
    ran_at: Mapped[datetime]
    rule: Mapped[EligibilityRule] = relationship(lazy="joined", innerjoin=True)


class Verdict(Base):
    """The staff's word on one application. A fail stands only when a second person confirmed it.

    ``basis`` is what it rested on: ``revision``, the number of the answers; ``rules``, the version of each rule that had
    run, by id; ``against``, the ids of the rules that said otherwise. It is empty for verdicts from before it was kept.
    """

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
    basis: Mapped[dict[str, Any] | None]
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
