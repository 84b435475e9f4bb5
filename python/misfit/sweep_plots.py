"""Pictures of a sweep of exchange: when exchange is complete, and how far modulated phases come, over the swept key."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from misfit.arrangement import Arrangement, Row, arrange, evenly, share_text
from misfit.comparison import MOST_RUNS, comparison
from misfit.labels import axis_label, phrases, value_text
from misfit.record import Record, RecordError
from misfit.sheets import Part, Sheet, add_key, add_remark, panels
from misfit.style import DOUBLE_COLUMN, INK, PHASE_LABELS, SERIES, letter_panels, styled, trim
from misfit.sweep_quantities import Estimates, LargestFraction, Quantity, estimates, quantities

__all__ = ["points", "sweep"]

#: values whose largest is so many times the smallest stand on a logarithmic axis
_DECADES = 100.0
_KEY_COLUMNS = 3


@styled
def sweep(record: Record) -> Figure:
    """The time to complete exchange and the largest f_S1 and f_S2 over the swept key, with standard errors.

    One curve for each value of the other keys, at most six. An open marker with an arrow is a lower bound: some
    trajectories of that point have not completed their exchange. The largest fraction is that of each trajectory over
    time, averaged over trajectories. Raises RecordError when nothing is swept or no trajectory is finished.
    """
    sheet = _SweepSheet(record)
    lines = sheet.lines + bool(sheet.left_out)
    figure = Figure(figsize=(DOUBLE_COLUMN, sheet.height(lines)))
    sheet.fill(figure, lines)
    add_remark(figure, sheet.left_out)
    letter_panels(figure.axes)
    return figure


class _SweepSheet(Sheet):
    """A panel for the time to complete exchange, and one for each modulated phase."""

    is_titled = True

    def __init__(self, record: Record) -> None:
        self.record = record
        self.arrangement = arrange(record)
        if not any(point.is_finished for point in record.points):
            raise RecordError(f"{record.path}: no trajectory is finished yet: nothing to draw")
        self.rows = evenly(self.arrangement.rows, MOST_RUNS)
        self.left_out = share_text(len(self.rows), len(self.arrangement.rows), "curves")
        self.quantities = quantities(record)
        self.count = len(self.quantities)
        self.lines = -(-len(self.rows) // _KEY_COLUMNS) if len(self.rows) > 1 else 0

    def fill(self, part: Part, lines: int) -> None:
        all_axes = panels(part, self.count, lines, shared=False, titled=self.is_titled)
        for axes, quantity in zip(all_axes, self.quantities):
            for k, row in enumerate(self.rows):
                _draw(axes, row, estimates(self.record, row, quantity), k)
            _finish(axes, self.arrangement, self.record, _label(quantity))
        if self.lines > 0:
            handles = [
                Line2D([], [], label=phrases(row.others, self.record.parameters), **_style(k))  # type: ignore[arg-type]
                for k, row in enumerate(self.rows)
            ]
            add_key(part, handles, lines - self.lines, min(_KEY_COLUMNS, len(handles)))


def points(record: Record) -> Figure:
    """c(t), f(t) and observables of one's own of the points over each other: all of them, or six that lie evenly."""
    finished = [point for point in record.points if point.is_finished]
    shown = evenly(finished, MOST_RUNS)
    remark = share_text(len(shown), len(finished), "points")
    return comparison({_name(point): point for point in shown}, remark=remark)


def _name(point: Record) -> str:
    return phrases(point.values, point.parameters) or f"point {point.number}"


def _label(quantity: Quantity) -> str:
    if isinstance(quantity, LargestFraction):
        return f"largest {PHASE_LABELS[quantity.phase]} fraction"
    goal = "the end of exchange" if quantity.composition is None else rf"$c = {value_text(quantity.composition)}$"
    return rf"time to {goal}  /$\,k_0^{{-1}}$"


def _style(number: int) -> dict[str, object]:
    color, mark, line = SERIES[number]
    return {
        "color": color, "linestyle": line, "linewidth": 1.2, "marker": mark, "markersize": 4.4,
        "markerfacecolor": color, "markeredgecolor": "black", "markeredgewidth": 0.5,
    }  # fmt: skip


def _draw(axes: Axes, row: Row, found: Estimates, number: int) -> None:
    style = _style(number)
    axes.plot(row.x, found.value, **style)  # type: ignore[arg-type]
    # The error of a single trajectory is not known.
    axes.errorbar(
        row.x, found.value, np.nan_to_num(found.error), fmt="none", ecolor=INK, elinewidth=0.9, capsize=2.0
    )
    bound = found.is_bound
    if bound.any():
        axes.plot(
            row.x[bound], found.value[bound], linestyle="none", marker=style["marker"], markersize=4.4,
            markerfacecolor="white", markeredgecolor=INK, markeredgewidth=0.9, zorder=3,
        )  # fmt: skip
        for x, y in zip(row.x[bound], found.value[bound]):
            axes.annotate(
                "", xy=(x, y), xytext=(0, 12), textcoords="offset points",
                arrowprops={"arrowstyle": "<-", "color": INK, "linewidth": 0.8},
            )  # fmt: skip


def _finish(axes: Axes, arrangement: Arrangement, record: Record, label: str) -> None:
    axes.set_xlabel(axis_label(arrangement.key, record.parameters))
    axes.set_title(label, loc="left")
    x = np.concatenate([row.x for row in arrangement.rows])
    if arrangement.labels is not None:
        axes.xaxis.set_major_locator(FixedLocator(range(len(arrangement.labels))))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticklabels(arrangement.labels)
        axes.margins(x=0.2)
    elif x.min() > 0 and x.max() >= _DECADES * x.min():
        axes.set_xscale("log")
    low, high = axes.get_ylim()
    if low > 0 and high >= _DECADES * low:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0.0)
    trim(axes)
