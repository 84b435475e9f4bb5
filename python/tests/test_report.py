"""Reports: what the page holds is what the record holds; the page itself is tested in a browser (viewer/test)."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from conftest import box, hexagon, shrinking_core, texts_cut_off, write_record
from equilibria import Equilibrium, write_equilibrium
from numpy.typing import NDArray

import misfit.report.exchange
import misfit.report.exchange_sweep
import misfit.report.page
from misfit import open_record
from misfit.equilibrium import EquilibriumRecord
from misfit.equilibrium_plots import figures
from misfit.errors import Error
from misfit.files import RecordError
from misfit.other_plots import others
from misfit.panels import others_of
from misfit.report import write_report
from misfit.report.bundle import Bundle

_TYPES = {"u8": "u1", "i8": "i1", "u16": "<u2", "i16": "<i2", "i32": "<i4", "f32": "<f4", "f64": "<f8"}


class Unpacked:
    """A bundle read the slow way."""

    def __init__(self, text: str) -> None:
        whole = zlib.decompress(base64.b64decode(text))
        assert whole[:8] == b"MISFIT1\n"
        length = int(np.frombuffer(whole, "<u4", 1, 8)[0])
        self.header: dict[str, Any] = json.loads(whole[12 : 12 + length])
        self._data = whole[12 + length :]
        assert (12 + length) % 8 == 0

    def array(self, name: str) -> NDArray[Any]:
        head = self.header["arrays"][name]
        count = int(np.prod(head["shape"]))
        assert head["offset"] % 8 == 0
        values = np.frombuffer(self._data, _TYPES[head["type"]], count, head["offset"]).reshape(head["shape"]).copy()
        if head["coding"] == "xor":
            return np.bitwise_xor.accumulate(values, axis=-2)
        if head["coding"] == "delta":
            return np.add.accumulate(values, axis=head["along"], dtype=values.dtype)
        return values

    def sigma(self, name: str, sites: int) -> NDArray[np.int8]:
        bits = np.unpackbits(self.array(name), axis=-1, count=sites, bitorder="little")
        return np.where(bits, 1, -1).astype(np.int8)


@pytest.fixture(autouse=True)
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page in the place of the built one, which these tests do without."""
    path = tmp_path / "page.html"
    path.write_text("<title>misfit report</title>[%MISFIT_DATA%]", encoding="utf-8")
    monkeypatch.setattr(misfit.report.page, "_TEMPLATE", path)
    return path


def report(path: Path, tmp_path: Path, strained: list[int] | None = None) -> Unpacked:
    with open_record(path) as record:
        write_report(record, tmp_path / "report.html", strained)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "misfit report" not in text
    return Unpacked(text[text.index("[") + 1 : text.rindex("]")])


def exchange(tmp_path: Path, frames: int = 9, trajectories: int = 3, **options: Any) -> tuple[Path, NDArray[np.int8]]:
    sites = options.pop("sites", None) or hexagon(4)
    sigma = shrinking_core(sites, trajectories, frames)
    time = np.linspace(0.0, 8.0, 17)
    columns = {
        "composition": np.random.default_rng(3).random((trajectories, 17)),
        "f_U1": np.random.default_rng(4).random((trajectories, 17)),
    }
    path = write_record(
        tmp_path / "record.h5", sites, sigma, np.linspace(0.0, 8.0, frames), time, columns, **options
    )
    return path, sigma


def test_arrays_come_back_as_they_were() -> None:
    bundle = Bundle()
    rng = np.random.default_rng(1)
    sigma = rng.choice(np.array([-1, 1], dtype=np.int8), size=(3, 5, 13))
    bytes_ = rng.integers(-128, 128, size=(2, 4, 7)).astype(np.int8)
    numbers = rng.normal(size=(2, 50))
    numbers[1, 3] = np.nan
    bundle.add("plain", numbers)
    bundle.add_bits("sigma", sigma)
    bundle.add_deltas("bytes", bytes_, along=1)
    kept = bundle.add_quantised("kept", numbers)
    unpacked = Unpacked(bundle.text({"kind": "any"}))
    assert unpacked.header["kind"] == "any"
    np.testing.assert_array_equal(unpacked.array("plain"), numbers)
    np.testing.assert_array_equal(unpacked.sigma("sigma", 13), sigma)
    np.testing.assert_array_equal(unpacked.array("bytes"), bytes_)
    steps = unpacked.array("kept")
    assert steps[1, 3] == 65535
    values = kept["low"] + (kept["high"] - kept["low"]) / 65534 * np.where(steps == 65535, np.nan, steps)
    np.testing.assert_allclose(values, numbers, atol=(kept["high"] - kept["low"]) / 65534 / 2 * 1.000001)


