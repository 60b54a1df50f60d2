"""How much a mark changes a recording: signal-to-noise ratios, what is left in pauses, noise against the ear's mask."""

from __future__ import annotations

import numpy as np
from scipy import fft

from core.audio.features import channel_weights, mixed
from core.model import FloatArray, Recording

_FRAME_SECONDS = 0.032
_MOST_FRAMES = 4000  # evenly spread over the recording
_AT_ONCE = 64  # of them
_ACTIVE_UNDER_DB = 40.0  # frames this far under the loud ones still count as sound
_PAUSE_UNDER_DB = 55.0  # frames further down than this are pauses
_LIMIT_DB = 200.0  # stands for "no difference at all"
_LIFT = 1e-30
# The mask of a noise-like sound lies 5.5 dB under its spread energy, that of a tone 14.5 dB and more (Johnston,
# "Transform coding of audio signals using perceptual noise criteria", IEEE JSAC 6(2), 1988); a middle value is taken.
_MASK_UNDER_DB = 10.0
_UPWARD_DB_PER_BARK, _DOWNWARD_DB_PER_BARK = 10.0, 25.0  # slopes of the spread towards higher and lower bands
_HEARING_UNDER_LOUD_DB = 70.0  # sound this far under the loud frames is taken as not heard


def quality(samples: Recording, marked: Recording, rate: int, *, active_seconds: float) -> dict[str, float]:
    """Return the measures of a marked recording against its original, both float (frames, channels).

    `snr_db`: energy of the recording over that of the change. `segmental_snr_db`: the same in frames of 32 ms, mean
    over active frames. `pause_leakage_db`: level of the change in pauses against the level of active frames (-200:
    nothing there). `noise_to_mask_db`: the change over the ear's mask, mean over bark bands, then over active frames in
    dB; our own simple measure, comparable only with itself. `active_seconds`: time in which the mark could be written.
    """
    signal_energy = change_energy = 0.0
    for start in range(0, samples.shape[0], 2**19):
        piece = samples[start : start + 2**19]
        change = marked[start : start + 2**19] - piece
        signal_energy += float(np.einsum("ij,ij->", piece, piece, dtype=np.float64))
        change_energy += float(np.einsum("ij,ij->", change, change, dtype=np.float64))
    sound, noise = _frames(samples, marked, rate)
    levels, noise_levels = (sound**2).mean(axis=1), (noise**2).mean(axis=1)
    loud = float(np.quantile(levels, 0.97))
    active = levels > loud * 10.0 ** (-_ACTIVE_UNDER_DB / 10.0)
    pause = levels < loud * 10.0 ** (-_PAUSE_UNDER_DB / 10.0)
    return {
        "snr_db": _ratio_db(signal_energy, change_energy),
        "segmental_snr_db": _mean_snr(levels[active], noise_levels[active]),
        "pause_leakage_db": -_ratio_db(float(levels[active].mean()) if active.any() else 0.0,
                                       float(noise_levels[pause].mean()) if pause.any() else 0.0),
        "noise_to_mask_db": _noise_to_mask(sound[active], noise[active], rate),
        "active_seconds": round(active_seconds, 2),
    }  # fmt: skip


def _frames(samples: Recording, marked: Recording, rate: int) -> tuple[FloatArray, FloatArray]:
    """Return frames of the mix and of the change of the mix: float32 (frames, samples each)."""
    size = max(2, round(_FRAME_SECONDS * rate))
    count = max(1, samples.shape[0] // size)
    chosen = np.unique(np.linspace(0, count - 1, min(count, _MOST_FRAMES)).astype(int))
    sound, noise = np.zeros((2, chosen.size, size), np.float32)
    weights = channel_weights(samples, rate)
    for first in range(0, chosen.size, _AT_ONCE):
        some = chosen[first : first + _AT_ONCE]
        around = slice(some[0] * size, (some[-1] + 1) * size)
        mix = mixed(samples[around], weights), mixed(marked[around] - samples[around], weights)
        for out, part in zip((sound, noise), mix, strict=True):
            whole = np.zeros((some[-1] + 1 - some[0], size), np.float32)  # a recording may be shorter than one frame
            whole.reshape(-1)[: part.size] = part
            out[first : first + _AT_ONCE] = whole[some - some[0]]
    return sound, noise


def _ratio_db(signal: float, noise: float) -> float:
    if noise <= 0.0 or signal <= 0.0:
        return _LIMIT_DB
    return float(np.clip(10.0 * np.log10(signal / noise), -_LIMIT_DB, _LIMIT_DB))


def _mean_snr(levels: FloatArray, noise_levels: FloatArray) -> float:
    if levels.size == 0:
        return _LIMIT_DB
    ratio = 10.0 * np.log10((levels + _LIFT) / (noise_levels + _LIFT))
    return float(np.minimum(ratio, 100.0).mean())


def _bark(hertz: FloatArray) -> FloatArray:
    """Return critical band numbers (Traunmueller, "Analytical expressions for the tonotopic sensory scale", 1990)."""
    bark: FloatArray = 26.81 * hertz / (1960.0 + hertz) - 0.53
    return bark


def _noise_to_mask(sound: FloatArray, noise: FloatArray, rate: int) -> float:
    if len(sound) == 0:
        return -_LIMIT_DB
    size = sound.shape[1]
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    band = np.clip(np.floor(_bark(np.fft.rfftfreq(size, 1.0 / rate))), 0, 24).astype(int)
    member = (band[:, None] == np.arange(25)).astype(np.float32)
    used = member.sum(axis=0) > 0
    energy, change = (
        (np.abs(fft.rfft(frames * window, axis=1)) ** 2 @ member)[:, used] + _LIFT for frames in (sound, noise)
    )
    number = np.flatnonzero(used)
    step = number[None, :] - number[:, None]  # from the masking band (row) to the masked one (column)
    slope = np.where(step > 0, -_UPWARD_DB_PER_BARK * step, _DOWNWARD_DB_PER_BARK * step)
    mask = energy @ (10.0 ** ((slope - _MASK_UNDER_DB) / 10.0)).astype(np.float32)
    mask = np.maximum(mask, np.quantile(energy.max(axis=1), 0.97) * 10.0 ** (-_HEARING_UNDER_LOUD_DB / 10.0))
    share = (change / mask).mean(axis=1) + _LIFT  # over bands first, so that bands with no change do not hide others
    return float(np.clip((10.0 * np.log10(share)).mean(), -_LIMIT_DB, _LIMIT_DB))
