"""Protect and check animations and files of pages: the mark is in every picture, and each look counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from app.samples import sample_picture
from core import image as mark
from core.catalog.store import Catalog
from core.check import check
from core.errors import CancelledError, RefusedError
from core.keys import CreatorKey
from core.media.images import Picture, frames_of, read_image
from core.media.series import Frame
from core.model import Conversion, Embedded, Finding, Protected, Status, Strength, Verdict
from core.protect import protect
from core.reading import read_medium
from core.series import SeriesMedium

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


def panned(count: int = 3, width: int = 260, height: int = 180) -> list[Image.Image]:
    whole = sample_picture(width + 8 * count, height, 3)
    return [Image.fromarray(whole[:, 8 * number : 8 * number + width]) for number in range(count)]


def moving(path: Path, frames: list[Image.Image], **options: Any) -> Path:
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=80, loop=0, **options)
    return path


def protected(catalog: Catalog, source: Path, **options: Any) -> Protected:
    (result,) = protect([source], recipient="Studio A", catalog=catalog, key=KEY, **options)
    return result


def carries(pixels: Any, serial: int | None, space: str = "rgb") -> bool:
    found = mark.detect(pixels, key=KEY, serials=[*range(16384), serial], space=space)
    return bool(found) and found[0].serial == serial and found[0].verdict is Verdict.CERTAIN


@pytest.mark.parametrize(
    ("name", "options"), [("pan.gif", {}), ("pan.webp", {"quality": 70}), ("pan.png", {})], ids=["gif", "webp", "png"]
)
def test_every_frame_carries_the_mark_of_its_copy(
    catalog: Catalog, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    result = protected(catalog, moving(tmp_path / name, panned(), **options))
    assert result.status is Status.PROTECTED, result.message
    assert result.output is not None and result.output.suffix == Path(name).suffix
    frames = list(frames_of(read_image(result.output)))
    assert len(frames) == 3
    for frame in frames:
        assert carries(frame.pixels, result.serial)
    (found,) = check([result.output], catalog=catalog, keys=[KEY])
    assert found.verdict is Verdict.CERTAIN and found.matches[0].finding.serial == result.serial
    assert len(found.matches[0].finding.times) == 3 and found.matches[0].shows_work


def test_every_page_carries_the_mark_of_its_copy(catalog: Catalog, tmp_path: Path) -> None:
    source = tmp_path / "scan.tif"
    with tifffile.TiffWriter(source) as writer:
        writer.write(sample_picture(260, 180, 3), photometric="rgb", compression="lzw")
        writer.write(sample_picture(200, 240, 4)[..., 1].astype(np.uint16) * 257, photometric="minisblack")
    result = protected(catalog, source)
    assert result.status is Status.PROTECTED and result.output is not None, result.message
    for frame in frames_of(read_image(result.output)):
        assert carries(frame.pixels, result.serial, frame.space)
    with tifffile.TiffWriter(source) as writer:
        writer.write(sample_picture(260, 180, 3), photometric="rgb")
        writer.write(np.full((60, 60, 3), 255, np.uint8), photometric="rgb")
    result = protected(catalog, source)
    assert result.status is Status.REFUSED and "Page 2 of scan.tif" in result.message


def test_what_stands_still_keeps_its_pixels(tmp_path: Path) -> None:
    frames = [np.array(panned(1)[0]) for _ in range(3)]
    for number, pixels in enumerate(frames):
        pixels[20:60, 20 + 30 * number : 60 + 30 * number] = 40
    medium = read_medium(moving(tmp_path / "pan.png", [Image.fromarray(pixels) for pixels in frames]))
    marked = medium.embed(KEY, 77, Strength.STANDARD)
    assert marked.frames is not None and len(marked.frames) == 3
    got = list(marked.frames)
    for number in (1, 2):
        same = (frames[number] == frames[number - 1]).all(axis=2)
        assert np.array_equal(got[number][same], got[number - 1][same])
        assert carries(got[number], 77)
    assert marked.pixels is not None and np.array_equal(marked.pixels, got[0])


def test_plain_frames_are_said_and_others_marked(catalog: Catalog, tmp_path: Path) -> None:
    frames = [image.convert("RGBA") for image in panned(2)]
    frames.insert(0, Image.new("RGBA", frames[0].size))
    result = protected(catalog, moving(tmp_path / "pan.webp", frames, lossless=True))
    assert result.status is Status.PROTECTED and "1 of its frames (no. 1)" in result.message
    plain = moving(tmp_path / "plain.gif", [Image.new("L", (60, 60), tone) for tone in (0, 128, 255)])
    result = protected(catalog, plain)
    assert result.status is Status.REFUSED and "too small" in result.message


def test_each_picture_that_is_looked_at_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    medium = read_medium(moving(tmp_path / "pan.png", panned(8)))
    assert isinstance(medium, SeriesMedium)
    seen: list[Any] = []

    def found(self: Any, *rest: Any) -> tuple[Finding, ...]:
        seen.append(self.picture.pixels)
        probability = {2: 1e-12, 4: 1e-20}.get(len(seen), 1e-5)
        verdict = Verdict.CERTAIN if probability < 1e-9 else Verdict.PROBABLE
        return (Finding(7 if len(seen) < 5 else 8, verdict, probability, 9.0, hypotheses=64),)

    monkeypatch.setattr("core.medium.ImageMedium.detect", found)
    findings = medium.detect(KEY, None)
    assert len(seen) == 6  # five frames and their mean
    assert [finding.serial for finding in findings] == [7, 8]
    assert findings[0].probability == pytest.approx(6e-20) and findings[0].hypotheses == 6 * 64
    assert findings[1].verdict is Verdict.PROBABLE and findings[1].probability == pytest.approx(6e-5)
    assert findings[0].times[0] == (findings[0].times[0][0],) * 2 and len(findings[0].times) == 4


def test_a_copy_with_a_lost_or_other_frame_is_not_taken_for_whole(tmp_path: Path) -> None:
    source = moving(tmp_path / "pan.png", panned(4))
    medium = read_medium(source)
    assert isinstance(medium, SeriesMedium)
    marked = medium.embed(KEY, 77, Strength.STANDARD)
    medium.write(marked, tmp_path / "copy.png")
    copy = read_medium(tmp_path / "copy.png")
    assert medium.difference(copy, marked) == ""
    assert isinstance(copy, SeriesMedium)
    swapped = replace(marked, frames=list(marked.frames or ())[::-1])
    assert "content" in medium.difference(copy, swapped)
    fewer = read_medium(moving(tmp_path / "fewer.png", panned(3)))
    assert medium.difference(fewer, marked) != ""


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif", "tiff", "png"])
def test_converted_copies_carry_the_mark_and_belong_to_their_work(catalog: Catalog, tmp_path: Path, name: str) -> None:
    source = tmp_path / "art.png"
    Image.fromarray(sample_picture(700, 500, 3)).save(source)
    result = protected(catalog, source, conversion=Conversion(format=name, long_side=480, quality=85))
    assert result.status is Status.PROTECTED and result.output is not None, result.message
    picture = read_image(result.output)
    assert picture.size == (480, 343) and picture.format.lower() == name
    assert result.output.stem == "art (Studio A)" and result.output.suffix == picture.suffix
    (work,) = catalog.works()
    assert (work.width, work.height, work.path) == (700, 500, str(source))
    (copy,) = catalog.copies()
    assert copy.path == str(result.output)
    (found,) = check([result.output], catalog=catalog, keys=[KEY])
    assert found.verdict is Verdict.CERTAIN and found.matches[0].shows_work


def test_recordings_stay_as_they_are(catalog: Catalog, tmp_path: Path) -> None:
    import soundfile

    from app.samples import sample_recording

    soundfile.write(tmp_path / "voice.wav", sample_recording(9.0, 44100, 1), 44100)
    result = protected(catalog, tmp_path / "voice.wav", conversion=Conversion(format="webp"))
    assert result.status is Status.PROTECTED and result.output is not None and result.output.suffix == ".wav"


def test_palettes_and_gif_are_converted_when_asked_for(catalog: Catalog, tmp_path: Path) -> None:
    source = tmp_path / "art.png"
    Image.fromarray(sample_picture(300, 200, 3)).quantize(64).save(source)
    assert "--format png" in protected(catalog, source).message
    result = protected(catalog, source, conversion=Conversion(format="png"))
    assert result.status is Status.PROTECTED and result.output is not None
    with Image.open(result.output) as image:
        assert image.mode == "RGB"
    result = protected(catalog, moving(tmp_path / "pan.gif", panned(3)), conversion=Conversion(format="webp"))
    assert result.status is Status.PROTECTED and result.output is not None and result.output.suffix == ".webp"
    for frame in frames_of(read_image(result.output)):
        assert carries(frame.pixels, result.serial)


class InMemory:
    """A series that is made of arrays."""

    moving, loops = True, 0

    def __init__(self, arrays: list[Any]) -> None:
        self.arrays = arrays
        self.durations = (40,) * len(arrays)
        self.times = tuple(0.04 * number for number in range(len(arrays)))

    def frames(self) -> Iterator[Frame]:
        return (Frame(array, "rgb") for array in self.arrays)

    def encode(self, frames: Any) -> bytes:
        return b""

    def finer(self) -> None:
        return None


def in_memory(arrays: list[Any]) -> SeriesMedium:
    return SeriesMedium(Picture(Path("art.png"), arrays[0], "rgb", "PNG", series=InMemory(arrays)))


def test_frames_that_stand_still_after_a_plain_one_are_plain_too(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, other = np.zeros((60, 60, 3), np.uint8), np.full((60, 60, 3), 9, np.uint8)

    def marked(self: Any, pixels: Any, *rest: Any, **options: Any) -> Embedded:
        if not pixels.any():
            raise RefusedError("It is too plain.")
        return Embedded({}, Finding(1, Verdict.CERTAIN, 1e-20, 9.0), 1, pixels + 1)

    monkeypatch.setattr(SeriesMedium, "_marked", marked)
    medium = in_memory([plain, plain, other, other])
    done = medium.embed(KEY, 1, Strength.STANDARD)
    assert done.frames is not None and getattr(done.frames, "plain", None) == [0, 1]
    assert [int(pixels[0, 0, 0]) for pixels in done.frames] == [0, 0, 10, 10]
    assert "2 of its frames (no. 1, 2)" in done.notes[-1]


def test_a_mark_must_be_certain_in_every_frame_that_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    weak = {2}

    def found(self: Any, *rest: Any) -> tuple[Finding, ...]:
        lost = int(self.picture.pixels[0, 0, 0]) in weak
        return () if lost else (Finding(1, Verdict.CERTAIN, 1e-20, 9.0),)

    monkeypatch.setattr("core.medium.ImageMedium.detect", found)
    medium = in_memory([np.full((60, 60, 3), tone, np.uint8) for tone in range(4)])
    (finding,) = medium.detect(KEY, None)
    assert finding.verdict is Verdict.CERTAIN and finding.certain_in == (0, 1, 3)
    marked = Embedded({}, finding, 1, frames=[])
    assert not medium.throughout(finding, marked)
    weak.clear()
    assert medium.throughout(medium.detect(KEY, None)[0], marked)


def test_marking_can_be_stopped_between_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    medium = in_memory([np.full((60, 60, 3), tone, np.uint8) for tone in range(4)])
    said: list[float] = []

    def progress(share: float, step: str) -> None:
        said.append(share)
        if len(said) == 3:
            raise CancelledError

    medium.progress = progress
    monkeypatch.setattr(
        SeriesMedium, "_marked", lambda self, pixels, *rest, **options: Embedded({}, found_nothing(), 1, pixels)
    )
    with pytest.raises(CancelledError):
        medium.embed(KEY, 1, Strength.STANDARD)
    assert said == [0.0, 0.25, 0.5]


def found_nothing() -> Finding:
    return Finding(None, Verdict.NOTHING, 1.0, 0.0)
