"""Proof that an assignment is the best one, without any solver.

Moving one read from reviewer r1 to reviewer r2 loses w(i, r1) - w(i, r2) for the best application i; a pool node lends and
takes load and stands for "nobody". An assignment is optimal if and only if this small graph (reviewers and pool) has no
negative cycle, and its shortest distances are then prices of the reviewers. Prices give a dual bound by Lagrange
relaxation of the loads, valid for any prices whatever (Ahuja, Magnanti, Orlin, Network Flows 1993, chapters 9 and 16).
All arithmetic is in integers.
"""

from dataclasses import dataclass

import numpy as np

from accelerator.scoring.allocation.network import Ints, Mask, Network, gaps, load_cost, loads, marginal_cost

FAR = 2**60


@dataclass(frozen=True)
class Certificate:
    """``prices`` (m) in points per read; ``bound`` no choice in the elastic network is worth more."""

    optimal: bool
    prices: Ints
    bound: int


def certificate(network: Network, chosen: Mask) -> Certificate:
    """Bellman-Ford over the reviewers; ``chosen`` (e) must keep all limits."""
    losses = exchange_losses(network, chosen)
    distance = np.zeros(len(losses), dtype=np.int64)
    optimal = False
    for _ in range(len(losses) + 1):
        nearer = np.minimum(distance, (distance[:, None] + losses).min(axis=0))
        if np.array_equal(nearer, distance):
            optimal = True
            break
        distance = nearer
    prices = distance[-1] - distance[:-1]
    return Certificate(optimal=optimal, prices=prices, bound=dual_bound(network, prices))


def exchange_losses(network: Network, chosen: Mask) -> Ints:
    """Least loss (m+1, m+1) of moving one read from row to column; the last node is the pool."""
    reviewers = len(network.given)
    losses = np.full((reviewers + 1, reviewers + 1), FAR, dtype=np.int64)
    _exchanges_between_reviewers(network, chosen, losses)
    load = loads(network, chosen)
    dropped = losses[:, reviewers]
    np.minimum.at(dropped, network.reviewer[chosen], (network.weight + network.gap[network.app])[chosen])
    filled = losses[reviewers]
    short_of_reviews = ~chosen & (gaps(network, chosen)[network.app] > 0)
    np.minimum.at(
        filled, network.reviewer[short_of_reviews], (-network.gap[network.app] - network.weight)[short_of_reviews]
    )
    more = np.where(load < network.upper, marginal_cost(network, load), FAR)
    less = np.where(load > network.given, -marginal_cost(network, load - 1), FAR)
    losses[:reviewers, reviewers] = np.minimum(dropped[:reviewers], more)
    losses[reviewers, :reviewers] = np.minimum(filled[:reviewers], less)
    np.fill_diagonal(losses, 0)
    return losses


def _exchanges_between_reviewers(network: Network, chosen: Mask, losses: Ints) -> None:
    """Take the c-th read of every application at once, so that memory stays at the number of arcs."""
    nodes = losses.shape[0]
    picked = np.flatnonzero(chosen)
    turn = np.arange(len(picked)) - np.searchsorted(network.app[picked], network.app[picked])
    flat = losses.reshape(-1)
    for rank in range(int(turn.max(initial=-1)) + 1):
        arcs = picked[turn == rank]
        arc_of = np.full(len(network.need), -1, dtype=np.int64)
        arc_of[network.app[arcs]] = arcs
        current = arc_of[network.app]
        movable = np.flatnonzero(~chosen & (current >= 0))
        current = current[movable]
        target = network.reviewer[current] * nodes + network.reviewer[movable]
        np.minimum.at(flat, target, network.weight[current] - network.weight[movable])


def dual_bound(network: Network, prices: Ints) -> int:
    """Each application takes its best reads at these prices, each reviewer the most profitable load."""
    net_worth = network.weight - prices[network.reviewer]
    order = np.lexsort((-net_worth, network.app))
    app = network.app[order]
    rank = np.arange(len(app)) - np.searchsorted(app, app)
    best = rank < network.need[app]
    reads = np.maximum(net_worth[order], -network.gap[app])[best].sum()
    degree = np.bincount(app, minlength=len(network.need))
    without = (np.maximum(network.need - degree, 0) * -network.gap).sum()
    return int(reads + without) + _load_bound(network, prices)


def _load_bound(network: Network, prices: Ints) -> int:
    low, _ = best_loads(network, prices)
    return int((prices * (low - network.given) - load_cost(network, low)).sum())


def best_loads(network: Network, prices: Ints) -> tuple[Ints, Ints]:
    """Least and greatest load (m, m) at which each reviewer earns most at these prices; all between are as good."""
    least, most = network.given.copy(), network.given.copy()
    for reviewer in range(len(prices)):
        steps = np.arange(network.given[reviewer], network.upper[reviewer], dtype=np.int64)
        cost = network.balance * (steps + 1) - network.lack * (steps < network.lower[reviewer])
        least[reviewer] += int((cost < prices[reviewer]).sum())
        most[reviewer] += int((cost <= prices[reviewer]).sum())
    return least, most
