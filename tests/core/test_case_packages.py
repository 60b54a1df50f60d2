"""Evidence packages: the found file is read, searched and drawn in a process apart, and in no other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.samples import sample_picture
from core import apart, cases
from core.apart import examined
from core.cases import open_case, package, received_folder
from core.catalog.store import Catalog
from core.errors import UnreadableError
from core.evidence import figures
from core.figure import figure_of
from core.keys import CreatorKey
from core.model import Case, Check, Checked, Finding, Match, Verdict
from core.protect import protect
from core.reading import read_medium
from tests.core.apart.misbehaving import Misbehaving

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


def test_the_found_file_is_decoded_apart_and_drawn_as_here(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    master, found = tmp_path / "master.png", tmp_path / "found.jpg"
    Image.fromarray(sample_picture(600, 400)).save(master)
    (made,) = protect([master], recipient="Studio", catalog=catalog, key=KEY, out=tmp_path / "out")
    assert made.output is not None
    with Image.open(made.output) as image:
        image.save(found, quality=85)
    case = open_case(found, Case(0, "Poster"), catalog=catalog, keys=[KEY])
    assert case.checks
    here: list[Path] = []
    _watched(monkeypatch, here)
    packed = package(case.id, catalog=catalog, keys=[KEY], out=tmp_path / "evidence")
    kept = received_folder(catalog, case.id)
    assert here  # the original and the copy, which are the creator's own
    assert not [path for path in here if path.is_relative_to(kept) or path.is_relative_to(packed.folder)]
    match = catalog.get(Check, case.checks[0]).matches[0]
    drawing, caption = figure_of(
        read_medium(found), master, match.work.sha256 if match.work else "", match.finding.where
    )
    assert (packed.folder / "comparison.png").read_bytes() == figures.png(drawing)
    assert caption in (packed.folder / "report.html").read_text("utf-8")
    assert "0 of 3 found something" in (packed.folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize("words", ["crash", "exit", "good then crash", "spin"])
def test_a_found_file_that_breaks_its_reader_is_said_and_nothing_is_left(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    found = tmp_path / "found.png"
    found.write_text(words)
    monkeypatch.setattr(cases, "check", _found_something)
    monkeypatch.setattr(cases, "examined", partial(examined, start=Misbehaving))
    case = open_case(found, Case(0, "Poster"), catalog=catalog, keys=[KEY])
    apart.close()
    with pytest.raises(UnreadableError, match=r"^found\.png could not be read: it ") as caught:
        package(case.id, catalog=catalog, keys=[KEY], out=tmp_path / "evidence")
    assert caught.value.hint
    apart.close()
    assert not (tmp_path / "evidence").exists()


def _watched(monkeypatch: pytest.MonkeyPatch, seen: list[Path]) -> None:
    """Note every file that this process reads the content of."""
    from core.media import images, sounds

    def noting(read: Any) -> Any:
        def noted(path: Path, *given: Any) -> Any:
            seen.append(path)
            return read(path, *given)

        return noted

    monkeypatch.setattr(images, "read_image", noting(images.read_image))
    monkeypatch.setattr(sounds, "read_sound", noting(sounds.read_sound))
    monkeypatch.setattr("core.labelling.statements_in", noting(lambda path: pytest.fail(path.name)))
    monkeypatch.setattr("core.credentials.manifest_in", noting(lambda path, *_: pytest.fail(path.name)))


def _found_something(files: list[Path], *, catalog: Catalog, **_: Any) -> Iterator[Checked]:
    """Stand for `core.check.check`: a mark is found, whatever is in the file."""
    for file in files:
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        match = Match(Finding(7, Verdict.CERTAIN, 1e-12, 20.0), key=KEY.id)
        result = Checked(file, Verdict.CERTAIN, (match,))
        catalog.add_check(result, sha256=sha256)
        yield result
