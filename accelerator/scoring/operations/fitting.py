"""Asking for the calibration of a round, and storing what came out."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.outbox import enqueue
from accelerator.intake.models import Application
from accelerator.scoring.calibration.answer import Calibration, Estimate, Score
from accelerator.scoring.models import FIT_RANKING, Fit, RankingEntry, Round
from accelerator.scoring.queries import ranking, rounds

FIT_EVERY = timedelta(minutes=1)


def fit_later(round_: Round) -> None:
    """Mark the fit as stale and have it worked out within a minute: once per minute, however many reviews arrive."""
    session().flush()
    session().connection().execute(_MAKE_STALE, {"here": round_.edition_id, "of_round": round_.id})
    # The job starts when its minute is over, so whatever is saved in this minute is in the database by then.
    minute = clock.system_now().strftime("%Y%m%d%H%M")
    enqueue(FIT_RANKING, key=f"scoring.fit:{round_.id}:{minute}", after=FIT_EVERY, round_id=round_.id)


_FIT = Fit.__table__.c
# Each review that is submitted asks for it. No object of a fit is at hand then, so the session need not hear of it.
_MAKE_STALE = (
    update(Fit.__table__)  # type: ignore[arg-type]  # declared as the more general FromClause
    .where(_FIT.edition_id == bindparam("here"), _FIT.round_id == bindparam("of_round"), _FIT.stale.is_(False))
    .values(stale=True)
)


def ask_for_fit(round_: Round, *, actor: Person) -> str | None:
    """Work the ranking out now; the id of the job."""
    job_id = enqueue(FIT_RANKING, actor=actor, round_id=round_.id)
    audit(actor, "scoring.asked_for_fit", round_)
    return job_id


def store_fit(round_: Round, calibration: Calibration | None, *, scores: list[Score], places: int) -> Fit:
    """Store a calibration made from ``scores``; None when there was no score at all.

    What was saved meanwhile leaves the fit stale. Ranks go to the candidates only: a withdrawn application has none.
    """
    lock(round_)
    stale = ranking.scores(round_) != scores
    _store_entries(round_, calibration)
    fit = rounds.latest_fit(round_)
    values: dict[str, Any] = {
        "made_at": clock.now(),
        "scores": len(scores),
        "places": places,
        "stale": stale,
        **_summary(calibration),
    }
    if fit is None:
        fit = add(Fit(edition_id=round_.edition_id, round_id=round_.id, **values))
    else:
        for name, value in values.items():
            setattr(fit, name, value)
    audit(None, "scoring.fitted", fit, scores=[None, len(scores)], method=[None, fit.method])
    return fit


def _summary(calibration: Calibration | None) -> dict[str, Any]:
    if calibration is None:
        return {
            "method": "mean",
            "reason": "no_scores",
            "variances": {},
            "reliability": {},
            "reviewers": [],
            "swaps": {"entering": [], "leaving": []},
        }
    fitted = calibration.variances
    return {
        "method": calibration.method.value,
        "reason": calibration.reason.value if calibration.reason else None,
        "variances": {"application": fitted.application, "reviewer": fitted.reviewer, "residual": fitted.residual}
        if fitted
        else {},
        "reliability": {
            "icc": calibration.icc,
            "icc_calibrated": calibration.icc_calibrated,
            "alpha": calibration.krippendorff_alpha,
            "groups": calibration.groups,
            "unread": len(calibration.unread),
        },
        "reviewers": [
            {
                "reviewer": effect.reviewer,
                "reads": effect.reads,
                "severity": effect.severity,
                "severity_sd": effect.severity_sd,
                "consistency": effect.consistency,
            }
            for effect in calibration.reviewers.values()
        ],
        "swaps": {"entering": list(calibration.swaps.entering), "leaving": list(calibration.swaps.leaving)},
    }


def ranks(values: Mapping[int, float]) -> dict[int, int]:
    """Place of each application, highest value first; equal values share a place."""
    order = sorted(values.items(), key=lambda item: (-round(item[1], 9), item[0]))
    placed: dict[int, int] = {}
    last: tuple[float, int] | None = None
    for number, (key, value) in enumerate(order, 1):
        tidy = round(value, 9)
        if last is None or last[0] != tidy:
            last = (tidy, number)
        placed[key] = last[1]
    return placed


def _store_entries(round_: Round, calibration: Calibration | None) -> None:
    rows = dict(
        session()
        .execute(
            select(RankingEntry.application_id, RankingEntry.id).where(
                RankingEntry.edition_id == round_.edition_id, RankingEntry.round_id == round_.id
            )
        )
        .all()
    )
    if not rows:
        return
    places: Mapping[int, Estimate] = calibration.applications if calibration else {}
    competing = set(ranking.candidate_ids(round_))
    rank = ranks({key: entry.adjusted for key, entry in places.items() if key in competing})
    raw = ranks({key: entry.raw_mean for key, entry in places.items() if key in competing})
    table = RankingEntry.__table__
    changed = ("adjusted", "low", "high", "chance", "rank", "raw_rank")
    # A statement on the table itself: the rows were chosen by edition above, and one round trip stores all of them.
    statement = (
        update(table)  # type: ignore[arg-type]  # the stub knows __table__ as a FromClause
        .where(table.c.id == bindparam("row"))
        .values({name: bindparam(f"new_{name}") for name in changed})
    )
    values = []
    for application_id, row in rows.items():
        entry = places.get(application_id)
        values.append(
            {
                "row": row,
                "new_adjusted": entry and entry.adjusted,
                "new_low": entry and entry.low,
                "new_high": entry and entry.high,
                "new_chance": entry and entry.chance,
                "new_rank": rank.get(application_id),
                "new_raw_rank": raw.get(application_id),
            }
        )
    session().connection().execute(statement, values)
    number_places(round_)
    session().expire_all()


def number_places(round_: Round) -> None:
    """Number the adjusted scores of a round, the highest first, equal ones by reference; those without one lose theirs.

    Kept with the ranking entry, because to rank 10,000 of them took most of the time of each page of the board. Whoever shows
    a place takes away the numbers before it that the viewer doesn't see.
    """
    mine = RankingEntry.edition_id == round_.edition_id, RankingEntry.round_id == round_.id
    order = (RankingEntry.adjusted.desc(), Application.reference)
    numbered = (
        select(RankingEntry.id, func.row_number().over(order_by=order).label("place"))
        .join(Application, Application.id == RankingEntry.application_id)
        .where(*mine, RankingEntry.adjusted.is_not(None))
        .subquery()
    )
    plainly = {"synchronize_session": False}
    session().execute(update(RankingEntry).where(*mine).values(place=None), execution_options=plainly)
    session().execute(
        update(RankingEntry).where(*mine, RankingEntry.id == numbered.c.id).values(place=numbered.c.place),
        execution_options=plainly,
    )
