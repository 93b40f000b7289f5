"""The problem as integer arrays in an order of its own, so that the order of the input cannot matter.

The network is elastic and therefore never infeasible: an application may keep a *gap* and a reviewer may stay below the
minimum, each at a penalty that no sum of affinities outweighs. A gap costs more than an unmet minimum.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accelerator.scoring.allocation.problem import MAX_AFFINITY, Problem

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Network:
    """n applications, m reviewers, e arcs sorted by application, then reviewer; both as positions, not ids.

    ``need`` (n) reads still open; ``given`` (m) fixed reads; ``lower`` and ``upper`` (m) loads with the fixed reads;
    ``gap`` (n) points lost per open read; ``lack`` points lost per read below a minimum; ``balance`` as in the problem.
    """

    need: Ints
    gap: Ints
    given: Ints
    lower: Ints
    upper: Ints
    lack: int
    balance: int
    app: Ints
    reviewer: Ints
    weight: Ints

    def part(self, arcs: Mask | Ints) -> "Network":
        """The same network with only some of its arcs."""
        return replace(self, app=self.app[arcs], reviewer=self.reviewer[arcs], weight=self.weight[arcs])


@dataclass(frozen=True)
class Layout:
    """A network with the ids of its positions and the pairs taken out beforehand because they are fixed."""

    applications: Ints
    reviewers: Ints
    fixed: frozenset[tuple[int, int]]
    network: Network

    def arc_ids(self) -> Iterable[tuple[int, int]]:
        """(application id, reviewer id) of each arc, in arc order."""
        net = self.network
        return zip(self.applications[net.app].tolist(), self.reviewers[net.reviewer].tolist(), strict=True)


def penalty(reviewers: int, heaviest: int) -> int:
    """More than any chain of exchanges can win: a simple path visits each reviewer once and the pool once."""
    return (reviewers + 2) * heaviest + 1


def lay_out(problem: Problem) -> Layout:
    """Arrays of the problem without its fixed pairs; limits that those break are widened to what is fixed."""
    applications = np.array(sorted(problem.needs), dtype=np.int64)
    reviewers = sorted(problem.reviewers, key=lambda reviewer: reviewer.id)
    reviewer_ids = np.array([reviewer.id for reviewer in reviewers], dtype=np.int64)
    fixed = frozenset(problem.fixed)
    app, who, weight = _arcs(problem, applications, reviewer_ids, fixed)
    held = np.array(sorted(fixed), dtype=np.int64).reshape(-1, 2)
    given = np.bincount(np.searchsorted(reviewer_ids, held[:, 1]), minlength=len(reviewers))
    taken = np.bincount(np.searchsorted(applications, held[:, 0]), minlength=len(applications))
    asked = np.array([problem.needs[application] for application in applications.tolist()], dtype=np.int64)
    # A maximum above everything that a reviewer may read says nothing; the true one keeps the arrays small.
    reachable = given + np.bincount(who, minlength=len(reviewers))
    upper = np.minimum(np.array([reviewer.upper for reviewer in reviewers], dtype=np.int64), reachable)
    upper = np.maximum(upper, given)
    heaviest = MAX_AFFINITY + problem.bonus + problem.balance * (int(upper.max(initial=0)) + 1)
    lack = penalty(len(reviewers), heaviest)
    network = Network(
        need=np.maximum(asked - taken, 0),
        gap=np.full(len(applications), 2 * lack, dtype=np.int64),
        given=given.astype(np.int64),
        lower=np.array([reviewer.lower for reviewer in reviewers], dtype=np.int64),
        upper=upper.astype(np.int64),
        lack=lack,
        balance=problem.balance,
        app=app,
        reviewer=who,
        weight=weight,
    )
    return Layout(applications=applications, reviewers=reviewer_ids, fixed=fixed, network=network)


def _arcs(problem: Problem, apps: Ints, reviewers: Ints, fixed: frozenset[tuple[int, int]]) -> tuple[Ints, Ints, Ints]:
    """Positions and weights of the pairs that are free to choose, in canonical order."""
    count = len(problem.pairs)
    app = _positions("Application", apps, np.fromiter((pair.application for pair in problem.pairs), np.int64, count))
    who = _positions("Reviewer", reviewers, np.fromiter((pair.reviewer for pair in problem.pairs), np.int64, count))
    weight = np.fromiter((pair.affinity for pair in problem.pairs), np.int64, count)
    outside = np.flatnonzero((weight < 0) | (weight > MAX_AFFINITY))
    if len(outside):
        raise ValueError(f"The affinity {weight[outside[0]]} is not 0 to {MAX_AFFINITY}.")
    if problem.sticky:
        kept = ((pair.application, pair.reviewer) in problem.sticky for pair in problem.pairs)
        weight += problem.bonus * np.fromiter(kept, np.bool_, count)
    order = np.lexsort((who, app))
    twice = np.flatnonzero((np.diff(app[order]) == 0) & (np.diff(who[order]) == 0))
    if len(twice):
        again = problem.pairs[int(order[twice[0]])]
        raise ValueError(f"Pair {(again.application, again.reviewer)} is listed twice.")
    if fixed:
        held = ((pair.application, pair.reviewer) in fixed for pair in problem.pairs)
        order = order[~np.fromiter(held, np.bool_, count)[order]]
    return app[order], who[order], weight[order]


def _positions(what: str, known: Ints, ids: Ints) -> Ints:
    """Where each id stands among the sorted known ones."""
    unknown = np.flatnonzero(~np.isin(ids, known))
    if len(unknown):
        raise ValueError(f"{what} {ids[unknown[0]]} is in a pair but was not announced.")
    return np.searchsorted(known, ids).astype(np.int64)


def load_cost(network: Network, load: Ints) -> Ints:
    """Points lost by each reviewer at the given loads (m): the unmet minimum and the rising cost of balance."""
    unmet = np.maximum(network.lower - load, 0)
    cost: Ints = network.lack * unmet + network.balance * (load * (load + 1) // 2)
    return cost


def marginal_cost(network: Network, load: Ints) -> Ints:
    """Points lost (or, negative, won) when each reviewer goes from ``load`` to one read more."""
    lacking = (load < network.lower).astype(np.int64)
    return network.balance * (load + 1) - network.lack * lacking


def loads(network: Network, chosen: Mask) -> Ints:
    """Reads of each reviewer (m), fixed ones included."""
    return network.given + np.bincount(network.reviewer[chosen], minlength=len(network.given))


def gaps(network: Network, chosen: Mask) -> Ints:
    """Reads that each application (n) still lacks."""
    return network.need - np.bincount(network.app[chosen], minlength=len(network.need))


def worth(network: Network, chosen: Mask) -> int:
    """Value of a choice in the elastic network, penalties included."""
    lost = (network.gap * gaps(network, chosen)).sum() + load_cost(network, loads(network, chosen)).sum()
    return int(network.weight[chosen].sum() - lost)


def penalties(network: Network, chosen: Mask) -> int:
    """The part of the loss in `worth` that stands for gaps and unmet minima rather than for points."""
    unmet = np.maximum(network.lower - loads(network, chosen), 0).sum()
    return int((network.gap * gaps(network, chosen)).sum() + network.lack * unmet)


def mixed(left: Ints, right: Ints, seed: int, bits: int) -> Ints:
    """Stable pseudo-random integers of ``bits`` bits for pairs of ids, by the finaliser of SplitMix64.

    They depend on ids and seed alone, never on the order of rows, the process or the platform. Source of the constants:
    Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
    """
    state = np.full(left.shape, seed % 2**64, dtype=np.uint64)
    for part in (left, right):
        state = (state ^ part.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return (state >> np.uint64(64 - bits)).astype(np.int64)
