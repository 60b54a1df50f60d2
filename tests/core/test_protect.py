"""A copy appears whole, verified and remembered, or not at all; the source is never touched; the batch goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.catalog.store import Catalog
from core.errors import CancelledError, CatalogError, RefusedError
from core.keys import CreatorKey
from core.model import Finding, Kind, Protected, Status, Strength, Verdict
from core.protect import protect
from tests.core.fake_medium import FakeMedium, install, write_fake

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalog]:
    install(monkeypatch)
    with Catalog(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def masters(tmp_path: Path) -> Path:
    folder = tmp_path / "masters"
    folder.mkdir()
    return folder


def run(catalog: Catalog, *sources: Path, **options: object) -> list[Protected]:
    return list(protect(sources, catalog=catalog, key=KEY, **{"recipient": "Studio A", **options}))  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def left_over(catalog: Catalog) -> tuple[int, int, int]:
    with catalog._database.reading() as connection:
        tables = ("intents", "copies", "recipients")
        a, b, c = (connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
    return a, b, c


def test_a_copy_lies_beside_its_source_and_in_the_catalog(catalog: Catalog, masters: Path) -> None:
    source = write_fake(masters / "portrait.fake")
    before = source.read_bytes(), source.stat().st_mtime_ns
    (result,) = run(catalog, source, strength="strong")
    assert (source.read_bytes(), source.stat().st_mtime_ns) == before
    assert result.status is Status.PROTECTED
    assert result.output == masters / "portrait (Studio A).fake"
    assert result.expected is not None and result.expected.verdict is Verdict.CERTAIN
    assert result.message == f"Copy no. {result.serial} for Studio A. A note."
    (copy,) = catalog.copies()
    work = catalog.work(copy.work)
    assert (copy.serial, copy.path, copy.parameters) == (result.serial, str(result.output), 7)
    assert (copy.strength, copy.quality) == (Strength.STRONG, {"psnr": 44.0})
    assert copy.sha256 == hashlib.sha256(result.output.read_bytes()).hexdigest()
    assert (work.title, work.kind, work.path, work.width) == ("portrait", Kind.IMAGE, str(source), 4)
    assert work.sha256 == hashlib.sha256(before[0]).hexdigest()
    assert names(masters) == ["portrait (Studio A).fake", "portrait.fake"]
    assert list((catalog.folder / "locks").glob("*-*.lock")) == []


def test_no_existing_file_is_ever_replaced(catalog: Catalog, masters: Path) -> None:
    source = write_fake(masters / "portrait.fake")
    (masters / "portrait (Studio A).fake").write_text("mine")
    results = run(catalog, source, source)
    assert [result.output.name for result in results if result.output] == [
        "portrait (Studio A) 2.fake",
        "portrait (Studio A) 3.fake",
    ]
    assert (masters / "portrait (Studio A).fake").read_text() == "mine"
    assert results[0].serial != results[1].serial
    assert len(catalog.works()) == 1 and len(catalog.copies()) == 2


def test_a_name_that_is_taken_while_we_work_is_not_replaced(
    catalog: Catalog, masters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_fake(masters / "portrait.fake")
    note_written = Catalog.note_written

    def taken_first(self: Catalog, intent, *, final: Path, **rest):  # type: ignore[no-untyped-def]
        if not final.name.endswith("3.fake"):
            final.write_text("somebody else's")
        return note_written(self, intent, final=final, **rest)

    monkeypatch.setattr(Catalog, "note_written", taken_first)
    (result,) = run(catalog, source)
    assert result.output is not None and result.output.name == "portrait (Studio A) 3.fake"
    assert (masters / "portrait (Studio A).fake").read_text() == "somebody else's"
    assert (masters / "portrait (Studio A) 2.fake").read_text() == "somebody else's"
    assert catalog.copies()[0].path == str(result.output)


def test_copies_go_to_another_folder(catalog: Catalog, masters: Path, tmp_path: Path) -> None:
    (result,) = run(catalog, write_fake(masters / "a.fake"), out=tmp_path / "for" / "studio")
    assert result.output == tmp_path / "for" / "studio" / "a (Studio A).fake"
    assert names(masters) == ["a.fake"]


def test_an_output_folder_that_cannot_be_made_is_said(catalog: Catalog, masters: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (result,) = run(catalog, write_fake(masters / "a.fake"), out=tmp_path / "file")
    assert result.status is Status.FAILED and "folder" in result.message
    assert left_over(catalog) == (0, 0, 0)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("animated", Status.REFUSED, "bad.fake: An animation is not marked. Choose a still picture."),
        ("small", Status.REFUSED, "bad.fake: This is too small"),
        ("weak", Status.REFUSED, "not be found with certainty"),
        ("patchy", Status.REFUSED, "not be found with certainty"),
        ("twisted", Status.FAILED, "not written faithfully: its content changed"),
        ("garbled", Status.FAILED, "could not be read back"),
        ("full", Status.FAILED, "bad.fake could not be protected: No space left on device"),
        ("huge", Status.FAILED, "bad.fake needs more memory"),
        ("bug", Status.FAILED, "unexpected problem (ZeroDivisionError)"),
    ],
)
def test_what_fails_leaves_nothing_and_stops_nobody(
    catalog: Catalog, masters: Path, body: str, status: Status, words: str
) -> None:
    bad, good = write_fake(masters / "bad.fake", body), write_fake(masters / "good.fake")
    first, second = run(catalog, bad, good)
    assert first.status is status and words in first.message
    assert (first.output, first.serial) == (None, None)
    assert second.status is Status.PROTECTED
    assert names(masters) == ["bad.fake", "good (Studio A).fake", "good.fake"]
    assert left_over(catalog) == (0, 1, 1)
    assert [work.title for work in catalog.works()] == ["good"]


def test_missing_and_unreadable_files_are_said(catalog: Catalog, masters: Path) -> None:
    (masters / "text.fake").write_text("no JSON")
    results = run(catalog, masters / "none.fake", masters / "text.fake", masters)
    assert [result.status for result in results] == [Status.FAILED] * 3
    for result, name in zip(results, ("none.fake", "text.fake", "masters"), strict=True):
        assert name in result.message
    assert catalog.serials(KEY.id).size == 0


def test_a_copy_is_not_marked_again(catalog: Catalog, masters: Path) -> None:
    (copy,) = run(catalog, write_fake(masters / "a.fake"))
    assert copy.output is not None
    (result,) = run(catalog, copy.output, recipient="Studio B")
    assert result.status is Status.REFUSED
    assert f"is itself copy no. {copy.serial}, made for Studio A" in result.message


def test_another_mark_in_the_original_is_said(catalog: Catalog, masters: Path) -> None:
    (first,) = run(catalog, write_fake(masters / "a.fake"))
    assert first.serial is not None
    derived = write_fake(masters / "resaved.fake", marks=[(KEY.id, first.serial)])
    (second,) = run(catalog, derived, recipient="Studio B")
    assert second.status is Status.PROTECTED
    assert f"also carries the mark no. {first.serial}" in second.message
    assert second.expected is not None and second.expected.serial == second.serial


def test_a_mark_that_coarse_coding_swallows_is_written_more_finely(catalog: Catalog, masters: Path) -> None:
    (result,) = run(catalog, write_fake(masters / "a.fake", "coarse"))
    assert result.status is Status.PROTECTED and "compressed less than its original" in result.message
    assert result.output is not None and "fine enough" in result.output.read_text()
    assert names(masters) == ["a (Studio A).fake", "a.fake"]


def test_another_serial_is_tried_where_one_does_not_stand_out(
    catalog: Catalog, masters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    finding = FakeMedium._finding

    def unlucky_first(self: FakeMedium, key: CreatorKey, serial: int) -> Finding:
        if serial not in seen:
            seen.append(serial)
        weak = serial == seen[0]
        return replace(finding(self, key, serial), verdict=Verdict.PROBABLE if weak else Verdict.CERTAIN)

    monkeypatch.setattr(FakeMedium, "_finding", unlucky_first)
    (result,) = run(catalog, write_fake(masters / "a.fake"))
    assert result.status is Status.PROTECTED and result.serial == seen[1]
    # The proof of later checks needs the serial that was tried among its candidates.
    assert catalog.serials(KEY.id).tolist() == sorted(seen)
    assert [copy.serial for copy in catalog.copies()] == [result.serial]
    assert names(masters) == ["a (Studio A).fake", "a.fake"]
    assert left_over(catalog) == (0, 1, 1)


@pytest.mark.parametrize(("strength", "advice"), [("standard", "or the strength “strong”"), ("strong", "original.")])
def test_advice_can_be_followed(catalog: Catalog, masters: Path, strength: str, advice: str) -> None:
    (result,) = run(catalog, write_fake(masters / "a.fake", "weak"), strength=strength)
    assert advice in result.message


def test_a_source_that_changes_meanwhile_gets_no_copy(catalog: Catalog, masters: Path) -> None:
    source = write_fake(masters / "a.fake")

    def meddle(share: float, step: str) -> None:
        if step == "writing":
            write_fake(source, "another body")

    (result,) = run(catalog, source, progress=meddle)
    assert result.status is Status.FAILED and "changed by another program" in result.message
    assert names(masters) == ["a.fake"]
    assert left_over(catalog) == (0, 0, 0)


def cancel_at(number: int) -> Callable[[float, str], None]:
    calls = iter(range(1000))

    def progress(share: float, step: str) -> None:
        if next(calls) == number:
            raise CancelledError

    return progress


@pytest.mark.parametrize("number", range(6))
def test_cancelling_at_any_step_leaves_nothing_of_that_file(catalog: Catalog, masters: Path, number: int) -> None:
    sources = [write_fake(masters / "a.fake"), write_fake(masters / "b.fake")]
    batch = protect(sources, recipient="Studio A", catalog=catalog, key=KEY, progress=cancel_at(number + 6))
    assert next(batch).status is Status.PROTECTED
    with pytest.raises(CancelledError):
        next(batch)
    assert names(masters) == ["a (Studio A).fake", "a.fake", "b.fake"]
    assert left_over(catalog) == (0, 1, 1)
    assert list((catalog.folder / "locks").glob("*-*.lock")) == []


def test_progress_grows_from_file_to_file_in_plain_words(catalog: Catalog, masters: Path) -> None:
    said: list[tuple[float, str]] = []
    sources = [write_fake(masters / name) for name in ("a.fake", "b.fake")]
    run(catalog, *sources, progress=lambda share, step: said.append((share, step)))
    assert len(said) == 12  # the cancellation test counts on it
    assert [share for share, _ in said] == sorted(share for share, _ in said)
    assert {step for _, step in said} == {"reading", "remembering", "marking", "writing", "verifying"}
    assert said[0][0] == 0.0 and said[6] == (0.5, "reading") and said[-1][0] <= 1.0


def test_the_work_is_kept_with_what_finds_it_again(
    catalog: Catalog, masters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_fake(masters / "a.fake", "body")
    run(catalog, source)
    (work,) = catalog.works()
    assert catalog.reference(work.id).signal == b"body"
    ((number, fingerprint),) = catalog.fingerprints(Kind.IMAGE)
    assert number == work.id and fingerprint == FakeMedium({"body": "body"}).fingerprint()

    def again(self: FakeMedium) -> bytes:
        raise AssertionError("it is known already")

    monkeypatch.setattr(FakeMedium, "signal", again)
    (result,) = run(catalog, source)
    assert result.status is Status.PROTECTED, result.message


def test_a_batch_that_is_given_up_lets_go_of_its_lock(catalog: Catalog, masters: Path) -> None:
    batch = protect([write_fake(masters / "a.fake")] * 2, recipient="A", catalog=catalog, key=KEY)
    next(batch)
    batch.close()  # type: ignore[attr-defined]
    assert list((catalog.folder / "locks").glob("*-*.lock")) == []


def test_a_copy_that_cannot_be_remembered_is_taken_back(
    catalog: Catalog, masters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Catalog, intent: object) -> None:
        raise CatalogError("The catalog is full.", "Make room.")

    source = write_fake(masters / "a.fake")
    with monkeypatch.context() as patch:
        patch.setattr(Catalog, "complete", refuse)
        (result,) = run(catalog, source)
    assert (result.status, result.message) == (Status.FAILED, "a.fake: The catalog is full. Make room.")
    assert names(masters) == ["a.fake"]
    assert left_over(catalog) == (0, 0, 0)


def test_a_commit_that_fails_in_its_report_only_keeps_the_copy(
    catalog: Catalog, masters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = Catalog.complete

    def complete_and_fail(self: Catalog, intent):  # type: ignore[no-untyped-def]
        complete(self, intent)
        raise CatalogError("The disk hiccuped.")

    monkeypatch.setattr(Catalog, "complete", complete_and_fail)
    (result,) = run(catalog, write_fake(masters / "a.fake"))
    (copy,) = catalog.copies()
    assert (result.status, result.serial) == (Status.PROTECTED, copy.serial)
    assert hashlib.sha256(Path(copy.path).read_bytes()).hexdigest() == copy.sha256


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "x" * 201])
def test_a_recipient_needs_a_name(catalog: Catalog, masters: Path, name: str) -> None:
    with pytest.raises(RefusedError, match="recipient"):
        protect([write_fake(masters / "a.fake")], recipient=name, catalog=catalog, key=KEY)


def test_a_recipients_name_is_tidied_and_kept_out_of_the_content(catalog: Catalog, masters: Path) -> None:
    (result,) = run(catalog, write_fake(masters / "a.fake"), recipient=" Zoe\u0308  & Söhne: GmbH/Ltd ")
    assert result.output is not None and result.recipient == "Zoë & Söhne: GmbH/Ltd"
    assert result.output.name == "a (Zoë & Söhne- GmbH-Ltd).fake"
    assert catalog.recipients()[0].name == "Zoë & Söhne: GmbH/Ltd"
    assert set(json.loads(result.output.read_text())) == {"body", "marks"}


def test_several_batches_at_once_into_one_folder(catalog: Catalog, masters: Path, tmp_path: Path) -> None:
    sources = [write_fake(masters / f"{name}.fake") for name in "abc"]

    def batch(number: int) -> list[Protected]:
        with Catalog(tmp_path / "home") as another:  # as the window and the command line have
            return run(another if number % 2 else catalog, *sources, out=tmp_path / "out")

    with ThreadPoolExecutor(4) as threads:
        results = [result for results in threads.map(batch, range(4)) for result in results]
    assert {result.status for result in results} == {Status.PROTECTED}, [result.message for result in results]
    assert len({result.output for result in results}) == len({result.serial for result in results}) == 12
    assert sorted(Path(copy.path).name for copy in catalog.copies()) == names(tmp_path / "out")
    for copy in catalog.copies():
        assert hashlib.sha256(Path(copy.path).read_bytes()).hexdigest() == copy.sha256
    assert left_over(catalog) == (0, 12, 1) and len(catalog.works()) == 3


def other_file_of(masters: Path, source: Path, **content: object) -> Path:
    """Write another file that shows the same and return it."""
    target = masters / "again.fake"
    target.write_text(json.dumps({**json.loads(source.read_text()), "resized": True, **content}))
    return target


def test_a_file_that_shows_a_work_is_protected_with_a_warning_or_refused(catalog: Catalog, masters: Path) -> None:
    source = write_fake(masters / "a.fake")
    (first,) = run(catalog, source)
    assert "which is in the catalog as another file" not in first.message
    (same,) = run(catalog, source, recipient="Studio B", unless_known=True)  # the original itself is no surprise
    assert same.status is Status.PROTECTED
    again = other_file_of(masters, source)
    (refused,) = run(catalog, again, unless_known=True)
    assert len(refused.known) == 1 and refused.there is None
    assert refused.status is Status.REFUSED
    assert "It shows your work “a”, which is in the catalog as another file." in refused.message
    (warned,) = run(catalog, again)
    assert warned.status is Status.PROTECTED
    assert "It shows your work “a”, which is in the catalog as another file." in warned.message


def test_a_name_that_is_taken_waits_for_its_user(catalog: Catalog, masters: Path) -> None:
    source = write_fake(masters / "a.fake")
    (first,) = run(catalog, source, unless_there=True)
    assert first.output is not None and first.there is None
    before = first.output.read_bytes()
    (refused,) = run(catalog, source, unless_there=True)
    assert (refused.status, refused.there, refused.known) == (Status.REFUSED, first.output, ())
    assert first.output.name in refused.message
    (second,) = run(catalog, source)
    assert second.output not in (None, first.output) and first.output.read_bytes() == before


def test_a_copy_that_was_saved_anew_is_told_before_it_is_marked_again(catalog: Catalog, masters: Path) -> None:
    source = write_fake(masters / "a.fake")
    (first,) = run(catalog, source)
    assert first.output is not None
    before = left_over(catalog)
    (refused,) = run(catalog, other_file_of(masters, first.output), unless_known=True)
    said = f"This file already carries the mark of your copy no. {first.serial}, made for Studio A"
    assert refused.status is Status.REFUSED and said in refused.message
    assert left_over(catalog) == before
