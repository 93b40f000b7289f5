"""A small deterministic minimiser: the simplex search of Nelder and Mead (1965), inside a box."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Minimum:
    """Where the search ended; ``converged`` when the simplex became small enough before the steps ran out."""

    point: Floats
    value: float
    converged: bool


def minimise(
    function: Callable[[Floats], float], start: Floats, *, low: float, high: float, steps: int, tolerance: float = 1e-4
) -> Minimum:
    """Least value of ``function`` near ``start``; points are clipped to the box from ``low`` to ``high``."""
    points = [np.clip(start, low, high)]
    for axis in range(len(start)):
        # A first step away from a wall, otherwise clipping would flatten the simplex at once.
        step = 1.0 if start[axis] + 1.0 <= high else -1.0
        points.append(points[0] + step * np.eye(len(start))[axis])
    ranked = sorted((function(point), tuple(point)) for point in points)
    for _ in range(steps):
        spread = max(float(np.max(np.abs(np.array(point) - ranked[0][1]))) for _, point in ranked)
        if spread < tolerance:
            return Minimum(np.array(ranked[0][1]), ranked[0][0], converged=True)
        ranked = sorted(_next_simplex(function, ranked, low, high))
    return Minimum(np.array(ranked[0][1]), ranked[0][0], converged=False)


Vertex = tuple[float, tuple[float, ...]]


def _next_simplex(function: Callable[[Floats], float], ranked: list[Vertex], low: float, high: float) -> list[Vertex]:
    """Reflect the worst vertex, and expand, contract or shrink as that turns out."""
    worst = np.array(ranked[-1][1])
    centre = np.mean([point for _, point in ranked[:-1]], axis=0)

    def tried(factor: float) -> Vertex:
        point = np.clip(centre + factor * (centre - worst), low, high)
        return function(point), tuple(point)

    reflected = tried(1.0)
    if reflected[0] < ranked[0][0]:
        return [*ranked[:-1], min(reflected, tried(2.0))]
    if reflected[0] < ranked[-2][0]:
        return [*ranked[:-1], reflected]
    contracted = tried(0.5) if reflected[0] < ranked[-1][0] else tried(-0.5)
    if contracted[0] < min(reflected[0], ranked[-1][0]):
        return [*ranked[:-1], contracted]
    best = np.array(ranked[0][1])
    shrunk = [best + 0.5 * (np.array(point) - best) for _, point in ranked[1:]]
    return [ranked[0], *((function(point), tuple(point)) for point in shrunk)]
