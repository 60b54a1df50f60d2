"""Finer coding for a copy in which the source's own would swallow the mark."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from core.media import images, sounds

from .conftest import colours, tone


@pytest.mark.parametrize(("name", "options"), [("JPEG", {"quality": 30}), ("WEBP", {"quality": 50})])
def test_finer_picture_is_nearer_to_what_was_to_be_written(folder: Path, name: str, options: dict[str, Any]) -> None:
    path = folder / f"photo.{name.lower()}"
    Image.fromarray(colours()).save(path, name, **options)
    picture = images.read_image(path)
    wanted = colours(seed=2)
    errors = []
    for _ in range(3):
        assert picture is not None
        images.write_image(picture, wanted, folder / path.name)
        errors.append(np.abs(images.read_image(path).pixels.astype(int) - wanted).mean())
        picture = images.finer(picture)
    assert errors[0] > errors[1] > errors[2]


def test_lossless_formats_have_nothing_finer(folder: Path) -> None:
    path = folder / "art.png"
    Image.fromarray(colours()).save(path)
    assert images.finer(images.read_image(path)) is None
    Image.fromarray(colours()).save(folder / "art.webp", lossless=True)
    assert images.finer(images.read_image(folder / "art.webp")) is None
    soundfile.write(folder / "take.flac", tone(), 44100)
    assert sounds.finer(sounds.read_sound(folder / "take.flac")) is None


@pytest.mark.parametrize(("name", "subtype"), [("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS"), ("OGG", "OPUS")])
def test_finer_recording_has_more_bits_and_ends_somewhere(folder: Path, name: str, subtype: str) -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, tone(60_000, rate=48000), 48000, subtype, format=name, compression_level=0.8)
    path = folder / f"voice.{name.lower()}"
    path.write_bytes(buffer.getvalue())
    sound: sounds.Sound | None = sounds.read_sound(path)
    sizes = []
    while sound is not None:
        sounds.write_sound(sound, sound.samples, folder / "copy")
        sizes.append((folder / "copy").stat().st_size)
        sound = sounds.finer(sound)
    assert 3 <= len(sizes) < 12 and sizes == sorted(sizes) and sizes[1] > 1.2 * sizes[0]
