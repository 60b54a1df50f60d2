"""A check finds whose copy a file is, says so honestly, remembers it, and reads on after a bad file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.catalog.store import Catalog
from core.check import check
from core.decide import tried
from core.errors import CancelledError, CatalogError, KeyFileError
from core.fingerprint import images
from core.indexes import indexes
from core.keys import CreatorKey
from core.model import Checked, Finding, Kind, Likeness, Statements, Verdict
from core.protect import protect
from tests.core.fake_medium import FakeMedium, examined_by, install, write_fake

KEY = CreatorKey.from_bytes(bytes(range(32)))
OTHER = CreatorKey.from_bytes(bytes(32))


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalog]:
    install(monkeypatch)
    with Catalog(tmp_path / "home") as opened:
        yield opened


def one(catalog: Catalog, file: Path, *keys: CreatorKey) -> Checked:
    (result,) = check([file], catalog=catalog, keys=keys or [KEY])
    return result


def copy_of(catalog: Catalog, path: Path, recipient: str = "Studio A") -> tuple[Path, int]:
    (result,) = protect([write_fake(path)], recipient=recipient, catalog=catalog, key=KEY)
    assert result.output is not None and result.serial is not None
    return result.output, result.serial


def test_a_copy_is_found_and_joined_to_work_and_recipient(catalog: Catalog, tmp_path: Path) -> None:
    copy_of(catalog, tmp_path / "a.fake", "Studio A")
    output, serial = copy_of(catalog, tmp_path / "b.fake", "Studio B")
    found = shutil.copy(output, tmp_path / "found on the web.fake")
    result = one(catalog, found)
    (match,) = result.matches
    assert (result.verdict, result.kind, match.finding.serial) == (Verdict.CERTAIN, Kind.IMAGE, serial)
    assert match.work is not None and match.work.title == "b"
    assert match.recipient is not None and match.recipient.name == "Studio B"
    assert match.copy is not None and match.copy.path == str(output)
    assert match.key == KEY.id
    assert result.message.startswith(f"Certain: this is your copy no. {serial}, sent to Studio B on ")
    assert result.message.endswith("happens less than once in 10^21 checks. No consent is on file.")
    assert match.agreed == "No consent is on file."
    (stored,) = catalog.checks(copy=match.copy.id)
    assert (stored.file, stored.message, stored.matches) == ("found on the web.fake", result.message, result.matches)


def test_nothing_found_is_said_and_remembered(catalog: Catalog, tmp_path: Path) -> None:
    result = one(catalog, write_fake(tmp_path / "innocent.fake"))
    assert (result.verdict, result.matches) == (Verdict.NOTHING, ())
    assert "That does not prove that it is not yours" in result.message
    assert catalog.checks()[0].verdict is Verdict.NOTHING


def test_an_original_is_recognised(catalog: Catalog, tmp_path: Path) -> None:
    copy_of(catalog, tmp_path / "a.fake")
    result = one(catalog, tmp_path / "a.fake")
    assert result.verdict is Verdict.NOTHING
    assert "untouched original of “a”" in result.message


def test_bad_files_do_not_stop_the_others(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    text, bug, huge = (tmp_path / name for name in ("text.fake", "bug.fake", "huge.fake"))
    text.write_text("no JSON")
    write_fake(bug)
    write_fake(huge)

    def read(path: Path) -> FakeMedium:
        if path == bug:
            raise ZeroDivisionError
        if path == huge:
            raise MemoryError
        return FakeMedium.read(path)

    examined_by(monkeypatch, read)
    files = [tmp_path / "none.fake", text, bug, huge, tmp_path, output]
    results = list(check(files, catalog=catalog, keys=[KEY]))
    assert [result.verdict for result in results] == [Verdict.UNREADABLE] * 5 + [Verdict.CERTAIN]
    for result in results[:5]:
        assert result.file.name in result.message and result.matches == ()
    assert "unexpected problem (ZeroDivisionError)" in results[2].message
    assert len(catalog.checks()) == 6


def test_a_mark_of_another_key_is_not_ours(catalog: Catalog, tmp_path: Path) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    assert one(catalog, output, OTHER).verdict is Verdict.NOTHING


def test_a_known_copy_without_readable_mark_is_said(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    monkeypatch.setattr(FakeMedium, "detect", lambda *_: ())
    result = one(catalog, output)
    assert result.verdict is Verdict.NOTHING
    assert f"byte for byte, the copy no. {serial} that was made for Studio A" in result.message


def test_several_keys_weaken_every_probability(catalog: Catalog, tmp_path: Path) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    alone = one(catalog, output).matches[0].finding
    both = one(catalog, output, OTHER, KEY, OTHER).matches[0].finding
    assert both.probability == pytest.approx(2 * alone.probability)
    assert both.hypotheses == 2 * alone.hypotheses
    assert both.key_probability == pytest.approx(2 * (alone.key_probability or 0))


@pytest.mark.parametrize(
    ("probability", "key_probability", "keys", "verdict"),
    [
        (6e-10, None, 1, Verdict.CERTAIN),
        (6e-10, None, 2, Verdict.PROBABLE),
        (6e-5, None, 2, Verdict.NOTHING),
        (6e-5, 1e-20, 2, Verdict.CERTAIN),  # the verdict rests on the key's mark; the serial's chance is said apart
    ],
)
def test_verdicts_follow_the_corrected_probability(
    probability: float, key_probability: float | None, keys: int, verdict: Verdict
) -> None:
    said = Verdict.CERTAIN if key_probability or probability <= 1e-9 else Verdict.PROBABLE
    finding = Finding(1, said, probability, 9.0, key_probability=key_probability)
    assert tried(finding, keys).verdict is verdict


def test_a_key_that_issued_nothing_is_tried_with_all_serials(catalog: Catalog, tmp_path: Path) -> None:
    suspect = write_fake(tmp_path / "old copy.fake", marks=[(KEY.id, 4711)])
    result = one(catalog, suspect)
    assert result.verdict is Verdict.CERTAIN
    assert "the mark no. 4711 of your key, a copy that this catalog does not know" in result.message
    copy_of(catalog, tmp_path / "a.fake")
    assert one(catalog, suspect).verdict is Verdict.NOTHING  # now only issued serials are asked for


@pytest.mark.parametrize(("body", "said"), [("animated", True), ("in good order", False)])
def test_what_could_be_examined_is_said_of_irregular_files(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, said: bool
) -> None:
    monkeypatch.setattr(FakeMedium, "notes", ("Its first frame was examined.",))
    result = one(catalog, write_fake(tmp_path / "a.fake", body))
    assert result.message.endswith("Its first frame was examined.") is said


def test_no_key_is_said(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="no key"):
        check([tmp_path / "a"], catalog=catalog, keys=[])


def test_a_check_that_cannot_be_remembered_is_still_told(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CatalogError("The catalog is full.", "Make room.")

    output, _ = copy_of(catalog, tmp_path / "a.fake")
    monkeypatch.setattr(Catalog, "add_check", refuse)
    result = one(catalog, output)
    assert result.verdict is Verdict.CERTAIN
    assert result.message.endswith("This check is not in the catalog: The catalog is full. Make room.")


def test_progress_and_cancelling(catalog: Catalog, tmp_path: Path) -> None:
    files = [write_fake(tmp_path / name) for name in ("a.fake", "b.fake")]
    said: list[tuple[float, str]] = []
    list(check(files, catalog=catalog, keys=[KEY, OTHER], progress=lambda share, step: said.append((share, step))))
    assert [share for share, _ in said] == sorted(share for share, _ in said)
    assert [step for _, step in said] == ["reading", "searching", "searching", "looking for the work"] * 2

    def cancel(share: float, step: str) -> None:
        if share >= 0.5:
            raise CancelledError

    batch = check(files, catalog=catalog, keys=[KEY], progress=cancel)
    assert next(batch).verdict is Verdict.NOTHING
    with pytest.raises(CancelledError):
        next(batch)
    assert len(catalog.checks()) == 3


# -- comparison with stored works -----------------------------------------------------------------------------------


def changed(source: Path, target: Path, **content: object) -> Path:
    """Write a fake file with some of its content changed and return it."""
    target.write_text(json.dumps({**json.loads(source.read_text()), **content}))
    return target


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """Return the works of each comparison that is made from now on."""
    made: list[tuple[int, ...]] = []
    plain = FakeMedium.detect_informed

    def detect_informed(self: FakeMedium, *given: Any) -> tuple[Finding, ...]:
        found = plain(self, *given)
        made.extend(self.compared_with)
        return found

    monkeypatch.setattr(FakeMedium, "detect_informed", detect_informed)
    return made


def test_a_certain_mark_needs_no_comparison(catalog: Catalog, tmp_path: Path, compared: list[tuple[int, ...]]) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    result = one(catalog, changed(output, tmp_path / "found.fake", more=1))
    assert (result.verdict, result.matches[0].finding.level, result.matches[0].shows_work) == (
        Verdict.CERTAIN,
        "blind",
        True,
    )
    assert compared == []


def test_a_mark_that_only_a_comparison_shows_is_found(
    catalog: Catalog, tmp_path: Path, compared: list[tuple[int, ...]]
) -> None:
    copy_of(catalog, tmp_path / "other.fake")
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    work = catalog.copies()[0].work
    result = one(catalog, changed(output, tmp_path / "found.fake", marks=[], hidden=[[KEY.id, serial]]))
    (match,) = result.matches
    assert (result.verdict, match.finding.level, match.finding.serial) == (Verdict.CERTAIN, "informed", serial)
    assert compared == [(work,)]
    assert "It was found by comparison with the stored original." in result.message
    assert catalog.checks()[0].matches == result.matches


def test_a_weak_mark_names_the_work_to_compare_with(
    catalog: Catalog, tmp_path: Path, compared: list[tuple[int, ...]]
) -> None:
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    weak = changed(output, tmp_path / "found.fake", body="weak", hidden=[[KEY.id, serial]], shows="something else")
    result = one(catalog, weak)
    assert compared == [(catalog.copies()[0].work,)]
    (match,) = result.matches
    assert (match.finding.level, match.finding.verdict) == ("informed", Verdict.CERTAIN)


def test_the_work_that_its_user_names_comes_first(
    catalog: Catalog, tmp_path: Path, compared: list[tuple[int, ...]]
) -> None:
    copy_of(catalog, tmp_path / "wanted.fake")
    chosen = catalog.works()[0].id
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    one_work = catalog.works()[0].id
    list(check([output], catalog=catalog, keys=[KEY], works=[chosen]))
    assert compared == [(chosen, one_work)]
    list(check([output], catalog=catalog, keys=[KEY], works=[one_work]))
    assert len(compared) == 1  # the certain mark is that of the chosen work


def test_a_work_that_is_not_there_is_said(catalog: Catalog, tmp_path: Path) -> None:
    (result,) = check([write_fake(tmp_path / "a.fake")], catalog=catalog, keys=[KEY], works=[77])
    assert result.verdict is Verdict.UNREADABLE
    assert "no work with the number 77" in result.message


def test_no_more_works_are_compared_than_the_bound_allows(
    catalog: Catalog, tmp_path: Path, compared: list[tuple[int, ...]]
) -> None:
    for number in range(8):
        copy_of(catalog, tmp_path / f"{number}.fake")
    works = [work.id for work in catalog.works()]
    list(check([write_fake(tmp_path / "b.fake")], catalog=catalog, keys=[KEY], works=works))
    assert compared == [tuple(works[:6])]


def test_comparisons_are_corrected_for_the_number_of_keys(catalog: Catalog, tmp_path: Path) -> None:
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    hidden = changed(output, tmp_path / "found.fake", marks=[], hidden=[[KEY.id, serial]])
    alone = one(catalog, hidden).matches[0].finding
    among = one(catalog, hidden, KEY, OTHER).matches[0].finding
    assert among.probability == pytest.approx(2 * alone.probability)
    assert among.hypotheses == 2 * alone.hypotheses


def test_a_mark_on_another_picture_is_said(catalog: Catalog, tmp_path: Path) -> None:
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    result = one(catalog, changed(output, tmp_path / "found.fake", shows="a lawn"))
    assert (result.verdict, result.matches[0].shows_work) == (Verdict.CERTAIN, False)
    assert result.message.startswith(f"Certain: this carries the mark of your copy no. {serial}, sent to Studio A on ")
    assert "But the picture shown is not “a”: a mark can be lifted off one file and laid over" in result.message
    assert "this is your copy" not in result.message
    assert catalog.checks()[0].matches[0].shows_work is False


def test_a_work_without_its_mark_is_recognised_but_no_finding(catalog: Catalog, tmp_path: Path) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    result = one(catalog, changed(output, tmp_path / "found.fake", marks=[], resized=True))
    assert (result.verdict, result.matches) == (Verdict.NOTHING, ())
    assert "But the picture shows your work “a”, or a part of it" in result.message


def test_a_damaged_signal_leaves_the_rest_of_the_check(catalog: Catalog, tmp_path: Path) -> None:
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    with catalog._database.changing() as connection:
        connection.execute("UPDATE signals SET signal = CAST('damaged' AS BLOB)")
    weak = changed(output, tmp_path / "found.fake", body="weak")
    result = one(catalog, weak)
    assert (result.verdict, result.matches[0].finding.serial) == (Verdict.PROBABLE, serial)
    assert "what the catalog keeps of that is damaged" in result.message


@pytest.mark.parametrize("stage", ["searching", "looking for the work", "comparing"])
def test_a_check_is_cancelled_between_its_stages(catalog: Catalog, tmp_path: Path, stage: str) -> None:
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    hidden = changed(output, tmp_path / "found.fake", marks=[], hidden=[[KEY.id, serial]])

    def progress(share: float, step: str) -> None:
        assert 0 <= share <= 1
        if step == stage:
            raise CancelledError

    with pytest.raises(CancelledError):
        list(check([hidden], catalog=catalog, keys=[KEY], progress=progress))
    assert catalog.checks() == []


def test_works_protected_meanwhile_are_nominated(catalog: Catalog, tmp_path: Path) -> None:
    copy_of(catalog, tmp_path / "a.fake")
    one(catalog, write_fake(tmp_path / "innocent.fake"))
    output, serial = copy_of(catalog, tmp_path / "b.fake")
    hidden = changed(output, tmp_path / "found.fake", marks=[], hidden=[[KEY.id, serial]])
    assert one(catalog, hidden).matches[0].finding.serial == serial


def test_a_work_that_only_its_fingerprint_knows_is_told_as_likely(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    monkeypatch.setattr(FakeMedium, "shows_work", lambda *_: None)
    faint = one(catalog, changed(output, tmp_path / "faint.fake", marks=[], votes=images.CLEAR - 1))
    assert faint.similar == () and "resembles" not in faint.message
    clear = one(catalog, changed(output, tmp_path / "clear.fake", marks=[], votes=images.CLEAR))
    (similar,) = clear.similar
    assert (clear.verdict, similar.work.title, similar.likeness) == (Verdict.NOTHING, "a", Likeness.LIKELY)
    assert "But the picture resembles your work “a”; no mark was read." in clear.message
    monkeypatch.setattr(FakeMedium, "shows_work", lambda *_: False)
    assert one(catalog, changed(output, tmp_path / "other.fake", marks=[], votes=images.CLEAR)).similar == ()
    monkeypatch.setattr(FakeMedium, "kind", Kind.AUDIO)
    monkeypatch.setattr("core.nominations.indexes", lambda catalog, kind: indexes(catalog, Kind.IMAGE))
    (similar,) = one(catalog, changed(output, tmp_path / "noisy.fake", marks=[], votes=images.CLEAR)).similar
    assert similar.likeness is Likeness.LIKELY


def test_a_work_that_the_stored_original_confirms_is_told_as_strong(catalog: Catalog, tmp_path: Path) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    (similar,) = one(catalog, changed(output, tmp_path / "found.fake", marks=[], resized=True)).similar
    assert (similar.work.title, similar.likeness) == ("a", Likeness.STRONG)
    (stored,) = catalog.checks()
    assert (stored.matches, [(found.work.title, found.likeness) for found in stored.similar]) == (
        (),
        [("a", Likeness.STRONG)],
    )
    assert one(catalog, tmp_path / "a.fake").similar == ()  # the original itself
    assert one(catalog, output).similar == ()  # its mark says more


def test_what_a_lifted_mark_was_laid_over_is_told(catalog: Catalog, tmp_path: Path) -> None:
    output, serial = copy_of(catalog, tmp_path / "a.fake")
    copy_of(catalog, tmp_path / "b.fake")
    forged = one(catalog, changed(output, tmp_path / "forged.fake", shows="b.fake"))
    assert (forged.matches[0].finding.serial, forged.matches[0].shows_work) == (serial, False)
    assert [similar.work.title for similar in forged.similar] == ["b"]
    assert "The picture shows your work “b”, or a part of it" in forged.message
    assert "no mark of a copy of that work was read" in forged.message


def test_copies_that_this_catalog_does_not_know_are_found_on_demand(catalog: Catalog, tmp_path: Path) -> None:
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    lost = changed(output, tmp_path / "found.fake", body="elsewhere", marks=[[KEY.id, 987654]])
    assert one(catalog, lost).verdict is Verdict.NOTHING
    (result,) = check([lost], catalog=catalog, keys=[KEY], widely=[KEY.id])
    (match,) = result.matches
    assert (match.finding.serial, match.copy, result.verdict) == (987654, None, Verdict.CERTAIN)
    assert "the mark no. 987654 of your key, a copy that this catalog does not know. Who got it" in result.message
    alone = one(catalog, output).matches[0].finding
    (result,) = check([output], catalog=catalog, keys=[KEY], widely=[KEY.id])
    assert result.matches[0].finding.probability == pytest.approx(2 * alone.probability)  # two tries, whatever came


def test_statements_that_were_taken_off_are_told(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Statements(creator="Zoë", copyright="© Zoë")
    monkeypatch.setattr("core.journal.statements_of", lambda *_: sent)
    output, _ = copy_of(catalog, tmp_path / "a.fake")
    bare = one(catalog, output)
    assert bare.removed == ("Creator", "Copyright")
    assert "lacks: Creator, Copyright. Programs strip them by accident, too" in bare.message
    assert "17 USC 1202" in catalog.checks()[0].message
    monkeypatch.setattr(FakeMedium, "statements", lambda _: Statements(creator="Zoë", copyright="© me"))
    assert one(catalog, output).removed == ("Copyright",)
    monkeypatch.setattr(FakeMedium, "statements", lambda _: sent)
    whole = one(catalog, output)
    assert (whole.removed, whole.says) == ((), sent) and "17 USC" not in whole.message
    assert one(catalog, write_fake(tmp_path / "innocent.fake")).removed == ()
