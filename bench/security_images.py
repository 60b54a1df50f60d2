"""Attacks on the picture mark by people who know how it works: wrong keys, deleted serials, collusion, theft, removal.

Each case yields one row a picture (or a group of pictures): counts, and in `checks` and `informed` the outcomes, so
that wrong serials are counted with all others. An attacker here has marked copies, never the key or the originals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import material, measures, sample
from bench.attacks import Pixels, generator
from bench.attacks.images import ATTACKS
from bench.attacks.images.codecs import resized
from bench.attacks.security import common_frequencies, copied, notched, residue, without_frequencies
from bench.results import outcome
from core.errors import CountermarkError
from core.model import Finding, Kind, Reference, Verdict

PICTURES, WORKS, KEYS, COPIES = 10, 20, 4, 5
MEGAPIXELS = 0.6
NOTCHES = (100, 400)
_DAMAGE = {attack.name: attack for attack in ATTACKS}
_AFTER_DELETION = ("none", "jpeg_50", "rotate_7_full", "crop_33")
_SHOWN = ("none", "jpeg_50", "crop_50", "mirror", "rotate_7_full", "collage_40", "invert")


class Work:
    """One picture with its marked copy, its reference, its serial and the candidates."""

    def __init__(self, name: str, pixels: Pixels, number: int) -> None:
        from core import image

        self.name, self.pixels = name, pixels
        self.serial, self.candidates = material.serials_for(name)
        self.marked = self.copy(self.serial)
        height, width = pixels.shape[:2]
        signal = image.reference_signal(pixels)
        self.reference = Reference(number, Kind.IMAGE, width=width, height=height, signal=signal)

    def copy(self, serial: int) -> Pixels:
        """Return the copy with this serial."""
        from core import image

        marked = image.embed(self.pixels, key=material.bench_key(), serial=serial).pixels
        assert marked is not None
        return marked


def rows(
    files: Sequence[Path], *, quick: bool = False, done: Mapping[str, dict[str, Any]] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the rows of all cases."""
    begun = done or {}
    works = list(_works(files, 3 if quick else WORKS))
    some = works[: 2 if quick else PICTURES]
    cases: dict[str, Callable[[Work], dict[str, Any]]] = {
        "wrong keys": wrong_keys,
        "deleted serial": deleted_serial,
        "average of five copies": averaged_copies,
        "template notch": notch_and_turn,
    }
    for title, case in cases.items():
        for work in some:
            name = f"{title}: {work.name}"
            yield begun.get(name) or {"file": name, "case": title} | case(work)
    for work, other in zip(some, some[1:] + some[:1], strict=True):
        name = f"copy attack: {work.name}"
        yield begun.get(name) or {"file": name, "case": "copy attack"} | copy_attack(work, other)
    yield begun.get("average of works") or {"file": "average of works", "case": "average of works"} | averaged_works(
        works
    )
    yield begun.get("common template") or {"file": "common template", "case": "common template"} | common_template(
        works
    )


def wrong_keys(work: Work) -> dict[str, Any]:
    """Look for a copy, as it is and turned, with keys that are not its own."""
    from core import image

    turned = _damaged(work, "rotate_7_full")
    verdicts = []
    for number in range(KEYS):
        key = material.bench_key(f"stranger {number}")
        for pixels in (work.marked, turned):
            verdicts += [f.verdict for f in image.detect(pixels, key=key, serials=work.candidates)]
        found = image.detect_informed(
            turned, key=key, serials=work.candidates, references=(work.reference,), jpeg_tables=None
        )
        verdicts += [finding.verdict for finding in found]
    return {
        "tries": 3 * KEYS,
        "certain": verdicts.count(Verdict.CERTAIN),
        "probable": verdicts.count(Verdict.PROBABLE),
    }


def deleted_serial(work: Work) -> dict[str, Any]:
    """Look for a copy whose serial is no longer among the candidates: it may not be given to anybody else."""
    from core import image

    others = work.candidates[work.candidates != work.serial]
    key = material.bench_key()
    checks, informed = {}, {}
    for name in _AFTER_DELETION:
        pixels = _damaged(work, name)
        found = image.detect(pixels, key=key, serials=others)
        checks[name] = _without_serial(found)
        known = image.detect_informed(pixels, key=key, serials=others, references=(work.reference,), jpeg_tables=None)
        informed[name] = _without_serial(known)
    return {"checks": checks, "informed": informed}


