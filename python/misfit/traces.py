"""The chains in the course of a run: whether those from different starts agree."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from misfit.arrangement import evenly, in_order, share_text
from misfit.equilibrium import EquilibriumRecord, Point
from misfit.files import RecordError
from misfit.labels import energy_label, in_powers, phrases, power_of_ten, start_text
from misfit.sheets import DISAGREEMENT_LIMIT, Part, Sheet
from misfit.sheets import add_key, alone, label_panels, number_axis, panels
from misfit.table import STARTS
from misfit.style import (
    FRACTION_LABEL,
    PHASE_COLORS,
    PHASE_LABELS,
    SERIES,
    UNIT_INTERVAL,
    bold_line,
    line_color,
    marker,
    styled,
    trim,
)

_MOST_POINTS = 6
#: samples of a chain above which means of blocks are drawn over them, and how many blocks
_MANY_SAMPLES, _BLOCKS = 80, 40


@styled
def chains(record: EquilibriumRecord) -> Figure:
    """f_U of every chain against sweeps, at up to six points; the energy if f_U never changes.

    Colours and lines tell the starts apart. Thin: samples; bold: means of blocks of them. The point where
    chains disagree most is among those shown; where they differ by more than 4 standard errors the panel
    says so. Raises RecordError when no chain is finished.
    """
    return alone(ChainsSheet(record), record)


class ChainsSheet(Sheet):
    """A panel for each of several points."""

    lines = 1

    def __init__(self, record: EquilibriumRecord) -> None:
        finished = [point for point in in_order(record) if point.is_finished and len(point.sweep) > 0]
        if not finished:
            raise RecordError(f"{record.path}: no chain is finished yet: nothing to draw")
        self.record = record
        self.name = _what_varies(finished)
        self.points = _pick(record, finished, self.name)
        self.count = len(self.points)
        self.left_out = share_text(self.count, len(finished), "points")

    def fill(self, part: Part, lines: int) -> None:
        all_axes = panels(part, self.count, lines, shared=False)
        for axes, point in zip(all_axes, self.points):
            self._draw(axes, point)
        label = r"$f_U$" if self.name == "f_U" else energy_label(self.record.parameters)
        label_panels(all_axes, _sweep_label(self.points), label)
        starts = list(dict.fromkeys(start for point in self.points for start in point.chains.start))
        handles = [Line2D([], [], linewidth=1.3, label=start_text(s), **_style(s)) for s in starts]
        add_key(part, handles, lines - 1, columns=len(handles))

    def _draw(self, axes: Axes, point: Point) -> None:
        values = point.observables[self.name]
        for start, samples in zip(point.chains.start, values):
            _trace(axes, point.sweep, samples, _style(start))
        # What is a stage's own goes without saying where there is no room for it.
        keys = point.values if len(point.values) <= 2 else self.record.sweep
        values = {key: point.values[key] for key in keys}
        axes.set_title(phrases(values, self.record.parameters), pad=3)
        _sweep_axis(axes, point, self.points)
        disagreement = _disagreement(self.record, self.name)[point.number]
        if disagreement > DISAGREEMENT_LIMIT:
            low, high = axes.get_ylim()
            axes.set_ylim(low, high + 0.25 * (high - low))  # room above the curves
            who = "starts" if len(set(point.chains.start)) > 1 else "chains"
            axes.text(
                0.5, 0.985, f"{who} disagree by\n{disagreement:.1f} standard errors",
                transform=axes.transAxes, ha="center", va="top", fontsize=7,
            )  # fmt: skip


class CourseSheet(Sheet):
    """Phase fractions in the course of a run at one point, averaged over its chains."""

    lines = 1

    def __init__(self, record: EquilibriumRecord, point: Point) -> None:
        self.record = record
        self.point = point
        self.phases = [
            name
            for name in PHASE_COLORS
            if f"f_{name}" in point.observables
            and (name != "unclassified" or point.crystal.dimension == 3)
        ]

    def fill(self, part: Part, lines: int) -> None:
        (axes,) = panels(part, 1, lines)
        for name in self.phases:
            mean = self.point.observables[f"f_{name}"].mean(axis=0)
            sweep, mean = _blocks(self.point.sweep, mean)
            bold_line(axes, sweep, mean, line_color(name), width=1.2)
            axes.plot(sweep[:: max(len(sweep) // 6, 1)], mean[:: max(len(sweep) // 6, 1)], **marker(name))
        _sweep_axis(axes, self.point, [self.point])
        axes.set_ylim(*UNIT_INTERVAL)
        label_panels([axes], _sweep_label([self.point]), FRACTION_LABEL)
        handles = [
            Line2D([], [], color=line_color(name), label=PHASE_LABELS[name], **marker(name, line="-"))
            for name in self.phases
        ]
        add_key(part, handles, lines - 1, columns=len(handles))


def _trace(
    axes: Axes, sweep: NDArray[np.uint64], samples: NDArray[np.float64], style: dict[str, Any]
) -> None:
    if len(samples) <= _MANY_SAMPLES:
        axes.plot(sweep, samples, linewidth=1.1, **style)
        return
    # As pixels in SVG too: long chains are megabytes of path.
    axes.plot(
        sweep, samples, linewidth=0.35, alpha=0.3, color=style["color"], rasterized=True, zorder=1.5
    )
    axes.plot(*_blocks(sweep, samples), linewidth=1.3, **style)


def _blocks(
    sweep: NDArray[np.uint64], samples: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles and means of blocks of samples; the samples themselves if they are few."""
    if len(samples) <= _MANY_SAMPLES:
        return sweep.astype(np.float64), samples
    parts = np.array_split(np.arange(len(samples)), _BLOCKS)
    return (
        np.array([sweep[part].mean() for part in parts]),
        np.array([samples[part].mean() for part in parts]),
    )


