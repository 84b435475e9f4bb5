"""Strain of any crystal and any frames, after the fact: displacements, local deviations, energies of bonds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Strain"]


class Strain:
    """The springs of one crystal: of a record (`record.crystal`) or a `misfit.Crystal`.

    `mismatch` is Delta, in lattice spacings: half of what a bond between two A is longer than one between two B.
    Setting up inverts the springs; a frame then takes about 0.1 ms at N = 721 and 5 ms at N = 5000.
    Needs the compiled module. Raises misfit.Error for a crystal that is floppy.
    """

    def __init__(self, crystal: Any, mismatch: float = 0.1) -> None:
        from misfit._core import Crystal, Displacements, Shell

        if not isinstance(crystal, Crystal):
            shell = Shell(crystal.shell_layers, crystal.shell_stiffness)
            crystal = Crystal(
                crystal.point, crystal.lattice, shell=shell, period=crystal.period,
                next_nearest_stiffness=crystal.next_nearest_stiffness,
            )  # fmt: skip
        self.crystal = crystal
        self.mismatch = mismatch
        self._displacements = Displacements(crystal)

    def displacement(self, sigma: ArrayLike) -> NDArray[np.float64]:
        """Displacements of least energy times the mismatch, [..., N, D], for species sigma [..., N].

        delta u = delta 1/2 D^+ C (sigma - m) (paper: Eq. 5), in lattice spacings; sites are at
        crystal.position + this.
        """
        return self.mismatch * self._each(self._displacements.displacement, sigma)

    def local_deviation(self, sigma: ArrayLike) -> NDArray[np.float64]:
        """Local change of area (paper: Eq. 14) or, in three dimensions, of volume, [..., N]."""
        return self._each(lambda frame: self._displacements.local_deviation(frame, self.mismatch), sigma)

    def bond_energies(self, sigma: ArrayLike) -> NDArray[np.float64]:
        """Elastic energy of every bond, [..., B], in units of epsilon."""
        return self._each(self._displacements.bond_energies, sigma)

    def _each(
        self, compute: Callable[[NDArray[Any]], NDArray[np.float64]], sigma: ArrayLike
    ) -> NDArray[np.float64]:
        frames = np.asarray(sigma)
        flat = frames.reshape(-1, frames.shape[-1])
        values = np.array([compute(frame) for frame in flat])
        return values.reshape(*frames.shape[:-1], *values.shape[1:])
