"""`misfit selfcheck` as a user meets it: what each row finds wrong, tests/exact/selfcheck_test.cpp shows."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

PROGRAM = os.environ["MISFIT_PROGRAM"]


def selfcheck(**changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, "selfcheck"], capture_output=True, text=True, timeout=900,
                          env=os.environ | changes)


def test_every_row_passes_and_nothing_is_left_behind(tmp_path: Path) -> None:
    temporary, cache = tmp_path / "tmp", tmp_path / "cache"
    temporary.mkdir()
    done = selfcheck(TMPDIR=str(temporary), XDG_CACHE_HOME=str(cache))
    assert done.returncode == 0, done.stdout
    rows = re.findall(r"^  (\S.*?) {2,}(\S.*?) {2,}(\S.*?) {2,}(pass|slow|FAIL)$", done.stdout, flags=re.MULTILINE)
    assert len(rows) > 30
    assert {verdict for *_, verdict in rows} <= {"pass", "slow"}
    passed, failed, slow = map(int, re.search(r"^(\d+) passed, (\d+) failed, (\d+) slow, in ", done.stdout,
                                              flags=re.MULTILINE).groups())
    assert (passed + slow, failed) == (len(rows), 0)
    assert not list(temporary.iterdir())
    assert not cache.exists()
    steps = done.stderr.splitlines()  # what is under way
    assert [step.split(":")[0] for step in steps] == [f"{k + 1} of {len(steps)}" for k in range(len(steps))]


def test_a_check_that_cannot_be_made_fails(tmp_path: Path) -> None:
    done = selfcheck(TMPDIR=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "FAIL" in done.stdout
    assert "1 failed" in done.stdout
