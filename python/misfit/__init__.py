"""Ion exchange of lattice-mismatched nanocrystals: records as numpy arrays, figures, and the library itself.

    import misfit
    with misfit.open_record("out") as record:             # of exchange
        mean, standard_error = record.mean("composition")
    with misfit.open_record("out") as record:             # of equilibrium
        f_U = record.averages["f_U"]                      # f_U.mean, f_U.standard_error at each point

    record = misfit.run("my.toml", {"model.kT": 0.25})    # a whole input, in memory
    crystal = misfit.Crystal.hexagon(16)                  # or its parts, one by one
    hamiltonian = misfit.Hamiltonian(crystal, misfit.Potential.build(crystal), kT=0.2)
    state = misfit.State(hamiltonian, seed=2021)
    misfit.Kmc(hamiltonian).advance(state, until=1.0)     # state.sigma, state.phi follow

Figures are in `misfit.plots` (exchange) and `misfit.equilibrium_plots`, which bring in matplotlib. Records are read and
drawn by Python alone; what computes is in the compiled module `misfit._core`. What a name needs, numpy, h5py or that
module, is loaded when it is first asked for: importing `misfit` alone loads none of it.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from misfit._core import (
        EVENT_KINDS,
        BlockPotential,
        Crystal,
        Displacements,
        EnergyTerms,
        Hamiltonian,
        Kmc,
        MonteCarlo,
        Observables,
        PhaseClassifier,
        Potential,
        Progress,
        Shell,
        SinglePotential,
        State,
        energy,
        flip_energy,
        read_species,
        start_species,
        swap_energy,
        template_input,
    )
    from misfit.errors import Error, InputError
    from misfit.phases import PHASES, order_parameter, phase_fractions
    from misfit.record import EquilibriumRecord, Record, RecordError, Trajectories, open_record
    from misfit.runs import Observable, run
    from misfit.strain import Strain
    from misfit.table import VERSION as __version__

#: what the compiled module has
_COMPILED = [
    "EVENT_KINDS",
    "BlockPotential",
    "Crystal",
    "Displacements",
    "EnergyTerms",
    "Hamiltonian",
    "Kmc",
    "MonteCarlo",
    "Observables",
    "PhaseClassifier",
    "Potential",
    "Progress",
    "Shell",
    "SinglePotential",
    "State",
    "energy",
    "flip_energy",
    "read_species",
    "start_species",
    "swap_energy",
    "template_input",
]
#: module of every other name, and what it is called there
_PLACES = {
    "PHASES": ("phases", "PHASES"),
    "EquilibriumRecord": ("record", "EquilibriumRecord"),
    "Error": ("errors", "Error"),
    "InputError": ("errors", "InputError"),
    "Observable": ("runs", "Observable"),
    "Record": ("record", "Record"),
    "RecordError": ("record", "RecordError"),
    "Strain": ("strain", "Strain"),
    "Trajectories": ("record", "Trajectories"),
    "__version__": ("table", "VERSION"),
    "open_record": ("record", "open_record"),
    "order_parameter": ("phases", "order_parameter"),
    "phase_fractions": ("phases", "phase_fractions"),
    "run": ("runs", "run"),
}

__all__ = [
    "PHASES",
    "EquilibriumRecord",
    "Error",
    "InputError",
    "Observable",
    "Record",
    "RecordError",
    "Strain",
    "Trajectories",
    "__version__",
    "open_record",
    "order_parameter",
    "phase_fractions",
    "run",
]


def __getattr__(name: str) -> Any:
    """Loads what a name needs; ImportError, with what to do, for one of the compiled module where that is not built."""
    if name in _PLACES:
        module, there = _PLACES[name]
        found = getattr(_loaded(module), there)
    elif name in _COMPILED:
        from misfit.runs import compiled

        found = getattr(compiled(f"misfit.{name}"), name)
    else:
        raise AttributeError(f"module 'misfit' has no attribute '{name}'")
    globals()[name] = found
    return found


def _loaded(module: str) -> ModuleType:
    """A module of the package. Raises ImportError, with what to do, where this Python lacks what the package stands on."""
    try:
        return import_module(f"misfit.{module}")
    except ModuleNotFoundError as error:
        if error.name not in ("numpy", "h5py"):
            raise
        raise ImportError(
            f"misfit needs {error.name}, which {sys.executable} does not have: use the Python that does (Debian's is"
            f" /usr/bin/python3, with apt install python3-{error.name}), or pip install {error.name}"
        ) from error


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES, *_COMPILED})
