"""Rounds, rubrics, reviewers' commitments, conflicts, assignments, reviews and ranking entries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of, session
from accelerator.core.i18n import gettext, lazy, pick
from accelerator.core.lives import kept
from accelerator.core.marks import Marked, hangs_on, read_once
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import InEdition

PROPOSE_PLAN = Job("scoring.propose_plan", label=lazy("Planning who reviews what"), long=True, lease=120)
FIT_RANKING = Job("scoring.fit_ranking", label=lazy("Calculating the ranking"), long=True, lease=120, is_sum=True)
REMIND_REVIEWERS = Job("scoring.remind_reviewers", label=lazy("Reviewer reminders"), long=True, is_sum=True)


class RoundState(State):
    """Where a round stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


labels(
    RoundState,
    {
        RoundState.DRAFT: (lazy("In preparation"), lazy("In preparation")),
        RoundState.OPEN: (lazy("Open"), lazy("In review")),
        RoundState.CLOSED: (lazy("Closed"), lazy("In review")),
    },
    {RoundState.DRAFT: "line", RoundState.OPEN: "sea", RoundState.CLOSED: "ok"},
)
ROUND_MOVES = {
    RoundState.DRAFT: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.OPEN}),
}


class SeeOthers(StrEnum):
    """When a reviewer sees what others wrote about the same application."""

    NEVER = "never"
    AFTER_OWN = "after_own"
    ALWAYS = "always"

    @property
    def label(self) -> str:
        """The right in words."""
        return str(SEE_OTHERS_LABELS[self])


SEE_OTHERS_LABELS = {
    SeeOthers.NEVER: lazy("Never"),
    SeeOthers.AFTER_OWN: lazy("After saving their own score"),
    SeeOthers.ALWAYS: lazy("Always"),
}


class Round(Marked, InEdition, Base):
    """A review pass with its own rubric, dates and rights; its mark is that of its rubric."""

    __tablename__ = "round"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    name: Mapped[dict[str, str]]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]  # first
    closed_at: Mapped[datetime | None]  # empty while it is open, and where nobody wrote it down
    state: Mapped[RoundState] = mapped_column(one_of(RoundState), default=RoundState.DRAFT)
    blind: Mapped[bool] = mapped_column(default=True)
    reads: Mapped[int] = mapped_column(default=3)  # wanted per application
    see_others: Mapped[SeeOthers] = mapped_column(one_of(SeeOthers), default=SeeOthers.AFTER_OWN)

    @property
    def criteria(self) -> "tuple[RubricLine, ...]":
        """The rubric in its order."""
        return read_once("rubric", (self,), self._read_criteria)

    def _read_criteria(self) -> "tuple[RubricLine, ...]":
        columns = select(Criterion.key, Criterion.weight, Criterion.label, Criterion.anchors)
        mine = columns.where(Criterion.round_id == self.id).order_by(Criterion.position, Criterion.id)
        return tuple(RubricLine(*row) for row in session().execute(mine))

    @property
    def is_open(self) -> bool:
        """Whether reviews can be saved. The team opens and closes a round; its dates only announce when."""
        return self.state is RoundState.OPEN

    @property
    def title(self) -> str:
        """The name in the viewer's language."""
        return pick(self.name)


@dataclass(frozen=True)
class RubricLine:
    """A criterion as pages and forms use it; see :class:`Criterion`."""

    key: str
    weight: int
    label: dict[str, str]
    anchors: dict[str, Any]

    @property
    def name(self) -> str:
        """The label in the viewer's language."""
        return pick(self.label)

    def anchor(self, mark: int) -> str:
        """What this mark looks like; marks between two anchors say so."""
        known: dict[str, str] | None = self.anchors.get(str(mark))
        return pick(known) if known else gettext("Between %(low)s and %(high)s", low=mark - 1, high=mark + 1)


class Criterion(Base):
    """One criterion of a rubric; weights sum to 100. ``anchors`` is ``{"1": {"en", "ja"}, "3": ..., "5": ...}``."""

    __tablename__ = "criterion"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("round_id", "key"), CheckConstraint("weight >= 0", name="weight_not_negative"))
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    key: Mapped[str] = mapped_column(String(40))
    label: Mapped[dict[str, str]]
    weight: Mapped[int]
    anchors: Mapped[dict[str, Any]]
    position: Mapped[int]

    @property
    def name(self) -> str:
        """The label in the viewer's language."""
        return pick(self.label)


