"""Frames of runs of several stages, whose clocks each start at 0."""

from __future__ import annotations

import numpy as np

from misfit.record import Record, RecordError


def frame_at(record: Record, stage: int, time: float) -> int:
    """The frame of a stage (from 1 on) nearest to a time on that stage's clock. Raises RecordError if it has none."""
    frames = np.flatnonzero(record.sigma_stage == stage)
    if len(frames) == 0:
        raise RecordError(f"{record.path}: no frames of stage {stage}")
    return int(frames[np.abs(record.sigma_time[frames] - time).argmin()])
