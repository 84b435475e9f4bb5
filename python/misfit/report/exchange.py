"""A report of exchange: frames of every trajectory, and curves over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misfit.files import RecordError
from misfit.labels import count_text, value_text
from misfit.panels import axis_of, panels_of, title_of
from misfit.record import Record, mean_and_error
from misfit.report.about import Notes, about, crystal_header, crystal_text, heading, values_text
from misfit.report.bundle import Bundle
from misfit.report.deviations import MOST_TRAJECTORIES, Deviations, local_deviations

#: bytes of bits of sigma in a page at the most; beyond it frames are left out
FRAME_BYTES = 6_000_000
#: single trajectories whose curves are drawn
_MOST_LINES = 100
#: values of scalars in one curve at the most
_MOST_SAMPLES = 2_000


@dataclass(frozen=True)
class _Clock:
    """A row of times that curves or frames share."""

    name: str
    rows: NDArray[np.intp]  #: which of the record's times are in the page


def exchange_report(record: Record, chosen: Sequence[int] | None) -> tuple[dict[str, Any], Bundle]:
    """The header and the arrays of a page about a record of exchange.

    `chosen` are the trajectories, by their place in the record, whose local deviations are computed; by default the first
    eight. Raises RecordError for a place that is not there and for a record without a finished trajectory.
    """
    count = len(record.trajectories)
    if count == 0:
        raise RecordError(f"{record.path}: no trajectory is finished yet: nothing to show")
    bundle, notes = Bundle(), Notes(_completeness(record))
    if record.sweep:
        notes.hints.append(
            f"Point {record.number} of {len(record.points)} (from 0 on): {values_text(record.values)}. `misfit report --point` shows another, `misfit plot` all."
        )
    crystal = crystal_header(bundle, record.crystal, "crystal")
    frames = _frames(record, notes)
    samples = _thinned(len(record.time), _MOST_SAMPLES)
    deviations = _deviations(record, chosen, frames, notes)
    until = _until(record)
    panels = _panels(record, bundle, _Clock("scalars", samples))
    _add_strain(panels, record, bundle, samples, deviations)
    header = {
        "kind": "exchange",
        "title": "Exchange",
        "heading": heading(record, crystal_text(record.crystal)),
        "crystal": crystal,
        "trajectories": record.trajectories.unit.tolist(),
        "ends": _ends(record),
        # The record has them since the last stage began, the page since the run did.
        "end_times": (record.trajectories.end_time + record.stage_starts[-1]).tolist(),
        "stage_starts": record.stage_starts.tolist(),
        "until": until,
        "clocks": {
            "scalars": bundle.add("scalars/time", record.elapsed[samples]),
            "frames": bundle.add("frames/time", record.sigma_elapsed[frames]),
        },
        "frames": _add_frames(bundle, record, frames),
        "deviations": None if deviations is None else deviations.header(bundle),
        "panels": panels,
        "notes": notes.header(),
        "about": about(record, _facts(record)),
    }
    return header, bundle


def _completeness(record: Record) -> list[str]:
    if record.complete:
        return []
    return [
        f"This run is not finished: {len(record.trajectories)} of {record.planned_trajectories} trajectories are in this report."
    ]


def _frames(record: Record, notes: Notes) -> NDArray[np.intp]:
    """Which frames of sigma are in the page: all, or evenly spaced ones if there are too many."""
    count = len(record.sigma_time)
    if count == 0:
        notes.hints.append("The run kept no frames of sigma ([record.sigma]): curves only.")
        return np.zeros(0, dtype=np.intp)
    bytes_a_frame = len(record.trajectories) * ((record.crystal.size + 7) // 8)
    frames = _thinned(count, max(2, FRAME_BYTES // bytes_a_frame))
    if len(frames) < count:
        notes.hints.append(
            f"{count_text(len(frames))} of the record's {count_text(count)} frames are in this report, evenly chosen; the record has all of them."
        )
    return frames


def _thinned(count: int, most: int) -> NDArray[np.intp]:
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.intp))


def _add_frames(bundle: Bundle, record: Record, frames: NDArray[np.intp]) -> dict[str, Any] | None:
    if len(frames) == 0:
        return None
    # One trajectory after another: of a large record only one is unpacked at a time.
    packed = [np.asarray(record.sigma[k])[frames] for k in range(len(record.trajectories))]
    return {
        "sigma": bundle.add_bits("frames/sigma", np.array(packed)),
        "time": "frames/time",
        "stage": bundle.add("frames/stage", record.sigma_stage[frames].astype(np.uint8)),
    }


def _deviations(
    record: Record, chosen: Sequence[int] | None, frames: NDArray[np.intp], notes: Notes
) -> Deviations | None:
    count = len(record.trajectories)
    for k in chosen or []:
        if not 0 <= k < count:
            raise RecordError(f"{record.path}: trajectories 0 to {count - 1} are in the record, not {k}")
    if len(frames) == 0:
        return None
    places = list(dict.fromkeys(range(min(count, MOST_TRAJECTORIES)) if chosen is None else chosen))
    if len(places) > MOST_TRAJECTORIES:
        raise RecordError(f"local deviations of {len(places)} trajectories: a report holds those of {MOST_TRAJECTORIES} at the most")
    mismatch = float(record.parameters.get("observables.mismatch", 0.1))
    sigma = np.array([np.asarray(record.sigma[k])[frames] for k in places], dtype=np.int8)
    deviations = local_deviations(record.crystal, sigma, places, mismatch, record.parameters, notes)
    if deviations is not None and len(places) < count:
        units = [str(record.trajectories.unit[k]) for k in places]
        notes.hints.append(
            f"Local strain can be seen of {'trajectory' if len(units) == 1 else 'trajectories'} {', '.join(units)}; `misfit report --strain` chooses others."
        )
    return deviations


def _ends(record: Record) -> list[str]:
    """How each trajectory ended, in words: "reached c = 0"."""
    last = f"stage.{len(record.stage_starts)}.stop_at_composition"
    composition = record.parameters.get(last, record.parameters.get("kmc.stop_at_composition"))
    words = {
        "t_end": "ran to its end",
        "composition": "reached its last composition" if composition is None else f"reached c = {value_text(float(composition))}",
        "max_events": "reached the most events allowed",
        "frozen": "nothing more could happen",
    }
    return [words.get(end, end) for end in record.trajectories.end]


def _until(record: Record) -> float:
    """When nothing changes any more, with a little room; the run's end if it has several stages."""
    times = record.elapsed if len(record.time) else record.sigma_elapsed
    if len(times) == 0:
        return 0.0
    if len(record.stage_starts) > 1 or "composition" not in record.observables:
        return float(times[-1])
    composition = record.observables["composition"]
    changing = (composition != composition[:, -1:]).any(axis=0)
    last = min(int(np.flatnonzero(changing).max(initial=0)) + 1, len(times) - 1)
    return float(min(1.05 * times[last], times[-1]))


