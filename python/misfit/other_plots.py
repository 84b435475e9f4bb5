"""Observables that no other picture of exchange shows, over time: a panel for each that the record names."""

from __future__ import annotations

from matplotlib.figure import Figure

from misfit.panels import axis_of, others_of, title_of
from misfit.plots import series_of
from misfit.record import Record, mean_and_error
from misfit.sheets import Part, Sheet, panels
from misfit.style import SERIES, TIME_LABEL, letter_panels, styled, trim


@styled
def others(record: Record) -> Figure:
    """Means over trajectories with bands of the standard error, a panel for each group of observables."""
    sheet = _OthersSheet(record)
    figure = Figure(figsize=(sheet.width, sheet.height()))
    sheet.fill(figure, 0)
    letter_panels(figure.axes)
    return figure


class _OthersSheet(Sheet):
    is_titled = True

    def __init__(self, record: Record) -> None:
        self.record = record
        self.groups = others_of(record, record.observables)
        self.count = len(self.groups)

    def fill(self, part: Part, lines: int) -> None:
        series = series_of(self.record)
        all_axes = panels(part, self.count, lines, shared=False, titled=self.is_titled)
        for axes, (name, columns) in zip(all_axes, self.groups.items()):
            for k, column in enumerate(columns):
                color, _, line = SERIES[k % len(SERIES)]
                mean, error = mean_and_error(self.record.observables[column])
                axes.fill_between(self.record.elapsed, mean - error, mean + error, color=color, alpha=0.3, linewidth=0)
                label = self.record.columns[column].label or column
                axes.plot(self.record.elapsed, mean, color=color, linestyle=line, linewidth=1.3, label=label)
            axes.set_xlim(0, series.until or 1.0)
            axes.set_xlabel(TIME_LABEL, labelpad=2)
            axes.set_title(title_of(name), loc="left")
            axes.set_ylabel(axis_of(self.record, name, columns[0]))
            if len(columns) > 1:
                axes.legend(frameon=False)
            trim(axes)