def test_frames_means_and_errors_are_those_of_the_record(tmp_path: Path) -> None:
    path, sigma = exchange(tmp_path)
    page = report(path, tmp_path)
    np.testing.assert_array_equal(page.sigma("frames/sigma", 37), sigma)
    with open_record(path) as record:
        for name in ("composition", "f_U1"):
            mean, error = record.mean(name)
            np.testing.assert_array_equal(page.array(f"scalars/{name}/mean"), mean)
            np.testing.assert_array_equal(page.array(f"scalars/{name}/error"), error)
        np.testing.assert_array_equal(page.array(page.header["clocks"]["frames"]), record.sigma_elapsed)
        np.testing.assert_allclose(page.array("crystal/position"), record.crystal.position, rtol=1e-6)
    assert page.header["about"]["input"] == "[model]\nkT = 0.2\n"
    assert [panel["name"] for panel in page.header["panels"]][:2] == ["composition", "phases"]


def test_an_observable_of_its_own_panel_is_drawn_without_being_known(tmp_path: Path) -> None:
    sites = hexagon(3)
    sigma = shrinking_core(sites, 3, 5)
    time = np.linspace(0.0, 4.0, 5)
    tracer = np.arange(15.0).reshape(3, 5)
    observables = {"composition": (sigma > 0).mean(axis=-1), "tracer": tracer}
    path = write_record(tmp_path / "record.h5", sites, sigma, time, time, observables)
    with open_record(path) as record:
        assert others_of(record, record.observables) == {"tracer": ["tracer"]}  # type: ignore[union-attr]
        (axes,) = others(record).axes  # type: ignore[arg-type]
        assert axes.get_title(loc="left") == "Tracer"
        assert texts_cut_off(axes.figure) == []
        np.testing.assert_allclose(axes.lines[0].get_ydata(), tracer.mean(axis=0))  # type: ignore[arg-type]
    page = report(path, tmp_path)
    assert [panel["name"] for panel in page.header["panels"]][:2] == ["composition", "tracer"]
    np.testing.assert_allclose(page.array("scalars/tracer/mean"), tracer.mean(axis=0))


def test_the_resolved_input_is_in_the_page_where_it_is_given(tmp_path: Path) -> None:
    path, _ = exchange(tmp_path)
    assert report(path, tmp_path).header["about"]["resolved"] is None
    with open_record(path) as record:
        write_report(record, tmp_path / "report.html", toml="[model]\nkT = 0.3\n")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    about = Unpacked(text[text.index("[") + 1 : text.rindex("]")]).header["about"]
    assert about["resolved"] == "[model]\nkT = 0.3\n"
    assert about["input"] == "[model]\nkT = 0.2\n"


def test_ends_are_told_in_words_and_since_the_run_began(tmp_path: Path) -> None:
    parameters = {"stage.0.t_end": "3.0", "stage.1.t_end": "5.0", "stage.1.stop_at_composition": "0.25"}
    path, _ = exchange(tmp_path, parameters=parameters)
    with h5py.File(path, "r+") as file:
        file["trajectories/end"][:] = ["composition", "t_end", "composition"]
        file["trajectories/end_time"][:] = [1.5, 5.0, 2.5]
    header = report(path, tmp_path).header
    assert header["ends"] == ["reached c = 0.25", "ran to its end", "reached c = 0.25"]
    assert header["end_times"] == [4.5, 8.0, 5.5]
    assert dict(header["about"]["facts"])["How they ended"] == "reached c = 0.25 (2), ran to its end (1)"


def test_too_many_frames_are_thinned_and_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, sigma = exchange(tmp_path, frames=2000)
    monkeypatch.setattr(misfit.report.exchange, "FRAME_BYTES", 3 * 5 * 100)  # of 37 sites: 5 bytes
    page = report(path, tmp_path)
    shown = page.sigma("frames/sigma", 37)
    assert shown.shape == (3, 100, 37)
    np.testing.assert_array_equal(shown[:, [0, -1]], sigma[:, [0, -1]])
    assert any(note.startswith("100 of the record's 2\N{THIN SPACE}000 frames") for note in page.header["notes"]["hints"])


