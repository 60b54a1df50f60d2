"""FFmpeg's frames as arrays and back, with more channels than PyAV counts planes."""

from __future__ import annotations

import numpy as np
import pytest

from core.media.av_frames import Opened, frame_of

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1", 16: "hexadecagonal"}


@pytest.mark.parametrize("channels", LAYOUTS)
@pytest.mark.parametrize("kind", ["fltp", "flt", "s16p", "s16", "s32p", "dblp", "u8p"])
def test_samples_come_back_as_they_went_in(kind: str, channels: int) -> None:
    values = np.random.default_rng(channels).standard_normal((700, channels)) * 30 + 100
    types = {"fl": np.float32, "db": np.float64, "s1": np.int16, "s3": np.int32, "u8": np.uint8}
    samples = values.clip(0, 255).astype(types[kind[:2]])
    frame = frame_of(samples, kind, LAYOUTS[channels], 48000)
    assert (frame.format.name, frame.layout.name, frame.sample_rate) == (kind, LAYOUTS[channels], 48000)
    again = Opened().values(frame)
    assert again.dtype == samples.dtype and np.array_equal(again, samples)


def test_one_reader_follows_changes() -> None:
    opened = Opened()
    for channels in (8, 2, 16, 8):
        samples = np.full((100, channels), 0.25, np.float32)
        assert np.array_equal(opened.values(frame_of(samples, "fltp", LAYOUTS[channels], 44100)), samples)
