"""A crystal and its elastic potential as arrays: what V does to a single A, and to a modulated phase.

    crystal_and_potential.py [SIDE]
"""

import sys

import misfit
import numpy as np


def main(side: int = 8) -> None:
    crystal = misfit.Crystal.hexagon(side)
    potential = misfit.Potential.build(crystal)
    V = potential.matrix  # [N, N], a view: nothing is copied
    print(crystal, potential)
    print(f"largest |row sum| below 1e-12: {np.abs(V.sum(axis=1)).max() < 1e-12}")

    center = crystal.find((0, 0, 0))
    distance = np.linalg.norm(crystal.position - crystal.position[center], axis=1)
    for d, name in [(0.0, "itself"), (1.0, "nearest"), (np.sqrt(3), "at sqrt 3"), (2.0, "at 2")]:
        print(f"V of the centre with {name:<10} {V[center, np.isclose(distance, d)].mean():+.6f}")

    # The superlattice of S1: one site in three is B. On the lattice that V favours it costs less than chance does.
    hamiltonian = misfit.Hamiltonian(crystal, potential, kT=0.2, delta_mu=0.0)
    ordered = np.where((crystal.point[:, 0] - crystal.point[:, 1]) % 3 == 0, -1, 1)
    shuffled = np.random.default_rng(1).permutation(ordered)
    for name, sigma in [("superlattice", ordered), ("shuffled", shuffled)]:
        state = misfit.State(hamiltonian, sigma)
        by_hand = 0.5 * state.phi @ (sigma - sigma.mean())
        energy = misfit.energy(hamiltonian, state).elastic
        print(f"E of the {name:<13} {energy / crystal.size:.4f} a site; by hand the same: {np.isclose(energy, by_hand)}")

    eigenvalues = np.linalg.eigvalsh(V)
    print(f"{(np.abs(eigenvalues) < 1e-10).sum()} zero eigenvalues = 6 (n - 1), the largest {eigenvalues[-1]:.6f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
