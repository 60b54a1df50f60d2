"""A scan with work that costs nothing: one result a file whatever happens, and journal, catalog and sheets agree."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import CancelledError, RefusedError, UnreadableError
from core.scan.journal import FileState
from core.scan.plan import Pace, duration, files_in
from core.scan.run import Scan, default_journal
from core.scan.work import Done
from tests.core.scan.fake_work import FakeWork, KilledError, Killer, folder_of


def scan(work: FakeWork, place: Path, home: Path, **more: Any) -> Scan:
    return Scan(work, [place], journal=home / "j", results=home / "r.jsonl", sheet=home / "r.csv", **more)


def lines(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "r.jsonl").read_text().splitlines()]


def test_each_file_has_one_result_and_is_not_done_again(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine", "bad", "late", "fine"])
    work = FakeWork()
    with scan(work, place, tmp_path) as one:
        results = [found.result for found in one.over()]
        assert one.totals == {"nothing found": 3, "could not be read": 1}
    assert sorted(found["file"] for found in results) == [str(path) for path in sorted(place.iterdir())]
    assert lines(tmp_path) == results
    assert work.attempts == {"000.png": 1, "001.png": 2, "002.png": 2, "003.png": 1}
    assert sorted(work.stored_files) == sorted(found["file"] for found in results)
    with scan(work, place, tmp_path) as one:
        assert list(one.over()) == []
        assert sum(one.totals.values()) == 4
    assert lines(tmp_path) == results and work.ends == 2
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["file"] for row in csv.DictReader(file)] == [found["file"] for found in results]


def test_what_failed_is_done_again_when_asked_for_and_what_changed_always(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine", "bad"])
    with scan(FakeWork(), place, tmp_path) as one:
        assert len(list(one.over())) == 2
    (place / "001.png").write_text("fine")
    (place / "000.png").write_text("changed")
    with scan(FakeWork(), place, tmp_path) as one:
        assert sorted(found.result["message"] for found in one.over()) == ["changed", "fine"]
        assert one.totals == {"nothing found": 2}
    assert sorted(found["message"] for found in lines(tmp_path)) == ["changed", "fine"]
    (place / "002.png").write_text("bad")
    with scan(FakeWork(), place, tmp_path) as one:
        list(one.over())
    work = FakeWork()
    with scan(work, place, tmp_path, retry=True) as one:
        assert [found.result["file"] for found in one.over()] == [str(place / "002.png")]
    assert work.attempts == {"002.png": 2} and len(lines(tmp_path)) == 3
    work = FakeWork()
    with scan(work, place, tmp_path, afresh=True) as one:
        assert len(list(one.over())) == 3
    assert len(lines(tmp_path)) == 3


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["fine", "bad", "late"]), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 25), st.floats(0, 1)), max_size=4),
    st.booleans(),
)
def test_killed_at_any_write_there_is_one_result_a_file(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], kills: list[tuple[int, float]], copies: bool
) -> None:
    home = tmp_path_factory.mktemp("killed")
    place = folder_of(home / "in", words)
    work = FakeWork(begun_first=copies)
    for at, part in kills:
        with pytest.MonkeyPatch.context() as patch:
            killer = Killer(patch, at, part)
            work._alive = lambda killer=killer: killer.alive
            try:
                with scan(work, place, home, jobs=1) as one:
                    list(one.over())
            except KilledError:
                pass
    work._alive = lambda: True
    with scan(work, place, home, jobs=1) as one:
        list(one.over())
        files = Counter(found["file"] for found in one.journal.results())
    wanted = Counter({str(path): 1 for path in place.iterdir()})
    assert files == wanted
    assert Counter(found["file"] for found in lines(home)) == wanted
    stored = Counter(work.stored_files)
    assert stored == (wanted if not copies else Counter({str(p): 1 for p in place.iterdir() if p.read_text() != "bad"}))


def test_stopping_keeps_what_is_done(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine"] * 30)
    seen = 0

    def progress(share: float, text: str) -> None:
        nonlocal seen
        seen += 1
        if seen == 3:
            raise CancelledError

    class Slow(FakeWork):
        def done(self, state: FileState, beat: Callable[[], None]) -> Done:
            time.sleep(0.05)
            return super().done(state, beat)

    work = Slow()
    with scan(work, place, tmp_path) as one, pytest.raises(CancelledError):
        list(one.over(progress))
    before = len(lines(tmp_path))
    assert before < 30 and sorted(work.stored_files) == sorted(found["file"] for found in lines(tmp_path))
    with scan(work, place, tmp_path) as one:
        assert len(list(one.over())) == 30 - before
    assert max(Counter(work.stored_files).values()) == 1


def test_what_no_thread_can_handle_ends_the_scan_and_keeps_the_rest(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine", "bug", "fine"])
    with scan(FakeWork(), place, tmp_path, jobs=1) as one, pytest.raises(UnreadableError, match="whole scan"):
        list(one.over())
    told = {found["file"] for found in lines(tmp_path)}
    assert str(place / "000.png") in told and str(place / "001.png") not in told


def test_the_consumer_may_leave(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine"] * 9)
    work = FakeWork()
    with scan(work, place, tmp_path) as one:
        found = one.over()
        next(found)
        found.close()
    assert sorted(work.stored_files) == sorted(one["file"] for one in lines(tmp_path))


def test_other_peoples_files_are_not_written_over(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine"])
    (tmp_path / "r.csv").write_text("mine")
    with pytest.raises(RefusedError, match="already exists"):
        scan(FakeWork(), place, tmp_path)
    assert (tmp_path / "r.csv").read_text() == "mine"


def test_tables_hold_no_formulas(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["=cmd|x!A1"])
    with scan(FakeWork(), place, tmp_path) as one:
        list(one.over())
    assert "'=cmd" in (tmp_path / "r.csv").read_text("utf-8-sig")


def test_progress_tells_how_far_and_how_long(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine"] * 8)
    texts: list[str] = []
    with scan(FakeWork(), place, tmp_path) as one:
        list(one.over(lambda share, text: texts.append(text)))
    assert any(text.startswith("8 of 8 files") for text in texts)
    pace = Pace()
    assert pace.left(0, 100) is None
    pace._marks[0] = (pace._marks[0][0] - 10.0, 0)
    assert pace.left(5, 50) == pytest.approx(100, rel=0.05)
    said = [duration(seconds) for seconds in (0, 40.2, 59.6, 700, 7500, 7199, 100_000)]
    assert said == ["0 s", "40 s", "1 min", "12 min", "2 h 5 min", "2 h", "1 day 4 h"]


def test_files_are_met_once_and_folders_within_folders_too(tmp_path: Path) -> None:
    folder_of(tmp_path / "a" / "b", ["x", "y"])
    folder_of(tmp_path / "a", ["x"])
    (tmp_path / "a" / ".hidden.png").write_text("x")
    places = [tmp_path / "a" / "b", tmp_path / "a", tmp_path / "a" / "000.png"]
    found = list(files_in(places, lambda path: path.name == "001.png"))
    assert found == [tmp_path / "a" / "000.png", tmp_path / "a" / "b" / "000.png"]
    assert list(files_in([tmp_path / "a" / "000.png"], lambda path: False)) == [tmp_path / "a" / "000.png"]


def test_the_same_scan_has_the_same_journal(tmp_path: Path) -> None:
    work = FakeWork()
    first = default_journal(tmp_path, work, [tmp_path / "a"])
    assert first == default_journal(tmp_path, work, [tmp_path / "a"]) and first.parent == tmp_path / "scans"
    assert first != default_journal(tmp_path, work, [tmp_path / "b"])


# -- watching ----------------------------------------------------------------------------------------------------------


def test_watching_takes_what_has_come_and_stays_the_same(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "in", ["fine"])
    growing = place / "growing.png"
    looks = 0

    def progress(share: float, text: str) -> None:
        nonlocal looks
        looks += 1
        if looks < 25:
            growing.write_text("fine " * looks)
        if looks == 40:
            raise CancelledError

    work = FakeWork()
    found = []
    with scan(work, place, tmp_path) as one, pytest.raises(CancelledError):
        found += ((Path(result.result["file"]).name, looks) for result in one.watching(progress, interval=0.3))
    names = [name for name, _ in found]
    assert names == ["000.png", "growing.png"] and found[1][1] >= 25
    (place / "new.png").write_text("late")
    looks = 30
    with scan(work, place, tmp_path) as one, pytest.raises(CancelledError):
        found += ((Path(result.result["file"]).name, looks) for result in one.watching(progress, interval=0.2))
    assert [name for name, _ in found] == ["000.png", "growing.png", "new.png"]  # a restart knows what was done
