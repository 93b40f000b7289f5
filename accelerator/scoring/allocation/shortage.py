"""Which applications starve, and because of whom: the minimum cut, read off an assignment with as few gaps as can be.

From an application with a gap go to every allowed reader that does not have it yet, from a reader to every application
that the reader has. All readers reached are at their maximum, otherwise the gap could be filled; so the applications
reached can be given the maxima of these readers and one read from each other reader allowed, and no more
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
        readers = np.flatnonzero(full & (label[len(starving) :] == mark)).tolist()
        # Applications that only have too few allowed readers are one set for each set of readers.
        key: object = mark if readers else tuple(allowed[application])
        sets.setdefault(key, ([], readers))[0].append(application)
    found = [_shortage(problem, layout, np.array(apps), np.array(who, dtype=np.int64)) for apps, who in sets.values()]
    return tuple(sorted(found, key=lambda one: (-one.short, one.applications)))


def _reached(layout: Layout, chosen: Mask) -> tuple[Mask, Mask]:
    """Applications (n) and readers (m) that can be reached from a gap."""
    net = layout.network
    apps = gaps(net, chosen) > 0
    readers = np.zeros(len(net.given), dtype=np.bool_)
    size = -1
    while size != int(apps.sum() + readers.sum()):
        size = int(apps.sum() + readers.sum())
        readers[net.reader[~chosen & apps[net.app]]] = True
        apps[net.app[chosen & readers[net.reader]]] = True
    return apps, readers


def _components(layout: Layout, apps: Mask, readers: Mask) -> Ints:
    """A label (n+m) for each connected part of what was reached; parts share neither applications nor readers."""
    net = layout.network
    joined = apps[net.app] & readers[net.reader]
    left, right = net.app[joined], len(apps) + net.reader[joined]
    label = np.arange(len(apps) + len(readers))
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
    for application, reader in zip(net.app[concerned].tolist(), net.reader[concerned].tolist(), strict=True):
        allowed[application].append(reader)
    return allowed


def _shortage(problem: Problem, layout: Layout, apps: Ints, full: Ints) -> Shortage:
    """Need and capacity of one set, computed from limits and pairs alone, not from the assignment."""
    net = layout.network
    inside = np.isin(net.app, apps)
    ids = frozenset(layout.applications[apps].tolist())
    held = [reader for application, reader in layout.fixed if application in ids]
    need = sum(problem.needs[application] for application in ids)
    others = int((inside & ~np.isin(net.reader, full)).sum())
    can = int((net.upper[full] - net.given[full]).sum()) + others + len(held)
    readers = {*layout.readers[net.reader[inside]].tolist(), *held}
    return Shortage(
        applications=tuple(sorted(ids)),
        readers=tuple(sorted(readers)),
        full=tuple(sorted(layout.readers[full].tolist())),
        need=need,
        can=can,
    )
