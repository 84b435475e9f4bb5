"""Read the records of misfit into numpy arrays, and draw them.

    import misfit
    with misfit.open_record("out") as record:             # of exchange
        mean, standard_error = record.mean("composition")
    with misfit.open_record("out") as record:             # of equilibrium
        f_U = record.averages["f_U"]                      # f_U.mean, f_U.standard_error at each point

Figures are in `misfit.plots` (exchange) and `misfit.equilibrium_plots`, which bring in matplotlib; importing
`misfit` alone does not.
"""

from misfit.phases import PHASES, order_parameter, phase_fractions
from misfit.record import (
    Crystal,
    EquilibriumRecord,
    Record,
    RecordError,
    Trajectories,
    open_record,
)

__all__ = [
    "PHASES",
    "Crystal",
    "EquilibriumRecord",
    "Record",
    "RecordError",
    "Trajectories",
    "open_record",
    "order_parameter",
    "phase_fractions",
]
