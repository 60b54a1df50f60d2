"""Cases: what of a found file is remembered, and what becomes of one whose check is given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cases import open_case, received, received_folder
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import CancelledError, RefusedError
from core.keys import CreatorKey
from core.model import Case, Check, Checked, Verdict
from core.progress import Progress

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def found(tmp_path: Path) -> Path:
    path = tmp_path / "found.bin"
    path.write_bytes(b"found elsewhere")
    return path


def check(files: list[Path], *, catalog: Catalog, progress: Progress, **_: Any) -> Iterator[Checked]:
    """Stand for `core.check.check`: nothing is found."""
    from core.media.files import sha256_of

    for file in files:
        progress(0.5, "searching")
        catalog.add_check(Checked(file, Verdict.NOTHING), sha256=sha256_of(file))
        yield Checked(file, Verdict.NOTHING)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.cases.check", check)


def test_the_log_tells_what_was_received(catalog: Catalog, found: Path) -> None:
    case = open_case(found, Case(0, "Poster"), catalog=catalog, keys=[KEY])
    one = catalog.get(Check, case.checks[0])
    told = received(catalog, case, one)
    assert (told.name, told.bytes, told.sha256) == ("found.bin", 15, one.sha256)
    (received_folder(catalog, case.id) / "found.bin").chmod(0o600)
    (received_folder(catalog, case.id) / "found.bin").write_bytes(b"changed")
    assert received(catalog, case, one) == told  # the log still knows


def test_without_the_log_the_kept_file_tells_or_its_loss_is_said(
    catalog: Catalog, found: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cases.journal.note", lambda *_, **__: None)
    case = open_case(found, Case(0, "Poster"), catalog=catalog, keys=[KEY])
    one = catalog.get(Check, case.checks[0])
    assert received(catalog, case, one).bytes == 15 and received(catalog, case, one).modified
    (received_folder(catalog, case.id) / "found.bin").unlink()
    with pytest.raises(RefusedError, match="is not in"):
        received(catalog, case, one)


def test_a_case_whose_check_is_given_up_lies_in_the_bin(catalog: Catalog, found: Path) -> None:
    def stop(share: float, step: str) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        open_case(found, Case(0, "Poster"), catalog=catalog, keys=[KEY], progress=stop)
    assert catalog.count(Case) == 0 and catalog.count(Case, Query(binned=True)) == 1
