"""Copies in another format, size or quality: what they keep, and what is said where they cannot."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from core.errors import RefusedError
from core.media import heif, images
from core.media.boxes import Box, Property
from core.media.conversion import converted, resized
from core.media.fresh import Fresh
from core.media.images import finer, frames_of, read_image, write_image, write_series
from core.media.metadata import Metadata, fitted, metadata_of
from core.media.picture import Picture
from core.media.png_chunks import Chunk, put_together, take_apart
from core.model import Conversion

from .conftest import Array, colours
from .foreign import XMP, exif, exiftool, exiv2, profile

FORMATS = ("png", "jpeg", "webp", "tiff", "avif")


def written(source: Path, **wanted: Any) -> tuple[Picture, Path]:
    """Convert a picture, write it and read it again."""
    picture = converted(read_image(source), Conversion(**wanted))
    target = source.with_name(f"copy{picture.suffix}")
    if picture.series is None:
        write_image(picture, picture.pixels, target)
    else:
        write_series(picture, [frame.pixels for frame in frames_of(picture)], target)
    return picture, target


def png(folder: Path, array: Array, name: str = "art.png", **options: Any) -> Path:
    path = folder / name
    if array.dtype == np.uint16:
        from imagecodecs import png_encode

        path.write_bytes(bytes(png_encode(array)))
    else:
        Image.fromarray(array).save(path, **options)
    return path


def near(one: Array, other: Array, most: float = 4.0) -> bool:
    return one.shape == other.shape and float(np.abs(one.astype(float) - other).mean()) <= most


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_format_takes_every_kind_of_picture(folder: Path, name: str, channels: int) -> None:
    pixels = colours(channels=channels)
    picture, target = written(png(folder, pixels), format=name)
    again = read_image(target)
    assert near(again.pixels, picture.pixels) and again.format == picture.format and again.obstacle is None
    seen = np.asarray(Image.open(target).convert("RGBA"))
    wanted = Image.fromarray(pixels).convert("RGBA")
    if name == "jpeg" and channels in (2, 4):
        white = Image.new("RGBA", wanted.size, "white")
        white.alpha_composite(wanted)
        wanted = white
        assert any("laid on white" in note for note in picture.notes)
    shown = np.asarray(wanted)
    assert near(seen[..., 3], shown[..., 3], 0.6)
    assert near(seen[..., :3], shown[..., :3])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "tiff", "avif", "heic"])
def test_profile_exif_and_xmp_travel_between_all_formats(folder: Path, kind: str, name: str) -> None:
    source = folder / f"photo.{kind}"
    info = {"exif": exif(6), "icc_profile": profile()}
    if kind == "png":
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        Image.fromarray(colours()).save(source, pnginfo=text, **info)
    elif kind == "tiff":
        block = Image.Exif()
        block.load(exif(6))
        block[700] = XMP
        Image.fromarray(colours()).save(source, exif=block, icc_profile=profile())
    elif kind == "heic":
        from .test_heif import heic

        source.write_bytes(heic(colours(), chroma=420, xmp=XMP, **info))
    else:
        Image.fromarray(colours()).save(source, xmp=XMP, **info)
    if kind == name:
        picture, target = written(source, format=name, long_side=60)
        assert max(picture.pixels.shape) == 60
    else:
        picture, target = written(source, format=name)
        assert picture.pixels.shape == (90, 70, 3)  # upright
    assert "new" in picture.notes[0] and "came along" in picture.notes[0]
    found = exiftool(target)
    assert found["EXIF:ImageDescription"] == "hello" and found["XMP:Creator"] == "Ada"
    assert found["EXIF:DateTimeOriginal"] == "2026:01:02 03:04:05"
    assert found["ICC_Profile:ProfileDescription"] == "sRGB built-in"
    assert found["EXIF:Orientation"] == "Horizontal (normal)"
    lines = " ".join(exiv2(target))
    assert "hello" in lines and "Ada" in lines
    assert metadata_of(target, picture.format).icc == profile()


def test_iptc_resolution_and_text_travel_where_they_can(folder: Path) -> None:
    source = folder / "photo.jpg"
    Image.fromarray(colours()).save(source, dpi=(300, 300))
    data = source.read_bytes()
    iptc = b"\x1c\x02\x74\x00\x05(c) A"
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(iptc).to_bytes(4, "big") + iptc
    at = 4 + int.from_bytes(data[4:6], "big")
    source.write_bytes(data[:at] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + data[at:])
    for name in ("jpeg", "tiff"):
        _, target = written(source, format=name, long_side=80)
        assert exiftool(target)["IPTC:CopyrightNotice"] == "(c) A"
        with Image.open(target) as image:
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    _, target = written(source, format="png")
    with Image.open(target) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    text = PngInfo()
    text.add_text("Author", "Ada Ü")
    _, target = written(png(folder, colours(), pnginfo=text), format="png", long_side=80)
    with Image.open(target) as image:
        image.load()
        assert image.text["Author"] == "Ada Ü"


def exif_with_preview(preview: bytes, behind: bytes) -> bytes:
    """An EXIF block with a size, a turn and a preview, which `behind` may follow."""

    def entries(*fields: tuple[int, int, int], then: int) -> bytes:
        packed = [struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in fields]
        return struct.pack("<H", len(packed)) + b"".join(packed) + struct.pack("<I", then)

    first = entries((0x0112, 3, 6), (0x8769, 4, 38), then=68)
    inner = entries((0xA002, 4, 4000), (0xA003, 3, 3000), then=0)
    second = entries((0x0201, 4, 98), (0x0202, 4, len(preview)), then=0)
    return b"II*\x00\x08\x00\x00\x00" + first + inner + second + preview + behind


@pytest.mark.parametrize("behind", [b"", b"maker's notes"])
def test_preview_in_exif_goes_and_sizes_are_set_right(behind: bytes) -> None:
    small = io.BytesIO()
    Image.fromarray(colours(20, 30)).save(small, "JPEG")
    whole = exif_with_preview(small.getvalue(), behind)
    done = fitted(Metadata(exif=whole), 600, 400).exif
    assert b"\xff\xd8\xff" not in done and done.endswith(behind)
    again = Image.Exif()
    again.load(done)
    assert again[0x0112] == 1 and again.get_ifd(0x8769)[0xA002] == 600 and again.get_ifd(0x8769)[0xA003] == 400
    assert not again.get_ifd(1)


@pytest.mark.parametrize("name", FORMATS)
def test_deep_pictures_stay_as_deep_as_the_format_allows(folder: Path, name: str) -> None:
    pixels = colours(dtype=np.uint16)
    picture, target = written(png(folder, pixels), format=name)
    again = read_image(target)
    deep = name in ("png", "tiff", "avif")
    assert again.pixels.dtype == (np.uint16 if deep else np.uint8)
    assert near(again.pixels / (257 if deep else 1), pixels / 257)
    if name in ("png", "tiff"):
        assert (picture is not None and name == "png") or np.array_equal(again.pixels, pixels)
    else:
        assert any("bits" in note for note in picture.notes)


def test_inks_stay_inks_or_become_managed_colours(folder: Path) -> None:
    source = folder / "print.jpg"
    inks = Image.fromarray(colours()).convert("CMYK")
    inks.save(source, quality=95)
    kept, target = written(source, format="tiff")
    assert kept.space == "cmyk" and read_image(target).space == "cmyk"
    assert near(read_image(target).pixels, read_image(source).pixels, 0.0)
    for name in ("png", "webp", "avif"):
        picture, target = written(source, format=name)
        assert picture.space == "rgb" and any("CMYK" in note for note in picture.notes)
        assert near(read_image(target).pixels, np.asarray(inks.convert("RGB")), 6.0)


@pytest.mark.parametrize(("channels", "clear"), [(1, 128), (3, (255, 0, 0))])
def test_one_transparent_colour_becomes_an_alpha_channel(folder: Path, channels: int, clear: Any) -> None:
    pixels = np.clip(colours(channels=channels), 130, 250)
    pixels[10:30, 10:30] = clear
    source = png(folder, pixels, transparency=clear)
    _, target = written(source, format="png")
    again = read_image(target).pixels
    assert again.shape[2] == (2 if channels == 1 else 4)
    assert not again[10:30, 10:30, -1].any() and again[40:, 40:, -1].min() == 255
    assert np.array_equal(again[..., :-1].reshape(pixels.shape), pixels)


def test_a_profile_goes_where_grey_becomes_colours(folder: Path) -> None:
    grey = profile()[:16] + b"GRAY" + profile()[20:]
    picture, _ = written(png(folder, colours(channels=1), icc_profile=grey), format="webp")
    assert any("grey profile" in note for note in picture.notes)
    assert isinstance(picture._kept, Fresh) and picture._kept.metadata.icc == b""
    picture, _ = written(png(folder, colours(channels=1), icc_profile=profile()), format="webp")
    assert isinstance(picture._kept, Fresh) and picture._kept.metadata.icc == profile()


def test_colours_told_by_numbers_stay_or_are_refused(folder: Path) -> None:
    wide = Property(Box(b"colr", b"nclx" + bytes((0, 9, 0, 16, 0, 9, 0x80))), False)
    source = folder / "hdr.avif"
    coding = heif.Coding(10, "420")
    source.write_bytes(heif.Kept("AVIF", (), (wide,), coding).encode(colours(dtype=np.uint16)))
    with pytest.raises(RefusedError, match="HDR"):
        converted(read_image(source), Conversion(format="jpeg"))
    _, target = written(source, long_side=60)
    kept = read_image(target)._kept
    assert isinstance(kept, heif.Kept) and not kept.usual_colours and kept.coding.bits == 10
    hdr = png(folder, colours())
    chunks, _ = take_apart(hdr.read_bytes())
    hdr.write_bytes(put_together([chunks[0], Chunk(b"cICP", bytes((9, 16, 0, 1))), *chunks[1:]]))
    with pytest.raises(RefusedError, match="HDR"):
        converted(read_image(hdr), Conversion(format="webp"))
    _, target = written(hdr, long_side=60)
    assert b"cICP" in target.read_bytes()


def test_an_odd_gamma_stays_or_is_said(folder: Path) -> None:
    source = png(folder, colours())
    chunks, _ = take_apart(source.read_bytes())
    source.write_bytes(put_together([chunks[0], Chunk(b"gAMA", (100_000).to_bytes(4, "big")), *chunks[1:]]))
    picture, _ = written(source, format="jpeg")
    assert any("gamma" in note for note in picture.notes)
    picture, target = written(source, long_side=60)
    assert b"gAMA" in target.read_bytes() and not any("gamma" in note for note in picture.notes)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_smaller_pictures_look_the_same(dtype: Any, channels: int) -> None:
    pixels = colours(400, 600, channels, dtype)
    small = resized(pixels, 150)
    assert small.shape[:2] == (100, 150) and small.dtype == dtype
    boxes = pixels.reshape(100, 4, 150, 4, -1).mean(axis=(1, 3)).reshape(small.shape)
    assert near(small, boxes, 0.01 * np.iinfo(dtype).max)
    assert resized(pixels, 600) is pixels


def test_hidden_colours_do_not_shine_through_when_made_smaller() -> None:
    for dtype in (np.uint8, np.uint16):
        top = np.iinfo(dtype).max
        pixels = np.zeros((200, 200, 4), dtype)
        pixels[:, 100:] = (top, 0, 0, top)
        pixels[:, :100] = (0, top, 0, 0)
        small = resized(pixels, 50)
        seen = small[small[..., 3] > top // 8]
        assert seen[:, 1].max() < top // 50


def test_what_is_asked_for_already_keeps_everything(folder: Path) -> None:
    source = folder / "photo.jpg"
    Image.fromarray(colours()).save(source, quality=70)
    picture = read_image(source)
    assert converted(picture, Conversion(format="jpeg", long_side=4000)) is picture
    art = read_image(png(folder, colours()))
    assert converted(art, Conversion(quality=50)) is art
    assert converted(art, Conversion(format="mp3", bit_rate=128)) is art


def test_quality_decides_the_size_and_ends_lossless(folder: Path) -> None:
    source = png(folder, colours(200, 300))
    for name in ("jpeg", "webp", "avif"):
        sizes = []
        for quality in (30, 60, 95):
            _, target = written(source, format=name, quality=quality)
            sizes.append(target.stat().st_size)
        assert sizes == sorted(sizes) and sizes[2] > 1.5 * sizes[0]
    for name in ("webp", "avif"):
        _, target = written(source, format=name, quality=100)
        assert np.array_equal(read_image(target).pixels, read_image(source).pixels)
    coarse = converted(read_image(source), Conversion(format="webp", quality=30))
    better = finer(coarse)
    assert better is not None and better.format == "WebP"


@pytest.mark.parametrize(
    ("image", "shape"),
    [
        (Image.fromarray(colours()).quantize(16), (70, 90, 3)),
        (Image.fromarray(colours(channels=1)).convert("1"), (70, 90)),
    ],
)
def test_kinds_that_cannot_carry_a_mark_can_when_somebody_chooses_so(
    folder: Path, image: Image.Image, shape: tuple[int, ...]
) -> None:
    source = folder / "art.png"
    image.save(source)
    with pytest.raises(RefusedError, match="--format png"):
        images.require_writable(read_image(source))
    picture, target = written(source, format="png")
    images.require_writable(picture)
    again = read_image(target)
    assert again.pixels.shape == shape and again.obstacle is None
    assert np.array_equal(again.pixels, np.asarray(image.convert("RGB" if len(shape) == 3 else "L")))


@pytest.mark.parametrize(("name", "suffix"), [("BMP", ".bmp"), ("JPEG2000", ".jp2"), ("PPM", ".ppm")])
def test_formats_that_are_only_examined_are_protected_as_others(folder: Path, name: str, suffix: str) -> None:
    source = folder / f"art{suffix}"
    Image.fromarray(colours()).save(source, name)
    _, target = written(source, format="png")
    assert np.array_equal(read_image(target).pixels, read_image(source).pixels)
    with pytest.raises(RefusedError, match="cannot be written"):
        converted(read_image(source), Conversion(long_side=50))


def moving(folder: Path, name: str = "art.gif", **options: Any) -> Path:
    frames = [Image.fromarray(colours(seed=seed)).quantize(200) for seed in range(4)]
    path = folder / name
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[100, 200, 100, 50], loop=3, **options)
    return path


@pytest.mark.parametrize("name", ["webp", "png"])
def test_animations_become_others_with_their_times(folder: Path, name: str) -> None:
    source = moving(folder)
    picture, target = written(source, format=name, long_side=60, quality=100)
    again = read_image(target)
    before = read_image(source)
    assert again.series is not None and before.series is not None and picture.series is not None
    assert again.series.durations == before.series.durations == (100, 200, 100, 50)
    assert again.series.loops == before.series.loops == 4
    for mine, its in zip(frames_of(picture), frames_of(again), strict=True):
        assert mine.pixels.shape == its.pixels.shape == (47, 60, 3) and np.array_equal(mine.pixels, its.pixels)


def test_picture_beside_an_animated_png_is_no_frame_of_another(folder: Path) -> None:
    frames = [Image.fromarray(colours(seed=seed)) for seed in range(3)]
    source = folder / "art.png"
    frames[0].save(source, save_all=True, append_images=frames[1:], default_image=True, duration=[100, 200])
    picture, target = written(source, format="webp", quality=100)
    again = read_image(target)
    assert again.series is not None and again.series.durations == (100, 200)
    assert np.array_equal(again.pixels[..., :3], colours(seed=1)) and picture.size == (90, 70)


def test_smaller_gif_stays_a_gif(folder: Path) -> None:
    picture, target = written(moving(folder), long_side=60)
    again = read_image(target)
    assert again.format == "GIF" and again.series is not None and again.series.durations == (100, 200, 100, 50)
    assert again.series.loops == 4
    for mine, its in zip(frames_of(picture), frames_of(again), strict=True):
        assert near(mine.pixels, its.pixels)


def test_what_would_lose_pictures_is_refused(folder: Path) -> None:
    for name in ("jpeg", "tiff", "avif"):
        with pytest.raises(RefusedError, match="animation"):
            converted(read_image(moving(folder)), Conversion(format=name))
    pages = folder / "scan.tif"
    with tifffile.TiffWriter(pages) as writer:
        for seed in (1, 2):
            writer.write(colours(seed=seed), photometric="rgb")
    with pytest.raises(RefusedError, match="several pages"):
        converted(read_image(pages), Conversion(format="png"))
    cut = png(folder, colours(200, 100))
    cut.write_bytes(cut.read_bytes()[:-2000])
    with pytest.raises(RefusedError, match="cut off"):
        converted(read_image(cut), Conversion(format="webp"))


def test_long_metadata_that_a_jpeg_cannot_take_are_said(folder: Path) -> None:
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode().replace("Ada", "Ada" * 30_000))
    picture, target = written(png(folder, colours(), pnginfo=text), format="jpeg")
    assert any("XMP data are too long" in note for note in picture.notes)
    assert metadata_of(target, "JPEG").xmp == b""


@pytest.mark.parametrize("wanted", [{"format": "bmp"}, {"long_side": 0}, {"quality": 0}, {"quality": 101}])
def test_impossible_wishes_are_errors(wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not"):
        Conversion(**wanted)
    assert not Conversion() and Conversion(quality=5)


def test_profiles_are_those_of_the_source() -> None:
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile()))).strip() == "sRGB built-in"
