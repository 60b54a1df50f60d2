"""The figures of docs/how-it-works.md, on the project's own samples: `python -m bench.figures` writes them."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from app.samples import sample_picture, sample_recording
from core import audio, image
from core.keys import CreatorKey
from core.model import FloatArray
from core.spread import Codebook

ROOT = Path(__file__).resolve().parents[1]
KEY = CreatorKey.from_bytes(bytes(range(32)))
SERIAL, ISSUED = 214, 1000
_PAPER, _INK, _MUTED, _CERTAIN = "#FAF8F4", "#1E2430", "#5F6673", "#2F7D5B"
_GAP, _WORDS = 24, 40  # pixels between panels, and for the words above them
_FONT = ImageFont.truetype(str(ROOT / "resources" / "fonts" / "DejaVuSansCondensed.ttf"), 22)


def main() -> int:
    """Write all figures and say where they are."""
    folder = ROOT / "docs" / "pictures"
    for name, figure in (("picture", of_a_picture()), ("scores", of_scores()), ("recording", of_a_recording())):
        figure.save(folder / f"how-{name}.png", optimize=True)
        print(folder / f"how-{name}.png")
    return 0


def of_a_picture() -> Image.Image:
    """Return original, copy and their difference, amplified."""
    original = sample_picture(1200, 800, seed=3)
    copy = image.embed(original, key=KEY, serial=SERIAL).pixels
    assert copy is not None
    difference = np.clip(128 + 20 * (copy.astype(np.int16) - original), 0, 255).astype(np.uint8)
    parts = [Image.fromarray(part[120:520, 300:800]) for part in (original, copy, difference)]
    return _side_by_side(parts, ("the original", "the copy", "their difference, 20 times amplified"))


def of_scores() -> Image.Image:
    """Return the score of each issued serial in a damaged copy: one stands out."""
    copy = image.embed(sample_picture(1200, 800, seed=3), key=KEY, serial=SERIAL).pixels
    damaged = io.BytesIO()
    Image.fromarray(copy).resize((600, 400)).save(damaged, "JPEG", quality=30)
    asked: list[tuple[Codebook, FloatArray]] = []
    best = Codebook.best

    def listening(book: Codebook, soft: npt.ArrayLike, serials: npt.ArrayLike | None = None):  # type: ignore[no-untyped-def]
        asked.append((book, np.asarray(soft, np.float64)))
        return best(book, soft, serials)

    with mock.patch.object(Codebook, "best", listening):
        image.detect(np.asarray(Image.open(damaged)), key=KEY, serials=np.arange(ISSUED))
    every = [_scores(book, vector) for book, soft in asked for vector in np.atleast_2d(soft)]
    scores = max(every, key=lambda one: float(one[SERIAL]))
    chart = Image.new("RGB", (1500, 450), _PAPER)
    draw = ImageDraw.Draw(chart)
    bottom, scale = 360, 300 / float(scores.max())
    draw.line((60, bottom, 1460, bottom), fill=_MUTED)
    for serial, score in enumerate(scores):
        x = 60 + 1400 * serial / ISSUED
        draw.line((x, bottom, x, bottom - scale * float(score)), fill=_CERTAIN if serial == SERIAL else _MUTED)
    x = 60 + 1400 * SERIAL / ISSUED
    draw.text((x + 12, 52), f"no. {SERIAL}: score {scores[SERIAL]:.1f}", fill=_CERTAIN, font=_FONT)
    others = float(np.delete(scores, SERIAL).max())
    draw.text((x + 300, 200), f"the best of the other 999: {others:.1f}", fill=_INK, font=_FONT)
    draw.text(
        (60, bottom + 48), "the issued serials, 0 to 999, in a copy at half size and JPEG 30", fill=_MUTED, font=_FONT
    )
    return chart


def of_a_recording() -> Image.Image:
    """Return the spectrograms of original, copy and difference."""
    original = sample_recording(6.0)
    copy = audio.embed(original, 48000, key=KEY, serial=SERIAL).samples
    assert copy is not None
    parts = [_spectrogram(sound) for sound in (original, copy, copy - original)]
    return _side_by_side(parts, ("the original, up to 8 kHz", "the copy", "their difference, on the same scale"))


def _scores(book: Codebook, soft: FloatArray) -> FloatArray:
    unit = soft / max(float(np.sqrt(soft @ soft)), 1e-12)
    return np.array([float(unit @ book.row(serial)) for serial in range(ISSUED)])


def _spectrogram(samples: FloatArray) -> Image.Image:
    from scipy.signal import stft

    _, _, spectrum = stft(samples.reshape(len(samples), -1)[:, 0], 48000, nperseg=2048, noverlap=1536)
    level = 20 * np.log10(np.abs(spectrum[: 8000 * 2048 // 48000]) + 1e-7)
    grey = np.clip((level + 110) / 90, 0, 1)[::-1]
    return Image.fromarray((255 * (1 - grey)).astype(np.uint8)).convert("RGB").resize((500, 400))


def _side_by_side(parts: list[Image.Image], words: tuple[str, ...]) -> Image.Image:
    width = sum(part.width for part in parts) + _GAP * (len(parts) - 1)
    whole = Image.new("RGB", (width, parts[0].height + _WORDS), _PAPER)
    draw, x = ImageDraw.Draw(whole), 0
    for part, said in zip(parts, words, strict=True):
        draw.text((x, 6), said, fill=_INK, font=_FONT)
        whole.paste(part, (x, _WORDS))
        x += part.width + _GAP
    return whole


if __name__ == "__main__":
    sys.exit(main())
