"""A frame of a record as ASE has structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misfit.optional import optional

if TYPE_CHECKING:
    import ase

    from misfit.crystal import Crystal


def atoms(
    crystal: Crystal,
    sigma: NDArray[np.int8],
    spacing: float,
    elements: tuple[str, str],
    mismatch: float,
    info: dict[str, Any],
) -> ase.Atoms:
    """The sites as atoms, in the record's order; see Record.to_ase. Raises ImportError without ASE or, for a mismatch, without the
    compiled module."""
    ase = optional("ase", "to_ase")
    positions = np.zeros((crystal.size, 3))
    positions[:, : crystal.dimension] = crystal.position
    if mismatch:
        from misfit.strain import Strain

        positions[:, : crystal.dimension] += Strain(crystal, mismatch).displacement(sigma)
    structure = ase.Atoms(
        np.where(sigma > 0, *elements),
        spacing * positions,
        pbc=crystal.period != 0,
        cell=None if crystal.cell is None else spacing * crystal.cell,
        info=info | {"composition": float((sigma > 0).mean())},
    )
    structure.set_array("sigma", sigma.astype(np.int64))
    structure.set_array("layer", crystal.layer.astype(np.int64))
    return structure
