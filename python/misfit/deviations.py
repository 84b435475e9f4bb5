"""Local changes of area or volume: their names, and maps of them (paper, Fig. 7A)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure, SubFigure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from misfit.cells import draw_cells, hexagons, squares
from misfit.crystal import Crystal
from misfit.style import INK

#: purple is compressed, orange expanded; apart from the colours of species and phases
_COLORMAP = "PuOr_r"
#: what is compressed by less than this share of the scale counts as unstrained: it may be rounding
_PLAIN = 0.01
#: share of the interior sites within the scale
_FULL = 0.98


def deviation_name(dimension: int) -> str:
    """What local deviations are called in a record."""
    return "area_deviation" if dimension == 2 else "volume_deviation"


def deviation_words(dimension: int) -> tuple[str, str]:
    """Their name and symbol, as mathtext."""
    return ("area", r"\Delta A") if dimension == 2 else ("volume", r"\Delta V")


def draw_deviations(
    part: Figure | SubFigure, crystal: Crystal, maps: NDArray[np.float64], titles: Sequence[str]
) -> None:
    """Maps side by side [k, N] with one scale of colours about zero, and a white dash on what is compressed: the
    sign is seen without colour vision too. The scale ends where it holds nearly all interior sites: a few
    corners, which average over fewer bonds, must not take the colours from all others. In three dimensions the plane of sites through the middle of the
    crystal, x to the right and z up."""
    shown, cells = _cells(crystal)
    interior = (crystal.interior & shown)[shown]
    maps = np.asarray(maps)[:, shown]
    size = np.abs(maps[:, interior] if interior.any() else maps)
    limit = float(np.quantile(size, _FULL)) or float(size.max()) or 1.0
    beyond = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    colors = ScalarMappable(TwoSlopeNorm(0.0, -limit, limit), _COLORMAP)
    room = 0.87 / len(maps)
    for k, (title, values) in enumerate(zip(titles, maps)):
        axes = part.add_axes((0.03 + room * k, 0.01, room - 0.01, 0.84))
        draw_cells(axes, cells, colors.to_rgba(values))
        _mark(axes, cells[values < -_PLAIN * limit].mean(axis=1))
        axes.set_title(title, pad=2)
    bar = part.figure.colorbar(
        colors, cax=part.add_axes((0.905, 0.24, 0.014, 0.58)),
        extend=beyond[bool((maps < -limit).any()), bool((maps > limit).any())],
    )  # fmt: skip
    name, symbol = deviation_words(crystal.dimension)
    where = "" if crystal.dimension == 2 else ", middle plane"
    bar.set_label(f"{name} deviation  ${symbol}${where}", labelpad=2)
    bar.outline.set_linewidth(0.5)
    square = {"linestyle": "none", "marker": "s", "markersize": 7, "markeredgecolor": INK, "markeredgewidth": 0.4}
    purple, orange = (Line2D([], [], markerfacecolor=colors.to_rgba(x * limit), **square) for x in (-0.6, 0.6))
    dash = Line2D([], [], linestyle="none", marker="_", markersize=4, markeredgewidth=1.1, color="white")
    part.legend(
        [(purple, dash), orange], ["compressed", "expanded"], handler_map={tuple: HandlerTuple(ndivide=1)},
        loc="lower right", bbox_to_anchor=(1.0, 0.0),
        bbox_transform=part.transSubfigure if isinstance(part, SubFigure) else part.transFigure,
        borderaxespad=0.2, handletextpad=0.2, handlelength=1.2, labelspacing=0.35,
    )  # fmt: skip


def _mark(axes: Axes, centers: NDArray[np.float64]) -> None:
    """White dashes half as long as a cell is wide."""
    room = np.array([axes.bbox.width, axes.bbox.height]) / axes.figure.dpi * 72.0
    extent = np.array([np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())])
    cell = float((room / extent).min())
    axes.plot(
        *centers.T, linestyle="none", marker="_", markersize=0.5 * cell, markeredgewidth=0.13 * cell, color="white"
    )


def _cells(crystal: Crystal) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which sites are drawn, [N], and the corners of their cells."""
    if crystal.dimension == 2:
        return np.ones(crystal.size, dtype=bool), hexagons(crystal.position)
    y = crystal.point[:, 1]
    shown = y == (int(y.min()) + int(y.max())) // 2
    return shown, squares(crystal.position[shown][:, [0, 2]])
