"""Local changes of area or volume: their names, and maps of them (paper, Fig. 7A)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from misfit.cells import draw_cells, hexagons, squares
from misfit.crystal import Crystal

#: purple is compressed, orange expanded; apart from the colours of species and phases
_COLORMAP = "PuOr_r"
#: what is compressed by less than this share of the scale counts as unstrained: it may be rounding
_PLAIN = 0.01


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
    sign is seen without colour vision too. In three dimensions the plane of sites through the middle of the
    crystal, x to the right and z up."""
    shown, cells = _cells(crystal)
    maps = np.asarray(maps)[:, shown]
    limit = float(np.abs(maps).max()) or 1.0
    colors = ScalarMappable(TwoSlopeNorm(0.0, -limit, limit), _COLORMAP)
    room = 0.87 / len(maps)
    for k, (title, values) in enumerate(zip(titles, maps)):
        axes = part.add_axes((0.03 + room * k, 0.01, room - 0.01, 0.87))
        draw_cells(axes, cells, colors.to_rgba(values))
        _mark(axes, cells[values < -_PLAIN * limit].mean(axis=1))
        axes.set_title(title, pad=2)
    bar = part.figure.colorbar(colors, cax=part.add_axes((0.905, 0.1, 0.014, 0.7)))
    name, symbol = deviation_words(crystal.dimension)
    where = "" if crystal.dimension == 2 else ", middle plane"
    bar.set_label(f"{name} deviation  ${symbol}${where}", labelpad=2)
    bar.outline.set_linewidth(0.5)


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
