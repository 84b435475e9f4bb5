"""What a page says of a run: its name, its numbers, where it came from, and what it leaves out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from misfit.crystal import Crystal
from misfit.equilibrium import Chains, EquilibriumRecord
from misfit.files import text
from misfit.labels import count_text, value_text
from misfit.phases import neighbor_rings
from misfit.record import Record, Trajectories
from misfit.report.bundle import Bundle

#: keys whose values head a page, with their symbols
_HEADING = {"model.kT": "kT", "model.epsilon": "ε", "model.J": "J", "model.delta_mu": "Δμ"}
#: not worth telling
_COMMON = {"model.epsilon": 1.0, "model.J": 0.0}
#: what provenance is called
_PROVENANCE = {
    "potential_seconds": "Time for V", "wall_seconds": "Wall time",
    # Computers where it is the same give the same bits.
    "arithmetic": "Fingerprint of the last digits",
}  # fmt: skip
_AXES = {
    "crystal.shell.stiffness": "shell stiffness K_shell",
    "crystal.shell.layers": "shell layers",
    "crystal.side": "core side",
    "crystal.size": "core size",
    "monte_carlo.composition": "composition c",
    "model.kT": "temperature kT",
    "model.J": "Ising coupling J",
    "model.epsilon": "elastic energy ε",
    "model.delta_mu": "exchange bias Δμ",
}


@dataclass
class Notes:
    """What stands above a page."""

    warnings: list[str] = field(default_factory=list)  #: something is missing or may be wrong
    hints: list[str] = field(default_factory=list)  #: what was chosen, and how to choose otherwise

    def header(self) -> dict[str, list[str]]:
        return {"warnings": self.warnings, "hints": self.hints}


def axis_text(key: str) -> str:
    """What stands on an axis of this key, as plain text."""
    return _AXES.get(key, key)


def values_text(values: dict[str, float | str]) -> str:
    """Keys and their values as plain text: "shell layers 6, temperature kT 0.2"."""
    return ", ".join(f"{axis_text(key)} {value_text(value)}" for key, value in values.items())


def crystal_header(bundle: Bundle, crystal: Crystal, name: str) -> dict[str, Any]:
    """Adds the sites of a crystal; what the page needs beside them."""
    bundle.add(f"{name}/position", crystal.position.astype(np.float32))
    bundle.add(f"{name}/point", crystal.point.astype(np.int32))
    bundle.add(f"{name}/layer", crystal.layer.astype(np.int32))
    # The page knows the neighbours in these lattices itself.
    is_known = crystal.lattice in ("triangular", "simple cubic") or crystal.interior_sites is None
    if not is_known:
        bundle.add(f"{name}/interior", crystal.interior_sites.astype(np.int32))
        bundle.add(f"{name}/ring", neighbor_rings(crystal).astype(np.int32))
    return {
        "arrays": name,
        "lattice": crystal.lattice,
        "has_ring": not is_known,
        "shape": crystal.shape,
        "dimension": crystal.dimension,
        "period": crystal.period.tolist(),
        "shell_layers": crystal.shell_layers,
        "shell_species": crystal.shell_species,
    }


def crystal_text(crystal: Crystal) -> str:
    """A crystal in words: "hexagon, side 16, in a shell of 1 layer, 817 sites"."""
    return f"{crystal.shape}{_shell_text([crystal])}, {count_text(crystal.size)} sites"


def crystals_text(crystals: Sequence[Crystal]) -> str:
    """One crystal in words; of several their shapes, and the fewest and the most layers of their shells."""
    texts = list(dict.fromkeys(map(crystal_text, crystals)))
    if len(texts) == 1:
        return texts[0]
    shapes = list(dict.fromkeys(crystal.shape for crystal in crystals))
    return (shapes[0] if len(shapes) == 1 else f"{shapes[0]} to {shapes[-1]}") + _shell_text(crystals)


def _shell_text(crystals: Sequence[Crystal]) -> str:
    layers = sorted({crystal.shell_layers for crystal in crystals})
    if layers == [0]:
        return ""
    count = "1 layer" if layers == [1] else f"{' to '.join(dict.fromkeys([str(layers[0]), str(layers[-1])]))} layers"
    return f", in a shell of {count}"


def heading(record: Record | EquilibriumRecord, crystals: str, varied: Collection[str] = ()) -> str:
    """The crystal, or how many there are, and the constants of the model in a line; `varied` are keys that are none."""
    parts = [crystals]
    # Where composition is kept, delta_mu does nothing.
    idle = ["model.delta_mu"] if record.parameters.get("monte_carlo.moves", "") not in ("", "flip") else []
    for key, symbol in _HEADING.items():
        if key in record.parameters and key not in idle and key not in varied:
            value = record.parameters[key]
            if not (key in _COMMON and value == _COMMON[key]):
                parts.append(f"{symbol} = {value_text(value)}")
    return ", ".join(parts)


def drift_text(units: Sequence[Trajectories | Chains]) -> str:
    """How far sums that were kept have come away from those that were computed anew."""
    phi = max(float(unit.phi_deviation.max(initial=0.0)) for unit in units)
    energy = max(float(unit.energy_deviation.max(initial=0.0)) for unit in units)
    return f"φ {phi:.2g}, energy {energy:.2g} at the most"


def about(record: Record | EquilibriumRecord, facts: list[tuple[str, str]]) -> dict[str, Any]:
    """The record's input, origin and citation; `facts` are rows of name and text to put first."""
    attributes = record._file.attrs
    creator = record._file["h5md/creator"].attrs if "h5md/creator" in record._file else {}
    version = f"misfit {text(creator['version'])}" if "version" in creator else "misfit, version not recorded"
    rows = [("Program", version), *facts]
    if "ensemble.seed" in record.parameters:
        rows.append(("Seed", str(record.parameters["ensemble.seed"])))
    if "crystal.elements" in record.parameters:
        rows.append(("Species", ", ".join(f"{name} is {element}" for name, element in zip("AB", record.parameters["crystal.elements"]))))
    for key, value in record.provenance.items():
        shown = f"{value:.3g} s" if key.endswith("_seconds") else str(value)
        rows.append((_PROVENANCE.get(key, key.replace("_", " ").capitalize()), shown))
    return {
        "file": record.path.name,
        "input": record.input,
        "parameters": {key: str(value) for key, value in record.parameters.items()},
        "facts": rows,
        "citation": text(attributes.get("citation", "")),
    }
