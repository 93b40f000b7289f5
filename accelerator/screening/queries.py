"""Reads of screening: the queue, one application with its rules, and the facts that rules look at.

Lists and counts name their viewer and leave out what bars them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import ColumnElement, String, and_, case, cast, exists, false, func, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.answers.questions import holds
from accelerator.intake.models import Application, ApplicationState, Enquiry, Form, Question, Revision, Track
from accelerator.intake.queries.drafts import files_named
from accelerator.intake.queries.visibility import barred, visible_to
from accelerator.programmes.models import Edition, Sector
from accelerator.screening.checks import Asked, Facts
from accelerator.screening.models import RUN_RULES, EligibilityRule, Outcome, RuleResult, Verdict

UNDO_WINDOW = timedelta(minutes=30)
VIEWS = ("look", "ask", "confirm", "passed", "failed")
PENDING = ("ask", "confirm")  # the views that a verdict which asks or waits puts an application in
SCREENED = (ApplicationState.SENT, ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)
MOVED_ON = tuple(state for state in ApplicationState if state not in SCREENED)


def application(edition: Edition, reference: str) -> Application | None:
    """A sent application of the edition; drafts and withdrawn ones are none of screening's business."""
    hidden = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    statement = select(Application).options(joinedload(Application.startup), joinedload(Application.sector))
    return session().scalar(
        statement.where(
            Application.edition_id == edition.id, Application.reference == reference, Application.state.not_in(hidden)
        )
    )


def rules(edition: Edition, *, active_only: bool = True) -> list[EligibilityRule]:
    """The edition's rules in their order."""
    statement = select(EligibilityRule).where(EligibilityRule.edition_id == edition.id)
    if active_only:
        statement = statement.where(EligibilityRule.active.is_(True))
    return list(session().scalars(statement.order_by(EligibilityRule.position, EligibilityRule.id)))


def rule(edition: Edition, rule_id: int) -> EligibilityRule | None:
    """One rule of the edition."""
    statement = select(EligibilityRule).where(EligibilityRule.edition_id == edition.id, EligibilityRule.id == rule_id)
    return session().scalar(statement)


@dataclass(frozen=True)
class RulesOn:
    """What the active rules said of an application, in their order, and the names of the rules that are switched off."""

    results: list[RuleResult]
    off: list[str]


def rules_on(application: Application) -> RulesOn:
    """Every rule of the edition and what it said of the application: one statement."""
    said = and_(RuleResult.rule_id == EligibilityRule.id, RuleResult.application_id == application.id)
    rows = session().execute(
        select(EligibilityRule, RuleResult)
        .outerjoin(RuleResult, said)
        .options(contains_eager(RuleResult.rule))
        .where(EligibilityRule.edition_id == application.edition_id)
        .order_by(EligibilityRule.position, EligibilityRule.id)
    )
    known = rows.all()
    return RulesOn(
        [result for rule, result in known if rule.active and result is not None],
        [rule.name for rule, _result in known if not rule.active],
    )


def results(application: Application) -> list[RuleResult]:
    """What the active rules said of an application, in their order."""
    return rules_on(application).results


def verdict(application: Application) -> Verdict | None:
    """The staff's word on an application, who gave and who confirmed it loaded."""
    statement = select(Verdict).options(joinedload(Verdict.giver), joinedload(Verdict.confirmer))
    return session().scalar(statement.where(Verdict.application_id == application.id))


# ---- the queue ----


def _in_view(view: str) -> ColumnElement[bool]:
    sent = Application.state == ApplicationState.SENT
    waits = and_(Verdict.outcome == Outcome.FAIL, Verdict.confirmed_by.is_(None))
    return {
        "look": and_(sent, Verdict.id.is_(None)),
        "ask": and_(sent, Verdict.outcome == Outcome.ASK, Verdict.confirmed_by.is_(None)),
        "confirm": and_(Application.state.in_(SCREENED), waits),
        "passed": and_(Application.state == ApplicationState.ELIGIBLE, or_(Verdict.id.is_(None), ~waits)),
        "failed": and_(Application.state == ApplicationState.INELIGIBLE, or_(Verdict.id.is_(None), ~waits)),
    }[view]


