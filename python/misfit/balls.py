"""Crystals of three dimensions as pictures: cubes where the lattice is of cubes (boxes.py), else a ball a site.

A is solid, B translucent.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.colors import to_rgb, to_rgba
from numpy.typing import NDArray

from misfit.boxes import bounds, draw_box, key_colors, view_from
from misfit.crystal import Crystal
from misfit.style import SPECIES_COLORS

#: balls of nearest neighbours touch
_DIAMETER = 1.0
#: of a ball of B, so that A is seen through a dozen of them
_OPACITY_B = 0.10
#: how much darker the farthest ball is than the nearest
_SHADE = 0.45


def draw_solid(axes: Axes, crystal: Crystal, sigma: NDArray[np.int8]) -> None:
    """Draws a crystal of any lattice, as large as the axes allow; `sigma` is [N]."""
    draw = draw_box if _is_of_cubes(crystal) else draw_balls
    draw(axes, crystal, sigma)


def solid_key(crystal: Crystal, species: Iterable[str] = ("A", "B")) -> dict[str, tuple[float, ...]]:
    """What stands in the key beside its picture: colours as they are seen in it, by what the two `species` are called."""
    names = ("A", "A in B", "B") if _is_of_cubes(crystal) else ("A", "B")
    called = dict(zip(("A", "B"), species))
    return {called.get(name, name): color for name, color in key_colors().items() if name in names}


def solid_bounds(crystal: Crystal) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and largest coordinates of its picture, across and up, each [2], in lattice spacings."""
    view = view_from()
    if _is_of_cubes(crystal):
        return bounds(np.ptp(crystal.point, axis=0) + 1, view)
    plane = np.stack([crystal.position @ view.right, crystal.position @ view.up], axis=-1)
    return plane.min(axis=0) - _DIAMETER / 2, plane.max(axis=0) + _DIAMETER / 2


def _is_of_cubes(crystal: Crystal) -> bool:
    return crystal.lattice == "simple cubic"


def draw_balls(axes: Axes, crystal: Crystal, sigma: NDArray[np.int8]) -> None:
    """Draws the sites of any lattice where they lie, the farthest first, A above all B; `sigma` is [N].

    A behind B would be purple, which is no species.
    """
    view = view_from()
    depth = crystal.position @ view.forward
    order = np.lexsort([-depth, sigma > 0])
    near = np.ptp(depth) or 1.0
    light = 1.0 - _SHADE * (depth[order] - depth.min()) / near
    solid = np.array(to_rgb(SPECIES_COLORS["A"]))
    colors = np.empty((len(order), 4))
    colors[:] = to_rgba(SPECIES_COLORS["B"], _OPACITY_B)
    is_A = sigma[order] > 0
    # Nearer balls are lighter: towards white, as those of a box are lit from above.
    colors[is_A, :3] = 1.0 - light[is_A, None] * (1.0 - solid) - 0.25 * (light[is_A, None] - 1.0 + _SHADE)
    colors[is_A, 3] = 1.0
    edges = np.where(is_A[:, None], [1.0, 1.0, 1.0, 0.35], to_rgba(SPECIES_COLORS["B"], 0.16))
    plane = np.stack([crystal.position @ view.right, crystal.position @ view.up], axis=-1)[order]
    sizes = np.full(len(order), _DIAMETER)
    axes.add_collection(
        EllipseCollection(
            sizes, sizes, np.zeros(len(order)), units="xy", offsets=plane, transOffset=axes.transData,
            facecolors=np.clip(colors, 0.0, 1.0), edgecolors=edges, linewidths=0.4,
        )
    )  # fmt: skip
    low, high = solid_bounds(crystal)
    margin = 0.01 * (high - low).max()
    axes.set_xlim(low[0] - margin, high[0] + margin)
    axes.set_ylim(low[1] - margin, high[1] + margin)
    axes.set_aspect("equal")
    axes.set_axis_off()
