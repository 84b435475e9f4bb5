"""Runs of every kind that the faults are tried on, and how two of their records are compared."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

PROGRAM = os.environ["MISFIT_PROGRAM"]
SHIM = os.environ["MISFIT_FAULT_SHIM"]
TIMEOUT = 300.0  # a run that hangs is a fault
FINE, REFUSED, INTERRUPTED = 0, 2, 3  # exit statuses

_EXCHANGE = """
[crystal]
shape = "hexagon"
side = {side}
[model]
kT = 0.6
J = 0.1
delta_mu = 0.0
[kmc]
t_end = {t_end}
stop_at_composition = 0.0
[ensemble]
trajectories = {trajectories}
[record.scalars]
linear = 21
logarithmic = 10
log_start = 1e-6
[record.sigma]
linear = 5
logarithmic = 0
"""
_STAGES = (
    _EXCHANGE
    + """
[[stage]]
t_end = {t_end}
[[stage]]
t_end = {t_end}
exchange_rate = 0.0
"""
)
_CHAINS = """
[crystal]
shape = "hexagon"
side = {side}
[crystal.shell]
layers = 1
[model]
kT = 0.5
[monte_carlo]
chains = 2
equilibration = 100
sweeps = {sweeps}
sample_interval = 30
frames = 5
"""
_SWEEP = _CHAINS + "[sweep]\nmodel.kT = [0.4, 0.8]\n"
_REPLICAS = _SWEEP + '[replica_exchange]\nover = "model.kT"\ninterval = 500\n'
_ANNEALING = _CHAINS + "[[stage]]\nkT = 1.0\n[[stage]]\nkT = 0.4\n"


@dataclass(frozen=True)
class Kind:
    """A kind of run in two sizes: seconds long, to be killed; and tenths of a second, to be tried often."""

    name: str
    text: str
    long: dict[str, object]
    short: dict[str, object]

    def write(self, folder: Path, is_long: bool) -> Path:
        """Its input file in `folder`."""
        path = folder / "input.toml"
        path.write_text(self.text.format(**(self.long if is_long else self.short)))
        return path


KINDS = [
    Kind(
        "trajectories",
        _EXCHANGE,
        {"side": 7, "t_end": 30000.0, "trajectories": 12},
        {"side": 4, "t_end": 3000.0, "trajectories": 2},
    ),
    Kind(
        "stages",
        _STAGES,
        {"side": 7, "t_end": 20000.0, "trajectories": 12},
        {"side": 4, "t_end": 1500.0, "trajectories": 2},
    ),
    Kind("sweep", _SWEEP, {"side": 6, "sweeps": 600_000}, {"side": 4, "sweeps": 15_000}),
    Kind("replicas", _REPLICAS, {"side": 6, "sweeps": 250_000}, {"side": 4, "sweeps": 15_000}),
    Kind("annealing", _ANNEALING, {"side": 6, "sweeps": 400_000}, {"side": 4, "sweeps": 15_000}),
]


def command(
    toml: Path, out: Path, threads: int, checkpoint_seconds: float = 0.02, extend: str = ""
) -> list[str]:
    """A run that begins, or goes on with what is in `out`; with `extend`, from the finished run there to "t_end=300"."""
    return [
        PROGRAM, "run", str(toml), "--out", str(out), *(["--extend", extend] if extend else ["--resume"]),
        "--threads", str(threads), "--checkpoint-seconds", str(checkpoint_seconds),
    ]  # fmt: skip


def run(arguments: list[str], **environment: object) -> subprocess.CompletedProcess[str]:
    """Runs to its end. With environment of the faults (FAULTS_...), under tests/faults/fault_shim.cpp."""
    changed = {key: str(value) for key, value in environment.items()}
    if changed:
        changed["LD_PRELOAD"] = SHIM
        # The sanitizers' own library comes second then, which they would refuse.
        changed["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return subprocess.run(
        arguments, capture_output=True, text=True, timeout=TIMEOUT, env={**os.environ, **changed}
    )


def finish(toml: Path, out: Path, threads: int = 1) -> str:
    """Runs or resumes without any fault; what it printed to stderr."""
    done = run(command(toml, out, threads))
    assert done.returncode == FINE, (done.returncode, done.stderr)
    return done.stderr


def contents(record: Path) -> dict[str, bytes]:
    """Every dataset and attribute of a record outside /provenance, as bytes, by name."""
    found: dict[str, bytes] = {}

    def add(name: str, value: object) -> None:
        array = np.asarray(value)
        data = repr(array.tolist()).encode() if array.dtype == object else array.tobytes()
        found[name] = repr((array.shape, array.dtype.str)).encode() + data

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if name.split("/")[0] == "provenance":
            return
        if isinstance(item, h5py.Dataset):
            add(name, item[()])
        for key, value in item.attrs.items():
            if key.endswith("_LIST"):  # names of dimensions: places in the file
                continue
            add(f"{name}@{key}", value)

    with h5py.File(record, "r") as file:
        visit("", file)
        file.visititems(visit)
    return found


def differences(a: dict[str, bytes], b: dict[str, bytes]) -> list[str]:
    """Names of what is not the same bit for bit."""
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def require_equal_record(expected: dict[str, bytes], out: Path) -> None:
    """Fails unless the record in `out` is this one, whatever lies beside it."""
    unequal = differences(expected, contents(out / "record.h5"))
    assert not unequal, f"{out}: {unequal[:5]} differ"


def require_equal(expected: dict[str, bytes], out: Path) -> None:
    """Fails unless the finished run in `out` left this record, and nothing beside it and its input."""
    require_equal_record(expected, out)
    left = sorted(path.name for path in out.iterdir())
    assert left == ["input.toml", "record.h5"], left
