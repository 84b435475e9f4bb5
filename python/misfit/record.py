"""The record of a run (docs/record.md) as numpy arrays: of any kind, and of exchange.

Letters in shapes: N sites, D dimensions, T trajectories, F frames of sigma, S scalar samples, B bonds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from misfit.atoms import atoms
from misfit.cards import card, card_line
from misfit.completion import CompletionTime, completion_time
from misfit.crystal import Crystal, read_crystal
from misfit.equilibrium import EquilibriumRecord
from misfit.files import (
    Observables,
    Places,
    RecordError,
    RecordFile,
    array,
    check_format,
    naming_damage,
    open_hdf5,
    parameters_at,
    read_sweep,
    scalar,
    stage_numbers,
    text,
)
from misfit.tables import data_frame, exchange_arrays

if TYPE_CHECKING:
    import ase
    import pandas
    import xarray

__all__ = [
    "CompletionTime", "Crystal", "EquilibriumRecord", "Observables", "Record", "RecordError", "StageEnds", "Trajectories",
    "mean_and_error", "open_hdf5", "open_record",
]  # fmt: skip


@dataclass(frozen=True)
class StageEnds:
    """How each trajectory went through one stage; every array has T rows."""

    end: list[str]  #: "t_end", "composition", "max_events" or "frozen"
    end_time: NDArray[np.float64]  #: since the stage began, units of 1/k0
    steps: NDArray[np.uint64]  #: events in this stage


@dataclass(frozen=True)
class Trajectories:
    """How each trajectory went; every array has T rows."""

    unit: NDArray[np.uint32]  #: its number in the ensemble
    end: list[str]  #: "t_end", "composition", "max_events" or "frozen"
    end_time: NDArray[np.float64]  #: units of 1/k0
    steps: NDArray[np.uint64]  #: events
    events: NDArray[np.uint64]  #: [T, kinds], events by kind
    event_kinds: list[str]  #: names of the columns of `events`
    phi_deviation: NDArray[np.float64]
    energy_deviation: NDArray[np.float64]
    stages: list[StageEnds]  #: by stage; one where the run has no list of stages

    def __len__(self) -> int:
        return len(self.unit)


class Record(RecordFile):
    """One open record of exchange, at one point of its sweep. Use `open_record`; close it, or use it in a `with` statement.

    A record of a run with [sweep] is opened at its first point: what it says without asking for a point is said of that.
    `points` has all of them; `to_dataframe` and `to_xarray` go over all.
    """

    kind = "exchange"

    def __init__(self, path: Path, file: h5py.File, number: int = 0, is_one_of_several: bool = False) -> None:
        super().__init__(path, file)
        self.number = number  #: of the point
        self.is_one_of_several = is_one_of_several  #: whether it was asked for, of a sweep: `points[number]`
        #: value of every swept key at each point, [P], in the order of the input: numbers or strings
        self.sweep: dict[str, NDArray[Any]] = read_sweep(file, "keys")
        #: of the swept keys here
        self.values = {key: scalar(values[number]) for key, values in self.sweep.items()}
        if not self._places.is_old:
            self.parameters = parameters_at(file, self.parameters, number)
        self.crystal = read_crystal(file[self._places.crystal(file, number)])
        self.trajectories = _read_trajectories(file, self._places, number)
        #: scalars by name, each [T, S]
        self.observables = Observables(
            file.get(self._places.observables(number)), path, coordinates=("time", "stage")
        )

    @cached_property
    def points(self) -> list[Record]:
        """The record at every point of its sweep, in one open file; itself where nothing is swept."""
        count = max((len(values) for values in self.sweep.values()), default=1)
        if count == 1:
            return [self]
        with naming_damage(self.path):
            return [Record(self.path, self._file, p, is_one_of_several=True) for p in range(count)]

    def at(self, number: int) -> Record:
        """The record at this point of its sweep, counted from 0. Raises RecordError for one that is not there."""
        if not 0 <= number < len(self.points):
            raise RecordError(f"{self.path}: points 0 to {len(self.points) - 1} are in the record, not {number}")
        return self.points[number]

    @property
    def is_finished(self) -> bool:
        """Whether any trajectory of this point is in the record."""
        return len(self.trajectories) > 0

    @cached_property
    def time(self) -> NDArray[np.float64]:
        """Due times of the scalars since their stage began, [S], units of 1/k0."""
        return array(self._file, f"{self._places.clock(self.number)}/time", np.float64)

    @cached_property
    def stage(self) -> NDArray[np.int32]:
        """The stage of each due time of the scalars, [S], counted from 1."""
        return stage_numbers(self._file, self._places, self._places.clock(self.number), len(self.time))

    @cached_property
    def elapsed(self) -> NDArray[np.float64]:
        """Due times of the scalars since the run began, [S]: t_end of the stages before, and `time`.

        A stage that ended before its t_end holds its last state until then.
        """
        return self.time + self.stage_starts[self.stage - 1]

    @cached_property
    def stage_starts(self) -> NDArray[np.float64]:
        """When each stage begins, since the run began, [stages], units of 1/k0."""
        lengths = []
        while f"stage.{len(lengths) + 1}.t_end" in self.parameters:
            lengths.append(float(self.parameters[f"stage.{len(lengths) + 1}.t_end"]))
        return np.concatenate([[0.0], np.cumsum(lengths)[:-1]]) if lengths else np.zeros(1)

    @cached_property
    def sigma_time(self) -> NDArray[np.float64]:
        """Due times of the frames of sigma since their stage began, [F], units of 1/k0."""
        return array(self._file, f"{self._places.sigma(self.number)}/time", np.float64)

    @cached_property
    def sigma_stage(self) -> NDArray[np.int32]:
        """The stage of each frame of sigma, [F], counted from 1."""
        return stage_numbers(
            self._file, self._places, self._places.sigma(self.number), len(self.sigma_time)
        )

    @cached_property
    def sigma_elapsed(self) -> NDArray[np.float64]:
        """Due times of the frames of sigma since the run began, [F]; see `elapsed`."""
        return self.sigma_time + self.stage_starts[self.sigma_stage - 1]

    @cached_property
    def sigma(self) -> h5py.Dataset | NDArray[np.int8]:
        """Species, [T, F, N] int8: +1 is A, -1 is B. Lazy: only what is sliced is read.

        Products of int8 overflow silently: `s = sigma[0, -1].astype(int); s @ s`.
        """
        name = f"{self._places.sigma(self.number)}/value"
        if len(self.sigma_time) == 0 or name not in self._file:
            return np.zeros((len(self.trajectories), 0, self.crystal.size), dtype=np.int8)
        return self._file[name]

    @property
    def planned_trajectories(self) -> int:
        """How many trajectories the run has when it is complete."""
        return int(self.parameters.get("ensemble.trajectories", len(self.trajectories)))

    def mean(self, name: str, at: ArrayLike | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean over trajectories of one observable, and its standard error s / sqrt(T), each [S]; or at the times `at`, each
        of their shape: those of the last due time before or then. `at` counts from the beginning of the run, units of 1/k0.

        The standard error is NaN for a single trajectory. Raises RecordError for an unknown name, for a time that was not
        recorded, or when no trajectory is finished.
        """
        values = self.observables[name]
        if len(values) == 0:
            raise RecordError(f"{self.path}: no trajectory is finished yet")
        mean, standard_error = mean_and_error(values)
        if at is None:
            return mean, standard_error
        there = self._samples_at(np.asarray(at, dtype=np.float64))
        return mean[there], standard_error[there]

    def _samples_at(self, time: NDArray[np.float64]) -> NDArray[np.intp]:
        """Number of the last sample due at each time or before. Where one stage ends and the next begins: the latter's."""
        outside = time[~((time >= self.elapsed[0]) & (time <= self.elapsed[-1]))] if len(self.elapsed) > 0 else time
        if outside.size > 0:
            span = f"{self.elapsed[0]:g} to {self.elapsed[-1]:g}" if len(self.elapsed) > 0 else "none"
            raise RecordError(f"{self.path}: no sample at t = {outside.flat[0]:g}; there are: {span}")
        return np.searchsorted(self.elapsed, time, side="right") - 1

    def to_dataframe(self) -> pandas.DataFrame:
        """Every scalar at every point of the sweep as pandas has tables: the columns of `misfit export --csv`.

        Raises ImportError without pandas.
        """
        return data_frame(self)

    def to_xarray(self) -> xarray.Dataset:
        """Observables [trajectory, time] and sigma [trajectory, frame_time, site], int8, with units, positions of the sites and
        the parameters. Times count from the beginning of the run.

        Of a sweep [point, trajectory, ...], with the swept keys along `point`; of `points[k]` that point alone. Raises
        RecordError where points differ in crystal, times or trajectories, ImportError without xarray.
        """
        return exchange_arrays(self)

    def to_ase(
        self,
        frame: int = -1,
        trajectory: int = 0,
        *,
        spacing: float = 1.0,
        elements: tuple[str, str] | None = None,
        mismatch: float = 0.0,
    ) -> ase.Atoms:
        """One frame of sigma as ASE has structures, sites in the record's order: its numbers as in `sigma[trajectory, frame]`.

        `spacing` is the length of a lattice spacing, in ASE's Angstrom; `elements` stand for A and B, by default the record's.
        With a `mismatch` Delta, in lattice spacings, the atoms are displaced to where their energy is least (which needs the
        compiled module). Arrays sigma and layer, and info time, composition and trajectory, go with them. Raises RecordError
        if there is no such frame, ImportError without ASE.
        """
        _require_number(self, "trajectory", trajectory, len(self.trajectories))
        _require_number(self, "frame", frame, len(self.sigma_time))
        info = {"time": float(self.sigma_elapsed[frame]), "trajectory": int(self.trajectories.unit[trajectory])}
        return atoms(
            self.crystal, self.sigma[trajectory, frame], spacing, elements or self.elements, mismatch, info
        )

    def __repr__(self) -> str:
        return card_line(self)

    def _repr_html_(self) -> str:
        return card(self)

    def completion_time(self) -> CompletionTime | None:
        """When each trajectory reached stop_at_composition, or all B where no limit is set; None without such a goal."""
        return completion_time(self)


