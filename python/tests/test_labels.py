from __future__ import annotations

from typing import Any

import pytest

from misfit.labels import axis_label, estimate_text, phrase, species_key


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("crystal.shell.stiffness", 17.0, r"$K_\mathrm{shell}$ = 17"),
        ("crystal.shell.layers", 6.0, "6 layers"),
        ("crystal.shell.layers", 1.0, "1 layer"),
        ("crystal.side", 24.0, "core side 24"),
        ("crystal.size", "[12, 12, 50]", "core 12 × 12 × 50"),
        ("monte_carlo.composition", 0.5, "$c$ = 0.5"),
        ("model.kT", 0.2, r"$k_\mathrm{B}T/\epsilon$ = 0.2"),
        ("model.delta_mu", -20.0, r"$\Delta\mu/\epsilon$ = −20"),
        ("kmc.odd", 3.0, "kmc.odd = 3"),
    ],
)
def test_keys_and_values_read_as_in_a_paper(key: str, value: Any, expected: str) -> None:
    assert phrase(key, value, {}) == expected


def test_energies_are_in_units_of_epsilon_only_where_that_is_one() -> None:
    assert axis_label("model.kT", {"model.epsilon": 1.0}) == r"temperature  $k_\mathrm{B}T/\epsilon$"
    assert axis_label("model.kT", {"model.epsilon": 0.0}) == r"temperature  $k_\mathrm{B}T$"
    assert axis_label("kmc.odd", {}) == "kmc.odd"


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [(16.8, 0.03, "16.80(3)"), (16.84, 0.096, "16.8(1)"), (-2.0, 0.5, "−2.0(5)"),
     (1234.0, 20.0, "1234(20)"), (16.8, float("nan"), "16.8"), (16.8, 0.0, "16.8")],
)  # fmt: skip
def test_errors_stand_in_the_last_digit(value: float, error: float, expected: str) -> None:
    assert estimate_text(value, error) == expected


def test_a_key_calls_species_by_the_elements_that_the_run_names() -> None:
    assert list(species_key({})) == ["A", "B"]
    assert list(species_key({"crystal.elements": ["Pb", "Cd"]})) == ["A (Pb)", "B (Cd)"]
    assert list(species_key({}).values()) == list(species_key({"crystal.elements": ["Pb", "Cd"]}).values())
