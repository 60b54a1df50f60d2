"""Marks the same pictures with Countermark and with its peers, damages all in the same way, reads all back.

The peers carry 32 bits, of which every one must come back right; Countermark must be `certain` of the right one of
1,000 serials, by the file alone. A peer is told what it needs to know: its payload's length, its passwords, and, as
the better of two tries, the damaged picture resized to the size in which it was marked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench import material, measures, sample
from bench.attacks import Pixels, generator
from bench.attacks.images import ATTACKS
from bench.attacks.images.codecs import resized
from bench.peers import asked
from bench.results import found, outcome
from core.errors import CountermarkError

TOOLS = ("blind_watermark", "invisible-watermark dwtDct", "invisible-watermark dwtDctSvd")
PICTURES, MEGAPIXELS = 8, 0.5  # so many pictures, scaled to at most so large: blind_watermark takes seconds each
BITS = 32
DAMAGE = (
    *("none", "jpeg_90", "jpeg_70", "jpeg_50", "jpeg_20", "webp_50", "avif_40", "scale_75", "scale_50"),
    *("fit_600_jpeg_70", "aspect_80_100", "crop_75", "crop_33", "crop_25", "border_5", "rotate_3_crop"),
    *("rotate_45_full", "rotate_90", "mirror", "perspective_3", "bend_1", "blur_2", "median_5", "noise_10"),
    *("invert", "gamma_160", "contrast_130", "grey", "overlay_25", "screenshot_inset", "collage_70", "print_scan"),
)


def rows(
    files: Sequence[Path], *, quick: bool = False, done: Mapping[str, dict[str, Any]] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row a picture: PSNR and what was read, by program and damage."""
    begun = done or {}
    taken = 0
    for path in sample.chosen(files):
        if taken == (1 if quick else PICTURES):
            return
        row = begun.get(path.name) or _row(path)
        if row is not None:
            taken += 1
            yield row


def _row(path: Path) -> dict[str, Any] | None:
    """Return the row of one picture; None where Countermark refuses it or it is too small for the sample."""
    from core import image

    try:
        picture = sample.opened(path)
        if picture is None:
            return None
        pixels = material.as_seen(picture.pixels, picture.space)
        if picture.megapixels > MEGAPIXELS:
            factor = (MEGAPIXELS / picture.megapixels) ** 0.5
            pixels = resized(pixels, round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
        serial, candidates = material.serials_for(path.name)
        key = material.bench_key()
        own = image.embed(pixels, key=key, serial=serial).pixels
    except CountermarkError:
        return None
    assert own is not None
    row: dict[str, Any] = dict(picture.about) | {"size": [pixels.shape[1], pixels.shape[0]]}
    row |= {"psnr": {"Countermark": _psnr(pixels, own)}, "read": {"Countermark": {}}, "failed": {}}
    for attack in _damage():
        damaged = attack.apply(own, generator(material.SEED, attack.name, path.name))
        findings = image.detect(damaged, key=key, serials=candidates)
        row["read"]["Countermark"][attack.name] = int(found(outcome(findings, serial)))
    with tempfile.TemporaryDirectory(prefix="countermark-peers-") as folder:
        _of_peers(row, pixels, path.name, Path(folder))
    return row


def _of_peers(row: dict[str, Any], pixels: Pixels, name: str, folder: Path) -> None:
    """Add to a row what the other programs did."""
    payload = generator(material.SEED, "payload", name).integers(0, 2, BITS).tolist()
    source = str(folder / "source.npy")
    np.save(source, pixels)
    marking = [
        {"tool": tool, "do": "embed", "source": source, "target": str(folder / f"{n}.npy"), "bits": payload}
        for n, tool in enumerate(TOOLS)
    ]
    jobs, asks = [], []
    for job, answer in zip(marking, asked(marking), strict=True):
        tool = str(job["tool"])
        if "failed" in answer:
            row["failed"][tool] = answer["failed"]
            continue
        marked = np.load(str(job["target"]))
        row["psnr"][tool] = _psnr(pixels, marked)
        row["read"][tool] = {}
        for attack in _damage():
            damaged = attack.apply(marked, generator(material.SEED, attack.name, name))
            if damaged.ndim == 2:
                damaged = np.repeat(damaged[:, :, None], 3, axis=2)
            tries = [damaged]
            if damaged.shape != pixels.shape:
                tries.append(resized(damaged, pixels.shape[1], pixels.shape[0]))
            row["read"][tool][attack.name] = 0
            for seen in tries:
                place = str(folder / f"suspect {len(jobs)}.npy")
                np.save(place, seen)
                jobs.append({"tool": tool, "do": "read", "source": place, "bits": BITS})
                asks.append((tool, attack.name))
    for (tool, attack_name), answer in zip(asks, asked(jobs) if jobs else [], strict=True):
        row["read"][tool][attack_name] |= int(answer.get("bits") == payload)


def _damage() -> list[Any]:
    return [attack for attack in ATTACKS if attack.name in DAMAGE]


def _psnr(before: Pixels, after: Pixels) -> float:
    return round(measures.psnr(measures.luma(before), measures.luma(after)), 2)
