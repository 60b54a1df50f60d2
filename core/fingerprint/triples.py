"""Works looked up by triples of peaks: a peak with two of its partners, 31 bits that few works share by chance.

The triples are made of the pairs that a fingerprint holds, so that they need not be stored with each work. All works
lie one behind the other on one line of frames: a triple's value is its frame there, and one agreed distance between
suspect and line means one work at one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from core.fingerprint.index import Arrays, Codes, Pairs, Table, sorted_pairs, unpacked

_PARTNERS = 4  # of a stored peak
_APART = 5_000  # frames between two works on the line: more than a suspect's block is long at any speed
_AGREE = 4  # frames by which places may differ
_MOST_FRAMES = 4096  # more than a block has at any speed
_LIKELY = 24  # places that are looked at
_LEAST = 2  # peaks that must agree
_LONGEST = 31  # steps of time that a triple's five bits hold


class TripleIndex:
    """The triples of works, 8 bytes each, in memory or on the disk; `fingerprint_of` gives the pairs of a work."""

    def __init__(
        self,
        header: bytes,
        rows: Iterable[tuple[int, bytes]] = (),
        *,
        fingerprint_of: Callable[[int], bytes],
        arrays: Arrays | None = None,
    ) -> None:
        """Index rows of work number and fingerprint (those of other versions are left out), or take stored arrays."""
        self.fingerprint_of = fingerprint_of
        if arrays is None:
            arrays, pairs = entries(header, rows)
            self.table = Table.of(pairs)
        else:
            self.table = Table(arrays["codes"], arrays["values"])
        self.works, self._starts = arrays["works"], arrays["starts"]

    def __len__(self) -> int:
        return len(self.works)

    def votes(self, codes: Codes, frames: Codes) -> dict[int, int]:
        """Return, for the likeliest works, how many peaks, each once, agree on their distance from a place in it."""
        found = self.table.answers(codes)
        if not found.asked.size:
            return {}
        own = frames[found.asked].astype(np.int64)
        step = (found.value.astype(np.int64) - own + _APART) // _AGREE
        # Step and peak in one number: equal ones count once, neighbours of one step lie together.
        single = np.unique(step * _MOST_FRAMES + own % _MOST_FRAMES)
        place, count = np.unique(single // _MOST_FRAMES, return_counts=True)
        both = count.copy()  # with the next step, so that no border divides what agrees
        both[:-1] += np.where(np.diff(place) == 1, count[1:], 0)
        best = np.argsort(-both, kind="stable")[:_LIKELY]
        best = best[both[best] >= _LEAST]
        # A suspect may begin before a work does, though never by as much as works are apart.
        frame = place[best] * _AGREE - _APART + _APART // 2
        work = self.works[np.clip(np.searchsorted(self._starts, frame, "right") - 1, 0, None)]
        votes: dict[int, int] = {}
        for number, agree in zip(work.tolist(), both[best].tolist(), strict=True):
            votes.setdefault(number, agree)
        return votes


def entries(header: bytes, rows: Iterable[tuple[int, bytes]], first: int = 0) -> tuple[Arrays, Pairs]:
    """Return what an index holds of some works: arrays by name, and the sorted pairs of triple and frame.

    `first` is the frame at which the first work begins: an index that is made a part at a time counts through. The
    array "end" holds the frame at which the next one would.
    """
    works, starts, codes, frames = [], [], [np.empty(0, np.uint32)], [np.empty(0, np.uint32)]
    for work, fingerprint in rows:
        held = unpacked(header, fingerprint)
        if held is None:
            continue
        made, places = triples(*held, _PARTNERS)
        works.append(work)
        starts.append(first)
        codes.append(made)
        frames.append(places + np.uint32(first))
        first += int(held[1].max(initial=0)) + _APART
    arrays = {"works": np.array(works, np.int64), "starts": np.array(starts, np.int64), "end": np.array([first])}
    return arrays, sorted_pairs(np.concatenate(codes), np.concatenate(frames))


def triples(codes: Codes, frames: Codes, partners: int) -> tuple[Codes, Codes]:
    """Return triples, and the frames of their first peaks: each peak with every two of its `partners`."""
    # As `core.fingerprint.sounds` packs a pair: band and 32, bands to the partner and 64, steps of time to it.
    band, apart, time = (codes & 255) - np.uint32(32), (codes >> 8 & 127) - np.uint32(24), codes >> 15 & 63
    inside = (band < 128) & (apart < 128) & (time <= _LONGEST)
    band, apart, time, frames = band[inside], apart[inside], time[inside], frames[inside]
    peak = frames.astype(np.int64) << 8 | band
    order = np.lexsort((apart, time, peak))
    peak, band, frames, partner = peak[order], band[order], frames[order], (apart | time << 7)[order]
    made: list[npt.NDArray[np.uint32]] = [np.empty(0, np.uint32)]
    at: list[npt.NDArray[np.uint32]] = [np.empty(0, np.uint32)]
    for further in range(1, partners):
        same = np.flatnonzero(peak[further:] == peak[:-further])
        both = partner[same] << np.uint32(7) | partner[same + further] << np.uint32(19)
        made.append(np.asarray(band[same] | both, np.uint32))
        at.append(frames[same])
    return np.concatenate(made), np.concatenate(at)
