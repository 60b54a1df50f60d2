"""Synthetic sample material: a picture and a spoken recording, always the same, made here and free of rights.

Both have the statistics that watermarks live on: the picture has smooth areas, 1/f texture and hard edges, the
recording a pulse source through moving formants (source and filter as in Fant, "Acoustic Theory of Speech
Production", 1960), hiss, syllables and pauses.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_Plane = npt.NDArray[np.float32]

# First four formants in Hz of a, e, i, o, u and a neutral vowel (after Peterson and Barney, 1952, rounded).
_VOWELS = np.array(
    [
        [730, 1090, 2440, 3400],
        [530, 1840, 2480, 3500],
        [290, 2250, 3000, 3700],
        [570, 880, 2410, 3300],
        [320, 900, 2240, 3300],
        [500, 1500, 2500, 3500],
    ],
    np.float64,
)
_HIGHER = np.array([4500.0, 5600.0, 6800.0, 8200.0])  # of the vocal tract's end: the same for all vowels
_BANDWIDTHS = np.array([70.0, 95.0, 140.0, 220.0, 300.0, 400.0, 500.0, 600.0])
_FRAME = 0.004  # seconds between the frames in which pitch, formants and loudness move


def sample_picture(width: int = 900, height: int = 600, seed: int = 1) -> npt.NDArray[np.uint8]:
    """Return a landscape like a photograph: uint8 of shape (height, width, 3), the same for the same arguments."""
    random = np.random.default_rng(seed)
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    rough = _noise(random, height, width, 1.0)
    soft = _noise(random, height, width, 1.7)
    picture = _sky(x, y, soft)
    aspect = width / height
    for layer in range(4):
        near = layer / 3
        ridge = _ridge(random, width, 0.50 + 0.11 * layer, 0.10 - 0.015 * layer)
        shape = _cover((y - ridge[None, :]) * height)
        colour = _colour(0.55, 0.62, 0.70) * (1 - near) + _colour(0.20, 0.27, 0.10) * near
        light = 1 + (0.05 + 0.30 * near) * np.roll(rough, 97 * layer, 1) + 0.12 * np.roll(soft, 211 * layer, 1)
        _paint(picture, shape, colour[None, None, :] * light[:, :, None] * (0.8 + 0.25 * y)[:, :, None])
        for _ in range(9 * layer if layer < 3 else 0):
            place = random.uniform(0.02, 0.98)
            foot = float(ridge[min(int(place * width), width - 1)]) + 0.02
            _tree(picture, x, y, place, foot, random.uniform(0.03, 0.06) * (0.6 + near), aspect, rough)
    _house(picture, x, y, random.uniform(0.2, 0.7), aspect, rough)
    grain = random.standard_normal((height, width, 3), np.float32)
    return np.clip(picture * 255 + 1.6 * grain + 0.5, 0, 255).astype(np.uint8)


def sample_recording(seconds: float = 12.0, rate: int = 48000, seed: int = 1) -> _Plane:
    """Return a spoken-like recording with pauses: float32 of shape (frames, 1), peak 0.5, the same every time."""
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    if not count:
        return np.zeros((0, 1), np.float32)
    hop = max(1, round(_FRAME * rate))
    frames = count // hop + 2
    voiced, hissing, formants, pitch, centre = _syllables(random, frames)
    at = np.arange(count) / hop
    pulses = _pulses(np.interp(at, np.arange(frames), pitch), rate, random)
    breath = random.standard_normal(count)
    freq = np.fft.rfftfreq(8 * hop, 1 / rate).astype(np.float64)
    vowel = _formant_filter(freq, formants, rate) * voiced[:, None]
    band = hissing[:, None] * np.exp(-0.5 * ((freq[None, :] - centre[:, None]) / 1500) ** 2)
    sound = _filtered(pulses + 0.02 * breath, vowel, hop) + 0.05 * _filtered(breath, band, hop)
    sound *= 0.5 / max(float(np.abs(sound).max(initial=0.0)), 1e-9)
    sound += 6e-5 * random.standard_normal(count)  # the floor of a quiet room: no recording is digitally silent
    return np.clip(sound, -0.5, 0.5).astype(np.float32)[:, None]


def _noise(random: np.random.Generator, height: int, width: int, power: float) -> _Plane:
    """Return noise whose amplitude spectrum falls as 1/f^power, standard deviation 1."""
    spectrum = np.fft.rfft2(random.standard_normal((height, width)))
    f = np.hypot(np.fft.fftfreq(height)[:, None] * height / width, np.fft.rfftfreq(width)[None, :])
    f[0, 0] = np.inf
    plane = np.fft.irfft2(spectrum / f**power, s=(height, width))
    return (plane / max(float(plane.std()), 1e-12)).astype(np.float32)


def _ridge(random: np.random.Generator, width: int, level: float, swing: float) -> _Plane:
    """Return the height of a line of hills at each column, as a share of the picture's height."""
    x = np.linspace(0, 1, width)
    line = sum(
        np.sin(2 * np.pi * (f * x + random.uniform())) / f**1.1 * random.uniform(0.5, 1.0)
        for f in (0.7, 1.6, 3.1, 6.3, 13.0, 29.0)
    )
    return (level + swing * 0.5 * np.asarray(line)).astype(np.float32)


