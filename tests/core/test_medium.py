"""A file that was read: its thumbnail, and whether a decoded signal is the one that was written."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture, sample_recording
from core.fingerprint import images, sounds
from core.keys import CreatorKey
from core.likeness import alike, blocks
from core.media.sound import Sound
from core.media.thumbnail import thumbnail
from core.medium import _ALIKE_SAMPLES, _NEAR_SAMPLES, ALIKE_PIXELS, NEAR_PIXELS, ImageMedium, SoundMedium
from core.model import Kind, Reference
from core.reading import read_medium

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((300, 500), "u1"), ((300, 500, 1), "u2"), ((300, 500, 2), "u1"), ((300, 500, 3), "f4"), ((300, 500, 4), "u2")],
)
def test_a_thumbnail_of_any_pixels(shape: tuple[int, ...], dtype: str) -> None:
    rng = np.random.default_rng(1)
    pixels = rng.random(shape) if dtype == "f4" else rng.integers(0, np.iinfo(dtype).max, shape)
    with Image.open(io.BytesIO(thumbnail(pixels.astype(dtype)))) as image:
        assert image.format == "PNG" and image.size == (256, 154)


def test_a_thumbnail_shows_the_picture() -> None:
    pixels = np.zeros((2000, 1000, 3), np.uint16)
    pixels[:1000] = (65535, 0, 0)
    with Image.open(io.BytesIO(thumbnail(pixels))) as image:
        assert image.size == (128, 256)
        assert image.convert("RGB").getpixel((64, 50)) == (255, 0, 0)
        assert image.convert("RGB").getpixel((64, 200)) == (0, 0, 0)


def test_a_thumbnail_of_printing_inks_is_right_way_round() -> None:
    no_ink = np.zeros((60, 80, 4), np.uint8)
    with Image.open(io.BytesIO(thumbnail(no_ink, cmyk=True))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255) and image.size == (80, 60)


def test_a_thumbnail_of_one_row() -> None:
    with Image.open(io.BytesIO(thumbnail(np.zeros((1, 3000, 3), np.uint8)))) as image:
        assert image.size == (256, 1)


def same_picture(read: np.ndarray, written: np.ndarray) -> bool:
    return alike(blocks(read), blocks(written), near=NEAR_PIXELS, share=ALIKE_PIXELS)


def same_sound(read: np.ndarray, written: np.ndarray) -> bool:
    return alike(read, written, near=_NEAR_SAMPLES, share=_ALIKE_SAMPLES)


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def test_pictures_survive_coarse_coding_and_nothing_else() -> None:
    pixels = sample_picture(320, 240)
    assert same_picture(jpeg(pixels, 10), pixels)
    others = (pixels[:, ::-1], pixels[::-1], np.roll(pixels, 60, 0), 255 - pixels, np.zeros_like(pixels))
    for other in (*others, pixels[..., [2, 0, 1]]):
        assert not same_picture(other, pixels)


def test_noise_and_flat_pictures_are_judged_by_what_they_show() -> None:
    noise = np.random.default_rng(2).integers(0, 255, (200, 200, 3), np.uint8)
    assert same_picture(jpeg(noise, 30), noise)
    assert not same_picture(noise // 2, noise)
    flat = np.full((200, 200, 3), 128, np.uint8)
    assert same_picture(flat + 3, flat) and not same_picture(flat + 20, flat)


@pytest.mark.parametrize("shape", [(5, 3000), (1, 1, 3), (8, 8, 4), (17, 9, 1)])
def test_blocks_of_any_shape(shape: tuple[int, ...]) -> None:
    means = blocks(np.full(shape, 65535, np.uint16))
    assert means.shape[:2] == (max(1, shape[0] // 8), max(1, shape[1] // 8))
    assert np.all(means == 1)


def test_recordings_survive_noise_and_nothing_else() -> None:
    samples = sample_recording(3.0, 16000)
    rng = np.random.default_rng(3)
    noisy = samples + 0.3 * samples.std() * rng.standard_normal(samples.shape).astype(np.float32)
    assert same_sound(noisy, samples)
    broken = samples.copy()
    broken[100] = np.nan
    for other in (-samples, np.roll(samples, 800, 0), samples[::-1], broken):
        assert not same_sound(other, samples)
    assert same_sound(samples[:0], samples[:0])


def test_a_picture_is_nominated_and_compared(tmp_path: Path) -> None:
    path = tmp_path / "work.png"
    Image.fromarray(sample_picture(600, 400)).save(path)
    work = read_medium(path)
    small = tmp_path / "small.jpg"
    Image.fromarray(sample_picture(600, 400)).resize((420, 280)).save(small, quality=60)
    suspect = read_medium(small)
    assert isinstance(suspect, ImageMedium) and suspect.picture.jpeg_tables is not None
    assert len(suspect.picture.jpeg_tables[0]) == 64
    assert isinstance(work, ImageMedium) and work.picture.jpeg_tables is None
    works = [images.index([(4, work.fingerprint())])]
    assert [nomination.work for nomination in suspect.nominate(works)] == [4]
    assert suspect.shows_work(Reference(4, Kind.IMAGE, 600, 400, signal=work.signal())) is True
    assert suspect.detect_informed(KEY, np.arange(4), [Reference(4, Kind.IMAGE, 600, 400, signal=work.signal())]) == ()


def test_a_recording_is_nominated_and_compared() -> None:
    samples = sample_recording(20.0, 16000)
    work = SoundMedium(Sound(Path("work.wav"), samples, 16000, "WAV", "FLOAT"))
    suspect = SoundMedium(Sound(Path("cut.wav"), samples[64000:224000], 16000, "WAV", "FLOAT"))
    works = [sounds.index([(4, work.fingerprint())])]
    assert [nomination.work for nomination in suspect.nominate(works)] == [4]
    reference = Reference(4, Kind.AUDIO, seconds=20.0, rate=16000, signal=work.signal())
    assert suspect.shows_work(reference) is True
    assert suspect.detect_informed(KEY, np.arange(4), [reference]) == ()
