"""From scores to a ranking that allows for strict and lenient reviewers."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from accelerator.scoring.calibration.agreement import krippendorff_alpha, one_way_icc, within_variance
from accelerator.scoring.calibration.answer import (
    Calibration,
    Estimate,
    Method,
    Reason,
    ReviewerEffect,
    Score,
    Variances,
)
from accelerator.scoring.calibration.design import Design, Floats, Mask, lay_out, linked_groups
from accelerator.scoring.calibration.ranking import chances, swaps
from accelerator.scoring.calibration.reml import Posterior, fit, posterior, residuals, severity_sd

LEAST_REVIEWERS = 5
# Standard normal quantile at 90 %: 80 % of the probability lies within so many standard deviations.
WITHIN_80 = 1.2815515655446004


@dataclass(frozen=True)
class _Result:
    """What either method gives; ``worth`` is None where nothing can be said about certainty."""

    adjusted: Floats
    worth: Posterior | None
    effects: dict[int, ReviewerEffect]
    variances: Variances | None
    reason: Reason | None


def calibrate(
    scores: Sequence[Score],
    *,
    places: int,
    candidates: Collection[int] | None = None,
    categories: Mapping[int, Hashable] | None = None,
    scale: tuple[float, float] | None = None,
    draws: int = 2000,
    seed: int = 1,
    steps: int = 400,
) -> Calibration:
    """Adjusted scores, intervals and chances to be among the best ``places`` of the ``candidates`` (default: all).

    Withdrawn applications are left out of ``candidates``, not of ``scores``: they still tell about the reviewers.
    ``categories`` gives each category a mean of its own, for rounds whose reviewers read only some categories.
    Falls back to raw means, with the reason, rather than fit what cannot be fitted (within ``steps`` of the search).
    Raises ValueError for duplicate scores, scores that are no numbers or outside ``scale``.
    """
    if places < 0 or draws < 1:
        raise ValueError("Places must not be negative, and draws at least one.")
    design = lay_out(scores, scale, categories)
    reason = _reason_against_model(design)
    result = _by_mean(design, reason, draws, seed) if reason else _by_model(design, draws, seed, steps)
    competing = set(design.applications.tolist() if candidates is None else candidates)
    return _report(design, result, competing, places)


def _reason_against_model(design: Design) -> Reason | None:
    if np.ptp(design.value) == 0:
        return Reason.ALL_EQUAL
    if len(design.reviewers) < LEAST_REVIEWERS:
        return Reason.FEW_REVIEWERS
    if 2 * int((design.reads < 2).sum()) > len(design.reads):
        return Reason.FEW_READS
    return None


def _by_model(design: Design, draws: int, seed: int, steps: int) -> _Result:
    fitted = fit(design, steps=steps)
    if not fitted.converged:
        return _by_mean(design, Reason.NOT_CONVERGED, draws, seed)
    worth = posterior(design, fitted, draws=draws, seed=seed)
    severity = -fitted.effects[design.categories :]
    effects = _effects(design, residuals(design, fitted), severity, severity_sd(design, fitted))
    return _Result(worth.mean, worth, effects, fitted.variances, None)


def _by_mean(design: Design, reason: Reason, draws: int, seed: int) -> _Result:
    """Raw means; errors independent, with the pooled variance of scores of one application."""
    within, means = within_variance(design), design.means
    effects = _effects(design, design.value - means[design.app], None, None)
    if within is None:
        return _Result(means, None, effects, None, reason)
    sd = np.sqrt(within / design.reads)
    sample = means + sd * np.random.default_rng(seed).standard_normal((draws, len(means)))
    return _Result(means, Posterior(means, sd, sample), effects, None, reason)


def _effects(
    design: Design, rest: Floats, severity: Floats | None, deviation: Floats | None
) -> dict[int, ReviewerEffect]:
    effects = {}
    for place, reviewer in enumerate(design.reviewers.tolist()):
        own = design.reviewer == place
        steady = float(rest[own].std(ddof=1)) if np.ptp(design.value[own]) > 0 else None
        effects[reviewer] = ReviewerEffect(
            reviewer=reviewer,
            reads=int(own.sum()),
            severity=None if severity is None else float(severity[place]),
            severity_sd=None if deviation is None else float(deviation[place]),
            consistency=steady,
        )
    return effects


def _report(design: Design, result: _Result, competing: set[int], places: int) -> Calibration:
    ranked = np.array([application in competing for application in design.applications.tolist()])
    variances = result.variances
    calibrated = variances.application / (variances.application + variances.residual) if variances else None
    return Calibration(
        method=Method.MEAN if result.reason else Method.REML,
        reason=result.reason,
        applications=_entries(design, result, ranked, places),
        reviewers=result.effects,
        variances=variances,
        icc=one_way_icc(design),
        icc_calibrated=calibrated,
        krippendorff_alpha=krippendorff_alpha(design),
        swaps=swaps(design.applications, design.means, result.adjusted, ranked, places),
        unread=tuple(sorted(competing - set(design.applications.tolist()))),
        groups=linked_groups(design),
    )


def _entries(design: Design, result: _Result, ranked: Mask, places: int) -> dict[int, Estimate]:
    chance: dict[int, float] = {}
    if result.worth is not None:
        shares = chances(result.worth.draws[:, ranked], places)
        chance = dict(zip(design.applications[ranked].tolist(), shares.tolist(), strict=True))
    highest = np.full(len(design.reads), -np.inf)
    lowest = np.full(len(design.reads), np.inf)
    np.maximum.at(highest, design.app, design.value)
    np.minimum.at(lowest, design.app, design.value)
    entries = {}
    for place, application in enumerate(design.applications.tolist()):
        adjusted = float(result.adjusted[place])
        reach = None if result.worth is None else WITHIN_80 * float(result.worth.sd[place])
        entries[application] = Estimate(
            application=application,
            reads=int(design.reads[place]),
            raw_mean=float(design.means[place]),
            adjusted=adjusted,
            low=None if reach is None else adjusted - reach,
            high=None if reach is None else adjusted + reach,
            chance=chance.get(application),
            spread=float(highest[place] - lowest[place]),
        )
    return entries
