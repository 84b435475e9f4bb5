from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import MakeRecord, box, hexagon, shrinking_core, write_record

import misfit
from misfit import RecordError, open_record
from misfit.errors import listed


def test_importing_the_package_leaves_matplotlib_alone() -> None:
    code = "import sys, misfit; sys.exit('matplotlib' in sys.modules)"
    folder = Path(misfit.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=folder).returncode == 0


def test_arrays_have_the_names_and_shapes_of_the_record(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4), trajectories=5, frames=7)) as record:
        assert record.sigma.shape == (5, 7, 37)
        assert record.sigma_time.shape == (7,)
        assert record.time.shape == (41,)
        assert record.observables["f_U1"].shape == (5, 41)
        assert set(record.observables) == {
            "composition", "f_U1", "f_S1", "f_S2", "f_U2", "f_unclassified",
        }  # fmt: skip
        assert record.observables.unit("f_U1") == "1"
        crystal = record.crystal
        assert crystal.size == 37
        assert crystal.position.shape == (37, 2)
        assert crystal.point.shape == (37, 3)
        assert crystal.bonds.shape == (90, 2)
        assert crystal.bond_nearest.all()
        assert crystal.lattice == "triangular"
        assert crystal.interior.sum() == 19
        assert len(record.trajectories) == 5
        assert record.trajectories.end == ["frozen"] * 5
        assert record.trajectories.events.shape == (5, 4)
        assert record.trajectories.event_kinds[2] == "swap_nearest"


def test_sigma_is_read_only_where_it_is_sliced(make_record: MakeRecord) -> None:
    path = make_record(hexagon(3))
    with h5py.File(path) as file:
        expected = file["sigma/value"][1, 2:4]
    with open_record(path) as record:
        assert isinstance(record.sigma, h5py.Dataset)
        part = record.sigma[1, 2:4]
        assert part.dtype == np.int8
        s = part[0].astype(int)  # as docs/python.md says: a product of int8 would wrap
        assert s @ s == part.shape[1] and part.sum() == s.sum() + part[1].astype(int).sum()
        np.testing.assert_array_equal(part, expected)


def test_of_thousands_of_names_a_message_says_the_first_and_how_many_more() -> None:
    assert listed([]) == "none"
    assert listed(["a", "b"]) == "a, b"
    assert listed([f"profile_z_{k}" for k in range(3000)]).endswith("profile_z_18, profile_z_19 and 2980 more")


def test_parameters_have_the_types_of_their_toml(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(2), parameters={"odd": "not [toml"})) as record:
        assert record.parameters["model.kT"] == 0.2
        assert record.parameters["kmc.rates"] == "exact"
        assert record.parameters["crystal.size"] == [12, 12, 12]
        assert record.parameters["ensemble.trajectories"] == 3
        assert record.parameters["odd"] == "not [toml"
        assert record.input == "[model]\nkT = 0.2\n"
        assert record.provenance == {"host": "somewhere", "threads": 2, "wall_seconds": 1.5}
        assert record.complete


def test_a_run_folder_opens_as_its_record(make_record: MakeRecord) -> None:
    path = make_record(box(3, 3, 3))
    with open_record(path.parent) as record:
        assert record.crystal.dimension == 3
        assert record.crystal.interior.sum() == 1


def test_mean_and_standard_error_equal_numpys(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(4), trajectories=6)) as record:
        values = record.observables["composition"]
        mean, error = record.mean("composition")
        np.testing.assert_allclose(mean, np.mean(values, axis=0), rtol=1e-15)
        spread = np.sqrt(((values - np.mean(values, axis=0)) ** 2).sum(axis=0) / 5)
        np.testing.assert_allclose(error, spread / np.sqrt(6), rtol=1e-12)


def test_one_trajectory_has_no_standard_error(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(3), trajectories=1)) as record:
        mean, error = record.mean("f_U2")
        np.testing.assert_array_equal(mean, record.observables["f_U2"][0])
        assert np.isnan(error).all()


def test_an_unknown_observable_is_an_error_that_names_the_known_ones(
    make_record: MakeRecord,
) -> None:
    with open_record(make_record(hexagon(3))) as record:
        with pytest.raises(RecordError, match="no observable 'f_U3'; there are: .*f_U2"):
            record.mean("f_U3")


def test_no_frames_give_an_empty_sigma(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(3), frames=0)) as record:
        assert record.sigma.shape == (3, 0, 19)


