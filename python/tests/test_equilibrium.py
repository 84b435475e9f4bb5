from __future__ import annotations

import csv
import io
from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import MakeRecord, hexagon
from equilibria import Equilibrium, parallelogram, write_equilibrium

from misfit import EquilibriumRecord, Record, RecordError, open_record, order_parameter, phase_fractions
from misfit.export import write_csv

STIFFNESS = "crystal.shell.stiffness"


def ladder_of_two_sizes() -> Equilibrium:
    return Equilibrium({"crystal.side": [4, 5], STIFFNESS: [15.0, 16.0, 17.0]}, ladder_key=STIFFNESS)


def write(path: Path, run: Equilibrium, complete: bool = True) -> EquilibriumRecord:
    record = open_record(write_equilibrium(path / "record.h5", run, complete))
    assert isinstance(record, EquilibriumRecord)
    return record


def test_the_kind_of_a_record_decides_how_it_is_read(
    make_record: MakeRecord, tmp_path: Path
) -> None:
    with open_record(make_record(hexagon(2))) as record:  # says no kind
        assert isinstance(record, Record)
        assert record.kind == "exchange"
    with open_record(make_record(hexagon(2), attributes={"kind": "exchange"})) as record:
        assert isinstance(record, Record)
    with write(tmp_path, Equilibrium({})) as equilibrium:
        assert equilibrium.kind == "equilibrium"
    with pytest.raises(RecordError, match="of kind 'annealing', which this misfit does not know"):
        open_record(make_record(hexagon(2), attributes={"kind": "annealing"}))


def test_points_have_the_values_of_the_sweep_and_the_shapes_of_the_record(tmp_path: Path) -> None:
    with write(tmp_path, ladder_of_two_sizes()) as record:
        assert record.complete
        assert list(record.sweep) == ["crystal.side", STIFFNESS]
        np.testing.assert_array_equal(record.sweep["crystal.side"], [4, 4, 4, 5, 5, 5])
        np.testing.assert_array_equal(record.sweep[STIFFNESS], [15, 16, 17] * 2)
        assert record.parameters[f"sweep.{STIFFNESS}"] == [15.0, 16.0, 17.0]
        assert record.provenance == {"host": "somewhere"}
        assert len(record.points) == 6
        point = record.points[4]
        assert point.number == 4
        assert point.values == {"crystal.side": 5.0, STIFFNESS: 16.0}
        assert point.is_finished
        assert point.observables["f_U"].shape == (4, 120)
        assert point.observables.unit("energy") == "epsilon"
        assert point.sweep.shape == (120,)
        assert point.sigma.shape == (4, 3, 91)
        assert point.sigma_sweep.shape == (3,)
        assert point.chains.start == ["random", "random", "separated", "separated"]
        np.testing.assert_array_equal(point.chains.accepted, [0, 1, 2, 3])


def test_sigma_and_reduced_energies_are_read_only_where_they_are_sliced(tmp_path: Path) -> None:
    with write(tmp_path, ladder_of_two_sizes()) as record, h5py.File(record.path) as file:
        sigma = record.points[1].sigma
        assert isinstance(sigma, h5py.Dataset)
        np.testing.assert_array_equal(sigma[2, -1], file["points/1/sigma/value"][2, 2])
        energy = record.ladders[1].reduced_energy
        assert isinstance(energy, h5py.Dataset)
        assert energy.shape == (3, 4, 120, 3)
        np.testing.assert_array_equal(energy[0, 1], file["ladders/1/reduced_energy"][0, 1])


def test_averages_are_those_of_the_record(tmp_path: Path) -> None:
    run = ladder_of_two_sizes()
    run.too_short, run.disagreement = [2], 5.2
    with write(tmp_path, run) as record, h5py.File(record.path) as file:
        f_U = record.averages["f_U"]
        for name in ("mean", "standard_error", "variance", "variance_error", "correlation_time"):
            np.testing.assert_array_equal(getattr(f_U, name), file[f"averages/f_U/{name}"][()])
        assert f_U.long_enough is not None and f_U.disagreement is not None
        np.testing.assert_array_equal(f_U.long_enough, [1, 1, 0, 1, 1, 1])
        assert f_U.long_enough.dtype == bool
        assert f_U.disagreement[3] == 5.2
        heat_capacity = record.averages["heat_capacity"]
        assert heat_capacity.mean.shape == heat_capacity.standard_error.shape == (6,)
        assert heat_capacity.variance is None and heat_capacity.long_enough is None
        with pytest.raises(RecordError, match="no average of 'f_X'; there are: .*f_U1"):
            record.averages["f_X"]
        with pytest.raises(RecordError, match="no observable 'f_X'"):
            record.points[0].observables["f_X"]


