"""Assignment: exact on small rounds, within the rules on any, honest when it cannot be done."""

from collections import Counter
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelerator.scoring.allocation.assign import allocate, certify
from accelerator.scoring.allocation.problem import Allocation, Note, NoteKind, Pair, Problem, Reviewer, Shortage


def a_round(
    seed: int, applications: int, reviewers: int, need: int, *, slack: float = 1.25, coarse: int = 1
) -> Problem:
    chance = Random(seed)
    mean = applications * need / reviewers
    return Problem(
        needs={100 + application: need for application in range(applications)},
        reviewers=[Reviewer(reviewer, int(0.8 * mean), int(slack * mean) + 1) for reviewer in range(reviewers)],
        pairs=[
            Pair(100 + application, reviewer, chance.randrange(0, 1001, coarse))
            for application in range(applications)
            for reviewer in range(reviewers)
            if chance.random() > 0.2
        ],
        seed=seed,
    )


def objective(problem: Problem, pairs: frozenset[tuple[int, int]]) -> tuple[int, int, int]:
    """(gaps, unmet minima, minus points) of an assignment, written down anew: the smallest is the best."""
    points = {(pair.application, pair.reviewer): pair.affinity for pair in problem.pairs}
    reads = Counter(application for application, _ in pairs)
    loads = Counter(reviewer for _, reviewer in pairs)
    worth = sum(points.get(pair, 0) for pair in pairs)
    worth += problem.bonus * len(pairs & problem.sticky - set(problem.fixed))
    worth -= sum(problem.balance * loads[reviewer.id] * (loads[reviewer.id] + 1) // 2 for reviewer in problem.reviewers)
    gaps = sum(max(need - reads[application], 0) for application, need in problem.needs.items())
    lacks = sum(max(reviewer.lower - loads[reviewer.id], 0) for reviewer in problem.reviewers)
    return gaps, lacks, -worth


def every_assignment(problem: Problem) -> list[frozenset[tuple[int, int]]]:
    fixed = set(problem.fixed)
    choices = []
    for application, need in problem.needs.items():
        held = [pair for pair in fixed if pair[0] == application]
        open_pairs = [(pair.application, pair.reviewer) for pair in problem.pairs if pair.application == application]
        open_pairs = [pair for pair in open_pairs if pair not in fixed]
        sizes = range(max(need - len(held), 0) + 1)
        choices.append([(*held, *some) for size in sizes for some in combinations(open_pairs, size)])
    upper = {one.id: max(one.upper, sum(reviewer == one.id for _, reviewer in fixed)) for one in problem.reviewers}
    found = []
    for parts in product(*choices):
        pairs = frozenset(pair for part in parts for pair in part)
        loads = Counter(reviewer for _, reviewer in pairs)
        if all(loads[reviewer] <= limit for reviewer, limit in upper.items()):
            found.append(pairs)
    return found


@st.composite
def small_rounds(draw: st.DrawFn) -> Problem:
    applications = draw(st.integers(1, 4))
    reviewers = draw(st.integers(1, 3))
    limits = [sorted(draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))) for _ in range(reviewers)]
    grid = [(application, reviewer) for application in range(applications) for reviewer in range(reviewers)]
    allowed = draw(st.lists(st.sampled_from(grid), unique=True))
    worth = st.sampled_from([0, 1, 2, 500, 1000])
    return Problem(
        needs={application: draw(st.integers(0, 3)) for application in range(applications)},
        reviewers=[Reviewer(reviewer, lower, upper) for reviewer, (lower, upper) in enumerate(limits)],
        pairs=[Pair(application, reviewer, draw(worth)) for application, reviewer in allowed],
        fixed=draw(st.lists(st.sampled_from(grid), unique=True, max_size=2)),
        sticky=frozenset(draw(st.lists(st.sampled_from(grid), unique=True, max_size=3))),
        balance=draw(st.sampled_from([0, 0, 7, 300])),
    )


