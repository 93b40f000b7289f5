"""Reads about dry runs. Whoever looks sees nothing of applications that a conflict bars them from, in sums neither."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.i18n import lazy
from accelerator.core.outbox import JobRow
from accelerator.core.versions import version_of
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.screening.models import SCREENED, EligibilityRule, Outcome, RuleTrial, Verdict
from accelerator.screening.queries.facts import questions

OUT_OF_DATE = lazy(
    "The dry run is out of date: since then the rule, the form or an application has changed. Run it again."
)
PAGE = 100


def trial(rule: EligibilityRule) -> RuleTrial | None:
    """The last dry run of the rule's draft, as it is in the database."""
    statement = select(RuleTrial).where(RuleTrial.rule_id == rule.id)
    return session().scalar(statement.execution_options(populate_existing=True))


def job(trial: RuleTrial) -> JobRow | None:
    """The job that does it."""
    return session().get(JobRow, trial.job_id) if trial.job_id else None


def basis(edition: Edition, rule: EligibilityRule) -> str:
    """What a dry run rests on: the rule as it is and as it is drafted, the questions, and everybody's answers."""
    seen = select(func.count(Application.id), func.sum(Application.revision_number), func.max(Application.id)).where(
        Application.edition_id == edition.id, Application.state.in_(SCREENED)
    )
    answers = [int(number or 0) for number in session().execute(seen).one()]
    asked = [[key, question.kind, sorted(question.choices)] for key, question in questions(edition).items()]
    return version_of(rule.drafted, rule.content, rule.active, answers, asked, edition.closes_at, edition.opens_at)


@dataclass(frozen=True)
class ChangeLine:
    """Somebody for whom the draft changes what the rule says, and what a person has said already."""

    reference: str
    name: str
    before: Outcome | None
    after: Outcome
    verdict: Outcome | None


@dataclass(frozen=True)
class Changes:
    """Whom the draft changes, as far as the viewer may know: one page of them, and sums over all pages."""

    lines: list[ChangeLine]
    sums: list[tuple[Outcome | None, Outcome, int]]
    total: int
    pages: int


def changes(trial: RuleTrial, edition: Edition, viewer: Person, *, number: int = 1) -> Changes:
    """A page of a finished dry run."""
    hidden = set(barred(edition.id, viewer.id))
    seen = [change for change in trial.changes if change[0] not in hidden]
    counted = Counter((before, after) for _id, before, after in seen)
    sums = [(_outcome(before), Outcome(after), count) for (before, after), count in sorted(counted.items(), key=str)]
    shown = seen[(number - 1) * PAGE : number * PAGE]
    return Changes(_lines(shown), sums, len(seen), max(1, -(-len(seen) // PAGE)))


def _outcome(word: str | None) -> Outcome | None:
    return Outcome(word) if word else None


def _lines(shown: Sequence[Any]) -> list[ChangeLine]:
    statement = (
        select(Application.id, Application.reference, Application.name, Verdict.outcome)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.id.in_([change[0] for change in shown]))
    )
    known = {row[0]: row for row in session().execute(statement)} if shown else {}
    return [
        ChangeLine(known[number][1], known[number][2], _outcome(before), Outcome(after), known[number][3])
        for number, before, after in shown
        if number in known
    ]
