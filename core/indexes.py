"""The indexes of a catalog's fingerprints: most works in a file beside the catalog, the newest ones in memory.

The file is derived: it may be deleted at any time, and is made anew when works that it holds have changed or too many
have come. It is used where it lies (mapped into memory), so that a catalog of 100,000 works answers at once.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.catalog.store import Catalog
from core.fingerprint import images, index, sounds, triples
from core.model import Kind

AnyIndex = index.Index | triples.TripleIndex
FOLDER = "fingerprints"
_NEWEST, _SHARE = 500, 0.05  # works in memory: so many at most, or this share of those in the file
_BYTES = 32 << 20  # of fingerprints in memory at most, and turned into a sorted run at once
_BATCH = 100  # fingerprints that are read at once: those of recordings of hours are large
_LEFT = 3600.0  # seconds after which no process is still making an index
_FORMAT = "countermark index 1"
_HEAD = 4096  # bytes
_HEADERS = {Kind.IMAGE: images.HEADER, Kind.AUDIO: sounds.HEADER}
_ENTRIES = {Kind.IMAGE: index.entries, Kind.AUDIO: triples.entries}
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """The indexes of a kind as they were when the catalog was in this state."""

    state: tuple[int, int] = (-1, -1)
    parts: tuple[AnyIndex, ...] = ()
    stored: _Stored | None = None


@dataclass(frozen=True, slots=True)
class _Stored:
    """An index file: how many works it holds, the highest number of them, its arrays."""

    path: Path
    count: int
    last: int
    arrays: dict[str, npt.NDArray[Any]] = field(repr=False)


_indexes: weakref.WeakKeyDictionary[Catalog, dict[Kind, _Known]] = weakref.WeakKeyDictionary()
_turn = threading.Lock()


def indexes(catalog: Catalog, kind: Kind) -> tuple[AnyIndex, ...]:
    """Return the indexes of a catalog's fingerprints of a kind, to be asked together; none where it has no works."""
    with _turn:
        known = _indexes.setdefault(catalog, {}).setdefault(kind, _Known())
        state = catalog.fingerprinted(kind)
        if state != known.state:
            known.stored = _fitting(catalog, kind, known.stored)
            newest = _newest(catalog, kind, known.stored)
            if newest is None:
                known.stored = _made(catalog, kind)
                newest = [] if known.stored else catalog.fingerprints(kind)
            known.parts = _parts(catalog, kind, known.stored, newest)
            known.state = state
        return known.parts


def _parts(
    catalog: Catalog, kind: Kind, stored: _Stored | None, newest: list[tuple[int, bytes]]
) -> tuple[AnyIndex, ...]:
    parts: list[AnyIndex] = []
    for arrays, rows in ((stored.arrays if stored else None, []), (None, newest)):
        if arrays is None and not rows:
            continue
        if kind is Kind.IMAGE:
            parts.append(index.Index(images.HEADER, rows, arrays=arrays))
        else:
            # Not the catalog itself: what is kept for as long as it is open must not keep it open.
            held = weakref.proxy(catalog)
            parts.append(
                triples.TripleIndex(sounds.HEADER, rows, fingerprint_of=_reader(held, dict(rows)), arrays=arrays)
            )
    return tuple(parts)


def _reader(catalog: Catalog, rows: dict[int, bytes]) -> Callable[[int], bytes]:
    return lambda number: rows[number] if number in rows else catalog.fingerprint(number)


def _fitting(catalog: Catalog, kind: Kind, known: _Stored | None) -> _Stored | None:
    """Return the index file whose works are all as they were, the one in use or another; None where there is none."""
    for stored in (known, *_stored(catalog.folder / FOLDER, kind)):
        if stored is not None and catalog.fingerprinted(kind, stored.last) == (stored.count, stored.last):
            return stored
    return None


def _newest(catalog: Catalog, kind: Kind, stored: _Stored | None) -> list[tuple[int, bytes]] | None:
    """Return the works that no index file holds; None where they are too many to be held in memory."""
    most = max(_NEWEST, _SHARE * stored.count if stored else 0)
    rows: list[tuple[int, bytes]] = []
    size = 0
    for batch in _batches(catalog, kind, stored.last if stored else 0):
        rows += batch
        size += sum(len(fingerprint) for _, fingerprint in batch)
        if len(rows) > most or size > _BYTES:
            return None
    return rows


