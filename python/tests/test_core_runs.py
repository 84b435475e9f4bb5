"""The compiled module: whole runs, interrupts, errors."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from core_support import CHAINS, PROGRAM, SMALL, TOO_SHORT, expect_same, hexagon

import misfit

pytestmark = TOO_SHORT


@pytest.mark.parametrize("text", [SMALL, CHAINS], ids=["exchange", "equilibrium"])
def test_a_run_is_that_of_the_command_line_dataset_by_dataset(text: str, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(text)
    command = [PROGRAM, "run", tmp_path / "my.toml", "--out", tmp_path / "out", "--set", "model.kT=0.45"]
    subprocess.run(command, check=True, capture_output=True)
    record = misfit.run(tmp_path / "my.toml", {"model.kT": 0.45}, threads=1)
    expect_same(record.path, tmp_path / "out" / "record.h5")
    record.close()
    with misfit.run(text, {"model.kT": 0.45}, out=tmp_path / "mine"):
        expect_same(tmp_path / "mine" / "record.h5", tmp_path / "out" / "record.h5")


def test_a_dict_is_an_input() -> None:
    tables = {
        "crystal": {"shape": "hexagon", "side": 4, "shell": {"layers": np.int64(1)}},
        "model": {"kT": np.float64(0.4), "delta_mu": 0},
        "monte_carlo": {"sweeps": 200, "equilibration": 0, "start": ["separated", "random"]},
        "sweep": {"crystal.shell.stiffness": (1.0, 2.5)},
    }
    with misfit.run(tables) as record:
        assert [point.values for point in record.points] == [
            {"crystal.shell.stiffness": 1.0}, {"crystal.shell.stiffness": 2.5}]  # fmt: skip
        assert record.parameters["model.kT"] == 0.4


def test_a_temporary_run_goes_with_its_record() -> None:
    record = misfit.run(SMALL)
    folder = record.path.parent
    assert record.path.exists()
    assert record.sigma[0].shape == (4, 37)
    record.close()
    del record
    gc.collect()
    assert not folder.exists()


def test_a_run_that_is_not_finished_is_read_as_far_as_it_has_come(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(CHAINS)
    out = tmp_path / "out"
    command = [PROGRAM, "run", tmp_path / "my.toml", "--out", out, "--set", "monte_carlo.sweeps=100000000"]
    assert subprocess.run([*command, "--max-time", "1"], check=False, capture_output=True).returncode == 3
    record = misfit.open_record(out)
    point = record.points[0]
    assert not record.complete and point.is_under_way and record.path == out
    assert 0 < len(point.sweep) < 100_000_000 // record.parameters["monte_carlo.sample_interval"]
    assert point.observables["f_U"].shape == (len(point.chains), len(point.sweep))
    assembled = record._assembled.path
    assert assembled.exists()
    record.close()
    del record, point
    gc.collect()
    assert not assembled.exists()
    assert not (out / "record.h5").exists()


def test_progress_is_told() -> None:
    heard: list[Any] = []
    misfit.run(SMALL, on_progress=heard.append).close()
    assert heard[-1].phase == "record"
    assert (heard[-1].finished, heard[-1].total, heard[-1].fraction) == (3, 3, 1.0)


def test_a_warning_of_a_run_is_one_of_python_and_names_the_callers_line() -> None:
    with pytest.warns(RuntimeWarning, match="too short for") as caught:
        misfit.run(CHAINS).close()
    assert {Path(warning.filename) for warning in caught} == {Path(__file__)}


LONG = "[crystal]\nshape = 'hexagon'\nside = 10\n[model]\ndelta_mu = 0.0\nkT = 1.0\n[kmc]\nt_end = 1e9\nmax_events = 900000\n[ensemble]\ntrajectories = 4\n[record.scalars]\nlinear = 2\nlogarithmic = 0\n[record.sigma]\nlinear = 2\nlogarithmic = 0\n"


def test_an_exception_of_on_progress_stops_a_run_which_then_goes_on(tmp_path: Path) -> None:
    def stop(progress: misfit.Progress) -> None:
        if progress.events > 0:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        misfit.run(LONG, threads=2, out=tmp_path / "out", on_progress=stop)
    assert not (tmp_path / "out" / "record.h5").exists()
    misfit.run(LONG, threads=2, out=tmp_path / "out", resume=True).close()
    with misfit.run(LONG, threads=2) as record:
        expect_same(tmp_path / "out" / "record.h5", record.path)


@pytest.mark.parametrize(
    "work",
    [
        f"misfit.run({LONG.replace('900000', '1000000000')!r}, out=sys.argv[1], on_progress=tell)",
        "h = misfit.Hamiltonian(misfit.Crystal.hexagon(6), epsilon=0.0, kT=1.0, delta_mu=0.0); print(flush=True); "
        "misfit.Kmc(h, t_end=1e300).advance(misfit.State(h))",
        "h = misfit.Hamiltonian(misfit.Crystal.hexagon(6), epsilon=0.0, kT=1.0); print(flush=True); "
        "misfit.MonteCarlo(h).advance(misfit.State(h), 1 << 60)",
    ],
    ids=["run", "kmc", "monte_carlo"],
)
def test_ctrl_c_stops_what_is_going_on(work: str, tmp_path: Path) -> None:
    script = (
        "import sys, misfit\n"
        "def tell(progress):\n    if progress.phase == 'units': print(flush=True)\n"
        f"try:\n    {work}\nexcept KeyboardInterrupt:\n    sys.exit(42)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, tmp_path / "out"], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == 42
    if "run" in work:
        assert (tmp_path / "out" / "parts").exists()


# Errors


def test_a_fault_of_the_input_has_its_parts() -> None:
    with pytest.raises(misfit.InputError) as caught:
        misfit.run(SMALL.replace("kT = 0.5", "kT = -1"))
    error = caught.value
    assert (error.file, error.line, error.key, error.given) == ("input", 5, "model.kT", "-1")
    assert "above 0" in error.allowed
    assert str(error) == f"input:5:{error.column}: model.kT = -1: {error.allowed}"
    with pytest.raises(misfit.InputError, match="did you mean model.kT"):
        misfit.run(SMALL, {"model.kt_": 0.3})


def test_a_block_potential_goes_where_a_potential_does_and_gives_the_same_events() -> None:
    crystal = misfit.Crystal.hexagon(4)
    by_blocks = misfit.BlockPotential(crystal)
    potential = misfit.Potential.build(crystal, cached=False)
    matrix = potential.matrix
    dense, blocks = (misfit.Hamiltonian(crystal, V) for V in (potential, by_blocks))
    assert isinstance(blocks.potential, misfit.BlockPotential)
    assert np.allclose(by_blocks.diagonal, np.diag(matrix), rtol=0, atol=1e-12)
    assert abs(by_blocks.pair(0, 36) - matrix[0, 36]) < 1e-12
    sizes = np.arange(37.0)
    assert np.allclose(by_blocks.product(sizes), matrix @ sizes, rtol=0, atol=1e-11)
    states = [misfit.State(hamiltonian, seed=3) for hamiltonian in (dense, blocks)]
    for hamiltonian, state in zip((dense, blocks), states, strict=True):
        misfit.Kmc(hamiltonian).advance(state, budget=200)
    assert np.array_equal(states[0].sigma, states[1].sigma)
    assert abs(states[0].time / states[1].time - 1) < 1e-9
    misfit.MonteCarlo(blocks, "flip").advance(states[1], 100)
    with pytest.raises(misfit.Error, match="every element of V"):
        misfit.MonteCarlo(blocks, "nonlocal_swap")
    with pytest.raises(misfit.Error, match="another crystal, potential or epsilon"):
        misfit.energy(dense, states[1])


def mistakes() -> dict[str, Any]:
    hamiltonian = hexagon(2)
    state = misfit.State(hamiltonian)
    other = hexagon(3)
    cell = [[x, y, 0] for y in range(3) for x in range(3)]
    return {
        "side is 2 or more": lambda: misfit.Crystal.hexagon(1),
        r"^points\[2\]: site \(5, 0\) is there twice; first points\[0\]$": lambda: misfit.Crystal([[5, 0], [0, 0], [5.0, 0]]),
        'lattice "kagome": must be one of triangular, simple cubic, fcc, hcp, bcc': lambda: misfit.Crystal([[0, 0, 0]], "kagome"),
        r"period \(3, 3, 2\)": lambda: misfit.Crystal(cell, period=[3, 3, 2]),
        "periodic along -3": lambda: misfit.Crystal(cell, period=[-3, 3, 0]),
        "periodic along -3 lattice points; allowed: 3": lambda: misfit.Crystal(cell, period=[-3, -3, 0]),
        r"^points\[1\]: must have 2 integers, the coordinates of a site$": lambda: misfit.Crystal([[0, 0, 0], [0, 0, 1], [1, 0, 0]]),
        "shell layers = -1: must be 0 or more": lambda: misfit.Shell(layers=-1),
        "shell stiffness = nan: must be a number above 0": lambda: misfit.Shell(1, float("nan")),
        "until = nan": lambda: misfit.Kmc(hamiltonian).advance(state, float("nan")),
        "epsilon = -1: must be": lambda: misfit.Hamiltonian(hamiltonian.crystal, hamiltonian.potential, epsilon=-1.0),
        "symmetric": lambda: misfit.Potential.from_matrix([[0.0, 1.0], [0.0, 0.0]]),
        "square": lambda: misfit.Potential.from_matrix([1.0, 2.0]),
        "needs a potential": lambda: misfit.Hamiltonian(hamiltonian.crystal),
        "7 sites, the crystal 19": lambda: misfit.Hamiltonian(other.crystal, hamiltonian.potential),
        "kT = 0: must be a number above 0": lambda: misfit.Hamiltonian(hamiltonian.crystal, epsilon=0.0, kT=0.0),
        r"sigma\[3\] = 0": lambda: state.set_sigma([1, 1, 1, 0, 1, 1, 1]),
        "sigma has 3 values": lambda: misfit.State(hamiltonian, [1, 1, 1]),
        "site 7: must be 0 to 6": lambda: misfit.flip_energy(hamiltonian, state, 7),
        "same species": lambda: misfit.swap_energy(hamiltonian, state, 0, 1),
        "another crystal": lambda: misfit.Kmc(other).advance(state),
        "another crystal, potential or epsilon": lambda: misfit.energy(
            misfit.Hamiltonian(hamiltonian.crystal, hamiltonian.potential, epsilon=2.0), state),
        "t_end": lambda: misfit.Kmc(hamiltonian, t_end=-1.0),
        'rates = "fast"': lambda: misfit.Kmc(hamiltonian, rates="fast"),
        'moves = "hop"': lambda: misfit.MonteCarlo(hamiltonian, "hop"),
        "composition = 2": lambda: misfit.start_species(hamiltonian.crystal, 2.0),
        "mismatch = 0": lambda: misfit.Observables(hamiltonian, strain=True, mismatch=0),
        'profile = "w"': lambda: misfit.Observables(hamiltonian, profile="w"),
        "no-such.toml": lambda: misfit.run("no-such.toml"),
        "give out": lambda: misfit.run(SMALL, resume=True),
        "inputs?|holds": lambda: misfit.run({"model": {"kT": object()}}),
    }  # fmt: skip


@pytest.mark.parametrize("message", mistakes())
def test_a_mistake_is_an_error_that_says_what_would_do(message: str) -> None:
    with pytest.raises(misfit.Error, match=message):
        mistakes()[message]()


def test_a_state_may_go_on_under_other_constants_of_the_same_potential() -> None:
    hamiltonian = hexagon(3)
    state = misfit.State(hamiltonian)
    warmer = misfit.Hamiltonian(hamiltonian.crystal, hamiltonian.potential, kT=1.0, J=0.5, delta_mu=1.0)
    misfit.Kmc(warmer).advance(state, until=0.1)
    misfit.energy(warmer, state)


def test_a_finished_record_is_replaced_only_when_asked(tmp_path: Path) -> None:
    misfit.run(SMALL, out=tmp_path).close()
    with pytest.raises(misfit.Error, match="finished record"):
        misfit.run(SMALL, out=tmp_path)
    misfit.run(SMALL, {"model.kT": 0.6}, out=tmp_path, overwrite=True).close()


def test_an_error_of_misfit_is_an_error_of_reading_too() -> None:
    assert issubclass(misfit.RecordError, misfit.Error)
    assert issubclass(misfit.InputError, misfit.Error)


def test_a_run_is_extended_as_the_program_extends_it(tmp_path: Path) -> None:
    misfit.run(SMALL, out=tmp_path / "out").close()
    with pytest.raises(misfit.Error, match="--extend sweeps=3: must be t_end=TIME or trajectories=NUMBER for this run"):
        misfit.run(SMALL, out=tmp_path / "out", extend={"sweeps": 3})
    with misfit.run(SMALL, out=tmp_path / "out", extend={"t_end": 5.0}) as longer:
        assert longer.time[-1] == 5.0
        assert longer.parameters["kmc.t_end"] == 5.0
