"""Calibration: equal to the textbook where there is one, right on simulated rounds, modest where data are thin."""

import math
from random import Random

import numpy as np
import pytest

from accelerator.scoring.calibration.agreement import krippendorff_alpha, one_way_icc
from accelerator.scoring.calibration.answer import Calibration, Method, Reason, Score, Swaps
from accelerator.scoring.calibration.calibrate import calibrate
from accelerator.scoring.calibration.design import Design, lay_out
from accelerator.scoring.calibration.ranking import chances
from accelerator.scoring.calibration.reml import fit

# Shrout and Fleiss (1979), six targets by four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Krippendorff, the example with missing values: three observers, fifteen units.
OBSERVERS = ["* * * * * 3 4 1 2 1 1 3 3 * 3", "1 * 2 1 3 3 4 3 * * * * * * *", "* * 2 1 3 4 4 * 2 1 1 3 3 * 4"]


def table(rows: list[list[int]]) -> list[Score]:
    return [Score(row, column, value) for row, values in enumerate(rows) for column, value in enumerate(values)]


def design(scores: list[Score], categories: dict[int, int] | None = None) -> Design:
    return lay_out(scores, None, categories)


class Round:
    """A simulated round with known truth: severity in points, quality in points."""

    def __init__(self, seed: int, *, applications: int = 237, reviewers: int = 20, reads: int = 3, bias: float = 1.0):
        chance = np.random.default_rng(seed)
        self.quality = chance.normal(0, 1.5, applications)
        self.severity = chance.normal(0, 1.5 * math.sqrt(bias), reviewers)
        self.scores = []
        for application in range(applications):
            start, step = chance.integers(reviewers), chance.integers(1, reviewers // reads)
            for reviewer in range(reads):
                reviewer = int(start + reviewer * step) % reviewers
                value = 5.5 + self.quality[application] - self.severity[reviewer] + chance.normal(0, 1.5)
                self.scores.append(Score(application, reviewer, round(float(value), 6)))

    def precision(self, ids: list[int], places: int) -> float:
        best = set(np.argsort(-self.quality)[:places].tolist())
        return len(best & set(ids)) / places


def top(answer: Calibration, field: str, places: int) -> list[int]:
    return sorted(answer.applications, key=lambda one: -getattr(answer.applications[one], field))[:places]


def test_balanced_table_gives_the_variances_of_analysis_of_variance() -> None:
    y = np.array(SHROUT_FLEISS, dtype=float)
    n, k = y.shape
    rows, columns = y.mean(axis=1), y.mean(axis=0)
    error = ((y - rows[:, None] - columns + y.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    between = k * ((rows - y.mean()) ** 2).sum() / (n - 1)
    judges = n * ((columns - y.mean()) ** 2).sum() / (k - 1)
    found = fit(design(table(SHROUT_FLEISS)))
    assert found.converged
    assert found.variances.residual == pytest.approx(error, rel=1e-3)
    assert found.variances.application == pytest.approx((between - error) / k, rel=1e-3)
    assert found.variances.reviewer == pytest.approx((judges - error) / n, rel=1e-3)
    assert found.variances.application / found.variances.total == pytest.approx(0.2898, abs=5e-4)  # ICC(2,1)


def dense_model(made: Design, q: float, b: float, e: float) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Deviance, worths, their standard deviations and reviewers' effects, from the full matrices of the textbook."""
    x = np.eye(made.categories)[made.category][made.app]
    z_app, z_rev = np.eye(len(made.applications))[made.app], np.eye(len(made.reviewers))[made.reviewer]
    v = q * z_app @ z_app.T + b * z_rev @ z_rev.T + e * np.eye(len(made.value))
    inner = x.T @ np.linalg.solve(v, x)
    mean = np.linalg.solve(inner, x.T @ np.linalg.solve(v, made.value))
    rest = made.value - x @ mean
    deviance = np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1] + rest @ np.linalg.solve(v, rest)
    worth = np.eye(made.categories)[made.category] @ mean + q * z_app.T @ np.linalg.solve(v, rest)
    w = np.hstack([x, z_app, z_rev])
    prior = np.zeros(w.shape[1])
    prior[made.categories :] = [e / q] * z_app.shape[1] + [e / b] * z_rev.shape[1]
    covariance = e * np.linalg.inv(w.T @ w + np.diag(prior))
    pick = np.hstack(
        [np.eye(made.categories)[made.category], np.eye(z_app.shape[1]), np.zeros((z_app.shape[1], z_rev.shape[1]))]
    )
    sd = np.sqrt(np.diag(pick @ covariance @ pick.T))
    return float(deviance), worth, sd, b * z_rev.T @ np.linalg.solve(v, rest)


@pytest.mark.parametrize("categories", [None, {application: application % 3 for application in range(40)}])
def test_unbalanced_round_agrees_with_the_full_matrices(categories: dict[int, int] | None) -> None:
    scores = Round(4, applications=40, reviewers=8).scores
    scores = [score for place, score in enumerate(scores) if place % 7]
    made = design(scores, categories)
    found = fit(made).variances
    deviance, worth, sd, effects = dense_model(made, found.application, found.reviewer, found.residual)
    for nudge in ((1.03, 1, 1), (0.97, 1, 1), (1, 1.05, 1), (1, 0.95, 1), (1, 1, 1.03), (1, 1, 0.97)):
        nudged = [one * by for one, by in zip((found.application, found.reviewer, found.residual), nudge, strict=True)]
        assert dense_model(made, *nudged)[0] > deviance
    answer = calibrate(scores, places=5, categories=categories)
    ranked = [answer.applications[one] for one in made.applications.tolist()]
    assert [one.adjusted for one in ranked] == pytest.approx(worth.tolist(), abs=1e-6)
    assert [one.high - one.low for one in ranked] == pytest.approx((2 * 1.2815515655 * sd).tolist(), rel=1e-6)
    assert [-effect.severity for effect in answer.reviewers.values()] == pytest.approx(effects.tolist(), abs=1e-6)


def test_severity_is_recovered() -> None:
    made = Round(2)
    answer = calibrate(made.scores, places=17)
    found = np.array([answer.reviewers[one].severity for one in range(20)])
    truth = made.severity - made.severity.mean()
    assert np.corrcoef(found, truth)[0, 1] > 0.97
    off = (found - found.mean() - truth) / np.array([answer.reviewers[one].severity_sd for one in range(20)])
    assert np.abs(off).max() < 4
    assert answer.variances is not None
    assert answer.variances.residual == pytest.approx(2.25, rel=0.15)
    assert [effect.consistency for effect in answer.reviewers.values()] == pytest.approx([1.4] * 20, abs=0.6)


def test_calibrating_finds_more_of_the_best_and_its_intervals_hold() -> None:
    gains, inside = [], []
    for seed in range(8):
        made = Round(seed)
        answer = calibrate(made.scores, places=17, draws=200)
        gains.append(made.precision(top(answer, "adjusted", 17), 17) - made.precision(top(answer, "raw_mean", 17), 17))
        adjusted = [application.adjusted for application in answer.applications.values()]
        shift = np.mean(adjusted) - made.quality.mean()
        for application in answer.applications.values():
            inside.append(application.low <= made.quality[application.application] + shift <= application.high)
    assert np.mean(gains) > 0.04
    assert np.mean(inside) == pytest.approx(0.8, abs=0.035)


def test_without_bias_the_variance_of_reviewers_goes_to_nothing() -> None:
    rows = np.random.default_rng(5).normal(5, 1, (60, 6))
    # Every reviewer has the same mean exactly, so that the restricted likelihood is highest at the edge.
    rows -= rows.mean(axis=0) - 5
    scores = [Score(row, column, float(rows[row, column])) for row in range(60) for column in range(6)]
    answer = calibrate(scores, places=10)
    assert answer.method is Method.REML
    assert answer.variances is not None
    assert 0 <= answer.variances.reviewer < 1e-3
    assert [effect.severity for effect in answer.reviewers.values()] == pytest.approx([0] * 6, abs=1e-3)
    assert answer.swaps == Swaps((), ())


def test_scores_that_only_severity_tells_apart() -> None:
    # No error at all: value = quality - severity, exactly.
    scores = [Score(row, column, 20.0 + row - column) for row in range(12) for column in range(6) if (row + column) % 3]
    answer = calibrate(scores, places=3)
    adjusted = [answer.applications[row].adjusted for row in range(12)]
    assert np.diff(adjusted).tolist() == pytest.approx([1.0] * 11, abs=1e-3)
    assert [answer.applications[row].chance for row in range(12)] == [0.0] * 9 + [1.0] * 3


def test_swaps_name_who_enters_and_who_leaves() -> None:
    # Reviewer 0 is two points stricter than the five others and reads application 3 of the pairs (2, 3).
    scores = []
    for row in range(30):
        reviewers = [0, 1 + row % 5] if row % 2 else [1 + row % 5, 1 + (row + 1) % 5]
        noise = (row % 3 - 1) * 0.1
        scores += [
            Score(row, reviewer, row / 5 - (3.0 if reviewer == 0 else 0.0) + noise * (reviewer % 2))
            for reviewer in reviewers
        ]
    answer = calibrate(scores, places=4)
    assert top(answer, "raw_mean", 4) == [28, 26, 24, 22]
    assert sorted(top(answer, "adjusted", 4)) == [26, 27, 28, 29]
    assert answer.swaps == Swaps(entering=(27, 29), leaving=(22, 24))


def test_shuffled_scores_give_the_same_answer() -> None:
    scores = Round(6, applications=50, reviewers=8).scores
    answer = calibrate(scores, places=5)
    Random(1).shuffle(scores)
    assert calibrate(scores, places=5) == answer


def test_chances_add_up_to_the_places_and_follow_the_adjusted_scores() -> None:
    answer = calibrate(Round(7, applications=80, reviewers=10).scores, places=9)
    chance = {application.application: application.chance for application in answer.applications.values()}
    assert sum(chance.values()) == pytest.approx(9)
    assert chance[top(answer, "adjusted", 1)[0]] > 0.8
    assert chance[top(answer, "adjusted", 80)[-1]] < 0.01


def test_ties_share_the_last_places() -> None:
    assert chances(np.array([[5.0, 3.0, 3.0, 3.0]]), 2).tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3])
    assert chances(np.ones((3, 4)), 4).tolist() == [1, 1, 1, 1]
    assert chances(np.ones((3, 4)), 0).tolist() == [0, 0, 0, 0]


