"""Which applications starve, and because of whom: the minimum cut, read off an assignment with as few gaps as can be.

From an application with a gap go to every allowed reviewer that does not have it yet, from a reviewer to every application
that the reviewer has. All reviewers reached are at their maximum, otherwise the gap could be filled; so the applications
reached can be given the maxima of these reviewers and one read from each other reviewer allowed, and no more
(Ford and Fulkerson 1956).
"""

from collections import defaultdict

import numpy as np

from accelerator.scoring.allocation.network import Ints, Layout, Mask, gaps
from accelerator.scoring.allocation.problem import Problem, Shortage


def shortages(problem: Problem, layout: Layout, chosen: Mask) -> tuple[Shortage, ...]:
    """Disjoint starving sets, largest shortage first; in each, need - can is the number of its gaps."""
    starving, full = _reached(layout, chosen)
    if not starving.any():
        return ()
    label = _components(layout, starving, full)
    sets: dict[object, tuple[list[int], list[int]]] = {}
    allowed = _allowed(layout, starving)
    for application in np.flatnonzero(starving).tolist():
        mark = int(label[application])
        reviewers = np.flatnonzero(full & (label[len(starving) :] == mark)).tolist()
        # Applications that only have too few allowed reviewers are one set for each set of reviewers.
        key: object = mark if reviewers else tuple(allowed[application])
        sets.setdefault(key, ([], reviewers))[0].append(application)
    shortages = [
        _shortage(problem, layout, np.array(apps), np.array(who, dtype=np.int64)) for apps, who in sets.values()
    ]
    return tuple(sorted(shortages, key=lambda shortage: (-shortage.short, shortage.applications)))


def _reached(layout: Layout, chosen: Mask) -> tuple[Mask, Mask]:
    """Applications (n) and reviewers (m) that can be reached from a gap."""
    net = layout.network
    apps = gaps(net, chosen) > 0
    reviewers = np.zeros(len(net.given), dtype=np.bool_)
    size = -1
    while size != int(apps.sum() + reviewers.sum()):
        size = int(apps.sum() + reviewers.sum())
        reviewers[net.reviewer[~chosen & apps[net.app]]] = True
        apps[net.app[chosen & reviewers[net.reviewer]]] = True
    return apps, reviewers


def _components(layout: Layout, apps: Mask, reviewers: Mask) -> Ints:
    """A label (n+m) for each connected part of what was reached; parts share neither applications nor reviewers."""
    net = layout.network
    joined = apps[net.app] & reviewers[net.reviewer]
    left, right = net.app[joined], len(apps) + net.reviewer[joined]
    label = np.arange(len(apps) + len(reviewers))
    while True:
        least = np.minimum(label[left], label[right])
        merged = label.copy()
        np.minimum.at(merged, left, least)
        np.minimum.at(merged, right, least)
        if np.array_equal(merged, label):
            return label
        label = merged


def _allowed(layout: Layout, starving: Mask) -> dict[int, list[int]]:
    net = layout.network
    allowed: dict[int, list[int]] = defaultdict(list)
    concerned = starving[net.app]
    for application, reviewer in zip(net.app[concerned].tolist(), net.reviewer[concerned].tolist(), strict=True):
        allowed[application].append(reviewer)
    return allowed


def _shortage(problem: Problem, layout: Layout, apps: Ints, full: Ints) -> Shortage:
    """Need and capacity of one set, computed from limits and pairs alone, not from the assignment."""
    net = layout.network
    inside = np.isin(net.app, apps)
    ids = frozenset(layout.applications[apps].tolist())
    held = [reviewer for application, reviewer in layout.fixed if application in ids]
    need = sum(problem.needs[application] for application in ids)
    others = int((inside & ~np.isin(net.reviewer, full)).sum())
    can = int((net.upper[full] - net.given[full]).sum()) + others + len(held)
    reviewers = {*layout.reviewers[net.reviewer[inside]].tolist(), *held}
    return Shortage(
        applications=tuple(sorted(ids)),
        reviewers=tuple(sorted(reviewers)),
        full=tuple(sorted(layout.reviewers[full].tolist())),
        need=need,
        can=can,
    )
