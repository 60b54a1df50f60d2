"""A recording at another sample rate, made a stretch at a time by FFmpeg's resampler."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.media.pcm import Samples
from core.media.sound import BLOCK
from core.media.stream import HELD, OrderedStream
from core.model import Recording


def resampled(path: Path, samples: Recording, rate: int, wanted: int) -> Recording:
    """Return a recording of a file at another rate (Hz), of the same length to the sample: an array where it is short.

    Its values are float32.
    """
    frames = -(-len(samples) * wanted // rate)
    stream = ResampledStream(path, samples, rate, wanted, frames)
    return stream if frames * samples.shape[1] > HELD else stream[:]


class ResampledStream(OrderedStream):
    """The samples of a recording at another rate."""

    def __init__(self, path: Path, samples: Recording, rate: int, wanted: int, frames: int) -> None:
        super().__init__(path, (frames, samples.shape[1]), np.dtype(np.float32))
        self._samples, self._rates = samples, (rate, wanted)
        self._parts: Iterator[Samples] = iter(())

    def _begin(self) -> None:
        self._parts = _parts(self._samples, *self._rates)

    def _following(self, at: int) -> Samples:
        left = len(self) - at
        part = next(self._parts, None)
        if part is None:
            return np.zeros((min(left, BLOCK), self.shape[1]), np.float32)
        return part[:left]

    def _end(self) -> None:
        self._parts = iter(())


def _parts(samples: Recording, rate: int, wanted: int) -> Iterator[Samples]:
    """Yield the samples at the wanted rate, each channel on its own, so that no layout is guessed."""
    from av import AudioFrame
    from av.audio.resampler import AudioResampler

    channels = samples.shape[1]
    resamplers = [AudioResampler(format="flt", layout="mono", rate=wanted) for _ in range(channels)]
    for start in range(0, len(samples), BLOCK):
        part = np.ascontiguousarray(samples[start : start + BLOCK].T, np.float32)
        made: list[list[Samples]] = []
        for channel, resampler in zip(part, resamplers, strict=True):
            frame = AudioFrame.from_ndarray(channel[None], format="flt", layout="mono")
            frame.sample_rate, frame.pts = rate, start
            made.append([one.to_ndarray()[0] for one in resampler.resample(frame)])
        yield from _joined(made)
    yield from _joined([[one.to_ndarray()[0] for one in resampler.resample(None)] for resampler in resamplers])


def _joined(made: list[list[Samples]]) -> Iterator[Samples]:
    if all(made):
        yield np.stack([np.concatenate(parts) for parts in made], axis=1)