def test_withdrawn_applications_stay_in_the_fit_and_out_of_the_ranking() -> None:
    made = Round(8, applications=60, reviewers=8)
    everyone = calibrate(made.scores, places=5)
    best = top(everyone, "adjusted", 1)[0]
    staying = {one for one in range(60) if one != best}
    answer = calibrate(made.scores, places=5, candidates=staying | {999})
    assert answer.unread == (999,)
    assert answer.applications[best].chance is None
    assert answer.applications[best].adjusted == everyone.applications[best].adjusted
    assert answer.reviewers == everyone.reviewers
    assert sum(application.chance or 0 for application in answer.applications.values()) == pytest.approx(5)


def test_category_means_are_not_mistaken_for_severity() -> None:
    # Two categories, each read by its own reviewers, one three points better.
    chance = np.random.default_rng(3)
    scores = []
    for row in range(60):
        own = row % 2
        for place in range(3):
            scores.append(Score(row, 5 * own + (row // 2 + place) % 5, 4 + 3 * own + float(chance.normal())))
    told = calibrate(scores, places=10, categories={row: "b" if row % 2 else "a" for row in range(60)})
    assert told.groups == 2
    means = [np.mean([told.applications[row].adjusted for row in range(own, 60, 2)]) for own in (0, 1)]
    raw = [np.mean([told.applications[row].raw_mean for row in range(own, 60, 2)]) for own in (0, 1)]
    assert means == pytest.approx(raw, abs=0.05)


def test_fallback_with_few_reviewers_keeps_means_and_says_so() -> None:
    answer = calibrate(table(SHROUT_FLEISS), places=2)
    assert (answer.method, answer.reason, answer.variances) == (Method.MEAN, Reason.FEW_REVIEWERS, None)
    best = answer.applications[4]
    assert (best.reads, best.raw_mean, best.adjusted, best.spread) == (4, 7.5, 7.5, 5.0)
    within = sum(np.var(row, ddof=1) for row in SHROUT_FLEISS) / 6
    assert best.high - best.low == pytest.approx(2 * 1.2815515655 * math.sqrt(within / 4))
    assert sum(application.chance for application in answer.applications.values()) == pytest.approx(2)
    assert [effect.severity for effect in answer.reviewers.values()] == [None] * 4
    assert answer.icc == pytest.approx(0.1657, abs=5e-4)
    assert answer.icc_calibrated is None
    assert answer.swaps == Swaps((), ())


def test_fallback_with_few_reads() -> None:
    scores = [Score(row, row % 6, float(row % 7)) for row in range(20)]
    answer = calibrate(scores, places=2)
    assert (answer.method, answer.reason) == (Method.MEAN, Reason.FEW_READS)
    one = answer.applications[6]
    assert (one.adjusted, one.low, one.high, one.chance) == (6.0, None, None, None)
    assert (answer.icc, answer.krippendorff_alpha) == (None, None)


def test_exactly_half_with_one_read_is_enough() -> None:
    scores = [
        Score(row, (row + place) % 6, float((row * 7 + place) % 5)) for row in range(20) for place in range(1 + row % 2)
    ]
    assert calibrate(scores, places=2).reason is None


def test_fallback_when_all_scores_are_equal() -> None:
    answer = calibrate([Score(row, column, 4.0) for row in range(8) for column in range(6)], places=2)
    assert (answer.method, answer.reason) == (Method.MEAN, Reason.ALL_EQUAL)
    assert [application.chance for application in answer.applications.values()] == pytest.approx([0.25] * 8)
    assert (answer.icc, answer.krippendorff_alpha) == (None, None)


def test_fallback_when_the_search_does_not_end() -> None:
    answer = calibrate(Round(1, applications=40, reviewers=8).scores, places=4, steps=3)
    assert (answer.method, answer.reason) == (Method.MEAN, Reason.NOT_CONVERGED)


def test_consistency_is_not_known_from_one_read_or_one_value() -> None:
    scores = Round(9, applications=40, reviewers=8).scores
    scores += [Score(0, 50, 4.0), Score(1, 51, 3.0), Score(2, 51, 3.0)]
    answer = calibrate(scores, places=4)
    assert [answer.reviewers[one].consistency for one in (50, 51)] == [None, None]
    assert [answer.reviewers[one].reads for one in (50, 51)] == [1, 2]
    assert abs(answer.reviewers[50].severity) < answer.reviewers[50].severity_sd


def test_alpha_and_icc_of_published_examples() -> None:
    units = [line.split() for line in OBSERVERS]
    scores = [
        Score(unit, observer, float(value))
        for observer, line in enumerate(units)
        for unit, value in enumerate(line)
        if value != "*"
    ]
    assert krippendorff_alpha(design(scores)) == pytest.approx(0.811, abs=5e-4)
    assert one_way_icc(design(table(SHROUT_FLEISS))) == pytest.approx(0.166, abs=5e-4)


def test_separate_panels_are_counted() -> None:
    linked = [Score(row, column, float(row + column)) for row in range(4) for column in range(3)]
    apart = [Score(10 + row, 10 + column, float(row * column)) for row in range(4) for column in range(3)]
    assert calibrate(linked, places=1).groups == 1
    assert calibrate(linked + apart, places=1).groups == 2


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([], "There are no scores to calibrate."),
        ([Score(1, 2, 3.0), Score(1, 2, 3.0)], "There are two scores of application 1 by reviewer 2."),
        ([Score(1, 2, math.nan)], "The score of application 1 by reviewer 2 is not a number."),
        ([Score(1, 2, math.inf)], "The score of application 1 by reviewer 2 is not a number."),
        ([Score(1, 2, 11.0)], "The score 11 of application 1 by reviewer 2 is outside 1 to 10."),
        ([Score(1, 2, 0.5)], "The score 0.5 of application 1 by reviewer 2 is outside 1 to 10."),
    ],
)
def test_bad_scores_are_refused(scores: list[Score], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        calibrate(scores, places=1, scale=(1, 10))


@pytest.mark.parametrize(("places", "draws"), [(-1, 10), (1, 0)])
def test_senseless_numbers_are_refused(places: int, draws: int) -> None:
    with pytest.raises(ValueError, match=r"^Places must not be negative, and draws at least one\.$"):
        calibrate([Score(1, 2, 3.0)], places=places, draws=draws)
