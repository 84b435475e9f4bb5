"""Sheets of curves over a sweep: phase fractions, the susceptibility, P(f_U) at its peak, and strain."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator
from numpy.typing import NDArray

from misfit.arrangement import Arrangement, Row, arrange, evenly, share_text
from misfit.deviations import deviation_name, deviation_words
from misfit.equilibrium import Curve, EquilibriumRecord
from misfit.files import RecordError
from misfit.labels import axis_label, estimate_text, in_powers, phrases, power_of_ten, symbol
from misfit.panels import axis_of, others_of
from misfit.sheets import Part, Sheet, add_key, label_panels, number_axis, panels
from misfit.style import (
    FRACTION_LABEL,
    INK,
    PHASE_COLORS,
    PHASE_LABELS,
    SERIES,
    UNIT_INTERVAL,
    bold_line,
    line_color,
    marker,
    outline,
    trim,
)

#: panels or curves of one picture
_MOST = 6
_CHI_LABEL = r"susceptibility  $\chi = \mathrm{var}(f_U)$"
_OPEN = Line2D(
    [], [], linestyle="none", marker="o", markersize=4.4, markerfacecolor="white", markeredgecolor=INK,
    markeredgewidth=0.9, label="run too short: errors not to be trusted",
)  # fmt: skip


class FractionsSheet(Sheet):
    """Phase fractions: a panel for each value of the other keys."""

    def __init__(self, record: EquilibriumRecord) -> None:
        self.record = record
        self.arrangement = _finished_arrangement(record)
        self.rows = evenly(self.arrangement.rows, _MOST)
        self.left_out = share_text(len(self.rows), len(self.arrangement.rows), "panels")
        self.count = len(self.rows)
        # In two dimensions what is left over is the difference to 1; in three it is a third of the story.
        self.phases = [
            name
            for name in PHASE_COLORS
            if f"f_{name}" in record.averages and (name != "unclassified" or _dimension(record) == 3)
        ]
        if not self.phases:
            raise RecordError(f"{record.path}: no phase fractions: nothing to draw")
        self.is_doubtful = any(
            not _trusted(record, row, f"f_{name}").all() for row in self.rows for name in self.phases
        )
        self.lines = 1 + self.is_doubtful

    def fill(self, part: Part, lines: int) -> None:
        all_axes = panels(part, self.count, lines)
        limits = UNIT_INTERVAL if self._highest() > 0.5 else (-0.012, 0.618)
        for axes, row in zip(all_axes, self.rows):
            for name in self.phases:
                self._draw(axes, row, name)
            axes.set_ylim(*limits)
            number_axis(axes.yaxis, 0)
            axes.set_title(phrases(row.others, self.record.parameters), pad=3)
            _finish_axis(axes, self.arrangement)
        label = axis_label(self.arrangement.key, self.record.parameters)
        label_panels(all_axes, label, FRACTION_LABEL)
        handles = [
            Line2D([], [], color=line_color(name), label=PHASE_LABELS[name], **marker(name, line="-"))
            for name in self.phases
        ]
        add_key(part, handles, lines - self.lines, columns=len(handles))
        if self.is_doubtful:
            add_key(part, [_OPEN], lines - 1)

    def _highest(self) -> float:
        averages = [self.record.averages[f"f_{name}"] for name in self.phases]
        return max(float(np.nanmax(average.mean, initial=0.0)) for average in averages)

    def _draw(self, axes: Axes, row: Row, name: str) -> None:
        x, points = _shown(self.record, row)
        average = self.record.averages[f"f_{name}"]
        curve = _curve(row, f"f_{name}")
        if curve is None:
            bold_line(axes, x, average.mean[points], line_color(name), width=0.8)
        else:
            assert row.transition is not None
            _band(axes, row.transition.x, curve, line_color(name))
            bold_line(axes, row.transition.x, curve.value, line_color(name), width=1.2)
        _draw_points(
            axes, x, average.mean[points], average.standard_error[points],
            _trusted(self.record, row, f"f_{name}"), marker(name),
        )  # fmt: skip


class _AverageSheet(Sheet):
    """One average over the axis: a curve for each value of the other keys, with points and errors."""

    floor = 0.0  #: where the axis begins, as a share of the highest value

    def __init__(self, record: EquilibriumRecord, name: str, label: str) -> None:
        self.record = record
        self.name = name
        self.label = label
        self.arrangement = _finished_arrangement(record)
        self.average = record.averages[name]
        self.rows = evenly(self.arrangement.rows, _MOST)
        self.left_out = share_text(len(self.rows), len(self.arrangement.rows), "curves")
        self.is_doubtful = any(not _trusted(record, row, name).all() for row in self.rows)
        self.entries = [self._entry(row) for row in self.rows]
        self.lines = sum(bool(entry) for entry in self.entries) + self.is_doubtful

    def fill(self, part: Part, lines: int) -> None:
        (axes,) = panels(part, 1, lines)
        highest = max([self._draw(axes, row, k) for k, row in enumerate(self.rows)], default=0.0)
        axes.set_ylim(self.floor * highest, 1.08 * highest or 1.0)
        exponent = power_of_ten(highest)
        number_axis(axes.yaxis, exponent)
        _finish_axis(axes, self.arrangement)
        label = axis_label(self.arrangement.key, self.record.parameters)
        label_panels([axes], label, in_powers(self.label, exponent))
        handles = [_series_handle(k, entry) for k, entry in enumerate(self.entries) if entry]
        handles += [_OPEN] * self.is_doubtful
        if handles:
            add_key(part, handles, lines - self.lines)

    def _draw(self, axes: Axes, row: Row, k: int) -> float:
        """Draws one curve; returns its highest value, errors included."""
        color, _, line = SERIES[k]
        x, points = _shown(self.record, row)
        mean, error = self.average.mean[points], self.average.standard_error[points]
        axes.plot(x, mean, color=color, linestyle=line, linewidth=1.0)
        keywords = _series_marker(k) | {"linestyle": "none"}
        _draw_points(axes, x, mean, error, _trusted(self.record, row, self.name), keywords)
        return float(np.nanmax(mean + np.nan_to_num(error), initial=0.0))

    def _entry(self, row: Row) -> str:
        """What the key says of a curve."""
        return phrases(row.others, self.record.parameters)


class SusceptibilitySheet(_AverageSheet):
    """chi over the axis: a curve for each value of the other keys."""

    floor = -0.03

    def __init__(self, record: EquilibriumRecord) -> None:
        super().__init__(record, "f_U", _CHI_LABEL)

    def _draw(self, axes: Axes, row: Row, k: int) -> float:
        """Draws one curve; returns its highest value, errors included."""
        color, _, line = SERIES[k]
        x, points = _shown(self.record, row)
        average = self.average
        chi, error = average.variance[points], average.variance_error[points]
        tops = [np.max(chi + np.nan_to_num(error), initial=0.0, where=np.isfinite(chi))]
        curve = _curve(row, "chi")
        if curve is None:
            axes.plot(x, chi, color=color, linestyle=line, linewidth=1.0)
        else:
            transition = row.transition
            assert transition is not None
            _band(axes, transition.x, curve, color)
            axes.plot(transition.x, curve.value, color=color, linestyle=line, linewidth=1.2)
            tops.append(np.nanmax(curve.value + np.nan_to_num(curve.standard_error), initial=0.0))
            if transition.peak_inside:
                place, width = transition.peak_place
                if np.isfinite(width):
                    axes.axvspan(place - width, place + width, color=color, alpha=0.18, linewidth=0)
                axes.axvline(place, color=color, linewidth=0.7, linestyle=line, zorder=1)
        keywords = _series_marker(k) | {"linestyle": "none"}
        _draw_points(axes, x, chi, error, _trusted(self.record, row, self.name), keywords)
        return float(max(tops))

    def _entry(self, row: Row) -> str:
        said = [phrases(row.others, self.record.parameters)] if row.others else []
        if row.transition is not None:
            if row.transition.peak_inside:
                name = symbol(self.arrangement.key, self.record.parameters)
                said.append(f"peak at {name} = {estimate_text(*row.transition.peak_place)}")
            else:
                said.append("largest at an end of the ladder")
        return ": ".join(said)


class StrainSheet(_AverageSheet):
    """The rms local deviation over the axis."""

    def __init__(self, record: EquilibriumRecord) -> None:
        dimension = _dimension(record)
        name, letter = deviation_words(dimension)
        label = rf"rms {name} deviation  $\langle{letter}^2\rangle^{{1/2}}$"
        super().__init__(record, f"{deviation_name(dimension)}_rms", label)


class OthersSheet(Sheet):
    """Observables that no other picture shows: a panel for each, and in it a curve for each value of the other keys."""

    is_titled = True

    def __init__(self, record: EquilibriumRecord) -> None:
        self.record = record
        self.arrangement = _finished_arrangement(record)
        self.rows = evenly(self.arrangement.rows, _MOST)
        self.left_out = share_text(len(self.rows), len(self.arrangement.rows), "curves")
        groups = others_of(record, record.averages)
        self.columns = [(panel, name) for panel, names in groups.items() for name in names]
        self.count = len(self.columns)
        self.entries = [phrases(row.others, record.parameters) for row in self.rows]
        self.is_doubtful = any(not _trusted(record, row, name).all() for row in self.rows for _, name in self.columns)
        self.lines = sum(bool(entry) for entry in self.entries) + self.is_doubtful

    def fill(self, part: Part, lines: int) -> None:
        all_axes = panels(part, self.count, lines, shared=False, titled=self.is_titled)
        for axes, (panel, name) in zip(all_axes, self.columns):
            average = self.record.averages[name]
            for k, row in enumerate(self.rows):
                x, points = _shown(self.record, row)
                axes.plot(x, average.mean[points], color=SERIES[k][0], linestyle=SERIES[k][2], linewidth=1.0)
                _draw_points(
                    axes, x, average.mean[points], average.standard_error[points],
                    _trusted(self.record, row, name), _series_marker(k) | {"linestyle": "none"},
                )  # fmt: skip
            axes.set_title(self.record.columns[name].label or name, pad=3)
            axes.set_ylabel(axis_of(self.record, panel, name))
            axes.set_xlabel(axis_label(self.arrangement.key, self.record.parameters), labelpad=2)
            _finish_axis(axes, self.arrangement)
        handles = [_series_handle(k, entry) for k, entry in enumerate(self.entries) if entry]
        handles += [_OPEN] * self.is_doubtful
        if handles:
            add_key(part, handles, lines - self.lines)


class DistributionSheet(Sheet):
    """P(f_U) at the peak of chi: a curve for each ladder with a transition."""

    def __init__(self, record: EquilibriumRecord) -> None:
        self.record = record
        self.arrangement = arrange(record)
        there = rows_with_distribution(self.arrangement)
        self.rows = evenly(there, _MOST)
        self.left_out = share_text(len(self.rows), len(there), "distributions")
        if not self.rows:
            raise RecordError(f"{record.path}: no ladder with a transition: no distribution to draw")
        self.lines = len(self.rows)

    def fill(self, part: Part, lines: int) -> None:
        (axes,) = panels(part, 1, lines)
        handles = []
        numbers = {id(row): k for k, row in enumerate(evenly(self.arrangement.rows, _MOST))}
        for k, row in enumerate(self.rows):
            color, _, line = SERIES[numbers.get(id(row), k)]  # as in the susceptibility
            assert row.transition is not None and row.transition.distribution is not None
            density = row.transition.distribution
            _band(axes, density.center, Curve(density.value, density.standard_error), color)
            style: dict[str, Any] = {"color": color, "linestyle": line, "linewidth": 1.2}
            axes.plot(density.center, density.value, **style)
            handles.append(Line2D([], [], label=self._entry(row), **style))
        axes.set_ylim(bottom=0)
        trim(axes)
        label_panels([axes], "unstructured fraction  $f_U$", "density  $P(f_U)$")
        add_key(part, handles, lines - self.lines)

    def _entry(self, row: Row) -> str:
        assert row.transition is not None
        name = symbol(self.arrangement.key, self.record.parameters)
        place = f"at {name} = {estimate_text(*row.transition.peak_place)}"
        return ", ".join(filter(None, [phrases(row.others, self.record.parameters), place]))


def _finished_arrangement(record: EquilibriumRecord) -> Arrangement:
    arrangement = arrange(record)
    if not any(point.is_finished for point in record.points):
        raise RecordError(f"{record.path}: no chain is finished yet: nothing to draw")
    return arrangement


def rows_with_distribution(arrangement: Arrangement) -> list[Row]:
    """The rows whose transition has a distribution at its peak."""
    return [
        row for row in arrangement.rows
        if row.transition is not None and row.transition.distribution is not None
    ]  # fmt: skip


def _dimension(record: EquilibriumRecord) -> int:
    return next(point.crystal.dimension for point in record.points if point.is_finished)


def _shown(record: EquilibriumRecord, row: Row) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Places and numbers of the points of a row whose chains are finished."""
    finished = np.array([record.points[p].is_finished for p in row.points], dtype=bool)
    return row.x[finished], row.points[finished]