def test_a_record_without_frames_has_curves_and_says_so(tmp_path: Path) -> None:
    path, _ = exchange(tmp_path, frames=0)
    page = report(path, tmp_path)
    assert page.header["frames"] is None
    assert page.header["deviations"] is None
    assert any("no frames" in note for note in page.header["notes"]["hints"])
    assert page.header["panels"]


def test_an_unfinished_run_is_told(tmp_path: Path) -> None:
    path, _ = exchange(
        tmp_path, attributes={"complete": np.uint8(0)}, parameters={"ensemble.trajectories": "7"}
    )
    notes = report(path, tmp_path).header["notes"]
    assert "This run is not finished: 3 of 7 trajectories are in this report." in notes["warnings"]


@pytest.mark.parametrize("sites", [hexagon(4), box(4, 4, 4)])
def test_local_strain_is_that_of_the_library(tmp_path: Path, sites: Any) -> None:
    pytest.importorskip("misfit._core")
    from misfit import Strain

    path, sigma = exchange(tmp_path, sites=sites, parameters={"observables.mismatch": "0.05"})
    page = report(path, tmp_path, [2, 0])
    head = page.header["deviations"]
    with open_record(path) as record:
        expected = Strain(record.crystal, 0.05).local_deviation(sigma[[2, 0]])
        rms = expected[..., record.crystal.interior].std(axis=-1)
    assert head["places"] == [2, 0]
    assert head["mismatch"] == 0.05
    assert 0 < head["full"] <= head["limit"]
    assert head["limit"] == pytest.approx(np.abs(expected).max(), rel=1e-6)
    shown = page.array(head["array"]) * head["limit"] / 127
    np.testing.assert_allclose(shown, expected, atol=head["limit"] / 127 / 2 * 1.00001)
    np.testing.assert_allclose(page.array("frames/strain/mean"), rms.mean(axis=0), atol=1e-7)  # single precision
    assert page.header["notes"]["warnings"] == []
    assert "of trajectories 2, 0; `misfit report --strain` chooses others" in page.header["notes"]["hints"][0]


def test_without_an_elastic_term_there_is_no_strain(tmp_path: Path) -> None:
    path, _ = exchange(tmp_path, parameters={"model.epsilon": "0.0"})
    assert report(path, tmp_path).header["deviations"] is None


@pytest.mark.parametrize(
    ("strained", "message"),
    [([3], "trajectories 0 to 2 are in the record, not 3"), ([-1], "not -1")],
)
def test_strain_of_what_is_not_there_is_refused(tmp_path: Path, strained: list[int], message: str) -> None:
    path, _ = exchange(tmp_path)
    with pytest.raises(RecordError, match=message):
        report(path, tmp_path, strained)


def test_a_record_of_no_trajectory_is_refused(tmp_path: Path) -> None:
    path, _ = exchange(tmp_path, trajectories=0)
    with pytest.raises(RecordError, match="no trajectory is finished"):
        report(path, tmp_path)


def test_a_page_that_was_not_built_is_named(tmp_path: Path, template: Path) -> None:
    path, _ = exchange(tmp_path)
    template.unlink()
    with pytest.raises(Error, match="was not built"):
        report(path, tmp_path)


KEY = "crystal.shell.stiffness"


def equilibrium(tmp_path: Path, **options: Any) -> Path:
    run = Equilibrium({"crystal.side": [3, 4], KEY: [14.0, 16.0, 18.0]}, ladder_key=KEY, unfinished=[5], **options)
    return write_equilibrium(tmp_path / "record.h5", run)


