"""The record of equilibrium (docs/record.md, "A record of equilibrium") as numpy arrays.

Letters in shapes: P points of the sweep, or as many in each stage, C chains at each point, S samples, F frames of sigma, R points of a
ladder of replicas, N sites, G places of a reweighted curve, H bins. Lengths of time are in sweeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import h5py
import numpy as np
from numpy.typing import NDArray

from misfit.atoms import atoms
from misfit.cards import card, card_line
from misfit.crystal import Crystal, read_crystal
from misfit.errors import listed
from misfit.files import Observables, RecordError, RecordFile, array, naming_damage, read_sweep, scalar, text
from misfit.tables import average_arrays, data_frame, point_arrays

if TYPE_CHECKING:
    import ase
    import pandas
    import xarray


@dataclass(frozen=True)
class Average:
    """One observable averaged at every point, each array [P]; NaN where there is no chain yet.

    `heat_capacity` has only mean and standard_error; the others are then None.
    """

    mean: NDArray[np.float64]  #: over all samples of all chains
    standard_error: NDArray[np.float64]  #: of the mean
    variance: NDArray[np.float64] | None = None  #: of one value; of f_U it is chi
    variance_error: NDArray[np.float64] | None = None  #: standard error of the variance
    correlation_time: NDArray[np.float64] | None = None  #: integrated, sweeps
    long_enough: NDArray[np.bool_] | None = None  #: false: the errors cannot be trusted
    #: largest difference between one chain's mean and that of the others, standard errors
    disagreement: NDArray[np.float64] | None = None


class Averages(dict[str, Average]):
    """Averages by the name of the observable; an unknown name is a RecordError that lists the known."""

    def __init__(self, path: Path, values: dict[str, Average]) -> None:
        super().__init__(values)
        self._path = path

    def __missing__(self, name: str) -> Average:
        raise RecordError(f"{self._path}: no average of '{name}'; there are: {listed(self)}")


@dataclass(frozen=True)
class Chains:
    """How each chain at a point went; every array has C rows, those of one start after another."""

    start: list[str]  #: words of monte_carlo.start: "random"
    attempts: NDArray[np.uint64]
    accepted: NDArray[np.uint64]
    phi_deviation: NDArray[np.float64]
    energy_deviation: NDArray[np.float64]  #: NaN while the chain is under way

    def __len__(self) -> int:
        return len(self.start)


class Point:
    """One point of the sweep, in one stage; what is large is read when first asked for."""

    def __init__(self, record: EquilibriumRecord, number: int, values: dict[str, float | str]) -> None:
        self.number = number  #: p, its row in all arrays over points
        self.values = values  #: of the swept keys here, the stage and what is its own
        self._record = record
        places = record._places
        #: scalars by name, each [C, S]
        self.observables = Observables(
            self._part(places.observables(number)), record.path, coordinates=("sweep",)
        )
        self.chains = _read_chains(self._part(places.units(number)))

    @property
    def is_finished(self) -> bool:
        """Whether any chain is in the record; in that of an interrupted run there may be none, or one under way."""
        return len(self.chains) > 0

    @property
    def is_under_way(self) -> bool:
        """Whether its chains have not ended: then their first samples are in the record."""
        return bool(np.isnan(self.chains.energy_deviation).any())

    @property
    def crystal(self) -> Crystal:
        """Its crystal, shell included. Raises RecordError if the record does not have it."""
        record = self._record
        if f"points/{self.number}" not in record._file:
            raise RecordError(f"{record.path}: point {self.number} of the sweep is not finished")
        with naming_damage(record.path):
            return record._crystal(record._places.crystal(record._file, self.number))

    @cached_property
    def sweep(self) -> NDArray[np.uint64]:
        """When the scalars were taken: sweeps after the equilibration, [S]."""
        clock = self._part(self._record._places.clock(self.number))
        return np.zeros(0, np.uint64) if clock is None else array(clock, "sweep", np.uint64)

    @cached_property
    def sigma_sweep(self) -> NDArray[np.uint64]:
        """When the frames of sigma were taken: sweeps after the equilibration, [F]."""
        sigma = self._part(self._record._places.sigma(self.number))
        return np.zeros(0, np.uint64) if sigma is None else array(sigma, "sweep", np.uint64)

    @cached_property
    def sigma(self) -> h5py.Dataset | NDArray[np.int8]:
        """Species, [C, F, N] int8: +1 is A, -1 is B. Lazy: only what is sliced is read.

        Products of int8 overflow silently: `s = sigma[0, -1].astype(int); s @ s`.
        """
        sigma = self._part(self._record._places.sigma(self.number))
        if len(self.sigma_sweep) == 0 or sigma is None or "value" not in sigma:
            sites = self.crystal.size if self.is_finished else 0
            return np.zeros((len(self.chains), 0, sites), dtype=np.int8)
        return sigma["value"]

    def to_xarray(self) -> xarray.Dataset:
        """Observables [chain, sweep] and sigma [chain, frame_sweep, site] here, with units, positions of the sites and the
        parameters. Raises ImportError without xarray.
        """
        return point_arrays(self._record, self)

    def to_ase(
        self,
        frame: int = -1,
        chain: int = 0,
        *,
        spacing: float = 1.0,
        elements: tuple[str, str] | None = None,
        mismatch: float = 0.0,
    ) -> ase.Atoms:
        """One frame of sigma as ASE has structures, its numbers as in `sigma[chain, frame]`; see Record.to_ase."""
        for name, number, count in [("chain", chain, len(self.chains)), ("frame", frame, len(self.sigma_sweep))]:
            if not -count <= number < count:
                raise RecordError(f"{self._record.path}: no {name} {number}; there are {count}")
        info = {"sweep": int(self.sigma_sweep[frame]), "start": self.chains.start[chain]}
        return atoms(
            self.crystal, self.sigma[chain, frame], spacing, elements or self._record.elements, mismatch, info
        )

    def _part(self, name: str) -> h5py.Group | None:
        return self._record._file.get(name)


class Estimate(NamedTuple):
    """A number and its standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True)
