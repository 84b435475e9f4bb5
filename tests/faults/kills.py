"""SIGKILL at random instants: a run that is killed and resumed again and again ends as if never killed."""

from __future__ import annotations

import random
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from runs import TIMEOUT, Kind, command, contents, finish, require_equal


@dataclass
class Killed:
    """One run that was killed until it was through."""

    kind: str
    threads: int
    kills: int
    whole_seconds: float  # of the uninterrupted run


def kill_until_finished(kind: Kind, threads: int, kills: int, folder: Path, seed: int, is_long: bool = True) -> Killed:
    """Kills at `kills` random instants, then lets it end; a run that ends before that is begun again.

    The instants are uniform over a time in which the run makes about as much progress as will be needed.
    """
    toml = kind.write(folder, is_long)
    begun = time.monotonic()
    finish(toml, folder / "whole", threads)
    whole_seconds = time.monotonic() - begun
    expected = contents(folder / "whole/record.h5")
    dice = random.Random(seed)
    done = 0
    attempt = 0
    while done < kills:
        out = folder / f"killed-{attempt}"
        attempt += 1
        while done < kills:
            process = subprocess.Popen(
                command(toml, out, threads), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            try:
                # Half of them soon: starting is when the most happens to the folder.
                longest = 0.1 if dice.random() < 0.5 else whole_seconds
                process.communicate(timeout=dice.uniform(0.0, longest))
                assert process.returncode == 0, process.stderr
                break
            except subprocess.TimeoutExpired:
                process.kill()
                _, errors = process.communicate(timeout=TIMEOUT)
                assert "error" not in errors, errors
                done += process.returncode != 0
        finish(toml, out, threads)
        require_equal(expected, out)
    return Killed(kind.name, threads, done, whole_seconds)
