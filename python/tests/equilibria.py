"""Records of equilibrium made by hand, laid out as in version 1.1: what it is called is read for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from conftest import Sites, box, hexagon
from numpy.typing import NDArray

Values = dict[str, Any]


def parallelogram(nx: int, ny: int) -> Sites:
    points = [(x, y, 0) for y in range(ny) for x in range(nx)]
    return Sites(2, f"parallelogram, size {nx} x {ny}", np.array(points, dtype=np.int32))


@dataclass
class Equilibrium:
    """What a run might have found: a transition from f_U near 1 to near 0 as `x` passes `middle`."""

    keys: dict[str, list[Any]]  #: the sweep, with "stage" as its last key where there are stages
    of_stages: dict[str, list[float]] = field(default_factory=dict)  #: values by stage
    shape: str = "hexagon"  #: "hexagon", "box" or "parallelogram" (which is periodic)
    side: int = 4
    layers: int = 1
    shell_species: int = -1
    starts: Sequence[str] = ("random", "separated")
    chains_each: int = 2
    samples: int = 120
    frames: int = 3
    middle: float = 16.0
    ladder_key: str = ""  #: with replica exchange over this key
    has_transition: bool = True
    disagreement: float = 1.0  #: of all chains at the middle point
    too_short: Sequence[int] = ()  #: points
    unfinished: Sequence[int] = ()  #: points without chains
    seed: int = 1

    @property
    def points(self) -> list[Values]:
        return [dict(zip(self.keys, values)) for values in product(*self.keys.values())]

    def sites(self, values: Values) -> tuple[Sites, int]:
        """The crystal at a point, and layers of its shell."""
        side = int(values.get("crystal.side", self.side))
        layers = int(values.get("crystal.shell.layers", self.layers))
        if self.shape == "parallelogram":
            sites = parallelogram(3 * side, 2 * side)
            sites.layer[:] = 0
            return sites, 0
        sites = hexagon(side + layers) if self.shape == "hexagon" else box(*[side + 2 * layers] * 3)
        return sites, layers

    def f_U(self, values: Values) -> float:
        numbers = [v for k, v in values.items() if k != "crystal.side" and not isinstance(v, str)]
        x = numbers[0] if numbers else self.middle
        side = float(values.get("crystal.side", self.side))
        return self.fraction(float(x), side)

    def fraction(self, x: float | NDArray[np.float64], side: float) -> Any:
        middle = self.middle + 0.05 * (side - self.side)
        return 0.02 + 0.85 / (1 + np.exp((np.asarray(x) - middle) * side / 4))

    def chi(self, f_U: float | NDArray[np.float64], side: float) -> Any:
        return 0.003 + 0.3 * (f_U * (0.89 - f_U)) ** 2 * side / 4


def species(sites: Sites, layers: int, f_U: float, shell_species: int = -1) -> NDArray[np.int8]:
    """Four domains: unstructured ones above, the more of them the larger f_U; modulated ones below."""
    x, y = sites.position[:, 0], sites.position[:, -1]
    superlattice = (sites.point[:, 0] - sites.point[:, 1]) % 3 == 0
    left = x < 0
    unstructured = y > np.quantile(y, 1 - f_U)
    modulated = np.where(left, np.where(superlattice, -1, 1), np.where(superlattice, 1, -1))
    sigma = np.where(unstructured, np.where(left, 1, -1), modulated)
    if layers > 0:
        sigma[sites.layer <= layers] = shell_species
    return sigma.astype(np.int8)


def write_equilibrium(path: Path, run: Equilibrium, complete: bool = True) -> Path:
    random = np.random.default_rng(run.seed)
    points = run.points
    P, C, S = len(points), len(run.starts) * run.chains_each, run.samples
    three = run.shape == "box"
    text = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file.attrs["format"], file.attrs["kind"] = "misfit record", "equilibrium"
        file.attrs["format_version"] = np.array([1, 1], dtype=np.int32)
        file.attrs["complete"] = np.uint8(complete)
        file["input"] = "[monte_carlo]\nmoves = \"nonlocal_swap\"\n"
        parameters = file.create_group("parameters")
        parameters.attrs["model.kT"], parameters.attrs["model.epsilon"] = "0.2", "1.0"
        parameters.attrs["monte_carlo.composition"] = "0.5"
        for key, values in run.keys.items():
            if key == "stage":
                continue
            parameters.attrs[f"sweep.{key}"] = str(values)
        file.create_group("provenance").attrs["host"] = "somewhere"

        sweep = file.create_group("sweep")
        sweep.attrs.create("keys", list(run.keys), dtype=text)
        for key in run.keys:
            column = [values[key] for values in points]
            if isinstance(column[0], str):
                sweep.create_dataset(key, data=column, dtype=text)
            else:
                sweep[key] = np.array(column, dtype=np.float64)
        if "stage" in run.keys:
            sweep.attrs.create("of_stages", list(run.of_stages), dtype=text)
        for key, by_stage in run.of_stages.items():
            sweep[key] = np.array([by_stage[int(values["stage"])] for values in points])

        columns: dict[str, list[NDArray[np.float64]]] = {}
        for p, values in enumerate(points):
            sites, layers = run.sites(values)
            _write_crystal(file.create_group(f"crystals/{p}"), run, sites, layers, values)
            group = file.create_group(f"points/{p}")
            group.attrs["crystal"] = p
            f_U = run.f_U(values)
            swing = np.sqrt(run.chi(f_U, float(values.get("crystal.side", run.side))))
            noise = np.cumsum(random.normal(0, 1, (C, S)), axis=1)
            noise -= noise.mean(axis=1, keepdims=True)
            noise /= noise.std(axis=1, keepdims=True) + 1e-12
            if run.disagreement > 4 and p == P // 2:
                noise[: run.chains_each] += 3
            drawn = np.clip(f_U + swing * noise, 0, 1)
            observables = {"f_U1": 0.52 * drawn, "f_U2": 0.48 * drawn, "f_U": drawn}
            if not three:
                observables |= {"f_S1": 0.5 * (1 - drawn), "f_S2": 0.4 * (1 - drawn)}
            observables["f_unclassified"] = (0.1 if not three else 1.0) * (1 - drawn)
            observables["energy"] = -100 + 10 * noise
            observables["core_composition"] = np.full((C, S), 0.5)
            for name, samples in observables.items():
                columns.setdefault(name, []).append(samples)
            if p in run.unfinished:
                del file[f"points/{p}"]
                continue
            group["observables/sweep"] = (100 * np.arange(1, S + 1)).astype(np.uint64)
            for name, samples in observables.items():
                dataset = group.create_dataset(f"observables/{name}", data=samples)
                dataset.attrs["unit"] = "epsilon" if name == "energy" else "1"
                dataset.attrs["description"] = name
            F = run.frames
            group["sigma/sweep"] = (100 * S * np.arange(1, F + 1) // max(F, 1)).astype(np.uint64)
            frame = species(sites, layers, f_U, run.shell_species)
            group["sigma/value"] = np.tile(frame, (C, F, 1))
            chains = group.create_group("chains")
            starts = [start for start in run.starts for _ in range(run.chains_each)]
            chains.create_dataset("start", data=starts, dtype=text)
            chains["attempts"] = np.full(C, 1000, dtype=np.uint64)
            chains["accepted"] = np.arange(C, dtype=np.uint64)
            chains["phi_deviation"], chains["energy_deviation"] = np.full(C, 1e-13), np.full(C, 1e-12)
        _write_averages(file, run, columns)
        if run.ladder_key:
            _write_ladders(file, run, points)
    return path


def _write_crystal(group: h5py.Group, run: Equilibrium, sites: Sites, layers: int, values: Values) -> None:
    periodic = run.shape == "parallelogram"
    extent = sites.point.max(axis=0) + 1
    extent[2] = 0
    group.attrs["lattice"] = "simple cubic" if sites.dimension == 3 else "triangular"
    group.attrs["shape"], group.attrs["dimension"] = sites.shape, sites.dimension
    group.attrs["boundary"] = "periodic" if periodic else "free"
    group.attrs["period"] = np.array(extent if periodic else [0, 0, 0], dtype=np.int32)
    group.attrs["shell_layers"], group.attrs["shell_species"] = layers, run.shell_species
    group.attrs["shell_stiffness"] = float(values.get("crystal.shell.stiffness", 1.0))
    group["position"], group["point"], group["layer"] = sites.position, sites.point, sites.layer
    group["bonds"] = sites.bonds
    group["bond_nearest"] = np.ones(len(sites.bonds), dtype=np.uint8)
    group["bond_stiffness"] = np.ones(len(sites.bonds))


def _write_averages(
    file: h5py.File, run: Equilibrium, columns: dict[str, list[NDArray[np.float64]]]
) -> None:
    P = len(run.points)
    for name, samples in columns.items():
        group = file.create_group(f"averages/{name}")
        mean = np.array([values.mean() for values in samples])
        variance = np.array([values.var() for values in samples])
        group["mean"], group["variance"] = mean, variance
        group["standard_error"] = np.sqrt(variance / 8)
        group["variance_error"] = 0.15 * variance
        group["correlation_time"] = np.full(P, 250.0)
        long_enough = np.ones(P, dtype=np.uint8)
        long_enough[list(run.too_short)] = 0
        group["long_enough"] = long_enough
        disagreement = np.full(P, 0.7)
        disagreement[P // 2] = run.disagreement
        group["disagreement"] = disagreement
    file["averages/heat_capacity/mean"] = np.full(P, 3.0)
    file["averages/heat_capacity/standard_error"] = np.full(P, 0.2)


def _write_ladders(file: h5py.File, run: Equilibrium, points: list[Values]) -> None:
    rows: dict[tuple[Any, ...], list[int]] = {}
    for p, values in enumerate(points):
        rows.setdefault(tuple(v for k, v in values.items() if k != run.ladder_key), []).append(p)
    C = len(run.starts) * run.chains_each
    for number, members in enumerate(rows.values()):
        value = np.array([points[p][run.ladder_key] for p in members], dtype=np.float64)
        side = float(points[members[0]].get("crystal.side", run.side))
        R, S = len(members), run.samples
        group = file.create_group(f"ladders/{number}")
        group.attrs["key"] = run.ladder_key
        group["point"], group["value"] = np.array(members, dtype=np.uint32), value
        group["exchanges"] = np.full((C, R - 1), 100, dtype=np.uint64)
        group["exchanged"] = np.full((C, R - 1), 40, dtype=np.uint64)
        group["round_trips"] = np.full((C, R), 3, dtype=np.uint32)
        group["reduced_energy"] = np.arange(R * C * S * R, dtype=np.float64).reshape(R, C, S, R)
        group["overlap"] = np.full((R, R), 1.0 / R)
        if not run.has_transition:
            group.attrs["note"] = "points 1 and 2 do not overlap"
            continue
        part = group.create_group("transition")
        x = np.linspace(value[0], value[-1], 101)
        f_U = run.fraction(x, side)
        curves = {"f_U1": 0.52 * f_U, "f_U2": 0.48 * f_U, "f_U": f_U}
        if run.shape != "box":
            curves |= {"f_S1": 0.5 * (1 - f_U), "f_S2": 0.4 * (1 - f_U)}
        curves["f_unclassified"] = (0.1 if run.shape != "box" else 1.0) * (1 - f_U)
        curves["chi"] = run.chi(f_U, side)
        part["x"] = x
        for name, curve in curves.items():
            part[f"{name}/value"], part[f"{name}/standard_error"] = curve, 0.02 + 0.06 * curve
        part["chi/standard_error"][:] = 0.06 * curves["chi"]
        part.attrs["peak_place"] = [x[curves["chi"].argmax()], 0.04]
        part.attrs["peak_height"] = [curves["chi"].max(), 0.002]
        part.attrs["peak_inside"] = np.uint8(1)
        edges = np.linspace(0, 1, 41)
        middle = 0.5 * (edges[1:] + edges[:-1])
        density = np.exp(-200 * (middle - 0.1) ** 2) + 0.7 * np.exp(-120 * (middle - 0.45) ** 2)
        density /= density.sum() * (edges[1] - edges[0])
        part["distribution/bin_edges"] = edges
        part["distribution/value"], part["distribution/standard_error"] = density, 0.08 * density + 0.05
