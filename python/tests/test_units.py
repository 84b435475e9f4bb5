"""Units against the spring network itself, closed forms, and each other; docs/units.md prints what it says."""

from __future__ import annotations

import doctest
import itertools
import math
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from misfit import InputError, units
from misfit.unit_table import unit_table

ROOT = Path(__file__).resolve().parents[2]
K, SPACING = 2.3, 0.41  # any values will do
SHEET = {"thickness_nm": 0.9}
Bonds = NDArray[np.float64]


def half_bonds(dimension: int) -> tuple[Bonds, float]:
    """Vectors to the neighbours of a site, each bond once, found by distance; area or volume of a site."""
    if dimension == 2:
        cell, reach = np.array([[1, 0], [0.5, math.sqrt(0.75)]]), 1.1
    else:
        cell, reach = np.eye(3), 1.5  # nearest and next-nearest: 1 and sqrt(2), not sqrt(3)
    steps = [s for s in itertools.product((-1, 0, 1), repeat=dimension) if s > (0,) * dimension]
    vectors = np.array(steps) @ cell
    kept = vectors[np.linalg.norm(vectors, axis=1) < reach] * SPACING
    return kept, abs(float(np.linalg.det(cell))) * SPACING**dimension


def density(dimension: int, strain: NDArray[np.float64]) -> float:
    """Energy of the springs (K/2)(l - l0)^2 per area or volume, their ends moved as r -> (1 + strain) r."""
    bonds, volume = half_bonds(dimension)
    length = np.linalg.norm(bonds + bonds @ strain, axis=1)
    return float(K / 2 * np.sum((length - np.linalg.norm(bonds, axis=1)) ** 2) / volume)


def stiffness(dimension: int, *components: tuple[int, int]) -> float:
    """Second derivative of the energy density along a strain whose components are 1 (shear: half on each side)."""
    direction = np.zeros((dimension, dimension))
    for i, j in components:
        direction[i, j] += 0.5
        direction[j, i] += 0.5
    h = 1e-4
    return (density(dimension, h * direction) + density(dimension, -h * direction)) / h**2


# the central difference errs by h^2 = 1e-8 times a number of order 1
close = {"rel": 1e-6}


def test_each_site_has_half_of_six_and_of_eighteen_bonds() -> None:
    assert len(half_bonds(2)[0]) == 3
    assert len(half_bonds(3)[0]) == 9


def test_a_simple_cubic_network_has_C11_3_C12_1_C44_1_in_K_over_a() -> None:
    C11 = stiffness(3, (0, 0))
    C12 = stiffness(3, (0, 0), (1, 1)) / 2 - C11
    C44 = stiffness(3, (0, 1))
    assert [C11, C12, C44] == pytest.approx([3 * K / SPACING, K / SPACING, K / SPACING], **close)
    assert 2 * C44 / (C11 - C12) == pytest.approx(1, **close)  # Zener: isotropic
    assert units.spring_constant_N_per_m((C11 + 2 * C12) / 3, SPACING) == pytest.approx(K, **close)


def test_a_triangular_network_is_a_sheet_in_plane_stress_whose_B_is_its_Y() -> None:
    C11 = stiffness(2, (0, 0))
    bulk = stiffness(2, (0, 0), (1, 1)) / 4
    shear = stiffness(2, (0, 1))
    assert [C11, bulk, shear] == pytest.approx([K * math.sqrt(3) * x for x in (3 / 4, 1 / 2, 1 / 4)], **close)
    young = 4 * bulk * shear / (bulk + shear)
    poisson = (bulk - shear) / (bulk + shear)
    assert [young, poisson] == pytest.approx([2 * K / math.sqrt(3), 1 / 3], **close)
    # a solid of Poisson ratio 1/3 has B = Y / (3 (1 - 2/3)) = Y
    assert units.spring_constant_N_per_m(young / 0.9, SPACING, **SHEET) == pytest.approx(K, **close)


@pytest.mark.parametrize(("dimension", "sheet"), [(2, SHEET), (3, {})])
def test_springs_with_this_mismatch_make_pure_crystals_that_differ_by_f(dimension: int, sheet: dict[str, float]) -> None:
    f = 0.03
    delta = units.mismatch_nm(SPACING, f, **sheet)
    length = np.linalg.norm(half_bonds(dimension)[0], axis=1)
    # pure A: every spring would be longer by Delta; the strain e that minimises sum (e l - Delta)^2
    strain = float(np.linalg.lstsq(length[:, None], np.full(len(length), delta), rcond=None)[0][0])
    assert 2 * strain == pytest.approx(f, rel=1e-12)


