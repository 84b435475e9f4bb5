"""Phase of a site by its plaquette (paper, Eq. 13)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misfit import table
from misfit.crystal import Crystal

#: phases and their order parameter s, in the order of the succession
PHASES: dict[str, int] = {name: s for name, s in table.PHASES.items() if s != 0}

# Neighbours in cyclic order, so that "alternating" is a comparison of one with the next.
_TRIANGULAR_RING = [(1, 0, 0), (0, 1, 0), (-1, 1, 0), (-1, 0, 0), (0, -1, 0), (1, -1, 0)]
_CUBIC_RING = [
    (x, y, z)
    for z in (-1, 0, 1)
    for y in (-1, 0, 1)
    for x in (-1, 0, 1)
    if 1 <= x * x + y * y + z * z <= 2
]


def neighbor_rings(crystal: Crystal) -> NDArray[np.intp]:
    """Neighbours of the interior sites, [interior sites, neighbours of a site]; in cyclic order where the lattice has one.

    Those that a record says; for one of version 1.x, and a crystal made by hand, they are looked up.
    """
    if crystal.ring is not None:
        return crystal.ring.astype(np.intp)
    steps = np.array(_TRIANGULAR_RING if _has_order(crystal) else _CUBIC_RING)
    low = crystal.point.min(axis=0)
    extent = crystal.point.max(axis=0) - low + 1
    site_at = np.full(extent, -1, dtype=np.intp)
    site_at[tuple((crystal.point - low).T)] = np.arange(crystal.size)
    around = crystal.point[crystal.interior][:, None, :] + steps - low
    # Along an axis that does not repeat, neighbours of the interior are within the extent: nothing changes.
    around %= np.where(crystal.period > 0, crystal.period, extent)
    return site_at[tuple(np.moveaxis(around, -1, 0))]


def _has_order(crystal: Crystal) -> bool:
    """Whether the neighbours have an order round the site, so that they can alternate."""
    return crystal.lattice == "triangular"


def order_parameter(crystal: Crystal, sigma: NDArray[np.int8]) -> NDArray[np.int8]:
    """s of every site (Eq. 13): U1 +2, S1 +1, S2 -1, U2 -2, unclassified and not interior 0.

    `sigma` is [..., N] and so is the result. Triangular lattice: U1 A among A, U2 B among B; S1 B among A,
    or A with neighbours alternating round the ring; S2 the reverse. Others: U1 and U2 if all neighbours, 18
    in the simple cubic lattice, are like the site.
    """
    sigma = np.asarray(sigma)
    result = np.zeros(sigma.shape, dtype=np.int8)
    if not crystal.interior.any():
        return result
    center = sigma[..., crystal.interior]
    ring = sigma[..., neighbor_rings(crystal)]
    all_alike = (ring == ring[..., :1]).all(axis=-1)
    like_center = ring[..., 0] == center
    s = np.where(all_alike & like_center, 2 * center, 0)
    if _has_order(crystal):
        alternating = (ring != np.roll(ring, 1, axis=-1)).all(axis=-1)
        s = np.where(all_alike & ~like_center, -center, s)
        s = np.where(alternating, center, s)
    result[..., crystal.interior] = s
    return result


def phase_fractions(crystal: Crystal, sigma: NDArray[np.int8]) -> dict[str, NDArray[np.float64]]:
    """Fractions of the interior sites in each phase, by the names of the record: "f_U1" and so on.

    `sigma` is [..., N]; each value has the leading shape. NaN for a crystal without interior sites.
    """
    s = order_parameter(crystal, sigma)[..., crystal.interior]
    names = PHASES if _has_order(crystal) else {name: s for name, s in PHASES.items() if abs(s) == 2}
    sites = s.shape[-1]

    def fraction(value: int) -> NDArray[np.float64]:
        if sites == 0:
            return np.full(s.shape[:-1], np.nan)
        return np.asarray(np.count_nonzero(s == value, axis=-1) / sites)

    fractions = {f"f_{name}": fraction(value) for name, value in names.items()}
    fractions["f_unclassified"] = fraction(0)
    return fractions
