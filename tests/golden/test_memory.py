"""What `misfit check` says of memory, against what the run then takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = os.environ["MISFIT_PROGRAM"]

EXCHANGE = """
[kmc]
max_events = 20
[ensemble]
trajectories = 2
[record.sigma]
linear = 3
logarithmic = 0
"""

INPUTS = {
    "V of a hexagon": '[crystal]\nshape = "hexagon"\nside = 36\n' + EXCHANGE,
    "many sites without V": '[crystal]\nshape = "box"\nsize = [60, 60, 60]\n[model]\nepsilon = 0.0\n' + EXCHANGE,
    "many samples": '[crystal]\nshape = "hexagon"\nside = 3\n[monte_carlo]\nchains = 3\nequilibration = 10\n'
                    "sweeps = 300000\nsample_interval = 1\n",
}


def is_sanitized() -> bool:
    """True if the program keeps books on its memory that take more than what it keeps them of."""
    return any(name in Path(PROGRAM).read_bytes() for name in (b"__asan_init", b"__tsan_init"))


def checked_bytes(template: Path, environment: dict[str, str]) -> float:
    text = subprocess.run([PROGRAM, "check", template, "--threads", "1"], capture_output=True, text=True, check=True,
                          env=environment).stdout
    number, unit = re.search(r"^memory +([\d.]+) (MiB|GiB) at the most", text, re.MULTILINE).groups()
    return float(number) * {"MiB": 2.0**20, "GiB": 2.0**30}[unit]


# A process is said to have taken what the one had that it was forked from, which is these tests: so from a small one.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
print(usage.ru_maxrss * 1024)
sys.exit(child.returncode)
"""


def peak_bytes(template: Path, out: Path, environment: dict[str, str]) -> float:
    run = [PROGRAM, "run", template, "--threads", "1", "--out", out]
    return float(subprocess.run([sys.executable, "-c", MEASURE, *run], env=environment, capture_output=True, text=True,
                                check=True).stdout)  # fmt: skip


@pytest.mark.skipif(is_sanitized(), reason="a sanitizer's own memory is not estimated")
@pytest.mark.parametrize("name", INPUTS)
def test_memory_is_estimated_within_a_fifth_of_what_the_run_takes(name: str, tmp_path: Path) -> None:
    template = tmp_path / "run.toml"
    template.write_text(INPUTS[name])
    environment = dict(os.environ, XDG_CACHE_HOME=str(tmp_path / "cache"))
    for out in ("with V built", "with V from the cache"):
        estimate = checked_bytes(template, environment)
        measured = peak_bytes(template, tmp_path / out, environment)
        assert measured > 5e7
        assert estimate == pytest.approx(measured, rel=0.2), out
        if not (tmp_path / "cache").exists():
            break
