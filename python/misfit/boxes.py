"""Crystals of three dimensions as pictures: A solid, B a translucent medium around it.

Every pixel is a ray through the crystal, seen from afar (no perspective), and ends at the first A. One that meets
none gathers the colour of B in proportion to the length it travels through it. One that meets A gathers white
instead: A is paler the deeper it lies in B, and blue everywhere, never the purple of blue behind red. So depth in B
is seen as depth of colour, exactly and without the seams that stacked translucent faces show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from misfit.crystal import Crystal
from misfit.style import DOTS_PER_INCH, INK, SPECIES_COLORS

_Image = NDArray[np.float64]

#: brightness of the faces that look along x, y and z: as if lit from above, left
_FACE_LIGHT = np.array([0.75, 1.1, 1.6])
#: how far, in lattice spacings, the line along a cube's edges reaches into its face; how white it is
_EDGE_WIDTH = 0.05
_EDGE_WHITE = 0.18
#: share of B's colour that a ray gathers over the smallest extent of the box
_OPACITY_ACROSS = 0.5
#: share it gathers on entering through B: enough to see the outer faces
_OPACITY_SKIN = 0.12
_SUPERSAMPLING = 2
#: of what is gathered, how much stands for a species in a key
_TYPICAL = 0.5
#: what stands around the box, beside +1 (A), -1 (B) and 0 (no site)
_OUTSIDE = 2


def key_colors() -> dict[str, tuple[float, ...]]:
    """What stands in a key beside such a picture: colours as they are seen in it."""
    A, B = (np.array(to_rgb(SPECIES_COLORS[name])) for name in "AB")
    pale_A, pale_B = (tuple(1.0 - (1.0 - _TYPICAL) * (1.0 - color)) for color in (A, B))
    return {"A": tuple(A), "A in B": pale_A, "B": pale_B}


@dataclass(frozen=True)
class View:
    """Directions of a picture: `forward` away from the eye, `right` and `up` along its axes."""

    forward: NDArray[np.float64]
    right: NDArray[np.float64]
    up: NDArray[np.float64]


def view_from(azimuth_degrees: float = 32.0, elevation_degrees: float = 24.0) -> View:
    """The view of an eye at this azimuth (from x towards y) and elevation (above the xy plane)."""
    azimuth, elevation = np.radians([azimuth_degrees, elevation_degrees])
    eye = np.array(
        [
            np.cos(elevation) * np.cos(azimuth),
            np.cos(elevation) * np.sin(azimuth),
            np.sin(elevation),
        ]
    )
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    return View(forward=-eye, right=right, up=np.cross(eye, right))


def bounds(
    extent: NDArray[np.integer], view: View
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and largest coordinates along view.right and view.up of a box of this extent [3], each [2]."""
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * extent
    plane = np.stack([corners @ view.right, corners @ view.up], axis=-1)
    return plane.min(axis=0), plane.max(axis=0)


def draw_box(axes: Axes, crystal: Crystal, sigma: NDArray[np.int8]) -> None:
    """Draws sites of the simple cubic lattice, as large as the axes allow; `sigma` is [N]. A box has a frame."""
    view = view_from()
    point = crystal.point - crystal.point.min(axis=0)
    extent = point.max(axis=0) + 1
    low, high = bounds(extent, view)
    room = np.array([axes.bbox.width, axes.bbox.height]) / axes.figure.dpi * DOTS_PER_INCH
    shape = np.ceil((high - low) * (room / (high - low)).min()).astype(int)

    species = np.zeros(extent[::-1], dtype=np.int8)
    species[point[:, 2], point[:, 1], point[:, 0]] = sigma
    image = render(species, view, low, high, (int(shape[0]), int(shape[1])))
    axes.imshow(
        image,
        extent=(low[0], high[0], low[1], high[1]),
        origin="lower",
        interpolation="antialiased",
    )
    if crystal.size == extent.prod():
        _draw_frame(axes, extent, view)
    margin = 0.01 * (high - low).max()
    axes.set_xlim(low[0] - margin, high[0] + margin)
    axes.set_ylim(low[1] - margin, high[1] + margin)
    axes.set_aspect("equal")
    axes.set_axis_off()


def render(
    species: NDArray[np.int8],
    view: View,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    shape: tuple[int, int],
) -> _Image:
    """The picture as RGBA, [height, width, 4], first row lowest; transparent where no crystal is.

    `species` is [z, y, x], 0 where there is no site; `low` and `high` bound the picture in lattice spacings along view.right and
    view.up; `shape` is (width, height) in pixels. O(pixels x sites along a ray).
    """
    width, height = shape[0] * _SUPERSAMPLING, shape[1] * _SUPERSAMPLING
    u = low[0] + (np.arange(width) + 0.5) / width * (high[0] - low[0])
    v = low[1] + (np.arange(height) + 0.5) / height * (high[1] - low[1])
    origins = (u[None, :, None] * view.right + v[:, None, None] * view.up).reshape(-1, 3)
    rgba = _trace(species, origins, view.forward).reshape(height, width, 4)
    # Averaged with alpha multiplied in, or the rim would mix with the colour of nothing.
    rgba[..., :3] *= rgba[..., 3:]
    fine = rgba.reshape(shape[1], _SUPERSAMPLING, shape[0], _SUPERSAMPLING, 4).mean(axis=(1, 3))
    covered = fine[..., 3] > 0
    fine[covered, :3] /= fine[covered, 3:]
    return np.clip(fine, 0.0, 1.0)


