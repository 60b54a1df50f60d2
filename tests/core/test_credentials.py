"""Files without a manifest are led back to the one that the catalog keeps: by their mark, else by their likeness."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.store import Catalog
from core.credentials import fingerprint_name, found_in
from core.model import Copy, Likeness, Similar, Strength
from tests.core.catalog.conftest import KEY, a_work


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


def copied(catalog: Catalog, folder: Path, name: str, manifest: bytes) -> Copy:
    final = folder / f"{name}.jpg"
    final.write_bytes(name.encode())
    with catalog.at_work() as owner:
        intent = catalog.reserve(
            owner=owner,
            key=KEY,
            work=a_work(name),
            recipient="Studio A",
            strength=Strength.STANDARD,
            temporary=folder / ".x-000000000000.countermark-part",
            final=final,
        )
        digest = hashlib.sha256(name.encode()).hexdigest()
        intent = catalog.note_written(intent, final=final, sha256=digest, parameters=3, quality={}, manifest=manifest)
        return catalog.complete(intent)


def test_a_manifest_that_is_gone_is_found_by_mark_or_likeness(catalog: Catalog, tmp_path: Path) -> None:
    signed, plain = copied(catalog, tmp_path, "hill", b"manifest"), copied(catalog, tmp_path, "lake", b"")
    hill, lake = (catalog.work(copy.work) for copy in (signed, plain))
    assert "Its mark leads back to them" in found_in("", catalog, signed)
    assert found_in("", catalog, plain) == "" and found_in("They are whole.", catalog, signed) == "They are whole."
    alike = [Similar(hill, Likeness.STRONG), Similar(lake, Likeness.STRONG)]
    said = "Copies of “hill” went out with content credentials, which the catalog keeps."
    assert found_in("", catalog, None, alike) == said
    assert found_in("", catalog, None, [Similar(hill, Likeness.LIKELY)]) == ""  # a likeness to be looked at first
    assert found_in("", catalog, None) == ""


def test_a_fingerprint_is_named_by_its_hash() -> None:
    assert fingerprint_name(b"") == "" and fingerprint_name(b"print") == hashlib.sha256(b"print").hexdigest()
