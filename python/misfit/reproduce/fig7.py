"""Fig. 7: local area deviations: maps while exchanging, their rms over time, and over layers of a shell."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Picture
from numpy.typing import NDArray

from misfit.deviations import draw_deviations
from misfit.equilibrium import EquilibriumRecord
from misfit.phases import PHASES, order_parameter
from misfit.record import Record
from misfit.reproduce.analysis import at_time, mean_estimate
from misfit.reproduce.claims import THEORY, Claim, exceeds, holds, number
from misfit.reproduce.drawing import points
from misfit.reproduce.job import Figure, Job, Run
from misfit.reproduce.strain import Relaxation
from misfit.style import (
    DOUBLE_COLUMN,
    MEAN_COLOR,
    SPECIES_COLORS,
    TIME_LABEL,
    bold_line,
    letter,
    letter_panels,
    styled,
    thin_lines,
    trim,
)

_TIMES = (2.98, 25.6, 74.8)
#: about the mean of the crystal, as in the paper
_RMS = "area_deviation_std"
_LAYERS = "crystal.shell.layers"


def reproduce(job: Job) -> list[Claim]:
    record, shells = job.exchange("exchange"), job.equilibrium("shells")
    mismatch = float(record.parameters["observables.mismatch"])
    frames = [int(np.abs(record.sigma_time - t).argmin()) for t in _TIMES]
    sigma = np.asarray(record.sigma[:, :])[:, frames]
    deviation = Relaxation(record.crystal).area_deviation(sigma, mismatch)
    interior = record.crystal.interior
    deviation -= deviation[..., interior].mean(axis=-1, keepdims=True)
    job.save(draw(record, shells, deviation[0]))
    job.table(
        "maps",
        {
            "x [lattice spacings]": record.crystal.position[:, 0],
            "y [lattice spacings]": record.crystal.position[:, 1],
        }
        | {f"area deviation at t = {t:g}": deviation[0, k] for k, t in enumerate(_TIMES)},
    )  # fmt: skip
    mean, error = record.mean(_RMS)
    job.table("exchange", {"t [1/k0]": record.time, "rms deviation": mean, "standard error": error})
    average = shells.averages[_RMS]
    job.table(
        "shells",
        {
            "layers": shells.sweep[_LAYERS], "rms deviation": average.mean,
            "standard error": average.standard_error,
        },
    )
    return [
        _same_as_the_program(record, deviation[..., interior]),
        *_by_phase(record, sigma, deviation),
        *_over_time(record),
        *_over_layers(shells),
    ]


def _same_as_the_program(record: Record, deviation: NDArray[np.float64]) -> Claim:
    here = np.sqrt((deviation**2).mean(axis=-1))  # [T, times]
    samples = [int(np.abs(record.time - t).argmin()) for t in _TIMES]
    program = record.observables[_RMS][:, samples]
    off = float(np.abs(here - program).max())
    return holds(
        "rms deviation here and by the program", "equal", f"{off:.1e} apart at the most", off < 1e-9,
        "to nine decimals, all trajectories", "fail", THEORY,
    )  # fmt: skip


def _by_phase(
    record: Record, sigma: NDArray[np.int8], deviation: NDArray[np.float64]
) -> list[Claim]:
    s = order_parameter(record.crystal, sigma)
    interior = record.crystal.interior
    means = {}
    for phase, value in PHASES.items():
        rows = []
        for k in range(len(sigma)):
            chosen = (s[k] == value) & interior
            if chosen.any():
                rows.append(deviation[k][chosen].mean())
        means[phase] = mean_estimate(np.array(rows))
    return [
        exceeds(
            f"A: {larger} sites are larger than {smaller} sites", "U1 > S1 > S2 > U2", means[larger],
            means[smaller],
        )
        for larger, smaller in (("U1", "S1"), ("S1", "S2"), ("S2", "U2"))
    ]  # fmt: skip


def _over_time(record: Record) -> list[Claim]:
    rms = record.observables[_RMS]
    early, middle, late = (at_time(record.time, rms, t) for t in _TIMES)
    return [
        exceeds("B: less heterogeneous at t = 25.6 than at 2.98", "decays", early, middle),
        exceeds("B: less heterogeneous at t = 74.8 than at 25.6", "decays", middle, late),
    ]


def _over_layers(shells: EquilibriumRecord) -> list[Claim]:
    average = shells.averages[_RMS]
    mean, error = average.mean, average.standard_error
    claims = [
        exceeds(
            "C: deviations decrease with the shell's thickness", "decrease", (mean[0], error[0]),
            (mean[-1], error[-1]),
        )
    ]  # fmt: skip
    if shells.parameters["crystal.side"] != 16:
        return claims
    drop, both = -np.diff(mean), np.hypot(error[1:], error[:-1])
    before = int(np.argmax(drop[:6]))  # among the drops up to 6 layers
    claims.append(
        exceeds(
            "C: the drop from 6 to 7 layers is larger than any before", "a drop between 6 and 7",
            (float(drop[6]), float(both[6])), (float(drop[before]), float(both[before])),
        )
    )  # fmt: skip
    claims.append(
        holds(
            "C: deviations at 6, 7 and 8 layers", "high, low, low",
            ", ".join(number(float(mean[k]), float(error[k])) for k in (6, 7, 8)),
            mean[6] - mean[7] > abs(mean[7] - mean[8]), "from 6 to 7 more than from 7 to 8",
        )
    )  # fmt: skip
    return claims


@styled
def draw(record: Record, shells: EquilibriumRecord, maps: NDArray[np.float64]) -> Picture:
    """A: three maps [times, N]; B: rms over time; C: over layers."""
    above, below = 2.3, 2.3
    picture = Picture(figsize=(DOUBLE_COLUMN, above + below))
    upper, lower = picture.subfigures(2, 1, height_ratios=(above, below))
    draw_deviations(upper, record.crystal, maps, [f"$t = {t:g}$" for t in _TIMES])
    left = lower.add_axes((0.09, 0.18, 0.4, 0.72))
    right = lower.add_axes((0.585, 0.18, 0.4, 0.72))
    values = record.observables[_RMS]
    thin_lines(left, record.time, values, SPECIES_COLORS["A"])
    bold_line(left, record.time, values.mean(axis=0), MEAN_COLOR, width=1.4)
    left.set_xlim(0, 1.02 * float(record.trajectories.end_time.max()))
    left.set_ylim(0, 1.08 * float(values.max()))
    left.set_xlabel(TIME_LABEL, labelpad=2)
    left.set_ylabel(r"rms area deviation  $\langle\Delta A^2\rangle^{1/2}$")
    average = shells.averages[_RMS]
    layers = shells.sweep[_LAYERS]
    bold_line(right, layers, average.mean, MEAN_COLOR, width=1.0)
    points(
        right, layers, average.mean, average.standard_error, linestyle="none", marker="o", markersize=4.4,
        markerfacecolor=MEAN_COLOR, markeredgecolor="black", markeredgewidth=0.7,
    )  # fmt: skip
    right.set_ylim(bottom=0)
    right.set_xlabel("shell layers", labelpad=2)
    letter_panels([upper, lower])
    letter(lower, "C", 0.52)
    for axes in (left, right):
        trim(axes)
    return picture


_QUICK_SHELLS = {
    "crystal.side": 8, "monte_carlo.equilibration": 10000, "monte_carlo.sweeps": 10000,
}  # fmt: skip
FIGURE = Figure(
    "fig7",
    "local area deviations",
    [Run("exchange", {"crystal.side": 10, "ensemble.trajectories": 10}), Run("shells", _QUICK_SHELLS)],
    reproduce,
)
