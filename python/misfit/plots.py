"""Curves of a record: composition, phase fractions, and the overview (paper, Figs. 2 and 4D)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import FixedLocator, NullLocator
from numpy.typing import NDArray

from misfit.labels import estimate_text
from misfit.phases import phase_fractions
from misfit.record import Record, RecordError, mean_and_error
from misfit.snapshots import draw_snapshots, pick_snapshots, snapshot_height, snapshots
from misfit.style import (
    COMPOSITION_LABEL,
    DOUBLE_COLUMN,
    FRACTION_LABEL,
    INK,
    MEAN_COLOR,
    PHASE_COLORS,
    PHASE_LABELS,
    SINGLE_COLUMN,
    SPECIES_COLORS,
    TIME_LABEL,
    UNIT_INTERVAL,
    bold_line,
    letter_panels,
    line_color,
    marker,
    styled,
    thin_lines,
    trim,
)

__all__ = ["composition", "overview", "phases", "snapshots"]

#: places of an inset, by choice: above a curve that falls at once, below one that stays, and the room that its numbers
#: take at the left and below; shares of the axes
_CORNERS = ((0.44, 0.42, 0.54, 0.54), (0.44, 0.50, 0.54, 0.46), (0.44, 0.13, 0.54, 0.40))
_NUMBERS_WIDE, _NUMBERS_HIGH = 0.15, 0.12


@dataclass(frozen=True)
class Series:
    """Scalars over time, from the observables or, where there are none, from sigma."""

    time: NDArray[np.float64]  #: since the run began, [S]
    composition: NDArray[np.float64]  #: [T, S]
    fractions: dict[str, NDArray[np.float64]]  #: by phase, [T, S]
    switches: NDArray[np.float64]  #: when stages after the first begin

    @property
    def until(self) -> float:
        """When the last trajectory has come to its end, with a little room."""
        if len(self.switches) > 0:  # without exchange the composition is still, the crystal is not
            return float(self.time[-1])
        changing = (self.composition != self.composition[:, -1:]).any(axis=0)
        last = min(int(np.flatnonzero(changing).max(initial=-1)) + 1, len(self.time) - 1)
        return float(min(1.05 * self.time[last], self.time[-1]))


def series_of(record: Record) -> Series:
    if len(record.trajectories) == 0:
        raise RecordError(f"{record.path}: no trajectory is finished yet: nothing to draw")
    switches = record.stage_starts[1:]
    if len(record.time) > 0 and "composition" in record.observables:
        fractions = {
            name: record.observables[f"f_{name}"]
            for name in PHASE_COLORS
            if f"f_{name}" in record.observables
        }
        return Series(record.elapsed, record.observables["composition"], fractions, switches)
    if len(record.sigma_time) > 0:
        sigma = np.asarray(record.sigma)
        fractions = phase_fractions(record.crystal, sigma)
        return Series(
            record.sigma_elapsed,
            (sigma > 0).mean(axis=-1),
            {name.removeprefix("f_"): values for name, values in fractions.items()},
            switches,
        )
    raise RecordError(f"{record.path}: neither scalars nor frames of sigma: nothing to draw")


@styled
def composition(record: Record) -> Figure:
    """c(t): single trajectories thin, mean bold, band of the standard error; inset on a logarithmic axis.

    The inset has log time for a model with interactions, log composition for one without (Fig. 2).
    Raises RecordError when there is nothing to draw.
    """
    figure = Figure(figsize=(SINGLE_COLUMN, 2.5))
    axes = figure.add_axes([0.15, 0.17, 0.82, 0.76])
    _draw_composition(axes, record, series_of(record))
    _say_if_unfinished(figure, record)
    return figure


@styled
def phases(record: Record) -> Figure:
    """f(t) of every phase, on linear time (Fig. 4D) and on logarithmic time.

    Raises RecordError when there is nothing to draw.
    """
    series = series_of(record)
    figure = Figure(figsize=(DOUBLE_COLUMN, 2.6))
    linear = figure.add_axes([0.072, 0.16, 0.415, 0.70])
    logarithmic = figure.add_axes([0.565, 0.16, 0.415, 0.70])
    _draw_phases(linear, record, series)
    _draw_phases(logarithmic, record, series, log_time=True)
    _add_phase_legend(linear, figure)
    letter_panels([linear, logarithmic])
    _say_if_unfinished(figure, record)
    return figure


@styled
def overview(record: Record) -> Figure:
    """One sheet: snapshots, below them c(t) and f(t).

    A record without frames of sigma gives the lower half alone. Raises RecordError when there is nothing
    to draw.
    """
    series = series_of(record)
    curves_height = 2.75
    if len(record.sigma_time) > 0:
        chosen = pick_snapshots(record)
        pictures_height = snapshot_height(record, chosen)
        figure = Figure(figsize=(DOUBLE_COLUMN, pictures_height + curves_height))
        above, below = figure.subfigures(2, 1, height_ratios=[pictures_height, curves_height])
        draw_snapshots(above, record, chosen)
    else:
        figure = Figure(figsize=(DOUBLE_COLUMN, curves_height))
        above = below = figure.subfigures(1, 1)
    left = below.add_axes([0.072, 0.15, 0.41, 0.725])
    right = below.add_axes([0.565, 0.15, 0.415, 0.725])
    _draw_composition(left, record, series)
    _draw_phases(right, record, series)
    _add_phase_legend(right)
    letter_panels([left, right] if above is below else [above, left, right])
    _say_if_unfinished(above, record)
    return figure


def _draw_composition(axes: Axes, record: Record, series: Series) -> None:
    _composition_curves(axes, series, width=1.4)
    linear_time(axes, series)
    axes.set_ylim(*UNIT_INTERVAL)
    axes.set_ylabel(COMPOSITION_LABEL)

    _mark_completion(axes, record)
    place = _free_corner(axes, series)
    if place is None:
        return
    inset = axes.inset_axes(place)
    _composition_curves(inset, series, width=1.0)
    if _interacts(record):
        logarithmic_time(inset, series, most_ticks=4)
        inset.set_ylim(*UNIT_INTERVAL)
        inset.set_yticks([0, 0.5, 1])
    else:
        linear_time(inset, series)
        mean = series.composition.mean(axis=0)
        inset.set_yscale("log", nonpositive="mask")
        inset.set_ylim(0.7 * mean[mean > 0].min(initial=1.0), 1.3)
        inset.yaxis.set_minor_locator(NullLocator())
    inset.set_xlabel("")


def _free_corner(axes: Axes, series: Series) -> tuple[float, float, float, float] | None:
    """Where an inset with its numbers covers no curve, as shares of the axes; None if there is no such place."""
    low, high = UNIT_INTERVAL
    left, right = axes.get_xlim()
    x = (series.time - left) / (right - left)
    curves = (series.composition - low) / (high - low)
    for place in _CORNERS:
        begin, end = place[0] - _NUMBERS_WIDE, place[0] + place[2]
        # A curve passes between samples too: those on either side count.
        first, last = np.searchsorted(x, begin) - 1, np.searchsorted(x, end) + 1
        there = curves[:, max(int(first), 0) : int(last)]
        if there.max() < place[1] - _NUMBERS_HIGH or there.min() > place[1] + place[3]:
            return place
    return None


def _mark_completion(axes: Axes, record: Record) -> None:
    """A line where exchange is complete on the average, with its error; or how many got there."""
    completion = record.completion_time()
    if completion is None or not completion.reached.any():
        return
    goal = rf"$c = {completion.composition:.3g}$"
    if not completion.reached.all():
        reached = f"{int(completion.reached.sum())} of {len(completion.time)} reach {goal}"
        axes.text(1.0, 1.02, reached, transform=axes.transAxes, ha="right", va="bottom", fontsize=7, color=INK)
        return
    mean, error = completion.mean, completion.standard_error
    time = float(mean + record.stage_starts[completion.stage - 1])
    left, right = axes.get_xlim()
    is_late = time > 0.5 * (left + right)
    axes.plot([time, time], [completion.composition, 0.24], color=INK, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.annotate(
        f"{goal} at {estimate_text(mean, error)}", (time, 0.24), xytext=(-3 if is_late else 3, -1),
        textcoords="offset points", ha="right" if is_late else "left", va="top", fontsize=7, color=INK,
    )  # fmt: skip


def _draw_phases(axes: Axes, record: Record, series: Series, log_time: bool = False) -> None:
    # In two dimensions what is left over is the difference to 1; in three it is a third of the story.
    shown = {
        name: values
        for name, values in series.fractions.items()
        if name != "unclassified" or record.crystal.dimension == 3
    }
    for name, values in shown.items():
        thin_lines(axes, series.time, values, line_color(name))
    first = first_time(series, shown) if log_time else 0.0
    for number, (name, values) in enumerate(shown.items()):
        mean = values.mean(axis=0)
        bold_line(axes, series.time, mean, line_color(name), width=1.4)
        marked = _marked(series, mean, number / len(shown), first)
        axes.plot(series.time[marked], mean[marked], **marker(name))
        axes.plot([], [], color=line_color(name), label=PHASE_LABELS[name], **marker(name, line="-"))
    if log_time:
        logarithmic_time(axes, series, most_ticks=7, first=first)
    else:
        linear_time(axes, series)
    axes.set_ylim(*UNIT_INTERVAL)
    axes.set_ylabel(FRACTION_LABEL)


def _composition_curves(axes: Axes, series: Series, width: float) -> None:
    color = SPECIES_COLORS["A"]
    thin_lines(axes, series.time, series.composition, color)
    mean, error = mean_and_error(series.composition)
    axes.fill_between(
        series.time, mean - error, mean + error, color=color, alpha=0.35, linewidth=0
    )
    bold_line(axes, series.time, mean, MEAN_COLOR, width)


def _interacts(record: Record) -> bool:
    """False if neither the elastic nor the Ising term is there; true also when the record does not say."""
    return bool(
        record.parameters.get("model.epsilon", 1.0) or record.parameters.get("model.J", 1.0)
    )


def _marked(
    series: Series, mean: NDArray[np.float64], stagger: float, first: float, count: int = 7
) -> list[int]:
    """Samples that carry a marker: evenly spaced on the axis where the curve is off zero, staggered from
    curve to curve; else its highest. The axis is logarithmic if `first` is above 0."""
    even = (np.arange(count) + stagger) / count
    if first > 0:
        places = first * (max(series.until, first) / first) ** even
    else:
        places = series.until * even
    samples = {int(np.abs(series.time - place).argmin()) for place in places}
    if mean.max() > 0.03 and all(mean[sample] <= 0.03 for sample in samples):
        return [int(mean.argmax())]
    return sorted(sample for sample in samples if mean[sample] > 0.03)


def first_time(series: Series, shown: dict[str, NDArray[np.float64]]) -> float:
    """Where a logarithmic axis starts: a decade before phases other than the first appear (1 %)."""
    positive = series.time[series.time > 0]
    if len(positive) < 2:
        return 0.0
    later = [values.mean(axis=0) for name, values in shown.items() if name not in ("U1", "unclassified")]
    appeared = (np.max(later, axis=0, initial=0.0) > 0.01) if later else np.zeros(0, dtype=bool)
    if not appeared.any():
        return float(positive[0])
    return float(max(positive[0], 0.1 * series.time[appeared.argmax()]))


def linear_time(axes: Axes, series: Series) -> None:
    axes.set_xlim(0, series.until or 1.0)
    for switch in series.switches:
        axes.axvline(switch, color=INK, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1.5)
    axes.set_xlabel(TIME_LABEL, labelpad=2)
    trim(axes)


def logarithmic_time(
    axes: Axes, series: Series, most_ticks: int, first: float | None = None
) -> None:
    """Logarithmic from `first` or the first time above 0; linear if there are not two of them."""
    positive = series.time[series.time > 0]
    if len(positive) < 2:
        linear_time(axes, series)
        return
    low = first or positive[0]
    high = max(series.until, positive[1])
    axes.set_xscale("log", nonpositive="mask")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator(_decades(low, high, most_ticks)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(TIME_LABEL, labelpad=2)
    trim(axes)


def _decades(low: float, high: float, most: int) -> list[float]:
    """Powers of ten from low to high, at most so many, their exponents multiples of 1, 2, 5 or 10."""
    first, last = int(np.ceil(np.log10(low))), int(np.floor(np.log10(high)))
    exponents: list[int] = []
    for step in (1, 2, 5, 10, 20):
        exponents = [exponent for exponent in range(first, last + 1) if exponent % step == 0]
        if len(exponents) <= most:
            break
    return [10.0**exponent for exponent in exponents]


def _add_phase_legend(axes: Axes, over: Figure | None = None) -> None:
    """One key for the phases, in a line above the panel, or above all panels of a figure."""
    handles, labels = axes.get_legend_handles_labels()
    if over is not None:
        over.legend(
            handles, labels, loc="upper center", ncol=len(labels), borderaxespad=0.2, columnspacing=2
        )
    else:
        axes.legend(
            handles, labels, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=len(labels), borderaxespad=0.1,
            columnspacing=1.0, handlelength=1.8,
        )  # fmt: skip


def _say_if_unfinished(figure: Figure | SubFigure, record: Record) -> None:
    if not record.complete:
        figure.suptitle(
            f"unfinished: {len(record.trajectories)} of {record.planned_trajectories} trajectories",
            x=0.01, y=0.995, ha="left", va="top", fontsize=7, color=INK, style="italic",
        )  # fmt: skip
