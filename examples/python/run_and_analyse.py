"""A whole input run in memory, and an analysis of its own: where in the crystal the last ions of A are found.

    run_and_analyse.py [SIDE] [TRAJECTORIES]
"""

import sys

import misfit
import numpy as np


def main(side: int = 6, trajectories: int = 10) -> None:
    input = {
        "crystal": {"shape": "hexagon", "side": side},
        "model": {"kT": 0.2, "delta_mu": -20.0},
        "kmc": {"t_end": 30.0},
        "ensemble": {"trajectories": trajectories},
        "record": {"sigma": {"linear": 0, "logarithmic": 0, "times": [0.01, 0.1, 1.0, 3.0]}},
    }
    with misfit.run(input) as record:
        mean, error = record.mean("composition")
        print(f"composition at t = {record.time[-1]:g}: {mean[-1]:.4f}({error[-1]:.4f})")

        A = np.asarray(record.sigma) > 0  # [trajectories, frames, sites]
        layers = range(1, record.crystal.layer.max() + 1)
        print("time  " + "".join(f"  layer {layer}" for layer in layers))
        for frame, time in enumerate(record.sigma_time):
            fractions = [A[:, frame, record.crystal.layer == layer].mean() for layer in layers]
            print(f"{time:<6g}" + "".join(f"  {fraction:7.4f}" for fraction in fractions))

    # The same trajectories at another temperature: one key is replaced.
    with misfit.run(input, {"model.kT": 0.3}) as warmer:
        print(f"composition at kT = 0.3: {warmer.mean('composition')[0][-1]:.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
