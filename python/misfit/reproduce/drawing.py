"""Rows of pictures and small helpers for the figures of the paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from misfit.cells import draw_phases, draw_species
from misfit.crystal import Crystal
from misfit.snapshots import add_key
from misfit.style import MEAN_COLOR, PHASE_KEY, SPECIES_COLORS, bold_line, thin_lines, trim

Array = NDArray[np.float64]

def composition(axes: Axes, time: Array, values: Array, width: float = 1.4) -> None:
    """c(t) of all trajectories [T, S], thin, and their mean."""
    thin_lines(axes, time, values, SPECIES_COLORS["A"])
    bold_line(axes, time, values.mean(axis=0), MEAN_COLOR, width)
    trim(axes)


def log_decades(axes: Axes, low: float, high: float, most: int = 5) -> None:
    """A logarithmic x axis with few ticks, at powers of ten."""
    axes.set_xscale("log", nonpositive="mask")
    axes.set_xlim(low, high)
    first, last = int(np.ceil(np.log10(low))), int(np.floor(np.log10(high)))
    step = next(s for s in (1, 2, 5, 10, 20) if (last - first) // s < most)
    axes.set_xticks([10.0**k for k in range(first, last + 1) if k % step == 0])
    axes.minorticks_off()


def points(axes: Axes, x: Sequence[float] | Array, y: Array, error: Array, **style: Any) -> None:
    """Markers with error bars."""
    axes.errorbar(
        x, y, error, fmt="none", ecolor="black", elinewidth=0.7, capsize=1.8, capthick=0.7, zorder=4
    )
    axes.plot(x, y, zorder=5, **style)


def species_above_phases(
    part: Figure | SubFigure,
    crystal: Crystal,
    frames: Sequence[NDArray[np.int8]],
    titles: Sequence[str],
    left: float,
    room: float,
) -> None:
    """Hexagons side by side in the colours of the species, below them of the phases; keys at the left.

    `left` and `room` are where the first begins and how wide each is, as shares of the part.
    """
    for k, (sigma, title) in enumerate(zip(frames, titles)):
        above = part.add_axes((left + k * room, 0.47, 0.97 * room, 0.45))
        below = part.add_axes((left + k * room, 0.0, 0.97 * room, 0.45))
        draw_species(above, crystal, sigma)
        draw_phases(below, crystal, sigma)
        above.set_title(title, pad=2)
        if k == 0:
            add_key(part, above, "h", SPECIES_COLORS)
            add_key(part, below, "h", PHASE_KEY)
