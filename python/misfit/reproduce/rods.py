"""What Figs. 10 and S1 have in common: rods, their profiles, and whether there are stripes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from numpy.typing import NDArray

from misfit.boxes import draw_box
from misfit.crystal import Crystal
from misfit.reproduce.claims import Claim, holds
from misfit.reproduce.patterns import Stripes, stripes
from misfit.style import SERIES, trim

#: the periods that the paper's Fig. 10 shows, lattice spacings
PERIODS = (7.5, 10.5)
#: a wave of less than this in c(z) is not called a stripe, however regular
LEAST_AMPLITUDE = 0.05


def striped(profile: NDArray[np.float64]) -> tuple[bool, Stripes]:
    """Whether a profile has stripes: it comes back after one period, and its wave is high enough."""
    found = stripes(profile)
    return found.found and found.amplitude > LEAST_AMPLITUDE, found


def stripe_claim(claim: str, expected: str, profiles: Sequence[NDArray[np.float64]], want: bool) -> Claim:
    """In most of the profiles there are stripes of the paper's period, or (not `want`) in most there are not."""
    judged = [striped(profile) for profile in profiles]
    good = [each for is_striped, each in judged if is_striped and PERIODS[0] <= each.period <= PERIODS[1]]
    most = 2 * len(good) > len(judged)
    periods = ", ".join(f"{each.period:.1f}" for _, each in judged)
    amplitudes = ", ".join(f"{each.amplitude:.2f}" for _, each in judged)
    return holds(
        claim, expected,
        f"in {len(good)} of {len(judged)} rods; strongest waves: periods {periods}, amplitudes {amplitudes}",
        most == want,
        f"c(z) comes back after a period of {PERIODS[0]:g} to {PERIODS[1]:g} beyond 3 standard deviations of noise,"
        f" amplitude above {LEAST_AMPLITUDE:g}, in {'most' if want else 'half or fewer'}",
    )  # fmt: skip


def draw_rods(
    part: SubFigure, crystal: Crystal, frames: Sequence[NDArray[np.int8]], titles: Sequence[str]
) -> Axes:
    """Rods side by side in the right part of a strip; returns the first panel."""
    first = None
    room = 0.9 / len(frames)
    for k, (sigma, title) in enumerate(zip(frames, titles)):
        axes = part.add_axes((0.1 + k * room, 0.01, room * 0.96, 0.88))
        draw_box(axes, crystal, sigma)
        axes.set_title(title, pad=2, fontsize=7)
        first = first or axes
    assert first is not None
    return first


def draw_profiles(axes: Axes, profiles: Sequence[NDArray[np.float64]], labels: Sequence[str]) -> None:
    """c(z), z upwards as in the rods beside it."""
    for k, (profile, label) in enumerate(zip(profiles, labels)):
        color, _, line = SERIES[k]
        axes.plot(
            profile, np.arange(1, len(profile) + 1), color=color, linestyle=line, linewidth=1.1,
            label=label,
        )
    axes.axvline(1.0, color="#9a9a9a", linewidth=0.8)
    axes.set_xlim(-0.02, 1.03)
    axes.set_ylim(0, len(profiles[0]) + 1)
    axes.set_xlabel("composition  $c(z)$", labelpad=2)
    axes.set_ylabel("$z$  [lattice spacings]", labelpad=2)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), borderaxespad=0.3, handlelength=2.4)
    trim(axes)
