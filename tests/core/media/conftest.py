"""Small pictures and recordings that the tests of files make themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.media.images import Picture, read_image, write_image
from core.media.sounds import Sound, read_sound, write_sound

Array = npt.NDArray[Any]


def colours(height: int = 70, width: int = 90, channels: int = 3, dtype: Any = np.uint8, seed: int = 1) -> Array:
    """A smooth picture with a little noise; (height, width) for one channel."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    top = np.iinfo(dtype).max
    planes = [0.5 + 0.3 * np.sin(x / (9 + 3 * c)) + 0.15 * np.cos(y / (7 + c)) for c in range(channels)]
    values = np.stack(planes, axis=2) + 0.01 * rng.standard_normal((height, width, channels))
    pixels = np.clip(values * top, 0, top).astype(dtype)
    return pixels[..., 0] if channels == 1 else pixels


def tone(frames: int = 9000, channels: int = 1, rate: int = 44100, seed: int = 1) -> Array:
    """A decaying tone with a little noise, (frames, channels), within -0.7 to 0.7."""
    rng = np.random.default_rng(seed)
    time = np.arange(frames)[:, None] / rate
    pitch = 220.0 * (1 + np.arange(channels))[None]
    return np.clip(0.5 * np.sin(2 * np.pi * pitch * time) + 0.03 * rng.standard_normal((frames, channels)), -0.7, 0.7)


def copied_image(source: Path, pixels: Array | None = None) -> tuple[Picture, Picture, Path]:
    """Read a picture, write it (with other pixels, where given) and read it again."""
    picture = read_image(source)
    target = source.with_name(f"copy-{source.name}")
    write_image(picture, picture.pixels if pixels is None else pixels, target)
    return picture, read_image(target), target


def copied_sound(source: Path, samples: Array | None = None) -> tuple[Sound, Sound, Path]:
    """Read a recording, write it (with other samples, where given) and read it again."""
    sound = read_sound(source)
    target = source.with_name(f"copy-{source.name}")
    write_sound(sound, sound.samples if samples is None else samples, target)
    return sound, read_sound(target), target


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose name needs more than ASCII."""
    place = tmp_path / "Mappe ü"
    place.mkdir()
    return place