def _sky(x: _Plane, y: _Plane, clouds: _Plane) -> _Plane:
    height = np.clip(y * 1.7, 0, 1)[:, :, None]
    top, horizon = _colour(0.28, 0.48, 0.78), _colour(0.93, 0.86, 0.76)
    sky = top + (horizon - top) * height**1.3
    cover = np.clip(clouds * 0.9 + 0.1 - 0.5 * y, 0, 1.2)[:, :, None]
    sky = sky + (_colour(0.97, 0.96, 0.95) - sky) * np.minimum(cover, 0.85)
    glow = np.exp(-((x - 0.78) ** 2 + ((y - 0.30) * 0.7) ** 2) / 0.02)[:, :, None]
    return np.asarray(sky + glow * _colour(0.10, 0.08, 0.02), np.float32)


def _tree(
    picture: _Plane, x: _Plane, y: _Plane, place: float, foot: float, size: float, aspect: float, rough: _Plane
) -> None:
    """Paint one pointed tree whose outline and needles follow the texture."""
    height, width = picture.shape[:2]
    rows = slice(max(0, int((foot - 2.4 * size) * height)), min(height, int((foot + 0.2 * size) * height) + 1))
    left, right = int((place - size / aspect) * width), int((place + size / aspect) * width) + 1
    columns = slice(max(0, left), min(width, right))
    texture = rough[rows, columns]
    down = (foot - y[rows]) / (2.2 * size)
    half = 0.42 * size * np.clip(1 - down, 0, 1) * (1 + 0.25 * np.sin(38 * down) + 0.2 * texture)
    shape = _cover((half - np.abs(x[:, columns] - place) * aspect) * height) * _cover(down * height)
    _paint(picture[rows, columns], shape, _colour(0.11, 0.19, 0.10) * (1 + 0.45 * texture)[:, :, None])


def _house(picture: _Plane, x: _Plane, y: _Plane, place: float, aspect: float, rough: _Plane) -> None:
    """Paint a house with a roof, a door and windows: straight edges and flat colour."""
    height = picture.shape[0]
    across, down = (x - place) * aspect, y - 0.83

    def box(left: float, right: float, top: float, bottom: float) -> _Plane:
        inside = np.minimum(np.minimum(across - left, right - across), np.minimum(down - top, bottom - down))
        return _cover(inside * height)

    plaster = _colour(0.86, 0.80, 0.70) * (1 + 0.03 * rough)[:, :, None]
    _paint(picture, box(-0.13, 0.13, -0.10, 0.06), plaster)
    roof = _cover(np.minimum(0.17 - np.abs(across) - (-0.10 - down) * 1.5, -0.095 - down) * height)
    tiles = 1 + 0.12 * np.sign(np.sin(260 * down)) + 0.05 * rough
    _paint(picture, roof, _colour(0.58, 0.24, 0.17) * tiles[:, :, None])
    glass = np.broadcast_to(_colour(0.16, 0.22, 0.30), picture.shape)
    for left in (-0.105, 0.035):
        _paint(picture, box(left, left + 0.07, -0.06, -0.01), glass)
        for bar in (left + 0.033, left):
            _paint(picture, box(bar, bar + 0.005, -0.06, -0.01), plaster)
    _paint(picture, box(-0.02, 0.02, -0.03, 0.06), np.broadcast_to(_colour(0.32, 0.19, 0.11), picture.shape))


def _cover(distance: npt.NDArray[np.floating]) -> _Plane:
    """Return how far a pixel lies inside a shape, from its signed distance in pixels: edges as a lens draws them."""
    return np.asarray(np.clip(distance + 0.5, 0, 1), np.float32)


def _paint(picture: _Plane, shape: _Plane, colour: npt.NDArray[np.floating]) -> None:
    picture += (colour - picture).astype(np.float32) * shape[:, :, None]


def _colour(red: float, green: float, blue: float) -> _Plane:
    return np.array([red, green, blue], np.float32)


