"""The compiled module: engines, against the command line and by their rules."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
from core_support import CHAINS, PROGRAM, SMALL, TOO_SHORT, hexagon, random_sigma

import misfit

pytestmark = TOO_SHORT


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


def test_a_state_goes_on_under_another_law_from_where_it_was_left() -> None:
    """Six exchanges at rate 1 whatever the species: waiting times from t = 10 on are exponential, mean 1/6."""
    slow = misfit.Kmc(hexagon(2, epsilon=0.0, delta_mu=0.0), t_end=1e9, exchange_rate=0.01, diffusion_rate=0.0)
    fast = misfit.Kmc(slow.hamiltonian, t_end=1e9, diffusion_rate=0.0)
    waits = []
    for unit in range(1000):
        state = misfit.State(slow.hamiltonian, seed=3, unit=unit)
        slow.advance(state, until=10.0)
        assert state.time <= 10.0 and state.stage == 0
        fast.advance(state, budget=1)
        waits.append(state.time - 10.0)
        assert state.stage == 1
    assert min(waits) > 0.0
    assert abs(np.mean(waits) * 6.0 - 1.0) < 4.5 / np.sqrt(1000)  # error probability 7e-6


def test_what_changes_a_state_does_so_where_the_clock_got_to() -> None:
    hamiltonian = hexagon(2, epsilon=0.0, delta_mu=0.0)
    kmc = misfit.Kmc(hamiltonian, t_end=1e9, exchange_rate=0.01, diffusion_rate=0.0)
    state = misfit.State(hamiltonian, seed=4)
    kmc.advance(state, until=3.0)
    twin = state.copy()
    state.set_sigma(-state.sigma)
    assert (state.time, state.stage) == (3.0, 1)
    misfit.MonteCarlo(hamiltonian, moves="flip").advance(twin, 10)
    assert (twin.time, twin.stage) == (3.0, 1)
    state.set_sigma(-state.sigma)  # at once: nothing is known of the next event
    assert (state.time, state.stage) == (3.0, 1)


def test_an_engine_with_another_end_goes_on_with_the_same_trajectory() -> None:
    hamiltonian = hexagon(3, kT=0.5, delta_mu=-1.0)
    whole, cut = misfit.State(hamiltonian), misfit.State(hamiltonian)
    misfit.Kmc(hamiltonian, t_end=9.0).advance(whole)
    misfit.Kmc(hamiltonian, t_end=4.0).advance(cut)
    misfit.Kmc(hamiltonian, t_end=9.0, max_events=10**6).advance(cut)
    assert (cut.time, cut.step, cut.stage) == (whole.time, whole.step, 0)


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
