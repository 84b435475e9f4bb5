"""Panels side by side with lines of text above them: the frame of the pictures of equilibrium.

A sheet knows how many panels and how many lines of text it needs; so it can stand alone in a figure or be a
part of a larger one. Lengths are in inches, so that text has the same room in every figure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure, SubFigure
from matplotlib.legend import Legend
from matplotlib.ticker import Formatter, MaxNLocator

from misfit.equilibrium import EquilibriumRecord
from misfit.style import DOUBLE_COLUMN, SINGLE_COLUMN, letter_panels

Part = Figure | SubFigure


class _Numbers(Formatter):
    """Numbers divided by a power of ten, all with as many decimals as one of them needs."""

    def __init__(self, exponent: int) -> None:
        self._exponent = exponent

    def __call__(self, value: float, _: int | None = None) -> str:
        shown = [f"{place / 10.0**self._exponent:.6g}" for place in self.locs]
        decimals = max((len(text.partition(".")[2]) for text in shown if "e" not in text), default=0)
        text = f"{value / 10.0**self._exponent:.{decimals}f}"
        return text.replace("-", "−")


#: height of a line of text
LINE_INCHES = 0.165
#: a chain whose mean is so many standard errors off the others' has not found what they sample
DISAGREEMENT_LIMIT = 4.0
_LEFT, _RIGHT, _BOTTOM, _TOP = 0.56, 0.15, 0.4, 0.1
_TITLE = 0.17
#: between rows of panels: tick labels of one, title of the next
_BETWEEN_ROWS = 0.42


class Sheet(ABC):
    """A part of a figure: `lines` of text and below them `count` panels."""

    count: int = 1
    lines: int = 0
    left_out: str = ""  #: what of its record is not shown, in words
    is_titled: bool = False  #: whether a single panel has a title too

    @abstractmethod
    def fill(self, part: Part, lines: int) -> None:
        """Draws. The part leaves `lines` of room above the panels; the sheet's own are the last of them."""

    def height(self, lines: int | None = None) -> float:
        """Height that suits it with so many lines above its panels [inches]."""
        rows = -(-self.count // _columns(self.count))
        above = (self.lines if lines is None else lines) * LINE_INCHES + _TOP
        return above + _title_room(self.count, self.is_titled) + rows * _panel_height(self.count) + (rows - 1) * _BETWEEN_ROWS + _BOTTOM

    @property
    def width(self) -> float:
        """Of one column for one panel, else of two [inches]."""
        return SINGLE_COLUMN if self.count == 1 else DOUBLE_COLUMN


def alone(sheet: Sheet, record: EquilibriumRecord) -> Figure:
    """A figure of one sheet, with what must be said of the record on top."""
    remark = remarks(record, [sheet])
    lines = sheet.lines + bool(remark)
    figure = Figure(figsize=(sheet.width, sheet.height(lines)))
    sheet.fill(figure, lines)
    letter_panels(figure.axes)
    add_remark(figure, remark)
    return figure


def remarks(record: EquilibriumRecord, sheets: Sequence[Sheet]) -> str:
    """What a reader of a picture must know: that the record is unfinished, that chains disagree, what is left out."""
    said = []
    if not record.complete:
        present = sum(point.is_finished for point in record.points)
        under_way = sum(point.is_under_way for point in record.points)
        said.append(
            f"unfinished: chains at {present} of {len(record.points)} points"
            + (f", under way at {under_way}" if under_way else "")
        )
    averages = record.averages.get("f_U") or record.averages.get("energy")
    if averages is not None and averages.disagreement is not None:
        apart = int((averages.disagreement > DISAGREEMENT_LIMIT).sum())
        if apart > 0:
            said.append(f"chains disagree at {apart} of {len(record.points)} points")
    said += dict.fromkeys(sheet.left_out for sheet in sheets if sheet.left_out)
    return "; ".join(said)


def add_remark(part: Part, remark: str) -> None:
    """Writes a line in the upper left corner, or nothing."""
    if remark:
        height = part.bbox.height / part.figure.dpi
        part.text(0.01, 1 - 0.05 / height, remark, ha="left", va="top", fontsize=7, style="italic")


def panels(part: Part, count: int, lines: int, shared: bool = True, titled: bool = False) -> list[Axes]:
    """Axes in rows of up to three below `lines` of text; `shared`: only the first column numbers its y; `titled`: one
    alone has a title too.
    """
    width, height = (extent / part.figure.dpi for extent in (part.bbox.width, part.bbox.height))
    columns = _columns(count)
    gap = 0.14 if shared else 0.42
    panel_width = (width - _LEFT - _RIGHT - (columns - 1) * gap) / columns
    panel_height = _panel_height(count)
    top = height - lines * LINE_INCHES - _TOP - _title_room(count, titled)
    made = []
    for k in range(count):
        row, column = divmod(k, columns)
        left = _LEFT + column * (panel_width + gap)
        bottom = top - (row + 1) * panel_height - row * _BETWEEN_ROWS
        axes = part.add_axes([left / width, bottom / height, panel_width / width, panel_height / height])
        axes.tick_params(labelleft=column == 0 or not shared)
        made.append(axes)
    return made


def label_panels(all_axes: Sequence[Axes], x: str, y: str) -> None:
    """Labels the horizontal axes with no panel below them, the vertical axes of the first column."""
    columns = _columns(len(all_axes))
    for k, axes in enumerate(all_axes):
        if k + columns >= len(all_axes):
            axes.set_xlabel(x, labelpad=2)
        if k % columns == 0:
            axes.set_ylabel(y)


def number_axis(axis: Axis, exponent: int, most: int = 6, integer: bool = False) -> None:
    """Round numbers, divided by this power of ten, at most about so many."""
    axis.set_major_locator(MaxNLocator(most, integer=integer, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(_Numbers(exponent))


def add_key(part: Part, handles: Sequence[Artist], line: int, columns: int = 1) -> Legend:
    """A key in the middle of the part, its first entry on this line (counted from 0 at the top)."""
    height = part.bbox.height / part.figure.dpi
    return part.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, 1 - (line * LINE_INCHES + 0.06) / height),
        bbox_transform=part.transSubfigure if isinstance(part, SubFigure) else part.transFigure,
        ncol=columns,
        borderaxespad=0.0,
        borderpad=0.0,
        labelspacing=0.42,
        columnspacing=1.6,
        handlelength=2.6,
    )


def _columns(count: int) -> int:
    return {1: 1, 2: 2, 4: 2}.get(count, 3)


def _title_room(count: int, titled: bool) -> float:
    return _TITLE if count > 1 or titled else 0.0


def _panel_height(count: int) -> float:
    return 1.95 if _columns(count) < 3 else 1.6
