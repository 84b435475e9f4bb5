"""Read the records of misfit into numpy arrays, and draw them.

    import misfit
    with misfit.open_record("out") as record:
        mean, standard_error = record.mean("composition")

Figures are in `misfit.plots`, which brings in matplotlib; importing `misfit` alone does not.
"""

from misfit.phases import PHASES, order_parameter, phase_fractions
from misfit.record import Crystal, Record, RecordError, Trajectories, open_record

__all__ = [
    "PHASES",
    "Crystal",
    "Record",
    "RecordError",
    "Trajectories",
    "open_record",
    "order_parameter",
    "phase_fractions",
]
