"""Measures how much the mark changes every trial file, and compares it with what the core says of itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench import grades, material, measures
from bench.recordings import whole
from core.errors import CountermarkError
from core.model import Kind


def rows(place: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row a file that can be marked."""
    for part, measure in (("images", picture_row), ("audio", recording_row)):
        for path in material.files(place, part, only=only, quick=quick):
            try:
                yield measure(path)
            except CountermarkError:
                continue  # the robustness and files runs list every refusal


def picture_row(path: Path) -> dict[str, Any]:
    """Return the measures of one picture, on its luma as 8-bit RGB over white."""
    from core import image
    from core.media.images import read_image

    picture = read_image(path)
    space = "cmyk" if picture.space == "cmyk" else None
    serial, _ = material.serials_for(path.name)
    marked = image.embed(picture.pixels, key=material.bench_key(), serial=serial, space=space)
    assert marked.pixels is not None
    before = measures.luma(material.as_seen(picture.pixels, space))
    after = measures.luma(material.as_seen(marked.pixels, space))
    return _row(path, Kind.IMAGE, marked) | {
        "psnr": _rounded(measures.psnr(before, after), 2),
        "ssim": _rounded(measures.ssim(before, after), 4),
        "ssim_uniform": _rounded(measures.ssim_uniform(before, after), 4),
        "flat_rms": _rounded(measures.flat_rms(before, after), 3),
        "largest": _rounded(float(np.abs(after - before).max()), 1),
    }


def recording_row(path: Path) -> dict[str, Any]:
    """Return the measures of one recording."""
    from core import audio
    from core.media.sounds import read_sound

    sound = read_sound(path)
    serial, _ = material.serials_for(path.name)
    marked = audio.embed(sound.samples, sound.rate, key=material.bench_key(), serial=serial)
    assert marked.samples is not None
    before, after = whole(sound.samples), whole(marked.samples)
    told, missing = grades.graded(before, after, sound.rate, path.name)
    return _row(path, Kind.AUDIO, marked) | {
        "grades": told,
        "missing": missing,
        "snr": _rounded(measures.snr(before, after), 1),
        "segmental_snr": _rounded(measures.segmental_snr(before, after, sound.rate), 1),
        "pauses": _rounded(measures.change_in_pauses(before, after, sound.rate), 1),
        "peak": [_rounded(float(np.abs(before).max()), 4), _rounded(float(np.abs(after).max()), 4)],
    }


def _row(path: Path, kind: Kind, marked: Any) -> dict[str, Any]:
    return {
        "file": path.name,
        "kind": str(kind),
        "class": material.class_of(path.name, kind),
        "parameters": marked.parameters,
        "core": {name: _rounded(float(value), 4) for name, value in marked.quality.items()},
    }


def _rounded(value: float | None, digits: int) -> float | None:
    """Return the number rounded, None where it is missing or infinite (JSON knows no infinity)."""
    return None if value is None or not math.isfinite(value) else round(value, digits)