def _trace(
    species: NDArray[np.int8], origins: NDArray[np.float64], forward: NDArray[np.float64]
) -> _Image:
    """RGBA of every ray, [rays, 4]; alpha 0 where it misses the crystal."""
    extent = np.array(species.shape[::-1])
    crossing = [((side - origins) / forward).T for side in (np.zeros(3), extent)]
    entry_by_axis = np.minimum(*crossing)  # [3, rays]: rows of numbers, which numpy reduces quickly
    entry, leave = entry_by_axis.max(axis=0), np.maximum(*crossing).min(axis=0)
    rgba = np.zeros((len(origins), 4))
    met = np.flatnonzero(entry < leave - 1e-9)
    origin, entry, leave = origins[met], entry[met], leave[met]
    entry_axis = entry_by_axis[:, met].argmax(axis=0)

    seen = _follow(species, origin, entry, entry_axis, forward)
    solid = np.isfinite(seen.solid)
    white = np.ones(3)
    end = np.where(solid, seen.solid, leave)
    face = _lit(SPECIES_COLORS["A"], origin + end[:, None] * forward, seen.solid_axis)
    color = np.where(solid[:, None], face, white)

    absorption = -np.log(1.0 - _OPACITY_ACROSS) / extent.min()
    gathered = 1.0 - np.exp(-absorption * seen.through)
    color += gathered[:, None] * (np.where(solid[:, None], white, to_rgb(SPECIES_COLORS["B"])) - color)
    first = np.where(np.isfinite(seen.first), seen.first, entry)
    skin = np.where((seen.through > 0) & ~solid, _OPACITY_SKIN, 0.0)
    outer_face = _lit(SPECIES_COLORS["B"], origin + first[:, None] * forward, seen.first_axis)
    color += skin[:, None] * (outer_face - color)

    rgba[met, :3] = color
    rgba[met, 3] = np.isfinite(seen.first)
    return rgba


@dataclass(frozen=True)
class _Seen:
    """What rays meet, each [rays]: distances are infinite where there is nothing."""

    first: NDArray[np.float64]  #: distance to the first site
    first_axis: NDArray[np.intp]  #: axis of the face through which it is entered
    solid: NDArray[np.float64]  #: distance to the first A
    solid_axis: NDArray[np.intp]
    through: NDArray[np.float64]  #: length within B before that


def _follow(
    species: NDArray[np.int8],
    origin: NDArray[np.float64],
    entry: NDArray[np.float64],
    entry_axis: NDArray[np.intp],
    forward: NDArray[np.float64],
) -> _Seen:
    """Follows rays from cube to cube (Amanatides and Woo 1987) to the first A, or out of the box."""
    extent = np.array(species.shape[::-1])
    padded = np.pad(species, 1, constant_values=_OUTSIDE)
    strides = np.array([1, padded.shape[2], padded.shape[1] * padded.shape[2]])
    kinds = padded.ravel()

    cube = np.floor(origin + (entry[:, None] + 1e-9) * forward).astype(np.intp)
    cube = np.clip(cube, 0, extent - 1)
    to_next = ((cube + (forward > 0) - origin) / forward).T.copy()
    place = (cube + 1) @ strides
    stride = np.where(forward > 0, 1, -1) * strides
    spacing = 1.0 / np.abs(forward)

    count = len(origin)
    seen = _Seen(
        np.full(count, np.inf), entry_axis.copy(), np.full(count, np.inf), entry_axis.copy(), np.zeros(count)
    )
    rays = np.arange(count)
    at, axis = entry, entry_axis
    while len(rays):
        kind = kinds[place]
        new = (np.abs(kind) == 1) & ~np.isfinite(seen.first[rays])
        seen.first[rays[new]] = at[new]
        seen.first_axis[rays[new]] = axis[new]
        hit = kind == 1
        seen.solid[rays[hit]] = at[hit]
        seen.solid_axis[rays[hit]] = axis[hit]
        on = ~hit & (kind != _OUTSIDE)
        rays, place, to_next, at, is_B = rays[on], place[on], to_next[:, on], at[on], kind[on] == -1
        axis = to_next.argmin(axis=0)
        row = np.arange(len(rays))
        left = to_next[axis, row]
        seen.through[rays] += np.where(is_B, left - at, 0.0)
        at = left
        to_next[axis, row] += spacing[axis]
        place = place + stride[axis]
    return seen


def _lit(color: str, point: NDArray[np.float64], axis: NDArray[np.intp]) -> NDArray[np.float64]:
    """Colour of the faces seen at these points, [rays, 3]: by the way they look, their edges lighter."""
    faces = np.clip(np.array(to_rgb(color)) * _FACE_LIGHT[:, None], 0.0, 1.0)[axis]
    # Distance from the middle of a unit square, in the two directions within the face.
    inside = np.abs(point - np.floor(point) - 0.5).T
    inside[axis, np.arange(len(axis))] = 0.0
    edge = inside.max(axis=0) > 0.5 - _EDGE_WIDTH
    faces[edge] += _EDGE_WHITE * (1.0 - faces[edge])
    return faces


def _draw_frame(axes: Axes, extent: NDArray[np.intp], view: View) -> None:
    """The edges of the box that the eye can see: all but the three at the farthest corner."""
    farthest = np.where(view.forward > 0, extent, 0)
    for direction in range(3):
        first, second = (k for k in range(3) if k != direction)
        for i in (0, extent[first]):
            for j in (0, extent[second]):
                if i == farthest[first] and j == farthest[second]:
                    continue
                ends = np.zeros((2, 3))
                ends[:, first], ends[:, second], ends[1, direction] = i, j, extent[direction]
                axes.plot(
                    ends @ view.right,
                    ends @ view.up,
                    color=INK,
                    linewidth=0.6,
                    solid_capstyle="round",
                )
