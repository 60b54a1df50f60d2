import numpy as np
import pytest

from app.samples import sample_picture, sample_recording


def test_the_picture_is_the_same_every_time():
    first, again, other = sample_picture(240, 160), sample_picture(240, 160), sample_picture(240, 160, seed=2)
    assert first.shape == (160, 240, 3) and first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_picture_has_smooth_parts_texture_and_edges():
    picture = sample_picture().astype(np.float64) @ [0.299, 0.587, 0.114]
    tiles = picture[:592, :896].reshape(74, 8, 112, 8).transpose(0, 2, 1, 3)
    roughness = tiles.std(axis=(2, 3))
    assert np.quantile(roughness, 0.2) < 4  # the sky
    assert np.quantile(roughness, 0.8) > 6  # the meadow
    assert np.abs(np.diff(picture, axis=1)).max() > 60  # the house
    assert picture.min() < 30 and picture.max() > 220
    clipped = np.mean((picture < 1) | (picture > 254))
    assert clipped < 0.01


@pytest.mark.parametrize(("width", "height"), [(64, 48), (48, 64), (301, 199), (1, 1)])
def test_the_picture_comes_in_any_size(width, height):
    assert sample_picture(width, height).shape == (height, width, 3)


def test_the_recording_is_the_same_every_time():
    first, again, other = sample_recording(2.0), sample_recording(2.0), sample_recording(2.0, seed=2)
    assert first.shape == (96000, 1) and first.dtype == np.float32
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_the_recording_speaks_and_pauses(rate):
    samples = sample_recording(12.0, rate)[:, 0].astype(np.float64)
    assert len(samples) == 12 * rate
    assert 0.49 < np.abs(samples).max() <= 0.5
    blocks = samples[: len(samples) // (rate // 20) * (rate // 20)].reshape(-1, rate // 20)
    level = 20 * np.log10(np.sqrt((blocks**2).mean(axis=1)) + 1e-9)
    assert 0.1 < np.mean(level < -70) < 0.4  # the room's floor between phrases
    assert np.mean(level > -45) > 0.5
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    frequency = np.fft.rfftfreq(len(samples), 1 / rate)
    low, high = spectrum[frequency < 4000].sum(), spectrum[frequency > 4000].sum()
    assert 1e-4 < high / low < 0.5  # vowels above all, with some hiss


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3])
def test_the_recording_comes_in_any_length(seconds):
    assert sample_recording(seconds, 8000).shape == (round(seconds * 8000), 1)
