"""Fig. 9: a cube: columns of A while exchanging, phase fractions over time, and at equilibrium."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D

from misfit.balls import draw_solid, solid_key
from misfit.equilibrium import EquilibriumRecord
from misfit.record import Record
from misfit.reproduce.analysis import at_time, mean_estimate
from misfit.reproduce.claims import OTHER_PROGRAM, THEORY, Claim, agrees, exceeds, holds, number
from misfit.reproduce.drawing import log_decades, points
from misfit.reproduce.job import Figure, Job, Run
from misfit.reproduce.patterns import columns
from misfit.snapshots import add_key
from misfit.style import (
    DOUBLE_COLUMN,
    FRACTION_LABEL,
    PHASE_LABELS,
    TIME_LABEL,
    UNIT_INTERVAL,
    bold_line,
    letter,
    letter_panels,
    line_color,
    marker,
    styled,
    thin_lines,
    time_text,
    trim,
)

_PHASES = ("U1", "U2", "unclassified")
_TIMES = (2.58e-26, 1.12e-4, 0.0741, 0.579)
#: when columns are looked for
_PATTERNED = (1.12e-4, 0.0741, 0.579)
_K = "crystal.shell.stiffness"
#: c at 12 x 12 x 12 by an independent implementation, 30 trajectories: value, standard error
_LISTED = {1e-4: (0.4279, 11e-4), 0.01: (0.2475, 7e-4), 0.1: (0.1390, 5e-4), 1.0: (0.0236, 5e-4)}
_LISTED_RUNS = 30


def reproduce(job: Job) -> list[Claim]:
    record, published = job.exchange("exchange"), job.exchange("exchange-published")
    shells = job.equilibrium("shells")
    job.save(draw(record, published, shells))
    for run, each in (("exchange", record), ("exchange-published", published)):
        table = {"t [1/k0]": each.time}
        for name in ("composition", *(f"f_{phase}" for phase in _PHASES)):
            table[name], table[f"standard error of {name}"] = each.mean(name)
        job.table(run, table)
    table = {"K_shell": shells.sweep[_K]}
    for phase in _PHASES:
        average = shells.averages[f"f_{phase}"]
        table[f"f_{phase}"], table[f"standard error of f_{phase}"] = average.mean, average.standard_error
    job.table("shells", table)
    claims = _columns(job, record)
    claims += _plateau(record)
    if record.crystal.size == 1728:
        claims += _listed(record, published)
    claims.append(
        exceeds(
            "B: published rates end sooner than exact ones", "3.3 against 2.9",
            mean_estimate(record.trajectories.end_time), mean_estimate(published.trajectories.end_time), OTHER_PROGRAM,
        )
    )  # fmt: skip
    return [*claims, *_shells(shells)]


def _columns(job: Job, record: Record) -> list[Claim]:
    random = np.random.default_rng(9)
    claims = []
    rows: list[tuple[float, ...]] = []
    for t in _PATTERNED:
        frame = int(np.abs(record.sigma_time - t).argmin())
        frames = np.asarray(record.sigma[:, frame])
        found = [(k, columns(record.crystal, sigma, random)) for k, sigma in enumerate(frames)]
        found = [(k, each) for k, each in found if np.isfinite(each.share)]
        rows += [(t, k, *each) for k, each in found]
        shares = mean_estimate(np.array([each.share for _, each in found]))
        shuffled = mean_estimate(np.array([each.shuffled for _, each in found]))
        claims.append(
            exceeds(f"A: more A in columns than when shuffled, t = {t:g}", "columns of A", shares, shuffled)
        )
    names = ("t [1/k0]", "trajectory", "share of A in columns", "shuffled", "standard deviation of shuffled")
    job.table("columns", dict(zip(names, zip(*rows))))
    return claims


def _plateau(record: Record) -> list[Claim]:
    inside = float((record.crystal.layer > 1).mean())
    c = record.observables["composition"]
    found = at_time(record.time, c, 1e-16)
    return [agrees("B: plateau with all of the surface exchanged, c(1e-16)", inside, found.value, 0.0, source=THEORY)]


def _listed(record: Record, published: Record) -> list[Claim]:
    claims = []
    for t, (value, error) in _LISTED.items():
        found = at_time(record.time, record.observables["composition"], t)
        claims.append(agrees(f"B: c({t:g})", value, *found, error))
    for what, each, value in (
        ("B: mean time to all B", record, 3.3), ("B: the same, published rates", published, 2.9)
    ):
        found = mean_estimate(each.trajectories.end_time)
        error = found.error * np.sqrt(len(each.trajectories) / _LISTED_RUNS)
        claims.append(agrees(what, value, *found, float(np.hypot(error, 0.1 / np.sqrt(12)))))
    return claims


def _shells(record: EquilibriumRecord) -> list[Claim]:
    def at(point: int, name: str) -> tuple[float, float]:
        average = record.averages[name]
        return float(average.mean[point]), float(average.standard_error[point])

    order = np.argsort(record.sweep[_K])
    soft, stiff = int(order[0]), int(order[-1])
    return [
        exceeds("C: U1 + U2 are there in a soft shell", "present", at(soft, "f_U")),
        exceeds(
            "C: unclassified dominates in a stiff shell", "dominates", at(stiff, "f_unclassified"),
            at(stiff, "f_U"),
        ),
        holds(
            "C: U1 + U2 are absent in a stiff shell", "absent", number(*at(stiff, "f_U")),
            at(stiff, "f_U")[0] < 0.01,
            "less than one site in a hundred",
        ),
    ]  # fmt: skip


@styled
def draw(record: Record, published: Record, shells: EquilibriumRecord) -> Picture:
    """A: four crystals; B: fractions over time; C: at equilibrium over stiffness."""
    width, above, below = DOUBLE_COLUMN, 1.95, 2.6
    picture = Picture(figsize=(width, above + below))
    upper, lower = picture.subfigures(2, 1, height_ratios=(above, below))
    for k, t in enumerate(_TIMES):
        frame = int(np.abs(record.sigma_time - t).argmin())
        axes = upper.add_axes((0.09 + 0.227 * k, 0.0, 0.22, 0.86))
        draw_solid(axes, record.crystal, np.asarray(record.sigma[0, frame]))
        axes.set_title(f"$t = {time_text(float(record.sigma_time[frame]))}$", pad=2)
        if k == 0:
            add_key(upper, axes, "s", solid_key(record.crystal))
    left = lower.add_axes((0.075, 0.16, 0.5, 0.68))
    right = lower.add_axes((0.66, 0.16, 0.325, 0.68))
    _draw_exchange(left, record, published)
    _draw_shells(right, shells)
    letter_panels([upper, lower])
    letter(lower, "C", 0.6)
    return picture


def _draw_exchange(axes: Axes, record: Record, published: Record) -> None:
    dashes = (0, (3, 1.5))
    inset = axes.inset_axes([0.5, 0.3, 0.48, 0.46], zorder=7)
    for number_, phase in enumerate(_PHASES):
        values = record.observables[f"f_{phase}"]
        mean = values.mean(axis=0)
        color = line_color(phase)
        for panel in (axes, inset):
            thin_lines(panel, record.time, values, color)
            bold_line(panel, record.time, mean, color, width=1.2)
        other = published.observables[f"f_{phase}"].mean(axis=0)
        for panel in (axes, inset):
            panel.plot(published.time, other, color="black", linestyle=dashes, linewidth=0.7, zorder=4)
        places = [int(np.abs(record.time - t).argmin()) for t in np.arange(0.15, 3.2, 0.6) + 0.15 * number_]
        places = [place for place in places if mean[place] > 0.03]
        axes.plot(record.time[places], mean[places], zorder=6, **marker(phase))
    handles = _handles()
    handles.append(Line2D([], [], color="black", linestyle=dashes, linewidth=0.7, label="published rates"))
    axes.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=4, borderaxespad=0.2,
        columnspacing=1.0,
    )
    axes.set_xlim(0, 1.02 * float(np.quantile(record.trajectories.end_time, 0.9)))
    axes.set_ylim(*UNIT_INTERVAL)
    axes.set_xlabel(TIME_LABEL, labelpad=2)
    axes.set_ylabel(FRACTION_LABEL)
    log_decades(inset, 1e-31, float(record.time[-1]), most=4)
    inset.set_ylim(*UNIT_INTERVAL)
    inset.set_yticks([0, 0.5, 1])
    for panel in (axes, inset):
        trim(panel)


def _handles() -> list[Line2D]:
    return [
        Line2D([], [], color=line_color(phase), label=PHASE_LABELS[phase], **marker(phase, line="-"))
        for phase in _PHASES
    ]


def _draw_shells(axes: Axes, record: EquilibriumRecord) -> None:
    x = record.sweep[_K]
    for phase in _PHASES:
        average = record.averages[f"f_{phase}"]
        bold_line(axes, x, average.mean, line_color(phase), width=1.0)
        points(axes, x, average.mean, average.standard_error, **marker(phase))
    axes.set_ylim(*UNIT_INTERVAL)
    axes.set_xlabel(r"shell stiffness  $K_\mathrm{shell}$", labelpad=2)
    axes.set_ylabel(FRACTION_LABEL)
    trim(axes)


_QUICK = {"crystal.size": [8, 8, 8], "ensemble.trajectories": 20}
FIGURE = Figure(
    "fig9",
    "a cube: exchange, and equilibrium in a stiff shell",
    [
        Run("exchange", _QUICK),
        Run("exchange-published", _QUICK),
        Run(
            "shells",
            {
                "crystal.size": [7, 7, 7], "monte_carlo.equilibration": 2000, "monte_carlo.sweeps": 4000,
                "sweep.crystal.shell.stiffness": [1.0, 1.5, 2.0, 3.0, 6.0, 10.0],
            },
        ),
    ],
    reproduce,
)  # fmt: skip
