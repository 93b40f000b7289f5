"""Reads about applications under the rules: one with its rules and verdict, and the facts that rules look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import (
    and_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload

from accelerator.core.db import session
from accelerator.intake.answers.questions import holds
from accelerator.intake.models import Application, ApplicationState, Form, Question, Revision, Track
from accelerator.intake.queries.drafts import files_named
from accelerator.programmes.models import Edition, Sector
from accelerator.screening.checks import Asked, Facts
from accelerator.screening.models import EligibilityRule, RuleResult, Verdict


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
    condition = and_(RuleResult.rule_id == EligibilityRule.id, RuleResult.application_id == application.id)
    rows = session().execute(
        select(EligibilityRule, RuleResult)
        .outerjoin(RuleResult, condition)
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


def facts(edition: Edition, applications: Sequence[Application]) -> dict[int, Facts]:
    """What the rules look at, by application id: answers of the present revision, its form, its files."""
    ids = [application.id for application in applications]
    revisions = _revisions(ids)
    forms = _forms({revision.form_id for revision in revisions.values()})
    tracks = dict(_named(Track, edition))
    sectors = dict(_named(Sector, edition))
    keys = dict(session().execute(select(Sector.id, Sector.key).where(Sector.edition_id == edition.id)).all())
    known = {}
    for application in applications:
        revision = revisions.get((application.id, application.revision_number))
        answers = revision.answers if revision else application.answers
        questions = forms.get(revision.form_id, ()) if revision else ()
        sent = (application.submitted_at or application.saved_at).astimezone(ZoneInfo(edition.zone)).date()
        known[application.id] = Facts(
            answers=answers,
            questions=[_asked(question, answers) for question in questions],
            files=frozenset(key for key, value in answers.items() if files_named({key: value})),
            tracks=tracks,
            sectors=sectors,
            sector=keys.get(application.sector_id) if application.sector_id else None,
            country=application.country,
            country_name=country_names(application.country),
            prefecture=application.prefecture,
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
