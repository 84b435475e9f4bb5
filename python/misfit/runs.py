"""Whole runs from Python: the same inputs, the same numbers and the same records as the command line's."""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from misfit.errors import Error
from misfit.record import EquilibriumRecord, Record, open_record

if TYPE_CHECKING:
    from misfit._core import Progress


def run(
    input: str | Path | Mapping[str, Any],
    settings: Mapping[str, Any] | None = None,
    *,
    threads: int = 0,
    out: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    extend: Mapping[str, Any] | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> Record | EquilibriumRecord:
    """Runs a whole input and opens its record, bit for bit that of `misfit run` with the same input.

    `input` is the path of a TOML file, TOML text (a string with a line break), or a dict of tables:
    {"crystal": {"shape": "hexagon", "side": 4}, "kmc": {"t_end": 2.0}}; stages are a list of them. `settings` are keys that replace or
    add to the input's, as --set does: {"model.kT": 0.25}. `threads` = 0: all there are; the numbers do not
    depend on it. `out` is the folder of the run, to be resumed, overwritten or drawn; without it the run is in
    a temporary folder, which goes when the record does. `extend` goes on with the finished run in `out`:
    {"t_end": 300.0} or {"trajectories": 400}, or {"sweeps": 200_000} at equilibrium; the record becomes that
    of one run as large.

    Other Python threads go on meanwhile. `on_progress` is called about five times a second. Ctrl-C (or an
    exception of on_progress) stops the run; in `out` all work is kept, and resume=True goes on with it.
    Raises InputError for a fault of the input, Error for a folder that holds another run, for memory that is
    not there, and ImportError without the compiled module.
    """
    core = compiled("misfit.run")
    text, name = _read(input)
    given = [f"{key}={toml_value(value)}" for key, value in (settings or {}).items()]
    if out is not None:
        _carry_out(core, text, name, given, Path(out), threads, resume, overwrite, _one_setting(extend), on_progress)
        return open_record(out)
    if resume or overwrite or extend:
        raise Error("a run is resumed, overwritten or extended in a folder: give out")
    folder = tempfile.mkdtemp(prefix="misfit-")
    try:
        _carry_out(core, text, name, given, Path(folder), threads, False, False, "", on_progress)
        record = open_record(folder)
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


def _carry_out(
    core: ModuleType,
    text: str,
    name: str,
    settings: list[str],
    out: Path,
    threads: int,
    resume: bool,
    overwrite: bool,
    extend: str,
    on_progress: Callable[[Progress], object] | None,
) -> None:
    complete = core.run_input(text, name, settings, out, threads, resume, overwrite, extend, on_progress)
    if not complete:  # interrupted without an exception of Python's
        raise KeyboardInterrupt


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
