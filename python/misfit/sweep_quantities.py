"""What is asked of a sweep of exchange at each of its points: when exchange is complete, how far modulated phases come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misfit.arrangement import Row
from misfit.record import Record, mean_and_error

#: phases whose largest fraction is asked for
_MODULATED = ("S1", "S2")


@dataclass(frozen=True)
class Estimates:
    """One number at each point of a row, arrays [n]; NaN where there is none."""

    value: NDArray[np.float64]
    error: NDArray[np.float64]  #: standard error; NaN for a single trajectory
    is_bound: NDArray[np.bool_]  #: true: the number is at least that


@dataclass(frozen=True)
class CompletionTimes:
    """The mean time to complete exchange; a bound where some trajectories of a point have not completed theirs."""

    composition: float | None  #: the goal, if it is the same at every point

    def of(self, point: Record) -> tuple[float, float, bool]:
        """Value, standard error and whether the value is a bound."""
        completion = point.completion_time()
        if completion is None or not completion.reached.any():
            return np.nan, np.nan, False
        return completion.mean_at_least, completion.standard_error, not completion.reached.all()


@dataclass(frozen=True)
class LargestFraction:
    """The largest fraction of a phase that each trajectory has over time, averaged over trajectories."""

    phase: str

    def of(self, point: Record) -> tuple[float, float, bool]:
        """Value, standard error and whether the value is a bound."""
        if not point.is_finished or len(point.time) == 0:
            return np.nan, np.nan, False
        mean, error = mean_and_error(point.observables[f"f_{self.phase}"].max(axis=1))
        return float(mean), float(error), False


Quantity = CompletionTimes | LargestFraction


def quantities(record: Record) -> list[Quantity]:
    """The time to complete exchange, and the largest fraction of each modulated phase that is recorded."""
    completions = [point.completion_time() for point in record.points]
    goals = {completion.composition for completion in completions if completion is not None}
    recorded = next((point.observables for point in record.points if point.is_finished), record.observables)
    return [
        CompletionTimes(goals.pop() if len(goals) == 1 else None),
        *(LargestFraction(name) for name in _MODULATED if f"f_{name}" in recorded),
    ]


def estimates(record: Record, row: Row, quantity: Quantity) -> Estimates:
    """A quantity at the points of a row."""
    value, error, is_bound = zip(*(quantity.of(record.points[p]) for p in row.points))
    return Estimates(np.array(value), np.array(error), np.array(is_bound))