class Curve:
    """A reweighted mean along a ladder, each array [G]."""

    value: NDArray[np.float64]
    standard_error: NDArray[np.float64]


@dataclass(frozen=True)
class Distribution:
    """P(f_U) where chi is largest."""

    bin_edges: NDArray[np.float64]  #: [H + 1], of f_U
    value: NDArray[np.float64]  #: [H], density
    standard_error: NDArray[np.float64]  #: [H]

    @property
    def center(self) -> NDArray[np.float64]:
        """Middles of the bins, [H]."""
        return 0.5 * (self.bin_edges[1:] + self.bin_edges[:-1])


@dataclass(frozen=True)
class Transition:
    """What reweighting says between the points of a ladder."""

    x: NDArray[np.float64]  #: [G], values of the ladder's key
    curves: dict[str, Curve]  #: of every phase fraction, f_U, and chi, the variance of f_U
    peak_place: Estimate  #: value of the key where chi is largest
    peak_height: Estimate  #: chi there
    peak_inside: bool  #: false: chi is largest at an end of the ladder, which is no peak
    distribution: Distribution | None  #: of f_U at the peak


class Ladder:
    """Points of the sweep whose chains exchange replicas."""

    def __init__(self, path: Path, group: h5py.Group) -> None:
        self._path = path
        self._group = group
        self.key = text(group.attrs["key"])  #: what varies along it
        self.note = text(group.attrs.get("note", ""))  #: what is missing, and why
        self.points = np.asarray(group["point"], dtype=np.uint32)  #: [R], numbers of its points
        self.value = np.asarray(group["value"], dtype=np.float64)  #: [R], value of the key there
        #: [C, R - 1], exchanges tried between neighbours
        self.exchanges = array(group, "exchanges", np.uint64)
        self.exchanged = array(group, "exchanged", np.uint64)  #: [C, R - 1], those accepted
        #: [C, R], of each replica from the first point to the last and back
        self.round_trips = array(group, "round_trips", np.uint32)
        #: [R, R], MBAR overlap: the chance that a sample of one point might as well be one of the other
        self.overlap = array(group, "overlap", np.float64)
        #: None if neighbouring points do not overlap
        self.transition = _read_transition(group["transition"]) if "transition" in group else None

    @property
    def reduced_energy(self) -> h5py.Dataset:
        """E/kT at each point of the ladder (last index) of each sample, [R, C, S, R]. Lazy."""
        with naming_damage(self._path):
            return self._group["reduced_energy"]