def averaged_copies(work: Work) -> dict[str, Any]:
    """Average the copies of several recipients, save that as JPEG 80: whose copies are still found?"""
    from core import image

    drawn = generator(material.SEED, "colluders", work.name).choice(work.candidates, COPIES, replace=False)
    serials = {int(serial) for serial in drawn}
    total = sum(work.copy(serial).astype(np.float32) for serial in sorted(serials))
    mixed = np.clip(np.rint(np.asarray(total) / COPIES), 0, 255).astype(np.uint8)
    seen = _saved(mixed)
    key = material.bench_key()
    blind = image.detect(seen, key=key, serials=work.candidates, references=(_size(work),))
    informed = image.detect_informed(
        seen, key=key, serials=work.candidates, references=(work.reference,), jpeg_tables=None
    )
    return {
        "blind": _named(blind, serials),
        "informed_found": _named(informed, serials),
        "copies": COPIES,
    }


def notch_and_turn(work: Work) -> dict[str, Any]:
    """Take the strongest peaks out of the spectrum, where the template lies, then turn the picture by 7 degrees."""
    checks, informed, psnr = {}, {}, {}
    for count in NOTCHES:
        hurt = notched(work.marked, count)
        psnr[str(count)] = round(measures.psnr(measures.luma(work.marked), measures.luma(hurt)), 1)
        turned = _DAMAGE["rotate_7_full"].apply(hurt, generator(material.SEED, "notch", work.name))
        for name, pixels in ((f"{count}", hurt), (f"{count}, turned", turned)):
            checks[name] = _blind(work, pixels)
            informed[name] = _informed(work, pixels)
    return {"checks": checks, "informed": informed, "psnr": psnr}


def copy_attack(work: Work, other: Work) -> dict[str, Any]:
    """Lift the mark off one picture and lay it over another; and ask of true copies whether they show the work."""
    from core import image

    clean = resized(other.pixels, work.marked.shape[1], work.marked.shape[0])
    victim = copied(work.marked, clean)
    found = image.detect(victim, key=material.bench_key(), serials=work.candidates)
    right = outcome(found, work.serial)
    damaged = {name: _damaged(work, name) for name in _SHOWN}
    return {
        "mark": right,
        "psnr": round(measures.psnr(measures.luma(clean), measures.luma(victim)), 1),
        "shows_work": image.shows_work(victim, work.reference),
        "copies_show_work": {name: image.shows_work(pixels, work.reference) for name, pixels in damaged.items()},
    }