@settings(max_examples=150, deadline=None)
@given(small_rounds())
def test_no_assignment_is_better_on_any_small_round(problem: Problem) -> None:
    found = allocate(problem)
    best = min(objective(problem, pairs) for pairs in every_assignment(problem))
    assert objective(problem, frozenset(found.pairs)) == best
    assert (found.optimal, found.dual_bound, found.total) == (True, -best[2], -best[2])
    assert certify(problem, found.pairs) == (True, found.total)
    assert sum(one.short for one in found.short) == best[0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 30), st.integers(2, 8), st.integers(1, 3), st.floats(0.5, 1.5))
def test_rules_hold_on_any_round(seed: int, applications: int, reviewers: int, need: int, slack: float) -> None:
    problem = a_round(seed, applications, reviewers, need, slack=max(slack, 0.8))
    found = allocate(problem)
    assert list(found.pairs) == sorted(set(found.pairs))
    assert set(found.pairs) <= {(pair.application, pair.reviewer) for pair in problem.pairs}
    loads = Counter(reviewer for _, reviewer in found.pairs)
    assert found.loads == {reviewer.id: loads[reviewer.id] for reviewer in problem.reviewers}
    assert [reviewer.id for reviewer in problem.reviewers if loads[reviewer.id] > reviewer.upper] == []
    reads = Counter(application for application, _ in found.pairs)
    assert max(reads[application] for application in problem.needs) <= need
    gaps = sum(need - reads[application] for application in problem.needs)
    assert sum(one.short for one in found.short) == gaps
    relaxed = [note.reviewer for note in found.notes if note.kind is NoteKind.LOWER_RELAXED]
    assert relaxed == [reviewer.id for reviewer in problem.reviewers if loads[reviewer.id] < reviewer.lower]


@pytest.mark.parametrize("coarse", [1, 250])
def test_order_of_input_does_not_matter(coarse: int) -> None:
    problem = a_round(3, 60, 9, 3, coarse=coarse)
    found = allocate(problem)
    for seed in range(3):
        chance = Random(seed)
        needs, reviewers, pairs = list(problem.needs.items()), list(problem.reviewers), list(problem.pairs)
        for rows in (needs, reviewers, pairs):
            chance.shuffle(rows)
        assert allocate(Problem(dict(needs), reviewers, pairs, seed=problem.seed)) == found


def test_seed_chooses_among_equals_only() -> None:
    problem = a_round(5, 60, 9, 3, coarse=500)
    other = Problem(problem.needs, problem.reviewers, problem.pairs, seed=problem.seed + 1)
    first, second = allocate(problem), allocate(other)
    assert first.total == second.total
    assert first.pairs != second.pairs


def test_pruned_arcs_are_priced_back_in() -> None:
    # Large enough to be solved on a part of its arcs; the certificate looks at all of them.
    problem = a_round(1, 800, 32, 3, coarse=200)
    assert len(problem.pairs) > 20_000
    found = allocate(problem)
    assert (found.optimal, found.total, found.short, found.notes) == (True, found.dual_bound, (), ())
    assert certify(problem, found.pairs) == (True, found.total)


def test_popular_readers_force_a_second_look_at_the_pruned_arcs() -> None:
    # Everybody fits the same few readers best, whose maxima leave room for few.
    chance = Random(2)
    problem = Problem(
        needs=dict.fromkeys(range(700), 3),
        reviewers=[Reviewer(reviewer, 40, 80) for reviewer in range(40)],
        pairs=[
            Pair(application, reviewer, max(0, 900 - 20 * reviewer + chance.randrange(100)))
            for application in range(700)
            for reviewer in range(40)
            if (application + reviewer) % 9
        ],
    )
    found = allocate(problem)
    assert (found.optimal, found.total, found.short, found.notes) == (True, found.dual_bound, (), ())
    assert certify(problem, found.pairs) == (True, found.total)
    assert {len([1 for pair in found.pairs if pair[0] == application]) for application in range(700)} == {3}


def spoiled(problem: Problem, allocation: Allocation) -> list[tuple[int, int]]:
    """Two reads exchanged between two readers so that the rules hold and points are lost."""
    points = {(pair.application, pair.reviewer): pair.affinity for pair in problem.pairs}
    have = set(allocation.pairs)
    for (app1, reader1), (app2, reader2) in combinations(allocation.pairs, 2):
        swapped = {(app1, reader2), (app2, reader1)}
        if swapped <= points.keys() and not swapped & have:
            rest = have - {(app1, reader1), (app2, reader2)}
            if sum(map(points.__getitem__, swapped)) < points[app1, reader1] + points[app2, reader2]:
                return sorted(rest | swapped)
    raise AssertionError("no exchange loses anything")


