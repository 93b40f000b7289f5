"""The mixed model y = category mean + application + reviewer + error, fitted by restricted maximum likelihood.

Henderson's equations (1950) in units of the error variance; the block of the applications is diagonal and is absorbed,
which leaves a dense system of p + m. With k = error variance / variance of a factor,
-2 log L = (N - p) log s2 + n log(1/k_app) + m log(1/k_reviewer) + log |C|, s2 = y'Py / (N - p)
(Patterson and Thompson 1971; Searle, Casella, McCulloch, Variance Components 1992, chapter 6).
"""

from dataclasses import dataclass

import numpy as np

from accelerator.scoring.calibration.answer import Variances
from accelerator.scoring.calibration.design import Design, Floats
from accelerator.scoring.calibration.search import minimise

# Ratios of variances, as natural logarithms: from one millionth to a hundred million.
LEAST, MOST = -14.0, 18.0
GRID = (-8.0, -4.0, -2.0, 0.0, 2.0, 4.0)
TINY = 1e-300


@dataclass(frozen=True)
class Fit:
    """Solution at one pair of ratios.

    ``factor`` is the lower Cholesky factor (p+m, p+m) of the absorbed equations, ``effects`` (p+m) their solution:
    category means, then reviewers. ``weight`` (n) is 1 / (reads + k) of each application, ``quality`` (n) its effect.
    """

    variances: Variances
    deviance: float
    converged: bool
    factor: Floats
    effects: Floats
    weight: Floats
    quality: Floats


@dataclass(frozen=True)
class _Prepared:
    """What does not depend on the ratios: for each number of reads, the crossproducts of its applications."""

    design: Design
    centre: float
    sums: Floats
    fixed: Floats
    squares: float
    crossed: tuple[tuple[float, Floats], ...]


def fit(design: Design, *, steps: int = 400) -> Fit:
    """Variances of highest restricted likelihood with the best linear unbiased predictions at them."""
    prepared = _prepare(design)

    def deviance(logs: Floats) -> float:
        return _solve(prepared, logs, converged=True).deviance

    starts = [np.array([quality, severity]) for quality in GRID for severity in GRID]
    start = min(starts, key=deviance)
    least = minimise(deviance, start, low=LEAST, high=MOST, steps=steps)
    return _solve(prepared, least.point, converged=least.converged and bool(np.isfinite(least.value)))


def _prepare(design: Design) -> _Prepared:
    # Scores are centred first: a large mean would cost digits in y'Py.
    centre = float(design.value.mean())
    fixed = np.zeros((len(design.reads), design.categories))
    fixed[np.arange(len(design.reads)), design.category] = 1.0
    crossed = []
    for reads in np.unique(design.reads):
        rows = design.read[design.reads == reads]
        crossed.append((float(reads), rows.T @ rows))
    return _Prepared(
        design=design,
        centre=centre,
        sums=design.sums - centre * design.reads,
        fixed=fixed,
        squares=float(((design.value - centre) ** 2).sum()),
        crossed=tuple(crossed),
    )


def _solve(prepared: _Prepared, logs: Floats, *, converged: bool) -> Fit:
    """Absorbed equations at log ratios (application, reviewer), and their deviance."""
    design, fixed, sums = prepared.design, prepared.fixed, prepared.sums
    quality_k, severity_k = np.exp(-logs)
    weight = 1.0 / (design.reads + quality_k)
    p, m = design.categories, len(design.reviewers)
    shrunk = quality_k * weight  # which is 1 - weight * reads, without losing digits
    system = np.empty((p + m, p + m))
    system[:p, :p] = fixed.T @ (fixed * (design.reads * shrunk)[:, None])
    system[:p, p:] = fixed.T @ (design.read * shrunk[:, None])
    system[p:, :p] = system[:p, p:].T
    system[p:, p:] = np.diag(design.read.sum(axis=0) + severity_k)
    for reads, crossproduct in prepared.crossed:
        system[p:, p:] -= crossproduct / (reads + quality_k)
    by_reviewer = np.bincount(design.reviewer, weights=design.value - prepared.centre, minlength=m)
    right = np.concatenate([fixed.T @ (shrunk * sums), by_reviewer - design.read.T @ (weight * sums)])
    factor = np.linalg.cholesky(system).astype(np.float64)
    half = np.linalg.solve(factor, right)
    effects = np.linalg.solve(factor.T, half).astype(np.float64)
    unexplained = max(prepared.squares - float((weight * sums**2).sum()) - float(half @ half), TINY)
    freedom = max(len(design.value) - p, 1)
    variance = unexplained / freedom
    deviance = freedom * (np.log(variance) + 1.0) + len(weight) * logs[0] + m * logs[1]
    deviance += 2.0 * float(np.log(np.diag(factor)).sum()) - float(np.log(weight).sum())
    quality = weight * (sums - design.reads * (fixed @ effects[:p]) - design.read @ effects[p:])
    effects[:p] += prepared.centre
    return Fit(
        variances=Variances(variance * float(np.exp(logs[0])), variance * float(np.exp(logs[1])), variance),
        deviance=float(deviance),
        converged=converged,
        factor=factor,
        effects=effects,
        weight=weight,
        quality=quality,
    )


@dataclass(frozen=True)
class Posterior:
    """Worth of the applications, category mean and quality: ``mean`` (n), ``sd`` (n), joint ``draws`` (draws, n)."""

    mean: Floats
    sd: Floats
    draws: Floats


def posterior(design: Design, fitted: Fit, *, draws: int, seed: int) -> Posterior:
    """Distribution of the applications given the scores, category means flat, variances taken as known.

    Given the other effects the applications are independent; so draw those by the Cholesky factor, then these.
    """
    p = design.categories
    rest = np.sqrt(fitted.variances.residual * fitted.weight)
    # How the worth of each application answers to the category means and to the reviewers.
    answer = np.empty((len(fitted.weight), len(fitted.effects)))
    answer[:, :p] = np.eye(p)[design.category] * (1.0 - fitted.weight * design.reads)[:, None]
    answer[:, p:] = -design.read * fitted.weight[:, None]
    spread = np.sqrt(fitted.variances.residual) * np.linalg.solve(fitted.factor, answer.T)
    mean = fitted.effects[design.category] + fitted.quality
    chance = np.random.default_rng(seed)
    sample = chance.standard_normal((draws, len(fitted.effects))) @ spread
    sample += mean + rest * chance.standard_normal((draws, len(mean)))
    return Posterior(mean=mean, sd=np.sqrt(rest**2 + (spread**2).sum(axis=0)), draws=sample)


def severity_sd(design: Design, fitted: Fit) -> Floats:
    """Posterior standard deviation (m) of the reviewers' effects."""
    inverse = np.linalg.solve(fitted.factor, np.eye(len(fitted.effects)))
    deviation = np.sqrt(fitted.variances.residual * (inverse**2).sum(axis=0))
    return np.asarray(deviation[design.categories :])


def residuals(design: Design, fitted: Fit) -> Floats:
    """What is left (N) of each score."""
    worth = fitted.effects[design.category] + fitted.quality
    return design.value - worth[design.app] - fitted.effects[design.categories :][design.reviewer]
