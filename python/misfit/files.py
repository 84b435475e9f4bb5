"""HDF5 files of misfit: opening them, and what the records of every kind have in common."""

from __future__ import annotations

import re
import struct
import tomllib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from misfit.errors import Error, listed
from misfit.table import PICTURES

FORMAT_VERSION_MAJOR = 2
FORMAT_VERSION_MINOR = 1
_OPEN_FLAG_BYTE = 20  # record_seal.cpp says what it is
SEAL = struct.Struct("<8sQI")  # "MISFITRC", bytes before it, CRC-32 of all before the sum


class RecordError(Error):
    """A file that cannot be read as a record; the message names the file and what is wrong."""


class Observables(Mapping[str, NDArray[np.float64]]):
    """The scalars by name, each [T, S] or [C, S]; read from the file when first asked for.

    `coordinates` are the datasets beside them that say when they were taken.
    """

    def __init__(self, group: h5py.Group | None, path: Path, coordinates: Sequence[str]) -> None:
        self._group = group
        self._path = path
        self._names = [] if group is None else [name for name in group if name not in coordinates]
        self._read: dict[str, NDArray[np.float64]] = {}

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if name not in self._names:
            raise RecordError(f"{self._path}: no observable '{name}'; there are: {listed(self._names)}")
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
        return text(self._group[name].attrs.get("unit", ""))


@dataclass(frozen=True)
class Column:
    """One observable, as the record describes it."""

    unit: str  #: "1", "epsilon"
    description: str
    panel: str = ""  #: the picture it is drawn in: "composition", "phases", "energy", ...; "": one of its own
    label: str = ""  #: what it is called there; "": its name


class Places:
    """Where things lie in a record: of this version, or of one of 1.x, in which an exchange lay at the top."""

    def __init__(self, file: h5py.File, kind: str) -> None:
        self.is_old = int(np.atleast_1d(file.attrs.get("format_version", [0, 0]))[0]) < 2
        self._at_the_top = self.is_old and kind == "exchange"

    def observables(self, point: int) -> str:
        return self._in_point(point, "observables")

    def clock(self, point: int) -> str:
        """Group of when the observables were taken."""
        return self._in_point(point, "observables" if self.is_old else "clock")

    def sigma(self, point: int) -> str:
        """Group of the frames, and of when they were taken."""
        return self._in_point(point, "sigma")

    def units(self, point: int) -> str:
        """Group of how each trajectory or chain went."""
        if self._at_the_top:
            return "trajectories"
        return self._in_point(point, "chains" if self.is_old else "units")

    def numbers(self, point: int) -> str:
        """The trajectories' numbers."""
        return "trajectories/unit" if self.is_old else self._in_point(point, "trajectory")

    def crystal(self, file: h5py.File, point: int) -> str:
        return "crystal" if self._at_the_top else f"crystals/{int(file[f'points/{point}'].attrs['crystal'])}"

    def _in_point(self, point: int, name: str) -> str:
        return name if self._at_the_top else f"points/{point}/{name}"