@pytest.mark.parametrize("seed", range(3))
def test_certificate_catches_one_spoiled_swap(seed: int) -> None:
    problem = a_round(seed, 60, 9, 3)
    found = allocate(problem)
    optimal, bound = certify(problem, spoiled(problem, found))
    assert not optimal
    assert bound >= found.total


def test_a_swap_for_a_free_reader_is_caught_as_well() -> None:
    problem = Problem({1: 1}, [Reviewer(1, 0, 1), Reviewer(2, 0, 1)], [Pair(1, 1, 10), Pair(1, 2, 900)])
    assert allocate(problem).pairs == ((1, 2),)
    assert certify(problem, [(1, 1)])[0] is False
    assert certify(problem, [])[0] is False


def test_starving_set_is_named_with_its_cause() -> None:
    # Applications 1 to 6 are in a language that only readers 8 and 9 know.
    everybody = [Reviewer(reviewer, 0, 4) for reviewer in range(1, 10)]
    pairs = [Pair(application, reviewer, 500) for application in range(1, 7) for reviewer in (8, 9)]
    pairs += [Pair(application, reviewer, 700) for application in range(7, 12) for reviewer in range(1, 10)]
    found = allocate(Problem(dict.fromkeys(range(1, 12), 2), everybody, pairs))
    assert found.short == (Shortage(applications=(1, 2, 3, 4, 5, 6), reviewers=(8, 9), full=(8, 9), need=12, can=8),)
    assert found.short[0].short == 4
    assert len(found.pairs) == 22 - 4
    assert found.optimal


def test_too_few_allowed_readers_is_told_apart_from_full_readers() -> None:
    everybody = [Reviewer(1, 0, 9), Reviewer(2, 0, 9), Reviewer(3, 0, 1)]
    pairs = [Pair(1, 1, 5), Pair(1, 2, 5), Pair(2, 1, 5), Pair(2, 2, 5), Pair(3, 3, 5), Pair(4, 3, 5)]
    found = allocate(Problem({1: 3, 2: 3, 3: 1, 4: 1}, everybody, pairs))
    assert found.short == (
        Shortage(applications=(1, 2), reviewers=(1, 2), full=(), need=6, can=4),
        Shortage(applications=(3, 4), reviewers=(3,), full=(3,), need=2, can=1),
    )


def test_fixed_pairs_count_in_need_and_capacity() -> None:
    problem = Problem(
        {1: 2, 2: 1}, [Reviewer(1, 0, 1), Reviewer(2, 0, 1)], [Pair(1, 1, 5), Pair(2, 1, 9)], fixed=[(1, 2)]
    )
    found = allocate(problem)
    assert found.pairs == ((1, 2), (2, 1))
    assert found.short == (Shortage(applications=(1, 2), reviewers=(1, 2), full=(1,), need=3, can=2),)


def test_fixed_pairs_stay_whatever_they_break() -> None:
    reviewers = [Reviewer(1, 0, 1), Reviewer(2, 0, 3)]
    problem = Problem({1: 1, 2: 1}, reviewers, [Pair(1, 2, 9), Pair(2, 2, 9)], fixed=[(1, 1), (2, 1), (1, 2)])
    found = allocate(problem)
    assert found.pairs == ((1, 1), (1, 2), (2, 1))
    assert found.notes == (
        Note(NoteKind.FIXED_NOT_ALLOWED, 1, 1, 0, 1),
        Note(NoteKind.FIXED_NOT_ALLOWED, 2, 1, 0, 1),
        Note(NoteKind.NEED_EXCEEDED, 1, None, 1, 2),
        Note(NoteKind.UPPER_EXCEEDED, None, 1, 1, 2),
    )