def open_record(path: str | Path, called: Path | None = None) -> Record | EquilibriumRecord:
    """Opens a record file, or the record.h5 in a run's folder: of exchange, or of equilibrium.

    In the folder of a run that is still going, or was interrupted, it is what there is so far, and `complete` is False.
    Messages name the path, or what it is `called` instead. Raises RecordError for a file that is missing, not HDF5, damaged, not a record of misfit, of a
    later version, or of an unknown kind; ImportError for an unfinished run without the compiled module.
    """
    given = Path(path)
    if not given.is_dir():
        return _open_file(given, called or given)
    if (given / "record.h5").exists() or not (given / "parts/notes").exists():
        return _open_file(given / "record.h5", called or given / "record.h5")
    from misfit.runs import compiled

    assembled = compiled("the record of an unfinished run").RecordFile(given)
    record = _open_file(Path(assembled.path), called or given)
    record._assembled = assembled  # its file goes with it
    return record


def _open_file(file_path: Path, called: Path) -> Record | EquilibriumRecord:
    file = open_hdf5(file_path)
    try:
        with naming_damage(called):
            check_format(called, file)
            # The first records knew one kind and did not say it.
            kind = text(file.attrs.get("kind", Record.kind))
            for reader in (Record, EquilibriumRecord):
                if reader.kind == kind:
                    return reader(called, file)
        raise RecordError(f"{called}: a record of kind '{kind}', which this misfit does not know")
    except RecordError:
        file.close()
        raise