def test_averages_and_configurations_of_a_sweep_are_those_of_the_record(tmp_path: Path) -> None:
    path = equilibrium(tmp_path, too_short=[1])
    page = report(path, tmp_path)
    head = page.header
    assert head["axis"]["key"] == KEY
    assert [row["points"] for row in head["rows"]] == [[0, 1, 2], [3, 4, 5]]
    panels = {panel["name"]: panel for panel in head["panels"]}
    with open_record(path) as record:
        curve = next(c for c in panels["fractions"]["curves"] if c["row"] == 0 and c["name"] == "f_U1")
        assert curve["mean"] == record.averages["f_U1"].mean[:3].tolist()
        assert curve["error"] == record.averages["f_U1"].standard_error[:3].tolist()
        assert curve["trusted"] == [True, False, True]
        chi = panels["chi"]["curves"][1]
        assert chi["mean"][:2] == record.averages["f_U"].variance[3:5].tolist()
        transition = record.ladders[0].transition
        assert panels["chi"]["curves"][0]["smooth"]["value"] == transition.curves["chi"].value.tolist()
        assert head["distributions"][0]["value"] == transition.distribution.value.tolist()
        for number, point in enumerate(head["points"]):
            if number == 5:
                assert point["crystal"] is None
                continue
            sites = record.points[number].crystal.size
            np.testing.assert_array_equal(
                page.sigma(point["frames"]["sigma"], sites), np.asarray(record.points[number].sigma)
            )



def test_an_average_of_its_own_panel_is_drawn_without_being_known(tmp_path: Path) -> None:
    path = equilibrium(tmp_path)
    with h5py.File(path, "r+") as file:
        file.copy("averages/energy", "averages/tracer")
        for point in file["points"].values():
            if "observables" in point:
                point["observables/tracer"] = point["observables/energy"][()]
                point["observables/tracer"].attrs["unit"] = "epsilon"
    with open_record(path) as record:
        assert isinstance(record, EquilibriumRecord)
        mean = record.averages["tracer"].mean
        assert "others" in figures(record)
        (axes,) = figures(record)["others"](record).axes
        assert texts_cut_off(axes.figure) == []
        assert axes.get_title() == "tracer" and axes.get_ylabel() == "tracer, epsilon"
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), mean[:3])  # type: ignore[arg-type]
    panel = report(path, tmp_path).header["panels"][-1]
    assert (panel["name"], panel["title"], panel["label"]) == ("tracer", "Tracer", "tracer, epsilon")
    assert panel["curves"][0]["mean"] == mean[:3].tolist()


def test_a_course_is_means_of_blocks(tmp_path: Path) -> None:
    path = equilibrium(tmp_path, samples=1000)
    page = report(path, tmp_path)
    course = page.header["points"][0]["course"]
    kept = course["value"]
    steps = page.array(kept["array"])
    values = kept["low"] + (kept["high"] - kept["low"]) / 65534 * steps
    with open_record(path) as record:
        samples = record.points[0].observables["f_U"]
    np.testing.assert_allclose(values, samples[:, :999].reshape(4, 333, 3).mean(axis=-1), atol=1e-5)


def test_strain_of_a_point_is_that_of_its_last_frames(tmp_path: Path) -> None:
    pytest.importorskip("misfit._core")
    from misfit import Strain

    path = equilibrium(tmp_path)
    page = report(path, tmp_path, [1])
    head = page.header["points"][1]["deviations"]
    assert all(point.get("deviations") is None for point in page.header["points"] if point is not page.header["points"][1])
    with open_record(path) as record:
        point = record.points[1]
        expected = Strain(point.crystal).local_deviation(np.asarray(point.sigma)[:, -1])
    shown = page.array(head["array"])[:, 0] * head["limit"] / 127
    np.testing.assert_allclose(shown, expected, atol=head["limit"] / 127 / 2 * 1.00001)
    with pytest.raises(RecordError, match="no finished point 5"):
        report(path, tmp_path, [5])


KT = [0.2, 0.3, 0.45]


