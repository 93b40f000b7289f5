"""Screening and the round of one moment: verdicts, assignment, synthetic marks, the calibrated ranking."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.demo_edition.cast import REVIEWERS
from accelerator.demo_edition.facts import ROUND_CLOSES, ROUND_OPENS, SEED, tokyo
from accelerator.demo_edition.intake import AppliedFirm
from accelerator.demo_edition.moments import Moment
from accelerator.demo_edition.names import NOTES
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.scoring.affinity import own_order
from accelerator.scoring.allocation.assign import allocate
from accelerator.scoring.allocation.problem import Pair, Problem, Reviewer
from accelerator.scoring.calibration.answer import Score
from accelerator.scoring.calibration.calibrate import calibrate
from accelerator.scoring.models import (
    Assignment,
    AssignmentState,
    Commitment,
    CommitmentState,
    RankingEntry,
    Recommendation,
    Review,
    Round,
    RoundState,
)
from accelerator.scoring.operations.fitting import store_fit
from accelerator.scoring.operations.rounds import create_round
from accelerator.scoring.queries import ranking
from accelerator.screening.models import Outcome, Verdict
from accelerator.screening.operations.editing import create_rules
from accelerator.screening.operations.running import run_rules

READS, CAPACITY = 3, 60
DONE_SHARE = 0.92  # of the reads at the second moment


def screen(edition: Edition, firms: list[AppliedFirm], actor: Person, second: Person) -> None:
    """Run the rules on everything that was sent and let the staff pass it."""
    rules = create_rules(edition, actor=actor)
    ids = [firm.application_id for firm in firms]
    applications = list(session().scalars(select(Application).where(Application.id.in_(ids))))
    run_rules(edition, applications, actor=actor)
    at = tokyo("2020-08-01 11:00")
    basis = {"revision": 1, "rules": {str(rule.id): rule.version for rule in rules}, "against": []}
    session().execute(
        insert(Verdict),
        [
            {
                "application_id": number,
                "outcome": Outcome.PASS,
                "comment": "",
                "overrides_rules": False,
                "basis": basis,
                "given_by": actor.id if number % 2 else second.id,
                "given_at": at,
            }
            for number in ids
        ],
    )
    session().execute(
        update(Application)
        .where(Application.edition_id == edition.id, Application.id.in_(ids))
        .values(state=ApplicationState.ELIGIBLE)
        .execution_options(synchronize_session=False)
    )
    session().expire_all()


def read_all(edition: Edition, moment: Moment, firms: list[AppliedFirm], people: dict[str, int], actor: Person) -> None:
    """Prepare the round, assign exactly, and mark: in part at the second moment, wholly later."""
    round_ = create_round(
        edition,
        name={"en": "Round 1", "ja": "第1回審査"},
        opens_at=ROUND_OPENS,
        closes_at=ROUND_CLOSES,
        actor=actor,
        reads=READS,
    )
    reviewers = {people[part.email]: part.expertise for part in REVIEWERS}
    _commit(edition, round_, reviewers)
    round_.state = RoundState.OPEN if moment.stage == 2 else RoundState.CLOSED
    round_.opened_at = ROUND_OPENS
    round_.closed_at = ROUND_CLOSES if round_.state is RoundState.CLOSED else None
    rows = _assign(edition, round_, firms, reviewers)
    _mark(round_, moment, firms, rows, people[REVIEWERS[0].email])
    scores = ranking.scores(round_)
    _stand(round_, firms, scores)
    store_fit(round_, calibrate(scores, places=edition.places), scores=scores, places=edition.places)


def _commit(edition: Edition, round_: Round, reviewers: dict[int, tuple[str, ...]]) -> None:
    session().execute(
        insert(Commitment),
        [
            {
                "edition_id": edition.id,
                "round_id": round_.id,
                "person_id": number,
                "state": CommitmentState.YES,
                "capacity": CAPACITY,
                "expertise": list(expertise),
                "languages": ["en", "ja"],
            }
            for number, expertise in reviewers.items()
        ],
    )


def _assign(
    edition: Edition, round_: Round, firms: list[AppliedFirm], reviewers: dict[int, tuple[str, ...]]
) -> list[tuple[int, int, int]]:
    """``(assignment, application, reviewer)`` of every read, by the same solver as the real thing."""
    # By startup, whose ids are the same at every moment, so that every moment has the same reviewers for each.
    pairs = [
        Pair(firm.startup_id, number, 1000 if firm.applicant.sector in expertise else 300)
        for firm in firms
        for number, expertise in reviewers.items()
    ]
    to_assign = [Reviewer(number, 0, CAPACITY) for number in reviewers]
    needs = {firm.startup_id: READS for firm in firms}
    allocation = allocate(Problem(needs=needs, reviewers=to_assign, pairs=pairs, seed=SEED, balance=10))
    application_of = {firm.startup_id: firm.application_id for firm in firms}
    by_reviewer: dict[int, list[int]] = {}
    for startup_id, reviewer_id in allocation.pairs:
        by_reviewer.setdefault(reviewer_id, []).append(application_of[startup_id])
    values: list[dict[str, Any]] = [
        {
            "edition_id": edition.id,
            "round_id": round_.id,
            "application_id": application_id,
            "reviewer_id": reviewer_id,
            "revision_number": 1,
            "state": AssignmentState.TO_DO,
            "position": position,
            "assigned_at": ROUND_OPENS,
        }
        for reviewer_id, mine in by_reviewer.items()
        for position, application_id in enumerate(own_order(mine, round_.id, reviewer_id), 1)
    ]
    ids = session().scalars(insert(Assignment).returning(Assignment.id, sort_by_parameter_order=True), values).all()
    return [(number, row["application_id"], row["reviewer_id"]) for number, row in zip(ids, values, strict=True)]


def _mark(
    round_: Round, moment: Moment, firms: list[AppliedFirm], rows: list[tuple[int, int, int]], demonstrated: int
) -> None:
    applicants = {firm.application_id: firm.applicant for firm in firms}
    severity = {reviewer: Random(f"{SEED} {reviewer}").gauss(0, 0.4) for _, _, reviewer in rows}
    weights = {criterion.key: criterion.weight for criterion in round_.criteria}
    read_so_far: Counter[int] = Counter()
    of_each = Counter(reviewer for _, _, reviewer in rows)
    reviews, done = [], []
    for assignment_id, application_id, reviewer_id in rows:
        read_so_far[reviewer_id] += 1
        place, applicant = read_so_far[reviewer_id], applicants[application_id]
        # The same reviewer gives the same marks to the same startup at every moment.
        dice = Random(f"{SEED} review {reviewer_id} {applicant.email}")
        marks = {
            key: max(1, min(5, round(applicant.quality - severity[reviewer_id] + dice.gauss(0, 0.7))))
            for key in weights
        }
        if place <= _share(moment, reviewer_id, demonstrated) * of_each[reviewer_id]:
            reviews.append(_review(assignment_id, marks, weights, place, dice))
            done.append(assignment_id)
    session().execute(insert(Review), reviews)
    session().execute(
        update(Assignment)
        .where(Assignment.round_id == round_.id, Assignment.edition_id == round_.edition_id, Assignment.id.in_(done))
        .values(state=AssignmentState.DONE)
        .execution_options(synchronize_session=False)
    )
    session().expire_all()


def _share(moment: Moment, reviewer_id: int, demonstrated: int) -> float:
    """Which part of a reviewer's reads is done; the one whom visitors sign in as is half way, with something left."""
    if moment.stage > 2:
        return 1.0
    return (
        0.5 if reviewer_id == demonstrated else DONE_SHARE + Random(f"{SEED} share {reviewer_id}").uniform(-0.06, 0.06)
    )


