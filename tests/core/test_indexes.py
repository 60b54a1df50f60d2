"""Indexes of a catalog: few works in memory, many in a file beside it, made anew when it no longer fits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core import indexes as module
from core.catalog.store import Catalog
from core.fingerprint import images, sounds
from core.fingerprint.index import Index, merged, packed, sorted_pairs
from core.fingerprint.triples import TripleIndex, triples
from core.indexes import FOLDER, AnyIndex, indexes
from core.model import Kind

HEADERS = {Kind.IMAGE: images.HEADER, Kind.AUDIO: sounds.HEADER}


def fingerprint(number: int, kind: Kind) -> bytes:
    """Return a fingerprint that is like no other number's."""
    rng = np.random.default_rng(number)
    if kind is Kind.IMAGE:
        return packed(HEADERS[kind], rng.integers(0, 2**32, 30, np.uint32), np.arange(30, dtype=np.uint32))
    peaks = np.repeat(np.sort(rng.integers(0, 900, 40)), 4).astype(np.uint32)
    band = np.repeat(rng.integers(32, 130, 40), 4).astype(np.uint32)
    pairs = band | rng.integers(30, 100, 160, np.uint32) << 8 | rng.integers(2, 31, 160, np.uint32) << 15
    return packed(HEADERS[kind], pairs, peaks)


def add(catalog: Catalog, kind: Kind, *numbers: int) -> None:
    with catalog._database.changing() as connection:
        for number in numbers:
            connection.execute(
                "INSERT INTO works (id, title, kind, path, sha256, created, folded) VALUES (?, '', ?, '', ?, '', '')",
                (number, kind.value, f"{number}"),
            )
            connection.execute(
                "INSERT INTO fingerprints (work, kind, fingerprint) VALUES (?, ?, ?)",
                (number, kind.value, fingerprint(number, kind)),
            )


def found(parts: tuple[AnyIndex, ...], number: int, kind: Kind) -> set[int]:
    """Return the works that the codes of a work lead to."""
    held = np.frombuffer(fingerprint(number, kind), "<u4", offset=4).reshape(2, -1)
    works: set[int] = set()
    for part in parts:
        if isinstance(part, Index):
            works |= {int(part.works[place]) for place in part.likeliest(part.hits(held[0][:, None]), 3)}
        else:
            codes, frames = triples(held[0], held[1], 4)
            works |= {work for work, agree in part.votes(codes, frames).items() if agree > 20}
            assert part.fingerprint_of(number) in (fingerprint(number, kind), b"")
    return works


@pytest.fixture(params=[Kind.IMAGE, Kind.AUDIO])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    monkeypatch.setattr(module, "_NEWEST", 5)
    monkeypatch.setattr(module, "_BATCH", 4)
    monkeypatch.setattr(module, "_BYTES", 20_000)
    kind: Kind = request.param
    return kind


def files(catalog: Catalog) -> list[Path]:
    return sorted((catalog.folder / FOLDER).glob("*")) if (catalog.folder / FOLDER).exists() else []


def test_few_works_need_no_file(tmp_path: Path, kind: Kind) -> None:
    with Catalog(tmp_path) as catalog:
        assert indexes(catalog, kind) == ()
        add(catalog, kind, 3, 8)
        parts = indexes(catalog, kind)
        assert indexes(catalog, kind) is parts
        assert found(parts, 3, kind) == {3} and found(parts, 8, kind) == {8} and found(parts, 9, kind) == set()
        assert not files(catalog)


def test_many_works_lie_in_a_file_that_the_next_process_uses(
    tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Catalog(tmp_path) as catalog:
        add(catalog, kind, *range(1, 60))
        (part,) = indexes(catalog, kind)
        assert len(part) == 59
        (made,) = files(catalog)
    monkeypatch.setattr(module, "_made", lambda *_: pytest.fail("it was made again"))
    with Catalog(tmp_path) as catalog:
        for number in (1, 7, 58, 59):
            assert found(indexes(catalog, kind), number, kind) == {number}
        add(catalog, kind, 70)
        parts = indexes(catalog, kind)
        assert [len(part) for part in parts] == [59, 1]
        assert found(parts, 70, kind) == {70} and found(parts, 58, kind) == {58}
        assert files(catalog) == [made]


def test_what_no_longer_fits_is_made_anew(tmp_path: Path, kind: Kind) -> None:
    with Catalog(tmp_path) as catalog:
        add(catalog, kind, *range(10, 30))
        indexes(catalog, kind)
        (first,) = files(catalog)
        add(catalog, kind, 5)  # a work of an older catalog that has its fingerprint only now
        (part,) = indexes(catalog, kind)
        assert len(part) == 21 and found((part,), 5, kind) == {5}
        (second,) = files(catalog)
        assert second != first
        add(catalog, kind, *range(40, 47))
        (part,) = indexes(catalog, kind)
        assert len(part) == 28 and len(files(catalog)) == 1


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "header", "layout"])
def test_a_damaged_file_is_not_used(tmp_path: Path, kind: Kind, damage: str) -> None:
    with Catalog(tmp_path) as catalog:
        add(catalog, kind, *range(10, 30))
        indexes(catalog, kind)
        (path,) = files(catalog)
    data = path.read_bytes()
    head = json.loads(data[:4096].rstrip(b"\0"))
    head["header" if damage == "header" else "arrays"] = "43"
    path.write_bytes(
        {"cut": data[:-64], "empty": b"", "text": b"x" * len(data)}.get(
            damage, json.dumps(head).encode().ljust(4096, b"\0") + data[4096:]
        )
    )
    with Catalog(tmp_path) as catalog:
        assert found(indexes(catalog, kind), 12, kind) == {12}
        assert path not in files(catalog)


def test_without_room_for_a_file_works_are_held_in_memory(
    tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_written", full)
    with Catalog(tmp_path) as catalog:
        add(catalog, kind, *range(10, 30))
        assert found(indexes(catalog, kind), 12, kind) == {12}
        assert "could not be written" in caplog.text
        assert files(catalog) == []


def test_merging_is_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.fingerprint.index._AT_ONCE", 100)
    rng = np.random.default_rng(3)
    parts = [
        sorted_pairs(rng.integers(0, 2**32, size, np.uint32), np.arange(size, dtype=np.uint32))
        for size in (0, 1, 250, 999)
    ]
    whole = np.concatenate([*merged(parts)])
    assert (whole == np.sort(np.concatenate(parts))).all()
    assert [*merged([])] == []


def test_stored_and_fresh_indexes_are_the_same(tmp_path: Path, kind: Kind) -> None:
    rows = [(number, fingerprint(number, kind)) for number in range(10, 30)]
    with Catalog(tmp_path) as catalog:
        add(catalog, kind, *range(10, 30))
        (stored,) = indexes(catalog, kind)
        fresh = images.index(rows) if kind is Kind.IMAGE else sounds.index(rows)
        assert (stored.table.codes == fresh.table.codes).all() and (stored.table.values == fresh.table.values).all()
        assert (stored.works == fresh.works).all()
        assert isinstance(fresh, Index | TripleIndex)
