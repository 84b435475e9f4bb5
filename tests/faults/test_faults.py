"""The short form of the fault campaign (campaign.py is the long one), and faults of other kinds.

Whatever happens to a run, it stops with one message and exit status 2, or 3 where it was asked to stop; resumed once
the fault is gone, it ends with the record of the run that nothing happened to, bit for bit.
"""

from __future__ import annotations

import errno
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from failing_calls import FAULTS, fail_each_call
from kills import kill_until_finished
from power_loss import lose_power
from runs import (
    FINE, INTERRUPTED, KINDS, PROGRAM, REFUSED, TIMEOUT, Kind, command, contents, finish, require_equal, run,
)  # fmt: skip

BY_NAME = {kind.name: kind for kind in KINDS}
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@every_kind
def test_a_run_killed_at_random_instants_ends_as_if_never_killed(kind: Kind, tmp_path: Path) -> None:
    assert kill_until_finished(kind, threads=2, kills=6, folder=tmp_path, seed=1, is_long=False).kills == 6


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["stages", "replicas"])
def test_a_call_that_fails_stops_the_run_with_a_message_and_it_can_be_resumed(
    name: str, fault: str, tmp_path: Path
) -> None:
    step = 17 if name == "stages" else 61
    failures = fail_each_call(BY_NAME[name], fault, tmp_path, step)
    assert failures.stopped >= failures.tried - 1  # one that clears up after the record is whole may fail


@every_kind
def test_a_loss_of_power_loses_nothing_that_was_synced(kind: Kind, tmp_path: Path) -> None:
    lose_power(kind, tmp_path, seed=2, step=29, keeps=(0.0, 0.5))


@pytest.fixture
def exchange(tmp_path: Path) -> tuple[Path, dict[str, bytes]]:
    """The input of a run of seconds, and the record that it leaves."""
    toml = BY_NAME["trajectories"].write(tmp_path, is_long=True)
    finish(toml, tmp_path / "whole", threads=2)
    return toml, contents(tmp_path / "whole/record.h5")


def wait_for(path: Path) -> None:
    """Until the file is there."""
    begun = time.monotonic()
    while not path.exists():
        assert time.monotonic() - begun < TIMEOUT
        time.sleep(0.001)


