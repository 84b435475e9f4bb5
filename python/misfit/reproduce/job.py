"""What a figure is made of: its inputs and a function; and the job that gives that function its records."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from matplotlib.figure import Figure as Picture

from misfit.equilibrium import EquilibriumRecord
from misfit.potential import PotentialSample, open_potential
from misfit.record import Record, RecordError, open_record
from misfit.reproduce.claims import Claim
from misfit.style import save

#: exit status of the program for a run that was interrupted and can be resumed
INTERRUPTED = 3


@dataclass(frozen=True)
class Run:
    """One input: examples/paper/<figure>/<name>.toml."""

    name: str
    #: what --quick changes, by key of the input; None: --quick does without this run
    quick: Mapping[str, Any] | None = field(default_factory=dict)
    potential: bool = False  #: `misfit potential` instead of `misfit run`
    #: makes what the input needs beside itself; gives further keys of the input
    prepare: Callable[[Job], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Figure:
    """One figure of the paper."""

    name: str  #: "fig2", as the command takes it
    title: str
    runs: Sequence[Run]
    reproduce: Callable[[Job], list[Claim]]  #: draws, writes data, and judges


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    program: Path  #: misfit
    inputs: Path  #: the folder examples/paper
    out: Path
    quick: bool
    threads: int  #: 0: all there are


class Interrupted(Exception):
    """The program was interrupted; what it has done is saved."""


class Job:
    """One figure being made. Records that it opens are closed when it ends: use it in a `with` statement."""

    def __init__(self, figure: Figure, settings: Settings) -> None:
        self.figure = figure
        self.settings = settings
        self.folder = settings.out / figure.name
        self.paths: list[Path] = []  #: pictures and tables made
        self._opened = ExitStack()

    @property
    def quick(self) -> bool:
        return self.settings.quick

    def run(self, run: Run) -> None:
        """Runs one input into its folder; a finished record of the same input stays as it is.

        Raises Interrupted, and RecordError when the program refuses (it has said why).
        """
        target = self._record_folder(run.name)
        command: list[str] = [str(self.settings.program)]
        command += ["potential" if run.potential else "run", str(self.input(run.name)), "--out", str(target)]
        command += ["--threads", str(self.settings.threads)]
        if not run.potential:
            command.append("--resume")
        settings = dict(run.quick or {}) if self.quick else {}
        if run.prepare is not None:
            settings |= run.prepare(self)
        for key, value in settings.items():
            command += ["--set", f"{key}={toml(value)}"]
        status = _call(command)
        if status == INTERRUPTED or status < 0:
            raise Interrupted
        if status != 0:
            raise RecordError(f"{self.figure.name}: {run.name} did not run: {' '.join(command)}")

    def potential_matrix(self, run: Run) -> Path:
        """A file with all of V for the crystal of a run: dataset V [N, N], as model.potential_file reads it.

        Raises RecordError when the program refuses.
        """
        folder = self._record_folder(f"{run.name}-potential")
        matrix = folder / "V.h5"
        command = [str(self.settings.program), "potential", str(self.input(run.name)), "--out", str(folder)]
        command += ["--threads", str(self.settings.threads), "--matrix", str(matrix)]
        if self.quick and run.quick is not None:
            for key, value in run.quick.items():
                command += ["--set", f"{key}={toml(value)}"]
        folder.mkdir(parents=True, exist_ok=True)
        if _call(command) != 0:
            raise RecordError(f"{self.figure.name}: no potential for {run.name}: {' '.join(command)}")
        return matrix

    def input(self, name: str) -> Path:
        """The input file of one run."""
        return self.settings.inputs / self.figure.name / f"{name}.toml"

    def exchange(self, name: str) -> Record:
        """The record of a run of exchange."""
        record = self._opened.enter_context(open_record(self._record_folder(name)))
        if not isinstance(record, Record):
            raise RecordError(f"{record.path}: a record of equilibrium where one of exchange is needed")
        return record

    def equilibrium(self, name: str) -> EquilibriumRecord:
        """The record of a run of equilibrium."""
        record = self._opened.enter_context(open_record(self._record_folder(name)))
        if not isinstance(record, EquilibriumRecord):
            raise RecordError(f"{record.path}: a record of exchange where one of equilibrium is needed")
        return record

    def potential(self, name: str) -> PotentialSample:
        """What `misfit potential` left."""
        return open_potential(self._record_folder(name) / "potential.h5")

    def save(self, picture: Picture, name: str | None = None) -> None:
        """Writes the figure as PNG and SVG; one of small runs says so."""
        is_smaller = self.quick and any(run.quick is None or run.quick for run in self.figure.runs)
        remark = "quick: small runs, not the paper's" if is_smaller else ""
        self.paths += save(picture, self.folder, name or self.figure.name, remark)

    def table(self, name: str, columns: Mapping[str, Any]) -> None:
        """Writes the data behind a panel: columns by name with unit, "t [1/k0]", all of one length."""
        path = self.folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = zip(*(np.asarray(values).tolist() for values in columns.values()), strict=True)
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
        self.paths.append(path)

    def _record_folder(self, name: str) -> Path:
        return self.folder / "records" / name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Sequence):
        return f"[{', '.join(map(toml, value))}]"
    return repr(value)


def _call(command: Sequence[str]) -> int:
    """Runs the program, its progress on our stderr. An interrupt reaches it too: it saves, and we wait."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        interrupted = False
        while True:
            try:
                status = child.wait()
                return INTERRUPTED if interrupted else status
            except KeyboardInterrupt:
                interrupted = True