def _panels(record: Record, bundle: Bundle, clock: _Clock) -> list[dict[str, Any]]:
    """The record says which observables are drawn together, and what each is called there."""
    energy = "energy, units of ε" if _epsilon_is_one(record) else "energy"
    known: dict[str, tuple[str, str, tuple[float, float] | None]] = {
        "composition": ("Composition", "composition c", (0.0, 1.0)),
        "phases": ("Phases", "phase fraction f", (0.0, 1.0)),
        "energy": ("Energy", energy, None),
    }
    panels = []
    for name, columns in panels_of(record, record.observables).items():
        rows = []
        for k, column in enumerate(columns):
            values = record.observables[column]
            if name == "energy" and not values.any():  # as the Ising energy without J
                continue
            label = record.columns[column].label or column
            color = {"composition": "composition", "phases": label}.get(name, "AB"[k % 2])
            rows.append(curve(bundle, f"scalars/{column}", values[:, clock.rows], label, color))
        if rows:
            title, label, limits = known.get(name, (title_of(name), axis_of(record, name, columns[0]), None))
            panels.append(panel(name, title, label, clock.name, rows, limits))
    return panels


def _epsilon_is_one(record: Record) -> bool:
    return bool(record.parameters.get("model.epsilon", 1.0) == 1.0)


def _add_strain(
    panels: list[dict[str, Any]],
    record: Record,
    bundle: Bundle,
    samples: NDArray[np.intp],
    deviations: Deviations | None,
) -> None:
    """The rms of local deviations about their mean: as recorded for all trajectories, else of the chosen ones."""
    kind = "area" if record.crystal.dimension == 2 else "volume"
    label = f"rms {kind} deviation"
    name = f"{kind}_deviation_std"
    if name in record.observables:
        row = curve(bundle, f"scalars/{name}", record.observables[name][:, samples], "rms", "strain")
        panels.append(panel("strain", "Strain", label, "scalars", [row], None))
    elif deviations is not None and record.crystal.interior.any():
        row = curve(bundle, "frames/strain", deviations.rms, "rms", "strain", deviations.places)
        panels.append(panel("strain", "Strain", label, "frames", [row], None))


def curve(
    bundle: Bundle,
    name: str,
    values: NDArray[np.float64],
    label: str,
    color: str,
    places: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Adds a curve: its mean and standard error over trajectories, and single ones. `values` is [k, S]; its rows
    are the trajectories at `places` of the record, by default all."""
    mean, error = mean_and_error(values)
    kept = values[:_MOST_LINES]
    return {
        "name": name.rpartition("/")[2],
        "label": label,
        "color": color,
        "mean": bundle.add(f"{name}/mean", mean),
        "error": bundle.add(f"{name}/error", error),
        "single": bundle.add_quantised(f"{name}/single", kept),
        "places": list(range(len(kept))) if places is None else list(places),
    }


def panel(
    name: str,
    title: str,
    label: str,
    clock: str,
    series: list[dict[str, Any]],
    limits: tuple[float, float] | None,
) -> dict[str, Any]:
    """A plot of the page."""
    return {"name": name, "title": title, "label": label, "clock": clock, "series": series, "limits": limits}


def _facts(record: Record) -> list[tuple[str, str]]:
    trajectories = record.trajectories
    words = _ends(record)
    ends = {end: words.count(end) for end in dict.fromkeys(words)}
    completion = record.completion_time()
    return [
        ("Trajectories", count_text(len(trajectories))),
        *([] if completion is None else [("Complete", completion.text())]),
        ("How they ended", ", ".join(f"{end} ({count})" for end, count in ends.items())),
        ("Events", count_text(int(trajectories.steps.sum()))),
        (
            "Drift",
            f"φ {trajectories.phi_deviation.max(initial=0.0):.2g}, energy {trajectories.energy_deviation.max(initial=0.0):.2g} at the most",
        ),
    ]