def exchange_sweep(tmp_path: Path, sides: list[int], unfinished: Sequence[int] = (), slow: int | None = None) -> Path:
    """A sweep over the side and kT, as records of 2.0 are; `slow` is a point where one trajectory is not complete."""
    path = tmp_path / "record.h5"
    text_type = h5py.string_dtype()
    values = [(side, kT) for side in sides for kT in KT]
    with h5py.File(path, "w") as file:
        file.attrs["format"], file.attrs["kind"] = "misfit record", "exchange"
        file.attrs["format_version"] = np.array([2, 0], dtype=np.int32)
        file.attrs["complete"] = np.uint8(not unfinished)
        file.create_group("parameters").attrs["kmc.stop_at_composition"] = 0.0
        file["parameters"].attrs["ensemble.trajectories"] = 5
        file.create_group("sweep").attrs.create("keys", ["crystal.side", "model.kT"], dtype=text_type)
        file["sweep/crystal.side"], file["sweep/model.kT"] = np.array(values).T
        names = ["composition", "f_S1", "f_S2"]
        for part, words in {"name": names, "unit": ["1"] * 3, "description": names}.items():
            file.create_dataset(f"columns/{part}", data=words, dtype=text_type)
        for number, (side, _) in enumerate(values):
            point = file.create_group(f"points/{number}")
            point.attrs["crystal"], point.attrs["seed"] = sides.index(side), 7 + number
            sites, rng = hexagon(side), np.random.default_rng(number)
            sigma = shrinking_core(sites, 5, 9, seed=number)
            columns = {name: rng.random((5, 17)) for name in names}
            alone = write_record(
                tmp_path / "alone.h5", sites, sigma, np.linspace(0.0, 8.0, 9), np.linspace(0.0, 8.0, 17), columns
            )
            with h5py.File(alone, "r") as one:
                if f"crystals/{sides.index(side)}" not in file:
                    one.copy("crystal", file.require_group("crystals"), str(sides.index(side)))
                done = 0 if number in unfinished else 5
                point["trajectory"] = np.arange(done)
                units = point.create_group("units")
                for name in ("phi_deviation", "energy_deviation", "events"):
                    units[name] = one[f"trajectories/{name}"][:done]
                units["steps"] = one["trajectories/steps"][:done].reshape(-1, 1)
                units["end_time"] = rng.random((done, 1))
                ends = np.full((done, 1), "composition", dtype=object)
                if number == slow:
                    ends[1] = "t_end"
                units.create_dataset("end", data=ends, dtype=text_type)
                units.create_dataset("event_kind", data=list(one["trajectories/events"].attrs["kinds"]), dtype=text_type)
                if done:
                    for name in ("observables", "sigma"):
                        one.copy(name, point)
                    point.move("observables/time", "clock/time")
    return path


def test_a_sweep_of_exchange_has_what_the_record_has_of_every_point(tmp_path: Path) -> None:
    page = report(exchange_sweep(tmp_path, [3, 4], unfinished=[4], slow=1), tmp_path)
    head = page.header
    assert head["kind"] == "exchange sweep"
    assert head["heading"] == "hexagon, side 3 to hexagon, side 4"
    assert head["axis"] == {"key": "model.kT", "label": "temperature kT", "names": None}
    assert [(row["label"], row["points"], row["x"]) for row in head["rows"]] == [
        ("core side 3", [0, 1, 2], KT), ("core side 4", [3, 4, 5], KT)]  # fmt: skip
    assert "This run is not finished: 25 of 30 trajectories, at 5 of 6 points, are in its record." in head["notes"]["warnings"]
    panels = {panel["name"]: panel["curves"] for panel in head["panels"]}
    assert list(panels) == ["completion", "largest_f_S1", "largest_f_S2"]
    with open_record(tmp_path / "record.h5") as record:
        for number, (point, shown) in enumerate(zip(record.points, head["points"], strict=True)):
            row, k = divmod(number, 3)
            assert shown["label"] == f"core side {3 + row}, temperature kT {KT[k]}"
            if number == 4:
                assert shown["ensemble"] is None
                assert panels["completion"][1]["mean"][1] is None
                continue
            completion = point.completion_time()
            assert panels["completion"][row]["mean"][k] == completion.mean_at_least
            assert panels["completion"][row]["error"][k] == completion.standard_error
            assert panels["completion"][row]["trusted"][k] == (number != 1)
            assert shown["complete"] == completion.text()
            for name in ("f_S1", "f_S2"):
                largest = point.observables[name].max(axis=1)
                assert panels[f"largest_{name}"][row]["mean"][k] == largest.mean()
                assert panels[f"largest_{name}"][row]["error"][k] == largest.std(ddof=1) / np.sqrt(5)
            ensemble = shown["ensemble"]
            sigma = page.sigma(ensemble["frames"]["sigma"], point.crystal.size)
            np.testing.assert_array_equal(sigma, np.asarray(point.sigma))
            np.testing.assert_array_equal(page.array(ensemble["clocks"]["scalars"]), point.elapsed)
            mean, error = point.mean("f_S2")
            series = next(s for panel in ensemble["panels"] for s in panel["series"] if s["name"] == "f_S2")
            np.testing.assert_array_equal(page.array(series["mean"]), mean)
            np.testing.assert_array_equal(page.array(series["error"]), error)
            position = page.array(f"{ensemble['crystal']['arrays']}/position")
            np.testing.assert_allclose(position, point.crystal.position, rtol=1e-6)
    assert len([name for name in head["arrays"] if name.endswith("/position")]) == 2  # each crystal once