def counts(edition: Edition, viewer: Person) -> dict[str, int]:
    """How many applications each view of the queue holds.

    They are counted by state over an index alone, and put right by the verdicts that ask or wait for a second person:
    on what was merely sent there are no others, and they are few however many applications there are.
    """
    states = (
        select(
            Application.state.label("state"),
            literal(None, String).label("outcome"),
            func.count(Application.id).label("number"),
        )
        .where(Application.edition_id == edition.id, Application.state.in_(SCREENED), visible_to(viewer))
        .group_by(Application.state)
    )
    # From the verdicts' side, and by an outer join so that SQLite can't turn it round: it would look up every verdict.
    mine = and_(Application.id == Verdict.application_id, Application.edition_id == edition.id)
    pending = (
        select(
            Application.state.label("state"),
            cast(Verdict.outcome, String).label("outcome"),
            func.count(Verdict.id).label("number"),
        )
        .select_from(Verdict)
        .outerjoin(Application, mine)
        .where(Verdict.outcome.in_((Outcome.ASK, Outcome.FAIL)), Verdict.confirmed_by.is_(None), visible_to(viewer))
        .group_by(Application.state, Verdict.outcome)
    )
    both = union_all(states, pending).subquery()
    found = {(row.state, row.outcome): row.number for row in session().execute(select(both))}
    return _views_of(found)


def _views_of(found: Mapping[tuple[ApplicationState, str | None], int]) -> dict[str, int]:
    """The views from numbers by state and pending outcome; those with the outcome None count all of a state."""
    waiting = {state: found.get((state, Outcome.FAIL.value), 0) for state in SCREENED}
    left = {state: found.get((state, None), 0) - waiting[state] for state in SCREENED}
    asked = found.get((ApplicationState.SENT, Outcome.ASK.value), 0)
    return {
        "look": left[ApplicationState.SENT] - asked,
        "ask": asked,
        "confirm": sum(waiting.values()),
        "passed": left[ApplicationState.ELIGIBLE],
        "failed": left[ApplicationState.INELIGIBLE],
    }


def queue(edition: Edition, viewer: Person, view: str, *, mark: str | None = None, size: int = 50) -> Page[Any]:
    """Rows of one view, oldest application first: id, reference, name, country, city, sent, verdict, reason code,
    giver's id, and whether the applicant answered what the verdict asks."""
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
            (_is_answered() if view == "ask" else false()).label("answered"),
        )
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id, _in_view(view), visible_to(viewer))
    )
    # The two views of pending verdicts go along the verdicts' index, the others along the applications' own.
    return page(statement, [Key(Verdict.application_id if view in PENDING else Application.id)], mark=mark, size=size)


def _is_answered() -> ColumnElement[bool]:
    later = (Enquiry.answer_revision.is_not(None), Enquiry.closed_at > Verdict.given_at)
    return exists().where(Enquiry.application_id == Application.id, *later)


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
    said = (
        select(
            RuleResult.application_id,
            func.count(RuleResult.id),
            func.sum(case((RuleResult.outcome == Outcome.FAIL, 1), else_=0)),
            func.sum(case((RuleResult.outcome == Outcome.ASK, 1), else_=0)),
        )
        .join(RuleResult.rule)
        .where(EligibilityRule.active.is_(True), RuleResult.application_id.in_(application_ids))
        .group_by(RuleResult.application_id)
    )
    return {one: Tally(ran, int(fails), int(asks)) for one, ran, fails, asks in session().execute(said)}


def next_reference(edition: Edition, viewer: Person, after: Application) -> str | None:
    """The next application without a verdict, round the end of the queue."""
    waiting = (
        select(Application.reference)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id, _in_view("look"), Application.id != after.id, visible_to(viewer))
        .order_by(case((Application.id > after.id, 0), else_=1), Application.id)
    )
    return session().scalar(waiting.limit(1))


def clear(edition: Edition, viewer: Person) -> list[Application]:
    """Applications without a verdict whose every active rule ran on the present revision and passed."""
    wanted = len(rules(edition))
    if not wanted:
        return []
    passed = (
        select(RuleResult.application_id)
        .join(RuleResult.rule)
        .join(Application, Application.id == RuleResult.application_id)
        .where(
            EligibilityRule.active.is_(True),
            EligibilityRule.edition_id == edition.id,
            RuleResult.outcome == Outcome.PASS,
            RuleResult.revision_number == Application.revision_number,
        )
        .group_by(RuleResult.application_id)
        .having(func.count(RuleResult.id) == wanted)
    )
    statement = (
        select(Application)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id, _in_view("look"), Application.id.in_(passed), visible_to(viewer))
    )
    return list(session().scalars(statement.order_by(Application.id)))


