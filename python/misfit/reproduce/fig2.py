"""Fig. 2: composition over time of three models; and with the rates of the paper's own program."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import NullLocator

from misfit.record import Record
from misfit.reproduce.analysis import (
    FreeExchange,
    absorbing_rate,
    at_time,
    decay_rate,
    first_time_below,
    loss_per_decade,
    mean_estimate,
    peaks,
    valleys,
)
from misfit.reproduce.claims import OTHER_PROGRAM, THEORY, Claim, agrees, exceeds, holds, number
from misfit.reproduce.drawing import composition, log_decades
from misfit.reproduce.job import Figure, Job, Run
from misfit.style import (
    COMPOSITION_LABEL,
    DOUBLE_COLUMN,
    INK,
    SPECIES_COLORS,
    TIME_LABEL,
    UNIT_INTERVAL,
    letter,
    styled,
    trim,
)

_RUNS = ("noninteracting", "ising", "elastic", "elastic-published")
#: c(t) at N = 271 by an independent implementation: value, standard error
_LISTED = {
    "ising": {10.0: (0.5877, 0.0012), 100.0: (0.3773, 0.0016), 500.0: (0.1548, 0.0022)},
    "elastic": {
        1e-23: (0.99892, 6e-5), 1e-20: (0.95068, 12e-5), 1e-10: (0.82595, 11e-5), 1e-4: (0.61775, 16e-5),
        0.1: (0.43273, 31e-5), 1.0: (0.28863, 36e-5), 3.0: (0.19759, 38e-5), 10.0: (0.09980, 41e-5),
        25.0: (0.03189, 40e-5), 50.0: (0.00039, 5e-5),
    },
    "elastic-published": {
        1.0: (0.27059, 39e-5), 3.0: (0.17420, 38e-5), 10.0: (0.07659, 39e-5), 25.0: (0.01409, 33e-5),
    },
}  # fmt: skip
_FREE = {0.01: 0.84523, 1.0: 0.60078, 5.0: 0.31833, 10.0: 0.16315, 20.0: 0.04386, 30.0: 0.01182}
_NAMES = {"ising": "Ising", "elastic": "elastic", "elastic-published": "elastic, published"}
_DECADE = 0.1


def reproduce(job: Job) -> list[Claim]:
    records = {name: job.exchange(name) for name in _RUNS}
    job.save(draw(records))
    for name, record in records.items():
        mean, error = record.mean("composition")
        job.table(name, {"t [1/k0]": record.time, "c": mean, "standard error of c": error})
    return [
        *_free(records["noninteracting"]),
        *_first_fast(records),
        *_listed(records),
        *_steps(job, records["ising"]),
        *_elastic(records),
    ]


def _free(record: Record) -> list[Claim]:
    c = record.observables["composition"]
    half_drive = -record.parameters["model.delta_mu"] / (2 * record.parameters["model.kT"])
    exact = FreeExchange(record.crystal, half_drive)
    claims = [
        agrees(
            f"A: linear equation here and elsewhere, c({t:g})", value,
            round(float(exact.composition(np.array([t]))[0]), 5), 0.0,
        )
        for t, value in _FREE.items()
    ]  # fmt: skip
    claims += [
        agrees(f"A: simulated c({t:g})", value, *at_time(record.time, c, t)) for t, value in _FREE.items()
    ]
    rate = decay_rate(record.time, c, 0.02, 0.2)
    claims.append(
        agrees("A: c decays at the smallest rate of the linear equation", float(exact.rates[0]), *rate, source=THEORY)
    )
    absorbing = absorbing_rate(record.crystal)
    claims.append(
        agrees("A: the same with a surface that only absorbs", absorbing, *rate, source=THEORY)
    )
    return claims


def _first_fast(records: dict[str, Record]) -> list[Claim]:
    claims = []
    for panel, name in zip("ABC", _RUNS):
        record = records[name]
        mean, _ = record.mean("composition")
        surface = float((record.crystal.layer == 1).mean())
        first = first_time_below(record.time, mean, 1 - surface / 2)
        second = first_time_below(record.time, mean, (1 - surface) / 2)
        claims.append(
            holds(
                f"{panel}: fast at the surface, then slow", "two time scales",
                f"half of the surface by {first:.2g}, of the inside by {second:.3g}", second > 10 * first,
                "the inside takes more than ten times as long",
            )
        )  # fmt: skip
    return claims


def _listed(records: dict[str, Record]) -> list[Claim]:
    claims = []
    for name, listed in _LISTED.items():
        record = records[name]
        c = record.observables["composition"]
        for t, (value, error) in listed.items():
            claims.append(agrees(f"{_NAMES[name]}: c({t:g})", value, *at_time(record.time, c, t), error))
    for name, value in (("ising", 975.0), ("elastic", 39.7), ("elastic-published", 30.4)):
        record = records[name]
        found = mean_estimate(record.trajectories.end_time)
        # Listed without an error: that of the runs it came from, 100 (Ising) or 1,000 of the same spread.
        runs = 100 if name == "ising" else 1000
        spread = record.trajectories.end_time.std(ddof=1)
        claims.append(
            agrees(f"{_NAMES[name]}: mean time to all B", value, *found, float(spread / np.sqrt(runs)))
        )
    return claims


def _steps(job: Job, record: Record) -> list[Claim]:
    c = record.observables["composition"]
    edges = np.arange(np.log10(2e-3), np.log10(record.time[-1]), _DECADE)
    loss, error = loss_per_decade(record.time, c, edges)
    maxima = peaks(loss, error, 3.0)
    minima = valleys(loss, maxima)
    middle = (edges[1:] + edges[:-1]) / 2
    job.table(
        "ising-steps",
        {"t [1/k0]": 10**middle, "-dc/dlog10 t": loss, "standard error": error,
         "kind": ["peak" if k in maxima else "valley" if k in minima else "" for k in range(len(loss))]},
    )  # fmt: skip
    mean = c.mean(axis=0)
    layers = [float((record.crystal.layer > m).mean()) for m in range(1, 5)]
    at = [float(np.interp(middle[k], np.log10(record.time[1:]), mean[1:])) for k in minima]
    found = f"{len(maxima)} steps, valleys at c = {', '.join(f'{c:.2f}' for c in at)}"
    return [
        holds(
            "B: exchange in steps of log t", "monolayer by monolayer", found, len(maxima) >= 2,
            "two or more maxima of -dc/dlog t, 3 standard errors above the valleys between",
        ),
        holds(
            "B: the first valley is one layer deep", f"c = {layers[0]:.3f}",
            f"c = {at[0]:.3f}" if at else "no valley",
            bool(at) and abs(at[0] - layers[0]) < 0.5 * (layers[0] - layers[1]),
            "nearer to one whole layer than to half a layer more or less", source=THEORY,
        ),
    ]  # fmt: skip


def _elastic(records: dict[str, Record]) -> list[Claim]:
    ising, elastic, published = (mean_estimate(records[name].trajectories.end_time) for name in _RUNS[1:])
    record = records["elastic"]
    claims = [
        exceeds("C: elastic is over sooner than Ising", "much sooner", ising, elastic),
        exceeds("C: published rates end sooner than exact ones", "39.7 against 30.4", elastic, published, OTHER_PROGRAM),
    ]
    for name in ("S1", "S2"):
        values = record.observables[f"f_{name}"]
        top = int(values.mean(axis=0).argmax())
        most, last = mean_estimate(values[:, top]), mean_estimate(values[:, -1])
        claims.append(
            holds(
                f"C: {name} comes and goes", "transient",
                f"{number(*most)} at t = {record.time[top]:.2g}, {number(*last)} at the end",
                most.value > 3 * most.error and values[:, 0].max() == 0 and abs(last.value) <= 3 * last.error,
                "0 at the start, above 0 by 3 standard errors, 0 within 3 at the end",
            )
        )  # fmt: skip
    return claims


@styled
def draw(records: dict[str, Record]) -> Picture:
    """Three panels as in the paper; in C the mean by the published rates, dashed."""
    width, height = DOUBLE_COLUMN, 2.5
    picture = Picture(figsize=(width, height))
    titles = ("noninteracting", "Ising", "elastic")
    for k, (name, title) in enumerate(zip(_RUNS, titles)):
        record = records[name]
        c = record.observables["composition"]
        axes = picture.add_axes(((0.52 + 2.2 * k) / width, 0.16, 1.86 / width, 0.72))
        composition(axes, record.time, c)
        inset = axes.inset_axes([0.46, 0.46, 0.52, 0.5])
        composition(inset, record.time, c, width=0.9)
        until = 1.05 * first_time_below(record.time, c.mean(axis=0), 0.002)
        until = min(until, float(record.time[-1]))
        if name == "elastic":
            other = records["elastic-published"]
            for panel in (axes, inset):
                mean = other.observables["composition"].mean(axis=0)
                panel.plot(
                    other.time, mean, color=SPECIES_COLORS["B"], linestyle=(0, (3, 1.5)), linewidth=1.1,
                    zorder=5,
                )
            axes.plot(
                [], [], color=SPECIES_COLORS["B"], linestyle=(0, (3, 1.5)), linewidth=1.1,
                label="published rates",
            )
            axes.legend(loc="center right", bbox_to_anchor=(1.02, 0.24), borderaxespad=0)
        if name == "noninteracting":
            exact = FreeExchange(
                record.crystal, -record.parameters["model.delta_mu"] / (2 * record.parameters["model.kT"]),
            )
            inset.plot(
                record.time, exact.composition(record.time), color=INK, linestyle=(0, (1, 1.5)),
                linewidth=0.9, zorder=5,
            )
            axes.plot([], [], color=INK, linestyle=(0, (1, 1.5)), linewidth=0.9, label="linear equation")
            axes.legend(loc="center right", bbox_to_anchor=(1.02, 0.24), borderaxespad=0)
            inset.set_xlim(0, until)
            inset.set_yscale("log", nonpositive="mask")
            inset.set_ylim(1e-3, 1.3)
            inset.yaxis.set_minor_locator(NullLocator())
        else:
            log_decades(inset, 1e-3 if name == "ising" else 1e-24, float(record.time[-1]), most=4)
            inset.set_ylim(*UNIT_INTERVAL)
            inset.set_yticks([0, 0.5, 1])
        axes.set_xlim(0, until)
        axes.set_ylim(*UNIT_INTERVAL)
        axes.set_xlabel(TIME_LABEL, labelpad=2)
        axes.set_title(title, pad=3)
        letter(axes, "ABC"[k])
        trim(axes)
        if k == 0:
            axes.set_ylabel(COMPOSITION_LABEL)
    return picture


FIGURE = Figure(
    "fig2",
    "composition over time",
    [Run(name, {"ensemble.trajectories": 30}) for name in _RUNS],
    reproduce,
)
