"""Reads of releases: what is ready, what is missing, who gets a letter."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.i18n import LANGUAGES, pick
from accelerator.core.pagination import Key, Page, page
from accelerator.core.prepared import Prepared
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, Round, RoundState
from accelerator.screening.models import Verdict
from accelerator.selection.models import Basis, Choice, Decision, Release, ReleaseState
from accelerator.selection.queries.feedback import shared_feedback
from accelerator.startups.models import Founder
from accelerator.startups.queries import has_access

UNDER_WAY = (ReleaseState.PREPARED, ReleaseState.APPROVED)
LISTED = 50  # rows of a list on the release page
IS_INELIGIBLE = Application.state == ApplicationState.INELIGIBLE
IS_GAP = or_(
    Application.state == ApplicationState.SENT,
    and_(Application.state == ApplicationState.ELIGIBLE, Decision.id.is_(None)),
)
GETS_LETTER = and_(
    Decision.release_id.is_(None),
    or_(IS_INELIGIBLE, and_(Application.state == ApplicationState.ELIGIBLE, Decision.id.is_not(None))),
)
CHOICE: Any = case((IS_INELIGIBLE, Choice.DECLINE.value), else_=Decision.choice)


@dataclass(frozen=True)
class ReleaseOverview:
    """The edition and the release under way, else the last one that went out, else none."""

    edition: Edition
    release: Release | None

    @property
    def under_way(self) -> Release | None:
        """The release that waits for approval or for its instant."""
        return self.release if self.release is not None and self.release.state in UNDER_WAY else None


class ReleaseOnBoard(NamedTuple):
    """The release under way or the last one, whether letters wait for one, and whether decisions are missing."""

    release: Release | None
    letters_wait: bool
    decisions_missing: bool

    @property
    def under_way(self) -> Release | None:
        """The release that waits for approval or for its instant."""
        return self.release if self.release is not None and self.release.state in UNDER_WAY else None

    @property
    def can_go_on(self) -> bool:
        """Whether releasing is what comes next: one is under way, or can be prepared."""
        return self.under_way is not None or (self.letters_wait and not self.decisions_missing)

    @property
    def all_out_since(self) -> datetime | None:
        """When the last letters went out, if nothing waits and nothing is undecided; else None."""
        waits = self.letters_wait or self.decisions_missing or self.under_way is not None
        return self.release.released_at if self.release is not None and not waits else None


class Gap(NamedTuple):
    """An application that stands in the way of a release."""

    reference: str
    name: str
    state: ApplicationState


class GapCount(NamedTuple):
    """How many of them the viewer may know of, and whether there are more. That alone says only "undecided"."""

    number: int
    others: bool

    @property
    def any(self) -> bool:
        """Whether anything stands in the way."""
        return self.number > 0 or self.others


class PendingLetter(NamedTuple):
    """What one application will be told. Where screening said no, that alone makes the letter, whatever was decided.

    ``decision`` is the row of whoever decided; None where nobody did. ``shared`` are the reviewers' texts that staff
    ticked.
    """

    application: Application
    decision: Decision | None
    choice: Choice
    basis: Basis
    reason: str
    feedback: str
    shared: tuple[str, ...]


class Screened(NamedTuple):
    """Whose word made an application not eligible, and when."""

    by: int
    at: datetime


class LetterLine(NamedTuple):
    """A letter in the list of a release; ``derived`` where it follows from screening."""

    reference: str
    name: str
    derived: bool


class Concerns(NamedTuple):
    """What speaks against releasing now: rounds that are open, by title, and eligible applications short of reviews."""

    open_rounds: list[str]
    short: int

    @property
    def any(self) -> bool:
        """Whether there is anything to say yes to."""
        return bool(self.open_rounds or self.short)


def release_overview(edition: Edition) -> ReleaseOverview:
    """Where releasing stands in an edition."""
    statement = (
        select(Release)
        .options(joinedload(Release.preparer), joinedload(Release.approver))
        .where(Release.edition_id == edition.id, Release.state != ReleaseState.CANCELLED)
        .order_by(Release.id.desc())
    )
    return ReleaseOverview(edition, session().scalar(statement.limit(1)))


def release_under_way(edition: Edition) -> Release | None:
    """The release that freezes the decisions now, as it is in the database. Lock the edition first."""
    statement = select(Release).where(Release.edition_id == edition.id, Release.state.in_(UNDER_WAY))
    return session().scalar(statement.execution_options(populate_existing=True))


def release_of(edition: Edition, version: str) -> Release | None:
    """The release that a page showed, by the version that it sends back."""
    number = version.partition("-")[0]
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        return None
    statement = select(Release).where(Release.edition_id == edition.id, Release.id == int(number))
    return session().scalar(statement)


def last_release(edition: Edition) -> Release | None:
    """The last release that went out."""
    statement = select(Release).where(Release.edition_id == edition.id, Release.state == ReleaseState.RELEASED)
    return session().scalar(statement.order_by(Release.released_at.desc(), Release.id.desc()).limit(1))


def decisions_sent(edition_ids: Collection[int]) -> dict[int, datetime]:
    """When the first letters of decision went out, by edition; editions that released nothing are left out."""
    return {row[0]: row[1] for row in _SENT.rows(editions=list(edition_ids)) if row[1] is not None}


_SENT = Prepared(
    lambda: (
        select(Release.edition_id, func.min(Release.released_at))
        .where(
            Release.edition_id.in_(bindparam("editions", type_=Integer, expanding=True)),
            Release.state == ReleaseState.RELEASED,
        )
        .group_by(Release.edition_id)
    )
)


def _with_decision(edition: Edition, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Application)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.edition_id == edition.id)
    )


def gaps(edition: Edition, viewer: Person, *, limit: int = LISTED) -> list[Gap]:
    """The first eligible applications without a decision, and of those never screened, as far as the viewer may know."""
    columns = (Application.reference, Application.name, Application.state)
    statement = _with_decision(edition, *columns).where(IS_GAP, Application.id.not_in(barred(edition.id, viewer.id)))
    rows = session().execute(statement.order_by(Application.state, Application.reference).limit(limit))
    return [Gap(*row) for row in rows]


def gap_count(edition: Edition) -> int:
    """How many applications stand in the way, conflicts or not."""
    return session().scalar(_with_decision(edition, func.count(Application.id)).where(IS_GAP)) or 0


def release_on_board(edition: Edition) -> ReleaseOnBoard:
    """Where releasing stands, in two statements. Numbers stay here: they would tell of what bars the viewer."""
    letters, gaps = func.count(case((GETS_LETTER, 1))), func.count(case((IS_GAP, 1)))
    waiting, missing = session().execute(_with_decision(edition, letters, gaps)).one()
    return ReleaseOnBoard(release_overview(edition).release, waiting > 0, missing > 0)


def gap_count_for(edition: Edition, viewer: Person) -> GapCount:
    """The same as far as the viewer may know."""
    seen = func.count(case((Application.id.not_in(barred(edition.id, viewer.id)), 1)))
    statement = _with_decision(edition, seen, func.count(Application.id)).where(IS_GAP)
    number, everything = session().execute(statement).one()
    return GapCount(number, everything > number)


def letter_counts(edition: Edition, viewer: Person) -> tuple[dict[Choice, int], int]:
    """How many letters of each kind a release would send now, as far as the viewer may know; and how many in all."""
    seen = Application.id.not_in(barred(edition.id, viewer.id))
    kinds = (func.count(case((and_(choice.value == CHOICE, seen), 1))) for choice in Choice)
    statement = _with_decision(edition, *kinds, func.count(Application.id)).where(GETS_LETTER)
    *numbers, everything = session().execute(statement).one()
    return dict(zip(Choice, numbers, strict=True)), everything


def letter_lines(edition: Edition, viewer: Person, choice: Choice, *, mark: str | None = None) -> Page[LetterLine]:
    """The letters of one kind by reference, without those of applications that the viewer has a conflict with."""
    columns = (Application.reference.label("shown"), Application.name, IS_INELIGIBLE)
    statement = _with_decision(edition, *columns).where(
        GETS_LETTER, choice.value == CHOICE, Application.id.not_in(barred(edition.id, viewer.id))
    )
    rows = page(statement, [Key(Application.reference)], mark=mark, size=LISTED)
    return Page([LetterLine(row[0], row[1], bool(row[2])) for row in rows.rows], rows.before, rows.after)


def pending_letters(edition: Edition) -> list[PendingLetter]:
    """Every letter that a release would send now, by reference. Withdrawn applications get none. Two statements."""
    statement = _with_decision(edition, Application, Decision).where(GETS_LETTER).order_by(Application.reference)
    rows = session().execute(statement.execution_options(populate_existing=True)).all()
    shared = shared_feedback(edition)
    return [_letter(application, decision, shared) for application, decision in rows]


def pending_letter(application: Application) -> PendingLetter | None:
    """The letter that a release would send to one application; None where it would send none."""
    edition = application.edition_id
    statement = (
        select(Decision)
        .join(Decision.application)
        .where(Decision.edition_id == edition, Decision.application_id == application.id)
    )
    decision = session().scalar(statement)
    released = decision is not None and decision.release_id is not None
    undecided = decision is None and application.state is not ApplicationState.INELIGIBLE
    if released or undecided or application.state not in (ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE):
        return None
    return _letter(application, decision, shared_feedback(edition, of=application))


def _letter(
    application: Application, decision: Decision | None, shared: Mapping[int, tuple[str, ...]]
) -> PendingLetter:
    if decision is None or application.state is ApplicationState.INELIGIBLE:
        return PendingLetter(application, decision, Choice.DECLINE, Basis.SCREENING, "", "", ())
    return PendingLetter(
        application,
        decision,
        decision.choice,
        decision.basis,
        decision.reason,
        decision.feedback,
        shared.get(application.id, ()),
    )


def screened_by(edition: Edition) -> dict[int, Screened]:
    """Who said that applications are not eligible, by application id: the second person where there is one."""
    by, at = (
        func.coalesce(Verdict.confirmed_by, Verdict.given_by),
        func.coalesce(Verdict.confirmed_at, Verdict.given_at),
    )
    statement = (
        select(Verdict.application_id, by, at)
        .join(Application, Application.id == Verdict.application_id)
        .where(Application.edition_id == edition.id, IS_INELIGIBLE)
    )
    return {application_id: Screened(person, moment) for application_id, person, moment in session().execute(statement)}


def lock_candidates(edition: Edition) -> None:
    """Lock every application that may be decided, in one order, so that no decision changes while a release reads it."""
    states = (ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)
    statement = select(Application.id).where(Application.edition_id == edition.id, Application.state.in_(states))
    session().execute(statement.order_by(Application.id).with_for_update()).all()


def concerns(edition: Edition, viewer: Person) -> Concerns:
    """What whoever releases has to say yes to, as far as they may know of it.

    Reviews are missing in the last round that was ever opened.
    """
    rounds = select(Round.id, Round.name, Round.state, Round.reads).where(Round.edition_id == edition.id)
    begun = session().execute(rounds.where(Round.state != RoundState.DRAFT).order_by(Round.number)).all()
    if not begun:
        return Concerns([], 0)
    last = begun[-1]
    mine = and_(RankingEntry.application_id == Application.id, RankingEntry.round_id == last.id)
    short = func.coalesce(RankingEntry.reads, 0) < func.coalesce(RankingEntry.wanted, last.reads)
    counted = (
        select(func.count(Application.id))
        .select_from(Application)
        .outerjoin(RankingEntry, mine)
        .where(
            Application.edition_id == edition.id,
            Application.state == ApplicationState.ELIGIBLE,
            short,
            Application.id.not_in(barred(edition.id, viewer.id)),
        )
    )
    titles = [pick(row.name) for row in begun if row.state is RoundState.OPEN]
    return Concerns(titles, session().scalar(counted) or 0)


def recipients(applications: Collection[Application]) -> dict[int, list[Person]]:
    """Who reads the letters: every founder with access, the lead first, by application id."""
    by_startup: dict[int, list[Person]] = {}
    founders = (
        select(Founder.startup_id, Person)
        .join(Person, Person.id == Founder.person_id)
        .where(Founder.startup_id.in_({application.startup_id for application in applications}), has_access())
        .order_by(Founder.is_lead.desc(), Founder.position, Founder.id)
    )
    for startup_id, person in session().execute(founders):
        by_startup.setdefault(startup_id, []).append(person)
    return {application.id: by_startup.get(application.startup_id, []) for application in applications}


def missing_texts(edition: Edition) -> list[str]:
    """Which texts of the edition that letters quote lack a language: ``name`` or ``place``."""
    quoted = {"name": edition.name, "place": edition.place}
    return [key for key, texts in quoted.items() if not all(texts.get(language) for language in LANGUAGES)]
