"""Fig. 3: the elastic potential seen from the centre and from an edge."""

from __future__ import annotations

import numpy as np

from misfit.potential import PotentialSample, potential
from misfit.reproduce.claims import OTHER_PROGRAM, Claim, holds
from misfit.reproduce.job import Figure, Job, Run

#: V from the centre at N = 271, by an independent implementation [epsilon]
_LISTED = {0.0: 3.638587206, 1.0: 0.064759288, np.sqrt(3.0): -0.082897}
#: "several lattice spacings"
_SEVERAL = 4.0


def reproduce(job: Job) -> list[Claim]:
    sample = job.potential("potential")
    job.save(potential(sample))
    job.table(
        "potential",
        {"x [lattice spacings]": sample.position[:, 0], "y [lattice spacings]": sample.position[:, 1],
         "V from the centre [epsilon]": sample.V[0], "V from an edge [epsilon]": sample.V[1]},
    )  # fmt: skip
    distance = _distance(sample, 0)
    claims = []
    for r, value in _LISTED.items():
        found = sample.V[0, np.isclose(distance, r)]
        digits = 9 if r < 1.5 else 6
        claims.append(
            holds(
                f"V from the centre at distance {r:.3g}", f"{value:.9g}", f"{found.mean():.9g}",
                bool(
                    (np.abs(found - value) < 0.51 * 10.0**-digits).all(),
                ), f"equal to {digits} decimals", "fail", OTHER_PROGRAM,
            )
        )  # fmt: skip
    for k, place in enumerate(("the centre", "an edge")):
        distance = _distance(sample, k)
        magnitude = np.abs(sample.V[k])
        near, far = np.isclose(distance, 1.0), distance > _SEVERAL
        share = magnitude[far].sum() / magnitude[distance > 0].sum()
        farthest = distance[magnitude >= 0.1 * magnitude[near].mean()].max()
        claims.append(
            holds(
                f"from {place}, V matters at several lattice spacings", "significant",
                f"a tenth of a neighbour's up to {farthest:.1f}; {100 * share:.0f} % of sum |V| beyond {_SEVERAL:g}",
                bool(
                    farthest > _SEVERAL,
                ), f"|V| is a tenth of a nearest neighbour's somewhere beyond {_SEVERAL:g}",
            )
        )  # fmt: skip
    mean = [sample.V[0, np.isclose(_distance(sample, 0), r)].mean() for r in (1.0, np.sqrt(3.0), 2.0, 3.0)]
    claims.append(
        holds(
            "V is not monotonic in distance", "nonmonotonic",
            "V at 1, 1.73, 2, 3: " + ", ".join(f"{v:+.3f}" for v in mean),
            bool(
                (np.diff(mean) > 0).any() and (np.diff(mean) < 0).any(),
            ), "it falls and rises along a row of sites",
        )
    )  # fmt: skip
    return claims


def _distance(sample: PotentialSample, k: int) -> np.ndarray:
    return np.linalg.norm(sample.position - sample.position[sample.sites[k]], axis=1)


FIGURE = Figure("fig3", "the elastic potential", [Run("potential", potential=True)], reproduce)
