"""A new observable: the fraction of nearest pairs that are unlike, A-B, along trajectories of kinetic Monte Carlo.

    new_observable.py [SIDE] [TRAJECTORIES]

The observable is a function of a state; the loop takes it at due times, before the event that crosses each. The
trajectories are those of `misfit run` with the same model and seed.
"""

import sys

import misfit
import numpy as np


def unlike_pairs(state: misfit.State, pairs: np.ndarray) -> float:
    """Fraction of `pairs` [n, 2] whose two sites hold different species."""
    first, second = state.sigma[pairs].T
    return float((first != second).mean())


def main(side: int = 8, trajectories: int = 20) -> None:
    crystal = misfit.Crystal.hexagon(side)
    hamiltonian = misfit.Hamiltonian(crystal, misfit.Potential.build(crystal), kT=0.2, delta_mu=-20.0)
    kmc = misfit.Kmc(hamiltonian)
    due = np.logspace(-3, 2, 6)
    pairs = crystal.bonds[crystal.bond_nearest]

    values = np.empty((trajectories, len(due)))
    for unit in range(trajectories):
        state = misfit.State(hamiltonian, seed=2021, unit=unit)
        for k, time in enumerate(due):
            kmc.advance(state, until=time)
            values[unit, k] = unlike_pairs(state, pairs)

    mean = values.mean(axis=0)
    error = values.std(axis=0, ddof=1) / np.sqrt(trajectories)
    print("time      A-B pairs  standard error")
    for row in zip(due, mean, error):
        print("{:<8g}  {:9.4f}  {:14.4f}".format(*row))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