def test_minimum_out_of_reach_is_relaxed_with_a_word() -> None:
    problem = Problem({1: 1}, [Reviewer(1, 2, 3), Reviewer(2, 0, 3)], [Pair(1, 1, 0), Pair(1, 2, 1000)])
    found = allocate(problem)
    assert found.pairs == ((1, 1),)
    assert found.notes == (Note(NoteKind.LOWER_RELAXED, None, 1, 2, 1),)
    assert found.optimal


def test_drop_out_moves_few_reads_when_pairs_are_sticky() -> None:
    problem = a_round(7, 100, 12, 3, slack=1.5)
    before = frozenset(allocate(problem).pairs)
    left = [Reviewer(reviewer.id, 0, reviewer.upper + 4) for reviewer in problem.reviewers if reviewer.id]
    pairs = [pair for pair in problem.pairs if pair.reviewer]
    anew = allocate(Problem(problem.needs, left, pairs))
    again = allocate(Problem(problem.needs, left, pairs, sticky=before))
    lost = len([pair for pair in before if pair[1] == 0])
    assert len(before - set(again.pairs)) == lost
    assert len(before - set(anew.pairs)) > lost


def test_balance_evens_out_loads() -> None:
    pairs = [Pair(application, reviewer, 500 + reviewer) for application in range(12) for reviewer in range(4)]
    needs = dict.fromkeys(range(12), 1)
    reviewers = [Reviewer(reviewer, 0, 12) for reviewer in range(4)]
    assert list(allocate(Problem(needs, reviewers, pairs)).loads.values()) == [0, 0, 0, 12]
    assert list(allocate(Problem(needs, reviewers, pairs, balance=50)).loads.values()) == [3, 3, 3, 3]


def test_nothing_to_assign() -> None:
    assert allocate(Problem({}, [], [])) == Allocation((), 0, 0, True, (), {}, ())
    starved = allocate(Problem({4: 2}, [], []))
    assert starved.short == (Shortage(applications=(4,), reviewers=(), full=(), need=2, can=0),)


TWO = [Reviewer(1, 0, 1), Reviewer(2, 0, 1)]


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (Problem({}, [Reviewer(1, 0, 1)] * 2, []), "Reviewer 1 is listed twice."),
        (Problem({}, [Reviewer(1, 2, 1)], []), "Reviewer 1 has the limits 2 to 1."),
        (Problem({1: -1}, TWO, []), "Application 1 needs -1 reads."),
        (Problem({1: 1}, TWO, [Pair(1, 1, 5), Pair(1, 1, 6)]), r"Pair \(1, 1\) is listed twice."),
        (Problem({1: 1}, TWO, [Pair(1, 1, 1001)]), "The affinity 1001 is not 0 to 1000."),
        (Problem({1: 1}, TWO, [Pair(2, 1, 5)]), "Application 2 is in a pair but was not announced."),
        (Problem({1: 1}, TWO, [Pair(1, 3, 5)]), "Reviewer 3 is in a pair but was not announced."),
        (Problem({1: 1}, TWO, [], fixed=[(1, 1), (1, 1)]), r"Fixed pair \(1, 1\) is listed twice."),
        (Problem({1: 1}, TWO, [], fixed=[(1, 3)]), r"The fixed pair \(1, 3\) names somebody unknown."),
        (Problem({1: 1}, TWO, [], balance=-1), "Bonus and balance must not be negative."),
    ],
)
def test_contradictory_input_is_refused(problem: Problem, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        allocate(problem)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([(1, 2), (1, 2), (1, 1)], "A pair is listed twice."),
        ([], r"The fixed pair \(1, 1\) is missing."),
        ([(1, 1), (2, 1)], r"The pair \(2, 1\) is not allowed."),
        ([(1, 1), (1, 2), (2, 2)], "A reviewer has more than the maximum."),
        ([(1, 1), (1, 2), (1, 3)], "An application has more reads than it needs."),
    ],
)
def test_certificate_refuses_what_breaks_a_rule(pairs: list[tuple[int, int]], message: str) -> None:
    reviewers = [*TWO, Reviewer(3, 0, 1)]
    allowed = [Pair(1, 2, 5), Pair(1, 3, 5), Pair(2, 2, 5)]
    with pytest.raises(ValueError, match=f"^{message}$"):
        certify(Problem({1: 2, 2: 1}, reviewers, allowed, fixed=[(1, 1)]), pairs)