def last_batch(edition: Edition, actor: Person) -> tuple[datetime, int] | None:
    """When the actor last passed applications in one go, and how many; None once it can't be undone any more."""
    passed = (Verdict.given_by == actor.id, Verdict.outcome == Outcome.PASS)
    newest = (
        select(Verdict.given_at)
        .join(Application, Application.id == Verdict.application_id)
        .where(
            *passed,
            Verdict.given_at > clock.now() - UNDO_WINDOW,
            Application.edition_id == edition.id,
            Application.state == ApplicationState.ELIGIBLE,
        )
        .order_by(Verdict.given_at.desc())
    )
    at = session().scalar(newest.limit(1))
    if at is None:
        return None
    together = and_(*passed, Verdict.given_at == at)
    # Looking up ten thousand applications costs more than the page; those that moved on since are few, and the outer
    # join makes SQLite begin with them.
    moved_on = (
        select(func.count(Verdict.id))
        .select_from(Application)
        .outerjoin(Verdict, and_(Verdict.application_id == Application.id, together))
        .where(Application.edition_id == edition.id, Application.state.in_(MOVED_ON), visible_to(actor))
    )
    # Whom a conflict bars since then neither counts nor undoes.
    hidden = select(func.count(Verdict.id)).where(together, Verdict.application_id.in_(barred(edition.id, actor.id)))
    every = select(func.count(Verdict.id)).where(together)
    parts = (every, moved_on, hidden)
    number, gone, unseen = session().execute(select(*(part.scalar_subquery() for part in parts))).one()
    return (at, number - gone - unseen) if number > gone + unseen else None


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


# ---- facts ----


def facts(edition: Edition, applications: Sequence[Application]) -> dict[int, Facts]:
    """What the rules look at, by application id: answers of the present revision, its form, its files."""
    ids = [one.id for one in applications]
    revisions = _revisions(ids)
    forms = _forms({revision.form_id for revision in revisions.values()})
    tracks = dict(_named(Track, edition))
    sectors = dict(_named(Sector, edition))
    keys = dict(session().execute(select(Sector.id, Sector.key).where(Sector.edition_id == edition.id)).all())
    known = {}
    for one in applications:
        revision = revisions.get((one.id, one.revision_number))
        answers = revision.answers if revision else one.answers
        questions = forms.get(revision.form_id, ()) if revision else ()
        sent = (one.submitted_at or one.saved_at).astimezone(ZoneInfo(edition.zone)).date()
        known[one.id] = Facts(
            answers=answers,
            questions=[_asked(question, answers) for question in questions],
            files=frozenset(key for key, value in answers.items() if files_named({key: value})),
            tracks=tracks,
            sectors=sectors,
            sector=keys.get(one.sector_id) if one.sector_id else None,
            country=one.country,
            country_name=country_names(one.country),
            prefecture=one.prefecture,
            sent_on=sent,
        )
    return known


def _revisions(ids: Sequence[int]) -> dict[tuple[int, int], Revision]:
    rows = session().scalars(select(Revision).where(Revision.application_id.in_(ids)))
    return {(revision.application_id, revision.number): revision for revision in rows}


def _forms(ids: set[int]) -> dict[int, list[Question]]:
    rows = session().scalars(select(Form).where(Form.id.in_(ids)))
    return {form.id: [question for part in form.sections for question in part.questions] for form in rows}


def _named(kind: type[Track] | type[Sector], edition: Edition) -> list[tuple[str, dict[str, str]]]:
    return [
        (key, name) for key, name in session().execute(select(kind.key, kind.name).where(kind.edition_id == edition.id))
    ]


def _asked(question: Question, answers: Mapping[str, Any]) -> Asked:
    return Asked(
        key=question.key,
        kind=question.kind.value,
        label=question.label,
        required=question.required,
        shown=question.shown_if is None or holds(question.shown_if, answers),
        choices={choice["value"]: choice["label"] for choice in question.choices},
    )


def country_names(code: str | None) -> dict[str, str] | None:
    """A country's name in both languages, None for what is no ISO 3166-1 code."""
    if not code or len(code) != 2 or not code.isalpha():
        return None
    names = {language: Locale.parse(language).territories.get(code) for language in ("en", "ja")}
    return {language: name for language, name in names.items() if name} if all(names.values()) else None
