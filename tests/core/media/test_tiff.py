"""TIFF: every common layout exact, everything beside the picture data untouched."""

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

from core.errors import RefusedError, UnreadableError
from core.media.images import read_image, require_writable
from core.media.tiff_fields import directories

from .conftest import Array, colours, copied_image


def made(array: Array, **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, **({"photometric": "rgb" if array.ndim == 3 else "minisblack"} | options))
    return buffer.getvalue()


def of(data: bytes, folder: Path, name: str = "scan.tif") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


LAYOUTS: list[dict[str, Any]] = [
    {},
    {"rowsperstrip": 16},
    {"compression": "lzw", "rowsperstrip": 16},
    {"compression": "lzw", "predictor": 2, "rowsperstrip": 16},
    {"compression": "adobe_deflate", "predictor": 2, "rowsperstrip": 7},
    {"compression": "deflate"},
    {"compression": "packbits", "rowsperstrip": 16},
    {"tile": (32, 48)},
    {"tile": (32, 48), "compression": "lzw", "predictor": 2},
    {"planarconfig": "separate"},
    {"planarconfig": "separate", "compression": "lzw", "predictor": 2},
    {"bigtiff": True, "compression": "lzw"},
    {"byteorder": ">"},
    {"byteorder": ">", "compression": "adobe_deflate", "predictor": 2},
    {"byteorder": ">", "bigtiff": True, "tile": (16, 16), "compression": "lzw"},
]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_other_pixels_are_written_exactly_in_the_same_layout(folder: Path, layout: dict[str, Any], dtype: Any) -> None:
    pixels, other = colours(dtype=dtype), colours(dtype=dtype, seed=2)
    stored = np.moveaxis(pixels, 2, 0) if layout.get("planarconfig") else pixels
    picture, again, target = copied_image(of(made(stored, **layout), folder), other)
    assert np.array_equal(picture.pixels, pixels) and picture.pixels.dtype == dtype
    assert np.array_equal(again.pixels, other) and not again.notes
    with tifffile.TiffFile(picture.path) as a, tifffile.TiffFile(target) as b:
        mine, its = a.pages[0], b.pages[0]
        seen = its.asarray()
        assert np.array_equal(np.moveaxis(seen, 0, 2) if layout.get("planarconfig") else seen, other)
        assert (a.byteorder, a.is_bigtiff) == (b.byteorder, b.is_bigtiff)
        for name in ("compression", "predictor", "planarconfig", "is_tiled", "rowsperstrip", "tile"):
            assert getattr(mine, name) == getattr(its, name)


@pytest.mark.parametrize(
    ("array", "options", "space"),
    [
        (colours(channels=1), {}, "grey"),
        (colours(channels=1), {"photometric": "miniswhite"}, "grey"),
        (colours(channels=1, dtype=np.uint16), {"photometric": "miniswhite", "compression": "lzw"}, "grey"),
        (colours(channels=2), {"photometric": "minisblack", "extrasamples": ["unassalpha"]}, "grey"),
        (colours(channels=4), {"extrasamples": ["unassalpha"], "compression": "lzw"}, "rgb"),
        (colours(channels=4, dtype=np.uint16), {"extrasamples": ["assocalpha"]}, "rgb"),
        (colours(channels=4), {"photometric": "separated"}, "cmyk"),
    ],
)
def test_colour_models_stay(folder: Path, array: Array, options: dict[str, Any], space: str) -> None:
    if array.ndim == 3 and array.shape[2] == 2:
        options = options | {"planarconfig": "contig"}
    picture, again, target = copied_image(of(made(array, **options), folder))
    assert picture.space == again.space == space and picture.pixels.shape == array.shape
    inverted = options.get("photometric") == "miniswhite"
    assert np.array_equal(picture.pixels, np.iinfo(array.dtype).max - array if inverted else array)
    assert np.array_equal(again.pixels, picture.pixels)
    with tifffile.TiffFile(target) as file:
        assert np.array_equal(file.pages[0].asarray(), array)