def _trusted(record: EquilibriumRecord, row: Row, name: str) -> NDArray[np.bool_]:
    """Which of the points shown ran long enough for this average."""
    _, points = _shown(record, row)
    long_enough = record.averages[name].long_enough
    return np.ones(len(points), dtype=bool) if long_enough is None else long_enough[points]


def _curve(row: Row, name: str) -> Curve | None:
    return None if row.transition is None else row.transition.curves.get(name)


def _band(axes: Axes, x: NDArray[np.float64], curve: Curve, color: str) -> None:
    low, high = curve.value - curve.standard_error, curve.value + curve.standard_error
    axes.fill_between(x, low, high, color=color, alpha=0.35, linewidth=0, zorder=1.5)


def _draw_points(
    axes: Axes,
    x: NDArray[np.float64],
    value: NDArray[np.float64],
    error: NDArray[np.float64],
    trusted: NDArray[np.bool_],
    keywords: dict[str, Any],
) -> None:
    """Markers with error bars; open where the error is not to be trusted."""
    axes.errorbar(
        x, value, error, fmt="none", ecolor="black", elinewidth=0.7, capsize=1.8, capthick=0.7, zorder=4
    )
    if trusted.any():
        axes.plot(x[trusted], value[trusted], zorder=5, **keywords)
    if not trusted.all():
        hollow = {
            "markerfacecolor": "white",
            "markeredgecolor": keywords["markerfacecolor"],
            "markeredgewidth": 1.1,
            "path_effects": outline(1.1),  # pale colours must be seen on white
        }
        axes.plot(x[~trusted], value[~trusted], zorder=5, **keywords | hollow)


def _series_handle(k: int, label: str) -> Line2D:
    color, _, line = SERIES[k]
    return Line2D([], [], label=label, color=color, linestyle=line, linewidth=1.2, **_series_marker(k))


def _series_marker(k: int) -> dict[str, Any]:
    return {
        "marker": SERIES[k][1],
        "markersize": 4.4,
        "markerfacecolor": SERIES[k][0],
        "markeredgecolor": "black",
        "markeredgewidth": 0.6,
    }


def _finish_axis(axes: Axes, arrangement: Arrangement) -> None:
    """Numbers and limits of the horizontal axis, the same in all panels."""
    every = np.concatenate([row.x for row in arrangement.rows])
    margin = 0.04 * np.ptp(every) if arrangement.labels is None else 0.4
    axes.set_xlim(every.min() - (margin or 0.5), every.max() + (margin or 0.5))
    if arrangement.labels is not None:
        axes.xaxis.set_major_locator(FixedLocator(range(len(arrangement.labels))))
        axes.set_xticklabels(arrangement.labels)
    else:
        whole = bool((every == every.round()).all())
        number_axis(axes.xaxis, 0, integer=whole)
    trim(axes)
