"""Several ensembles laid over each other: means of composition and phase fractions over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from misfit.panels import axis_of, others_of
from misfit.plots import Series, first_time, linear_time, logarithmic_time, series_of
from misfit.record import Record, RecordError, mean_and_error
from misfit.style import (
    COMPOSITION_LABEL,
    DOUBLE_COLUMN,
    PHASE_COLORS,
    SERIES,
    UNIT_INTERVAL,
    letter_panels,
    styled,
)

#: of what is laid over each other; more cannot be told apart
MOST_RUNS = len(SERIES)
#: markers on a curve
_MARKS = 6


@styled
def comparison(records: Mapping[str, Record], log_time: bool = False, remark: str = "") -> Figure:
    """c(t), f(t) of every phase, and observables that no other picture shows, a panel each, a curve for each record by its
    label; bands are standard errors. The remark stands over the key.

    Raises RecordError for more than six records, and when there is nothing to draw.
    """
    if len(records) > MOST_RUNS:
        raise RecordError(f"{len(records)} runs in one picture: at most {MOST_RUNS} can be told apart")
    every = {label: series_of(record) for label, record in records.items()}
    others = _others(records)
    names = [*_panel_names(records, every), *others]
    columns = 3
    rows = -(-(len(names) + 1) // columns)  # the last is the key
    figure = Figure(figsize=(DOUBLE_COLUMN, 0.25 + 1.9 * rows), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.06, h_pad=0.05)  # type: ignore[union-attr]
    places = figure.subplots(rows, columns, squeeze=False).ravel()
    until = max(series.until for series in every.values())
    start = min(first_time(series, series.fractions) for series in every.values())
    for axes, name in zip(places, names):
        span = (start, until) if log_time else (0.0, until)
        for number, (record, series) in enumerate(zip(records.values(), every.values())):
            if name in others:
                if name in record.observables:
                    _draw(axes, record.elapsed, record.observables[name], number, span)
            elif name in ("composition", *series.fractions):
                values = series.composition if name == "composition" else series.fractions[name]
                _draw(axes, series.time, values, number, span)
        _finish(axes, name, every, until, start if log_time else 0.0, others.get(name))
    for axes in places[len(names) :]:
        axes.axis("off")
    letter_panels(list(places[: len(names)]))
    handles = [
        Line2D([], [], label=_entry(label, record), **_style(k))
        for k, (label, record) in enumerate(records.items())
    ]
    key = places[len(names)].legend(
        handles=handles, loc="center left", bbox_to_anchor=(-0.16, 0.5), handlelength=3.2, labelspacing=0.9,
        title=remark or None, title_fontsize=7, alignment="left",
    )
    key.set_in_layout(False)  # its texts may be long
    return figure


def _panel_names(records: Mapping[str, Record], every: Mapping[str, Series]) -> list[str]:
    # In two dimensions what is left over is the difference to 1; in three it is a third of the story.
    is_flat = all(record.crystal.dimension == 2 for record in records.values())
    there = {name for series in every.values() for name in series.fractions}
    phases = [name for name in PHASE_COLORS if name in there and not (name == "unclassified" and is_flat)]
    return ["composition", *phases]


def _others(records: Mapping[str, Record]) -> dict[str, str]:
    """Labels of the axes of observables that no other picture shows, by name."""
    return {
        name: axis_of(record, record.columns[name].label or name, name)
        for record in records.values()
        for columns in others_of(record, record.observables).values()
        for name in columns
    }


def _style(number: int) -> dict[str, Any]:
    color, mark, line = SERIES[number]
    return {
        "color": color, "linestyle": line, "linewidth": 1.3, "marker": mark, "markersize": 4.0,
        "markerfacecolor": color, "markeredgecolor": "black", "markeredgewidth": 0.5,
    }  # fmt: skip


def _draw(
    axes: Axes, time: NDArray[np.float64], values: NDArray[np.float64], number: int, span: tuple[float, float]
) -> None:
    mean, error = mean_and_error(values)
    style = _style(number)
    axes.fill_between(time, mean - error, mean + error, color=style["color"], alpha=0.3, linewidth=0)
    even = (np.arange(_MARKS) + (number + 0.5) / MOST_RUNS) / _MARKS
    marks = span[0] * (span[1] / span[0]) ** even if span[0] > 0 else span[1] * even
    samples = sorted({int(np.abs(time - place).argmin()) for place in marks})
    axes.plot(time, mean, markevery=samples, **style)


def _finish(axes: Axes, name: str, every: Mapping[str, Series], until: float, start: float, label: str | None) -> None:
    longest = max(every.values(), key=lambda series: series.until)
    if start > 0:
        logarithmic_time(axes, longest, most_ticks=4, first=start)
    else:
        linear_time(axes, longest)
        axes.set_xlim(0, until or 1.0)
    if label is not None:
        axes.set_ylabel(label)
    elif name == "composition":
        axes.set_ylim(*UNIT_INTERVAL)
        axes.set_ylabel(COMPOSITION_LABEL)
    else:
        axes.set_ylim(bottom=-0.02 * axes.get_ylim()[1])
        axes.set_ylabel(rf"$f_{{{name[0]}_{name[1]}}}$" if len(name) == 2 else r"$f_\mathrm{unclassified}$")


def _entry(label: str, record: Record) -> str:
    """The label, and what is asked first: when exchange is complete."""
    completion = record.completion_time()
    if completion is None:
        return label
    count, reached = len(completion.time), int(completion.reached.sum())
    if reached == count:
        return f"{label}\n{completion.text().replace('reached by all', 'all')}"
    return f"{label}\nc = {completion.composition:.3g} reached by {reached or 'none'} of {count}"
