"""Protect and check with real pictures and recordings: the copy is found, damaged too, and by its own key alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture, sample_recording
from core.catalog.copies import issue
from core.catalog.store import Catalog
from core.check import check
from core.keys import CreatorKey
from core.model import Conversion, Kind, Status, Verdict
from core.protect import protect

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def masters(tmp_path: Path) -> list[Path]:
    import soundfile

    folder = tmp_path / "masters"
    folder.mkdir()
    picture, recording = folder / "portrait.jpg", folder / "demo reel.wav"
    Image.fromarray(sample_picture(600, 400)).save(picture, quality=92)
    soundfile.write(recording, sample_recording(12.0, 44100), 44100, "PCM_24")
    return [picture, recording]


def test_a_picture_and_a_recording_from_master_to_verdict(
    catalog: Catalog, masters: list[Path], tmp_path: Path
) -> None:
    import soundfile

    before = [hashlib.sha256(path.read_bytes()).hexdigest() for path in masters]
    results = list(protect(masters, recipient="Studio A", catalog=catalog, key=KEY, out=tmp_path / "out"))
    assert [result.status for result in results] == [Status.PROTECTED] * 2, [result.message for result in results]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in masters] == before
    picture, recording = [result.output for result in results if result.output]
    works = {work.kind: work for work in catalog.works()}
    assert (works[Kind.IMAGE].width, works[Kind.IMAGE].height) == (600, 400)
    assert works[Kind.IMAGE].thumbnail.startswith(b"\x89PNG") and works[Kind.AUDIO].thumbnail == b""
    assert (works[Kind.AUDIO].seconds, works[Kind.AUDIO].rate, works[Kind.AUDIO].channels) == (12.0, 44100, 1)

    half, cut = tmp_path / "half.jpg", tmp_path / "cut.mp3"
    with Image.open(picture) as image:
        image.resize((300, 200), Image.Resampling.LANCZOS).save(half, quality=80)
    samples, rate = soundfile.read(recording, dtype="float32")
    soundfile.write(cut, samples[rate : 11 * rate], rate, format="MP3", bitrate_mode="CONSTANT", compression_level=0.7)
    found = list(check([picture, recording, half, cut], catalog=catalog, keys=[KEY]))
    assert [result.verdict for result in found] == [Verdict.CERTAIN] * 4, [result.message for result in found]
    serials = [result.matches[0].finding.serial for result in found]
    assert serials == [results[0].serial, results[1].serial] * 2
    assert all(result.matches[0].recipient is not None for result in found)

    other = CreatorKey.from_bytes(bytes(32))
    with catalog._database.changing() as connection:  # else all 2^20 serials are tried, which takes its time
        issue(connection, other.id)
    strange = list(check([picture, recording, *masters], catalog=catalog, keys=[other]))
    assert [result.verdict for result in strange] == [Verdict.NOTHING] * 4
    assert "untouched original" in strange[2].message


def test_a_coarse_jpeg_is_written_finer_and_then_found(catalog: Catalog, tmp_path: Path) -> None:
    source = tmp_path / "coarse.jpg"
    Image.fromarray(sample_picture(600, 400)).save(source, quality=40)
    (result,) = protect([source], recipient="Studio A", catalog=catalog, key=KEY)
    assert result.status is Status.PROTECTED, result.message
    assert "compressed less than its original" in result.message
    assert result.output is not None
    with Image.open(source) as before, Image.open(result.output) as after:
        coarse, fine = (np.array(image.quantization[0]) for image in (before, after))
        assert np.all(fine <= (coarse + 1) // 2)
    assert next(check([result.output], catalog=catalog, keys=[KEY])).verdict is Verdict.CERTAIN


def test_a_film_gets_a_marked_sound_track_and_is_found_with_its_times(catalog: Catalog, tmp_path: Path) -> None:
    from tests.core.media.made import film

    samples = sample_recording(12.0, 44100)
    master = film(tmp_path / "trailer.mp4", seconds=12, tracks=(samples.reshape(-1, 1),), bit_rate=128_000)
    (made,) = protect([master], recipient="Studio A", catalog=catalog, key=KEY, out=tmp_path / "out")
    assert made.status is Status.PROTECTED and made.output is not None, made.message
    assert "The mark is in the sound track; the pictures are copied as they are." in made.message
    (work,) = catalog.works()
    assert (work.kind, work.channels, round(work.seconds, 3)) == (Kind.AUDIO, 1, 12.0)
    (found,) = check([made.output], catalog=catalog, keys=[KEY])
    assert (found.verdict, found.kind) == (Verdict.CERTAIN, Kind.VIDEO), found.message
    best = found.matches[0]
    assert best.finding.serial == made.serial and best.finding.times == () and best.shows_work is True
    assert best.finding.where[0][0] == pytest.approx(0.0, abs=1.0)
    assert best.finding.where[-1][1] == pytest.approx(12.0, abs=1.0)
    assert catalog.checks()[0].matches == found.matches and catalog.checks()[0].kind is Kind.VIDEO


def test_a_picture_in_a_film_is_found_with_its_time_and_place(catalog: Catalog, tmp_path: Path) -> None:
    from tests.core.media.made import film, scene

    master = tmp_path / "portrait.png"
    Image.fromarray(sample_picture(600, 400)).save(master)
    (made,) = protect([master], recipient="Studio A", catalog=catalog, key=KEY, out=tmp_path / "out")
    assert made.output is not None
    with Image.open(made.output) as image:
        shown = np.asarray(image.resize((480, 320), Image.Resampling.LANCZOS))

    def pictures(time: float) -> np.ndarray:
        return shown if 2 <= time < 4 else np.asarray(Image.fromarray(scene(time)).resize((480, 320)))

    suspect = film(tmp_path / "found.mp4", seconds=6, tracks=(), pictures=pictures, size=(480, 320), fps=5)
    (found,) = check([suspect], catalog=catalog, keys=[KEY])
    assert (found.verdict, found.kind) == (Verdict.CERTAIN, Kind.VIDEO), found.message
    best = found.matches[0]
    assert best.finding.serial == made.serial and all(2 <= start < 4 for start, _ in best.finding.times)
    assert len(best.finding.where) == 4 and best.shows_work is True
    assert "this shows your copy no." in found.message
    assert catalog.checks()[0].matches == found.matches


def test_a_master_becomes_marked_copies_in_other_formats(catalog: Catalog, masters: list[Path], tmp_path: Path) -> None:
    wanted = Conversion("m4a", bit_rate=128)
    picture, recording = protect(masters, recipient="Studio A", catalog=catalog, key=KEY, conversion=wanted)
    assert picture.output is not None and picture.output.suffix == ".jpg"  # not a format of pictures
    assert recording.output is not None and recording.output.name == "demo reel (Studio A).m4a", recording.message
    assert "The copy is M4A, the original WAV." in recording.message
    work = next(work for work in catalog.works() if work.kind is Kind.AUDIO)
    assert work.path == str(masters[1]) and work.seconds == 12.0
    (found,) = check([recording.output], catalog=catalog, keys=[KEY])
    assert found.verdict is Verdict.CERTAIN and found.matches[0].finding.serial == recording.serial
