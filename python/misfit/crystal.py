"""Sites and bonds of a crystal, as the records hold them (docs/record.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from misfit.files import text


@dataclass(frozen=True)
class Crystal:
    """Sites and bonds, in the one site order of every array over sites.

    Letters in shapes: N sites, D dimensions, B bonds.
    """

    lattice: str  #: as the input names it: "triangular"
    shape: str  #: "hexagon, side 16": of the core
    dimension: int  #: D, 2 or 3
    boundary: str  #: "free" or "periodic"
    period: NDArray[np.int32]  #: [3], lattice points after which the crystal repeats; 0: it does not
    shell_layers: int
    shell_stiffness: float  #: k_shell
    shell_species: int  #: of every shell site, +1 is A, -1 is B
    position: NDArray[np.float64]  #: [N, D], lattice spacings, centred on their mean
    point: NDArray[np.int32]  #: [N, 3], lattice coordinates
    layer: NDArray[np.int32]  #: [N], 1 at the surface; 0 throughout a periodic crystal
    bonds: NDArray[np.int32]  #: [B, 2], sites of each bond
    bond_nearest: NDArray[np.bool_]  #: [B]
    bond_stiffness: NDArray[np.float64]  #: [B], k_b
    bond_mismatch: NDArray[np.float64]  #: [B], m_b, relative to that of a nearest bond
    next_nearest_stiffness: float  #: k2 of the bonds that are not nearest; 0 where there are none
    #: sites whose phase is defined, ascending; like the next, None in records of version 1.x
    interior_sites: NDArray[np.int32] | None = None
    #: their neighbours, [interior sites, neighbours of a site], in cyclic order if `ring_is_cyclic`
    ring: NDArray[np.int32] | None = None
    ring_is_cyclic: bool = False
    #: [3, 3], vectors by which a periodic crystal repeats, lattice spacings; None in records before 2.1, and of a free one
    cell: NDArray[np.float64] | None = None

    def __repr__(self) -> str:
        shell = f", shell of {self.shell_layers} layers, stiffness {self.shell_stiffness:g}" if self.shell_layers > 0 else ""
        return f"<Crystal: {self.shape}, {self.size} sites{shell}{', periodic' if self.is_periodic else ''}>"

    @property
    def size(self) -> int:
        """N, shell included."""
        return len(self.position)

    @property
    def is_periodic(self) -> bool:
        """Whether the crystal meets itself and so has no surface."""
        return self.boundary == "periodic"

    @property
    def core(self) -> NDArray[np.bool_]:
        """[N], true for the sites that are not shell."""
        if self.shell_layers == 0:
            return np.ones(self.size, dtype=bool)
        return self.layer > self.shell_layers

    @property
    def interior(self) -> NDArray[np.bool_]:
        """[N], true for the sites whose phase is defined: all neighbours exist and are not shell."""
        if self.interior_sites is not None:
            interior = np.zeros(self.size, dtype=bool)
            interior[self.interior_sites] = True
            return interior
        if self.is_periodic:
            return np.ones(self.size, dtype=bool)
        return self.layer > self.shell_layers + 1


def read_crystal(group: h5py.Group) -> Crystal:
    """The crystal in this group. What records before 2.0 do not say: no period, a shell of B;
    their word for a free boundary is "none"."""
    return Crystal(
        lattice=text(group.attrs["lattice"]),
        shape=text(group.attrs["shape"]),
        dimension=int(group.attrs["dimension"]),
        boundary="periodic" if text(group.attrs.get("boundary", "free")) == "periodic" else "free",
        period=np.asarray(group.attrs.get("period", [0, 0, 0]), dtype=np.int32),
        shell_layers=int(group.attrs["shell_layers"]),
        shell_stiffness=float(group.attrs["shell_stiffness"]),
        shell_species=int(group.attrs.get("shell_species", -1)),
        position=np.asarray(group["position"], dtype=np.float64),
        point=np.asarray(group["point"], dtype=np.int32),
        layer=np.asarray(group["layer"], dtype=np.int32),
        bonds=np.asarray(group["bonds"], dtype=np.int32),
        bond_nearest=np.asarray(group["bond_nearest"]).astype(bool),
        bond_stiffness=np.asarray(group["bond_stiffness"], dtype=np.float64),
        cell=np.asarray(group["cell"], dtype=np.float64) if "cell" in group else None,
        **_read_mismatch(group),
        **_read_rings(group),
    )


def _read_mismatch(group: h5py.Group) -> dict[str, Any]:
    """Up to the first records of 2.0 all bonds were alike."""
    count = len(group["bonds"])
    alike = 1.0 if text(group.attrs["lattice"]) == "simple cubic" else 0.0
    return {
        "bond_mismatch": np.asarray(group["bond_mismatch"], dtype=np.float64) if "bond_mismatch" in group else np.ones(count),
        "next_nearest_stiffness": float(group.attrs.get("next_nearest_stiffness", alike)),
    }


def _read_rings(group: h5py.Group) -> dict[str, Any]:
    if "ring" not in group:
        return {}
    return {
        "interior_sites": np.asarray(group["interior"], dtype=np.int32),
        "ring": np.asarray(group["ring"], dtype=np.int32),
        "ring_is_cyclic": bool(group["ring"].attrs["is_cyclic"]),
    }
