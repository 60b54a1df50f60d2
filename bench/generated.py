"""Catalogs of many works that nobody made: fingerprints like those of real files, and unlike each other.

Pictures: features drawn from real ones with four bits changed. Recordings: two-second pieces of the peaks of real ones,
at other speeds and pitches, one behind the other; most with bands and intervals exchanged for others besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bench import material
from bench.attacks import generator
from core.catalog.store import Catalog
from core.fingerprint import images, sounds
from core.fingerprint.index import packed, unpacked
from core.fingerprint.sounds import Peaks
from core.model import Kind

FEATURES = 340  # of a picture: as real ones have
SECONDS = 60  # of a recording
_PIECE = 125  # frames: two seconds
_AT_ONCE = 2_000  # works that are made together
_PIECED = 400  # recordings that are pieced together; the others are made of these


def pictures(real: Sequence[bytes], count: int) -> Iterator[bytes]:
    """Yield the fingerprints of so many pictures that nobody made."""
    random = generator(material.SEED, "generated pictures")
    held = [unpacked(images.HEADER, fingerprint) for fingerprint in real]
    codes = np.concatenate([both[0] for both in held if both is not None])
    places = np.concatenate([both[1] for both in held if both is not None])
    for first in range(0, count, _AT_ONCE):
        size = (min(_AT_ONCE, count - first), FEATURES)
        made = codes[random.integers(len(codes), size=size)]
        for _ in range(4):
            made = made ^ (np.uint32(1) << random.integers(0, 32, size, np.uint32))
        put = places[random.integers(len(places), size=size)]
        for row in range(size[0]):
            yield packed(images.HEADER, made[row], put[row])


def recordings(real: Sequence[Peaks], count: int) -> Iterator[bytes]:
    """Yield the fingerprints of so many recordings of a minute that nobody made."""
    random = generator(material.SEED, "generated recordings")
    long = [peaks for peaks in real if len(peaks.frame) > 4 * _PIECE]
    first = [_pieced(long, random) for _ in range(min(count, _PIECED))]
    yield from first
    for number in range(count - len(first)):
        held = unpacked(sounds.HEADER, first[number % len(first)])
        assert held is not None
        codes, frames = held
        bands, intervals = random.permutation(104), random.permutation(81)
        low = bands[np.clip((codes & 255).astype(np.intp) - 32, 0, 103)] + 32
        apart = intervals[np.clip((codes >> 8 & 127).astype(np.intp) - 24, 0, 80)] + 24
        other = low | apart << 8 | (codes >> 15).astype(np.intp) << 15
        yield packed(sounds.HEADER, other.astype(np.uint32), frames)


def _pieced(real: Sequence[Peaks], random: np.random.Generator) -> bytes:
    """Return the fingerprint of a recording of a minute that is pieced together."""
    frame, band, strength = [], [], []
    for piece in range(SECONDS // 2):
        peaks = real[int(random.integers(len(real)))]
        begin = random.uniform(0, max(1.0, peaks.frame[-1] - _PIECE))
        part = peaks.between(begin, begin + _PIECE)
        frame.append((part.frame - begin) * random.uniform(0.85, 1.15) + piece * _PIECE)
        band.append(part.band * random.choice([0.8, 0.9, 1.1, 1.2]) + random.integers(-10, 11))
        strength.append(part.strength + random.normal(0, 1, len(part.strength)))
    return sounds.fingerprint_of(_in_order(np.concatenate(frame), np.concatenate(band), np.concatenate(strength)))


def _in_order(
    frame: npt.NDArray[np.float64], band: npt.NDArray[np.float64], strength: npt.NDArray[np.float64]
) -> Peaks:
    kept = (band >= 0) & (band < 104)
    frame, band, strength = np.rint(frame[kept]), np.rint(band[kept]), strength[kept]
    order = np.argsort(frame, kind="stable")
    return Peaks(frame[order], band[order], strength[order].astype(np.float32))


def fill(catalog: Catalog, kind: Kind, fingerprints: Iterator[bytes], first: int = 1) -> int:
    """Put works with these fingerprints into a catalog, numbered from `first`; return how many bytes they are."""
    size = 0
    with catalog._database.changing() as connection:
        for number, fingerprint in enumerate(fingerprints, first):
            connection.execute(
                "INSERT INTO works (id, title, kind, path, sha256, created, folded) VALUES (?, ?, ?, '', ?, ?, '')",
                (number, f"work {number}", kind.value, f"{number:064x}", "2026-01-01T00:00:00+00:00"),
            )
            connection.execute(
                "INSERT INTO fingerprints (work, kind, fingerprint) VALUES (?, ?, ?)", (number, kind.value, fingerprint)
            )
            size += len(fingerprint)
    return size
