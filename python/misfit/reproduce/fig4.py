"""Fig. 4: phases of the bulk, plaquettes, an exchange in both colour schemes, phase fractions over time."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D

from misfit.cells import draw_cells, frame_cells, hexagons, species_colors
from misfit.configurations import draw_configuration
from misfit.equilibrium import EquilibriumRecord
from misfit.record import Record
from misfit.reproduce.analysis import at_time, last_time_above, mean_estimate
from misfit.reproduce.claims import OTHER_PROGRAM, Claim, agrees, exceeds
from misfit.reproduce.drawing import species_above_phases
from misfit.reproduce.job import Figure, Job, Run
from misfit.style import (
    DOUBLE_COLUMN,
    FRACTION_LABEL,
    PHASE_COLORS,
    PHASE_LABELS,
    TIME_LABEL,
    UNIT_INTERVAL,
    bold_line,
    letter_panels,
    marker,
    styled,
    thin_lines,
    trim,
)

_PHASES = ("U1", "S1", "S2", "U2")
#: phases that should be the most of the bulk at each composition of the input
_BULK = {
    0.05: ("U2",), 0.2: ("U2", "S2"), 1 / 3: ("S2",), 0.5: ("S1", "S2"), 2 / 3: ("S1",),
    0.8: ("U1", "S1"), 0.95: ("U1",),
}
#: c, then f of U1, S1, S2, U2 at N = 721 by an independent implementation, 200 trajectories
_LISTED: dict[float, tuple[float, ...]] = {
    0.1: (0.61879, 0.498, 0.023, 0.014, 0.072),
    3.0: (0.40040, 0.177, 0.088, 0.091, 0.229),
    25.6: (0.19322, 0.002, 0.097, 0.196, 0.424),
    74.8: (0.08058, 0.0, 0.002, 0.191, 0.651),
    150.0: (0.01323,),
}
_LISTED_RUNS = 200
_TIMES = (2.98, 25.6, 74.8)


def reproduce(job: Job) -> list[Claim]:
    bulk = job.equilibrium("bulk")
    record, published = job.exchange("exchange"), job.exchange("exchange-published")
    job.save(draw(bulk, record, published))
    names = ["composition", *(f"f_{phase}" for phase in _PHASES)]
    for run, each in (("exchange", record), ("exchange-published", published)):
        columns = {"t [1/k0]": each.time}
        for name in names:
            columns[name], columns[f"standard error of {name}"] = each.mean(name)
        job.table(run, columns)
    columns = {"c": bulk.sweep["monte_carlo.composition"]}
    for phase in _PHASES:
        average = bulk.averages[f"f_{phase}"]
        columns[f"f_{phase}"], columns[f"standard error of f_{phase}"] = (
            average.mean, average.standard_error,
        )
    job.table("bulk", columns)
    claims = [_bulk_claim(bulk, point) for point in range(len(bulk.points))]
    claims += _succession(record)
    if record.parameters["crystal.side"] == 16:
        claims += _listed(record, published)
    claims.append(
        exceeds(
            "D: published rates end sooner than exact ones", "190 against 167",
            mean_estimate(record.trajectories.end_time), mean_estimate(published.trajectories.end_time), OTHER_PROGRAM,
        )
    )  # fmt: skip
    return claims


def _bulk_claim(bulk: EquilibriumRecord, point: int) -> Claim:
    c = float(bulk.sweep["monte_carlo.composition"][point])
    expected = _BULK[min(_BULK, key=lambda each: abs(each - c))]
    f = {
        phase: (average.mean[point], average.standard_error[point])
        for phase, average in ((phase, bulk.averages[f"f_{phase}"]) for phase in _PHASES)
    }
    least = min((f[phase] for phase in expected), key=lambda each: each[0])
    most = max((f[phase] for phase in _PHASES if phase not in expected), key=lambda each: each[0])
    return exceeds(f"A: {' + '.join(expected)} in the bulk at c = {c:.3g}", " + ".join(expected), least, most)


def _succession(record: Record) -> list[Claim]:
    f = {phase: record.observables[f"f_{phase}"] for phase in _PHASES}
    gone = {phase: mean_estimate(last_time_above(record.time, f[phase], 0.0)) for phase in _PHASES}
    at = {(phase, t): at_time(record.time, f[phase], t) for phase in _PHASES for t in _TIMES}
    early, middle, late = _TIMES
    return [
        exceeds("D: S1 outlives U1 (time until none is left)", "U1 is gone first", gone["S1"], gone["U1"]),
        exceeds("D: S2 outlives S1", "then S1, then S2", gone["S2"], gone["S1"]),
        exceeds("C: at t = 2.98 U1 before S1", "U1 core with S1, S2", at["U1", early], at["S1", early]),
        exceeds("C: at t = 25.6 S1 before U1", "S1, S2, no U1", at["S1", middle], at["U1", middle]),
        exceeds("C: at t = 25.6 S2 before S1", "S2 around S1", at["S2", middle], at["S1", middle]),
        exceeds("C: at t = 74.8 S2 before S1", "S2 in U2", at["S2", late], at["S1", late]),
        exceeds("C: at t = 74.8 U2 before S2", "S2 in U2", at["U2", late], at["S2", late]),
    ]


def _listed(record: Record, published: Record) -> list[Claim]:
    claims = []
    for t, values in _LISTED.items():
        for name, value in zip(("composition", *(f"f_{phase}" for phase in _PHASES)), values):
            samples = record.observables[name]
            found = at_time(record.time, samples, t)
            # Listed without an error, from 200 runs of the same spread, rounded to the digits given.
            rounding = (1e-5 if name == "composition" else 1e-3) / np.sqrt(12)
            spread = found.error * np.sqrt(len(samples) / _LISTED_RUNS)
            short = "c" if name == "composition" else name
            claims.append(agrees(f"D: {short}({t:g})", value, *found, float(np.hypot(rounding, spread))))
    for what, each, value in (
        ("D: mean time to all B", record, 190.0), ("D: the same, published rates", published, 167.0)
    ):
        found = mean_estimate(each.trajectories.end_time)
        claims.append(
            agrees(what, value, *found, found.error * np.sqrt(len(each.trajectories) / _LISTED_RUNS))
        )
    return claims


@styled
def draw(bulk: EquilibriumRecord, record: Record, published: Record) -> Picture:
    """A and B above, C in the middle, D below."""
    width = DOUBLE_COLUMN
    heights = (1.35, 0.85, 3.5, 2.45)
    height = sum(heights)
    picture = Picture(figsize=(width, height))
    parts = picture.subfigures(4, 1, height_ratios=heights)
    _draw_bulk(parts[0], bulk)
    _draw_plaquettes(parts[1])
    _draw_snapshots(parts[2], record)
    axes = parts[3].add_axes((0.075, 0.17, 0.9, 0.7))
    _draw_fractions(axes, record, published)
    letter_panels(parts)
    return picture


def _draw_bulk(part: Picture, bulk: EquilibriumRecord) -> None:
    count = len(bulk.points)
    room = 0.955 / count
    for k, point in enumerate(bulk.points):
        axes = part.add_axes((0.035 + k * room, 0.02, room - 0.008, 0.8))
        draw_configuration(axes, point.crystal, point.sigma[0, -1])
        axes.set_title(f"$c = {bulk.sweep['monte_carlo.composition'][k]:.2f}$", pad=2)


def _draw_plaquettes(part: Picture) -> None:
    """The seven sites of each kind of plaquette beside their phase (Fig. 4B)."""
    angle = np.arange(6) * np.pi / 3
    position = np.vstack([[0, 0], np.stack([np.cos(angle), np.sin(angle)], axis=-1)])
    cells = hexagons(position)
    alternating = [1, -1, 1, -1, 1, -1]
    kinds = {
        "U1": [[1] + [1] * 6], "S1": [[-1] + [1] * 6, [1, *alternating]],
        "S2": [[1] + [-1] * 6, [-1, *alternating]], "U2": [[-1] + [-1] * 6],
    }
    s = {"U1": "+2", "S1": "+1", "S2": "−1", "U2": "−2"}
    slots = sum(len(plaquettes) for plaquettes in kinds.values())
    room = 0.955 / (slots + 4 * 1.5)
    left = 0.035
    for name, plaquettes in kinds.items():
        for sigma in plaquettes:
            axes = part.add_axes((left, 0.04, room, 0.8))
            draw_cells(axes, cells, species_colors(np.array(sigma, dtype=np.int8)))
            frame_cells(axes, cells)
            left += room
        axes = part.add_axes((left + 0.1 * room, 0.29, 0.3 * room, 0.3))
        draw_cells(axes, cells[:1], [PHASE_COLORS[name]])
        part.text(left + 0.48 * room, 0.55, PHASE_LABELS[name], ha="left", va="center", fontsize=9)
        part.text(left + 0.48 * room, 0.32, f"$s = {s[name]}$", ha="left", va="center", fontsize=7)
        left += 1.5 * room


def _draw_snapshots(part: Picture, record: Record) -> None:
    frames = [int(np.abs(record.sigma_time - t).argmin()) for t in _TIMES]
    sigma = [np.asarray(record.sigma[0, frame]) for frame in frames]
    titles = [f"$t = {record.sigma_time[frame]:g}$" for frame in frames]
    species_above_phases(part, record.crystal, sigma, titles, 0.13, 0.29)


def _draw_fractions(axes: Axes, record: Record, published: Record) -> None:
    dashes = (0, (3, 1.5))
    for number, phase in enumerate(_PHASES):
        values = record.observables[f"f_{phase}"]
        color = PHASE_COLORS[phase]
        thin_lines(axes, record.time, values, color)
        mean = values.mean(axis=0)
        bold_line(axes, record.time, mean, color, width=1.4)
        other = published.observables[f"f_{phase}"].mean(axis=0)
        axes.plot(published.time, other, color="black", linestyle=dashes, linewidth=0.7, zorder=4)
        places = [int(np.abs(record.time - t).argmin()) for t in np.arange(5, 220, 30) + 6 * number]
        places = [place for place in places if mean[place] > 0.03]
        axes.plot(record.time[places], mean[places], zorder=6, **marker(phase))
        axes.plot([], [], color=color, label=PHASE_LABELS[phase], **marker(phase, line="-"))
    handles, _ = axes.get_legend_handles_labels()
    handles.append(Line2D([], [], color="black", linestyle=dashes, linewidth=0.7, label="published rates"))
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=5, borderaxespad=0.2)
    axes.set_xlim(0, 1.02 * float(record.trajectories.end_time.max()))
    axes.set_ylim(*UNIT_INTERVAL)
    axes.set_xlabel(TIME_LABEL, labelpad=2)
    axes.set_ylabel(FRACTION_LABEL)
    trim(axes)


FIGURE = Figure(
    "fig4",
    "phases of the bulk and of an exchanging crystal",
    [
        Run(
            "bulk",
            {"crystal.size": [24, 24], "monte_carlo.equilibration": 20000, "monte_carlo.sweeps": 10000},
        ),
        Run("exchange", {"ensemble.trajectories": 20}),
        Run("exchange-published", {"ensemble.trajectories": 20}),
    ],
    reproduce,
)
