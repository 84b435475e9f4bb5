"""The compiled module: views, formulas, engines, runs, errors."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import misfit

PROGRAM = os.environ["MISFIT_PROGRAM"]

SMALL = """\
[crystal]
shape = "hexagon"
side = 4
[model]
kT = 0.5
delta_mu = -4.0
[kmc]
t_end = 3.0
[ensemble]
trajectories = 3
seed = 7
[record.sigma]
linear = 4
logarithmic = 0
"""

#: so short that the run says so
CHAINS = """\
[crystal]
shape = "hexagon"
side = 4
[crystal.shell]
layers = 1
[model]
kT = 0.4
delta_mu = 0.0
[monte_carlo]
equilibration = 20
sweeps = 100
sample_interval = 5
frames = 10
seed = 3
"""


pytestmark = pytest.mark.filterwarnings("ignore:.*too short for:RuntimeWarning")


def hexagon(side: int, **constants: float) -> misfit.Hamiltonian:
    crystal = misfit.Crystal.hexagon(side)
    return misfit.Hamiltonian(crystal, misfit.Potential.build(crystal), **constants)


def random_sigma(size: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).choice(np.array([-1, 1], dtype=np.int8), size)


def contents(path: Path) -> dict[str, Any]:
    """Every dataset and attribute outside /provenance, by name."""
    found: dict[str, Any] = {}
    with h5py.File(path) as file:

        def take(name: str, item: h5py.HLObject) -> None:
            if name.split("/")[0] == "provenance":
                return
            if isinstance(item, h5py.Dataset):
                found[name] = item[()]
            found.update({f"{name}@{key}": value for key, value in item.attrs.items()})

        take("", file)
        file.visititems(take)
    return found


def expect_same(a: Path, b: Path) -> None:
    one, other = contents(a), contents(b)
    assert list(one) == list(other)
    for name, value in one.items():
        np.testing.assert_array_equal(value, other[name], err_msg=name, strict=True)


# Crystals and potentials


def test_seven_sites_have_the_potential_of_one_mode() -> None:
    crystal = misfit.Crystal.hexagon(2)
    potential = misfit.Potential.build(crystal, cached=False)
    center = crystal.find((0, 0, 0))
    k = np.where(np.arange(7) == center, 6.0, -1.0)
    np.testing.assert_allclose(potential.matrix, np.outer(k, k) / 12, rtol=0, atol=4 * np.finfo(float).eps * 3)
    assert potential.method == "closed form"


def test_a_crystal_says_what_the_record_of_its_run_says() -> None:
    with misfit.run(CHAINS, {"crystal.shell.stiffness": 2.5}) as record:
        recorded = record.points[0].crystal
    crystal = misfit.Crystal.hexagon(4, shell=misfit.Shell(1, 2.5))
    names = ["lattice", "shape", "dimension", "period", "shell_layers", "shell_stiffness", "position", "point", "layer",
             "bonds", "bond_nearest", "bond_stiffness", "size", "is_periodic", "core", "interior"]
    for name in names:
        np.testing.assert_array_equal(getattr(crystal, name), getattr(recorded, name), err_msg=name)


def test_neighbors_are_where_directions_lead() -> None:
    for crystal in (misfit.Crystal.hexagon(3), misfit.Crystal.box((3, 4, 5)),
                    misfit.Crystal.parallelogram((3, 4), periodic=True)):  # fmt: skip
        expected = [[crystal.find(point + step) for step in crystal.directions] for point in crystal.point]
        np.testing.assert_array_equal(crystal.neighbors, expected)
        across = (crystal.neighbors >= 0).sum()
        assert 2 * len(crystal.bonds) == across


def test_any_set_of_points_is_a_crystal() -> None:
    hexagon = misfit.Crystal.hexagon(3)
    same = misfit.Crystal(hexagon.point[::-1], "triangular")
    np.testing.assert_array_equal(same.point, hexagon.point)
    np.testing.assert_allclose(
        misfit.Potential.build(same, cached=False).matrix,
        misfit.Potential.build(hexagon, cached=False).matrix, atol=1e-13)  # fmt: skip


def test_a_potential_of_ones_own_is_projected() -> None:
    crystal = misfit.Crystal.hexagon(2)
    given = np.random.default_rng(2).normal(size=(7, 7))
    given += given.T
    projection = np.eye(7) - 1 / 7
    potential = misfit.Potential.from_matrix(given)
    np.testing.assert_allclose(potential.matrix, projection @ given @ projection, atol=1e-14)
    np.testing.assert_allclose(potential.raw_row_sums, given.sum(axis=1), atol=1e-14)
    misfit.Hamiltonian(crystal, potential)


# Views


def views() -> dict[str, tuple[Any, str]]:
    hamiltonian = hexagon(4)
    state = misfit.State(hamiltonian, random_sigma(37))
    crystal, potential = hamiltonian.crystal, hamiltonian.potential
    names = {"position": crystal, "point": crystal, "layer": crystal, "neighbors": crystal, "bonds": crystal,
             "bond_stiffness": crystal, "matrix": potential, "raw_row_sums": potential, "sigma": state, "phi": state,
             "sites": misfit.PhaseClassifier(crystal)}  # fmt: skip
    return {name: (owner, name) for name, owner in names.items()}


@pytest.mark.parametrize("name", views())
def test_a_view_shares_memory_and_cannot_be_written(name: str) -> None:
    owner, attribute = views()[name]
    view = getattr(owner, attribute)
    assert not view.flags.owndata
    assert np.shares_memory(view, getattr(owner, attribute))
    assert view.ctypes.data == getattr(owner, attribute).ctypes.data
    with pytest.raises(ValueError):
        view[0] = 0
    with pytest.raises(ValueError):
        view.flags.writeable = True


@pytest.mark.parametrize("name", views())
def test_a_view_outlives_its_owner(name: str) -> None:
    owner, attribute = views()[name]
    view = getattr(owner, attribute)
    expected = view.copy()
    del owner
    gc.collect()
    rubbish = [np.full(expected.size, 77, dtype=expected.dtype) for _ in range(50)]
    np.testing.assert_array_equal(view, expected)
    assert len(rubbish) == 50


def test_rows_of_the_matrix_are_a_stride_apart() -> None:
    potential = misfit.Potential.build(misfit.Crystal.hexagon(2))
    assert (potential.stride, potential.matrix.strides) == (8, (64, 8))


def test_views_follow_the_state_and_stay_where_they_are() -> None:
    hamiltonian = hexagon(4, kT=1.0, delta_mu=0.0)
    state = misfit.State(hamiltonian, random_sigma(37))
    sigma, phi = state.sigma, state.phi
    places = sigma.ctypes.data, phi.ctypes.data
    # More than 4096 events and moves: phi is computed afresh on the way.
    misfit.Kmc(hamiltonian, t_end=1e9).advance(state, budget=5000)
    misfit.MonteCarlo(hamiltonian, "flip").advance(state, 60_000)
    assert sum(state.events.values()) > 5000 + 4096
    state.set_sigma(random_sigma(37, seed=2))
    assert (state.sigma.ctypes.data, state.phi.ctypes.data) == places
    np.testing.assert_array_equal(sigma, random_sigma(37, seed=2))
    np.testing.assert_allclose(phi, hamiltonian.potential.matrix @ (sigma - sigma.mean()), atol=1e-13)


# Energies


@pytest.mark.parametrize("epsilon", [0.0, 1.0, 1.7])
def test_energies_equal_the_formulas(epsilon: float) -> None:
    hamiltonian = hexagon(4, kT=0.3, epsilon=epsilon, J=0.6, delta_mu=-1.5)
    crystal, V = hamiltonian.crystal, hamiltonian.potential.matrix

    def energy(sigma: np.ndarray) -> np.ndarray:
        d = sigma - sigma.mean()
        i, j = crystal.bonds[crystal.bond_nearest].T
        return np.array([epsilon * d @ V @ d / 2, -0.6 * (sigma[i] * sigma[j]).sum(), 0.75 * sigma.sum()])

    sigma = random_sigma(37).astype(float)
    state = misfit.State(hamiltonian, sigma)
    terms = misfit.energy(hamiltonian, state)
    np.testing.assert_allclose([terms.elastic, terms.ising, terms.chemical], energy(sigma), atol=1e-12)
    assert terms.total == pytest.approx(energy(sigma).sum(), abs=1e-12)
    for j in range(37):
        flipped = np.where(np.arange(37) == j, -sigma, sigma)
        change = (energy(flipped) - energy(sigma)).sum()
        assert misfit.flip_energy(hamiltonian, state, j) == pytest.approx(change, abs=1e-12)
    for i, j in zip(np.flatnonzero(sigma > 0), np.flatnonzero(sigma < 0)):
        swapped = sigma.copy()
        swapped[[i, j]] = sigma[[j, i]]
        change = (energy(swapped) - energy(sigma)).sum()
        assert misfit.swap_energy(hamiltonian, state, i, j) == pytest.approx(change, abs=1e-12)


def test_observables_and_phases_are_those_of_the_reading_package() -> None:
    hamiltonian = hexagon(6, J=0.2)
    state = misfit.State(hamiltonian, random_sigma(91))
    misfit.MonteCarlo(hamiltonian).advance(state, 91 * 200)
    observables = misfit.Observables(hamiltonian)
    measured = observables.measure(state)
    assert list(measured) == observables.names == list(observables.units)
    assert measured["composition"] == state.composition == (state.sigma > 0).mean()
    assert measured["energy_elastic"] == misfit.energy(hamiltonian, state).elastic
    for name, fraction in misfit.phase_fractions(hamiltonian.crystal, state.sigma).items():
        assert measured[name] == fraction
    s = misfit.PhaseClassifier(hamiltonian.crystal).classify(state.sigma)
    np.testing.assert_array_equal(s, misfit.order_parameter(hamiltonian.crystal, state.sigma))
    assert len(set(s.tolist())) > 2


def test_strain_and_profile_are_measured_when_asked_for() -> None:
    hamiltonian = hexagon(4)
    crystal = hamiltonian.crystal
    state = misfit.State(hamiltonian, random_sigma(37))
    measured = misfit.Observables(hamiltonian, strain=True, mismatch=0.05, profile="y").measure(state)
    plain = misfit.Observables(hamiltonian).measure(state)
    assert {name: measured[name] for name in plain} == plain
    rows = [(state.sigma[crystal.point[:, 1] == y] > 0).mean() for y in np.unique(crystal.point[:, 1])]
    assert [measured[f"profile_y_{k}"] for k in range(7)] == rows
    halved = misfit.Observables(hamiltonian, strain=True, mismatch=0.025).measure(state)
    for name in ("area_deviation_rms", "area_deviation_std"):  # of first order in the mismatch
        assert measured[name] == pytest.approx(2 * halved[name], rel=0.1)


# Engines


def test_rates_are_those_of_the_energy_changes() -> None:
    hamiltonian = hexagon(3, kT=0.7, delta_mu=-1.0)
    state = misfit.State(hamiltonian, random_sigma(19))
    events = misfit.Kmc(hamiltonian, exchange_rate=2.0, diffusion_rate=0.5).events(state)
    assert len(events) > 12
    for kind, first, second, rate in events:
        if misfit.EVENT_KINDS[kind].startswith("exchange"):
            expected = 2.0 * np.exp(-misfit.flip_energy(hamiltonian, state, first) / 1.4)
        else:
            expected = 0.5 * np.exp(-misfit.swap_energy(hamiltonian, state, first, second) / 1.4)
        assert rate == pytest.approx(expected, rel=1e-12)


def test_swaps_may_be_left_to_nearest_pairs() -> None:
    crystal = misfit.Crystal.box((3, 3, 3))
    hamiltonian = misfit.Hamiltonian(crystal, misfit.Potential.build(crystal), kT=5.0, delta_mu=0.0)
    state = misfit.State(hamiltonian, random_sigma(27))
    every = misfit.Kmc(hamiltonian).events(state)
    nearest = misfit.Kmc(hamiltonian, swaps="nearest").events(state)
    next_nearest = every["kind"] == misfit.EVENT_KINDS.index("swap_next_nearest")
    assert next_nearest.any()
    np.testing.assert_array_equal(nearest, every[~next_nearest])


def test_trajectories_are_those_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(SMALL)
    subprocess.run([PROGRAM, "run", tmp_path / "my.toml", "--out", tmp_path / "out"], check=True, capture_output=True)
    hamiltonian = hexagon(4, kT=0.5, delta_mu=-4.0)
    kmc = misfit.Kmc(hamiltonian, t_end=3.0)
    observables = misfit.Observables(hamiltonian)
    with misfit.open_record(tmp_path / "out") as record:
        for k, unit in enumerate(record.trajectories.unit):
            state = misfit.State(hamiltonian, seed=7, unit=unit)
            for due in np.union1d(record.time, record.sigma_time):
                kmc.advance(state, due)
                for index in np.flatnonzero(record.time == due):
                    for name, value in observables.measure(state).items():
                        assert value == record.observables[name][k, index], (name, due)
                for frame in np.flatnonzero(record.sigma_time == due):
                    np.testing.assert_array_equal(state.sigma, record.sigma[k, frame])
            assert state.step == record.trajectories.steps[k]
            kinds = record.trajectories.event_kinds
            assert [state.events[kind] for kind in kinds] == record.trajectories.events[k].tolist()


def test_chains_are_those_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(CHAINS)
    subprocess.run([PROGRAM, "run", tmp_path / "my.toml", "--out", tmp_path / "out"], check=True, capture_output=True)
    crystal = misfit.Crystal.hexagon(4, shell=misfit.Shell(layers=1))
    hamiltonian = misfit.Hamiltonian(crystal, misfit.Potential.build(crystal), kT=0.4, delta_mu=0.0)
    engine = misfit.MonteCarlo(hamiltonian)
    state = misfit.State(hamiltonian, misfit.start_species(crystal, 0.5, "random", seed=3), seed=3)
    engine.advance(state, 20 * engine.core_size)
    with misfit.open_record(tmp_path / "out") as record:
        point = record.points[0]
        for k in range(20):
            engine.advance(state, 5 * engine.core_size)
            energy = misfit.energy(hamiltonian, state).total
            assert energy == point.observables["energy"][0, k]


def test_where_calls_are_cut_does_not_change_the_trajectory() -> None:
    hamiltonian = hexagon(4)
    whole, pieces = misfit.State(hamiltonian), misfit.State(hamiltonian)
    misfit.Kmc(hamiltonian).advance(whole, until=0.5)
    kmc = misfit.Kmc(hamiltonian)
    while kmc.advance(pieces, until=0.5, budget=7) == "paused":
        pass
    assert (whole.step, whole.time) == (pieces.step, pieces.time)
    np.testing.assert_array_equal(whole.sigma, pieces.sigma)
    np.testing.assert_array_equal(whole.phi, pieces.phi)


def test_a_copy_goes_on_alike_and_by_itself() -> None:
    hamiltonian = hexagon(4)
    kmc = misfit.Kmc(hamiltonian)
    state = misfit.State(hamiltonian)
    kmc.advance(state, until=1e-4)
    copy = state.copy()
    before = copy.sigma.copy()
    kmc.advance(state, until=1.0)
    np.testing.assert_array_equal(copy.sigma, before)
    kmc.advance(copy, until=1.0)
    np.testing.assert_array_equal(copy.sigma, state.sigma)


def test_an_engine_says_why_it_stopped() -> None:
    hamiltonian = hexagon(3, delta_mu=-20.0)
    state = misfit.State(hamiltonian)
    kmc = misfit.Kmc(hamiltonian, stop_at_composition=0.5, max_events=10_000)
    assert kmc.advance(state, budget=3) == "paused"
    assert kmc.advance(state, until=0.0) == "until"
    assert kmc.advance(state) == "composition"
    assert state.composition <= 0.5
    assert misfit.Kmc(hamiltonian, max_events=3).advance(state) == "max_events"
    frozen = misfit.Kmc(hamiltonian, exchange_rate=0.0, diffusion_rate=0.0)
    assert frozen.advance(state) == "frozen"


def test_other_threads_go_on_while_an_engine_works() -> None:
    hamiltonian = hexagon(4, kT=1.0, delta_mu=0.0)
    state = misfit.State(hamiltonian)
    engine = misfit.MonteCarlo(hamiltonian, "flip")
    refusals, over = [], threading.Event()

    def work() -> None:
        engine.advance(state, 3_000_000)
        over.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not over.is_set():  # this thread runs, and is told that the state is not free
        try:
            state.set_sigma(np.ones(37))
        except misfit.Error as error:
            refusals.append(str(error))
    thread.join()
    assert refusals and "another thread" in refusals[0]


# Whole runs


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


def test_progress_is_told() -> None:
    heard: list[Any] = []
    misfit.run(SMALL, on_progress=heard.append).close()
    assert heard[-1].phase == "record"
    assert (heard[-1].finished, heard[-1].total, heard[-1].fraction) == (3, 3, 1.0)


def test_a_warning_of_a_run_is_one_of_python_and_names_the_callers_line() -> None:
    with pytest.warns(RuntimeWarning, match="too short for") as caught:
        misfit.run(CHAINS).close()
    assert {Path(warning.filename) for warning in caught} == {Path(__file__)}


LONG = "[crystal]\nshape = 'hexagon'\nside = 10\n[model]\ndelta_mu = 0.0\nkT = 1.0\n[kmc]\nt_end = 1e9\nmax_events = 200000\n[ensemble]\ntrajectories = 4\n[record.scalars]\nlinear = 2\nlogarithmic = 0\n[record.sigma]\nlinear = 2\nlogarithmic = 0\n"


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
        f"misfit.run({LONG.replace('200000', '1000000000')!r}, out=sys.argv[1], on_progress=tell)",
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


def mistakes() -> dict[str, Any]:
    hamiltonian = hexagon(2)
    state = misfit.State(hamiltonian)
    other = hexagon(3)
    return {
        "side is 2 or more": lambda: misfit.Crystal.hexagon(1),
        "repeats|twice|same": lambda: misfit.Crystal([[0, 0, 0], [0, 0, 0], [1, 0, 0]]),
        'lattice = "kagome": must be "triangular" or "simple cubic"': lambda: misfit.Crystal([[0, 0, 0]], "kagome"),
        "symmetric": lambda: misfit.Potential.from_matrix([[0.0, 1.0], [0.0, 0.0]]),
        "square": lambda: misfit.Potential.from_matrix([1.0, 2.0]),
        "needs a potential": lambda: misfit.Hamiltonian(hamiltonian.crystal),
        "7 sites, the crystal 19": lambda: misfit.Hamiltonian(other.crystal, hamiltonian.potential),
        "kT = 0: must be a finite number above 0": lambda: misfit.Hamiltonian(hamiltonian.crystal, epsilon=0.0, kT=0.0),
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
