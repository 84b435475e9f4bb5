"""Fig. 5: phases of a core at equilibrium over the number of layers of its shell."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Picture

from misfit.configurations import draw_configuration, one_scale
from misfit.equilibrium import EquilibriumRecord
from misfit.reproduce.claims import Claim, agrees, exceeds, holds, number
from misfit.reproduce.drawing import points
from misfit.reproduce.job import Figure, Job, Run
from misfit.snapshots import add_key
from misfit.style import (
    DOUBLE_COLUMN,
    FRACTION_LABEL,
    PHASE_COLORS,
    PHASE_KEY,
    PHASE_LABELS,
    bold_line,
    letter_panels,
    marker,
    styled,
    trim,
)

_PHASES = ("U1", "S1", "S2", "U2")
_LAYERS = "crystal.shell.layers"
#: core 721 by two runs of an independent implementation: layers, observable, value, error or rounding
_LISTED = (
    (0, "f_U", 0.874, 0.001),
    (6, "f_U", 0.450, 0.002), (6, "f_S1", 0.182, 0.002), (6, "f_S2", 0.180, 0.002),
    (8, "f_U", 0.0006, 0.00003), (8, "f_S1", 0.442, 0.001), (8, "f_S2", 0.443, 0.001),
)  # fmt: skip


def reproduce(job: Job) -> list[Claim]:
    record = job.equilibrium("shells")
    job.save(draw(record))
    layers = record.sweep[_LAYERS]
    columns = {"layers": layers}
    for name in ("f_U", *(f"f_{phase}" for phase in _PHASES)):
        average = record.averages[name]
        columns[name], columns[f"standard error of {name}"] = average.mean, average.standard_error
    job.table("fractions", columns)

    def at(layer: int, name: str) -> tuple[float, float]:
        point = int(np.flatnonzero(layers == layer)[0])
        average = record.averages[name]
        return float(average.mean[point]), float(average.standard_error[point])

    last = int(layers.max())
    unstructured = at(0, "f_U")
    claims = [
        exceeds(
            "no shell: U1 + U2 dominate", "predominantly U", unstructured,
            (1 - unstructured[0], unstructured[1]),
        ),
        exceeds(f"{last} layers: S1 before U1 + U2", "S1, S2 only", at(last, "f_S1"), at(last, "f_U")),
        exceeds(f"{last} layers: S2 before U1 + U2", "S1, S2 only", at(last, "f_S2"), at(last, "f_U")),
    ]  # fmt: skip
    if record.parameters["crystal.side"] != 16:
        return claims
    for layer, name, value, error in _LISTED:
        claims.append(agrees(f"{layer} layers: {name}", value, *at(layer, name), error))
    six = [at(6, f"f_{phase}")[0] for phase in _PHASES]
    claims.append(
        holds(
            "6 layers: all phases are roughly equal", "roughly equal",
            ", ".join(f"f_{phase} {value:.3f}" for phase, value in zip(_PHASES, six)),
            max(six) < 1.5 * min(six), "none is one and a half times another",
        )
    )  # fmt: skip
    return [*claims, _jump(record)]


def _jump(record: EquilibriumRecord) -> Claim:
    average = record.averages["f_U"]
    drop = -np.diff(average.mean)
    error = np.hypot(average.standard_error[1:], average.standard_error[:-1])
    order = np.argsort(drop)
    first, second = order[-1], order[-2]
    margin = drop[first] - drop[second] - 3 * np.hypot(error[first], error[second])
    return holds(
        "the largest drop of f_U is from 6 to 7 layers", "between 6 and 7",
        f"{number(drop[first], error[first])} from {first} to {first + 1}, then {number(drop[second], error[second])}",
        bool(first == 6 and margin > 0), "larger than the next by more than 3 standard errors",
    )  # fmt: skip


@styled
def draw(record: EquilibriumRecord) -> Picture:
    """A: three configurations; B: fractions over layers."""
    width, above, below = DOUBLE_COLUMN, 2.15, 2.4
    picture = Picture(figsize=(width, above + below))
    upper, lower = picture.subfigures(2, 1, height_ratios=(above, below))
    layers = record.sweep[_LAYERS].astype(int)
    panels = []
    shown = [layer for layer in (0, 6, 8) if layer in layers]
    for k, layer in enumerate(shown):
        point = record.points[int(np.flatnonzero(layers == layer)[0])]
        axes = upper.add_axes((0.14 + 0.285 * k, 0.01, 0.28, 0.85))
        draw_configuration(axes, point.crystal, point.sigma[0, -1])
        panels.append(axes)
        axes.set_title("no shell" if layer == 0 else f"{layer} layers", pad=2)
        if k == 0:
            add_key(upper, axes, "h", PHASE_KEY)
    one_scale(panels)
    axes = lower.add_axes((0.075, 0.17, 0.9, 0.7))
    for phase in _PHASES:
        average = record.averages[f"f_{phase}"]
        bold_line(axes, layers, average.mean, PHASE_COLORS[phase], width=1.0)
        points(axes, layers, average.mean, average.standard_error, **marker(phase))
        axes.plot([], [], color=PHASE_COLORS[phase], label=PHASE_LABELS[phase], **marker(phase, line="-"))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=4, borderaxespad=0.2)
    axes.set_xticks(layers)
    axes.set_ylim(-0.012, 0.52)
    axes.set_xlabel("shell layers", labelpad=2)
    axes.set_ylabel(FRACTION_LABEL)
    trim(axes)
    letter_panels([upper, lower])
    return picture


FIGURE = Figure(
    "fig5",
    "cores in shells of several layers",
    [
        Run(
            "shells",
            {"crystal.side": 8, "monte_carlo.equilibration": 10000, "monte_carlo.sweeps": 20000},
        )
    ],
    reproduce,
)
