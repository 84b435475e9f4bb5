"""What tests of the compiled module share: small inputs, small models, comparison of records."""

from __future__ import annotations

import os
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

#: chains so short that the run says so
TOO_SHORT = pytest.mark.filterwarnings("ignore:.*too short for:RuntimeWarning")


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
            # Names of dimensions are places in the file.
            attributes = {key: value for key, value in item.attrs.items() if not key.endswith("_LIST")}
            found.update({f"{name}@{key}": value for key, value in attributes.items()})

        take("", file)
        file.visititems(take)
    return found


def expect_same(a: Path, b: Path) -> None:
    one, other = contents(a), contents(b)
    assert list(one) == list(other)
    for name, value in one.items():
        np.testing.assert_array_equal(value, other[name], err_msg=name, strict=True)
