"""Whole runs from Python: the same inputs, the same numbers and the same records as the command line's."""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from misfit.errors import Error
from misfit.notebook import notebook_progress
from misfit.record import EquilibriumRecord, Record, open_record

if TYPE_CHECKING:
    from misfit._core import Progress, State


@dataclass(frozen=True)
class Observable:
    """What a run records of a state beside what its input asks for: a function, and how records and plots speak of it."""

    function: Callable[[State], float]  #: of a copy of the state, which it may keep
    unit: str = "1"  #: "1", "epsilon"
    description: str = ""  #: one sentence
    panel: str = ""  #: the picture in which it is drawn, with the others of the same; empty: one of its own
    label: str = ""  #: what it is called there; empty: its name


def run(
    input: str | Path | Mapping[str, Any],
    settings: Mapping[str, Any] | None = None,
    *,
    threads: int = 0,
    out: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    extend: Mapping[str, Any] | None = None,
    observables: Mapping[str, Callable[[State], float] | Observable] | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> Record | EquilibriumRecord:
    """Runs a whole input and opens its record, bit for bit that of `misfit run` with the same input.

    `input` is the path of a TOML file, TOML text (a string with a line break), or a dict of tables:
    {"crystal": {"shape": "hexagon", "side": 4}, "kmc": {"t_end": 2.0}}; stages are a list of them. `settings` are keys that replace or
    add to the input's, as --set does: {"model.kT": 0.25}. `threads` = 0: all there are; the numbers do not
    depend on it. `out` is the folder of the run, to be resumed, overwritten or drawn; without it the run is in
    a temporary folder, which goes when the record does. `extend` goes on with the finished run in `out`:
    {"t_end": 300.0} or {"trajectories": 400}, or {"sweeps": 200_000} at equilibrium; the record becomes that
    of one run as large. `observables` are recorded beside those of the input, wherever these are taken: functions of a
    State that give a number, {"unlike": function}, or with unit and words for the plots {"unlike": misfit.Observable(function,
    unit="1")}. Whoever goes on with such a run gives them again.

    Other Python threads go on meanwhile. `on_progress` is called about five times a second; a notebook shows a bar where none is given. Ctrl-C (or an
    exception of on_progress) stops the run; in `out` all work is kept, and resume=True goes on with it.
    Raises InputError for a fault of the input, Error for a folder that holds another run, for memory that is
    not there, for an observable whose name is taken or whose value is no finite number, what an observable raises,
    and ImportError without the compiled module.
    """
    core = compiled("misfit.run")
    on_progress = on_progress or notebook_progress()
    text, name = _read(input)
    given = [f"{key}={toml_value(value)}" for key, value in (settings or {}).items()]
    own = [_own_observable(*item) for item in (observables or {}).items()]

    def carry_out(folder: str | Path) -> Record | EquilibriumRecord:
        complete = core.run_input(
            text, name, given, Path(folder), threads, resume, overwrite, _one_setting(extend), own, on_progress
        )
        if not complete:  # interrupted without an exception of Python's
            raise KeyboardInterrupt
        return open_record(folder)

    if out is not None:
        return carry_out(out)
    if resume or overwrite or extend:
        raise Error("a run is resumed, overwritten or extended in a folder: give out")
    folder = tempfile.mkdtemp(prefix="misfit-")
    try:
        record = carry_out(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(record, shutil.rmtree, folder, ignore_errors=True)
    return record


def compiled(wanted: str) -> ModuleType:
    """The compiled module. Raises ImportError, saying that `wanted` needs it, where it is not built."""
    try:
        from misfit import _core
    except ImportError as error:
        raise ImportError(
            f"{wanted} needs the compiled module misfit._core, which is not with this package: build misfit and "
            f"put build/release/python, or where it is installed, on PYTHONPATH, or install it with pip ({error})"
        ) from error
    return _core


def toml_text(tables: Mapping[str, Any]) -> str:
    """A dict of tables, and of lists of tables, as TOML. A key with dots, as in a table "sweep", is quoted."""
    lines = [
        f"{_toml_key(key)} = {toml_value(value)}"
        for key, value in tables.items()
        if not isinstance(value, Mapping) and not _is_list_of_tables(value)
    ]

    def add(path: str, table: Mapping[str, Any], heading: str = "[{}]") -> None:
        lines.append(heading.format(path))
        inner = []
        for key, value in table.items():
            if isinstance(value, Mapping):
                inner.append((f"{path}.{_toml_key(key)}", value))
            else:
                lines.append(f"{_toml_key(key)} = {toml_value(value)}")
        for inner_path, inner_table in inner:
            add(inner_path, inner_table)

    for key, value in tables.items():
        if isinstance(value, Mapping):
            add(_toml_key(key), value)
        elif _is_list_of_tables(value):
            for item in value:
                add(_toml_key(key), item, "[[{}]]")
    return "\n".join(lines) + "\n"


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(isinstance(item, Mapping) for item in value)


def toml_value(value: object) -> str:
    """One value as TOML: a number with all its digits, a word in quotes, a list. Raises Error for others."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, (str, Path)):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    raise Error(f"{value!r}: an input holds numbers, words, true, false and lists of them")


def _own_observable(
    name: str, observable: Callable[[State], float] | Observable
) -> tuple[str, str, str, str, str, Callable[[State], float]]:
    """As the compiled module takes it."""
    if not isinstance(observable, Observable):
        observable = Observable(observable)
    if not callable(observable.function):
        raise Error(f'observable "{name}": {observable.function!r} is not a function of a State')
    return (name, observable.unit, observable.description, observable.panel, observable.label, observable.function)


def _one_setting(extend: Mapping[str, Any] | None) -> str:
    """What --extend would be given: "t_end=300.0"."""
    if extend is not None and len(extend) != 1:
        raise Error(f"extend = {dict(extend)!r}: must be one key with its value")
    return "".join(f"{key}={toml_value(value)}" for key, value in (extend or {}).items())


def _read(input: str | Path | Mapping[str, Any]) -> tuple[str, str]:
    """The input's text, and what messages call it."""
    if isinstance(input, Mapping):
        return toml_text(input), "input"
    if isinstance(input, str) and "\n" in input:
        return input, "input"
    try:
        return Path(input).read_text(encoding="utf-8"), str(input)
    except OSError as error:
        raise Error(f"{input}: {error.strerror}") from error


def _toml_key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else json.dumps(key)
