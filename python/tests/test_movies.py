"""Movies have every frame, in its colours; what is missing is said."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import MakeRecord, box, hexagon
from matplotlib.image import imread

from misfit import Error, RecordError, open_record
from misfit.__main__ import main
from misfit.movies import write_movie

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="no ffmpeg")


def probe(path: Path) -> dict[str, str]:
    asked = ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-of", "json"]
    asked += ["-show_entries", "stream=nb_read_frames,width,height,avg_frame_rate,codec_name,pix_fmt", str(path)]
    found = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)["streams"][0]
    return {key: str(value) for key, value in found.items()}


def redness(path: Path, frame: int, folder: Path) -> float:
    """Red less blue of a frame, averaged over what is drawn."""
    picture = folder / f"{frame}.png"
    choose = ["-vf", f"select=eq(n\\,{frame})", "-frames:v", "1"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(path), *choose, str(picture)], check=True)
    image = imread(picture)[..., :3]
    crystal = image[:, : image.shape[1] // 2]  # the species; the phases are at the right
    drawn = crystal[crystal.min(axis=-1) < 0.7]
    return float((drawn[:, 0] - drawn[:, 2]).mean())


@needs_ffmpeg
@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "h264"), (".webm", "vp9"), (".gif", "gif")])
def test_a_movie_has_every_frame_until_nothing_changes(
    make_record: MakeRecord, tmp_path: Path, suffix: str, codec: str
) -> None:
    path = make_record(hexagon(4), frames=9)
    with h5py.File(path, "r+") as file:
        value = file["sigma/value"][()]
        value[1, 6:] = value[1, 6]  # done at frame 6, and still after it
        assert (value[1, 6] != value[1, 5]).any()
        file["sigma/value"][:] = value
    told: list[tuple[int, int]] = []
    movie = tmp_path / "new" / f"a{suffix}"
    with open_record(path) as record:
        write_movie(record, movie, trajectory=1, rate=5.0, progress=lambda done, of: told.append((done, of)))
    found = probe(movie)
    assert found["nb_read_frames"] == "7"
    assert found["avg_frame_rate"] == "5/1"
    assert found["codec_name"] == codec
    assert int(found["width"]) % 2 == int(found["height"]) % 2 == 0
    assert told == [(k, 7) for k in range(1, 8)]
    assert list(movie.parent.iterdir()) == [movie]
    first, last = redness(movie, 0, tmp_path), redness(movie, 6, tmp_path)
    assert first < -0.3 and last > first + 0.3  # A is blue, B red


@needs_ffmpeg
def test_three_dimensions_and_a_run_that_never_changes(make_record: MakeRecord, tmp_path: Path) -> None:
    path = make_record(box(3, 3, 3), frames=4)
    with open_record(path) as record:
        write_movie(record, tmp_path / "box.mp4")
        changes = (np.diff(np.asarray(record.sigma[0]), axis=0) != 0).any(axis=1)
    assert probe(tmp_path / "box.mp4")["nb_read_frames"] == str(int(np.flatnonzero(changes)[-1]) + 2)
    with h5py.File(path, "r+") as file:
        file["sigma/value"][:] = 1
    assert main(["animate", str(path), "--out", str(tmp_path / "still.gif")]) == 0
    assert probe(tmp_path / "still.gif")["nb_read_frames"] == "1"


@needs_ffmpeg
def test_what_ffmpeg_says_is_passed_on_and_nothing_is_left(make_record: MakeRecord, tmp_path: Path) -> None:
    with open_record(make_record(hexagon(3), frames=3)) as record, pytest.raises(Error, match="a.mp4: ffmpeg ended with"):
        write_movie(record, tmp_path / "a.mp4", rate=-1.0)
    assert not (tmp_path / "a.mp4").exists() and not list(tmp_path.glob("*.part"))


def test_what_is_missing_is_said(
    make_record: MakeRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_record(hexagon(3), frames=3)
    with open_record(path) as record:
        with pytest.raises(Error, match=r"a\.avi: a movie is \.mp4, \.webm, \.gif"):
            write_movie(record, tmp_path / "a.avi")
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(Error, match="Debian's package ffmpeg"):
            write_movie(record, tmp_path / "a.mp4")
    assert main(["animate", str(path), "--out", str(tmp_path / "a.mp4")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("misfit: error: movies are put together by the program ffmpeg") and said.count("\n") == 1


@needs_ffmpeg
def test_records_without_such_frames_are_refused(make_record: MakeRecord, tmp_path: Path) -> None:
    with open_record(make_record(hexagon(3), frames=0)) as record, pytest.raises(RecordError, match="no frames"):
        write_movie(record, tmp_path / "a.gif")
    with open_record(make_record(hexagon(3), frames=2)) as record, pytest.raises(RecordError, match="no trajectory 3"):
        write_movie(record, tmp_path / "a.gif", trajectory=3)