def test_a_file_above_the_users_limit_is_an_error_not_a_signal(
    exchange: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    toml, expected = exchange
    out = tmp_path / "out"
    for limit in (1000, 6000, 30_000):
        done = subprocess.run(
            command(toml, out, 2), capture_output=True, text=True, timeout=TIMEOUT,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )  # fmt: skip
        assert done.returncode == REFUSED, (limit, done)
        assert "File too large" in done.stderr and ("--resume" in done.stderr or limit == 1000)
    finish(toml, out)
    require_equal(expected, out)


def test_a_folder_that_vanishes_stops_the_run(
    exchange: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    toml, expected = exchange
    out = tmp_path / "out"
    process = subprocess.Popen(command(toml, out, 1), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(out / "parts/notes")
    out.rename(tmp_path / "elsewhere")
    shutil.rmtree(tmp_path / "elsewhere", ignore_errors=True)
    _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == REFUSED, errors
    assert str(out) in errors and "No such file or directory" in errors
    finish(toml, out)
    require_equal(expected, out)


def test_a_slow_disk_changes_nothing(tmp_path: Path) -> None:
    toml = BY_NAME["sweep"].write(tmp_path, is_long=False)
    finish(toml, tmp_path / "whole")
    out = tmp_path / "out"
    done = run(command(toml, out, 2), FAULTS_FOLDER=out, FAULTS_DELAY=5000)
    assert done.returncode == FINE, done.stderr
    require_equal(contents(tmp_path / "whole/record.h5"), out)


def test_a_second_run_in_the_same_folder_is_refused(
    exchange: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    toml, expected = exchange
    out = tmp_path / "out"
    first = subprocess.Popen(command(toml, out, 1), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(out / "parts/notes")
    second = run(command(toml, out, 1))
    assert second.returncode == REFUSED
    assert "another run is going on in this folder" in second.stderr
    first.communicate(timeout=TIMEOUT)
    assert first.returncode == FINE
    require_equal(expected, out)


def interrupted_by(signals: list[signal.Signals], toml: Path, out: Path) -> str:
    """What a run says that these signals end while it works; nothing but them makes it write a checkpoint."""
    process = subprocess.Popen(command(toml, out, 2, checkpoint_seconds=3600.0), stderr=subprocess.PIPE, text=True)
    wait_for(out / "parts/notes")
    time.sleep(0.3)
    for number in signals:
        process.send_signal(number)
    _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == INTERRUPTED, errors
    return errors


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU]
)
def test_a_signal_ends_a_run_with_all_work_saved(
    number: signal.Signals, exchange: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    toml, expected = exchange
    out = tmp_path / "out"
    assert "all work is saved" in interrupted_by([number], toml, out)
    assert list((out / "parts").glob("*.checkpoint"))
    finish(toml, out, threads=2)
    require_equal(expected, out)


def test_a_warning_of_a_queue_is_not_taken_for_the_first_of_two_signals(
    exchange: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    toml, expected = exchange
    out = tmp_path / "out"
    interrupted_by([signal.SIGUSR1, signal.SIGTERM], toml, out)
    finish(toml, out, threads=2)
    require_equal(expected, out)


def test_a_signal_that_was_to_be_ignored_stays_ignored(exchange: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    toml, expected = exchange
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(toml, out, 2), stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),  # as nohup does
    )  # fmt: skip
    wait_for(out / "parts/notes")
    process.send_signal(signal.SIGHUP)
    _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == FINE, errors
    require_equal(expected, out)


@pytest.mark.parametrize("name", ["replicas", "annealing"])
def test_chains_under_way_can_be_read_and_go_on_to_the_same_record(name: str, tmp_path: Path) -> None:
    toml = BY_NAME[name].write(tmp_path, is_long=True)
    finish(toml, tmp_path / "whole", threads=2)
    out = tmp_path / "out"
    found = None
    while not found:  # a busy machine may not have come to a sample yet
        interrupted_by([signal.SIGTERM], toml, out)
        summary = run([PROGRAM, "summary", str(out)])
        assert summary.returncode == FINE, summary.stderr
        found = re.search(r"unfinished: 0 of (\d) chains, and the first samples of (\d) more", summary.stdout)
        assert found or "nothing is sampled yet" in summary.stdout
    points, chains = (2, 4) if name == "replicas" else (1, 2)
    assert int(found[1]) == chains and int(found[2]) in (chains, chains // 2)
    assert re.search(rf"warning: chains at {points} of 2 points are under way, with \d+ % of their samples", summary.stdout)
    plot = run([PROGRAM, "plot", str(out)])
    assert plot.returncode == FINE and (out / "plots/overview.png").exists(), plot.stderr
    shutil.rmtree(out / "plots")
    now, at_last = (run([PROGRAM, "export", str(tmp_path / each), "--csv"]).stdout.splitlines() for each in ("out", "whole"))
    assert 1 < len(now) < len(at_last) and set(now) < set(at_last)  # samples of the whole run, to the bit
    finish(toml, out, threads=2)
    require_equal(contents(tmp_path / "whole/record.h5"), out)


@pytest.mark.parametrize("reason", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_a_disk_without_locks_holds_runs_and_their_records(
    reason: int, exchange: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    toml, expected = exchange
    out = tmp_path / "out"
    done = run(command(toml, out, 2), FAULTS_NO_LOCKS=reason)
    assert done.returncode == FINE, done.stderr
    assert "has no locks" in done.stderr
    require_equal(expected, out)
    for words in (["summary", out], ["export", out, "--npz", "-o", tmp_path / "a.npz"], ["plot", out]):
        done = run([PROGRAM, *map(str, words)], FAULTS_NO_LOCKS=reason)
        assert done.returncode == FINE, done.stderr


def test_threads_are_those_that_the_process_may_run_on(exchange: tuple[Path, dict[str, bytes]]) -> None:
    toml, _ = exchange
    one = min(os.sched_getaffinity(0))
    done = subprocess.run(
        [PROGRAM, "check", str(toml)], capture_output=True, text=True, check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {one}),
    )  # fmt: skip
    assert "on 1 thread" in done.stdout


def test_a_limit_on_memory_is_seen_before_it_is_met(tmp_path: Path) -> None:
    toml = tmp_path / "input.toml"
    # V alone is larger than the limit: how much of it the program's threads have reserved by then is a matter of chance.
    toml.write_text('[crystal]\nshape = "hexagon"\nside = 60\n[ensemble]\ntrajectories = 1\n[kmc]\nt_end = 1e-9\n')
    limit = 550 << 20

    def limited(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, capture_output=True, text=True, timeout=TIMEOUT, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        )  # fmt: skip

    if limited(PROGRAM, "--version").returncode != FINE:
        pytest.skip("a sanitizer reserves more than the limit before the program begins")
    done = limited(*command(toml, tmp_path / "out", 1))
    assert done.returncode == REFUSED, done
    assert re.search(r"N = 10621 sites need 9\d\d MiB to build V", done.stderr), done.stderr  # 861 MiB of doubles, and what they are made of
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "extend"), [("stages", "t_end=4500"), ("replicas", "sweeps=45000")])
def test_an_extension_that_is_killed_or_fails_leaves_the_old_record_or_the_new(
    name: str, extend: str, tmp_path: Path
) -> None:
    toml = BY_NAME[name].write(tmp_path, is_long=False)
    finish(toml, tmp_path / "short")
    before = contents(tmp_path / "short/record.h5")
    begun = time.monotonic()
    shutil.copytree(tmp_path / "short", tmp_path / "whole")
    assert run(command(toml, tmp_path / "whole", 1, extend=extend)).returncode == FINE
    seconds = time.monotonic() - begun
    after = contents(tmp_path / "whole/record.h5")

    def go_on(out: Path, **faults: object) -> None:
        assert contents(out / "record.h5") in (before, after)
        done = run(command(toml, out, 1, extend=extend))
        assert done.returncode == FINE, (faults, done.stderr)
        require_equal(after, out)

    killed = tmp_path / "killed"
    shutil.copytree(tmp_path / "short", killed)
    dice = random.Random(3)
    for _ in range(10):
        process = subprocess.Popen(command(toml, killed, 2, extend=extend), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.0, seconds))
        process.kill()
        process.wait(timeout=TIMEOUT)
        assert contents(killed / "record.h5") in (before, after)
    go_on(killed)

    count = tmp_path / "count"
    counted = tmp_path / "counted"
    shutil.copytree(tmp_path / "short", counted)
    run(command(toml, counted, 1, extend=extend), FAULTS_FOLDER=counted, FAULTS_COUNT=count)
    calls = int(count.read_text().split()[0])
    for call in range(1, calls + 1, max(1, calls // 25)):
        out = tmp_path / f"call-{call}"
        shutil.copytree(tmp_path / "short", out)
        faults = {"FAULTS_FAIL_AT": call, "FAULTS_ERRNO": errno.ENOSPC, "FAULTS_STICKY": 1}
        assert run(command(toml, out, 1, extend=extend), FAULTS_FOLDER=out, **faults).returncode in (FINE, REFUSED)
        go_on(out, **faults)
