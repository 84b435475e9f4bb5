"""Fig. 8: a crystal whose exchange is switched off relaxes by diffusion alone."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Picture

from misfit.record import Record
from misfit.reproduce.analysis import Estimate, mean_estimate
from misfit.reproduce.claims import Claim, exceeds, holds
from misfit.reproduce.drawing import species_above_phases
from misfit.reproduce.job import Figure, Job, Run
from misfit.reproduce.stages import frame_at
from misfit.style import (
    DOUBLE_COLUMN,
    FRACTION_LABEL,
    PHASE_COLORS,
    PHASE_LABELS,
    UNIT_INTERVAL,
    bold_line,
    letter_panels,
    marker,
    styled,
    thin_lines,
    trim,
)

_TIMES = (0.0, 125.0, 193.0, 221.0)
_PHASES = ("U1", "S1", "S2", "U2")
_RELAXING = 2


def reproduce(job: Job) -> list[Claim]:
    record = job.exchange("relaxation")
    after = record.stage == _RELAXING
    time = record.time[after]
    f = {phase: record.observables[f"f_{phase}"][:, after] for phase in _PHASES}
    c = record.observables["composition"][:, after]
    job.save(draw(record, time, f))
    table = {"t - t_init [1/k0]": time, "c": c.mean(axis=0)}
    table |= {f"f_{phase}": values.mean(axis=0) for phase, values in f.items()}
    job.table("relaxation", table)
    unstructured, modulated = f["U1"] + f["U2"], f["S1"] + f["S2"]

    def gain(values: np.ndarray, before: float, after: float) -> Estimate:
        at = [int(np.abs(time - t).argmin()) for t in (before, after)]
        return mean_estimate(values[:, at[1]] - values[:, at[0]])

    drift = float(np.ptp(c, axis=1).max())
    counted = np.rint(c * record.crystal.size)
    return [
        holds(
            "no A is lost or gained once exchange is off", "exactly none",
            f"c changes by {drift:g} at the most", bool((counted == counted[:, :1]).all()), "the number of A stays, in all trajectories", "fail",
        ),
        *(
            exceeds(f"{phase} is there when exchange stops", "all four phases", mean_estimate(f[phase][:, 0]))
            for phase in _PHASES
        ),
        exceeds("U1 + U2 grow while relaxing", "grow", gain(unstructured, 0.0, 250.0)),
        exceeds("S1 + S2 shrink from the stop to the end", "at the expense of S", gain(modulated, 250.0, 0.0)),
        exceeds("U1 + U2 grow from 125 to 221", "grow", gain(unstructured, 125.0, 221.0)),
        exceeds("S1 + S2 shrink from 125 to 221", "at the expense of S", gain(modulated, 221.0, 125.0)),
        exceeds("S1 + S2 are still there at the end", "persist", mean_estimate(modulated[:, -1])),
    ]  # fmt: skip


@styled
def draw(record: Record, time: np.ndarray, f: dict[str, np.ndarray]) -> Picture:
    """Crystals in both colour schemes at the paper's times; below them the fractions of all trajectories."""
    above, below = 3.1, 2.1
    picture = Picture(figsize=(DOUBLE_COLUMN, above + below))
    upper, lower = picture.subfigures(2, 1, height_ratios=(above, below))
    frames = [np.asarray(record.sigma[0, frame_at(record, _RELAXING, t)]) for t in _TIMES]
    titles = [rf"$t - t_\mathrm{{init}} = {t:g}$" for t in _TIMES]
    species_above_phases(upper, record.crystal, frames, titles, 0.12, 0.22)
    axes = lower.add_axes((0.075, 0.2, 0.9, 0.66))
    for number, (phase, values) in enumerate(f.items()):
        color = PHASE_COLORS[phase]
        thin_lines(axes, time, values, color)
        mean = values.mean(axis=0)
        bold_line(axes, time, mean, color, width=1.4)
        places = np.linspace(0.05, 0.9, 6) * (len(time) - 1) + number * 0.03 * len(time)
        places = places.astype(int)
        axes.plot(time[places], mean[places], zorder=6, **marker(phase))
        axes.plot([], [], color=color, label=PHASE_LABELS[phase], **marker(phase, line="-"))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=4, borderaxespad=0.2)
    axes.set_xlim(0, float(time[-1]))
    axes.set_ylim(UNIT_INTERVAL[0], 0.62)
    axes.set_xlabel(r"time since exchange stopped  $t - t_\mathrm{init}$ / $k_0^{-1}$", labelpad=2)
    axes.set_ylabel(FRACTION_LABEL)
    trim(axes)
    letter_panels([upper, lower])
    return picture


FIGURE = Figure(
    "fig8",
    "relaxation after an interrupted exchange",
    [Run("relaxation", {"ensemble.trajectories": 6})],
    reproduce,
)
