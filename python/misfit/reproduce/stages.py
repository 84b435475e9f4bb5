"""Records of runs of several stages, whose clocks each start at 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misfit.record import Record, RecordError


def sample_stages(record: Record) -> NDArray[np.intp]:
    """Stage of every scalar sample, [S]; 0 in a run of one stage."""
    return _stages(record, "observables/stage", len(record.time))


def frame_stages(record: Record) -> NDArray[np.intp]:
    """Stage of every frame of sigma, [F]; 0 in a run of one stage."""
    return _stages(record, "sigma/stage", len(record.sigma_time))


def frame_at(record: Record, stage: int, time: float) -> int:
    """The frame of a stage nearest to a time on that stage's clock. Raises RecordError if it has none."""
    frames = np.flatnonzero(frame_stages(record) == stage)
    if len(frames) == 0:
        raise RecordError(f"{record.path}: no frames of stage {stage + 1}")
    return int(frames[np.abs(record.sigma_time[frames] - time).argmin()])


def _stages(record: Record, name: str, count: int) -> NDArray[np.intp]:
    if name not in record._file:
        return np.zeros(count, dtype=np.intp)
    return np.asarray(record._file[name], dtype=np.intp)
