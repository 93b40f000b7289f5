"""Scoring's jobs: propose who reads what, and work the ranking out, with nothing locked meanwhile; remind reviewers."""

from collections.abc import Callable
from typing import Any

from accelerator.core import db
from accelerator.core.outbox import report_progress
from accelerator.notifications.operations import Letter
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.scoring.allocation.assign import allocate
from accelerator.scoring.calibration.calibrate import calibrate
from accelerator.scoring.models import FIT_RANKING, PROPOSE_PLAN, REMIND_REVIEWERS
from accelerator.scoring.operations import fitting, planning, reminding
from accelerator.scoring.queries import proposals, ranking, rounds
from workers.periodic import over_editions, reminders

SCALE = (1.0, 5.0)
STEPS = 3  # read, compute, store


def propose_plan(job_id: str, round_id: int, person_id: int) -> None:
    """Read the round, solve it, store the proposal."""
    with db.reading():
        round_ = rounds.round_by_id(round_id)
        if round_ is None:
            return
        problem = proposals.plan_problem(round_, seed=round_id)
    _say(job_id, 1)
    answer = allocate(problem)
    _say(job_id, 2)
    with db.transaction():
        planned_round = rounds.round_by_id(round_id)
        if planned_round is not None:
            planning.store_plan(planned_round, answer, fixed=problem.fixed, made_by=person_id)
        report_progress(job_id, STEPS, STEPS)


def fit_ranking(job_id: str, round_id: int) -> None:
    """Read all submitted totals of the round, calibrate them, store the ranking and fit."""
    with db.reading():
        round_ = rounds.round_by_id(round_id)
        edition = programmes.edition(round_.edition_id) if round_ is not None else None
        if round_ is None or edition is None:
            return
        scores, candidates = ranking.scores(round_), ranking.candidate_ids(round_)
        places = edition.places
    _say(job_id, 1)
    answer = calibrate(scores, places=places, candidates=candidates, scale=SCALE, seed=round_id) if scores else None
    _say(job_id, 2)
    with db.transaction():
        fitted_round = rounds.round_by_id(round_id)
        if fitted_round is not None:
            fitting.store_fit(fitted_round, answer, scores=scores, places=places)
        report_progress(job_id, STEPS, STEPS)


def review_letters(edition: Edition) -> list[Letter]:
    """Reviewers of the open round are reminded of what they have still to review."""
    round_ = rounds.open_round(edition)
    return [] if round_ is None else reminding.review_reminders(round_, edition)


def _say(job_id: str, done: int) -> None:
    with db.transaction():
        report_progress(job_id, done, STEPS)


HANDLERS: dict[str, Callable[..., Any]] = {
    PROPOSE_PLAN.name: propose_plan,
    FIT_RANKING.name: fit_ranking,
    REMIND_REVIEWERS.name: over_editions(REMIND_REVIEWERS, reminders(review_letters)),
}
