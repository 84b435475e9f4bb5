"""Displacements and local area deviations from the species, from the springs alone (paper, Eqs. 5 and 14)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misfit.crystal import Crystal

Array = NDArray[np.float64]

#: eigenvalues of D below this share of the largest are rigid motions
_RIGID = 1e-10


class Relaxation:
    """Displacements of least energy of a free crystal: u = 1/2 D^-1 C (sigma - m), in units of the mismatch.

    D^-1 leaves out the rigid motions, so u neither moves nor turns the crystal. O((D N)^3) to set up.
    """

    def __init__(self, crystal: Crystal) -> None:
        if crystal.is_periodic:
            raise ValueError("a periodic crystal has no displacements of this kind")
        self.crystal = crystal
        dimension, size = crystal.dimension, crystal.size
        i, j = crystal.bonds.T
        a = crystal.position[j] - crystal.position[i]
        a /= np.linalg.norm(a, axis=1, keepdims=True)
        k = crystal.bond_stiffness
        D = np.zeros((size, dimension, size, dimension))
        C = np.zeros((size, dimension, size))
        for b in range(len(k)):
            block = k[b] * np.outer(a[b], a[b])
            D[i[b], :, i[b], :] += block
            D[j[b], :, j[b], :] += block
            D[i[b], :, j[b], :] -= block
            D[j[b], :, i[b], :] -= block
            for site in (i[b], j[b]):
                C[i[b], :, site] -= k[b] * a[b]
                C[j[b], :, site] += k[b] * a[b]
        values, modes = np.linalg.eigh(D.reshape(dimension * size, -1))
        soft = values > _RIGID * values[-1]
        right = modes[:, soft].T @ C.reshape(dimension * size, size)
        self._response = 0.5 * modes[:, soft] @ (right / values[soft, None])

    def displacements(self, sigma: NDArray[np.int8]) -> Array:
        """u of every site, [..., N, D]; sigma [..., N]."""
        species = np.asarray(sigma, dtype=np.float64)
        species = species - species.mean(axis=-1, keepdims=True)
        flat = species @ self._response.T
        return flat.reshape(*species.shape, self.crystal.dimension)

    def area_deviation(self, sigma: NDArray[np.int8], mismatch: float) -> Array:
        """Mean over a site's nearest bonds of |bond|^D - 1, at positions r + mismatch u, [..., N]."""
        crystal = self.crystal
        place = crystal.position + mismatch * self.displacements(sigma)
        i, j = crystal.bonds[crystal.bond_nearest].T
        length = np.linalg.norm(place[..., j, :] - place[..., i, :], axis=-1)
        change = length**crystal.dimension - 1.0
        total = np.zeros(place.shape[:-1])
        count = np.zeros(crystal.size)
        for end in (i, j):
            np.add.at(total, (..., end), change)
            np.add.at(count, end, 1.0)
        return total / count
