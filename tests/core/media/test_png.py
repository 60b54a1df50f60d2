"""PNG: pixels exact at both depths, chunks byte for byte."""

from __future__ import annotations

import io
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from core.errors import RefusedError, UnreadableError
from core.media import png
from core.media.images import read_image, require_writable
from core.media.png import Chunk

from .conftest import Array, colours, copied_image


def encoded(array: Array) -> bytes:
    from imagecodecs import png_encode

    return bytes(png_encode(array))


def with_chunks(data: bytes, before: list[Chunk], after: list[Chunk]) -> bytes:
    chunks, _ = png.take_apart(data)
    at = next(i for i, chunk in enumerate(chunks) if chunk.name == b"IDAT")
    return png.put_together([*chunks[:at], *before, *chunks[at:-1], *after, chunks[-1]])


def of(data: bytes, folder: Path, name: str = "art.png") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def saved(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_other_pixels_are_written_exactly(folder: Path, dtype: Any, channels: int) -> None:
    pixels = colours(channels=channels, dtype=dtype)
    other = colours(channels=channels, dtype=dtype, seed=2)
    picture, again, target = copied_image(of(encoded(pixels), folder), other)
    assert picture.space == ("grey" if channels < 3 else "rgb")
    assert picture.pixels.dtype == dtype and np.array_equal(picture.pixels, pixels)
    assert again.pixels.dtype == dtype and np.array_equal(again.pixels, other)
    assert target.read_bytes()[24] == (8 if dtype is np.uint8 else 16)


def test_chunks_are_kept_byte_for_byte(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Zoë", zip=True)
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    plain = saved(Image.fromarray(colours()), pnginfo=info, dpi=(300, 300), exif=exif, icc_profile=b"not a profile" * 9)
    before = [
        Chunk(b"gAMA", (45455).to_bytes(4, "big")),
        Chunk(b"cHRM", bytes(32)),
        Chunk(b"tIME", b"\x07\xea\x01\x02\x03\x04\x05"),
        Chunk(b"bKGD", bytes(6)),
        Chunk(b"prVt", b"somebody's own, safe to copy"),
    ]
    after = [Chunk(b"tEXt", b"Comment\x00at the end")]
    source = of(with_chunks(plain, before, after), folder)
    picture, again, target = copied_image(source)
    assert picture.pixels.shape == (90, 70, 3) and not picture.notes  # turned upright
    a, b = (png.take_apart(path.read_bytes())[0] for path in (source, target))
    assert [c for c in a if c.name != b"IDAT"] == [c for c in b if c.name != b"IDAT"]
    assert np.array_equal(again.pixels, picture.pixels)
    assert b[-2] == after[0]
    with Image.open(target) as image:
        assert image.getexif()[0x0112] == 6 and image.size == (90, 70)


def test_what_would_not_fit_the_copy_is_left_out_with_a_note(folder: Path) -> None:
    broken = Chunk(b"tEXt", b"Title\x00x").packed()[:-4] + b"oops"
    data = with_chunks(
        encoded(colours()), [Chunk(b"caBX", b"jumb"), Chunk(b"iDOT", bytes(28)), Chunk(b"vpAG", b"?")], []
    )
    head, rest = data[:33], data[33:]
    picture, again, target = copied_image(of(head + broken + rest + b"PK behind", folder))
    text = " ".join(picture.notes)
    assert "content credentials" in text and "vpAG" in text and "1 damaged" in text and "behind the picture" in text
    assert not again.notes
    assert {c.name for c in png.take_apart(target.read_bytes())[0]} == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 5), (64, 40)])
@pytest.mark.parametrize(("depth", "channels"), [(8, 1), (8, 3), (16, 3), (16, 4)])
def test_interlaced_picture_is_read_exactly(
    folder: Path, size: tuple[int, int], depth: int, channels: int, capfd: pytest.CaptureFixture[str]
) -> None:
    pixels = colours(*size, channels, np.uint16 if depth == 16 else np.uint8)
    rows = []
    for x, y, across, down in png._ADAM7:
        part = pixels[y::down, x::across]
        rows += [b"\x00" + row.astype(f">u{depth // 8}").tobytes() for row in part if row.size]
    colour = {1: 0, 3: 2, 4: 6}[channels]
    header = size[1].to_bytes(4, "big") + size[0].to_bytes(4, "big") + bytes((depth, colour, 0, 0, 1))
    data = png.put_together(
        [Chunk(b"IHDR", header), Chunk(b"IDAT", zlib.compress(b"".join(rows))), Chunk(b"IEND", b"")]
    )
    picture, again, _ = copied_image(of(data, folder))
    assert np.array_equal(picture.pixels, pixels) and np.array_equal(again.pixels, pixels)
    assert "is interlaced; the copy is not" in picture.notes[-1] and not again.notes
    assert capfd.readouterr().err == ""


