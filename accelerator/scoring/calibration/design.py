"""The scores as arrays, in an order of their own."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accelerator.scoring.calibration.answer import Score

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Design:
    """N scores of n applications by m reviewers in p categories, all as positions in sorted order.

    ``app`` (N), ``reviewer`` (N), ``value`` (N); ``read`` (n, m) is 1 where a reviewer scored an application;
    ``category`` (n) of each application; ``reads`` (n) and ``sums`` (n) of its scores.
    """

    applications: Ints
    reviewers: Ints
    app: Ints
    reviewer: Ints
    value: Floats
    read: Floats
    category: Ints
    categories: int
    reads: Floats
    sums: Floats

    @property
    def means(self) -> Floats:
        """Raw mean (n) of each application."""
        return self.sums / self.reads


def lay_out(
    scores: Sequence[Score], scale: tuple[float, float] | None, categories: Mapping[int, Hashable] | None
) -> Design:
    """Checked arrays; raises ValueError with a sentence for the person who sent the scores."""
    _check(scores, scale)
    rows = sorted(scores, key=lambda score: (score.application, score.reviewer))
    applications, app = np.unique(np.array([row.application for row in rows], dtype=np.int64), return_inverse=True)
    reviewers, reviewer = np.unique(np.array([row.reviewer for row in rows], dtype=np.int64), return_inverse=True)
    value = np.array([row.value for row in rows], dtype=np.float64)
    read = np.zeros((len(applications), len(reviewers)))
    read[app, reviewer] = 1.0
    # Positions follow the first application of each category, so that categories need no order of their own.
    named = [(categories or {}).get(application) for application in applications.tolist()]
    position = {name: place for place, name in enumerate(dict.fromkeys(named))}
    return Design(
        applications=applications,
        reviewers=reviewers,
        app=app,
        reviewer=reviewer,
        value=value,
        read=read,
        category=np.array([position[name] for name in named], dtype=np.int64),
        categories=len(position),
        reads=read.sum(axis=1),
        sums=np.bincount(app, weights=value).astype(np.float64),
    )


def _check(scores: Sequence[Score], scale: tuple[float, float] | None) -> None:
    if not scores:
        raise ValueError("There are no scores to calibrate.")
    low, high = scale or (-math.inf, math.inf)
    seen: set[tuple[int, int]] = set()
    for score in scores:
        where = f"of application {score.application} by reviewer {score.reviewer}"
        if not math.isfinite(score.value):
            raise ValueError(f"The score {where} is not a number.")
        if not low <= score.value <= high:
            raise ValueError(f"The score {score.value:g} {where} is outside {low:g} to {high:g}.")
        if (score.application, score.reviewer) in seen:
            raise ValueError(f"There are two scores {where}.")
        seen.add((score.application, score.reviewer))


def linked_groups(design: Design) -> int:
    """Number of connected parts of the graph of reviewers and applications."""
    linked = design.read.T @ design.read > 0
    remaining: Mask = np.ones(len(linked), dtype=np.bool_)
    groups = 0
    while remaining.any():
        reached: Mask = np.zeros(len(linked), dtype=np.bool_)
        reached[np.argmax(remaining)] = True
        while True:
            wider: Mask = np.asarray(linked[reached].any(axis=0))
            if np.array_equal(wider, reached):
                break
            reached = wider
        remaining &= ~reached
        groups += 1
    return groups
