"""Every call that changes a file fails in turn: the run says so and can be resumed once the fault is gone."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from runs import FINE, REFUSED, Kind, command, contents, finish, require_equal, require_equal_record, run

# What a disk can say, whether it goes on saying it, and whether the failing write takes half of its bytes.
FAULTS = {
    "disk full": (errno.ENOSPC, True, True),
    "quota": (errno.EDQUOT, True, False),
    "read-only from then on": (errno.EROFS, True, False),
    "input/output error, once": (errno.EIO, False, False),
}


@dataclass
class Failures:
    """One kind of run under one fault, at each of its calls in turn."""

    kind: str
    fault: str
    calls: int  # of the run without a fault
    tried: int
    stopped: int  # with a message; the others got over it


def fail_each_call(kind: Kind, fault: str, folder: Path, step: int = 1) -> Failures:
    """Lets every `step`-th call of a run fail, then resumes it without the fault."""
    toml = kind.write(folder, is_long=False)
    finish(toml, folder / "whole")
    expected = contents(folder / "whole/record.h5")
    count_file = folder / "count"
    counted = folder / "counted"
    done = run(command(toml, counted, 1), FAULTS_FOLDER=counted, FAULTS_COUNT=count_file)
    assert done.returncode == FINE, done.stderr
    calls = int(count_file.read_text().split()[0])
    number, sticky, is_short = FAULTS[fault]
    stopped = 0
    tried = 0
    for call in range(1, calls + 1, step):
        out = folder / f"call-{call}"
        done = run(
            command(toml, out, 1), FAULTS_FOLDER=out, FAULTS_FAIL_AT=call, FAULTS_ERRNO=number,
            FAULTS_STICKY=int(sticky), FAULTS_SHORT=int(is_short),
        )  # fmt: skip
        tried += 1
        assert done.returncode in (FINE, REFUSED), (call, done.returncode, done.stderr)
        if done.returncode == REFUSED:
            stopped += 1
            # One message that names the place.
            assert done.stderr.count("misfit: error: ") == 1, (call, done.stderr)
            assert str(out) in done.stderr, (call, done.stderr)
        else:
            require_equal_record(expected, out)
        finish(toml, out)
        require_equal(expected, out)
    return Failures(kind.name, fault, calls, tried, stopped)