def test_an_unfinished_record_says_how_many_it_will_hold(make_record: MakeRecord) -> None:
    path = make_record(
        hexagon(3),
        attributes={"complete": np.uint8(0)},
        parameters={"ensemble.trajectories": "100"},
    )
    with open_record(path) as record:
        assert not record.complete
        assert len(record.trajectories) == 3
        assert record.planned_trajectories == 100


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="nothing.h5: there is no such file"):
        open_record(tmp_path / "nothing.h5")
    with pytest.raises(RecordError, match="record.h5: there is no such file"):
        open_record(tmp_path)


def test_a_file_that_is_not_hdf5_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "record.h5"
    path.write_text("kT = 0.2\n")
    with pytest.raises(RecordError, match="not an HDF5 file"):
        open_record(path)


def test_hdf5_that_is_not_a_record_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "record.h5", "w") as file:
        file["sigma"] = [1]
    with pytest.raises(RecordError, match="not a record of misfit"):
        open_record(tmp_path)


def test_a_later_major_version_is_refused(make_record: MakeRecord) -> None:
    path = make_record(hexagon(2), attributes={"format_version": np.array([3, 1])})
    with pytest.raises(RecordError, match="format version 3.1; this misfit reads up to 2.1"):
        open_record(path)


def test_a_later_minor_version_is_read(make_record: MakeRecord) -> None:
    with open_record(make_record(hexagon(2), attributes={"format_version": [1, 7]})) as record:
        assert record.crystal.size == 7


@pytest.mark.parametrize("way", ["link", "values", "virtual"])
def test_a_record_reads_no_other_file(make_record: MakeRecord, tmp_path: Path, way: str) -> None:
    path = make_record(hexagon(3))
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["f_S1"] = np.zeros((3, 41))
    with h5py.File(path, "r+") as file:
        name = next(f"{group}/f_S1" for group in ("observables", "points/0/observables") if f"{group}/f_S1" in file)
        del file[name]
        if way == "link":
            file[name] = h5py.ExternalLink(secret, "/f_S1")
        elif way == "values":
            file.create_dataset(name, (3, 41), "f8", external=[(str(secret), 0, h5py.h5f.UNLIMITED)])
        else:
            layout = h5py.VirtualLayout((3, 41), "f8")
            layout[:] = h5py.VirtualSource(secret, "f_S1", (3, 41))
            file.create_virtual_dataset(name, layout)
    with pytest.raises(RecordError, match=f"{name} lies in another file"):
        open_record(path)


def test_a_record_that_lacks_its_crystal_is_called_damaged(make_record: MakeRecord) -> None:
    path = make_record(hexagon(2))
    with h5py.File(path, "r+") as file:
        del file["crystal/point"]
    with pytest.raises(RecordError, match="record.h5: the record is damaged: .*point"):
        open_record(path)


def test_a_truncated_record_is_refused(make_record: MakeRecord) -> None:
    path = make_record(hexagon(4))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RecordError, match="cannot be read|damaged"):
        open_record(path)


def test_times_of_later_stages_count_from_the_beginning_of_the_run(tmp_path: Path) -> None:
    sites = hexagon(3)
    sigma = shrinking_core(sites, 2, 4)
    path = write_record(
        tmp_path / "record.h5", sites, sigma, np.array([0.0, 2.0, 0.0, 5.0]), np.array([0.0, 2.0, 1.0]),
        {"composition": np.zeros((2, 3))},
        parameters={"stage.0.t_end": "2", "stage.1.t_end": "5"},
    )  # fmt: skip
    with h5py.File(path, "r+") as file:
        file["sigma/stage"] = np.array([0, 0, 1, 1], dtype=np.uint32)
        file["observables/stage"] = np.array([0, 0, 1], dtype=np.uint32)
    with open_record(path) as record:
        assert record.stage_starts.tolist() == [0.0, 2.0]
        assert list(record.observables) == ["composition"]
        assert record.elapsed.tolist() == [0.0, 2.0, 3.0]
        assert record.sigma_elapsed.tolist() == [0.0, 2.0, 2.0, 7.0]


def test_a_record_without_stages_has_one(tmp_path: Path) -> None:
    sites = hexagon(3)
    path = write_record(
        tmp_path / "record.h5", sites, shrinking_core(sites, 2, 3), np.arange(3.0), np.arange(2.0),
        {"composition": np.zeros((2, 2))},
    )  # fmt: skip
    with open_record(path) as record:
        assert record.stage.tolist() == [1, 1]
        assert record.elapsed.tolist() == record.time.tolist()
        (stage,) = record.trajectories.stages
        assert stage.end == record.trajectories.end
