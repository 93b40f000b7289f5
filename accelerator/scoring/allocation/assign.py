"""The two questions that may be asked: what is the best assignment, and is this one the best."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from accelerator.scoring.allocation.certificate import certificate
from accelerator.scoring.allocation.network import Layout, Mask, gaps, lay_out, loads, mixed, penalties, worth
from accelerator.scoring.allocation.optimise import TIE_BITS, optimise, settle_ties
from accelerator.scoring.allocation.problem import Allocation, Note, NoteKind, Problem, check
from accelerator.scoring.allocation.shortage import shortages


def allocate(problem: Problem) -> Allocation:
    """Best assignment: first as few gaps as can be, then as few unmet minima, then the most points.

    Always delivers, with what is missing in ``short`` and ``notes``. The answer depends on the ids and the seed, not
    on the order of the input. Raises ValueError for contradictory input.
    """
    check(problem)
    layout = lay_out(problem)
    net = layout.network
    best = optimise(net)
    tie_breaker = mixed(layout.applications[net.app], layout.reviewers[net.reviewer], problem.seed, TIE_BITS)
    chosen = settle_ties(net, best, tie_breaker) if best.optimal else best.chosen
    proof = certificate(net, chosen)
    pairs = sorted([*layout.fixed, *_picked(layout, chosen)])
    load_of = dict(zip(layout.reviewers.tolist(), loads(net, chosen).tolist(), strict=True))
    outside = _outside_points(problem, layout, chosen)
    return Allocation(
        pairs=tuple(pairs),
        total=worth(net, chosen) + outside,
        dual_bound=proof.bound + outside,
        optimal=proof.optimal,
        short=shortages(problem, layout, chosen),
        loads=load_of,
        notes=tuple(_notes(problem, load_of)),
    )


def certify(problem: Problem, pairs: Sequence[tuple[int, int]]) -> tuple[bool, int]:
    """Whether ``pairs`` (with the fixed ones) are optimal, and what they could be worth at most, in points.

    No assignment with as few gaps and unmet minima as this one is worth more than the bound; when the pairs are
    optimal the bound is their worth. Uses no solver. Raises ValueError when the pairs break a rule.
    """
    check(problem)
    layout = lay_out(problem)
    chosen = _as_choice(layout, pairs)
    proof = certificate(layout.network, chosen)
    return proof.optimal, proof.bound + _outside_points(problem, layout, chosen)


def _picked(layout: Layout, chosen: Mask) -> Iterable[tuple[int, int]]:
    net = layout.network
    apps, reviewers = layout.applications[net.app[chosen]], layout.reviewers[net.reviewer[chosen]]
    return zip(apps.tolist(), reviewers.tolist(), strict=True)


def _outside_points(problem: Problem, layout: Layout, chosen: Mask) -> int:
    """What turns a value of the elastic network into points: the penalties back, the fixed pairs' affinities added."""
    fixed = sum(pair.affinity for pair in problem.pairs if (pair.application, pair.reviewer) in layout.fixed)
    return penalties(layout.network, chosen) + fixed


def _as_choice(layout: Layout, pairs: Sequence[tuple[int, int]]) -> Mask:
    """The pairs as a mask over the arcs, once all rules were checked."""
    asked = set(pairs)
    if len(asked) != len(pairs):
        raise ValueError("A pair is listed twice.")
    if not layout.fixed <= asked:
        raise ValueError(f"The fixed pair {min(layout.fixed - asked)} is missing.")
    free = asked - layout.fixed
    chosen = np.fromiter((ids in free for ids in layout.arc_ids()), np.bool_, len(layout.network.app))
    if int(chosen.sum()) != len(free):
        raise ValueError(f"The pair {min(free - set(_picked(layout, chosen)))} is not allowed.")
    if (loads(layout.network, chosen) > layout.network.upper).any():
        raise ValueError("A reviewer has more than the maximum.")
    if (gaps(layout.network, chosen) < 0).any():
        raise ValueError("An application has more reads than it needs.")
    return chosen


def _notes(problem: Problem, load_of: Mapping[int, int]) -> Iterable[Note]:
    fixed = set(problem.fixed)
    allowed = {
        (pair.application, pair.reviewer) for pair in problem.pairs if (pair.application, pair.reviewer) in fixed
    }
    for application, reviewer in sorted(fixed - allowed):
        yield Note(NoteKind.FIXED_NOT_ALLOWED, application, reviewer, 0, 1)
    held = Counter(application for application, _ in problem.fixed)
    for application, given in sorted(held.items()):
        if given > problem.needs[application]:
            yield Note(NoteKind.NEED_EXCEEDED, application, None, problem.needs[application], given)
    for person in sorted(problem.reviewers, key=lambda person: person.id):
        if load_of[person.id] < person.lower:
            yield Note(NoteKind.LOWER_RELAXED, None, person.id, person.lower, load_of[person.id])
        if load_of[person.id] > person.upper:
            yield Note(NoteKind.UPPER_EXCEEDED, None, person.id, person.upper, load_of[person.id])