def _style(start: str) -> dict[str, Any]:
    color, _, line = SERIES[STARTS.index(start) if start in STARTS else len(STARTS)]
    return {"color": color, "linestyle": line}


def _sweep_axis(axes: Axes, point: Point, points: list[Point]) -> None:
    axes.set_xlim(0, float(point.sweep[-1]) or 1.0)
    number_axis(axes.xaxis, _sweep_exponent(points), most=4)
    number_axis(axes.yaxis, 0, most=5)
    trim(axes)


def _sweep_exponent(points: list[Point]) -> int:
    """Stages may be of any length; their panels have one label."""
    return power_of_ten(max(float(point.sweep[-1]) for point in points))


def _sweep_label(points: list[Point]) -> str:
    return in_powers("sweeps after equilibration", _sweep_exponent(points))


def _what_varies(points: list[Point]) -> str:
    names = [name for name in ("f_U", "energy") if name in points[0].observables]
    if not names:
        raise RecordError("neither f_U nor energy was recorded: no chains to draw")
    for name in names:
        if any(np.ptp(point.observables[name]) > 0 for point in points):
            return name
    return names[0]


def _pick(record: EquilibriumRecord, points: list[Point], name: str) -> list[Point]:
    """Points spread over the sweep, and the one where chains disagree most instead of its neighbour."""
    chosen = evenly(points, _MOST_POINTS)
    disagreement = _disagreement(record, name)
    worst = max(points, key=lambda point: disagreement[point.number])
    if worst not in chosen and disagreement[worst.number] > DISAGREEMENT_LIMIT:
        nearest = min(range(len(chosen)), key=lambda k: abs(points.index(chosen[k]) - points.index(worst)))
        chosen[nearest] = worst
    return chosen


def _disagreement(record: EquilibriumRecord, name: str) -> NDArray[np.float64]:
    """Of the chains at every point, standard errors, [P]; 0 where it is not known."""
    average = record.averages.get(name)
    if average is None or average.disagreement is None:
        return np.zeros(len(record.points))
    return np.nan_to_num(average.disagreement, nan=0.0)
