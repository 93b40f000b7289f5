"""A transportation problem on HiGHS, passed as arrays and grown column by column."""

from collections.abc import Callable

import highspy
import numpy as np
from numpy.typing import NDArray

from accelerator.scoring.allocation.network import Ints, Network

Floats = NDArray[np.float64]

# The class has no annotations of its own; this name says what calling it gives.
new_solver: Callable[[], highspy.Highs] = highspy.Highs


class TransportProgram:
    """The elastic network as a linear programme; totally unimodular, so that its vertices are integral.

    One row for each application (reads and gap equal the need) and one for each reviewer (reads equal the load). The
    columns are gaps, steps of load and arcs; arcs can be added after a solution, which then starts from its basis.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.solver = new_solver()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        rows = np.concatenate([network.need, np.zeros(len(network.given))]).astype(np.float64)
        empty = np.zeros(0, dtype=np.int32)
        # The offsets must be as many as the rows although there are no entries yet.
        self.solver.addRows(len(rows), rows, rows, 0, np.zeros(len(rows), np.int32), empty, np.zeros(0))
        self._add_gaps()
        self._add_load_steps()
        self.arcs_from = self.solver.numVariables

    def _add_gaps(self) -> None:
        net = self.network
        open_reviews = np.flatnonzero(net.need)
        self._add(net.gap[open_reviews], net.need[open_reviews], open_reviews[:, None], np.ones((len(open_reviews), 1)))

    def _add_load_steps(self) -> None:
        net = self.network
        reviewer, cost, width = load_steps(net)
        self._add(cost, width, (len(net.need) + reviewer)[:, None], -np.ones((len(reviewer), 1)))

    def add_arcs(self, arcs: Ints) -> None:
        """Offer these arcs of the network to the programme."""
        net = self.network
        rows = np.column_stack([net.app[arcs], len(net.need) + net.reviewer[arcs]])
        self._add(-net.weight[arcs], np.ones(len(arcs)), rows, np.ones(rows.shape))

    def _add(self, cost: Ints, upper: Ints | Floats, rows: Ints, values: Floats) -> None:
        count, entries = rows.shape
        self.solver.addCols(
            count,
            cost.astype(np.float64),
            np.zeros(count),
            upper.astype(np.float64),
            rows.size,
            np.arange(0, rows.size, entries, dtype=np.int32),
            rows.astype(np.int32).ravel(),
            values.ravel(),
        )

    def solve(self) -> NDArray[np.bool_]:
        """Which of the offered arcs are chosen, in the order in which they were added."""
        if self.solver.numVariables == 0:
            return np.zeros(0, dtype=np.bool_)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"The assignment programme ended as {self.solver.modelStatusToString(status)}.")
        columns = np.asarray(self.solver.getSolution().col_value)
        return np.asarray(columns[self.arcs_from :] > 0.5, dtype=np.bool_)


def load_steps(network: Network) -> tuple[Ints, Ints, Ints]:
    """Reviewer, cost in points and width in reads of each step of load; costs rise within a reviewer, so order is kept."""
    if network.balance == 0:
        edge = np.clip(network.lower, network.given, network.upper)
        reviewer = np.tile(np.arange(len(edge)), 2)
        cost = np.repeat(np.array([-network.lack, 0], dtype=np.int64), len(edge))
        width = np.concatenate([edge - network.given, network.upper - edge])
        return reviewer[width > 0], cost[width > 0], width[width > 0]
    reviewer = np.repeat(np.arange(len(network.given)), network.upper - network.given)
    load = network.given[reviewer] + np.arange(len(reviewer)) - np.searchsorted(reviewer, reviewer)
    cost = network.balance * (load + 1) - network.lack * (load < network.lower[reviewer])
    return reviewer, cost, np.ones(len(reviewer), dtype=np.int64)
