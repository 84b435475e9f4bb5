"""Records as tables of samples (CSV, pandas) and as labelled arrays (xarray)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misfit.files import RecordError
from misfit.optional import optional

if TYPE_CHECKING:
    import pandas
    import xarray

    from misfit.crystal import Crystal
    from misfit.equilibrium import EquilibriumRecord, Point
    from misfit.files import RecordFile
    from misfit.record import Record

#: columns of equal length, by name
Block = dict[str, NDArray[Any]]


def samples(record: Record | EquilibriumRecord) -> tuple[list[str], Iterator[Block]]:
    """Every scalar that was recorded: names of the columns, and their blocks below each other."""
    if record.kind == "exchange":
        return _exchange_columns(record), _exchange_blocks(record)
    return _equilibrium_columns(record), _equilibrium_blocks(record)


def _exchange_columns(record: Record) -> list[str]:
    """Names of the columns: those of a sweep, then trajectory, stage, time since it began, observables."""
    return [*(["point", *record.sweep] if record.sweep else []), "trajectory", "stage", "time", *record.observables]


def _exchange_blocks(record: Record) -> Iterator[Block]:
    """The samples of one trajectory after the other, at one point after the other."""
    for point in record.points:
        count = len(point.time)
        at = {"point": point.number, **point.values} if record.sweep else {}
        columns = {name: point.observables[name] for name in record.observables}
        for k, unit in enumerate(point.trajectories.unit):
            yield _constant({**at, "trajectory": unit}, count) | {
                "stage": point.stage, "time": point.time, **{name: values[k] for name, values in columns.items()}
            }  # fmt: skip


def _equilibrium_columns(record: EquilibriumRecord) -> list[str]:
    """Names of the columns: the point, its keys and stage, chain, start, sweep, observables."""
    names = list(record.points[0].observables) if record.points else []
    return ["point", *record.sweep, *record.of_stages, "chain", "start", "sweep", *names]


def _equilibrium_blocks(record: EquilibriumRecord) -> Iterator[Block]:
    """The samples of one chain after the other, at one point after the other."""
    keyed = record.sweep | record.of_stages
    for point in record.points:
        at = {"point": point.number} | {key: values[point.number] for key, values in keyed.items()}
        columns = {name: point.observables[name] for name in record.points[0].observables}
        for chain, start in enumerate(point.chains.start):
            yield _constant({**at, "chain": chain, "start": start}, len(point.sweep)) | {
                "sweep": point.sweep, **{name: values[chain] for name, values in columns.items()}
            }  # fmt: skip


def _constant(values: dict[str, Any], count: int) -> Block:
    return {key: np.full(count, value) for key, value in values.items()}


def data_frame(record: Record | EquilibriumRecord) -> pandas.DataFrame:
    """All samples. Raises ImportError without pandas."""
    pandas = optional("pandas", "to_dataframe")
    names, blocks = samples(record)
    parts = list(blocks)
    return pandas.DataFrame(
        {name: np.concatenate([part[name] for part in parts]) if parts else np.zeros(0) for name in names}
    )


def exchange_arrays(record: Record) -> xarray.Dataset:
    """Observables [trajectory, time] and sigma [trajectory, frame_time, site], at all points of a sweep or one of them."""
    is_sweep = len(record.points) > 1 and not record.is_one_of_several
    points, along = (record.points, ("point",)) if is_sweep else ([record], ())
    _require_alike(record, points)

    def over_points(values: Sequence[NDArray[Any]]) -> NDArray[Any]:
        return np.stack(values) if is_sweep else values[0]

    scalars = {
        name: ((*along, "trajectory", "time"), over_points([point.observables[name] for point in points]))
        for name in record.observables
    }
    coordinates = {
        "trajectory": record.trajectories.unit,
        "time": record.elapsed,
        "stage": ("time", record.stage),
        "frame_time": record.sigma_elapsed,
        "frame_stage": ("frame_time", record.sigma_stage),
    }
    if is_sweep:
        coordinates |= {key: ("point", values) for key, values in record.sweep.items()}
    sigma = {
        "sigma": ((*along, "trajectory", "frame_time", "site"), over_points([np.asarray(point.sigma) for point in points]))
    }
    common = {
        key: value for key, value in record.parameters.items() if all(point.parameters.get(key) == value for point in points)
    }
    return _arrays(record, scalars | sigma, coordinates, record.crystal, common if is_sweep else common | record.values)


def _require_alike(record: Record, points: Sequence[Record]) -> None:
    """Throws RecordError unless all points have arrays of the same axes."""
    for name, axes in (
        ("crystals", lambda point: point.crystal.position),
        ("times", lambda point: np.concatenate([point.elapsed, point.sigma_elapsed])),
        ("trajectories", lambda point: point.trajectories.unit),
    ):
        if not all(np.array_equal(axes(point), axes(points[0])) for point in points):
            raise RecordError(f"{record.path}: its points have different {name}, and each has arrays of its own: points[k].to_xarray()")


def point_arrays(record: EquilibriumRecord, point: Point) -> xarray.Dataset:
    """Observables [chain, sweep] and sigma [chain, frame_sweep, site] at one point. Raises ImportError without xarray."""
    scalars = {name: (("chain", "sweep"), point.observables[name]) for name in point.observables}
    coordinates = {
        "start": ("chain", np.array(point.chains.start, dtype=str)),
        "sweep": point.sweep,
        "frame_sweep": point.sigma_sweep,
    }
    sigma = {"sigma": (("chain", "frame_sweep", "site"), np.asarray(point.sigma))}
    return _arrays(record, scalars | sigma, coordinates, point.crystal, record.parameters | point.values)


def average_arrays(record: EquilibriumRecord) -> xarray.Dataset:
    """Averages [point]: NAME, NAME_standard_error, NAME_variance, ... Raises ImportError without xarray."""
    parts = {}
    for name, average in record.averages.items():
        for part, values in vars(average).items():
            if values is not None:
                parts[name if part == "mean" else f"{name}_{part}"] = ("point", values)
    coordinates = {key: ("point", values) for key, values in (record.sweep | record.of_stages).items()}
    return _arrays(record, parts, coordinates, None, record.parameters)


def _arrays(
    record: RecordFile, variables: dict[str, Any], coordinates: dict[str, Any], crystal: Crystal | None,
    parameters: dict[str, Any],
) -> xarray.Dataset:
    """With units and descriptions where the record has them, and the parameters as attributes."""
    xarray = optional("xarray", "to_xarray")
    if crystal is not None:
        coordinates |= {
            "position": (("site", "axis"), crystal.position),
            "layer": ("site", crystal.layer),
            "axis": ["x", "y", "z"][: crystal.dimension],
        }
    dataset = xarray.Dataset(variables, coordinates, {key: _attribute(value) for key, value in parameters.items()})
    for name, column in record.columns.items():
        if name in dataset:
            dataset[name].attrs.update(units=column.unit, long_name=column.description)
    return dataset


def _attribute(value: Any) -> Any:
    """As netCDF takes it: it has no truth values."""
    return int(value) if isinstance(value, bool) else value
