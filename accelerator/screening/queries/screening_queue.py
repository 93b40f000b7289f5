"""The queue: who waits for a verdict, how many, and what was passed in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import UtcDateTime, session
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.pagination import Key, Page, page
from accelerator.core.prepared import Prepared, Selected
from accelerator.intake.models import Application, ApplicationState, Enquiry
from accelerator.intake.queries.visibility import barred, visible_to
from accelerator.programmes.models import Edition
from accelerator.screening.models import RUN_RULES, SCREENED, EligibilityRule, Outcome, RuleResult, Verdict
from accelerator.screening.queries.cases import rules

UNDO_WINDOW = timedelta(minutes=30)
VIEWS = ("look", "ask", "mine", "confirm", "passed", "failed")
PENDING = ("ask", "mine", "confirm")  # the views that a verdict which asks or waits puts an application in
MOVED_ON = tuple(state for state in ApplicationState if state not in SCREENED)


def _in_view(view: str, viewer: Person) -> ColumnElement[bool]:
    """An answered question is to be looked at again; ``mine`` is what the viewer may confirm as the second person."""
    sent = Application.state == ApplicationState.SENT
    waits = and_(Verdict.outcome == Outcome.FAIL, Verdict.confirmed_by.is_(None))
    asked = and_(sent, Verdict.outcome == Outcome.ASK, Verdict.confirmed_by.is_(None))
    return {
        "look": and_(sent, or_(Verdict.id.is_(None), and_(Verdict.outcome == Outcome.ASK, _is_answered()))),
        "ask": and_(asked, ~_is_answered()),
        "mine": and_(Application.state.in_(SCREENED), waits, Verdict.given_by != viewer.id),
        "confirm": and_(Application.state.in_(SCREENED), waits),
        "passed": and_(Application.state == ApplicationState.ELIGIBLE, or_(Verdict.id.is_(None), ~waits)),
        "failed": and_(Application.state == ApplicationState.INELIGIBLE, or_(Verdict.id.is_(None), ~waits)),
    }[view]


def _is_answered() -> ColumnElement[bool]:
    later = (Enquiry.answer_revision.is_not(None), Enquiry.closed_at > Verdict.given_at)
    return exists().where(Enquiry.application_id == Application.id, *later)


def counts(edition: Edition, viewer: Person) -> dict[str, int]:
    """How many applications each view of the queue holds.

    They are counted by state over an index alone, and put right by the verdicts that ask or wait for a second person:
    on what was merely sent there are no others, and they are few however many applications there are.
    """
    rows = _COUNTS.rows(here=edition.id, hidden=barred(edition.id, viewer.id), viewer=viewer.id)
    return _views_of({(state, outcome): number for state, outcome, number in rows})


ANSWERED, OWN = "answered", "own"  # parts of what asks and of what fails, beside the outcomes of pending verdicts
_HERE = bindparam("here", type_=Integer)
_HIDDEN = bindparam("hidden", type_=Integer, expanding=True)


def _counts() -> Selected:
    seen = Application.id.not_in(_HIDDEN)
    states = (
        select(
            Application.state.label("state"),
            literal(None, String).label("outcome"),
            func.count(Application.id).label("number"),
        )
        .where(Application.edition_id == _HERE, Application.state.in_(SCREENED), seen)
        .group_by(Application.state)
    )
    pending = [_pending(outcome.value, Verdict.outcome == outcome) for outcome in (Outcome.ASK, Outcome.FAIL)]
    answered = _pending(ANSWERED, Verdict.outcome == Outcome.ASK, _is_answered())
    own = _pending(OWN, Verdict.outcome == Outcome.FAIL, Verdict.given_by == bindparam("viewer", type_=Integer))
    return select(union_all(states, *pending, answered, own).subquery())


def _pending(word: str, *conditions: ColumnElement[bool]) -> Selected:
    """Verdicts that ask or wait for a second person, by state, under a word for which of them."""
    # From the verdicts' side, and by an outer join so that SQLite can't turn it round: it would look up every verdict.
    mine = and_(Application.id == Verdict.application_id, Application.edition_id == _HERE)
    return (
        select(
            Application.state.label("state"),
            literal(word, String).label("outcome"),
            func.count(Verdict.id).label("number"),
        )
        .select_from(Verdict)
        .outerjoin(Application, mine)
        .where(Verdict.confirmed_by.is_(None), Application.id.not_in(_HIDDEN), *conditions)
        .group_by(Application.state)
    )


_COUNTS = Prepared(_counts)


def _views_of(numbers: Mapping[tuple[ApplicationState, str | None], int]) -> dict[str, int]:
    """The views from numbers by state and pending outcome; those with the outcome None count all of a state."""
    waiting = {state: numbers.get((state, Outcome.FAIL.value), 0) for state in SCREENED}
    left = {state: numbers.get((state, None), 0) - waiting[state] for state in SCREENED}
    asked = numbers.get((ApplicationState.SENT, Outcome.ASK.value), 0)
    answered = numbers.get((ApplicationState.SENT, ANSWERED), 0)
    own = sum(numbers.get((state, OWN), 0) for state in SCREENED)
    return {
        "look": left[ApplicationState.SENT] - asked + answered,
        "ask": asked - answered,
        "mine": sum(waiting.values()) - own,
        "confirm": sum(waiting.values()),
        "passed": left[ApplicationState.ELIGIBLE],
        "failed": left[ApplicationState.INELIGIBLE],
    }


def queue(edition: Edition, viewer: Person, view: str, *, mark: str | None = None, size: int = 50) -> Page[Any]:
    """Rows of one view, oldest application first: id, reference, name, country, city, sent, verdict, reason code,
    giver's id, whether the applicant answered what the verdict asks, the number of the answers, what the verdict rests
    on."""
    statement: Any = (
        select(
            Application.id,
            Application.reference,
            Application.name,
            Application.country,
            Application.city,
            Application.submitted_at,
            Verdict.outcome,
            Verdict.reason_code,
            Verdict.given_by,
            (_is_answered() if view == "look" else false()).label("answered"),
            Application.revision_number,
            Verdict.basis,
        )
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id, _in_view(view, viewer), visible_to(viewer))
    )
    # The two views of pending verdicts go along the verdicts' index, the others along the applications' own.
    return page(statement, [Key(Verdict.application_id if view in PENDING else Application.id)], mark=mark, size=size)


@dataclass(frozen=True)
class Tally:
    """How many active rules ran on an application, how many of them failed it, how many asked."""

    ran: int = 0
    fails: int = 0
    asks: int = 0


def tallies(application_ids: Sequence[int]) -> dict[int, Tally]:
    """What the active rules said together of each application; those on which none ran are left out."""
    if not application_ids:
        return {}
    rows = _TALLIES.rows(applications=list(application_ids))
    return {application_id: Tally(ran, int(fails), int(asks)) for application_id, ran, fails, asks in rows}


_TALLIES = Prepared(
    lambda: (
        select(
            RuleResult.application_id,
            func.count(RuleResult.id),
            func.sum(case((RuleResult.outcome == Outcome.FAIL, 1), else_=0)),
            func.sum(case((RuleResult.outcome == Outcome.ASK, 1), else_=0)),
        )
        .join(RuleResult.rule)
        .where(
            EligibilityRule.active.is_(True),
            RuleResult.application_id.in_(bindparam("applications", type_=Integer, expanding=True)),
        )
        .group_by(RuleResult.application_id)
    )
)


def next_reference(edition: Edition, viewer: Person, after: Application, view: str = "look") -> str | None:
    """The application that follows in a view, round its end; None where it holds no other."""
    waiting = (
        select(Application.reference)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(
            Application.edition_id == edition.id,
            _in_view(view, viewer),
            Application.id != after.id,
            visible_to(viewer),
        )
        .order_by(case((Application.id > after.id, 0), else_=1), Application.id)
    )
    return session().scalar(waiting.limit(1))


def clear(edition: Edition, viewer: Person) -> list[Application]:
    """Applications without a verdict whose every active rule ran, as it is now, on the present revision and passed; a
    note holds nothing up."""
    rule_count = len(rules(edition))
    if not rule_count:
        return []
    passed = (
        select(RuleResult.application_id)
        .join(RuleResult.rule)
        .join(Application, Application.id == RuleResult.application_id)
        .where(
            EligibilityRule.active.is_(True),
            EligibilityRule.edition_id == edition.id,
            RuleResult.outcome.in_((Outcome.PASS, Outcome.NOTE)),
            RuleResult.revision_number == Application.revision_number,
            RuleResult.rule_version == EligibilityRule.version,
        )
        .group_by(RuleResult.application_id)
        .having(func.count(RuleResult.id) == rule_count)
    )
    statement = (
        select(Application)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(
            Application.edition_id == edition.id,
            Application.state == ApplicationState.SENT,
            Verdict.id.is_(None),
            Application.id.in_(passed),
            visible_to(viewer),
        )
    )
    return list(session().scalars(statement.order_by(Application.id)))


def last_batch(edition: Edition, actor: Person) -> tuple[datetime, int] | None:
    """When the actor last passed applications in one go, and how many; None once it can't be undone any more."""
    hidden = barred(edition.id, actor.id)
    newest = _LAST_PASSED.row(here=edition.id, actor=actor.id, since=clock.now() - UNDO_WINDOW)
    if newest is None:
        return None
    counted: Any = _PASSED_TOGETHER.row(here=edition.id, actor=actor.id, at=newest[0], hidden=hidden)
    number, gone, unseen = counted
    return (newest[0], number - gone - unseen) if number > gone + unseen else None


