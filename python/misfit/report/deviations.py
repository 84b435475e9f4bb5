"""Local changes of area or volume for a page: computed after the fact, kept as one byte a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misfit.crystal import Crystal
from misfit.errors import Error
from misfit.report.about import Notes
from misfit.report.bundle import Bundle
from misfit.strain import Strain

#: trajectories whose local deviations a page holds at the most
MOST_TRAJECTORIES = 8
#: values of local deviations computed for a page at the most: frames times sites
_MOST_VALUES = 12_000_000
_STEPS = 127
#: share of the sites whose strain is within the scale of colours
_FULL = 0.995


@dataclass(frozen=True)
class Deviations:
    """Local deviations of some trajectories, [k, F, N]."""

    places: list[int]  #: of the trajectories in the record
    value: NDArray[np.float32]
    interior: NDArray[np.bool_]  #: [N], sites that count for the rms
    mismatch: float

    @property
    def rms(self) -> NDArray[np.float64]:
        """About the mean over interior sites, [k, F]."""
        return np.asarray(self.value[..., self.interior].std(axis=-1), dtype=np.float64)

    def header(self, bundle: Bundle, name: str = "deviations") -> dict[str, Any]:
        """Adds them to the page; how to read them: value = limit * byte / 127, in full colour at `full`."""
        size = np.abs(self.value)
        limit = float(size.max(initial=0.0)) or 1.0
        steps = np.round(self.value / limit * _STEPS).astype(np.int8)
        return {
            "array": bundle.add_deltas(name, steps, along=1),
            "limit": limit,
            # A few sites are strained far more than the others: the colours serve the many.
            "full": float(np.quantile(size[size > 0], _FULL)) if size.any() else limit,
            "places": self.places,
            "mismatch": self.mismatch,
        }


def local_deviations(
    crystal: Crystal,
    sigma: NDArray[np.int8],
    places: Sequence[int],
    mismatch: float,
    parameters: Mapping[str, Any],
    notes: Notes,
) -> Deviations | None:
    """Local deviations of sigma [k, F, N]; None, with a warning that says why, where they cannot be had."""
    if float(parameters.get("model.epsilon", 1.0)) == 0.0:
        return None  # nothing is strained
    if sigma.size > _MOST_VALUES:
        most = max(1, _MOST_VALUES // max(1, sigma[0].size))
        sigma, places = sigma[:most], list(places)[:most]
    try:
        value = Strain(crystal, mismatch).local_deviation(sigma).astype(np.float32)
    except (ImportError, Error) as error:
        notes.warnings.append(f"No local strain: {error}")
        return None
    return Deviations(list(places), value, crystal.interior, mismatch)
