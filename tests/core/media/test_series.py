"""Animations and files of several pages: every picture is had and written, with its time and its transparency."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.errors import RefusedError, UnreadableError
from core.media import gif, png, webp_chunks
from core.media.images import finer, frames_of, read_image, require_writable, write_series
from core.media.picture import Picture
from core.media.series import Spot, changed, require_moderate, worth_a_look
from core.media.tiff_fields import Tag, directories

from .conftest import Array, colours
from .foreign import XMP, exif, exiftool, profile

DURATIONS = [100, 200, 40, 70]


def marked(pixels: Array) -> Array:
    """Other pixels everywhere, of the same opacity."""
    changed = np.clip(pixels.astype(int) + 3, 0, 255).astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        changed[..., -1] = pixels[..., -1]
    return changed


def copied(source: Path) -> tuple[Picture, Picture, list[Array], Path]:
    """Write other pictures in place of all and read them again; return what was written too."""
    picture = read_image(source)
    require_writable(picture)
    other = [marked(frame.pixels) for frame in frames_of(picture)]
    target = source.with_name(f"copy-{source.name}")
    write_series(picture, other, target)
    return picture, read_image(target), other, target


def sprites(channels: int = 4) -> list[Image.Image]:
    """A shape that moves over a transparent or plain ground."""
    frames = []
    for number in range(4):
        pixels = np.zeros((60, 80, channels), np.uint8)
        pixels[10:50, 10 + 5 * number : 50 + 5 * number] = colours(40, 40, channels, seed=3)
        if channels == 4:
            pixels[10:50, 10 + 5 * number : 50 + 5 * number, 3] = 255
        frames.append(Image.fromarray(pixels))
    return frames


def saved(folder: Path, name: str, frames: list[Image.Image], **options: Any) -> Path:
    path = folder / name
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=DURATIONS, **options)
    return path


MAKERS: dict[str, dict[str, Any]] = {
    "art.gif": {"loop": 5, "comment": b"hand-made"},
    "art.webp": {"loop": 6, "lossless": True, "exact": True},
    "art.png": {"loop": 6},
}


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("name", MAKERS)
def test_every_frame_is_written_with_its_time_and_opacity(folder: Path, name: str, channels: int) -> None:
    options = dict(MAKERS[name]) | ({"disposal": 2} if name.endswith("gif") else {})
    picture, again, other, target = copied(saved(folder, name, sprites(channels), **options))
    assert picture.series is not None and again.series is not None and not again.notes
    assert again.series.durations == picture.series.durations == tuple(DURATIONS)
    assert again.series.loops == picture.series.loops == 6
    assert len(other) == len(again.series.times) == 4
    for wanted, frame in zip(other, frames_of(again), strict=True):
        # The WebP encoder gives every animation an alpha channel.
        assert frame.pixels.shape == wanted.shape and frame.pixels.shape[2] in (channels, 4)
        if wanted.shape[2] == 4:
            assert np.array_equal(frame.pixels[..., 3], wanted[..., 3])
        shown = frame.pixels[..., 3] > 0 if channels == 4 else np.ones(wanted.shape[:2], bool)
        error = np.abs(frame.pixels.astype(int) - wanted)[shown]
        assert error.max() == 0 if not name.endswith("gif") else error.mean() < 3.0
    with Image.open(target) as image:
        assert image.n_frames == 4 and image.is_animated


def test_gif_keeps_its_own_blocks_and_frames_of_few_colours_exactly(folder: Path) -> None:
    frames = [image.quantize(16).convert("RGB") for image in sprites(3)]
    picture, again, other, target = copied(saved(folder, "art.gif", frames, loop=0, comment=b"hand-made"))
    for wanted, frame in zip(other, frames_of(again), strict=True):
        assert np.array_equal(wanted, frame.pixels)
    mine, its = (gif.take_apart(path.read_bytes()) for path in (picture.path, target))
    kept = [block for block in its.blocks if block.label not in (0, 0xF9)]
    assert kept == [block for block in mine.blocks if block.label not in (0, 0xF9)] and len(kept) == 2
    assert its.head[6:] == mine.head[6:]


def test_gif_of_one_picture_is_a_picture(folder: Path) -> None:
    from .conftest import copied_image

    Image.fromarray(colours()).quantize(64).save(folder / "art.gif")
    picture, again, _ = copied_image(folder / "art.gif")
    assert picture.series is None and np.array_equal(picture.pixels, again.pixels)


def test_frames_hold_only_what_changes(folder: Path) -> None:
    still = np.asarray(Image.fromarray(colours(200, 300)).quantize(100).convert("RGB"))
    frames = []
    for number in range(4):
        pixels = still.copy()
        pixels[50:60, 50 + 10 * number : 60 + 10 * number] = 0
        frames.append(Image.fromarray(pixels))
    for name, options in MAKERS.items():
        _, _, _, target = copied(saved(folder, name, frames, **options))
        alone = folder / f"alone-{name}"
        frames[0].save(alone, **{k: v for k, v in options.items() if k in ("lossless", "exact")})
        assert target.stat().st_size < 1.7 * alone.stat().st_size


def test_lossy_frames_are_fine_and_have_finer_ones(folder: Path) -> None:
    frames = [Image.fromarray(colours(seed=seed)) for seed in range(4)]
    picture, again, other, _ = copied(saved(folder, "art.webp", frames, quality=60))
    for wanted, frame in zip(other, frames_of(again), strict=True):
        assert np.abs(frame.pixels.astype(int) - wanted).mean() < 3.0
    better = finer(picture)
    assert better is not None and better.series is not None and finer(read_image(folder / "art.webp")) is not None


def test_metadata_of_animations_stay(folder: Path) -> None:
    frames = [Image.fromarray(colours(seed=seed)) for seed in range(4)]
    info = {"exif": exif(6), "icc_profile": profile()}
    source = saved(folder, "art.webp", frames, lossless=True, xmp=XMP, **info)
    picture, again, other, target = copied(source)
    assert picture.pixels.shape[:2] == (90, 70)
    for wanted, frame in zip(other, frames_of(again), strict=True):
        assert np.array_equal(wanted, frame.pixels)
    assert exiftool(source) == exiftool(target) and exiftool(target)["XMP:Creator"] == "Ada"
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    source = saved(folder, "art.png", frames, pnginfo=text, **info)
    _, again, other, target = copied(source)
    assert exiftool(source) == exiftool(target) and exiftool(target)["EXIF:ImageDescription"] == "hello"
    for wanted, frame in zip(other, frames_of(again), strict=True):
        assert np.array_equal(wanted, frame.pixels)


def test_picture_beside_an_animated_png_is_written_too(folder: Path) -> None:
    frames = [Image.fromarray(colours(seed=seed)) for seed in range(5)]
    source = saved(folder, "art.png", frames, default_image=True)
    picture, again, other, target = copied(source)
    assert len(other) == 5 and picture.series is not None and picture.series.durations == (0, *DURATIONS)
    for wanted, frame in zip(other, frames_of(again), strict=True):
        assert np.array_equal(wanted, frame.pixels)
    chunks, _ = png.take_apart(target.read_bytes())
    names = [chunk.name for chunk in chunks]
    assert names.index(b"IDAT") < names.index(b"fcTL")


@pytest.mark.parametrize("mode", ["P", "16"])
def test_animations_that_would_change_kind_are_read_and_not_written(folder: Path, mode: str) -> None:
    source = saved(folder, "art.png", [image.quantize(16) for image in sprites(3)])
    if mode == "16":
        from imagecodecs import png_encode

        deep, _ = png.take_apart(bytes(png_encode(colours(dtype=np.uint16))))
        chunks, _ = png.take_apart(source.read_bytes())
        control = next(chunk for chunk in chunks if chunk.name == b"acTL")
        frame = png.Chunk(b"fcTL", bytes(4) + (90).to_bytes(4, "big") + (70).to_bytes(4, "big") + bytes(14))
        source.write_bytes(png.put_together([deep[0], control, frame, *deep[1:]]))
    picture = read_image(source)
    with pytest.raises(RefusedError, match="palette" if mode == "P" else "16 bits"):
        require_writable(picture)


def pages(folder: Path, *arrays: Array, name: str = "scan.tif", **options: Any) -> Path:
    path = folder / name
    with tifffile.TiffWriter(path) as writer:
        for array in arrays:
            writer.write(array, photometric="rgb" if array.ndim == 3 else "minisblack", **options)
    return path


@pytest.mark.parametrize("options", [{}, {"compression": "lzw", "predictor": 2}, {"compression": "deflate"}])
def test_every_page_is_written_in_its_own_kind(folder: Path, options: dict[str, Any]) -> None:
    arrays = (colours(), colours(50, 60, 1), colours(80, 70), colours(40, 90, 1, seed=5))
    picture, again, other, target = copied(pages(folder, *arrays, description="by Ada", **options))
    assert [frame.space for frame in frames_of(picture)] == ["rgb", "grey", "rgb", "grey"]
    for wanted, frame in zip(other, frames_of(again), strict=True):
        assert np.array_equal(wanted, frame.pixels)
    with tifffile.TiffFile(target) as file:
        for page, wanted in zip(file.pages, other, strict=True):
            assert np.array_equal(page.asarray(), wanted)
        assert file.pages[0].description == "by Ada"
    assert not again.notes


def test_deep_and_inked_pages_stay_so(folder: Path) -> None:
    path = folder / "scan.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(colours(dtype=np.uint16), photometric="rgb")
        writer.write(colours(channels=4), photometric="separated")
        writer.write(colours(channels=1), photometric="miniswhite")
    picture = read_image(path)
    frames = list(frames_of(picture))
    assert [frame.space for frame in frames] == ["rgb", "cmyk", "grey"] and frames[0].pixels.dtype == np.uint16
    write_series(picture, [frame.pixels for frame in frames], folder / "copy.tif")
    with tifffile.TiffFile(path) as mine, tifffile.TiffFile(folder / "copy.tif") as its:
        for one, other in zip(mine.pages, its.pages, strict=True):
            assert np.array_equal(one.asarray(), other.asarray()) and one.photometric == other.photometric


def test_page_that_cannot_be_written_is_named(folder: Path) -> None:
    path = folder / "scan.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(colours(), photometric="rgb")
        writer.write(colours(channels=1).astype(np.float32), photometric="minisblack")
    picture = read_image(path)
    with pytest.raises(RefusedError, match=r"Page 2 of scan\.tif"):
        require_writable(picture)
    assert any("2 pages; 1 of them" in note for note in picture.notes)


@pytest.mark.parametrize("where", ["below", "behind"])
def test_previews_are_left_out_with_a_note(folder: Path, where: str) -> None:
    path = folder / "scan.tif"
    preview = colours(35, 45, seed=7)
    with tifffile.TiffWriter(path) as writer:
        writer.write(colours(), photometric="rgb", subifds=1 if where == "below" else None, description="by Ada")
        writer.write(preview, photometric="rgb", subfiletype=1)
        writer.write(colours(seed=2), photometric="rgb")
    assert preview.tobytes() in path.read_bytes()
    _, again, other, target = copied(path)
    assert any("smaller versions" in note for note in read_image(path).notes) and not again.notes
    assert len(other) == 2 and preview.tobytes() not in target.read_bytes()
    row = directories(target.read_bytes())
    assert len(row) == 2 and all(Tag.SUB_IFDS not in one.fields for one in row)
    with tifffile.TiffFile(target) as file:
        assert len(file.pages) == 2 and file.pages[0].description == "by Ada"
        for page, wanted in zip(file.pages, other, strict=True):
            assert np.array_equal(page.asarray(), wanted)


def test_other_readers_find_the_fields_of_all_pages(folder: Path) -> None:
    first = [(700, 1, len(XMP), XMP, True), (34675, 7, len(profile()), profile(), True)]
    path = folder / "scan.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(colours(), photometric="rgb", extratags=first, resolution=(300, 300), description="one")
        writer.write(colours(seed=2), photometric="rgb", description="second")
    _, _, _, target = copied(path)
    places = ("EXIF:StripOffsets", "EXIF:StripByteCounts")
    mine, its = ({k: v for k, v in exiftool(one).items() if k not in places} for one in (path, target))
    assert mine == its and its["XMP:Creator"] == "Ada" and its["EXIF:XResolution"] == 300


def test_a_few_frames_stand_for_all(folder: Path) -> None:
    scenes = [Image.fromarray(colours(seed=1)) for _ in range(30)]
    scenes[7] = Image.fromarray(np.full((70, 90, 3), 250, np.uint8))
    scenes[22] = Image.fromarray(np.full((70, 90, 3), 5, np.uint8))
    path = folder / "art.webp"
    scenes[0].save(path, save_all=True, append_images=scenes[1:], duration=50, lossless=True, minimize_size=False)
    series = read_image(path).series
    assert series is not None
    found = worth_a_look(series)
    assert len(found) == 5 and {0, 15 if len(series.times) == 30 else len(series.times) // 2} <= set(found)
    small = [frame.pixels.mean() for frame in series.frames()]
    assert {int(np.argmax(small)), int(np.argmin(small))} <= set(found)
    paged = read_image(pages(folder, *[colours(40, 40, seed=n) for n in range(14)])).series
    assert paged is not None and len(worth_a_look(paged)) == 10


def test_too_many_frames_are_refused() -> None:
    assert require_moderate("art.gif", 100, 10**6) is None
    for count, pixels in ((20_000, 10), (100, 10**8)):
        refusal = require_moderate("art.gif", count, pixels)
        assert refusal is not None and "art.gif" in refusal.message


@given(st.integers(0, 19), st.integers(0, 29), st.integers(1, 10), st.integers(1, 10), st.booleans())
def test_what_changed_is_within_its_part(y: int, x: int, height: int, width: int, even: bool) -> None:
    before = np.zeros((20, 30, 3), np.uint8)
    after = before.copy()
    after[y : y + height, x : x + width, 1] = 1
    spot = changed(before, after, even=even)
    assert isinstance(spot, Spot) and (not even or (spot.y % 2 == spot.x % 2 == 0))
    rebuilt = before.copy()
    rebuilt[spot.y : spot.y + spot.height, spot.x : spot.x + spot.width] = spot.of(after)
    assert np.array_equal(rebuilt, after)


@pytest.mark.parametrize("share", [0.4, 0.9])
def test_cut_animations_are_a_picture_or_one_sentence(folder: Path, share: float) -> None:
    for name, options in MAKERS.items():
        source = saved(folder, name, [Image.fromarray(colours(seed=seed)) for seed in range(4)], **options)
        data = source.read_bytes()
        source.write_bytes(data[: int(len(data) * share)])
        try:
            picture = read_image(source)
        except UnreadableError as error:
            assert name in error.message
            continue
        with pytest.raises(RefusedError, match=r"damaged|cut off"):
            require_writable(picture)


@given(st.binary(max_size=200))
def test_any_bytes_are_blocks_or_a_value_error(data: bytes) -> None:
    for head in (b"", b"GIF89a"):
        try:
            parts = gif.take_apart(head + data)
        except ValueError:
            continue
        assert len(b"".join(block.data for block in parts.blocks)) <= len(data)


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8), st.sampled_from(sorted(MAKERS)))
@settings(deadline=None, max_examples=60)
def test_damage_anywhere_is_a_picture_or_one_sentence(place: int, damage: bytes, name: str) -> None:
    data = bytearray(_WHOLE[name])
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(bytes(data))
        try:
            picture = read_image(path)
            if picture.series is not None:
                list(frames_of(picture))
        except UnreadableError:
            return
        assert picture.pixels.ndim in (2, 3)


def _whole(name: str) -> bytes:
    buffer = io.BytesIO()
    frames = [Image.fromarray(colours(24, 24, seed=seed)) for seed in range(3)]
    kind = {"gif": "GIF", "webp": "WEBP", "png": "PNG"}[name.rpartition(".")[2]]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=50, **MAKERS[name])
    return buffer.getvalue()


_WHOLE = {name: _whole(name) for name in MAKERS}


def test_chunks_within_frames_are_whole() -> None:
    names = [name for name, _ in webp_chunks.chunks_of(_WHOLE["art.webp"])]
    assert names.count(b"ANMF") == 3