class EquilibriumRecord(RecordFile):
    """One open record of equilibrium. Use `open_record`; close it, or use it in a `with` statement."""

    kind = "equilibrium"

    def __init__(self, path: Path, file: h5py.File) -> None:
        super().__init__(path, file)
        self._crystals: dict[str, Crystal] = {}
        #: value of every swept key at each point, [P], in the order of the input: numbers or strings; then "stage",
        #: the number of the stage from 1 on, of a run that has a list of them
        self.sweep: dict[str, NDArray[Any]] = read_sweep(file, "keys")
        if self._places.is_old and "stage" in self.sweep:
            self.sweep["stage"] = self.sweep["stage"] + 1
        #: value of every key of [model] that is not the same in all stages, likewise
        self.of_stages: dict[str, NDArray[Any]] = read_sweep(file, "of_stages")
        #: by name of the observable, and "heat_capacity"
        self.averages = Averages(path, _read_averages(file))
        self.points: list[Point] = [
            Point(self, p, {key: scalar(values[p]) for key, values in (self.sweep | self.of_stages).items()})
            for p in range(_count_points(self.sweep))
        ]
        self.ladders: list[Ladder] = [
            Ladder(path, file["ladders"][name])
            for name in sorted(file.get("ladders", {}), key=int)
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """Every sample of every chain as pandas has tables: the columns of `misfit export --csv`.

        Raises ImportError without pandas.
        """
        return data_frame(self)

    def to_xarray(self) -> xarray.Dataset:
        """The averages [point]: NAME, NAME_standard_error and the other parts of an Average, with the swept keys as
        coordinates. `points[k].to_xarray()` has the samples. Raises ImportError without xarray.
        """
        return average_arrays(self)

    def __repr__(self) -> str:
        return card_line(self)

    def _repr_html_(self) -> str:
        return card(self)

    def _crystal(self, name: str) -> Crystal:
        if name not in self._crystals:
            self._crystals[name] = read_crystal(self._file[name])
        return self._crystals[name]


def _count_points(sweep: dict[str, NDArray[Any]]) -> int:
    counts = {len(values) for values in sweep.values()} or {1}
    if len(counts) > 1:
        raise ValueError("the keys of the sweep have different numbers of points")
    return counts.pop()


def _read_averages(file: h5py.File) -> dict[str, Average]:
    averages = {}
    for name, group in file.get("averages", {}).items():
        parts: dict[str, Any] = {key: np.asarray(group[key], dtype=np.float64) for key in group}
        if "long_enough" in parts:
            parts["long_enough"] = parts["long_enough"].astype(bool)
        known = {key: parts[key] for key in Average.__dataclass_fields__ if key in parts}
        averages[name] = Average(**known)
    return averages


def _read_chains(group: h5py.Group | None) -> Chains:
    if group is None:
        return Chains([], np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0), np.zeros(0))
    return Chains(
        start=[text(start) for start in group["start"][()]],
        attempts=np.asarray(group["attempts"], dtype=np.uint64),
        accepted=np.asarray(group["accepted"], dtype=np.uint64),
        phi_deviation=np.asarray(group["phi_deviation"], dtype=np.float64),
        energy_deviation=np.asarray(group["energy_deviation"], dtype=np.float64),
    )


def _read_transition(group: h5py.Group) -> Transition:
    curves = {
        name: Curve(
            np.asarray(part["value"], dtype=np.float64),
            np.asarray(part["standard_error"], dtype=np.float64),
        )
        for name, part in group.items()
        if name not in ("x", "distribution")
    }
    return Transition(
        x=np.asarray(group["x"], dtype=np.float64),
        curves=curves,
        peak_place=Estimate(*map(float, group.attrs["peak_place"])),
        peak_height=Estimate(*map(float, group.attrs["peak_height"])),
        peak_inside=bool(group.attrs["peak_inside"]),
        distribution=_read_distribution(group["distribution"]) if "distribution" in group else None,
    )


def _read_distribution(group: h5py.Group) -> Distribution:
    return Distribution(
        bin_edges=np.asarray(group["bin_edges"], dtype=np.float64),
        value=np.asarray(group["value"], dtype=np.float64),
        standard_error=np.asarray(group["standard_error"], dtype=np.float64),
    )
