"""Pictures for reports: a suspect beside its original, two recordings on one time line. Drawn from arrays."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from core.model import Recording

Drawing = npt.NDArray[np.uint8]  # (height, width, 3), RGB
_TALL, _WIDE, _GAP = 720, 860, 24  # pixels
_INK, _FRAME, _WAVE, _SHADE, _PAPER = "#1c1b1a", "#c24a00", "#3b5b78", "#f3e3c8", "#ffffff"
_PLOT = (1600, 190)  # pixels of one wave form
_RATE = 50  # values of loudness a second, for the alignment
_SPEEDS = np.round(np.concatenate([[1.0], np.arange(0.80, 1.2501, 0.01)]), 3)


def beside(
    suspect: npt.NDArray[Any],
    original: npt.NDArray[Any],
    where: tuple[tuple[float, float], ...] = (),
    *,
    cmyk: tuple[bool, bool] = (False, False),
) -> Drawing:
    """Return a picture of the suspect on the left and the original on the right.

    Pixels as `core.media.images` gives them. `where` are the corners of the work in suspect pixels, drawn as a frame.
    """
    left, scale = _fitted(suspect, cmyk[0])
    right, _ = _fitted(original, cmyk[1])
    if len(where) >= 3:
        corners = [(x * scale, y * scale) for x, y in where]
        ImageDraw.Draw(left).line([*corners, corners[0]], fill=_FRAME, width=4, joint="curve")
    sheet = Image.new("RGB", (left.width + _GAP + right.width, max(left.height, right.height)), _PAPER)
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width + _GAP, 0))
    return np.asarray(sheet)


def single(pixels: npt.NDArray[Any], where: tuple[tuple[float, float], ...] = (), *, cmyk: bool = False) -> Drawing:
    """Return a picture of the suspect alone, with the frame of the work."""
    image, scale = _fitted(pixels, cmyk)
    if len(where) >= 3:
        corners = [(x * scale, y * scale) for x, y in where]
        ImageDraw.Draw(image).line([*corners, corners[0]], fill=_FRAME, width=4, joint="curve")
    return np.asarray(image)


def aligned(
    suspect: Recording,
    rate: int,
    original: Recording,
    original_rate: int,
    spans: tuple[tuple[float, float], ...] = (),
) -> tuple[Drawing, str]:
    """Return the wave forms of the original (above) and of the suspect (below) on one time line, and a caption.

    The suspect is laid where the course of its loudness fits the original best, at speeds of 0.8 to 1.25. This is for
    the eye: no verdict rests on it. `spans` are the marked stretches of the suspect in seconds, shaded.
    """
    speed, offset, fit = alignment(_loudness(suspect, rate), _loudness(original, original_rate))
    length, other = len(original) / original_rate, len(suspect) / rate
    begin, end = min(0.0, offset), max(length, offset + other * speed)
    width, height = _PLOT
    sheet = Image.new("RGB", (width, 2 * height + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for start, stop in spans:
        x = [(offset + at * speed - begin) / (end - begin) * width for at in (start, stop)]
        draw.rectangle((x[0], height + _GAP, max(x[1], x[0] + 1), 2 * height + _GAP), fill=_SHADE)
    _wave(draw, original, original_rate, 0, (begin, end), 0.0, 1.0)
    _wave(draw, suspect, rate, height + _GAP, (begin, end), offset, speed)
    pace = "" if speed == 1.0 else f" The suspect is drawn at {speed:.2f} times its length."
    caption = (
        f"Above the original ({length:.1f} s), below the suspect ({other:.1f} s), laid at {max(offset, 0.0):.1f} s of"
        f" the original where its loudness fits best (correlation {fit:.2f}).{pace} Shaded: where the mark was read."
        " Drawn for the eye; the finding does not rest on it."
    )
    return np.asarray(sheet), caption


def png(drawing: Drawing) -> bytes:
    """Return a drawn picture as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(drawing).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def alignment(suspect: npt.NDArray[np.float64], original: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Return by how much the suspect's time is stretched, where it begins in the original (seconds), and the fit.

    Both are loudness in 1/50 s steps; the fit is 1 for a perfect one.
    """
    best = (1.0, 0.0, -1.0)
    base = _standard(original)
    for speed in _SPEEDS:
        count = max(4, round(len(suspect) * speed))
        part = _standard(np.interp(np.linspace(0, len(suspect) - 1, count), np.arange(len(suspect)), suspect))
        size = 1 << int(np.ceil(np.log2(len(base) + len(part))))
        both = np.fft.irfft(np.fft.rfft(base, size) * np.conj(np.fft.rfft(part, size)), size)
        place = int(np.argmax(both))
        fit = float(both[place]) / max(1.0, float(min(len(part), len(base))))
        if fit > best[2] + (0.02 if speed != 1.0 else 0.0):
            best = (float(speed), (place if place < size - len(part) else place - size) / _RATE, min(fit, 1.0))
    return best


def _standard(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    standard: npt.NDArray[np.float64] = (values - values.mean()) / (values.std() or 1.0)
    return standard


def _loudness(samples: Recording, rate: int) -> npt.NDArray[np.float64]:
    step = max(1, rate // _RATE)
    means = []
    for start in range(0, len(samples) - step + 1, step * 256):
        part = samples[start : start + step * 256].astype(np.float64).mean(axis=1)
        whole = part[: len(part) // step * step].reshape(-1, step)
        means.append(np.sqrt(np.mean(whole**2, axis=1)))
    return np.log(np.concatenate(means) + 1e-4) if means else np.zeros(4)


def _wave(
    draw: ImageDraw.ImageDraw,
    samples: Recording,
    rate: int,
    top: int,
    shown: tuple[float, float],
    offset: float,
    speed: float,
) -> None:
    width, height = _PLOT
    middle = top + height / 2
    draw.line((0, middle, width, middle), fill="#d8d3ca")
    seconds = (shown[1] - shown[0]) / width
    for x in range(width):
        first = int((shown[0] + x * seconds - offset) / speed * rate)
        last = max(first + 1, int((shown[0] + (x + 1) * seconds - offset) / speed * rate))
        if last <= 0 or first >= len(samples):
            continue
        part = samples[max(first, 0) : min(last, len(samples))]
        low, high = float(part.min()), float(part.max())
        draw.line((x, middle - high * height / 2, x, middle - low * height / 2 + 1), fill=_WAVE)
    draw.rectangle((0, top, width - 1, top + height - 1), outline="#d8d3ca")


def _fitted(pixels: npt.NDArray[Any], cmyk: bool) -> tuple[Image.Image, float]:
    """Return pixels as an RGB picture of the size of a report, and by how much they were scaled."""
    height, width = pixels.shape[:2]
    scale = min(_TALL / height, _WIDE / width, 1.0)
    step = max(1, int(1 / scale / 2))  # a coarse cut first, so that no full-size copy is made
    small = np.ascontiguousarray(pixels[::step, ::step])
    if small.dtype != np.uint8:
        small = (small / (np.iinfo(small.dtype).max / 255)).astype(np.uint8)
    if cmyk:
        image = Image.frombytes("CMYK", (small.shape[1], small.shape[0]), small.tobytes()).convert("RGB")
    elif small.ndim == 3 and small.shape[2] in (2, 4):
        image = Image.fromarray(small).convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, _PAPER), image).convert("RGB")
    else:
        image = Image.fromarray(small).convert("RGB")
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS), scale