def _stand(round_: Round, firms: list[AppliedFirm], scores: list[Score]) -> None:
    totals: dict[int, list[float]] = {firm.application_id: [] for firm in firms}
    for score in scores:
        totals[score.application].append(score.value)
    session().execute(
        insert(RankingEntry),
        [
            {
                "edition_id": round_.edition_id,
                "round_id": round_.id,
                "application_id": number,
                "wanted": READS,
                "reads": len(values),
                "raw_mean": sum(values) / len(values) if values else None,
                "spread": max(values) - min(values) if values else None,
            }
            for number, values in totals.items()
        ],
    )


def _review(
    assignment_id: int, marks: dict[str, int], weights: dict[str, int], place: int, dice: Random
) -> dict[str, Any]:
    total = sum(weights[key] * mark for key, mark in marks.items()) / sum(weights.values())
    at = ROUND_OPENS + timedelta(hours=3 * place + dice.random() * 2)
    word = Recommendation.YES if total >= 3.7 else Recommendation.NO if total < 2.8 else Recommendation.UNSURE
    return {
        "assignment_id": assignment_id,
        "marks": marks,
        "total": total,
        "recommendation": word,
        "confidence": dice.randint(1, 3),
        "note": dice.choice(NOTES),
        "feedback": "",
        "version": 1,
        "saved_at": at,
        "submitted_at": at,
    }