def test_points_of_a_sweep_share_the_room_of_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = exchange_sweep(tmp_path, [3, 4])
    monkeypatch.setattr(misfit.report.exchange_sweep, "_MOST_POINTS", 3)
    monkeypatch.setattr(misfit.report.exchange, "FRAME_BYTES", 5 * (3 + 3 + 5) * 4)  # 19 and 37 sites: 3 and 5 bytes
    monkeypatch.setattr(misfit.report.exchange, "_MOST_SAMPLES", 12)
    monkeypatch.setattr(misfit.report.exchange, "_LEAST_SAMPLES", 6)
    monkeypatch.setattr(misfit.report.exchange, "_MOST_LINES", 4)
    page = report(path, tmp_path)
    ensembles = [point["ensemble"] for point in page.header["points"]]
    shown = [ensemble for ensemble in ensembles if ensemble]
    assert [number for number, ensemble in enumerate(ensembles) if ensemble] == [0, 2, 5]
    for ensemble in shown:
        assert page.header["arrays"][ensemble["frames"]["sigma"]]["shape"][:2] == [5, 4]
        series = ensemble["panels"][0]["series"][0]
        # A third of 4 x 12 values, in curves of 6.
        assert page.header["arrays"][series["single"]["array"]]["shape"] == [2, 6]
    hints = page.header["notes"]["hints"]
    assert "The trajectories of 3 of 6 points are in this report, evenly chosen; `misfit report --point K` shows any point." in hints
    assert len([hint for hint in hints if "frames are in this report" in hint]) == 1
    # Their curves over the sweep are all there.
    assert None not in page.header["panels"][0]["curves"][0]["mean"]


def test_local_strain_of_a_sweep_is_that_of_eight_trajectories(tmp_path: Path) -> None:
    pytest.importorskip("misfit._core")
    page = report(exchange_sweep(tmp_path, [3, 4, 5]), tmp_path)
    strained = [
        number for number, point in enumerate(page.header["points"]) if point["ensemble"]["deviations"] is not None
    ]
    assert strained == [0, 1, 2, 3, 5, 6, 7, 8]
    assert all(page.header["points"][number]["ensemble"]["deviations"]["places"] == [0] for number in strained)
    assert any("at points 0, 1, 2, 3, 5, 6, 7, 8;" in hint for hint in page.header["notes"]["hints"])


def test_one_point_of_a_sweep_is_a_page_of_its_own(tmp_path: Path) -> None:
    path = exchange_sweep(tmp_path, [3, 4])
    with open_record(path) as record:
        write_report(record, tmp_path / "report.html", [1], point=4)
        with pytest.raises(RecordError, match="points 0 to 5 are in the record, not 6"):
            write_report(record, tmp_path / "report.html", point=6)
        with pytest.raises(RecordError, match="local strain at which of the 6 points"):
            write_report(record, tmp_path / "report.html", [1])
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Unpacked(text[text.index("[") + 1 : text.rindex("]")])
    assert page.header["kind"] == "exchange"
    assert page.header["notes"]["hints"][0] == (
        "Point 4 of 6 (from 0 on): core side 4, temperature kT 0.3. `misfit report` without --point shows all."
    )
    with open_record(path) as record:
        np.testing.assert_array_equal(page.sigma("frames/sigma", 37), np.asarray(record.points[4].sigma))


def test_a_sweep_of_exchange_without_a_trajectory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no trajectory is finished"):
        report(exchange_sweep(tmp_path, [3], unfinished=[0, 1, 2]), tmp_path)


@pytest.mark.parametrize(
    ("layers", "said"),
    [([0, 2, 4], ", in a shell of 0 to 4 layers"), ([1, 3], ", in a shell of 1 to 3 layers"), ([2], ", in a shell of 2 layers")],
)
def test_the_heading_says_how_many_layers_the_shells_have(tmp_path: Path, layers: list[Any], said: str) -> None:
    run = Equilibrium({"crystal.shell.layers": layers, "model.kT": [0.2, 0.3]}, side=3)
    page = report(write_equilibrium(tmp_path / "record.h5", run), tmp_path)
    assert page.header["heading"].startswith("hexagon") and said in page.header["heading"]
