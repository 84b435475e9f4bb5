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

Figures are in `misfit.plots` (exchange) and `misfit.equilibrium_plots`, which bring in matplotlib; importing
`misfit` alone does not. Records are read and drawn by Python alone; what computes is in the compiled module
`misfit._core`, which is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from misfit.errors import Error, InputError
from misfit.phases import PHASES, order_parameter, phase_fractions
from misfit.record import EquilibriumRecord, Record, RecordError, Trajectories, open_record
from misfit.runs import run
from misfit.strain import Strain
from misfit.table import VERSION as __version__

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
        State,
        energy,
        flip_energy,
        read_species,
        start_species,
        swap_energy,
        template_input,
    )

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
    "State",
    "energy",
    "flip_energy",
    "read_species",
    "start_species",
    "swap_energy",
    "template_input",
]

__all__ = [
    "PHASES",
    "EquilibriumRecord",
    "Error",
    "InputError",
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
    """Names of the compiled module; ImportError, with what to do, where it is not built."""
    if name not in _COMPILED:
        raise AttributeError(f"module 'misfit' has no attribute '{name}'")
    from misfit.runs import compiled

    return getattr(compiled(f"misfit.{name}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_COMPILED})
