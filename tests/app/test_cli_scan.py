"""`countermark scan` and `countermark watch`, as people use them: folders in, results out, stopped and gone on with."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app import cli
from app.commands.wanted import wanted
from app.session import Session
from core.catalog.store import Catalog
from core.keys import CreatorKey
from core.model import Conversion, Kind, Status, Strength
from core.naming import USUAL
from core.presets import Preset, Presets
from core.scan import Protecting
from core.scan.hands import Hands
from tests.app.command_line import ROOT, in_process, picture, variables

KEY = CreatorKey.from_bytes(bytes(range(32)))


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def places(home: Path, tmp_path: Path) -> Path:
    """Return a folder with two masters, one too small to be marked, and one that is broken; there is a key."""
    assert in_process("key", "new", home=home).code == 0
    picture(tmp_path / "in" / "a.png", seed=1, width=240, height=200)
    picture(tmp_path / "in" / "deep" / "b.png", seed=2, width=240, height=200)
    Image.fromarray(np.full((40, 40), 90, np.uint8)).save(tmp_path / "in" / "plain.png")
    (tmp_path / "in" / "broken.png").write_bytes((tmp_path / "in" / "a.png").read_bytes()[:300])
    return tmp_path


def test_a_folder_is_protected_checked_and_gone_on_with(home: Path, places: Path) -> None:
    words = ["scan", "in", "--protect", "--for", "A", "--out", "out", "--results", "p.jsonl", "--jobs", "2"]
    done = in_process(*words, home=home, folder=places)
    assert done.code == 2 and "4 files: " in done.out and "2 protected" in done.out
    assert "broken.png\n  Not protected: " in done.out and "plain.png\n  Refused: " in done.out
    status = {Path(one["source"]).name: one["status"] for one in records(places / "p.jsonl")}
    assert status == {"a.png": "protected", "b.png": "protected", "plain.png": "refused", "broken.png": "failed"}
    made = [places / "out" / "a (A).png", places / "out" / "deep" / "b (A).png"]
    assert all(path.exists() for path in made)
    done = in_process(*words, home=home, folder=places)  # nothing is made twice
    assert done.out.startswith("4 files: ") and "Going on: 4 files have a result already." in done.err
    with Catalog(home) as catalog:
        assert len(catalog.copies()) == 2

    words = ["scan", str(places), "--results", "r.jsonl", "--csv", "r.csv", "--json"]
    done = in_process(*words, home=home, folder=places)
    assert done.code == 2  # one could not be read
    found = {Path(one["file"]).name: one for one in done.records}
    assert len(found) == 6 and records(places / "r.jsonl") == done.records
    assert found["a (A).png"]["verdict"] == "certain" and found["a (A).png"]["findings"][0]["recipient"] == "A"
    with (places / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {Path(row["file"]).name: row for row in csv.DictReader(file)}
    assert table["b (A).png"]["recipient"] == "A" and table["broken.png"]["verdict"] == "could not be read"
    with Catalog(home) as catalog:
        assert Counter(Path(check.path).name for check in catalog.checks()) == Counter(dict.fromkeys(found, 1))
    (places / "in" / "broken.png").unlink()
    assert in_process(*words, home=home, folder=places).records == []


def test_a_preset_says_how_a_folder_is_protected_and_the_command_counts_before_it(home: Path, places: Path) -> None:
    preset = Preset(
        "Proofs", ("A", "B"), pictures="jpeg", quality=85, naming="{recipient}/{name} {purpose}", purpose="x"
    )
    Presets(home).keep(preset)
    words = ["scan", "in", "--protect", "--preset", "proofs", "--out", "out", "--jobs", "1"]
    done = in_process(*words, home=home, folder=places)
    assert done.code == 2 and "one recipient, not for 2" in done.err
    assert in_process(*words, "--for", "A", home=home, folder=places).code == 2  # those that cannot be protected
    made = [places / "out" / "A" / "a x.jpg", places / "out" / "deep" / "A" / "b x.jpg"]
    assert all(path.exists() for path in made)
    done = in_process("protect", "in", *("--preset", "Proofs", "--name", "{name} {date}"), home=home, folder=places)
    assert "4 files: 4 copies for 2 recipients" in done.out
    names = [path.name for path in (places / "in").glob("a 20*.jpg")]
    assert sorted(name.replace(date.today().isoformat(), "D") for name in names) == ["a D 2.jpg", "a D.jpg"]
    done = in_process("protect", "in", *("--for", "A", "--name", "{recipient}"), home=home, folder=places)
    assert done.code == 2 and "By the pattern “{recipient}” all copies" in done.err
    done = in_process("protect", "in", *("--preset", "Poster"), home=home, folder=places)
    assert done.code == 2 and "no preset “Poster”" in done.err and "“Proofs”" in done.err


def test_each_recipient_gets_one_copy_however_often_the_name_is_said(home: Path) -> None:
    given = cli.parser().parse_args(["protect", "x", "--for", "A", "--for", "B", "--for", "A"])
    with Session.open() as session:
        assert wanted(given, session).recipients == ("A", "B")


def test_what_cannot_be_scanned_is_said(home: Path, places: Path) -> None:
    (places / "empty").mkdir()
    done = in_process("scan", "empty", home=home, folder=places)
    assert done.code == 2 and "no picture, recording or film" in done.err
    done = in_process("scan", "nowhere", home=home, folder=places)
    assert done.code == 2 and "There is no folder nowhere." in done.err
    done = in_process("scan", "in", "--protect", "--for", "A", "--cluster", "tcp://x:1", home=home, folder=places)
    assert done.code == 2 and "on this computer alone" in done.err
    (places / "mine.csv").write_text("mine")
    done = in_process("scan", "in", "--csv", "mine.csv", home=home, folder=places)
    assert done.code == 2 and "already exists" in done.err and (places / "mine.csv").read_text() == "mine"


def test_without_the_library_a_cluster_is_refused(home: Path, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = in_process("scan", "in", "--cluster", "tcp://far:1", home=home, folder=places)
    assert done.code == 2 and "countermark[cluster]" in done.err and "not encrypted" in done.err


@pytest.mark.parametrize("naming", [USUAL, "{recipient}/{date} {name}"])
def test_copies_are_looked_up_where_nobody_was_told_of_them(home: Path, places: Path, naming: str) -> None:
    """As after a kill between the copy's row in the catalog and the journal."""
    from core.scan.journal import Begun, FileState

    source = places / "in" / "a.png"
    with Catalog(home) as catalog:
        work = Protecting(catalog, KEY, recipient="A", out=places / "out", naming=naming)
        work.start(1, [places / "in"])
        begun = Begun(1, FileState.of(source), "2026-01-01T00:00:00+00:00", None)
        assert work.recovered(begun) is None
        done = work.done(FileState.of(source), lambda: None)
        assert done.result["status"] == "protected" and len(done.result["sha256"]) == 64
        found = work.recovered(begun)
        assert found is not None and {**found, "quality": {}, "message": ""} == {
            **done.result,
            "quality": {},
            "message": "",
        }
        assert work.recovered(Begun(1, FileState.of(source), "2999-01-01T00:00:00+00:00", None)) is None
        assert work.passed_over(places / "out" / "A" / "a (A).png") and not work.passed_over(source)
        # One whose process is lost is said, and the next one done.
        (hands,) = work._hands
        assert isinstance(hands, Hands) and hands._worker is not None
        hands._worker._process.kill()
        lost = work.done(FileState.of(places / "in" / "deep" / "b.png"), lambda: None)
        assert lost.failed and lost.result["status"] == Status.FAILED and "is no more" in lost.result["message"]
        assert not work.done(FileState.of(places / "in" / "deep" / "b.png"), lambda: None).failed
        work.end()


