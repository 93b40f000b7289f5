"""From a network to its best choice of arcs: solve on few arcs, price the others, add what would pay, repeat.

Pricing with exact integer prices makes the pruning exact: when no arc left outside pays at the prices of the reviewers,
the answer is optimal over all arcs.
"""

from dataclasses import dataclass

import numpy as np

from accelerator.scoring.allocation.certificate import FAR, best_loads, certificate
from accelerator.scoring.allocation.linear import TransportProgram
from accelerator.scoring.allocation.network import Ints, Mask, Network, gaps, mixed, penalty

FEW_ARCS = 20_000
TIE_BITS = 16


@dataclass(frozen=True)
class Optimum:
    """``chosen`` (e) arcs; ``prices`` (m) prove it when ``optimal``."""

    chosen: Mask
    prices: Ints
    optimal: bool


def optimise(network: Network) -> Optimum:
    """Exact optimum of the elastic network."""
    program = TransportProgram(network)
    active = _promising(network)
    order = np.flatnonzero(active)
    program.add_arcs(order)
    while True:
        chosen = np.zeros(len(network.app), dtype=np.bool_)
        chosen[order] = program.solve()
        inner = certificate(network.part(active), chosen[active])
        values = network.weight - inner.prices[network.reviewer]
        paying = np.flatnonzero(~active & (values > thresholds(network, chosen, values)[network.app]))
        if not inner.optimal or len(paying) == 0:
            return Optimum(chosen=chosen, prices=inner.prices, optimal=inner.optimal)
        program.add_arcs(paying)
        order = np.concatenate([order, paying])
        active[paying] = True


def thresholds(network: Network, chosen: Mask, values: Ints) -> Ints:
    """Value (n) of the least read that each application has, its gap included; out of reach where it needs none."""
    least = np.where(gaps(network, chosen) > 0, -network.gap, FAR)
    np.minimum.at(least, network.app[chosen], values[chosen])
    return least


def _promising(network: Network) -> Mask:
    """All arcs of a small network; else the best of each application and of each reviewer, ties spread at random."""
    if len(network.app) <= FEW_ARCS:
        return np.ones(len(network.app), dtype=np.bool_)
    spread = mixed(network.app, network.reviewer, 0, 32)
    width = np.maximum(12, network.need + 9)
    by_application = _rank(network.app, network.weight, spread) < width[network.app]
    by_reader = _rank(network.reviewer, network.weight, spread) < (network.upper - network.given)[network.reviewer]
    return np.asarray(by_application | by_reader, dtype=np.bool_)


def _rank(group: Ints, weight: Ints, spread: Ints) -> Ints:
    order = np.lexsort((spread, -weight, group))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.searchsorted(group[order], group[order])
    return rank


def settle_ties(network: Network, best: Optimum, tie_breaker: Ints) -> Mask:
    """Among all optimal choices take the one with the greatest sum of ``tie_breaker`` (e), 0 <= tie_breaker < 2**TIE_BITS.

    By complementary slackness the optimal choices are those that keep every strictly better read, refuse every
    strictly worse one and stay within the most profitable loads. What is left is again a transportation problem.
    """
    values = network.weight - best.prices[network.reviewer]
    limit = thresholds(network, best.chosen, values)
    kept, free = values > limit[network.app], values == limit[network.app]
    least, most = best_loads(network, best.prices)
    may_starve = limit == -network.gap
    cost = penalty(len(network.given), 2**TIE_BITS)
    face = Network(
        need=network.need - np.bincount(network.app[kept], minlength=len(network.need)),
        gap=np.where(may_starve, 0, cost),
        given=network.given + np.bincount(network.reviewer[kept], minlength=len(network.given)),
        lower=least,
        upper=most,
        lack=cost,
        balance=0,
        app=network.app[free],
        reviewer=network.reviewer[free],
        weight=tie_breaker[free],
    )
    chosen = kept.copy()
    chosen[free] = optimise(face).chosen
    return chosen