def test_ladders_and_their_transitions_are_those_of_the_record(tmp_path: Path) -> None:
    with write(tmp_path, ladder_of_two_sizes()) as record, h5py.File(record.path) as file:
        assert len(record.ladders) == 2
        ladder = record.ladders[1]
        assert ladder.key == STIFFNESS
        np.testing.assert_array_equal(ladder.points, [3, 4, 5])
        np.testing.assert_array_equal(ladder.value, [15, 16, 17])
        assert ladder.exchanges.shape == ladder.exchanged.shape == (4, 2)
        assert ladder.round_trips.shape == (4, 3)
        assert ladder.overlap.shape == (3, 3)
        transition = ladder.transition
        assert transition is not None and transition.distribution is not None
        group = file["ladders/1/transition"]
        np.testing.assert_array_equal(transition.x, group["x"][()])
        assert set(transition.curves) == {
            "f_U", "f_U1", "f_U2", "f_S1", "f_S2", "f_unclassified", "chi",
        }  # fmt: skip
        chi = transition.curves["chi"]
        np.testing.assert_array_equal(chi.value, group["chi/value"][()])
        np.testing.assert_array_equal(chi.standard_error, group["chi/standard_error"][()])
        assert tuple(transition.peak_place) == tuple(group.attrs["peak_place"])
        assert transition.peak_height.value == group.attrs["peak_height"][0]
        assert transition.peak_inside
        density = transition.distribution
        widths = np.diff(density.bin_edges)
        assert (density.value * widths).sum() == pytest.approx(1)
        np.testing.assert_allclose(density.center, density.bin_edges[:-1] + widths / 2)


def test_a_ladder_without_overlap_has_a_note_and_no_transition(tmp_path: Path) -> None:
    run = ladder_of_two_sizes()
    run.has_transition = False
    with write(tmp_path, run) as record:
        assert record.ladders[0].transition is None
        assert record.ladders[0].note == "points 1 and 2 do not overlap"


def test_more_than_ten_ladders_keep_their_numbers(tmp_path: Path) -> None:
    run = Equilibrium(
        {"model.J": list(np.linspace(0, 1, 12)), STIFFNESS: [15.0, 16.0]},
        side=2, samples=2, ladder_key=STIFFNESS,
    )  # fmt: skip
    with write(tmp_path, run) as record:
        assert [int(ladder.points[0]) for ladder in record.ladders] == list(range(0, 24, 2))


def test_without_a_sweep_there_is_one_point(tmp_path: Path) -> None:
    with write(tmp_path, Equilibrium({})) as record:
        assert record.sweep == {}
        assert record.ladders == []
        assert len(record.points) == 1
        assert record.points[0].values == {}


@pytest.mark.parametrize("keys", [[], h5py.Empty(h5py.string_dtype())])
def test_no_swept_keys_may_be_written_as_an_empty_list(tmp_path: Path, keys: object) -> None:
    path = write_equilibrium(tmp_path / "record.h5", Equilibrium({}))
    with h5py.File(path, "r+") as file:
        file["sweep"].attrs.create("keys", keys, dtype=h5py.string_dtype())
    with open_record(path) as record:
        assert isinstance(record, EquilibriumRecord)
        assert record.sweep == {}
    with h5py.File(path, "r+") as file:
        del file["sweep"]
    with open_record(path) as record:
        assert isinstance(record, EquilibriumRecord)
        assert len(record.points) == 1


def test_every_stage_is_a_point_with_what_is_its_own(tmp_path: Path) -> None:
    run = Equilibrium({STIFFNESS: [15.0, 16.0], "stage": [0, 1, 2]}, {"model.kT": [1.0, 0.5, 0.2]})
    with write(tmp_path, run) as record:
        assert list(record.sweep) == [STIFFNESS, "stage"]
        np.testing.assert_array_equal(record.sweep["stage"], [1, 2, 3, 1, 2, 3])
        np.testing.assert_array_equal(record.of_stages["model.kT"], [1.0, 0.5, 0.2] * 2)
        assert len(record.points) == 6
        assert record.points[4].values == {STIFFNESS: 16.0, "stage": 2.0, "model.kT": 0.5}
        table = io.StringIO()
        write_csv(record, table)
        head, *rows = csv.reader(table.getvalue().splitlines())
        assert head[:6] == ["point", STIFFNESS, "stage", "model.kT", "chain", "start"]
        assert rows[-1][:5] == ["5", "16.0", "3.0", "0.2", "3"]
    with write(tmp_path, Equilibrium({STIFFNESS: [15.0, 16.0]})) as record:
        assert record.of_stages == {}


