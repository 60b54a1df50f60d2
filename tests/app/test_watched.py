"""Watched folders on the disk: kept whole, read with suspicion; ledgers forget nothing but what a crash cut off."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.watched import DoneFiles, Watched, WatchedFolders
from core.errors import SettingsError, WriteError
from core.model import Strength
from core.presets import Preset
from core.scan.journal import FileState

LINES = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=12)
NAMES = st.text(st.characters(exclude_characters="\0/", max_codepoint=0x2FFFF), min_size=1, max_size=12)
WANTED = st.builds(
    Preset,
    name=LINES,
    recipients=st.lists(LINES, min_size=1, max_size=3).map(tuple),
    strength=st.sampled_from(Strength),
    pictures=st.sampled_from(["", "webp"]),
    output_folder=NAMES.map(lambda name: f"/{name}"),
    strip=st.booleans(),
)
RULES = st.builds(
    Watched,
    folder=NAMES.map(lambda name: Path("/").joinpath("in", name)),
    wanted=st.none() | WANTED,
    on=st.booleans(),
)


@settings(deadline=None, max_examples=25)  # each waits for the disk
@given(rules=st.lists(RULES, max_size=4))
def test_what_is_kept_comes_back(rules: list[Watched]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = WatchedFolders(Path(folder))
        for rule in rules:
            kept.keep(rule)
        assert WatchedFolders(Path(folder)).all() == tuple(rules)
        for rule in rules[:2]:
            kept.remove(rule)
        assert WatchedFolders(Path(folder)).all() == tuple(rules[2:])


def test_one_folder_has_one_rule_for_a_job(tmp_path: Path) -> None:
    kept = WatchedFolders(tmp_path)
    first, checked = Watched(Path("/in"), Preset(recipients=("A",))), Watched(Path("/in"))
    for rule in (first, checked):
        kept.keep(kept.like(rule))
    other = kept.like(Watched(Path("/in"), Preset(recipients=("B",))))
    kept.keep(other)
    assert other.id == first.id and kept.all() == (other, checked)
    assert kept.like(Watched(Path("/out"))).id not in (first.id, checked.id)
    kept.keep(dataclasses.replace(checked, on=False))
    assert [rule.on for rule in kept.all()] == [True, False]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        '{"folders": [1]}',
        '{"folders": [{"id": "../../etc/passwd", "folder": "/in", "wanted": null, "on": true}]}',
        '{"folders": [{"id": "0123456789abcdef", "folder": "in", "wanted": null, "on": true}]}',
        '{"folders": [{"id": "0123456789abcdef", "folder": "/in", "wanted": null, "on": 1}]}',
        '{"folders": [{"id": "0123456789abcdef", "folder": "/in", "wanted": {"quality": 101}, "on": true}]}',
        '{"folders": [{"id": "0123456789abcdef", "folder": "/in", "wanted": {"recipients": []}, "on": true}]}',
        " " * (1 << 20) + "{}",
    ],
)
def test_a_damaged_file_counts_as_none_and_is_left_as_it_is(tmp_path: Path, said: str) -> None:
    kept = WatchedFolders(tmp_path)
    kept.keep(Watched(Path("/in")))
    file = tmp_path / "watched" / "folders.json"
    file.write_text(said, "utf-8")
    assert kept.all() == ()
    for change in (kept.keep, kept.remove):
        with pytest.raises(SettingsError, match="watched folders is damaged"):
            change(Watched(Path("/in")))
    assert file.read_text("utf-8") == said


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "watched").write_text("in the way", "utf-8")
    with pytest.raises(SettingsError, match="damaged"):
        WatchedFolders(tmp_path).keep(Watched(Path("/in")))
    with pytest.raises(WriteError, match="could not be written"):
        DoneFiles(tmp_path / "watched" / "x.done").add([FileState("/in/a", 1, 2)])


def test_copies_that_are_saved_below_the_folder_are_passed_over() -> None:
    rule = Watched(Path("/in"), Preset(recipients=("A",), output_folder="/in/out"))
    assert rule.passes_over(Path("/in/out/a.png")) and rule.passes_over(Path("/in/out/deep/a.png"))
    assert not rule.passes_over(Path("/in/a.png"))
    for other in ("/in", "/", "/elsewhere", ""):
        rule = Watched(Path("/in"), Preset(recipients=("A",), output_folder=other))
        assert not rule.passes_over(Path("/in/a.png"))
    assert not Watched(Path("/in")).passes_over(Path("/in/a.png"))


STATES = st.builds(
    FileState, st.sampled_from(["/in/a", "/in/\udcff", "/in/ä\n"]), st.integers(0, 1 << 40), st.integers(0, 1 << 62)
)


@settings(deadline=None, max_examples=25)
@given(states=st.lists(STATES, max_size=8), cut=st.integers(0, 40))
def test_a_ledger_knows_the_last_state_of_each_file(states: list[FileState], cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new" / "x.done"
        done = DoneFiles(path)
        for state in states:
            done.add([state])
        last = {state.path: state for state in states}
        for ledger in (done, DoneFiles(path)):
            assert all(ledger.has(state) is (last[state.path] == state) for state in states)
        if not states:
            return
        whole = path.read_bytes()
        path.write_bytes(whole[: max(0, len(whole) - cut)])  # as a crash leaves it
        more = FileState("/in/more", 1, 2)
        DoneFiles(path).add([more])
        assert DoneFiles(path).has(more)
        done.clear()
        assert not done.has(more) and not done.has(states[-1]) and not path.exists()


def test_a_forgotten_folder_leaves_nothing(tmp_path: Path) -> None:
    kept, rule = WatchedFolders(tmp_path), Watched(Path("/in"))
    kept.keep(rule)
    DoneFiles(kept.ledger(rule)).add([FileState("/in/a", 1, 2)])
    assert json.loads((tmp_path / "watched" / "folders.json").read_text("utf-8"))["folders"]
    kept.remove(rule)
    assert [path.name for path in (tmp_path / "watched").iterdir()] == ["folders.json"]


def test_a_ledger_that_cannot_be_read_is_no_empty_one(tmp_path: Path) -> None:
    """Else all that lies in the folder would be taken."""
    path = tmp_path / "x.done"
    path.mkdir()
    state = FileState("/in/a", 1, 2)
    with pytest.raises(OSError, match="directory"):
        DoneFiles(path).has(state)
    with pytest.raises(WriteError, match="could not be written"):
        DoneFiles(path).add([state])
    path.rmdir()
    assert not DoneFiles(path).has(state)