def _batches(catalog: Catalog, kind: Kind, after: int = 0) -> Iterator[list[tuple[int, bytes]]]:
    while rows := catalog.fingerprints(kind, after=after, limit=_BATCH):
        yield rows
        after = rows[-1][0]


def _stored(folder: Path, kind: Kind) -> Iterator[_Stored]:
    """Yield the whole index files of a kind and of this version, newest first."""
    for path in sorted(folder.glob(f"{kind.value}-*.index"), reverse=True):  # named by the time when they were made
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            with path.open("rb") as file:
                head = json.loads(file.read(_HEAD).rstrip(b"\0"))
            if head["format"] != _FORMAT or head["header"] != _HEADERS[kind].hex():
                continue
            if path.stat().st_size != head["size"]:
                continue
            arrays = {
                name: np.asarray(np.memmap(path, dtype, "r", offset, (length,))) if length else np.empty(0, dtype)
                for name, dtype, offset, length in head["arrays"]
            }
            yield _Stored(path, int(head["count"]), int(head["last"]), arrays)


def _made(catalog: Catalog, kind: Kind) -> _Stored | None:
    """Return a new index file of all works; None where none can be written."""
    folder = catalog.folder / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob(".making-*"):  # by a process that ended on its way
            if time.time() - left.stat().st_mtime > _LEFT:
                shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as scratch:
            made = _written(catalog, kind, Path(scratch))
            target = folder / f"{kind.value}-{time.time_ns()}.index"
            made.replace(target)
        for path in folder.glob(f"{kind.value}-*.index"):
            if path != target:
                with contextlib.suppress(OSError):  # another process may use it, on systems where that matters
                    path.unlink()
        return next(stored for stored in _stored(folder, kind) if stored.path == target)
    except (OSError, StopIteration) as error:
        _log.warning("The index of fingerprints could not be written: %s", error)
        return None


def _written(catalog: Catalog, kind: Kind, scratch: Path) -> Path:
    """Write an index of all works as sorted runs, merge them into one file, and return that."""
    runs: list[index.Pairs] = []
    arrays: dict[str, list[npt.NDArray[Any]]] = {}
    first = count = last = 0
    for rows in _larger(_batches(catalog, kind)):
        some, pairs = _ENTRIES[kind](_HEADERS[kind], rows, first)
        first, count, last = int(some["end"][0]), count + len(rows), rows[-1][0]
        path = scratch / f"{len(runs)}.run"
        pairs.tofile(path)
        runs.append(np.memmap(path, np.uint64, "r") if len(pairs) else pairs)
        for name in some.keys() - {"end"}:
            arrays.setdefault(name, []).append(some[name])
    whole = {name: np.concatenate(parts) for name, parts in arrays.items()}
    total = sum(map(len, runs))
    layout, place = [], _HEAD
    for name, dtype, length in (
        ("codes", "<u4", total),
        ("values", "<u4", total),
        *((name, array.dtype.str, len(array)) for name, array in sorted(whole.items())),
    ):
        layout.append((name, dtype, place, length))
        place += -(-length * np.dtype(dtype).itemsize // 64) * 64
    head = {"format": _FORMAT, "header": _HEADERS[kind].hex(), "count": count, "last": last, "size": place}
    target = scratch / "whole"
    with target.open("wb") as file:
        file.write(json.dumps(head | {"arrays": layout}).encode().ljust(_HEAD, b"\0"))
        file.truncate(place)
        offsets = {name: offset for name, _, offset, _ in layout}
        done = 0
        for pairs in index.merged(runs):
            for name, values in (("codes", pairs >> np.uint64(32)), ("values", pairs)):
                file.seek(offsets[name] + 4 * done)
                file.write(values.astype("<u4").tobytes())
            done += len(pairs)
        for name, array in whole.items():
            file.seek(offsets[name])
            file.write(array.tobytes())
        file.flush()
        os.fsync(file.fileno())
    runs.clear()  # before their files go: open maps hold them on some systems
    return target


def _larger(batches: Iterator[list[tuple[int, bytes]]]) -> Iterator[list[tuple[int, bytes]]]:
    """Yield the rows of batches, so many together that sorting them pays."""
    rows: list[tuple[int, bytes]] = []
    size = 0
    for batch in batches:
        rows += batch
        size += sum(len(fingerprint) for _, fingerprint in batch)
        if size > _BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows
