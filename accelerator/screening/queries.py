"""Reads of screening: the queue, one application with its rules, and the facts that rules look at."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.answers.questions import holds
from accelerator.intake.models import Application, ApplicationState, Attachment, Form, Question, Revision, Track
from accelerator.programmes.models import Edition, Sector
from accelerator.screening.checks import Asked, Facts
from accelerator.screening.models import RUN_RULES, EligibilityRule, Outcome, RuleResult, Verdict

UNDO_WINDOW = timedelta(minutes=30)
VIEWS = ("look", "ask", "confirm", "passed", "failed")
SCREENED = (ApplicationState.SENT, ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)


def application(edition: Edition, reference: str) -> Application | None:
    """A sent application of the edition; drafts and withdrawn ones are none of screening's business."""
    hidden = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    found = select(Application).options(joinedload(Application.startup), joinedload(Application.sector))
    return session().scalar(
        found.where(
            Application.edition_id == edition.id,
            Application.reference == reference,
            Application.state.not_in(hidden),
        )
    )


def rules(edition: Edition, *, active_only: bool = True) -> list[EligibilityRule]:
    """The edition's rules in their order."""
    found = select(EligibilityRule).where(EligibilityRule.edition_id == edition.id)
    if active_only:
        found = found.where(EligibilityRule.active.is_(True))
    return list(session().scalars(found.order_by(EligibilityRule.position, EligibilityRule.id)))


def results(application: Application) -> list[RuleResult]:
    """What the active rules said of an application, in their order."""
    found = select(RuleResult).join(RuleResult.rule).where(RuleResult.application_id == application.id)
    found = found.where(EligibilityRule.active.is_(True))
    return list(session().scalars(found.order_by(EligibilityRule.position, EligibilityRule.id)))


def verdict(application: Application) -> Verdict | None:
    """The staff's word on an application, who gave and who confirmed it loaded."""
    found = select(Verdict).options(joinedload(Verdict.giver), joinedload(Verdict.confirmer))
    return session().scalar(found.where(Verdict.application_id == application.id))


# ---- the queue ----


def _in_view(view: str) -> ColumnElement[bool]:
    sent = Application.state == ApplicationState.SENT
    waits = and_(Verdict.outcome == Outcome.FAIL, Verdict.confirmed_by.is_(None))
    return {
        "look": and_(sent, Verdict.id.is_(None)),
        "ask": and_(sent, Verdict.outcome == Outcome.ASK),
        "confirm": and_(Application.state.in_(SCREENED), waits),
        "passed": and_(Application.state == ApplicationState.ELIGIBLE, or_(Verdict.id.is_(None), ~waits)),
        "failed": and_(Application.state == ApplicationState.INELIGIBLE, or_(Verdict.id.is_(None), ~waits)),
    }[view]


def counts(edition: Edition) -> dict[str, int]:
    """How many applications each view of the queue holds."""
    sums = [func.coalesce(func.sum(case((_in_view(view), 1), else_=0)), 0) for view in VIEWS]
    found = (
        select(*sums)
        .select_from(Application)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id)
    )
    return dict(zip(VIEWS, map(int, session().execute(found).one()), strict=True))


def _tally() -> Any:
    return (
        select(
            RuleResult.application_id.label("application_id"),
            func.count(RuleResult.id).label("ran"),
            func.sum(case((RuleResult.outcome == Outcome.FAIL, 1), else_=0)).label("fails"),
            func.sum(case((RuleResult.outcome == Outcome.ASK, 1), else_=0)).label("asks"),
        )
        .join(RuleResult.rule)
        .where(EligibilityRule.active.is_(True))
        .group_by(RuleResult.application_id)
        .subquery()
    )


def queue(edition: Edition, view: str, *, mark: str | None = None, size: int = 50) -> Page[Any]:
    """Rows of one view, oldest application first: reference, name, country, city, sent, rules run, fails, asks,
    verdict, reason code, giver's id, id."""
    tally = _tally()
    found = (
        select(
            Application.reference,
            Application.name,
            Application.country,
            Application.city,
            Application.submitted_at,
            func.coalesce(tally.c.ran, 0).label("ran"),
            func.coalesce(tally.c.fails, 0).label("fails"),
            func.coalesce(tally.c.asks, 0).label("asks"),
            Verdict.outcome,
            Verdict.reason_code,
            Verdict.given_by,
        )
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .outerjoin(tally, tally.c.application_id == Application.id)
        .where(Application.edition_id == edition.id, _in_view(view))
    )
    return page(found, [Key(Application.id)], mark=mark, size=size)


def next_reference(edition: Edition, after: Application) -> str | None:
    """The next application without a verdict, round the end of the queue."""
    waiting = (
        select(Application.reference)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id, _in_view("look"), Application.id != after.id)
        .order_by(case((Application.id > after.id, 0), else_=1), Application.id)
    )
    return session().scalar(waiting.limit(1))


def clear(edition: Edition) -> list[Application]:
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
    found = (
        select(Application)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id, _in_view("look"), Application.id.in_(passed))
    )
    return list(session().scalars(found.order_by(Application.id)))


def last_batch(edition: Edition, actor: Person) -> tuple[datetime, int] | None:
    """When the actor last passed applications in one go, and how many; None once it can't be undone any more."""
    found = (
        select(Verdict.given_at, func.count(Verdict.id))
        .join(Application, Application.id == Verdict.application_id)
        .where(
            Application.edition_id == edition.id,
            Application.state == ApplicationState.ELIGIBLE,
            Verdict.given_by == actor.id,
            Verdict.outcome == Outcome.PASS,
            Verdict.given_at > clock.now() - UNDO_WINDOW,
        )
        .group_by(Verdict.given_at)
        .order_by(Verdict.given_at.desc())
    )
    row = session().execute(found.limit(1)).first()
    return (row[0], int(row[1])) if row else None


def batch(edition: Edition, at: datetime, actor: Person) -> list[Application]:
    """The applications that the actor passed at exactly this instant."""
    found = (
        select(Application)
        .join(Verdict, Verdict.application_id == Application.id)
        .where(Application.edition_id == edition.id, Verdict.given_by == actor.id, Verdict.given_at == at)
    )
    return list(session().scalars(found.order_by(Application.id)))


def run_in_progress(edition: Edition) -> JobRow | None:
    """The run over all applications that waits or works now."""
    open_states = (JobState.WAITING, JobState.RUNNING)
    found = select(JobRow).where(
        JobRow.name == RUN_RULES.name, JobRow.scope_key == edition.id, JobRow.state.in_(open_states)
    )
    return session().scalar(found.order_by(JobRow.created_at.desc()).limit(1))


def to_check(edition: Edition) -> list[int]:
    """Ids of the applications that rules are run on."""
    found = select(Application.id).where(Application.edition_id == edition.id, Application.state.in_(SCREENED))
    return list(session().scalars(found.order_by(Application.id)))


# ---- facts ----


def facts(edition: Edition, applications: Sequence[Application]) -> dict[int, Facts]:
    """What the rules look at, by application id: answers of the present revision, its form, its files."""
    ids = [one.id for one in applications]
    revisions = _revisions(ids)
    forms = _forms({revision.form_id for revision in revisions.values()})
    files = _files(ids)
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
            files=frozenset(files.get(one.id, ())),
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
    found = session().scalars(select(Revision).where(Revision.application_id.in_(ids)))
    return {(revision.application_id, revision.number): revision for revision in found}


def _forms(ids: set[int]) -> dict[int, list[Question]]:
    found = session().scalars(select(Form).where(Form.id.in_(ids)))
    return {form.id: [question for part in form.sections for question in part.questions] for form in found}


def _files(ids: Sequence[int]) -> dict[int, set[str]]:
    stored: dict[int, set[str]] = {}
    live = select(Attachment.application_id, Attachment.question_key).where(
        Attachment.application_id.in_(ids), Attachment.removed_at.is_(None)
    )
    for application_id, key in session().execute(live):
        stored.setdefault(application_id, set()).add(key)
    return stored


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
