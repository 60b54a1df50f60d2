"""The journal: whatever is cut off its end, what it says is true, and it goes on from there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CatalogError, RefusedError
from core.scan.journal import FileState, Journal, read
from core.scan.ledger import AGAIN, FAILED, Entry, Ledger

JOB = {"what": "check", "keys": ["a"]}


def state(number: int, size: int = 1) -> FileState:
    return FileState(f"/f/{number}\udcff.png", size, 10**18 + number)


def result(number: int, verdict: str = "nothing found") -> dict[str, Any]:
    return {"file": state(number).path, "verdict": verdict, "message": "ü" * number}


STEPS = st.lists(
    st.tuples(st.sampled_from(["check", "copy", "drop", "fail", "again"]), st.integers(0, 5), st.integers(1, 2)),
    max_size=25,
)


def told(journal: Journal, steps: list[tuple[str, int, int]]) -> None:
    """Write down these steps."""
    for word, number, size in steps:
        match word:
            case "check":
                (begun,) = journal.begin([(state(number, size), result(number))])
                journal.keep([(begun, None)])
            case "copy":
                (begun,) = journal.begin([(state(number, size), None)])
                journal.keep([(begun, result(number, "certain"))])
            case "drop":
                journal.drop(journal.begin([(state(number, size), None)]))
            case "fail":
                journal.fail([(state(number, size), 1)])
            case "again":
                journal.again([state(number).path])


def simulated(lines: list[dict[str, Any]]) -> dict[str, str]:
    """Return the verdicts by file that lines mean, told as plainly as can be."""
    begun: dict[int, dict[str, Any]] = {}
    found: dict[str, str] = {}
    for line in lines:
        if "n" in line:
            begun[line["n"]] = line
        elif "kept" in line and line["kept"] in begun:
            known = begun.pop(line["kept"])
            found[known["file"]] = line.get("result", known.get("result"))["verdict"]
        elif "dropped" in line:
            begun.pop(line["dropped"], None)
        elif "failed" in line:
            found.pop(line["file"], None)
        elif "again" in line:
            found.pop(line["again"], None)
    return found


@settings(max_examples=60, deadline=None)
@given(STEPS, st.data())
def test_cut_off_at_any_byte_it_says_what_its_whole_lines_say(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("cut") / "j.jsonl"
    journal = Journal(path, JOB)
    told(journal, steps)
    journal.close()
    whole = path.read_bytes()
    length = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:length])
    kept = whole[: whole.rfind(b"\n", 0, length) + 1]
    lines = [json.loads(line) for line in kept.splitlines()]
    journal = Journal(path, JOB)
    assert path.read_bytes().startswith(kept)
    assert {one["file"]: one["verdict"] for one in journal.results()} == simulated(lines)
    assert len(list(journal.results())) == sum(journal.ledger.totals.values())
    told(journal, [("check", 99, 1)])  # it goes on behind what is whole
    assert [one["file"] for one in journal.results()][-1] == state(99).path
    journal.close()
    again = Journal(path, JOB)
    assert {one["file"]: one["verdict"] for one in again.results()} == simulated(list(read(path)))
    again.close()


def test_numbers_never_come_twice_and_what_was_begun_is_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", JOB)
    first = journal.begin([(state(1), None), (state(2), result(2))])
    journal.close()
    journal = Journal(tmp_path / "j", JOB)
    assert [begun.state for begun in journal.begun.values()] == [state(1), state(2)]
    assert journal.begun[first[1]].result == result(2)
    assert journal.begin([(state(3), None)])[0] not in first
    journal.close()


def test_a_failure_takes_a_result_away_whatever_their_numbers(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", JOB)
    told(journal, [("check", 1, 1), ("fail", 1, 1)])  # result no. 1, attempt no. 1
    assert list(journal.results()) == [] and list(journal.unsuccessful()) == [(state(1), 1)]
    journal.close()


def test_another_scans_journal_and_other_files_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "j"
    Journal(path, JOB).close()
    with pytest.raises(RefusedError, match="it differs in keys"):
        Journal(path, {**JOB, "keys": ["b"]})
    for content in (b"no end of line", b"my diary\nsecond, torn", b"\x00\xff", b'{"journal": "countermark scan 9"}\n{'):
        path.write_bytes(content)
        for afresh in (False, True):
            with pytest.raises(RefusedError, match="no journal of a scan"):
                Journal(path, JOB, afresh=afresh)
            assert path.read_bytes() == content
    path.write_bytes(b'{"journal": "coun')  # cut off in its first line
    Journal(path, JOB).close()
    assert len(list(read(path))) == 1


def test_begun_afresh_it_knows_its_own_files_of_results_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", JOB)
    told(journal, [("check", 1, 1)])
    journal.add_sheet(tmp_path / "r.csv")
    journal.close()
    journal = Journal(tmp_path / "j", {**JOB, "keys": ["b"]}, afresh=True)
    assert journal.sheets == [str(tmp_path / "r.csv")] and not list(journal.results())
    journal.close()


def test_two_scans_cannot_share_a_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", JOB)
    with pytest.raises(CatalogError, match="running already"):
        Journal(tmp_path / "j", JOB)
    journal.close()
    Journal(tmp_path / "j", JOB).close()


def test_damaged_lines_cost_their_files_alone(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path, JOB)
    told(journal, [("check", 1, 1), ("check", 2, 1)])
    journal.close()
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = b"\x00" * (len(lines[1]) - 1) + b"\n"
    path.write_bytes(b"".join(lines))
    journal = Journal(path, JOB)
    assert [one["file"] for one in journal.results()] == [state(2).path]
    journal.close()


def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("permissions are other ones there")
    Journal(tmp_path / "j", JOB).close()
    assert (tmp_path / "j").stat().st_mode & 0o077 == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.sampled_from([0, 2, 3, FAILED, AGAIN])), max_size=120)
)
def test_the_ledger_is_a_dictionary_in_little_room(notes: list[tuple[int, int, int]]) -> None:
    ledger, plain = Ledger(), dict[int, Entry]()
    for turn, (name, content, code) in enumerate(notes):
        ledger.note(name, Entry(content, turn, code))
        plain[name] = Entry(content, turn, code)
        if turn % 7 == 0:
            ledger._merge()
    for name in range(41):
        known = plain.get(name)
        assert ledger.get(name) == (None if known is None or known.code == AGAIN else known)
    assert sum(ledger.totals.values()) == sum(entry.done for entry in plain.values())
    assert ledger.waiting == sum(entry.code == FAILED for entry in plain.values())


def test_a_million_files_fit_into_little_memory() -> None:
    ledger = Ledger()
    for number in range(200_000):
        ledger.note(number * 2**43 + 5, Entry(number, number, 2))
    ledger._merge()
    assert (
        sum(column.nbytes for column in (ledger._names, ledger._contents, ledger._numbers, ledger._codes)) == 5_000_000
    )
    assert ledger.get(7 * 2**43 + 5) == Entry(7, 7, 2) and ledger.get(6) is None
