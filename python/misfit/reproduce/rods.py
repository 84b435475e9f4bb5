"""What Figs. 10 and S1 have in common: rods, their profiles, and whether there are stripes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from numpy.typing import NDArray

from misfit.boxes import draw_box
from misfit.crystal import Crystal
from misfit.reproduce.analysis import mean_estimate
from misfit.reproduce.claims import OTHER_PROGRAM, Claim, holds, number
from misfit.reproduce.patterns import Stripes, profile_along_z, stripes

#: the distances of stripes in the paper's Fig. 10 are 8 to 10 lattice spacings, to the nearest whole one
SPACINGS = (7.5, 10.5)


def rod_stripes(crystal: Crystal, sigma: NDArray[np.int8]) -> Stripes:
    """Stripes of a rod along z, its shell left out; sigma [N]."""
    profile = profile_along_z(crystal, sigma)
    return stripes(profile, int(crystal.core.sum()) // len(profile))


def absent(claim: str, expected: str, crystal: Crystal, rods: NDArray[np.int8]) -> Claim:
    """In most rods there are no stripes: so another program, with one site order as here."""
    found = [rod_stripes(crystal, sigma) for sigma in rods]
    count = sum(each.found for each in found)
    return holds(
        claim, expected, f"stripes in {count} of {len(found)} rods", 2 * count < len(found),
        "in fewer than half of the rods three maxima of c(z) stand out by 3 standard errors", source=OTHER_PROGRAM,
    )  # fmt: skip


def present(claim: str, expected: str, crystal: Crystal, rods: NDArray[np.int8]) -> list[Claim]:
    """In most rods there are stripes; and their distance is that of another program, the paper gives none."""
    found = [rod_stripes(crystal, sigma) for sigma in rods]
    count = sum(each.found for each in found)
    distances = mean_estimate(np.array([each.spacing for each in found if each.found]))
    low, high = SPACINGS
    return [
        holds(
            claim, "stripes", f"stripes in {count} of {len(found)} rods", 2 * count > len(found),
            "in more than half of the rods three maxima of c(z) stand out by 3 standard errors",
        ),
        holds(
            f"{claim}: their mean distance", expected, number(*distances), low < distances.value < high,
            f"{low:g} to {high:g}; the error is that of the rods", source=OTHER_PROGRAM,
        ),
    ]  # fmt: skip


def draw_rods(
    part: SubFigure, crystal: Crystal, frames: Sequence[NDArray[np.int8]], titles: Sequence[str]
) -> Axes:
    """Rods side by side in the right part of a strip; returns the first panel."""
    first = None
    room = 0.85 / len(frames)
    for k, (sigma, title) in enumerate(zip(frames, titles)):
        axes = part.add_axes((0.15 + k * room, 0.01, room * 0.96, 0.88))
        draw_box(axes, crystal, sigma)
        axes.set_title(title, pad=2, fontsize=7)
        first = first or axes
    assert first is not None
    return first
