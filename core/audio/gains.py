"""Write the mark: short-time gains of one or two decibels, up in one band and down in its neighbour.

Each frame's spectrum is multiplied by the gains that pattern and gate ask for, and the change alone is added to the
recording by overlap-add: outside 200 Hz to 6.9 kHz and in pauses the samples stay as they were. All channels get the
gains that were computed from their mix, so the stereo image stays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.features import channel_weights, mixed
from core.audio.gate import Loudness, gate, loudness
from core.audio.limits import REACH, bin_samples, ceiling, kept_within
from core.audio.parameters import PARAMETERS, Parameters, band_shares
from core.audio.pattern import Pattern
from core.model import FloatArray, Recording, Strength

_FRAMES = 256  # frames that are transformed at once: 2 s
_LIFT = 1e-20
_SURVEY_SECONDS = 900  # seconds from which the loudness is taken
_KEPT = 2  # blocks that are kept: who reads on from the middle of one needs it again


class Frames:
    """The embedder's frames at one sampling rate: window, spacing and the spectral bins that matter."""

    def __init__(self, rate: int, parameters: Parameters = PARAMETERS) -> None:
        hops = parameters.hops_per_window
        self.hop = fft.next_fast_len(round(parameters.window_seconds * rate / hops), real=True)
        self.size = hops * self.hop
        self.hop_seconds = self.hop / rate
        hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(self.size) / self.size)
        self.window = np.sqrt(hann).astype(np.float32)
        self.scale = np.float32(2.0 / hops)  # the squared windows of overlapping frames add up to hops / 2
        spacing = rate / self.size
        self.bins = min(self.size // 2 + 1, int(np.ceil(parameters.edges[-1] / spacing + 0.5)))
        self.shares = band_shares(parameters, spacing, self.bins)
        self.level_scale = np.float32(2.0 / (self.window.sum() ** 2 / 2.0))  # a full-scale sine reads about 0 dB

    def spectra(self, signal: FloatArray, count: int) -> npt.NDArray[np.complex64]:
        """Return the low bins of `count` frames of each row: complex64 (channels, count, bins)."""
        view = np.lib.stride_tricks.sliding_window_view(signal, self.size, axis=1)[:, : count * self.hop : self.hop]
        spectra: npt.NDArray[np.complex64] = fft.rfft(view * self.window, axis=2)[:, :, : self.bins]
        return spectra

    def levels(self, mix: npt.NDArray[np.complexfloating]) -> FloatArray:
        """Return band levels in dB of mix spectra (frames, bins): float32 (frames, bands)."""
        power = mix.real**2 + mix.imag**2
        levels: FloatArray = 10.0 * np.log10(power @ self.shares.T * self.level_scale + np.float32(_LIFT))
        return levels


def survey(samples: Recording, rate: int, parameters: Parameters = PARAMETERS) -> Loudness:
    """Return the loudness of a recording from seconds spread over it, in frames that touch without overlapping."""
    frames = Frames(rate, parameters)
    weights = channel_weights(samples, rate)
    each = round(rate / frames.size) * frames.size
    count = max(1, -(-samples.shape[0] // each))
    seconds = []
    for start in range(0, count, -(-count // _SURVEY_SECONDS)):
        mix = mixed(samples[start * each : (start + 1) * each], weights)
        block = np.zeros((max(1, len(mix) // frames.size), frames.size), np.float32)
        block.reshape(-1)[: min(len(mix), block.size)] = mix[: block.size]
        seconds.append(frames.levels(fft.rfft(block * frames.window, axis=1)[:, : frames.bins]))
    return loudness(seconds, samples.shape[0] / rate, parameters)


def sign_track(chips: npt.NDArray[np.int8], times: FloatArray, start: int, parameters: Parameters) -> FloatArray:
    """Return the signs at the given times (seconds), cross-faded between cells: float32 (times, pairs)."""
    position = (times + start * parameters.frame_seconds) / parameters.cell_seconds
    cell = np.floor(position).astype(np.int64)
    inside = (position - cell)[:, None]
    half = parameters.fade_seconds / parameters.cell_seconds / 2.0
    before = 0.5 * np.clip(1.0 - inside / half, 0.0, 1.0)
    after = 0.5 * np.clip(1.0 - (1.0 - inside) / half, 0.0, 1.0)
    count = chips.shape[0]
    track = (1.0 - before - after) * chips[cell % count]
    track += before * chips[(cell - 1) % count] + after * chips[(cell + 1) % count]
    signs: FloatArray = track.astype(np.float32)
    return signs


class Marked:
    """A marked recording that makes its stretches when they are asked for: float (frames, channels) like the original.

    Blocks of 256 frames are made on a fixed grid, so a sample is the same bit for bit however it is asked for, and
    memory is a few megabytes whatever the length. The blocks made last are kept.
    """

    def __init__(
        self,
        samples: Recording,
        rate: int,
        pattern: Pattern,
        serial: int,
        strength: Strength,
        *,
        loud: Loudness,
        peak: float,
    ) -> None:
        """`peak` is the size of the recording's largest sample."""
        parameters = pattern.parameters
        self.shape, self.dtype = samples.shape, samples.dtype
        self._samples, self._rate, self._parameters = samples, rate, parameters
        self._frames = Frames(rate, parameters)
        self._chips, self._start = pattern.chips(serial), pattern.start(serial)
        self._amplitudes = parameters.amplitudes(strength, dense=loud.dense(parameters)).astype(np.float32)
        self._weights = channel_weights(samples, rate).astype(np.float32)
        self._open_db, self._ceiling = loud.open_db, ceiling(peak)
        self._length = _FRAMES * self._frames.hop
        self._kept: dict[int, FloatArray] = {}

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: slice) -> FloatArray:
        """Return the marked frames from `place.start` to `place.stop`; other steps than 1 are refused."""
        first, last, step = place.indices(len(self))
        if step != 1:
            raise ValueError("a recording is asked for in one piece")
        out = np.empty((max(0, last - first), self.shape[1]), self.dtype)
        for number in range(first // self._length, -(-last // self._length) if last > first else 0):
            begin = number * self._length
            block = self._block(number)
            low, high = max(first, begin), min(last, begin + len(block))
            out[low - first : high - first] = block[low - begin : high - begin]
        return out

    def _block(self, number: int) -> FloatArray:
        """Return one block of the grid."""
        if number not in self._kept:
            each = bin_samples(self._rate)
            begin, end = number * self._length, min(len(self), (number + 1) * self._length)
            first = max(0, (begin // each - REACH) * each)
            last = min(len(self), (-(-end // each) + REACH) * each)
            around = self._samples[first:last]
            block = kept_within(around, self._change(first, last), each, self._ceiling)
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[number] = block[begin - first : end - first]
        return self._kept[number]

    def _change(self, begin: int, end: int) -> FloatArray:
        """Return what the pattern adds to the samples from begin to end: float32 (frames, channels)."""
        frames, parameters = self._frames, self._parameters
        hop, size, hops = frames.hop, frames.size, parameters.hops_per_window
        edge = parameters.gate_frames // 2
        count = -(-(len(self) + size - hop) // hop)  # frame i starts at sample (i - hops + 1) * hop
        first, last = begin // hop, min(count, -(-end // hop) + hops - 1)
        before, after = min(edge, first), min(edge, count - last)
        number = last - first + before + after
        signal = _stretch(self._samples, (first - before - hops + 1) * hop, (number - 1) * hop + size)
        spectra = frames.spectra(signal, number)
        factor = gate(frames.levels(np.tensordot(self._weights, spectra, 1)), self._open_db, parameters)
        factor = factor[before : before + last - first]
        times = ((np.arange(first, last) - hops + 1) * hop + size / 2) / self._rate
        gains = np.repeat(sign_track(self._chips, times, self._start, parameters) * self._amplitudes, 2, axis=1)
        gains[:, 1::2] *= -1.0
        change = (np.power(10.0, gains * factor / 20.0, dtype=np.float32) - 1.0) @ frames.shares
        changed = spectra[:, before : before + last - first] * change
        pieces = fft.irfft(changed, n=size, axis=2) * (frames.window * frames.scale)
        channels = self.shape[1]
        pieces = pieces.reshape(channels, last - first, hops, hop)
        summed = np.zeros((channels, last - first + hops - 1, hop), np.float32)
        for part in range(hops):
            summed[:, part : part + last - first] += pieces[:, :, part]
        whole = summed[:, hops - 1 :].reshape(channels, -1)[:, begin - first * hop :]
        return np.ascontiguousarray(whole[:, : end - begin].T)


def _stretch(samples: Recording, start: int, length: int) -> npt.NDArray[np.float32]:
    """Return samples from `start` on as float32 (channels, length), zeros where there are none."""
    signal = np.zeros((samples.shape[1], length), np.float32)
    first, last = max(0, start), min(len(samples), start + length)
    if last > first:
        signal[:, first - start : last - start] = samples[first:last].T
    return signal