def averaged_works(works: Sequence[Work]) -> dict[str, Any]:
    """Average what looks like noise in many works of one creator: does the pattern come out, does taking it off harm?

    The average is compared with the key's pattern at every offset, and so are patterns of other keys.
    """
    from core.image.pattern import Pattern

    side = min(min(work.marked.shape[:2]) for work in works)
    average = np.mean([residue(work.marked)[:side, :side] for work in works], axis=0)
    strangers = [_likeness(average, Pattern.of(material.bench_key(f"stranger {n}"))) for n in range(KEYS)]
    checks = {}
    for work in works[:PICTURES]:
        height, width = work.marked.shape[:2]
        laid = np.tile(average, (-(-height // side), -(-width // side)))[:height, :width]
        cleaned = np.clip(np.rint(work.marked - 1.5 * laid[:, :, None]), 0, 255).astype(np.uint8)
        checks |= {f"before, {work.name}": _blind(work, work.marked), f"after, {work.name}": _blind(work, cleaned)}
    return {
        "works": len(works),
        "likeness": round(_likeness(average, Pattern.of(material.bench_key())), 2),
        "likeness_of_strangers": [round(min(strangers), 2), round(max(strangers), 2)],
        "checks": checks,
    }


def common_template(works: Sequence[Work]) -> dict[str, Any]:
    """Find the template's frequencies in many works of one creator, take them off each, turn it by 7 degrees."""
    from core.image.pattern import Pattern

    true = np.asarray(Pattern.of(material.bench_key()).template_points, float)
    guessed = common_frequencies([work.marked for work in works], len(true))
    apart = np.abs(np.concatenate([guessed[:, None] - true, guessed[:, None] + true], axis=1)).max(axis=2).min(axis=1)
    checks, informed, psnr = {}, {}, []
    for work in works[:PICTURES]:
        hurt = without_frequencies(work.marked, guessed)
        psnr.append(measures.psnr(measures.luma(work.marked), measures.luma(hurt)))
        turned = _DAMAGE["rotate_7_full"].apply(hurt, generator(0))
        for name, pixels in (("notched", hurt), ("notched and turned", turned)):
            checks[f"{name}, {work.name}"] = _blind(work, pixels)
            informed[f"{name}, {work.name}"] = _informed(work, pixels)
    return {
        "works": len(works),
        "frequencies": len(true),
        "guessed": int(np.sum(apart < 0.004)),
        "psnr": round(float(np.median(psnr)), 1),
        "checks": checks,
        "informed": informed,
    }


def _likeness(average: npt.NDArray[np.floating[Any]], pattern: Any) -> float:
    """Return the largest correlation over all offsets of the tile, in deviations of the correlation itself."""
    tile = pattern.pilot + pattern.template
    side = tile.shape[0]
    height, width = (-(-length // side) * side for length in average.shape)
    padded = np.zeros((height, width))
    padded[: average.shape[0], : average.shape[1]] = average - average.mean()
    folded = padded.reshape(height // side, side, width // side, side).sum(axis=(0, 2))
    product = np.fft.rfft2(folded) * np.conj(np.fft.rfft2(tile))
    likeness = np.fft.irfft2(product, tile.shape)
    return float(np.abs(likeness).max() / likeness.std())


def _works(files: Sequence[Path], count: int) -> Iterator[Work]:
    """Yield photo-like works of the sample, scaled to at most 0.6 MP."""
    taken = 0
    for path in sample.chosen(files, photos=2 * count):
        if taken == count:
            return
        try:
            picture = sample.opened(path)
            if picture is None or picture.group != sample.PHOTO:
                continue
            pixels = material.as_seen(picture.pixels, picture.space)
            factor = min(1.0, (MEGAPIXELS / picture.megapixels) ** 0.5)
            if factor < 1:
                pixels = resized(pixels, round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
            work = Work(path.name, pixels, taken + 1)
        except CountermarkError:
            continue  # refused or unreadable: the robustness run says so
        taken += 1
        yield work


def _damaged(work: Work, name: str) -> Pixels:
    return _DAMAGE[name].apply(work.marked, generator(material.SEED, name, work.name))


def _saved(pixels: Pixels) -> Pixels:
    from bench.attacks.images.codecs import jpeg

    return jpeg(pixels, generator(0), quality=80)


def _blind(work: Work, pixels: Pixels) -> list[Any]:
    from core import image

    found = image.detect(pixels, key=material.bench_key(), serials=work.candidates, references=(_size(work),))
    return outcome(found, work.serial)


def _informed(work: Work, pixels: Pixels) -> list[Any]:
    from core import image

    found = image.detect_informed(
        pixels, key=material.bench_key(), serials=work.candidates, references=(work.reference,), jpeg_tables=None
    )
    return [*outcome(found, work.serial), found[0].level if found else ""]


def _size(work: Work) -> Reference:
    return Reference(work.reference.work, Kind.IMAGE, width=work.reference.width, height=work.reference.height)


def _without_serial(findings: tuple[Finding, ...]) -> list[Any]:
    """Return an outcome in which every named serial is a wrong one."""
    return outcome(findings, None) if not findings or findings[0].serial is None else outcome(findings, -1)


def _named(findings: tuple[Finding, ...], serials: set[int]) -> dict[str, Any]:
    """Return how many of the right serials were named with certainty, and how many others at all."""
    certain = {f.serial for f in findings if f.verdict is Verdict.CERTAIN and f.serial in serials}
    wrong = {f.serial for f in findings if f.serial is not None and f.serial not in serials}
    return {"right": len(certain), "wrong": len(wrong), "scores": [round(f.score, 1) for f in findings]}
