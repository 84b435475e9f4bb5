"""A record as a table (CSV) or as arrays (NumPy), for programs that do not read HDF5."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, TextIO

import h5py
import numpy as np

from misfit.equilibrium import EquilibriumRecord
from misfit.files import text
from misfit.record import Record
from misfit.tables import samples

__all__ = ["write_csv", "write_npz"]


def write_csv(record: Record | EquilibriumRecord, file: TextIO) -> None:
    """Every scalar that was recorded: a row for each trajectory and due time, or for each sample of each chain.

    Columns of an exchange: of a sweep point and the swept keys, then trajectory, stage (from 1 on), time (since the stage began), then the observables; of an
    equilibrium: point, the swept keys, the stage and what is its own, chain, start, sweep, then the observables.
    """
    writer = csv.writer(file, lineterminator="\n")
    names, blocks = samples(record)
    writer.writerow(names)
    for block in blocks:
        writer.writerows(zip(*(block[name].tolist() for name in names)))


def write_npz(record: Record | EquilibriumRecord, path: Path) -> None:
    """The record's arrays in one compressed NumPy file, by the names of the record's layout (docs/record.md).

    Names hold slashes: `np.load(path)["points/0/observables/composition"]`. Texts become arrays of strings.
    """
    arrays: dict[str, Any] = {}

    def add(name: str, item: Any) -> None:
        if hasattr(item, "shape") and not _has_no_values(item):
            values = np.asarray(item[()])
            arrays[name] = values.astype(str) if values.dtype.kind in "OS" else values

    record._file.visititems(add)
    for name, value in record.parameters.items():
        arrays[f"parameters/{name}"] = np.asarray(value)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def _has_no_values(dataset: h5py.Dataset) -> bool:
    """True for what only names a dimension (as in netCDF)."""
    return text(dataset.attrs.get("NAME", "")).startswith("This is a netCDF dimension but not a netCDF variable")
