"""Crystals of two dimensions as pictures: each site its own cell of the plane, without gaps."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba_array
from matplotlib.path import Path
from numpy.typing import ArrayLike, NDArray

from misfit.phases import PHASES, order_parameter
from misfit.crystal import Crystal
from misfit.style import PHASE_COLORS, SPECIES_COLORS

_RGBA = NDArray[np.float64]


def hexagons(position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of the Wigner-Seitz cells of triangular-lattice sites [N, 2]: [N, 6, 2], lattice spacings."""
    angle = np.pi / 6 + np.arange(6) * np.pi / 3
    corners = np.stack([np.cos(angle), np.sin(angle)], axis=-1) / np.sqrt(3)
    return position[:, None, :] + corners


def squares(position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of the cells of square-lattice sites [N, 2]: [N, 4, 2], lattice spacings."""
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    return position[:, None, :] + corners


def species_colors(sigma: NDArray[np.int8]) -> _RGBA:
    """RGBA of each site, [N, 4]: A dark blue, B red."""
    a, b = to_rgba_array([SPECIES_COLORS["A"], SPECIES_COLORS["B"]])
    return np.where((sigma > 0)[:, None], a, b)


def phase_colors(s: NDArray[np.int8]) -> _RGBA:
    """RGBA of each site, [N, 4], by its order parameter; grey where unclassified."""
    names = {value: name for name, value in PHASES.items()}
    table = to_rgba_array([PHASE_COLORS[names.get(value, "unclassified")] for value in range(-2, 3)])
    return table[s + 2]


def draw_cells(axes: Axes, cells: NDArray[np.float64], colors: ArrayLike) -> PathCollection:
    """Fills the cells [N, corners, 2], all of one colour as one path; colours that come later lie above earlier ones."""
    rgba = np.broadcast_to(to_rgba_array(colors), (len(cells), 4))
    kinds, first, kind = np.unique(rgba, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    collection = PathCollection(
        [_outlines(cells[kind == k]) for k in order], facecolors=kinds[order],
        # An edge of the same colour closes the seams that antialiasing leaves.
        edgecolors="face", linewidths=0.25,
    )  # fmt: skip
    collection.set_joinstyle("miter")
    axes.add_collection(collection)
    frame_cells(axes, cells)
    return collection


def _outlines(cells: NDArray[np.float64]) -> Path:
    """All of them in one path."""
    corners = cells.shape[1]
    closed = np.concatenate([cells, cells[:, :1]], axis=1)
    codes = np.full((len(cells), corners + 1), Path.LINETO, dtype=Path.code_type)
    codes[:, 0], codes[:, -1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(closed.reshape(-1, 2), codes.ravel())


def frame_cells(axes: Axes, cells: NDArray[np.float64]) -> None:
    """Fits the axes to the cells, equal scales, nothing else drawn."""
    low, high = cells.min(axis=(0, 1)), cells.max(axis=(0, 1))
    margin = 0.01 * (high - low).max()
    axes.set_xlim(low[0] - margin, high[0] + margin)
    axes.set_ylim(low[1] - margin, high[1] + margin)
    axes.set_aspect("equal")
    axes.set_axis_off()


def draw_species(axes: Axes, crystal: Crystal, sigma: NDArray[np.int8]) -> None:
    """A hexagonal crystal in the colours of the species; `sigma` is [N]."""
    draw_cells(axes, hexagons(crystal.position), species_colors(sigma))


def draw_phases(axes: Axes, crystal: Crystal, sigma: NDArray[np.int8]) -> None:
    """A hexagonal crystal in the colours of the phases, its perimeter left out; `sigma` is [N]."""
    cells = hexagons(crystal.position)
    s = order_parameter(crystal, sigma)
    if crystal.interior.any():
        draw_cells(axes, cells[crystal.interior], phase_colors(s[crystal.interior]))
    # Framed like the whole crystal: the same site is at the same place in both pictures.
    frame_cells(axes, cells)
