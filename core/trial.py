"""Would it survive? A copy is damaged in memory as life does it, and read back: nothing is written, nothing stored."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.keys import CreatorKey
from core.model import Finding, FloatArray, Kind, Verdict
from core.progress import Progress, silent

if TYPE_CHECKING:
    from core.media.images import Picture
    from core.media.sounds import Sound

Pixels = npt.NDArray[np.uint8]
_LONGEST = 120  # seconds of a recording that are tried
_PIECE = 10.0  # seconds of a cut


@dataclass(frozen=True, slots=True)
class Tried:
    """One kind of damage, and what a check of the damaged copy says.

    `damage` names it ("jpeg60", "crop20", ...: the keys of PICTURES and SOUNDS). `verdict` is NOTHING also where a mark
    was found that is not the copy's own.
    """

    damage: str
    verdict: Verdict
    probability: float


def trial(
    path: Path, *, serial: int, key: CreatorKey, serials: npt.NDArray[np.int64], progress: Progress = silent
) -> Iterator[Tried]:
    """Yield what becomes of the mark of a copy under each kind of damage, as it is tried.

    `serials` are those of the catalog, among which it must stand out as in a check. UnreadableError where the file
    cannot be read; CancelledError out of `progress`.
    """
    from core.media.files import kind_of

    progress(0.0, "reading")
    if kind_of(path) is Kind.IMAGE:
        yield from _pictures(path, serial, key, serials, progress)
    else:
        yield from _sounds(path, serial, key, serials, progress)


def _pictures(
    path: Path, serial: int, key: CreatorKey, serials: npt.NDArray[np.int64], progress: Progress
) -> Iterator[Tried]:
    from core import image
    from core.media.images import read_image
    from core.media.shown import shown

    picture: Picture = read_image(path)
    seen = shown(picture.pixels, picture.space)
    for place, (name, damage) in enumerate(PICTURES.items()):
        progress(place / len(PICTURES), "damaging")
        yield _tried(name, serial, image.detect(damage(seen), key=key, serials=serials))


def _sounds(
    path: Path, serial: int, key: CreatorKey, serials: npt.NDArray[np.int64], progress: Progress
) -> Iterator[Tried]:
    from core import audio
    from core.media.sounds import read_sound

    sound: Sound = read_sound(path)
    samples = np.asarray(sound.samples[: _LONGEST * sound.rate], np.float32)
    for place, (name, damage) in enumerate(SOUNDS.items()):
        progress(place / len(SOUNDS), "damaging")
        damaged, rate = damage(samples, int(sound.rate))
        yield _tried(name, serial, audio.detect(damaged, rate, key=key, serials=serials))


def _tried(name: str, serial: int, findings: tuple[Finding, ...]) -> Tried:
    own = next((finding for finding in findings if finding.serial == serial), None)
    return Tried(name, own.verdict, own.probability) if own else Tried(name, Verdict.NOTHING, 1.0)


# -- pictures ------------------------------------------------------------------------------------------------------


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    with Image.open(file) as again:
        return np.asarray(again.convert("RGB"))


def _cropped(pixels: Pixels, kept: float) -> Pixels:
    """Return the middle with this share of the area."""
    height, width = pixels.shape[:2]
    side = kept**0.5
    tall, wide = round(height * side), round(width * side)
    top, left = (height - tall) // 2, (width - wide) // 2
    return pixels[top : top + tall, left : left + wide]


def _scaled(pixels: Pixels, width: int) -> Pixels:
    """Return it so wide, or as it is where it is narrower."""
    from PIL import Image

    height_before, width_before = pixels.shape[:2]
    if width >= width_before:
        return pixels
    size = (width, max(1, round(height_before * width / width_before)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def _screenshot(pixels: Pixels) -> Pixels:
    """Return it at 70 % on a page with a bar above and text-like lines below."""
    small = _scaled(pixels, max(1, round(pixels.shape[1] * 0.7)))
    height, width = small.shape[:2]
    page = np.full((round(height * 1.4), round(width * 1.3), 3), 245, np.uint8)
    page[: round(height * 0.08)] = 60
    top, left = round(height * 0.16), round(width * 0.15)
    page[top : top + height, left : left + width] = small
    for line in range(top + height + 8, page.shape[0] - 4, 12):
        page[line : line + 3, left : left + round(width * 0.8)] = 120
    return page


def _turned(pixels: Pixels, degrees: float) -> Pixels:
    from PIL import Image

    turned = Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC)
    return _cropped(np.asarray(turned), 0.7)


PICTURES: dict[str, Callable[[Pixels], Pixels]] = {
    "jpeg60": lambda p: _jpeg(p, 60),
    "jpeg30": lambda p: _jpeg(p, 30),
    "crop20": lambda p: _cropped(p, 0.8),
    "crop75": lambda p: _cropped(p, 0.25),
    "feed1080": lambda p: _jpeg(_scaled(p, 1080), 75),
    "thumbnail400": lambda p: _jpeg(_scaled(p, 400), 70),
    "mirrored": lambda p: _jpeg(np.ascontiguousarray(p[:, ::-1]), 75),
    "turned5": lambda p: _jpeg(_turned(p, 5.0), 75),
    "screenshot": lambda p: _jpeg(_screenshot(p), 80),
}


# -- recordings ----------------------------------------------------------------------------------------------------


def _coded(samples: FloatArray, rate: int, form: str, subtype: str, **options: Any) -> tuple[FloatArray, int]:
    """Return it after the codec of a format, in memory."""
    from core.media import blocks

    content = blocks.encode(samples, rate, form, subtype, **options)
    decoded = blocks.decode(Path(form), content=content)
    return np.asarray(decoded.samples[:]), decoded.rate


def _mp3(samples: FloatArray, rate: int) -> tuple[FloatArray, int]:
    """Return it after MP3 at about 64 kbit/s: mono or stereo at a rate that MP3 knows."""
    samples, rate = _at(samples[:, :2], rate, 44100 if rate > 44100 else 24000 if rate < 16000 else rate)
    known = min((16000, 22050, 24000, 32000, 44100, 48000), key=lambda r: abs(r - rate))
    samples, rate = _at(samples, rate, known)
    level = (320 - 64) / (320 - 32) if rate >= 32000 else (160 - 64) / (160 - 8)  # linear in the bit rate
    return _coded(samples, rate, "MP3", "MPEG_LAYER_III", compression_level=level, bitrate_mode="CONSTANT")


def _telephone(samples: FloatArray, rate: int) -> tuple[FloatArray, int]:
    """Return it as a telephone carries it: 300 to 3400 Hz, 8 kHz, mu-law."""
    from scipy.signal import butter, sosfilt

    mono, _ = _at(samples.mean(axis=1, keepdims=True), rate, 8000)
    band = sosfilt(butter(4, (300, 3400), "bandpass", fs=8000, output="sos"), mono, axis=0)
    return _coded(np.clip(band, -1, 1).astype(np.float32), 8000, "WAV", "ULAW")


def _faster(samples: FloatArray, rate: int, times: float) -> tuple[FloatArray, int]:
    """Return it played `times` as fast, at the old rate."""
    new = round(rate / times)
    return _at(samples, rate, new)[0], rate


def _noisy(samples: FloatArray, rate: int) -> tuple[FloatArray, int]:
    """Return it with white noise 20 dB under its level."""
    level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) * 0.1
    noise = np.random.default_rng(20).normal(0.0, level, samples.shape)
    return (samples + noise).astype(np.float32), rate


def _cut(samples: FloatArray, rate: int) -> tuple[FloatArray, int]:
    """Return its loudest ten seconds."""
    frames = round(_PIECE * rate)
    if len(samples) <= frames:
        return samples, rate
    power = np.square(samples, dtype=np.float64).mean(axis=1)
    sums = np.concatenate([[0.0], np.cumsum(power)])
    start = int(np.argmax(sums[frames:] - sums[:-frames]))
    return samples[start : start + frames], rate


def _at(samples: FloatArray, rate: int, wanted: int) -> tuple[FloatArray, int]:
    if wanted == rate:
        return samples, rate
    from core.media.resampled import resampled

    return np.asarray(resampled(Path("recording"), samples, rate, wanted)[:], np.float32), wanted


SOUNDS: dict[str, Callable[[FloatArray, int], tuple[FloatArray, int]]] = {
    "mp3-64": _mp3,
    "cut10": _cut,
    "telephone": _telephone,
    "faster5": lambda s, r: _faster(s, r, 1.05),
    "noise20": _noisy,
    "mp3-cut": lambda s, r: _mp3(*_cut(s, r)),
}
