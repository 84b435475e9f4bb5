"""`misfit units`: what a material makes of the model's units, and an input's numbers in those of the material."""

from __future__ import annotations

from misfit import units


def unit_table(
    bulk_modulus_GPa: float,
    spacing_nm: float,
    mismatch_strain: float,
    temperature_K: float = 300.0,
    *,
    thickness_nm: float | None = None,
    cations: float = 1.0,
    kT: float | None = None,
    delta_mu: float | None = None,
) -> list[tuple[str, str]]:
    """Names and texts of lines: K, Delta and epsilon of the springs, kT/epsilon, and, of an input's `kT` and `delta_mu`, the
    temperature, the mismatch and the energy that they stand for. Equations and their sources: misfit.units and
    docs/units.md. Raises InputError for a number out of range.
    """
    where = {"bulk_modulus_GPa": bulk_modulus_GPa, "spacing_nm": spacing_nm}
    sheet = {"thickness_nm": thickness_nm}
    spring = units.spring_constant_N_per_m(**where, **sheet)
    delta = units.mismatch_nm(spacing_nm, mismatch_strain, **sheet)
    epsilon = units.epsilon_eV(**where, mismatch_strain=mismatch_strain, **sheet)
    ratio = units.kT_over_epsilon(**where, mismatch_strain=mismatch_strain, temperature_K=temperature_K, **sheet)
    kind = "solid, 3D" if thickness_nm is None else f"sheet of {thickness_nm:g} nm, 2D"
    lines = [
        ("material", f"{kind}: B = {bulk_modulus_GPa:g} GPa, sites {spacing_nm:g} nm apart, mismatch {mismatch_strain:g}"),
        ("springs", f"K = {spring:.3g} N/m, Delta = {delta:.3g} nm ({delta / spacing_nm:.3g} spacings: observables.mismatch)"),
        ("epsilon", f"{1000 * epsilon:.3g} meV = K Delta^2 / 4"),
        (f"at {temperature_K:g} K", f"model.kT = {ratio:.3g}"),
    ]
    if kT is not None:
        temperature = units.temperature_at(kT, **where, mismatch_strain=mismatch_strain, **sheet)
        mismatch = units.mismatch_at(kT, **where, temperature_K=temperature_K, **sheet)
        lines.append((f"kT = {kT:g}", f"{_digits(temperature)} K; at {temperature_K:g} K a mismatch of {mismatch:.3g}"))
    if delta_mu is not None:
        each = units.delta_mu_eV(delta_mu, epsilon, cations)
        lines.append((f"delta_mu = {delta_mu:g}", f"{each:.3g} eV for each ion exchanged, {units.kJ_per_mol(each):.3g} kJ/mol"))
    return lines


def _digits(value: float) -> str:
    """Three digits, without an exponent where a person would write none."""
    return f"{value:.0f}" if 1000 <= value < 1e6 else f"{value:.3g}"