def _require_number(record: Record, name: str, number: int, count: int) -> None:
    if name == "trajectory" and count == 0:
        raise RecordError(f"{record.path}: no trajectory is finished yet")
    if not -count <= number < count:
        raise RecordError(f"{record.path}: no {name} {number}; there are {count}")


def mean_and_error(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean over the first axis and its standard error s / sqrt(T); NaN where T = 1."""
    mean = values.mean(axis=0)
    if len(values) < 2:
        return mean, np.full_like(mean, np.nan)
    return mean, values.std(axis=0, ddof=1) / np.sqrt(len(values))


def _texts(dataset: h5py.Dataset) -> list[str]:
    return [text(value) for value in np.ravel(dataset[()])]


def _read_stages(group: h5py.Group) -> list[StageEnds]:
    """Arrays [T, stages]."""
    end_time = np.asarray(group["end_time"], dtype=np.float64)
    steps = np.asarray(group["steps"], dtype=np.uint64)
    if "end_word" in group:  # since version 2.1
        end = np.array(_texts(group["end_word"]), dtype=object)[group["end"][()]]
    else:
        end = np.array(_texts(group["end"]), dtype=object).reshape(end_time.shape)
    return [StageEnds(end[:, k].tolist(), end_time[:, k], steps[:, k]) for k in range(end_time.shape[1])]


def _read_stages_1(group: h5py.Group) -> list[StageEnds]:
    """Of version 1.x: a group for each stage, or none of before there were stages."""
    stages = [group]
    if len(group.get("stages", [])) > 0:
        stages = [group["stages"][str(k)] for k in range(len(group["stages"]))]
    return [
        StageEnds(
            _texts(stage["end"]),
            np.asarray(stage["end_time"], dtype=np.float64),
            np.asarray(stage["steps"], dtype=np.uint64),
        )
        for stage in stages
    ]


def _read_trajectories(file: h5py.File, places: Places, point: int) -> Trajectories:
    group = file[places.units(point)]
    if places.is_old:
        stages = _read_stages_1(group)
        kinds = [text(kind) for kind in np.ravel(group["events"].attrs.get("kinds", []))]
    else:
        stages, kinds = _read_stages(group), _texts(group["event_kind"])
    return Trajectories(
        unit=np.asarray(file[places.numbers(point)], dtype=np.uint32),
        end=stages[-1].end,
        end_time=stages[-1].end_time,
        steps=np.sum([stage.steps for stage in stages], axis=0, dtype=np.uint64),
        events=np.asarray(group["events"], dtype=np.uint64),
        event_kinds=kinds,
        phi_deviation=np.asarray(group["phi_deviation"], dtype=np.float64),
        energy_deviation=np.asarray(group["energy_deviation"], dtype=np.float64),
        stages=stages,
    )
