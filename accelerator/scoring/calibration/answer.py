"""What a calibration is asked and what it answers, as plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Score:
    """What one reviewer gave one application; a blank is no Score, never a zero."""

    application: int
    reviewer: int
    value: float


class Method(StrEnum):
    """How the adjusted scores came about."""

    REML = "reml"
    MEAN = "mean"


class Reason(StrEnum):
    """Why the plain mean was used instead of the model."""

    ALL_EQUAL = "all_equal"
    FEW_REVIEWERS = "few_reviewers"
    FEW_READS = "few_reads"
    NOT_CONVERGED = "not_converged"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One application. ``low`` to ``high`` holds its quality with 80 % probability, in score points.

    ``chance`` is the probability to be among the best ``places``; None for what is not in the ranking. Both are None
    where nothing can be said, which is when the plain mean is used and no application was read twice. ``spread`` is
    the distance between the highest and the lowest score.
    """

    application: int
    reads: int
    raw_mean: float
    adjusted: float
    low: float | None
    high: float | None
    chance: float | None
    spread: float


@dataclass(frozen=True, slots=True)
class ReviewerEffect:
    """One reviewer. ``severity`` is how many points lower than the others he or she scores the same application.

    It is shrunk towards 0 when there are few reads; None when the plain mean is used. ``consistency`` is the standard
    deviation of what neither the application nor the severity explains (points; smaller is steadier), None with fewer
    than 2 reads or only one value ever given.
    """

    reviewer: int
    reads: int
    severity: float | None
    severity_sd: float | None
    consistency: float | None


@dataclass(frozen=True, slots=True)
class Variances:
    """Where differences between scores come from, in squared points."""

    application: float
    reviewer: float
    residual: float

    @property
    def total(self) -> float:
        """Variance of one score."""
        return self.application + self.reviewer + self.residual


@dataclass(frozen=True, slots=True)
class Swaps:
    """Applications that calibrating brings among the best ``places``, and those that it sends out."""

    entering: tuple[int, ...]
    leaving: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything to be shown beside the raw means.

    ``unread`` are candidates without a score; they are not ranked. ``groups`` counts the sets of reviewers that no
    common application links: with more than one, comparison between them rests on the assumption that they read
    equally good applications. ``icc`` is the agreement of single raw scores, ICC(1) of Shrout and Fleiss 1979;
    ``icc_calibrated`` what it becomes once severity is taken out.
    """

    method: Method
    reason: Reason | None
    applications: Mapping[int, Estimate]
    reviewers: Mapping[int, ReviewerEffect]
    variances: Variances | None
    icc: float | None
    icc_calibrated: float | None
    krippendorff_alpha: float | None
    swaps: Swaps
    unread: tuple[int, ...]
    groups: int