class RecordFile:
    """What every record has, whatever kind of run it is of. Close it, or use it in a `with` statement."""

    #: "exchange" or "equilibrium"
    kind: str

    _assembled: object = None  #: what keeps the file of an unfinished run

    def __init__(self, path: Path, file: h5py.File) -> None:
        self.path = path
        self._file = file
        self._places = Places(file, self.kind)
        #: True once everything that the run was to compute is in the record
        self.complete = bool(file.attrs.get("complete", 1))
        #: the user's input file as it was
        self.input: str = _read_text(file["input"]) if "input" in file else ""
        #: every key of the input, resolved: {"model.kT": 0.2}
        self.parameters: dict[str, Any] = _read_parameters(file, self._places)
        #: the observables by name, as the record describes them
        self.columns: dict[str, Column] = _read_columns(file, self._places)
        #: chemical elements of A and B
        self.elements: tuple[str, str] = _read_elements(file)
        #: host, build, times; outside every comparison
        self.provenance: dict[str, Any] = {
            key: _plain_value(value) for key, value in _attributes(file, "provenance").items()
        }

    def close(self) -> None:
        """Closes the file; what has been read stays."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_hdf5(path: Path) -> h5py.File:
    """Opens an HDF5 file for reading; raises RecordError when that cannot be done."""
    if not path.exists():
        raise RecordError(f"{path}: there is no such file")
    try:
        verify(path)
        if not h5py.is_hdf5(str(path)):
            raise RecordError(f"{path}: not an HDF5 file")
        file = _opened(path)
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {plain(error)}") from error
    try:
        require_own(path, file)
    except BaseException:
        file.close()
        raise
    return file


def require_own(path: Path, file: h5py.File) -> None:
    """Raises RecordError if anything of a record lies in another file: a link there, or values of a dataset.

    What a stranger sends must not read what else is on this computer; the program refuses it, too.
    """

    def is_elsewhere(name: bytes) -> bool:
        found = h5py.h5o.open(file.id, name)
        if not isinstance(found, h5py.h5d.DatasetID):
            return False
        layout = found.get_create_plist()
        return layout.get_layout() == h5py.h5d.VIRTUAL or layout.get_external_count() > 0

    # A visit ends with the first value that is not None.
    with naming_damage(path):
        found = file.id.links.visit(lambda name, link: name if link.type == h5py.h5l.TYPE_EXTERNAL else None, info=True)
        found = found or h5py.h5o.visit(file.id, lambda name: name if is_elsewhere(name) else None)
    if found:
        raise RecordError(f"{path}: {found.decode(errors='replace')} lies in another file, which a record may not read")


def _opened(path: Path) -> h5py.File:
    try:
        return h5py.File(path, "r")
    except OSError:
        # Disks of a network may have no locks, and say so in many ways; a finished record needs none. Only then without:
        # a process may have a file open in one of the two ways alone.
        return h5py.File(path, "r", locking=False)


def verify(path: Path) -> None:
    """Raises RecordError if a record is not what was written, by the seal behind HDF5's own bytes.

    HDF5 may crash on a damaged file. A file without a seal is not judged: it is older, or another program has
    rewritten it. See record_seal.hpp for the seal.
    """
    size = path.stat().st_size - SEAL.size
    with path.open("rb") as file:
        if size < 0:
            return
        file.seek(size)
        seal = file.read()
        if len(seal) != SEAL.size or seal[:-4] != SEAL.pack(b"MISFITRC", size, 0)[:-4]:
            return
        # The sum of everything is that of what it covers, gone on with over itself.
        right = zlib.crc32(seal[-4:], SEAL.unpack(seal)[2])
        if right not in (_sum_of(file, is_closed=False), _sum_of(file, is_closed=True)):
            raise RecordError(
                f"{path}: damaged, or changed since it was written: its checksum does not fit; if it was changed on"
                f" purpose, h5repack {path} new.h5 makes a record that is not judged by it"
            )


def _sum_of(file: BinaryIO, is_closed: bool) -> int:
    """CRC-32 of a file; `is_closed`: without HDF5's note that it is open for writing."""
    file.seek(0)
    block = bytearray(file.read(1 << 20))
    if is_closed and block[_OPEN_FLAG_BYTE : _OPEN_FLAG_BYTE + 1] == b"\x01":
        block[_OPEN_FLAG_BYTE] = 0
    total = 0
    while block:
        total = zlib.crc32(block, total)
        block = bytearray(file.read(1 << 20))
    return total


def check_format(path: Path, file: h5py.File) -> None:
    """Raises RecordError if the file is not a record of misfit, or one of a later version."""
    if text(file.attrs.get("format", "")) != "misfit record":
        raise RecordError(f"{path}: not a record of misfit")
    version = [int(number) for number in np.atleast_1d(file.attrs.get("format_version", [0, 0]))]
    if version[0] > FORMAT_VERSION_MAJOR:
        raise RecordError(
            f"{path}: the record has format version {'.'.join(map(str, version))}; this misfit reads up"
            f" to {FORMAT_VERSION_MAJOR}.{FORMAT_VERSION_MINOR}: read it with a newer one"
        )


@contextmanager
def naming_damage(path: Path) -> Iterator[None]:
    """Turns what h5py raises for a missing or broken part of a record into a RecordError."""
    try:
        yield
    except (KeyError, OSError, RuntimeError, ValueError, TypeError, IndexError) as error:
        raise RecordError(f"{path}: the record is damaged: {plain(error)}") from error


def array(group: h5py.Group, name: str, dtype: type) -> NDArray[Any]:
    """A dataset, or an empty array where there is none."""
    return np.asarray(group[name], dtype=dtype) if name in group else np.zeros(0, dtype=dtype)


def text(value: Any) -> str:
    """A string of HDF5, which h5py gives as bytes or as str."""
    return value.decode() if isinstance(value, bytes) else str(value)


def toml_value(value: str) -> Any:
    """The value that TOML reads from this text; the text itself if it is none."""
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return value


