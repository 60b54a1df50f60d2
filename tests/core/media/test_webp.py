"""WebP: lossless stays exact, lossy stays fine, chunks stay."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import UnreadableError
from core.media import riff, webp
from core.media.images import read_image

from .conftest import Array, colours, copied_image


def saved(array: Array, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "WEBP", **options)
    return buffer.getvalue()


def of(data: bytes, folder: Path, name: str = "art.webp") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_lossless_stays_lossless_even_where_it_is_transparent(folder: Path) -> None:
    pixels, other = colours(channels=4), colours(channels=4, seed=2)
    pixels[:30, :, 3] = other[:30, :, 3] = 0
    picture, again, target = copied_image(of(saved(pixels, lossless=True, exact=True), folder), other)
    assert np.array_equal(picture.pixels, pixels) and np.array_equal(again.pixels, other)
    assert b"VP8L" in target.read_bytes()[:64]


def test_lossy_stays_close_and_alpha_exact(folder: Path) -> None:
    pixels = colours(channels=4)
    picture, again, target = copied_image(of(saved(pixels, quality=80), folder))
    assert np.array_equal(again.pixels[..., 3], picture.pixels[..., 3])
    assert np.abs(again.pixels[..., :3].astype(int) - picture.pixels[..., :3]).mean() < 3.0
    assert b"VP8 " in target.read_bytes()


def test_opaque_alpha_channel_stays_a_channel(folder: Path) -> None:
    pixels = colours(channels=4)
    half = pixels.copy()
    half[..., 3] = 128
    opaque = pixels.copy()
    opaque[..., 3] = 255
    for quality in ({"quality": 80}, {"lossless": True}):
        picture, again, _ = copied_image(of(saved(half, **quality), folder))
        assert picture.pixels.shape[2] == again.pixels.shape[2] == 4
        picture, again, _ = copied_image(of(saved(opaque, **quality), folder))
        assert picture.pixels.shape == again.pixels.shape


def test_chunks_are_kept_byte_for_byte(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    data = saved(colours(), quality=85, exif=exif, xmp=b"<x:xmpmeta/>", icc_profile=b"profile" * 20)
    chunks = [*webp.chunks_of(data), (b"XtrA", b"somebody's own")]
    source = of(riff.put_together((b"RIFF", b"WEBP"), chunks), folder)
    picture, again, target = copied_image(source)
    assert picture.pixels.shape == again.pixels.shape == (90, 70, 3)
    kept = [chunk for chunk in webp.chunks_of(target.read_bytes()) if chunk[0] != b"VP8 "]
    assert kept == [chunk for chunk in chunks if chunk[0] != b"VP8 "]


def test_credentials_are_left_out_with_a_note(folder: Path) -> None:
    chunks = [*webp.chunks_of(saved(colours(), quality=85, xmp=b"<x:xmpmeta/>")), (b"C2PA", b"jumb")]
    picture, again, target = copied_image(of(riff.put_together((b"RIFF", b"WEBP"), chunks), folder))
    assert "content credentials" in picture.notes[0] and not again.notes
    assert b"C2PA" not in dict(webp.chunks_of(target.read_bytes()))


@pytest.mark.parametrize("quality", [75, 85, 90, 95, 99])
def test_quality_is_read_from_the_quantiser(quality: int) -> None:
    frame = dict(webp.chunks_of(saved(colours(128, 128), quality=quality)))[b"VP8 "]
    found = webp.quality_of(frame)
    # The finest segment counts, so the estimate lies above, never below.
    assert quality <= found <= min(100, quality + 10)


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_any_frame_has_a_quality(data: bytes) -> None:
    assert 0 <= webp.quality_of(b"\x00\x00\x00\x9d\x01\x2a" + data) <= 100


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_cut_picture_is_one_sentence(folder: Path, share: float) -> None:
    data = saved(colours(), quality=80)
    with pytest.raises(UnreadableError, match=r"art\.webp is damaged"):
        read_image(of(data[: int(len(data) * share)], folder))


def test_bomb_is_refused_before_decoding(folder: Path) -> None:
    chunks = [(b"VP8X", bytes(4) + b"\xff\xff\xff" * 2), *webp.chunks_of(saved(colours()))]
    with pytest.raises(UnreadableError, match="16777216 x 16777216"):
        read_image(of(riff.put_together((b"RIFF", b"WEBP"), chunks), folder))


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8), st.booleans())
@settings(deadline=None, max_examples=40)
def test_damage_anywhere_is_a_picture_or_one_sentence(place: int, damage: bytes, lossless: bool) -> None:
    data = bytearray(saved(colours(40, 40), lossless=lossless))
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as name:
        try:
            picture = read_image(of(bytes(data), Path(name)))
        except UnreadableError:
            return
        assert picture.pixels.ndim == 3
