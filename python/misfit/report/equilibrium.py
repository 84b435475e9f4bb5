"""A report of equilibrium: configurations at every point of a sweep, and curves over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misfit.arrangement import Row, arrange
from misfit.equilibrium import EquilibriumRecord, Point
from misfit.files import RecordError, text
from misfit.labels import count_text, estimate_text, start_text
from misfit.panels import axis_of, others_of, title_of
from misfit.report.about import Notes, about, crystal_header, crystals_text, drift_text, heading, values_text
from misfit.report.bundle import Bundle
from misfit.report.deviations import local_deviations
from misfit.report.exchange import FRAME_BYTES
from misfit.report.sweep import axis_header, numbers, row_header, sweep_curve
from misfit.table import PHASES

#: places on a chain's curve: means of blocks of its samples
_MOST_BLOCKS = 400
#: points whose last frames get their local deviations
_MOST_STRAINED = 8
_FRACTIONS = [(f"f_{name}", name) for name in PHASES]


def equilibrium_report(record: EquilibriumRecord, chosen: Sequence[int] | None) -> tuple[dict[str, Any], Bundle]:
    """The header and the arrays of a page about a record of equilibrium.

    `chosen` are the points of the sweep whose last frames get their local deviations, by default eight that lie evenly.
    Raises RecordError for a point that is not there and for a record without a finished chain.
    """
    finished = [point for point in record.points if point.is_finished]
    if not finished:
        raise RecordError(f"{record.path}: no chain is finished yet: nothing to show")
    bundle, notes = Bundle(), Notes(_warnings(record, len(finished)))
    crystals = _crystals(record, bundle, finished)
    frames = _frame_counts(finished, notes)
    strained = _strained(record, finished, chosen)
    rows = arrange(record).rows if record.sweep else []
    header = {
        "kind": "equilibrium",
        "title": "Equilibrium",
        "heading": heading(record, crystals_text([point.crystal for point in finished]), record.points[0].values),
        "crystals": [head for _, head in crystals.values()],
        "axis": axis_header(arrange(record)) if record.sweep else None,
        "rows": [row_header(row) for row in rows],
        "points": [
            _point(record, point, bundle, crystals, frames, notes, strained) for point in record.points
        ],
        "panels": _panels(record, rows) if rows else [],
        "distributions": _distributions(rows),
        "notes": notes.header(),
        "about": about(record, _facts(record, finished)),
    }
    return header, bundle


def _warnings(record: EquilibriumRecord, finished: int) -> list[str]:
    warnings = []
    if not record.complete:
        warnings.append(
            f"This run is not finished: chains of {finished} of {len(record.points)} points are in this report."
        )
    if "warnings" in record._file:
        warnings += [text(warning) for warning in record._file["warnings"][()]]
    return warnings


def _crystals(
    record: EquilibriumRecord, bundle: Bundle, finished: list[Point]
) -> dict[int, tuple[int, dict[str, Any]]]:
    """By number in the record: the place in the page and what it needs."""
    found: dict[int, tuple[int, dict[str, Any]]] = {}
    for point in finished:
        number = _crystal_number(record, point)
        if number not in found:
            head = crystal_header(bundle, point.crystal, f"crystal/{number}")
            found[number] = (len(found), head)
    return found


def _crystal_number(record: EquilibriumRecord, point: Point) -> int:
    return int(record._file[f"points/{point.number}"].attrs["crystal"])


def _frame_counts(finished: list[Point], notes: Notes) -> int:
    """How many frames of each chain are in the page at the most."""
    bytes_a_row = sum(len(point.chains) * ((point.crystal.size + 7) // 8) for point in finished)
    most = max(1, FRAME_BYTES // max(1, bytes_a_row))
    longest = max(len(point.sigma_sweep) for point in finished)
    if longest == 0:
        notes.hints.append("The run kept no frames of sigma ([record.sigma]): curves only.")
    elif longest > most:
        notes.hints.append(
            f"{count_text(most)} of {count_text(longest)} frames of each chain are in this report, evenly chosen; the record has all of them."
        )
    return most


def _strained(record: EquilibriumRecord, finished: list[Point], chosen: Sequence[int] | None) -> set[int]:
    numbers = [point.number for point in finished]
    if chosen is None:
        return set(np.array(numbers)[_evenly(len(numbers), _MOST_STRAINED)].tolist())
    missing = [k for k in chosen if k not in numbers]
    if missing:
        raise RecordError(f"{record.path}: no finished point {missing[0]}; there are {numbers[0]} to {numbers[-1]}")
    if len(set(chosen)) > _MOST_STRAINED:
        raise RecordError(f"local deviations at {len(set(chosen))} points: a report holds those of {_MOST_STRAINED} at the most")
    return set(chosen)


def _evenly(count: int, most: int) -> NDArray[np.intp]:
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.intp))


def _point(
    record: EquilibriumRecord,
    point: Point,
    bundle: Bundle,
    crystals: dict[int, tuple[int, dict[str, Any]]],
    most: int,
    notes: Notes,
    strained: set[int],
) -> dict[str, Any]:
    label = values_text(point.values)
    if not point.is_finished:
        return {"label": label, "crystal": None}
    name = f"points/{point.number}"
    chains = [start_text(start) for start in point.chains.start]
    frames = _evenly(len(point.sigma_sweep), most)
    header: dict[str, Any] = {
        "label": label,
        "crystal": crystals[_crystal_number(record, point)][0],
        "chains": chains,
        "acceptance": float(point.chains.accepted.sum() / max(1, point.chains.attempts.sum())),
        "frames": None,
        "deviations": None,
        "course": _course(point, bundle, name),
    }
    if len(point.sigma_sweep):
        sigma = np.asarray(point.sigma)[:, frames]
        header["frames"] = {
            "sigma": bundle.add_bits(f"{name}/sigma", sigma),
            "time": bundle.add(f"{name}/sigma_sweep", point.sigma_sweep[frames].astype(np.float64)),
        }
        if point.number in strained:
            mismatch = float(record.parameters.get("observables.mismatch", 0.1))
            # The last frame of every chain: those before it are not worth a page's room.
            places = list(range(len(chains)))
            last = np.array(sigma[:, -1:])
            deviations = local_deviations(point.crystal, last, places, mismatch, record.parameters, notes)
            header["deviations"] = None if deviations is None else deviations.header(bundle, f"{name}/deviations")
    return header


def _course(point: Point, bundle: Bundle, name: str) -> dict[str, Any] | None:
    """f_U of every chain against sweeps, as means of blocks."""
    if "f_U" not in point.observables or len(point.sweep) == 0:
        return None
    values = point.observables["f_U"]
    size = -(-values.shape[1] // _MOST_BLOCKS)
    blocks = values.shape[1] // size
    mean = values[:, : blocks * size].reshape(len(values), blocks, size).mean(axis=-1)
    sweep = point.sweep[: blocks * size].reshape(blocks, size).mean(axis=-1)
    return {
        "sweep": bundle.add(f"{name}/course/sweep", sweep),
        "value": bundle.add_quantised(f"{name}/course/f_U", mean),
    }


def _panels(record: EquilibriumRecord, rows: list[Row]) -> list[dict[str, Any]]:
    names = [(name, label) for name, label in _FRACTIONS if name in record.averages]
    panels = []
    if names:
        curves = [_curve(record, row, k, name, label, label) for k, row in enumerate(rows) for name, label in names]
        panels.append({"name": "fractions", "title": "Phases", "label": "phase fraction f", "curves": curves})
    if "f_U" in record.averages:
        curves = [_chi(record, row, k) for k, row in enumerate(rows)]
        panels.append({"name": "chi", "title": "Susceptibility", "label": "χ = var(f_U)", "curves": curves})
    for name in ("area_deviation_std", "volume_deviation_std"):
        if name in record.averages:
            label = f"rms {name.split('_')[0]} deviation"
            curves = [_curve(record, row, k, name, "rms", "strain") for k, row in enumerate(rows)]
            panels.append({"name": "strain", "title": "Strain", "label": label, "curves": curves})
    # Of several rows a panel tells the rows apart, so that each column has one of its own.
    for panel, columns in others_of(record, record.averages).items():
        for name in columns:
            said = record.columns[name].label or name
            title = title_of(panel) if len(columns) == 1 else f"{title_of(panel)}: {said}"
            curves = [_curve(record, row, k, name, said, "A") for k, row in enumerate(rows)]
            panels.append({"name": name, "title": title, "label": axis_of(record, panel, name), "curves": curves})
    return panels


def _curve(record: EquilibriumRecord, row: Row, k: int, name: str, label: str, color: str) -> dict[str, Any]:
    average = record.averages[name]
    transition = row.transition
    smooth = None if transition is None or name not in transition.curves else transition.curves[name]
    mean, error = average.mean[row.points], average.standard_error[row.points]
    trusted = np.ones(len(row.points), dtype=bool) if average.long_enough is None else average.long_enough[row.points]
    return sweep_curve(k, name, label, color, mean, error, trusted, _smooth(transition, smooth))


def _chi(record: EquilibriumRecord, row: Row, k: int) -> dict[str, Any]:
    average, transition = record.averages["f_U"], row.transition
    nothing = np.full(len(row.points), np.nan)
    variance = nothing if average.variance is None else average.variance[row.points]
    error = nothing if average.variance_error is None else average.variance_error[row.points]
    peak = None
    if transition is not None:
        peak = f"peak at {estimate_text(*transition.peak_place)}, height {estimate_text(*transition.peak_height)}"
        if not transition.peak_inside:
            peak = "no peak: largest at an end of the sweep"
    return {
        **_curve(record, row, k, "f_U", "χ", "strain"),
        "name": "chi",
        "mean": numbers(variance),
        "error": numbers(error),
        "smooth": _smooth(transition, None if transition is None else transition.curves.get("chi")),
        "peak": peak,
    }


def _smooth(transition: Any, curve: Any) -> dict[str, Any] | None:
    if transition is None or curve is None:
        return None
    return {"x": numbers(transition.x), "value": numbers(curve.value), "error": numbers(curve.standard_error)}


def _distributions(rows: list[Row]) -> list[dict[str, Any]]:
    found = []
    for k, row in enumerate(rows):
        distribution = None if row.transition is None else row.transition.distribution
        if distribution is not None:
            found.append(
                {
                    "row": k,
                    "x": numbers(distribution.center),
                    "value": numbers(distribution.value),
                    "error": numbers(distribution.standard_error),
                }
            )
    return found


def _facts(record: EquilibriumRecord, finished: list[Point]) -> list[tuple[str, str]]:
    attempts = sum(int(point.chains.attempts.sum()) for point in finished)
    accepted = sum(int(point.chains.accepted.sum()) for point in finished)
    return [
        ("Points", count_text(len(record.points))),
        ("Chains", count_text(sum(len(point.chains) for point in finished))),
        ("Attempts", f"{count_text(attempts)}, {100 * accepted / max(attempts, 1):.2g} % accepted"),
        ("Drift", drift_text([point.chains for point in finished])),
    ]