def _syllables(random: np.random.Generator, frames: int) -> tuple[npt.NDArray[np.float64], ...]:
    """Return loudness of voice and hiss, formants, pitch and the hiss's frequency for each frame.

    Phrases of 1.2 to 2.6 s are parted by pauses of 0.3 to 0.6 s.
    """
    voiced, hissing = np.zeros(frames), np.zeros(frames)
    formants = np.tile(_VOWELS[5], (frames, 1))
    pitch, centre = np.full(frames, 115.0), np.full(frames, 5000.0)
    now = 0.15
    while now < frames * _FRAME:
        start, end = now, now + random.uniform(1.2, 2.6)
        while now < end:
            if random.uniform() < 0.55:
                length = random.uniform(0.05, 0.12)
                span = _span(now, length, frames)
                hissing[span] = random.uniform(0.4, 1.0)
                centre[span] = random.uniform(3000, 7000)
                now += length
            else:
                now += random.uniform(0.02, 0.06)  # the closure of a stop
            length = random.uniform(0.12, 0.26)
            span = _span(now, length, frames)
            voiced[span] = random.uniform(0.6, 1.0)
            formants[span] = _VOWELS[random.integers(len(_VOWELS))] * random.uniform(0.94, 1.06, 4)
            pitch[span] = (128 - 22 * (now - start) / (end - start)) * random.uniform(0.92, 1.1)
            now += length
        now += random.uniform(0.3, 0.6)
    formants = np.stack([_smooth(track, 15) for track in formants.T], axis=1)
    return _smooth(voiced, 9), _smooth(hissing, 5), formants, _smooth(pitch, 25), centre


def _span(start: float, length: float, frames: int) -> slice:
    return slice(min(frames, round(start / _FRAME)), min(frames, round((start + length) / _FRAME)))


def _smooth(track: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    window = np.hanning(width + 2)
    padded = np.pad(track, width // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="same")[width // 2 : width // 2 + len(track)]


def _pulses(pitch: npt.NDArray[np.float64], rate: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return glottal pulses at the given pitch in Hz for each sample, with the jitter and shimmer of a voice."""
    turns = np.cumsum(pitch / rate)
    starts = np.interp(np.arange(1, int(turns[-1]) + 1), turns, np.arange(len(turns)))
    starts = np.clip(starts + random.normal(0, 0.004, len(starts)) * rate / 115, 0, max(len(pitch) - 2, 0))
    whole = starts.astype(np.int64)
    share, height = starts - whole, random.normal(1, 0.04, len(starts))
    train = np.zeros(len(pitch) + 1)
    np.add.at(train, whole, (1 - share) * height)
    np.add.at(train, whole + 1, share * height)
    return train[: len(pitch)]


def _formant_filter(
    freq: npt.NDArray[np.float64], formants: npt.NDArray[np.float64], rate: int
) -> npt.NDArray[np.complex128]:
    """Return the frequency response (frames, frequencies) of cascaded resonators and the glottal slope."""
    z = np.exp(-2j * np.pi * freq / rate)
    radius = np.exp(-np.pi * _BANDWIDTHS / rate)
    slope = freq / (freq + 60) / (1 + freq / 900)  # source -12 dB, lips +6 dB an octave
    response = np.tile(slope.astype(np.complex128), (len(formants), 1))
    fixed = np.ones_like(z)
    for k, higher in enumerate(_HIGHER, formants.shape[1]):
        turn, square = 2 * radius[k] * np.cos(2 * np.pi * higher / rate), radius[k] ** 2
        fixed *= (1 - turn + square) / (1 - turn * z + square * z**2)
    response *= fixed
    for k in range(formants.shape[1]):
        turns = 2 * radius[k] * np.cos(2 * np.pi * formants[:, k] / rate)[:, None]
        square = radius[k] ** 2
        response *= (1 - turns + square) / ((1 + square * z**2) - turns * z)
    return response


def _filtered(
    source: npt.NDArray[np.float64], response: npt.NDArray[np.complexfloating] | npt.NDArray[np.float64], hop: int
) -> npt.NDArray[np.float64]:
    """Return the source through a filter that changes every `hop` samples: overlap-add of windowed frames."""
    frames, size = len(response), 8 * hop
    padded = np.pad(source, (2 * hop, size + frames * hop - len(source)))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, 4 * hop)[::hop][:frames]
    window = np.hanning(4 * hop + 1)[:-1] / 2
    spectra = np.fft.rfft(pieces * window, size)
    made = np.fft.irfft(spectra * response, size).reshape(frames, 8, hop)
    total = np.zeros((frames + 8, hop))
    for part in range(8):
        total[part : part + frames] += made[:, part]
    return total.reshape(-1)[2 * hop : 2 * hop + len(source)]
