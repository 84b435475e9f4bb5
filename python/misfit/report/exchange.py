"""A report of exchange: frames of every trajectory, and curves over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misfit.arrangement import evenly
from misfit.files import RecordError
from misfit.labels import count_text, value_text
from misfit.panels import axis_of, panels_of, title_of
from misfit.record import Record, mean_and_error
from misfit.report.about import Notes, about, crystal_header, crystal_text, drift_text, heading, values_text
from misfit.report.bundle import Bundle
from misfit.report.deviations import MOST_TRAJECTORIES, Deviations, local_deviations

#: bytes of bits of sigma in a page at the most; beyond it frames are left out
FRAME_BYTES = 6_000_000
#: single trajectories whose curves are drawn
_MOST_LINES = 100
#: values of scalars in one curve at the most, and at the least of those that each of many points of a sweep may have
_MOST_SAMPLES, _LEAST_SAMPLES = 2_000, 200


@dataclass(frozen=True)
class Share:
    """How much of a page one ensemble may take."""

    frames: int  #: of sigma, of each trajectory
    samples: int  #: in one curve
    values: int  #: of single trajectories, in the curves of one observable
    strained: int  #: trajectories whose local deviations are computed

    def lines(self, samples: int) -> int:
        """Single trajectories whose curves, of so many samples, are in the page."""
        return max(1, min(_MOST_LINES, self.values // max(1, samples)))


def shares(records: Sequence[Record]) -> list[Share]:
    """A page divided among ensembles with trajectories: points of a sweep, or one alone.

    All may have as many frames. Where there are more points than trajectories whose local deviations a page holds,
    points that lie evenly have those of one each.
    """
    count = len(records)
    bytes_a_frame = sum(len(record.trajectories) * ((record.crystal.size + 7) // 8) for record in records)
    strained = evenly(list(range(count)), MOST_TRAJECTORIES)
    return [
        Share(
            frames=max(2, FRAME_BYTES // bytes_a_frame),
            samples=min(_MOST_SAMPLES, max(_LEAST_SAMPLES, _MOST_SAMPLES // count)),
            values=_MOST_LINES * _MOST_SAMPLES // count,
            strained=MOST_TRAJECTORIES // len(strained) if k in strained else 0,
        )
        for k in range(count)
    ]


@dataclass(frozen=True)
class _Clock:
    """A row of times that curves share, and the room that they have in the page."""

    name: str
    rows: NDArray[np.intp]  #: which of the record's times are in the page
    lines: int  #: single trajectories at the most


def exchange_report(record: Record, chosen: Sequence[int] | None) -> tuple[dict[str, Any], Bundle]:
    """The header and the arrays of a page about a record of exchange, at one point of its sweep.

    `chosen` are the trajectories, by their place in the record, whose local deviations are computed; by default the first
    eight. Raises RecordError for a place that is not there and for a record without a finished trajectory.
    """
    if not record.is_finished:
        raise RecordError(f"{record.path}: no trajectory is finished yet: nothing to show")
    bundle, notes = Bundle(), Notes(_completeness(record))
    if len(record.points) > 1:
        notes.hints.append(
            f"Point {record.number} of {len(record.points)} (from 0 on): {values_text(record.values)}. `misfit report` without --point shows all."
        )
    crystal = crystal_header(bundle, record.crystal, "crystal")
    (share,) = shares([record])
    ensemble = ensemble_header(record, bundle, crystal, share, chosen, notes)
    notes.hints += _strain_hint(record, ensemble["deviations"])
    header = {
        "kind": "exchange",
        "title": "Exchange",
        "heading": heading(record, crystal_text(record.crystal)),
        **ensemble,
        "notes": notes.header(),
        "about": about(record, facts([record])),
    }
    return header, bundle


def ensemble_header(
    record: Record, bundle: Bundle, crystal: dict[str, Any], share: Share, chosen: Sequence[int] | None, notes: Notes
) -> dict[str, Any]:
    """What the page plays and draws of one ensemble with trajectories; adds its arrays.

    `chosen` are the trajectories whose local deviations are computed; by default as many as its share says, the first.
    Raises RecordError for a place that is not in the record.
    """
    frames = _frames(record, share.frames, notes)
    samples = _thinned(len(record.time), share.samples)
    places = range(min(len(record.trajectories), share.strained)) if chosen is None else chosen
    deviations = _deviations(record, places, frames, notes)
    clock = _Clock("scalars", samples, share.lines(len(samples)))
    panels = _panels(record, bundle, clock)
    _add_strain(panels, record, bundle, clock, deviations)
    frames_time = bundle.add("frames/time", record.sigma_elapsed[frames])
    return {
        "crystal": crystal,
        "trajectories": record.trajectories.unit.tolist(),
        "ends": _ends(record),
        # The record has them since the last stage began, the page since the run did.
        "end_times": (record.trajectories.end_time + record.stage_starts[-1]).tolist(),
        "stage_starts": record.stage_starts.tolist(),
        "until": _until(record),
        "clocks": {
            "scalars": bundle.add("scalars/time", record.elapsed[samples]),
            "frames": frames_time,
        },
        "frames": _add_frames(bundle, record, frames, frames_time),
        "deviations": None if deviations is None else deviations.header(bundle),
        "panels": panels,
    }


def _completeness(record: Record) -> list[str]:
    if record.complete:
        return []
    return [
        f"This run is not finished: {len(record.trajectories)} of {record.planned_trajectories} trajectories are in this report."
    ]


def _frames(record: Record, most: int, notes: Notes) -> NDArray[np.intp]:
    """Which frames of sigma are in the page: all, or evenly spaced ones if there are too many."""
    count = len(record.sigma_time)
    if count == 0:
        notes.hints.append("The run kept no frames of sigma ([record.sigma]): curves only.")
        return np.zeros(0, dtype=np.intp)
    frames = _thinned(count, most)
    if len(frames) < count:
        notes.hints.append(
            f"{count_text(len(frames))} of the record's {count_text(count)} frames are in this report, evenly chosen; the record has all of them."
        )
    return frames


def _thinned(count: int, most: int) -> NDArray[np.intp]:
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.intp))


def _add_frames(bundle: Bundle, record: Record, frames: NDArray[np.intp], time: str) -> dict[str, Any] | None:
    if len(frames) == 0:
        return None
    # One trajectory after another: of a large record only one is unpacked at a time.
    packed = [np.asarray(record.sigma[k])[frames] for k in range(len(record.trajectories))]
    return {
        "sigma": bundle.add_bits("frames/sigma", np.array(packed)),
        "time": time,
        "stage": bundle.add("frames/stage", record.sigma_stage[frames].astype(np.uint8)),
    }


def _deviations(
    record: Record, chosen: Sequence[int], frames: NDArray[np.intp], notes: Notes
) -> Deviations | None:
    count = len(record.trajectories)
    for k in chosen:
        if not 0 <= k < count:
            raise RecordError(f"{record.path}: trajectories 0 to {count - 1} are in the record, not {k}")
    places = list(dict.fromkeys(chosen))
    if len(frames) == 0 or len(places) == 0:
        return None
    if len(places) > MOST_TRAJECTORIES:
        raise RecordError(f"local deviations of {len(places)} trajectories: a report holds those of {MOST_TRAJECTORIES} at the most")
    mismatch = float(record.parameters.get("observables.mismatch", 0.1))
    sigma = np.array([np.asarray(record.sigma[k])[frames] for k in places], dtype=np.int8)
    return local_deviations(record.crystal, sigma, places, mismatch, record.parameters, notes)


def _strain_hint(record: Record, deviations: dict[str, Any] | None) -> list[str]:
    if deviations is None or len(deviations["places"]) == len(record.trajectories):
        return []
    units = [str(record.trajectories.unit[k]) for k in deviations["places"]]
    return [
        f"Local strain can be seen of {'trajectory' if len(units) == 1 else 'trajectories'} {', '.join(units)}; `misfit report --strain` chooses others."
    ]


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
            rows.append(curve(bundle, f"scalars/{column}", values[:, clock.rows], label, color, clock.lines))
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
    clock: _Clock,
    deviations: Deviations | None,
) -> None:
    """The rms of local deviations about their mean: as recorded for all trajectories, else of the chosen ones."""
    kind = "area" if record.crystal.dimension == 2 else "volume"
    label = f"rms {kind} deviation"
    name = f"{kind}_deviation_std"
    if name in record.observables:
        values = record.observables[name][:, clock.rows]
        row = curve(bundle, f"scalars/{name}", values, "rms", "strain", clock.lines)
        panels.append(panel("strain", "Strain", label, clock.name, [row], None))
    elif deviations is not None and record.crystal.interior.any():
        row = curve(bundle, "frames/strain", deviations.rms, "rms", "strain", MOST_TRAJECTORIES, deviations.places)
        panels.append(panel("strain", "Strain", label, "frames", [row], None))


def curve(
    bundle: Bundle,
    name: str,
    values: NDArray[np.float64],
    label: str,
    color: str,
    most: int,
    places: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Adds a curve: its mean and standard error over trajectories, and `most` single ones. `values` is [k, S]; its rows
    are the trajectories at `places` of the record, by default all."""
    mean, error = mean_and_error(values)
    kept = values[:most]
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


def facts(records: Sequence[Record]) -> list[tuple[str, str]]:
    """Rows of name and text about one ensemble, or about all of a sweep."""
    words = [end for record in records for end in _ends(record)]
    ends = {end: words.count(end) for end in dict.fromkeys(words)}
    completion = records[0].completion_time() if len(records) == 1 else None
    return [
        ("Trajectories", count_text(len(words))),
        *([] if completion is None else [("Complete", completion.text())]),
        ("How they ended", ", ".join(f"{end} ({count})" for end, count in ends.items())),
        ("Events", count_text(sum(int(record.trajectories.steps.sum()) for record in records))),
        ("Drift", drift_text([record.trajectories for record in records])),
    ]
