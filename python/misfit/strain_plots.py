"""Strain of a record over time and over the crystal (paper, Fig. 7), and profiles c(z) (Fig. 10B, D)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from misfit.deviations import draw_deviations
from misfit.record import Record, RecordError
from misfit.snapshots import Snapshot, pick_snapshots
from misfit.strain import Strain
from misfit.style import (
    DOUBLE_COLUMN,
    MEAN_COLOR,
    SERIES,
    SINGLE_COLUMN,
    SPECIES_COLORS,
    TIME_LABEL,
    bold_line,
    letter_panels,
    styled,
    thin_lines,
    time_text,
    trim,
)

__all__ = ["draw_profiles", "profile", "strain"]

#: compositions at which profiles are drawn
_COMPOSITIONS = (0.8, 0.6, 0.4, 0.2, 0.05)
_AXES = ("x", "y", "z")


@styled
def strain(
    record: Record, times: Sequence[float] | None = None, trajectory: int = 0
) -> Figure:
    """rms of the local deviations about their mean over time; above it maps at some times.

    Maps are those of `misfit.snapshots.pick_snapshots`, of one trajectory, and need the compiled module;
    see `misfit.deviations`. Raises RecordError when strain was not measured.
    """
    name = _measured(record)
    maps = _maps(record, times, trajectory)
    if maps is None:
        figure = Figure(figsize=(SINGLE_COLUMN, 2.5))
        _draw_rms(figure.add_axes((0.17, 0.17, 0.80, 0.76)), record, name)
        return figure
    chosen, values = maps
    figure = Figure(figsize=(DOUBLE_COLUMN, 2.3 + 2.3))
    above, below = figure.subfigures(2, 1)
    draw_deviations(above, record.crystal, values, [each.title for each in chosen])
    _draw_rms(below.add_axes((0.09, 0.18, 0.86, 0.76)), record, name)
    letter_panels([above, below])
    return figure


@styled
def profile(record: Record) -> Figure:
    """Mean composition profile over the trajectories at several times, chosen by composition.

    Raises RecordError when no profile was measured or no trajectory is finished.
    """
    axis, layers = _profile_columns(record)
    values = np.array([record.mean(name)[0] for name in layers])  # [layers, S]
    composition = record.mean("composition")[0]
    samples = sorted({int(np.abs(composition - c).argmin()) for c in _COMPOSITIONS})
    figure = Figure(figsize=(SINGLE_COLUMN, 3.0))
    axes = figure.add_axes((0.15, 0.15, 0.56, 0.8))
    labels = [f"${time_text(float(record.elapsed[k]))}$" for k in samples]
    draw_profiles(axes, [values[:, k] for k in samples], labels, axis)
    axes.get_legend().set_title("$t$", prop={"size": 7})
    return figure


def draw_profiles(
    axes: Axes, profiles: Sequence[NDArray[np.float64]], labels: Sequence[str], axis: str = "z"
) -> None:
    """c(z), z upwards as in rods that stand beside it."""
    for k, (values, label) in enumerate(zip(profiles, labels)):
        color, _, line = SERIES[k]
        axes.plot(
            values, np.arange(1, len(values) + 1), color=color, linestyle=line, linewidth=1.1, label=label
        )
    axes.axvline(1.0, color="#9a9a9a", linewidth=0.8)
    axes.set_xlim(-0.02, 1.03)
    axes.set_ylim(0, len(profiles[0]) + 1)
    axes.set_xlabel(f"composition  $c({axis})$", labelpad=2)
    axes.set_ylabel(f"${axis}$  [layers]" if axis == "y" else f"${axis}$  [lattice spacings]", labelpad=2)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), borderaxespad=0.3, handlelength=2.4)
    trim(axes)


def _measured(record: Record) -> str:
    for name in ("area_deviation_std", "volume_deviation_std"):
        if name in record.observables:
            return name
    raise RecordError(f"{record.path}: strain was not measured ([observables] strain = true)")


def _profile_columns(record: Record) -> tuple[str, list[str]]:
    """The axis, and the names of its columns in order."""
    for axis in _AXES:
        count = sum(name.startswith(f"profile_{axis}_") for name in record.observables)
        if count > 0:
            return axis, [f"profile_{axis}_{k}" for k in range(count)]
    raise RecordError(f"{record.path}: no profile was measured ([observables] profile)")


def _maps(
    record: Record, times: Sequence[float] | None, trajectory: int
) -> tuple[list[Snapshot], NDArray[np.float64]] | None:
    """Frames, and their deviations about the mean of interior sites; none where they cannot be had."""
    if len(record.sigma_time) == 0:
        return None
    chosen = pick_snapshots(record, times, trajectory)
    try:
        springs = Strain(record.crystal, float(record.parameters["observables.mismatch"]))
    except ImportError:  # the package without its compiled module
        return None
    values = springs.local_deviation(np.array([each.sigma for each in chosen]))
    return chosen, values - values[:, record.crystal.interior].mean(axis=1, keepdims=True)


def _draw_rms(axes: Axes, record: Record, name: str) -> None:
    values = record.observables[name]
    thin_lines(axes, record.elapsed, values, SPECIES_COLORS["A"])
    bold_line(axes, record.elapsed, values.mean(axis=0), MEAN_COLOR, width=1.4)
    changing = np.flatnonzero((values > 1e-6 * values.max()).any(axis=0))
    last = record.elapsed[min(int(changing.max(initial=0)) + 1, len(record.elapsed) - 1)]
    axes.set_xlim(0, float(last) or 1.0)
    axes.set_ylim(0, 1.08 * float(values.max()) or 1.0)
    axes.set_xlabel(TIME_LABEL, labelpad=2)
    symbol = "A" if name.startswith("area") else "V"
    axes.set_ylabel(rf"rms {name.split('_')[0]} deviation  $\langle\Delta {symbol}^2\rangle^{{1/2}}$")
    trim(axes)