def test_values_of_a_key_may_be_words(tmp_path: Path) -> None:
    with write(tmp_path, Equilibrium({"crystal.shell.species": ["A", "B"]})) as record:
        assert list(record.sweep["crystal.shell.species"]) == ["A", "B"]
        assert record.points[1].values == {"crystal.shell.species": "B"}


def test_points_of_an_interrupted_run_may_have_no_chains(tmp_path: Path) -> None:
    run = Equilibrium({STIFFNESS: [15.0, 16.0, 17.0]}, unfinished=[1])
    with write(tmp_path, run, complete=False) as record:
        assert not record.complete
        assert [point.is_finished for point in record.points] == [True, False, True]
        missing = record.points[1]
        assert missing.sigma.shape == (0, 0, 0)
        assert len(missing.sweep) == len(missing.chains) == len(missing.observables) == 0
        with pytest.raises(RecordError, match="point 1 of the sweep is not finished"):
            missing.crystal.size


def test_the_interior_leaves_out_the_shell_and_the_outermost_layer_of_the_core(
    tmp_path: Path,
) -> None:
    run = Equilibrium({"crystal.shell.layers": [0, 1, 3]}, side=5, shell_species=1)
    with write(tmp_path, run) as record:
        for point, layers in zip(record.points, (0, 1, 3)):
            crystal = point.crystal
            assert crystal.core.sum() == 61
            assert crystal.interior.sum() == 37
            assert crystal.shell_layers == layers
            assert crystal.shell_species == 1
            assert not crystal.is_periodic
        assert record.points[1].crystal is record.points[1].crystal


def test_crystals_of_records_of_exchange_have_no_period_and_a_shell_of_B(
    make_record: MakeRecord,
) -> None:
    with open_record(make_record(hexagon(3))) as record:
        assert record.crystal.boundary == "free"
        np.testing.assert_array_equal(record.crystal.period, [0, 0, 0])
        assert record.crystal.shell_species == -1


def test_every_site_of_a_periodic_crystal_has_the_phase_it_has_in_the_middle(
    tmp_path: Path,
) -> None:
    with write(tmp_path, Equilibrium({}, shape="parallelogram", side=3)) as record:
        crystal = record.points[0].crystal
    assert crystal.is_periodic
    np.testing.assert_array_equal(crystal.period, [9, 6, 0])
    assert crystal.interior.all()
    ordered = (crystal.point[:, 0] - crystal.point[:, 1]) % 3 == 0
    sigma = np.where(ordered, -1, 1).astype(np.int8)
    assert (order_parameter(crystal, sigma) == 1).all()
    assert (order_parameter(crystal, -sigma) == -1).all()
    # One B among A in any place is S1, its six neighbours are nothing, all others U1.
    for site in range(crystal.size):
        single = np.ones(crystal.size, dtype=np.int8)
        single[site] = -1
        fractions = phase_fractions(crystal, single)
        assert fractions["f_S1"] * crystal.size == 1
        assert fractions["f_unclassified"] * crystal.size == pytest.approx(6)
    free = parallelogram(9, 6)
    assert (free.layer == 1).sum() == 26


@pytest.mark.parametrize(
    "part", ["crystals/0/layer", "points/0/chains/start", "averages/f_U/mean", "sweep/model.kT",
             "ladders/0/value", "ladders/0/transition/chi/value"],
)  # fmt: skip
def test_a_record_that_lacks_a_part_is_called_damaged(tmp_path: Path, part: str) -> None:
    path = write_equilibrium(
        tmp_path / "record.h5", Equilibrium({"model.kT": [15.0, 17.0]}, ladder_key="model.kT")
    )
    with h5py.File(path, "r+") as file:
        del file[part]
    with pytest.raises(RecordError, match="record.h5: the record is damaged: "):
        with open_record(path) as record:
            record.points[0].crystal.size


def test_a_sweep_of_unequal_lengths_is_called_damaged(tmp_path: Path) -> None:
    path = write_equilibrium(tmp_path / "record.h5", ladder_of_two_sizes())
    with h5py.File(path, "r+") as file:
        del file[f"sweep/{STIFFNESS}"]
        file[f"sweep/{STIFFNESS}"] = np.zeros(4)
    with pytest.raises(RecordError, match="damaged: the keys of the sweep have different numbers"):
        open_record(path)
