"""Between a material and the model: modulus, mismatch, spacing and temperature to kT/epsilon, and back.

The springs are (K/2)(l - l0)^2, with K from the bulk modulus B of the solid:

    3D, simple cubic, nearest and next-nearest:  C11 = 3 K/a, C12 = C44 = K/a,  K = 3 B a / 5
    2D, a sheet of thickness t in plane stress:  B = Y = 2 K / (sqrt(3) t),     K = sqrt(3) B t / 2

and epsilon = K Delta^2 / 4 with Delta = (l_AA - l_BB)/2 and f = |a_A - a_B| / a, the mismatch of the pure crystals:

    3D:  2 Delta / a = 5 f / (1 + 2 sqrt(2)),  for next-nearest bonds carry the same Delta as nearest ones
    2D:  2 Delta / a = f

A sheet is what is given a `thickness_nm`. Every input must be finite and above 0, or InputError says which is not
(delta_mu may have either sign). docs/units.md derives all this and works examples.
"""

from __future__ import annotations

import math

from misfit.errors import InputError

BOLTZMANN_J_PER_K = 1.380649e-23  #: exact, SI
ELEMENTARY_CHARGE_C = 1.602176634e-19  #: exact, SI; also joules in an electronvolt
AVOGADRO_PER_MOL = 6.02214076e23  #: exact, SI


def spacing_per_cation_nm(cell_volume_nm3: float, sites: float) -> float:
    """a = (volume of a cell / sites in it)^(1/3): a cube for each site; sites are cations, or whatever is exchanged as one."""
    _positive(cell_volume_nm3=cell_volume_nm3, sites=sites)
    return float((cell_volume_nm3 / sites) ** (1 / 3))


def mismatch_strain(spacing_A_nm: float, spacing_B_nm: float) -> float:
    """f = |a_A - a_B| / ((a_A + a_B)/2), of the spacings of pure A and pure B."""
    _positive(spacing_A_nm=spacing_A_nm, spacing_B_nm=spacing_B_nm)
    return 2 * abs(spacing_A_nm - spacing_B_nm) / (spacing_A_nm + spacing_B_nm)


def spring_constant_N_per_m(bulk_modulus_GPa: float, spacing_nm: float, *, thickness_nm: float | None = None) -> float:
    """K = 3 B a / 5 in 3D; K = sqrt(3) B t / 2 for a sheet, whatever its spacing."""
    _positive(bulk_modulus_GPa=bulk_modulus_GPa, spacing_nm=spacing_nm)
    if thickness_nm is None:
        return 0.6 * bulk_modulus_GPa * spacing_nm  # GPa nm = N/m
    _positive(thickness_nm=thickness_nm)
    return math.sqrt(3) / 2 * bulk_modulus_GPa * thickness_nm


def mismatch_nm(spacing_nm: float, mismatch_strain: float, *, thickness_nm: float | None = None) -> float:
    """Delta = (l_AA - l_BB)/2 of the springs: 5 f a / (2 (1 + 2 sqrt(2))) in 3D, f a / 2 for a sheet."""
    _positive(spacing_nm=spacing_nm, mismatch_strain=mismatch_strain)
    if thickness_nm is None:
        return 2.5 / (1 + 2 * math.sqrt(2)) * mismatch_strain * spacing_nm
    return mismatch_strain * spacing_nm / 2


def epsilon_eV(
    bulk_modulus_GPa: float, spacing_nm: float, mismatch_strain: float, *, thickness_nm: float | None = None
) -> float:
    """epsilon = K Delta^2 / 4; close to B v f^2 / 16 with v the volume of a site (exactly so for a sheet)."""
    spring = spring_constant_N_per_m(bulk_modulus_GPa, spacing_nm, thickness_nm=thickness_nm)
    delta_m = 1e-9 * mismatch_nm(spacing_nm, mismatch_strain, thickness_nm=thickness_nm)
    return spring * delta_m**2 / 4 / ELEMENTARY_CHARGE_C


def kT_eV(temperature_K: float) -> float:
    """k_B T."""
    _positive(temperature_K=temperature_K)
    return BOLTZMANN_J_PER_K * temperature_K / ELEMENTARY_CHARGE_C


def kT_over_epsilon(
    bulk_modulus_GPa: float,
    spacing_nm: float,
    mismatch_strain: float,
    temperature_K: float,
    *,
    thickness_nm: float | None = None,
) -> float:
    """k_B T / epsilon: `model.kT` of an input whose epsilon is 1."""
    return kT_eV(temperature_K) / epsilon_eV(bulk_modulus_GPa, spacing_nm, mismatch_strain, thickness_nm=thickness_nm)


def temperature_at(
    kT_over_epsilon: float,
    bulk_modulus_GPa: float,
    spacing_nm: float,
    mismatch_strain: float,
    *,
    thickness_nm: float | None = None,
) -> float:
    """T in K = (kT/epsilon) epsilon / k_B: where kT/epsilon has this value."""
    _positive(kT_over_epsilon=kT_over_epsilon)
    epsilon = epsilon_eV(bulk_modulus_GPa, spacing_nm, mismatch_strain, thickness_nm=thickness_nm)
    return kT_over_epsilon * epsilon * ELEMENTARY_CHARGE_C / BOLTZMANN_J_PER_K


def mismatch_at(
    kT_over_epsilon: float,
    bulk_modulus_GPa: float,
    spacing_nm: float,
    temperature_K: float,
    *,
    thickness_nm: float | None = None,
) -> float:
    """f = sqrt(k_B T / ((kT/epsilon) epsilon(f = 1))): the mismatch strain with which kT/epsilon has this value."""
    _positive(kT_over_epsilon=kT_over_epsilon)
    at_unit_strain = epsilon_eV(bulk_modulus_GPa, spacing_nm, 1.0, thickness_nm=thickness_nm)
    return math.sqrt(kT_eV(temperature_K) / (kT_over_epsilon * at_unit_strain))


def delta_mu_eV(delta_mu: float, epsilon_eV: float, cations_per_site: float = 1.0) -> float:
    """(delta_mu/epsilon) epsilon / cations_per_site: eV for each ion exchanged; its sign is that of delta_mu."""
    _positive(epsilon_eV=epsilon_eV, cations_per_site=cations_per_site)
    if not math.isfinite(delta_mu):
        raise _refused("delta_mu", delta_mu, "a finite number")
    return delta_mu * epsilon_eV / cations_per_site


def kJ_per_mol(energy_eV: float) -> float:
    """Energy of one ion in eV to that of a mole of them in kJ."""
    return energy_eV * ELEMENTARY_CHARGE_C * AVOGADRO_PER_MOL / 1000


def k0_per_s(attempt_frequency_Hz: float, barrier_eV: float, temperature_K: float) -> float:
    """k0 = nu exp(-E_a / k_B T): the time unit of a run is 1/k0."""
    _positive(attempt_frequency_Hz=attempt_frequency_Hz, barrier_eV=barrier_eV)
    return attempt_frequency_Hz * math.exp(-barrier_eV / kT_eV(temperature_K))


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise _refused(name, value, "a finite number above 0")


def _refused(name: str, value: float, allowed: str) -> InputError:
    return InputError(f"{name} is {value}; it must be {allowed}", key=name, given=str(value), allowed=allowed)