def palette() -> Image.Image:
    return Image.fromarray(colours()).quantize(32)


def transparent_colour() -> bytes:
    return saved(Image.fromarray(colours()), transparency=(10, 20, 30))


@pytest.mark.parametrize(
    ("data", "words", "shape"),
    [
        (saved(palette()), "palette", (70, 90, 3)),
        (saved(palette(), transparency=3), "palette", (70, 90, 4)),
        (saved(Image.fromarray(colours(channels=1)).convert("1")), "black and white", (70, 90)),
        (transparent_colour(), "stands for transparent", (70, 90, 4)),
    ],
)
def test_pictures_that_would_change_kind_are_read_and_not_written(
    folder: Path, data: bytes, words: str, shape: tuple[int, ...]
) -> None:
    picture = read_image(of(data, folder))
    assert picture.pixels.shape == shape
    with pytest.raises(RefusedError, match=words) as caught:
        require_writable(picture)
    assert "art.png" in caught.value.message and caught.value.hint


def test_few_shades_are_read_and_not_written(folder: Path) -> None:
    header = (8).to_bytes(4, "big") + (64).to_bytes(4, "big") + bytes((4, 0, 0, 0, 0))
    rows = b"\x00\x01\x23\x45\x67" * 64
    data = png.put_together([Chunk(b"IHDR", header), Chunk(b"IDAT", zlib.compress(rows)), Chunk(b"IEND", b"")])
    picture = read_image(of(data, folder))
    assert picture.pixels[0].tolist() == [0, 17, 34, 51, 68, 85, 102, 119]
    with pytest.raises(RefusedError, match="16 shades"):
        require_writable(picture)


def test_cut_picture_gives_the_rows_that_are_there(folder: Path) -> None:
    pixels = colours(200, 150)
    data = encoded(pixels)
    picture = read_image(of(data[: len(data) // 2], folder))
    rows = len(picture.pixels)
    assert 60 < rows < 140 and np.array_equal(picture.pixels, pixels[:rows])
    with pytest.raises(RefusedError, match="only part of the picture is there"):
        require_writable(picture)
    assert f"{rows} of 200 rows" in picture.notes[0]


def test_deep_cut_picture_gives_deep_rows(folder: Path) -> None:
    pixels = colours(200, 150, dtype=np.uint16)
    data = encoded(pixels)
    picture = read_image(of(data[: len(data) // 2], folder))
    assert picture.pixels.dtype == np.uint16 and np.array_equal(picture.pixels, pixels[: len(picture.pixels)])


def test_wrong_check_sum_is_examined_and_not_protected(folder: Path) -> None:
    pixels = colours()
    data = bytearray(encoded(pixels))
    place = data.index(b"IDAT") - 4
    length = int.from_bytes(data[place : place + 4], "big")
    data[place + 8 + length] ^= 1
    picture = read_image(of(bytes(data), folder))
    assert np.array_equal(picture.pixels, pixels)
    with pytest.raises(RefusedError, match="check sum"):
        require_writable(picture)


@pytest.mark.parametrize("size", [(65536, 65536), (60000, 60000), (0, 10), (2**31, 1)])
def test_impossible_sizes_are_refused_before_decoding(folder: Path, size: tuple[int, int]) -> None:
    header = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    data = png.put_together([Chunk(b"IHDR", header), Chunk(b"IDAT", zlib.compress(bytes(99))), Chunk(b"IEND", b"")])
    with pytest.raises(UnreadableError, match=r"art\.png"):
        read_image(of(data, folder))


def test_unpacking_stops_where_the_picture_is_full() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    assert len(png._inflated(bomb, 1000)) == 1000


some = st.builds(
    lambda name, payload: Chunk(name, payload), st.sampled_from([b"IDAT", b"tEXt", b"abcD"]), st.binary(max_size=60)
)


@given(st.lists(some, max_size=8), st.binary(max_size=30))
@settings(deadline=None)
def test_parts_come_back(chunks: list[Chunk], trailer: bytes) -> None:
    end = Chunk(b"IEND", b"")
    assert png.take_apart(png.put_together([*chunks, end], trailer)) == ([*chunks, end], trailer)


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
@settings(deadline=None, max_examples=60)
def test_damage_anywhere_is_a_picture_or_one_sentence(place: int, damage: bytes) -> None:
    data = bytearray(encoded(colours(40, 40)))
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as name:
        try:
            picture = read_image(of(bytes(data), Path(name)))
        except UnreadableError:
            return
        assert picture.pixels.shape[1] >= 1
