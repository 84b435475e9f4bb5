"""Which frames of a trajectory to show, and rows of pictures of them (paper, Figs. 1B, 4C, 9 and 10A)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from misfit.arrangement import evenly
from misfit.balls import draw_solid, solid_key
from misfit.cells import draw_phases, draw_species
from misfit.labels import species_key
from misfit.record import Record, RecordError
from misfit.style import DOUBLE_COLUMN, INK, PHASE_KEY
from misfit.style import styled, time_text

#: the times of the paper's Fig. 4C
PAPER_TIMES = (2.98, 25.6, 74.8)
#: compositions that show the succession where the paper's times do not fit
_COMPOSITIONS = (0.8, 0.4, 0.2, 0.08)
#: stages of which a picture is shown, and up to how many have two
_MOST_STAGES, _HALVED_STAGES = 6, 2
#: change of the composition within a stage below which it counts as none
_STILL = 0.02
#: pictures side by side in whose titles there is room for the composition beside the time
_WIDE = 4
#: room for the key at the left of the pictures
SIDE_INCHES = 0.8

Color = str | tuple[float, ...]


@dataclass(frozen=True)
class Snapshot:
    """One frame of one trajectory."""

    time: float  #: since the run began, units of 1/k0
    composition: float
    sigma: NDArray[np.int8]  #: [N]
    stage: int = 0  #: from 1; 0 where there is but one

    @property
    def title(self) -> str:
        """Stage and time, a line each."""
        stage = f"stage {self.stage}\n" if self.stage else ""
        return f"{stage}$t = {time_text(self.time)}$"


def pick_snapshots(
    record: Record, times: Sequence[float] | None = None, trajectory: int = 0
) -> list[Snapshot]:
    """Frames of one trajectory: those nearest to `times`, or well chosen ones.

    `times` count from the beginning of the run. Without them: of a run through several stages how each ends, and where
    they are two how it stands halfway; of one stage the paper's times, where the record has them and they span the
    succession, else frames spread by composition. No frame comes twice. Raises RecordError if sigma was not recorded
    or there is no such trajectory.
    """
    if not 0 <= trajectory < len(record.trajectories):
        raise RecordError(
            f"{record.path}: no trajectory {trajectory}; there are {len(record.trajectories)}"
        )
    sigma = np.asarray(record.sigma[trajectory])
    if len(sigma) == 0:
        raise RecordError(f"{record.path}: the record holds no frames of sigma")
    time = record.sigma_elapsed
    composition = (sigma > 0).mean(axis=1)

    is_staged = len(record.stage_starts) > 1
    if times is not None:
        _require_within(times, time)
        frames = [_nearest(time, t) for t in times]
    elif is_staged:
        frames = _of_every_stage(record.sigma_stage, time, composition)
    elif _shows_paper_times(time, composition):
        frames = [_nearest(time, t) for t in PAPER_TIMES]
    else:
        frames = [_nearest(composition, c) for c in _COMPOSITIONS]
    return [
        Snapshot(
            float(time[k]), float(composition[k]), sigma[k], int(record.sigma_stage[k]) if is_staged else 0
        )
        for k in sorted(set(frames))
    ]


def _of_every_stage(
    stage: NDArray[np.int32], time: NDArray[np.float64], composition: NDArray[np.float64]
) -> list[int]:
    """The last frame of each stage, of at most so many that lie evenly, and of two or fewer one halfway."""
    stages = evenly([np.flatnonzero(stage == number) for number in np.unique(stage)], _MOST_STAGES)
    frames = [int(members[-1]) for members in stages]
    if len(stages) <= _HALVED_STAGES:
        frames += [int(members[_halfway(time[members], composition[members])]) for members in stages]
    return frames


def _halfway(time: NDArray[np.float64], composition: NDArray[np.float64]) -> int:
    """Where half of the change of the composition is done; where that is still, half of the time."""
    course = composition if abs(composition[-1] - composition[0]) > _STILL else time
    return _nearest(course, 0.5 * (course[0] + course[-1]))


def _nearest(values: NDArray[np.float64], wanted: float) -> int:
    return int(np.abs(values - wanted).argmin())


def _require_within(times: Sequence[float], recorded: NDArray[np.float64]) -> None:
    for t in times:
        if not recorded[0] <= t <= recorded[-1]:
            span = f"{recorded[0]:g} to {recorded[-1]:g}"
            raise RecordError(f"no snapshot at t = {t:g}: the record's run from {span}")


def _shows_paper_times(time: NDArray[np.float64], composition: NDArray[np.float64]) -> bool:
    frames = [_nearest(time, t) for t in PAPER_TIMES]
    on_time = all(abs(time[k] - t) <= 0.02 * t for k, t in zip(frames, PAPER_TIMES))
    return on_time and 0.02 < composition[frames[-1]] < 0.2 < composition[frames[0]]


@styled
def snapshots(
    record: Record, times: Sequence[float] | None = None, trajectory: int = 0
) -> Figure:
    """A row of crystals in the colours of the species, and below it (two dimensions) of the phases.

    See `pick_snapshots` for which frames. Raises RecordError as it does.
    """
    chosen = pick_snapshots(record, times, trajectory)
    figure = Figure(figsize=(DOUBLE_COLUMN, snapshot_height(record, chosen)))
    draw_snapshots(figure, record, chosen)
    return figure


def snapshot_height(record: Record, chosen: Sequence[Snapshot]) -> float:
    """Height that suits a row of these at double column width [inches]."""
    width = (DOUBLE_COLUMN - SIDE_INCHES - 0.1) / max(len(chosen), 3)
    if record.crystal.dimension == 2:
        return 2 * min(width * 0.9, 1.75) + _title_inches(chosen) + 0.05
    tall = record.crystal.point.max(axis=0)[2] > 2 * record.crystal.point.max(axis=0)[0]
    return (3.4 if tall else min(width * 1.12, 2.2)) + _title_inches(chosen) + 0.05


def _titles(chosen: Sequence[Snapshot]) -> list[str]:
    between = ",  " if len(chosen) <= _WIDE else "\n"
    return [f"{snapshot.title}{between}$c = {snapshot.composition:.2f}$" for snapshot in chosen]


def _title_inches(chosen: Sequence[Snapshot]) -> float:
    return 0.15 + 0.15 * max(1 + title.count("\n") for title in _titles(chosen))


def draw_snapshots(
    figure: Figure | SubFigure, record: Record, chosen: Sequence[Snapshot]
) -> None:
    """Fills a figure, or a part of one, with the pictures of `chosen` and their key."""
    rows = 2 if record.crystal.dimension == 2 else 1
    width, height = figure.bbox.width / figure.dpi, figure.bbox.height / figure.dpi
    left, top = SIDE_INCHES / width, 1.0 - _title_inches(chosen) / height
    grid = figure.add_gridspec(
        rows, len(chosen), left=left, right=1.0 - 0.05 / width, bottom=0.03 / height, top=top,
        wspace=0.04, hspace=0.03,
    )  # fmt: skip
    cells = [[figure.add_subplot(grid[row, k]) for k in range(len(chosen))] for row in range(rows)]
    for k, (snapshot, title) in enumerate(zip(chosen, _titles(chosen))):
        if rows == 2:
            draw_species(cells[0][k], record.crystal, snapshot.sigma)
            draw_phases(cells[1][k], record.crystal, snapshot.sigma)
        else:
            draw_solid(cells[0][k], record.crystal, snapshot.sigma)
        cells[0][k].set_title(title, fontsize=8, pad=4, linespacing=1.15)
    species = species_key(record.parameters)
    if rows == 1:
        add_key(figure, cells[0][0], "s", solid_key(record.crystal, species))
    else:
        add_key(figure, cells[0][0], "h", species)
        add_key(figure, cells[1][0], "h", PHASE_KEY)


def add_key(
    figure: Figure | SubFigure,
    beside: Axes,
    marker: str,
    colors: Mapping[str, Color],
    title: str | None = None,
    shift: float = 0.0,
    left: float = 0.0,
) -> None:
    """Swatches in the margin, level with the pictures they explain or `shift` inches above their middle; `left` is a
    share of the figure's width."""
    handles = [
        Line2D(
            [], [], linestyle="none", marker=marker, markersize=6.5,
            markerfacecolor=color, markeredgecolor=INK, markeredgewidth=0.4, label=label,
        )
        for label, color in colors.items()
    ]  # fmt: skip
    box = beside.get_position(original=True)
    level = (box.y0 + box.y1) / 2 + shift * figure.dpi / figure.bbox.height
    figure.legend(
        handles=handles,
        loc="center left",
        bbox_to_anchor=(left, level),
        bbox_transform=figure.transSubfigure if isinstance(figure, SubFigure) else figure.transFigure,
        title=title,
        title_fontsize=7,
        alignment="left",
        handletextpad=0.2,
        borderaxespad=0.4,
        labelspacing=0.55,
    )
