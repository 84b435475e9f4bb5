"""Lattices other than the paper's two: phases, periodic cells, the page of a report."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from core_support import TOO_SHORT

import misfit
from misfit.report.about import crystal_header

pytestmark = TOO_SHORT

RUN = """
[crystal]
shape = "sphere"
lattice = "{}"
radius = 2.3
[model]
kT = 0.8
delta_mu = -20
[kmc]
t_end = 1e-6
[ensemble]
trajectories = 2
"""


class Arrays(dict[str, Any]):
    """In place of a bundle."""

    def add(self, name: str, values: Any) -> None:
        self[name] = values


@pytest.mark.parametrize("lattice", ["fcc", "hcp"])
def test_a_report_brings_the_neighbours_that_tell_phases(lattice: str) -> None:
    with misfit.run(RUN.format(lattice)) as record:
        crystal = record.crystal
    arrays: Any = Arrays()
    assert crystal_header(arrays, crystal, "crystal")["has_ring"]
    interior, ring = arrays["crystal/interior"], arrays["crystal/ring"]
    distances = np.linalg.norm(crystal.position[ring] - crystal.position[interior][:, None], axis=-1)
    assert distances.shape[1] == 12
    np.testing.assert_allclose(distances, 1, atol=1e-12)


def test_a_report_of_the_papers_lattices_leaves_them_out() -> None:
    arrays: Any = Arrays()
    with misfit.run(RUN.format("simple cubic")) as record:
        assert not crystal_header(arrays, record.crystal, "crystal")["has_ring"]
    assert "crystal/ring" not in arrays


def test_v_of_periodic_hcp_depends_on_the_distance_alone() -> None:
    crystal = misfit.Crystal.box((3, 4, 6), lattice="hcp", periodic=True)
    potential = misfit.Potential.build(crystal, cached=False)
    assert potential.method == "Fourier"
    V = np.asarray(potential.matrix)
    moved = np.array([crystal.find(point + (1, 2, 2)) for point in crystal.point])
    np.testing.assert_allclose(V[np.ix_(moved, moved)], V, atol=1e-12)
    np.testing.assert_allclose(np.diag(V), V[0, 0], atol=1e-12)
