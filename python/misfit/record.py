"""The record of a run (docs/record.md) as numpy arrays.

Letters in shapes: N sites, D dimensions, T trajectories, F frames of sigma, S scalar samples, B bonds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

FORMAT_VERSION_MAJOR = 1
FORMAT_VERSION_MINOR = 0


class RecordError(Exception):
    """A file that cannot be read as a record; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Crystal:
    """Sites and bonds, in the one site order of every array over sites."""

    lattice: str  #: "triangular" or "simple cubic"
    shape: str  #: "hexagon, side 16"
    dimension: int  #: D, 2 or 3
    shell_layers: int
    shell_stiffness: float  #: k_shell
    position: NDArray[np.float64]  #: [N, D], lattice spacings, centred on their mean
    point: NDArray[np.int32]  #: [N, 3], lattice coordinates
    layer: NDArray[np.int32]  #: [N], 1 at the surface
    bonds: NDArray[np.int32]  #: [B, 2], sites of each bond
    bond_nearest: NDArray[np.bool_]  #: [B]
    bond_stiffness: NDArray[np.float64]  #: [B], k_b

    @property
    def size(self) -> int:
        """N, shell included."""
        return len(self.position)

    @property
    def interior(self) -> NDArray[np.bool_]:
        """[N], true for the sites whose phase is defined: all neighbours exist and are not shell."""
        return self.layer > self.shell_layers + 1


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

    def __len__(self) -> int:
        return len(self.unit)


class Observables(Mapping[str, NDArray[np.float64]]):
    """The scalars by name, each [T, S]; read from the file when first asked for."""

    def __init__(self, group: h5py.Group | None, path: Path) -> None:
        self._group = group
        self._path = path
        self._names = [] if group is None else [name for name in group if name != "time"]
        self._read: dict[str, NDArray[np.float64]] = {}

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if name not in self._names:
            raise RecordError(
                f"{self._path}: no observable '{name}'; there are: {', '.join(self._names) or 'none'}"
            )
        if name not in self._read:
            self._read[name] = np.asarray(self._group[name], dtype=np.float64)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def unit(self, name: str) -> str:
        """Unit of one observable, as the record states it."""
        self[name]
        return _text(self._group[name].attrs.get("unit", ""))