def test_channels_that_are_no_colour_travel_along(folder: Path) -> None:
    array = colours(channels=5)
    source = of(made(array, extrasamples=["unspecified", "unspecified"]), folder)
    other = colours(channels=3, seed=3)
    picture, again, target = copied_image(source, other)
    assert picture.pixels.shape == (70, 90, 3) and np.array_equal(again.pixels, other)
    with tifffile.TiffFile(target) as file:
        assert np.array_equal(file.pages[0].asarray()[..., 3:], array[..., 3:])


@pytest.mark.parametrize("compression", [None, "lzw"])
def test_every_byte_beside_the_picture_stays_where_it_was(folder: Path, compression: str | None) -> None:
    tags = [
        (700, "B", None, b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", True),
        (34675, "B", None, bytes(range(200)), True),
        (33432, "s", None, "© Zoë".encode(), True),
        (65000, "H", 5, (1, 2, 3, 4, 5), True),
    ]
    data = made(
        colours(), extratags=tags, compression=compression, rowsperstrip=16, resolution=(300, 300), software="hand"
    )
    noise = np.random.default_rng(1).integers(0, 256, (70, 90, 3), dtype=np.uint8)  # packs badly: strips must move
    _, again, target = copied_image(of(data, folder), noise)
    assert np.array_equal(again.pixels, noise)
    after = target.read_bytes()
    before_fields, after_fields = directories(data)[0].fields, directories(after)[0].fields
    moving = {273, 279}
    for tag in before_fields.keys() - moving:
        field = before_fields[tag]
        assert field == after_fields[tag]
        assert data[field.start : field.start + field.size] == after[field.start : field.start + field.size]
    if compression is None:
        assert len(after) == len(data)
    with tifffile.TiffFile(target) as file:
        assert np.array_equal(file.pages[0].asarray(), noise) and len(file.pages) == 1


def test_no_old_picture_data_stay_behind(folder: Path) -> None:
    secret = np.random.default_rng(7).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    source = of(made(secret, rowsperstrip=8), folder)
    _, _, target = copied_image(source, np.full_like(secret, 9))
    old = secret.tobytes()
    after = target.read_bytes()
    assert not any(old[i : i + 16] in after for i in range(0, len(old) - 16, 64))


def test_short_counts_that_no_longer_fit_are_widened(folder: Path) -> None:
    flat = np.zeros((200, 200, 3), np.uint8)
    data = bytearray(made(flat, compression="lzw", rowsperstrip=200))
    field = directories(bytes(data))[0].fields[279]
    size = int.from_bytes(data[field.start : field.start + field.size], "little")
    data[field.entry + 2 : field.entry + 12] = b"\x03\x00\x01\x00\x00\x00" + size.to_bytes(4, "little")  # a short
    noise = np.random.default_rng(1).integers(0, 256, flat.shape, dtype=np.uint8)
    _, again, target = copied_image(of(bytes(data), folder), noise)
    assert np.array_equal(again.pixels, noise)
    assert np.array_equal(tifffile.imread(target), noise)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_undone(folder: Path, orientation: int) -> None:
    stored = colours(48, 80, channels=1)
    picture, again, target = copied_image(of(made(stored, extratags=[(274, "H", 1, orientation, True)]), folder))
    assert picture.pixels.shape == ((48, 80) if orientation < 5 else (80, 48))
    assert np.array_equal(again.pixels, picture.pixels)
    assert np.array_equal(tifffile.imread(target), stored)
    assert target.read_bytes() == picture.path.read_bytes()


def picture_below() -> bytes:
    """A picture below another that is no smaller version of it."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(colours(), photometric="rgb", subifds=1)
        writer.write(colours(20, 30), photometric="rgb")
    return buffer.getvalue()


def by_pillow(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words", "shape"),
    [
        (picture_below(), "pictures within pictures", (70, 90, 3)),
        (made(colours(), extratags=[(37724, "B", None, bytes(50), True)]), "layers", (70, 90, 3)),
        (by_pillow(Image.fromarray(colours()).quantize(16)), "palette", (70, 90, 3)),
        (by_pillow(Image.fromarray(colours(channels=1)).convert("1"), compression="group4"), "black", (70, 90)),
        (by_pillow(Image.fromarray(colours()), compression="jpeg"), "checked but not protected", (70, 90, 3)),
        (made(np.linspace(0, 1, 6300, dtype=np.float32).reshape(70, 90)), "checked but not protected", (70, 90)),
        (made(colours(dtype=np.uint16), compression="zstd"), "checked but not protected", (70, 90, 3)),
    ],
)
def test_kinds_that_would_lose_something_are_read_and_not_written(
    folder: Path, data: bytes, words: str, shape: tuple[int, ...]
) -> None:
    picture = read_image(of(data, folder))
    assert picture.pixels.shape == shape
    with pytest.raises(RefusedError, match=words) as caught:
        require_writable(picture)
    assert "scan.tif" in caught.value.message and caught.value.hint


def test_odd_kinds_keep_their_values(folder: Path) -> None:
    ramp = np.linspace(0, 1, 6300, dtype=np.float32).reshape(70, 90)
    picture = read_image(of(made(ramp), folder))
    assert picture.pixels.dtype == np.uint16 and np.abs(picture.pixels / 65535.0 - ramp).max() < 1e-4
    deep = colours(dtype=np.uint16)
    assert np.array_equal(read_image(of(made(deep, compression="zstd"), folder, "z.tif")).pixels, deep)


def test_cut_picture_is_examined_and_not_protected(folder: Path) -> None:
    pixels = colours(200, 150)
    whole = made(pixels, rowsperstrip=10)
    picture = read_image(of(whole[: len(whole) * 6 // 10], folder))
    assert np.array_equal(picture.pixels[:100], pixels[:100])
    with pytest.raises(RefusedError, match="only part of the picture is there"):
        require_writable(picture)


def test_bomb_is_refused_before_decoding(folder: Path) -> None:
    data = bytearray(made(colours(dtype=np.uint16)))
    fields = directories(bytes(data))[0].fields
    for tag in (256, 257):
        data[fields[tag].start : fields[tag].start + 2] = b"\xff\xff"
    with pytest.raises(UnreadableError, match="65535 x 65535"):
        read_image(of(bytes(data), folder))


def test_pages_in_a_circle_end() -> None:
    data = bytearray(made(colours(20, 20)))
    first = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[first : first + 2], "little")
    data[first + 2 + 12 * count : first + 6 + 12 * count] = data[4:8]
    assert len(directories(bytes(data))) == 1


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_fields_or_a_value_error(data: bytes) -> None:
    for head in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        try:
            found = directories(head + data)
        except ValueError:
            continue
        assert all(field.start + field.size <= len(data) + 4 for one in found for field in one.fields.values())


@given(st.integers(0, 100_000), st.binary(min_size=1, max_size=6), st.sampled_from([None, "lzw", "packbits"]))
@settings(deadline=None, max_examples=60)
def test_damage_anywhere_is_a_picture_or_one_sentence(place: int, damage: bytes, compression: str | None) -> None:
    data = bytearray(made(colours(40, 40), compression=compression, rowsperstrip=8))
    place %= len(data)
    place = place % 400 if place & 1 else len(data) - 1 - place % 400  # fields stand at the ends
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as name:
        try:
            picture = read_image(of(bytes(data), Path(name)))
        except UnreadableError:
            return
        assert picture.pixels.ndim in (2, 3)


def test_a_directory_that_ends_before_its_pointer_is_damage(folder: Path) -> None:
    cut = b"II*\0" + (8).to_bytes(4, "little") + (1).to_bytes(2, "little") + bytes(12)
    with pytest.raises(ValueError, match="no directory"):
        directories(cut)
    with pytest.raises(UnreadableError, match="damaged"):
        read_image(of(cut, folder))
