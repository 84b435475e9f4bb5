"""What the native library does with the inputs on stdin, as JSON on stdout: the oracle of engine.test.ts.

PYTHONPATH names the folder of the built package. stdin: {"name": case, ...}; a case has the fields of Input in
viewer/src/engine/engine.ts, and `events` or `blocks`, as below.
"""

import json
import sys

import misfit
import numpy as np

endless = sys.float_info.max


def crystal_of(case):
    shape = case["crystal"]
    shell = misfit.Shell(**shape["shell"]) if "shell" in shape else misfit.Shell()
    if shape["shape"] == "hexagon":
        return misfit.Crystal.hexagon(shape["side"], shell=shell)
    return misfit.Crystal.box(tuple(shape["size"]), shell=shell)


def measured(hamiltonian, state, crystal):
    deviation = misfit.Strain(crystal, mismatch=0.1).local_deviation(state.sigma[None])[0]
    return {
        "scalars": {name: float(value) for name, value in misfit.Observables(hamiltonian).measure(state).items()},
        "sigma": state.sigma.tolist(),
        "phi": state.phi.tolist(),
        "deviation": deviation.tolist(),
        "rms": float(np.sqrt(np.mean(deviation[crystal.interior] ** 2))),
        "std": float(deviation[crystal.interior].std()),
    }


def go(state, kmc, events):
    """So many events one by one: the times, and the sites that turned."""
    times, turned = [], []
    for _ in range(events):
        before = state.sigma.copy()
        kmc.advance(state, budget=1)
        times.append(state.time)
        turned.append(np.flatnonzero(state.sigma != before).tolist())
    return {"times": times, "turned": turned}


def events_of(hamiltonian, case):
    """The first `events` events; after them, if there is `then`, those of a second stage with other constants."""
    crystal = hamiltonian.crystal
    state = misfit.State(hamiltonian, seed=case["seed"], unit=0)
    answer = go(state, misfit.Kmc(hamiltonian, t_end=endless, **case.get("kmc", {})), case["events"])
    answer |= measured(hamiltonian, state, crystal)
    if "then" in case:
        then = case["then"]
        hamiltonian = misfit.Hamiltonian(crystal, hamiltonian.potential, **case.get("model", {}) | then.get("model", {}))
        state = misfit.State(hamiltonian, state.sigma.copy(), seed=case["seed"], unit=0, stage=1)
        kmc = misfit.Kmc(hamiltonian, t_end=endless, **case.get("kmc", {}) | then.get("kmc", {}))
        answer["then"] = go(state, kmc, then["events"]) | measured(hamiltonian, state, crystal)
    return answer


def attempts_of(hamiltonian, case):
    """Swaps from a random core of `composition`: the sites that turned in each of `blocks` blocks of 50 attempts."""
    crystal = hamiltonian.crystal
    sigma = misfit.start_species(crystal, composition=case["composition"], start=case["start"], seed=case["seed"])
    state = misfit.State(hamiltonian, sigma, seed=case["seed"], unit=0)
    engine = misfit.MonteCarlo(hamiltonian)
    turned = []
    for _ in range(case["blocks"]):
        before = state.sigma.copy()
        engine.advance(state, 50)
        turned.append(np.flatnonzero(state.sigma != before).tolist())
    return {"start": sigma.tolist(), "turned": turned, **measured(hamiltonian, state, crystal)}


def answer(case):
    crystal = crystal_of(case)
    hamiltonian = misfit.Hamiltonian(crystal, misfit.Potential.build(crystal), **case.get("model", {}))
    return events_of(hamiltonian, case) if "events" in case else attempts_of(hamiltonian, case)


json.dump({name: answer(case) for name, case in json.load(sys.stdin).items()}, sys.stdout)