def plain(error: BaseException) -> str:
    """The message of an h5py exception without the quotes a KeyError puts around it, or the number of an OSError."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error.args[0]) if error.args else type(error).__name__


def stage_numbers(file: h5py.File, places: Places, group: str, count: int) -> NDArray[np.int32]:
    """The stage of each time of a clock, counted from 1. Records of before there were stages have one."""
    if f"{group}/stage" not in file:
        return np.ones(count, dtype=np.int32)
    return array(file, f"{group}/stage", np.int32) + (1 if places.is_old else 0)


def parameters_at(file: h5py.File, parameters: dict[str, Any], point: int) -> dict[str, Any]:
    """The parameters with what the keys of the sweep are at a point of an exchange, and its seed."""
    here = {key: _plain_value(file["sweep"][key][point]) for key in read_sweep(file, "keys")}
    attributes = file[f"points/{point}"].attrs if f"points/{point}" in file else {}
    seed = {"ensemble.seed": int(attributes["seed"])} if "seed" in attributes else {}
    return parameters | here | seed


def read_sweep(file: h5py.File, names: str) -> dict[str, NDArray[Any]]:
    """The columns that an attribute of /sweep names."""
    if "sweep" not in file:
        return {}
    group = file["sweep"]
    keys = group.attrs.get(names, [])
    if isinstance(keys, h5py.Empty):
        return {}
    keys = [text(key) for key in np.ravel(keys)]
    return {key: _numbers_or_texts(group[key]) for key in keys}


def _numbers_or_texts(dataset: h5py.Dataset) -> NDArray[Any]:
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.array([text(value) for value in dataset[()]])
    if dataset.ndim > 1:  # of crystal.size
        return np.array([str(value) for value in dataset[()].tolist()])
    return np.asarray(dataset, dtype=np.float64)


def scalar(value: Any) -> float | str:
    return str(value) if isinstance(value, str) else float(value)


def _read_text(dataset: h5py.Dataset) -> str:
    """Text as bytes of UTF-8; records of version 1.x have it as a string."""
    return bytes(dataset[()]).decode() if dataset.dtype == np.uint8 else text(dataset[()])


def _plain_value(value: Any) -> Any:
    """A value of HDF5 as Python has it; a byte is a truth, as the record writes it."""
    if isinstance(value, (str, bytes)):
        return text(value)
    if isinstance(value, np.ndarray):
        return [text(item) for item in value] if value.dtype.kind in "SO" else value.tolist()
    return bool(value) if value.dtype == np.uint8 else value.item()


def _present_name(key: str) -> str:
    """A key as it has been called since version 2.0: until then stages counted from 0."""
    return re.sub(r"^stage\.(\d+)", lambda found: f"stage.{int(found[1]) + 1}", key)


def _read_parameters(file: h5py.File, places: Places) -> dict[str, Any]:
    attributes = _attributes(file, "parameters")
    if places.is_old:
        return {_present_name(key): toml_value(text(value)) for key, value in attributes.items()}
    lists = {key: _plain_value(dataset[()]) for key, dataset in file["parameters"].items()}
    values = {key: _plain_value(value) for key, value in attributes.items()} | lists
    return dict(sorted(values.items()))


def _read_columns(file: h5py.File, places: Places) -> dict[str, Column]:
    if places.is_old:
        group = file.get(places.observables(0), {})
        return {
            name: Column(
                text(dataset.attrs["unit"]), text(dataset.attrs.get("description", "")), *PICTURES.get(name, ("", ""))
            )
            for name, dataset in group.items()
            if "unit" in dataset.attrs
        }
    group = file["columns"]
    names, units, descriptions = (_texts(group, part) for part in ("name", "unit", "description"))
    pictures = [PICTURES.get(name, ("", "")) for name in names]
    if "panel" in group:  # the first records of 2.0 named no pictures
        pictures = list(zip(_texts(group, "panel"), _texts(group, "label")))
    return {
        name: Column(unit, description, *picture)
        for name, unit, description, picture in zip(names, units, descriptions, pictures)
    }


def _read_elements(file: h5py.File) -> tuple[str, str]:
    """Records of version 1.x do not say; until 2.0 all files spoke of the paper's ions."""
    a, b = _texts(file["species"], "element") if "species" in file else ("Cd", "Ag")
    return a, b


def _texts(group: h5py.Group, name: str) -> list[str]:
    return [text(item) for item in group[name][()]]


def _attributes(file: h5py.File, group: str) -> dict[str, Any]:
    return dict(file[group].attrs) if group in file else {}
