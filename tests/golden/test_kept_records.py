"""Records that earlier versions wrote, kept in records/ by the version of their format: every later version reads them.

Beside each stand its scalars and the averages of its summary, as the version of that day gave them. A new version of
the format adds a record here; none is ever written anew.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from misfit import EquilibriumRecord, open_record

PROGRAM = os.environ["MISFIT_PROGRAM"]
KEPT = sorted((Path(__file__).parent / "records").glob("*.h5"))
every_record = pytest.mark.parametrize("record", KEPT, ids=lambda path: path.stem)


def misfit(*arguments: object) -> str:
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


Rows = list[list[str]]


def rows_of(table: str) -> Rows:
    return list(csv.reader(table.splitlines()))


def kept(path: Path) -> Rows:
    """The table as it was written, but for the stages: until version 1.3 they were counted from 0."""
    rows = rows_of(path.read_text())
    if "stage" in rows[0] and "-1." in path.name:
        column = rows[0].index("stage")
        for row in rows[1:]:
            number = float(row[column]) + 1
            row[column] = str(number) if "." in row[column] else f"{number:.0f}"
    return rows


def test_there_are_records_of_both_kinds() -> None:
    assert {path.stem.split("-")[0] for path in KEPT} == {"exchange", "equilibrium"}


@every_record
def test_the_program_reads_the_same_numbers_to_the_last_digit(record: Path, tmp_path: Path) -> None:
    copy = tmp_path / "record.h5"
    shutil.copy(record, copy)  # reading leaves the kept one alone
    assert rows_of(misfit("export", "--csv", copy)) == kept(record.with_suffix(".csv"))
    assert rows_of(misfit("summary", "--csv", copy)) == kept(record.with_suffix(".summary.csv"))
    assert "hexagon" in misfit("info", copy)
    assert misfit("export", "--xyz", copy).count("Properties=") > 0
    assert copy.read_bytes() == record.read_bytes()


@every_record
def test_the_python_package_reads_the_same_numbers(record: Path) -> None:
    rows = list(csv.DictReader(record.with_suffix(".csv").read_text().splitlines()))
    with open_record(record) as opened:
        points = opened.points if isinstance(opened, EquilibriumRecord) else [opened]
        found = np.concatenate([np.ravel(point.observables["composition"]) for point in points])
    assert sorted(found) == sorted(float(row["composition"]) for row in rows)


@every_record
def test_pictures_are_made_of_it(record: Path, tmp_path: Path) -> None:
    shutil.copy(record, tmp_path / "record.h5")
    misfit("plot", tmp_path / "record.h5", "--out", tmp_path / "plots")
    assert list((tmp_path / "plots").glob("*.png"))