class Record:
    """One open record. Use `open_record`; close it, or use it in a `with` statement."""

    def __init__(self, path: Path, file: h5py.File) -> None:
        self.path = path
        self._file = file
        #: True once every trajectory of the run is in the record
        self.complete = bool(file.attrs.get("complete", 1))
        #: the user's input file as it was
        self.input: str = _text(file["input"][()]) if "input" in file else ""
        #: every key of the input, resolved: {"model.kT": 0.2}
        self.parameters: dict[str, Any] = {
            key: _toml_value(_text(value)) for key, value in _attributes(file, "parameters").items()
        }
        #: host, build, times; outside every comparison
        self.provenance: dict[str, Any] = {
            key: _text(value) if isinstance(value, (str, bytes)) else value.item()
            for key, value in _attributes(file, "provenance").items()
        }
        self.crystal = _read_crystal(file)
        self.trajectories = _read_trajectories(file)
        #: scalars by name, each [T, S]
        self.observables = Observables(file.get("observables"), path)

    @cached_property
    def time(self) -> NDArray[np.float64]:
        """Due times of the scalars, [S], units of 1/k0."""
        return _array(self._file, "observables/time", np.float64)

    @cached_property
    def sigma_time(self) -> NDArray[np.float64]:
        """Due times of the frames of sigma, [F], units of 1/k0."""
        return _array(self._file, "sigma/time", np.float64)

    @cached_property
    def sigma(self) -> h5py.Dataset | NDArray[np.int8]:
        """Species, [T, F, N] int8: +1 is A, -1 is B. Lazy: only what is sliced is read."""
        if len(self.sigma_time) == 0 or "sigma/value" not in self._file:
            return np.zeros((len(self.trajectories), 0, self.crystal.size), dtype=np.int8)
        return self._file["sigma/value"]

    @property
    def planned_trajectories(self) -> int:
        """How many trajectories the run has when it is complete."""
        return int(self.parameters.get("ensemble.trajectories", len(self.trajectories)))

    def mean(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean over trajectories of one observable, and its standard error s / sqrt(T), each [S].

        The standard error is NaN for a single trajectory. Raises RecordError for an unknown name, or
        when no trajectory is finished.
        """
        values = self.observables[name]
        if len(values) == 0:
            raise RecordError(f"{self.path}: no trajectory is finished yet")
        return mean_and_error(values)

    def close(self) -> None:
        """Closes the file; what has been read stays."""
        self._file.close()

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_record(path: str | Path) -> Record:
    """Opens a record file, or the record.h5 in a run's folder.

    Raises RecordError for a file that is missing, not HDF5, damaged, not a record of misfit, or of a
    later version.
    """
    file_path = Path(path)
    if file_path.is_dir():
        file_path = file_path / "record.h5"
    file = open_hdf5(file_path)
    try:
        _check_format(file_path, file)
        return Record(file_path, file)
    except (KeyError, OSError, RuntimeError, ValueError, TypeError) as error:
        file.close()
        raise RecordError(f"{file_path}: the record is damaged: {_plain(error)}") from error
    except RecordError:
        file.close()
        raise


def open_hdf5(path: Path) -> h5py.File:
    """Opens an HDF5 file for reading; raises RecordError when that cannot be done."""
    if not path.exists():
        raise RecordError(f"{path}: there is no such file")
    try:
        if not h5py.is_hdf5(str(path)):
            raise RecordError(f"{path}: not an HDF5 file")
        return h5py.File(path, "r")
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {_plain(error)}") from error


def mean_and_error(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean over the first axis and its standard error s / sqrt(T); NaN where T = 1."""
    mean = values.mean(axis=0)
    if len(values) < 2:
        return mean, np.full_like(mean, np.nan)
    return mean, values.std(axis=0, ddof=1) / np.sqrt(len(values))


def _check_format(path: Path, file: h5py.File) -> None:
    if _text(file.attrs.get("format", "")) != "misfit record":
        raise RecordError(f"{path}: not a record of misfit")
    version = [int(number) for number in np.atleast_1d(file.attrs.get("format_version", [0, 0]))]
    if version[0] > FORMAT_VERSION_MAJOR:
        raise RecordError(
            f"{path}: the record has format version {'.'.join(map(str, version))}; this misfit reads up"
            f" to {FORMAT_VERSION_MAJOR}.{FORMAT_VERSION_MINOR}: read it with a newer one"
        )


def _read_crystal(file: h5py.File) -> Crystal:
    group = file["crystal"]
    return Crystal(
        lattice=_text(group.attrs["lattice"]),
        shape=_text(group.attrs["shape"]),
        dimension=int(group.attrs["dimension"]),
        shell_layers=int(group.attrs["shell_layers"]),
        shell_stiffness=float(group.attrs["shell_stiffness"]),
        position=np.asarray(group["position"], dtype=np.float64),
        point=np.asarray(group["point"], dtype=np.int32),
        layer=np.asarray(group["layer"], dtype=np.int32),
        bonds=np.asarray(group["bonds"], dtype=np.int32),
        bond_nearest=np.asarray(group["bond_nearest"]).astype(bool),
        bond_stiffness=np.asarray(group["bond_stiffness"], dtype=np.float64),
    )


def _read_trajectories(file: h5py.File) -> Trajectories:
    group = file["trajectories"]
    return Trajectories(
        unit=np.asarray(group["unit"], dtype=np.uint32),
        end=[_text(end) for end in group["end"][()]],
        end_time=np.asarray(group["end_time"], dtype=np.float64),
        steps=np.asarray(group["steps"], dtype=np.uint64),
        events=np.asarray(group["events"], dtype=np.uint64),
        event_kinds=[_text(kind) for kind in np.ravel(group["events"].attrs.get("kinds", []))],
        phi_deviation=np.asarray(group["phi_deviation"], dtype=np.float64),
        energy_deviation=np.asarray(group["energy_deviation"], dtype=np.float64),
    )


def _attributes(file: h5py.File, group: str) -> dict[str, Any]:
    return dict(file[group].attrs) if group in file else {}


def _array(file: h5py.File, name: str, dtype: type) -> NDArray[Any]:
    return np.asarray(file[name], dtype=dtype) if name in file else np.zeros(0, dtype=dtype)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _plain(error: BaseException) -> str:
    """The message of an h5py exception without the quotes a KeyError puts around it."""
    return str(error.args[0]) if error.args else type(error).__name__