def test_scans_with_other_options_are_other_scans(tmp_path: Path) -> None:
    with Catalog(tmp_path / "home") as catalog:
        jobs = [
            Protecting(catalog, KEY, recipient="A").job(),
            Protecting(catalog, KEY, recipient="B").job(),
            Protecting(catalog, KEY, recipient="A", strength=Strength.STRONG).job(),
            Protecting(catalog, KEY, recipient="A", conversion=Conversion(quality=50)).job(),
            Protecting(catalog, KEY, recipient="A", out=tmp_path).job(),
            Protecting(catalog, KEY, recipient="A", conversion={Kind.IMAGE: Conversion(quality=50)}).job(),
            Protecting(catalog, KEY, recipient="A", naming="{name}").job(),
            Protecting(catalog, KEY, recipient="A", strip=True).job(),
        ]
    assert len({json.dumps(job) for job in jobs}) == len(jobs)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")
@pytest.mark.slow
def test_watching_protects_what_comes_and_never_its_own_copies(home: Path, places: Path) -> None:
    words = ["watch", "in", "--protect", "--for", "A", "--interval", "1", "--results", "w.jsonl", "--jobs", "1"]
    for turn in (1, 2):
        watching = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *words],
            cwd=places,
            env=variables(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if turn == 2:
            picture(places / "in" / "late.png", seed=3, width=240, height=200)
        results, end = places / "w.jsonl", time.monotonic() + 240
        while time.monotonic() < end and (not results.exists() or len(records(results)) < 3 + turn):
            time.sleep(0.5)
        time.sleep(4.0)  # some more looks: the copies that lie beside their originals are none of its business
        os.kill(watching.pid, signal.SIGINT)
        _, told = watching.communicate(timeout=120)
        assert watching.returncode == 130 and b"The same command goes on from here" in told
        assert len(records(results)) == 3 + turn
    status = Counter(one["status"] for one in records(places / "w.jsonl"))
    assert status == {"protected": 3, "refused": 1, "failed": 1}
    assert len(list((places / "in").rglob("*(A)*.png"))) == 3
    assert not [path for path in places.rglob("*") if path.name.endswith("countermark-part")]
    assert ROOT.is_dir()
