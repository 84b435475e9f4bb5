"""Keys of the input and their values as a reader of a figure wants them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from misfit.table import SPECIES_COLORS

#: what stands on an axis of this key
_AXES = {
    "crystal.shell.stiffness": r"shell stiffness  $K_\mathrm{shell}$",
    "crystal.shell.layers": "shell layers",
    "crystal.side": "core side  $n$",
    "crystal.size": "core size",
    "crystal.radius": "radius  $R$",
    "monte_carlo.composition": "composition  $c$",
    "kmc.exchange_rate": r"rate of exchange  $k_\mathrm{ex}/k_0$",
    "kmc.diffusion_rate": r"rate of swaps  $k_\mathrm{diff}/k_0$",
}
#: its symbol, in "symbol = value"
_SYMBOLS = {
    "crystal.shell.stiffness": r"$K_\mathrm{shell}$",
    "crystal.radius": "$R$",
    "monte_carlo.composition": "$c$",
    "kmc.exchange_rate": r"$k_\mathrm{ex}/k_0$",
    "kmc.diffusion_rate": r"$k_\mathrm{diff}/k_0$",
}
#: energies: name and symbol
_ENERGIES = {
    "model.kT": ("temperature", r"k_\mathrm{B}T"),
    "model.J": ("Ising coupling", "J"),
    "model.delta_mu": ("exchange bias", r"\Delta\mu"),
    "model.epsilon": ("elastic energy", r"\epsilon"),
}


def axis_label(key: str, parameters: Mapping[str, Any]) -> str:
    """Label of an axis along which a key of the input varies; the key itself if it has no better name.

    `parameters` are the record's: energies are given in units of epsilon only where epsilon is 1.
    """
    if key in _ENERGIES:
        return f"{_ENERGIES[key][0]}  {symbol(key, parameters)}"
    return _AXES.get(key, key)


def symbol(key: str, parameters: Mapping[str, Any]) -> str:
    """Symbol of a key as mathtext, or the key."""
    if key in _ENERGIES:
        letter = _ENERGIES[key][1]
        in_epsilon = parameters.get("model.epsilon", 1.0) == 1.0 and key != "model.epsilon"
        return rf"${letter}/\epsilon$" if in_epsilon else f"${letter}$"
    return _SYMBOLS.get(key, key)


def energy_label(parameters: Mapping[str, Any]) -> str:
    """Label of an axis of energies."""
    return r"energy  $E/\epsilon$" if parameters.get("model.epsilon", 1.0) == 1.0 else "energy  $E$"


def phrase(key: str, value: float | str, parameters: Mapping[str, Any]) -> str:
    """A key with its value, to head a panel: "6 layers", "core side 24", "c = 0.5"."""
    shown = value_text(value)
    if key == "crystal.shell.layers":
        return {"0": "no shell", "1": "1 layer"}.get(shown, f"{shown} layers")
    if key == "crystal.side":
        return f"core side {shown}"
    if key == "crystal.size":
        return f"core {shown}"
    if key == "crystal.shell.species":
        return f"shell of {shown}"
    if key == "stage":
        return f"stage {shown}"
    return f"{symbol(key, parameters)} = {shown}"


def phrases(values: Mapping[str, float | str], parameters: Mapping[str, Any], joint: str = ", ") -> str:
    """The phrases of several keys."""
    return joint.join(phrase(key, value, parameters) for key, value in values.items())


def species_key(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The colours of the species by what a key calls them: A and B, or with the elements that the run names, "A (Cd)"."""
    elements = parameters.get("crystal.elements", [])
    named = dict(zip(SPECIES_COLORS, elements))
    return {f"{name} ({named[name]})" if name in named else name: color for name, color in SPECIES_COLORS.items()}


def value_text(value: float | str) -> str:
    """A number with six digits at the most, a list of extents as a product: "12 x 12 x 12"."""
    if isinstance(value, str):
        return value.strip("[]").replace(", ", " × ") if value.startswith("[") else value.strip('"')
    return f"{value:.6g}".replace("-", "−")


def start_text(start: str) -> str:
    """How a chain started."""
    if start in ("record", "xyz"):
        return f"start from {'a record' if start == 'record' else 'a file of atoms'}"
    return f"{start} start"


def power_of_ten(largest: float) -> int:
    """The exponent to divide the numbers of an axis by; 0 if they read well as they are."""
    if not largest > 0 or 0.1 <= largest < 1e4:
        return 0
    return math.floor(math.log10(largest))


def in_powers(label: str, exponent: int) -> str:
    """The label of an axis whose numbers are divided by this power of ten."""
    return label if exponent == 0 else rf"{label}  /  $10^{{{exponent}}}$"


def count_text(count: int) -> str:
    """A count in groups of three digits."""
    return f"{count:,}".replace(",", "\N{THIN SPACE}")


def estimate_text(value: float, standard_error: float) -> str:
    """A number with its standard error in the last digit: "16.80(3)"; the number alone without an error."""
    if not (math.isfinite(standard_error) and standard_error > 0):
        return f"{value:.4g}".replace("-", "−")
    decimals = max(0, -math.floor(math.log10(standard_error)))
    error = round(standard_error * 10**decimals)
    if error == 10 and decimals > 0:  # 0.096 is 0.1
        decimals, error = decimals - 1, 1
    return f"{value:.{decimals}f}({error})".replace("-", "−")
