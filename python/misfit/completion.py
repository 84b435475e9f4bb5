"""The time to complete exchange, the first thing that is asked of an ensemble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from misfit.labels import estimate_text, value_text

if TYPE_CHECKING:
    from misfit.record import Record


@dataclass(frozen=True)
class CompletionTime:
    """When each trajectory came down to a composition.

    The mean of those that reached it is that of the fast ones alone. So `mean` is NaN unless all did; `mean_at_least` and
    `median` say what is known otherwise.
    """

    composition: float  #: the goal: stop_at_composition, or 0, all B, where no limit is set
    stage: int  #: in which it stands, counted from 1
    time: NDArray[np.float64]  #: [T], since that stage began; where not reached, until when it was not
    reached: NDArray[np.bool_]  #: [T]
    #: 0 with a limit: times are those of events; else the largest distance of two samples that a time lies between
    resolution: float

    @property
    def mean(self) -> float:
        """Mean over trajectories, NaN unless all reached the goal."""
        return self.mean_at_least if self.reached.all() else np.nan

    @property
    def mean_at_least(self) -> float:
        """Mean of min(time, end of the watch), which the true mean is not below; NaN without trajectories."""
        return float(self.time.mean()) if len(self.time) else np.nan

    @property
    def standard_error(self) -> float:
        """Of `mean_at_least`; NaN for a single trajectory."""
        count = len(self.time)
        return float(self.time.std(ddof=1) / np.sqrt(count)) if count > 1 else np.nan

    @property
    def median(self) -> tuple[float, float, float]:
        """The median, and an interval that holds the true one with 68 % or more, whatever the distribution.

        NaN where too few reached the goal, or where some were watched for less long than that.
        """
        count = len(self.time)
        watched = self.time[~self.reached].min(initial=np.inf)
        times = np.sort(np.where(self.reached, self.time, np.inf))
        middle = float(np.median(times)) if count else np.inf
        if not np.isfinite(middle) or middle > watched:
            return np.nan, np.nan, np.nan
        away = int(np.ceil(0.5 * np.sqrt(count)))
        low = float(times[max((count - 1) // 2 - away, 0)])
        above = count // 2 + away
        has_high = above < count and np.isfinite(times[above]) and times[above] <= watched
        return middle, low, float(times[above]) if has_high else np.nan

    def text(self) -> str:
        """In a line: "c = 0 after 192(2), reached by all 100"."""
        goal = f"c = {value_text(self.composition)}"
        if self.stage > 1:
            goal += f" in stage {self.stage}"
        count, reached = len(self.time), int(self.reached.sum())
        mean = estimate_text(self.mean_at_least, self.standard_error)
        if reached == count:
            return f"{goal} after {mean}, reached by all {count}"
        if reached == 0:
            return f"{goal} reached by none of {count}"
        middle, low, high = self.median
        if np.isnan(middle):
            median = f"above {np.median(self.time):.4g}"
        else:
            median = f"{middle:.4g} ({low:.4g} to {'?' if np.isnan(high) else f'{high:.4g}'})"
        return f"{goal} reached by {reached} of {count}; median {median}, mean at least {mean}"


def completion_time(record: Record) -> CompletionTime | None:
    """Of an ensemble; None where there is no such goal: several stages without a limit, no exchange, no samples."""
    trajectories = record.trajectories
    if len(trajectories) == 0:
        return None
    for number, stage in enumerate(trajectories.stages, start=1):
        of_all = record.parameters.get("kmc.stop_at_composition")
        limit = record.parameters.get(f"stage.{number}.stop_at_composition", of_all)
        if limit is not None:
            reached = np.array([end == "composition" for end in stage.end])
            return CompletionTime(float(limit), number, stage.end_time, reached, 0.0)
    no_exchange = record.parameters.get("kmc.exchange_rate", 1.0) == 0.0
    if len(trajectories.stages) > 1 or no_exchange or "composition" not in record.observables:
        return None
    return _in_samples(record) if len(record.time) > 0 else None


def _in_samples(record: Record) -> CompletionTime:
    """From the samples: without a limit a trajectory goes on when all is B."""
    is_B = record.observables["composition"] == 0
    reached = is_B.any(axis=1)
    row = is_B.argmax(axis=1)
    before, after = record.time[np.maximum(row - 1, 0)], record.time[row]
    # Samples after the last event allowed repeat it.
    cut = np.array([end == "max_events" for end in record.trajectories.end])
    watched = np.where(cut, np.minimum(record.trajectories.end_time, record.time[-1]), record.time[-1])
    resolution = float((after - before)[reached].max(initial=0.0))
    return CompletionTime(0.0, 1, np.where(reached, 0.5 * (before + after), watched), reached, resolution)