def test_epsilon_is_K_delta_squared_over_4() -> None:
    """Seven sites, A in the centre: the springs' least energy is 6 epsilon (V of N = 7 has V_cc = 3)."""
    angle = np.arange(6) * math.pi / 3
    position = np.vstack([[0, 0], np.stack([np.cos(angle), np.sin(angle)], axis=1)])
    sigma = np.array([1, -1, -1, -1, -1, -1, -1])
    bonds = [(i, j) for i in range(7) for j in range(i) if np.linalg.norm(position[i] - position[j]) < 1.1]
    assert len(bonds) == 12
    delta = 0.02
    matrix, wanted = np.zeros((12, 14)), np.zeros(12)
    for row, (i, j) in enumerate(bonds):
        direction = position[i] - position[j]
        matrix[row, 2 * i : 2 * i + 2] = direction
        matrix[row, 2 * j : 2 * j + 2] = -direction
        wanted[row] = delta * (sigma[i] + sigma[j]) / 2
    rest = matrix @ np.linalg.lstsq(matrix, wanted, rcond=None)[0] - wanted
    assert K / 2 * np.sum(rest**2) == pytest.approx(6 * K * delta**2 / 4, rel=1e-12)


@pytest.mark.parametrize(("dimension", "sheet"), [(2, SHEET), (3, {})])
def test_thin_coherent_plates_of_A_and_B_cost_what_continuum_elasticity_says(dimension: int, sheet: dict[str, float]) -> None:
    """Plates are strained by f/2 along themselves: Y/(1 - nu) (f/2)^2 per volume of a solid, Y/2 (f/2)^2 of a sheet.

    The model says V(q -> 0)/2 per site, less what nearest and next-nearest bonds cost each other in pure crystals too.
    """
    B, f = 62.0, 0.05
    bonds, volume_nm = half_bonds(dimension)
    length = np.linalg.norm(bonds, axis=1)
    unit = bonds / length[:, None]
    frustration = 4 * np.sum((length * length.sum() / (length @ length) - 1) ** 2)  # bonds of a free crystal at dsigma = 1
    solid = 2 * B  # nu = 1/4: Y = 3 B (1 - 2 nu) = 3 B/2
    expected = (solid if dimension == 3 else B / 2 * SHEET["thickness_nm"]) * (f / 2) ** 2 * volume_nm  # GPa nm^3
    epsilon = units.epsilon_eV(B, SPACING, f, **sheet) * units.ELEMENTARY_CHARGE_C * 1e18
    for direction in np.random.default_rng(1).normal(size=(5, dimension)):
        phase = bonds @ direction  # small: 1 + cos is 2, 1 - cos is phase^2/2, sin is phase
        b, A = unit.T @ phase, (unit.T * phase**2 / 2) @ unit
        long_wave = 4 * len(bonds) - 2 * b @ np.linalg.solve(A, b)
        assert (long_wave - frustration) / 2 * epsilon == pytest.approx(expected, rel=1e-12)


def test_epsilon_is_its_closed_form() -> None:
    B, a, f, t = 62.0, 0.37, 0.05, 0.9
    joule = units.ELEMENTARY_CHARGE_C
    cubic = 15 / (16 * (1 + 2 * math.sqrt(2)) ** 2) * B * 1e9 * (a * 1e-9) ** 3 * f**2
    sheet = B * 1e9 * (math.sqrt(3) / 2 * a**2 * t * 1e-27) * f**2 / 16
    assert units.epsilon_eV(B, a, f) * joule == pytest.approx(cubic, rel=1e-12)
    assert units.epsilon_eV(B, a, f, thickness_nm=t) * joule == pytest.approx(sheet, rel=1e-12)
    assert units.kT_over_epsilon(B, a, f, 300) == pytest.approx(1.380649e-23 * 300 / cubic, rel=1e-12)


@pytest.mark.parametrize("sheet", [{}, SHEET])
@pytest.mark.parametrize("value", [0.05, 0.2, 1.5, 40.0])
def test_there_and_back(value: float, sheet: dict[str, float]) -> None:
    f = units.mismatch_at(value, 62.0, 0.37, 300.0, **sheet)
    assert units.kT_over_epsilon(62.0, 0.37, f, 300.0, **sheet) == pytest.approx(value, rel=1e-12)
    assert units.temperature_at(value, 62.0, 0.37, f, **sheet) == pytest.approx(300.0, rel=1e-12)


def test_small_conversions() -> None:
    assert units.spacing_per_cation_nm(8 * 0.027, 8) == pytest.approx(0.3, rel=1e-12)
    assert units.mismatch_strain(0.95, 1.05) == units.mismatch_strain(1.05, 0.95) == pytest.approx(0.1, rel=1e-12)
    assert units.delta_mu_eV(-200, 0.02, cations_per_site=4) == pytest.approx(-1, rel=1e-12)
    assert units.kJ_per_mol(1) == pytest.approx(96.48533212331, rel=1e-12)  # Faraday constant / 1000
    kT = units.kT_eV(300)
    assert units.k0_per_s(1e13, kT * math.log(1e13), 300) == pytest.approx(1, rel=1e-10)  # exp of 30 loses 30 ulp


CALLS: list[tuple[Any, dict[str, float]]] = [
    (units.spacing_per_cation_nm, {"cell_volume_nm3": 0.2, "sites": 4}),
    (units.mismatch_strain, {"spacing_A_nm": 0.36, "spacing_B_nm": 0.38}),
    (units.mismatch_nm, {"spacing_nm": 0.4, "mismatch_strain": 0.1}),
    (units.kT_over_epsilon, {"bulk_modulus_GPa": 62, "spacing_nm": 0.4, "mismatch_strain": 0.1, "temperature_K": 300, **SHEET}),
    (units.temperature_at, {"kT_over_epsilon": 1, "bulk_modulus_GPa": 62, "spacing_nm": 0.4, "mismatch_strain": 0.1, **SHEET}),
    (units.mismatch_at, {"kT_over_epsilon": 1, "bulk_modulus_GPa": 62, "spacing_nm": 0.4, "temperature_K": 300, **SHEET}),
    (units.delta_mu_eV, {"delta_mu": -20, "epsilon_eV": 0.02, "cations_per_site": 1}),
    (units.k0_per_s, {"attempt_frequency_Hz": 1e12, "barrier_eV": 0.5, "temperature_K": 300}),
]
ARGUMENTS = [(function, good, name) for function, good in CALLS for name in good]


@pytest.mark.parametrize(("function", "good", "name"), ARGUMENTS, ids=lambda x: getattr(x, "__name__", None))
def test_what_is_not_above_zero_is_refused_by_name(function: Any, good: dict[str, float], name: str) -> None:
    function(**good)
    signed = name == "delta_mu"
    for bad in (math.nan, math.inf) if signed else (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InputError, match=name) as refusal:
            function(**{**good, name: bad})
        assert (refusal.value.key, refusal.value.given) == (name, str(bad))


def test_the_page_on_units_prints_what_it_says() -> None:
    page = ROOT / "docs" / "units.md"
    blocks = re.findall(r"^```pycon\n(.*?)^```", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "docs/units.md", str(page), 0)
    assert len(examples.examples) > 20
    report: list[str] = []
    doctest.DocTestRunner().run(examples, out=report.append)
    assert not report, "".join(report)


def test_the_table_of_a_material_says_what_the_page_says() -> None:
    lines = dict(unit_table(62, 0.5818, 0.06, kT=1.5, delta_mu=-200, cations=4))
    assert lines["kT = 1.5"].startswith("305 K; ")  # docs/units.md: a cell of CdS with 6 %
    assert lines["at 300 K"] == "model.kT = 1.47"
    sheet = dict(unit_table(62, 0.5818, 0.06, thickness_nm=5.0, kT=0.2))
    assert sheet["kT = 0.2"].endswith("at 300 K a mismatch of 0.0604")
    assert "K = 268 N/m" in sheet["springs"]  # sqrt(3)/2 62 GPa 5 nm
    delta = units.delta_mu_eV(-200, units.epsilon_eV(62, 0.5818, 0.06), 4)
    assert lines["delta_mu = -200"] == f"{delta:.3g} eV for each ion exchanged, {units.kJ_per_mol(delta):.3g} kJ/mol"


def test_the_command_translates_an_input(tmp_path: Path) -> None:
    program = os.environ["MISFIT_PROGRAM"]
    toml = tmp_path / "my.toml"
    toml.write_text("[crystal]\nshape = 'hexagon'\nside = 4\n[model]\nkT = 0.2\ndelta_mu = -20.0\n")
    material = ["--bulk-modulus", "62", "--spacing", "0.58", "--mismatch", "0.06"]

    def told(*more: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, "units", *more, *material], capture_output=True, text=True, check=False)

    assert "model.kT = " in told().stdout
    sheet = told(toml, "--thickness", "5", "--set", "model.kT=0.4").stdout
    assert "kT = 0.4 " in sheet and "delta_mu = -20 " in sheet and "docs/units.md" in sheet
    for given, message in [((toml,), "has 2 dimensions: give the --thickness of the sheet"),
                           (("--temperature", "-3"), "temperature_K is -3"),
                           ((toml, "--thickness", "5", "--set", "model.epsilon=0"), "epsilon = 0: its energies")]:  # fmt: skip
        done = told(*given)
        assert done.returncode == 2 and message in done.stderr
