"""A fresh catalog, and the shortest way to a copy in it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.catalog.store import Catalog
from core.model import Copy, Kind, Strength, Work

KEY = "00112233445566ff"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


def a_work(name: str = "portrait", *, path: str = "", thumbnail: bytes = b"png") -> Work:
    return Work(
        id=0,
        title=name,
        kind=Kind.IMAGE,
        path=path or f"/masters/{name}.jpg",
        sha256=hashlib.sha256(os.fsencode(name)).hexdigest(),
        created="2026-03-03T12:00:00+00:00",
        width=900,
        height=600,
        thumbnail=thumbnail,
    )


Maker = Callable[..., Copy]


@pytest.fixture
def make_copy(catalog: Catalog, tmp_path: Path) -> Maker:
    """Return a function that brings a copy of a work for a recipient into the catalog, its file included."""

    def make(work: Work | None = None, recipient: str = "Studio A", *, key: str = KEY, name: str = "") -> Copy:
        work = work or a_work()
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        with catalog.at_work() as owner:
            final = folder / (name or f"{len(list(folder.iterdir()))}.jpg")
            intent = catalog.reserve(
                owner=owner,
                key=key,
                work=work,
                recipient=recipient,
                strength=Strength.STANDARD,
                temporary=folder / ".x-000000000000.countermark-part",
                final=final,
            )
            content = os.fsencode(f"{work.title} {intent.serial}")
            final.write_bytes(content)
            intent = catalog.note_written(
                intent, final=final, sha256=hashlib.sha256(content).hexdigest(), parameters=3, quality={"psnr": 42.5}
            )
            return catalog.complete(intent)

    return make