hangs_on(Criterion, lambda opened, line: opened.get(Round, line.round_id))


class CommitmentState(State):
    """A reviewer's answer to the invitation."""

    INVITED = "invited"
    YES = "yes"
    NO = "no"


labels(
    CommitmentState,
    {
        CommitmentState.INVITED: (lazy("Invited"), lazy("Invited")),
        CommitmentState.YES: (lazy("Taking part"), lazy("Taking part")),
        CommitmentState.NO: (lazy("Not this time"), lazy("Not this time")),
    },
    {CommitmentState.INVITED: "line", CommitmentState.YES: "ok", CommitmentState.NO: "warn"},
)
COMMITMENT_MOVES = {
    CommitmentState.INVITED: frozenset({CommitmentState.YES, CommitmentState.NO}),
    CommitmentState.YES: frozenset({CommitmentState.NO}),
    CommitmentState.NO: frozenset({CommitmentState.YES}),
}


class Commitment(InEdition, Base):
    """A person's yes to a round, with a capacity (reads), expertise (sector keys) and languages."""

    __tablename__ = "commitment"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint("capacity BETWEEN 0 AND 500", name="capacity"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[CommitmentState] = mapped_column(one_of(CommitmentState), default=CommitmentState.INVITED)
    capacity: Mapped[int] = mapped_column(default=60)
    expertise: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    person: Mapped[Person] = relationship()
    round: Mapped[Round] = relationship()


class PlanState(State):
    """Where an assignment plan stands."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    DISCARDED = "discarded"


labels(
    PlanState,
    {
        PlanState.PROPOSED: (lazy("Proposed"), lazy("Proposed")),
        PlanState.PUBLISHED: (lazy("Published"), lazy("Published")),
        PlanState.DISCARDED: (lazy("Taken back"), lazy("Taken back")),
    },
    {PlanState.PROPOSED: "warn", PlanState.PUBLISHED: "ok", PlanState.DISCARDED: "line"},
)
PLAN_MOVES = {
    PlanState.PROPOSED: frozenset({PlanState.PUBLISHED, PlanState.DISCARDED}),
    PlanState.PUBLISHED: frozenset({PlanState.DISCARDED}),
}


class Plan(InEdition, Base):
    """A proposed assignment of a whole round. ``pairs`` is ``[[application id, person id], ...]`` of new reads.

    ``total`` and ``dual_bound`` are the solver-free certificate: equal means that no better plan exists. ``short``
    names who can't be read often enough and why: ``[{"applications", "readers", "need", "can"}]``.
    """

    __tablename__ = "plan"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[PlanState] = mapped_column(one_of(PlanState), default=PlanState.PROPOSED)
    pairs: Mapped[list[Any]]
    total: Mapped[int] = mapped_column(BigInteger)  # costs of 10,000 pairs pass 2**31
    dual_bound: Mapped[int] = mapped_column(BigInteger)
    optimal: Mapped[bool]
    short: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round: Mapped[Round] = relationship()


class AssignmentState(State):
    """Where one read stands."""

    TO_DO = "to_do"
    STARTED = "started"
    DONE = "done"
    ABSTAINED = "abstained"
    TAKEN_BACK = "taken_back"


S = AssignmentState
labels(
    S,
    {
        S.TO_DO: (lazy("To score"), lazy("To score")),
        S.STARTED: (lazy("Draft"), lazy("Draft")),
        S.DONE: (lazy("Scored"), lazy("Scored")),
        S.ABSTAINED: (lazy("Abstained"), lazy("Abstained")),
        S.TAKEN_BACK: (lazy("Taken back"), lazy("Taken back")),
    },
    {S.TO_DO: "line", S.STARTED: "warn", S.DONE: "ok", S.ABSTAINED: "bad", S.TAKEN_BACK: "line"},
)
ASSIGNMENT_MOVES = {
    S.TO_DO: frozenset({S.STARTED, S.DONE, S.ABSTAINED, S.TAKEN_BACK}),
    S.STARTED: frozenset({S.DONE, S.ABSTAINED, S.TAKEN_BACK}),
    S.DONE: frozenset({S.ABSTAINED}),
    S.ABSTAINED: frozenset({S.TO_DO}),
    S.TAKEN_BACK: frozenset({S.TO_DO}),
}
COUNTED_ASSIGNMENTS = (S.TO_DO, S.STARTED, S.DONE)
# Applications that reviewers may read and that have a ranking entry: past screening, and not withdrawn.
JUDGED = tuple(
    state
    for state in ApplicationState
    if state
    not in (ApplicationState.DRAFT, ApplicationState.SENT, ApplicationState.INELIGIBLE, ApplicationState.WITHDRAWN)
)


class Assignment(InEdition, Base):
    """One reviewer asked to read one application at one revision; ``position`` is a seeded order per reviewer."""

    __tablename__ = "assignment"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("round_id", "application_id", "reviewer_id"),
        Index("ix_assignment_queue", "reviewer_id", "round_id", "position"),
        Index("ix_assignment_application", "application_id", "state"),
        # Who has done how much of a round is counted from the index alone: as applications, for PostgreSQL has no id in it.
        Index("ix_assignment_pace", "edition_id", "round_id", "state", "reviewer_id", "application_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revision_number: Mapped[int]
    state: Mapped[AssignmentState] = mapped_column(one_of(AssignmentState), default=S.TO_DO)
    position: Mapped[int]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    assigned_at: Mapped[datetime]
    abstained_because: Mapped[str | None] = mapped_column(String(300))
    application: Mapped[Application] = relationship()
    reviewer: Mapped[Person] = relationship()
    round: Mapped[Round] = relationship()
    review: Mapped["Review | None"] = relationship(back_populates="assignment")


class Recommendation(StrEnum):
    """Shall the committee talk to them?"""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"

    @property
    def label(self) -> str:
        """The recommendation in words."""
        return str({"yes": lazy("Yes"), "unsure": lazy("Unsure"), "no": lazy("No")}[self.value])


class Review(Base):
    """What a reviewer marked. ``marks`` is ``{criterion key: 1..5}``; ``total`` their weighted mean once complete.

    ``note`` is for the committee, ``feedback`` may be shared with the applicant; ``version`` guards against two tabs.
    """

    __tablename__ = "review"
    __life__ = kept(personal=True)
    __table_args__ = (
        CheckConstraint("confidence BETWEEN 1 AND 3", name="confidence_on_scale"),
        CheckConstraint("total BETWEEN 1 AND 5", name="total_on_scale"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), unique=True)
    marks: Mapped[dict[str, Any]]
    total: Mapped[float | None]
    recommendation: Mapped[Recommendation | None] = mapped_column(one_of(Recommendation))
    confidence: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    feedback: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    assignment: Mapped[Assignment] = relationship(back_populates="review")


class RankingEntry(InEdition, Base):
    """Where an application stands in a round: totals kept when a review is saved, the rest by the worker's fit.

    ``low`` and ``high`` bound the adjusted score with 80 %; ``chance`` is the share of draws among the places. ``rank``
    is shared by equal scores; ``place`` counts all that have one, withdrawn ones too, equal scores by reference.
    """

    __tablename__ = "ranking_entry"
    __life__ = kept(personal=False)
    __table_args__ = (
        UniqueConstraint("round_id", "application_id"),
        Index("ix_ranking_entry_rank", "round_id", "rank"),
        # The board's order and its figures come from the index alone.
        Index("ix_ranking_entry_place", "round_id", "place", "chance", "reads"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    wanted: Mapped[int] = mapped_column(default=0)
    reads: Mapped[int] = mapped_column(default=0)
    raw_mean: Mapped[float | None]
    spread: Mapped[float | None]  # highest minus lowest total
    adjusted: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    chance: Mapped[float | None]
    rank: Mapped[int | None]
    raw_rank: Mapped[int | None]
    place: Mapped[int | None]
    application: Mapped[Application] = relationship()


class Fit(InEdition, Base):
    """The last calibration of a round: how it was worked out, how strict each reviewer is, what it changes."""

    __tablename__ = "fit"
    __life__ = kept(personal=False)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), unique=True)
    made_at: Mapped[datetime]
    scores: Mapped[int]
    places: Mapped[int]
    method: Mapped[str] = mapped_column(String(10))  # reml, or mean with a reason
    reason: Mapped[str | None] = mapped_column(String(40))
    variances: Mapped[dict[str, Any]]
    reliability: Mapped[dict[str, Any]]
    reviewers: Mapped[list[Any]]
    swaps: Mapped[dict[str, Any]]
    stale: Mapped[bool] = mapped_column(default=False)