_PASSED = (Verdict.given_by == bindparam("actor", type_=Integer), Verdict.outcome == Outcome.PASS)
_LAST_PASSED = Prepared(
    lambda: (
        select(Verdict.given_at)
        .join(Application, Application.id == Verdict.application_id)
        .where(
            *_PASSED,
            Verdict.given_at > bindparam("since", type_=UtcDateTime()),
            Application.edition_id == _HERE,
            Application.state == ApplicationState.ELIGIBLE,
        )
        .order_by(Verdict.given_at.desc())
        .limit(1)
    )
)


def _passed_together() -> Selected:
    """How many were passed at an instant, how many of them moved on since, and how many the actor may not see now."""
    together = and_(*_PASSED, Verdict.given_at == bindparam("at", type_=UtcDateTime()))
    # Looking up ten thousand applications costs more than the page; those that moved on since are few, and the outer
    # join makes SQLite begin with them.
    moved_on = (
        select(func.count(Verdict.id))
        .select_from(Application)
        .outerjoin(Verdict, and_(Verdict.application_id == Application.id, together))
        .where(Application.edition_id == _HERE, Application.state.in_(MOVED_ON), Application.id.not_in(_HIDDEN))
    )
    # Whom a conflict bars since then neither counts nor undoes.
    unseen = select(func.count(Verdict.id)).where(together, Verdict.application_id.in_(_HIDDEN))
    every = select(func.count(Verdict.id)).where(together)
    return select(*(part.scalar_subquery() for part in (every, moved_on, unseen)))


_PASSED_TOGETHER = Prepared(_passed_together)


def batch(edition: Edition, at: datetime, actor: Person) -> list[Application]:
    """The applications that the actor passed at exactly this instant, without those that bar the actor since."""
    statement = (
        select(Application)
        .join(Verdict, Verdict.application_id == Application.id)
        .where(
            Application.edition_id == edition.id,
            Verdict.given_by == actor.id,
            Verdict.given_at == at,
            visible_to(actor),
        )
    )
    return list(session().scalars(statement.order_by(Application.id)))


def run_in_progress(edition: Edition) -> JobRow | None:
    """The run over all applications that waits or works now."""
    open_states = (JobState.WAITING, JobState.RUNNING)
    statement = select(JobRow).where(
        JobRow.name == RUN_RULES.name, JobRow.scope_key == edition.id, JobRow.state.in_(open_states)
    )
    return session().scalar(statement.order_by(JobRow.created_at.desc()).limit(1))


def to_check(edition: Edition) -> list[int]:
    """Ids of the applications that rules are run on."""
    statement = select(Application.id).where(Application.edition_id == edition.id, Application.state.in_(SCREENED))
    return list(session().scalars(statement.order_by(Application.id)))
