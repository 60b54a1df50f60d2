"""docs/limits.md is exactly what the committed results make; every section holds up on results of any kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bench import goals, report
from bench.bad import complaints
from bench.pages import hostile
from bench.results import Results
from bench.tables import bullet, paragraph, percent, share, table

ABOUT: dict[str, Any] = {
    "date": "2026-01-02 03:04 UTC",
    "seed": 1,
    "candidates": 1000,
    "python": "3.11",
    "system": "Linux",
    "libraries": {"numpy": "2"},
}
HIT, MISS, WRONG = ["c", 20.0, -80.0, 1], ["n", 0.0, 0.0, None], ["c", 9.0, -12.0, 0]
QUALITY = {"psnr": 43.0, "ssim": 0.985, "ssim_uniform": 0.99, "flat_rms": 0.4, "largest": 5.0}


def _runs() -> dict[str, Results]:
    answer = {"verdict": "certain", "right": True, "score": 30.0, "seconds": 1.0, "memory": 150, "broke": False}
    lost = {"verdict": "nothing found", "seconds": 1.0}
    files = [
        _file("photo_a.png", "image", "photo-like", {"untouched": answer, "jpeg_50": answer, "scale_50": lost}),
        _file("voice_a.wav", "audio", "voice", {"untouched": answer, "mp3_64": answer}) | {"seconds_of_sound": 12.0},
        _file("tiny_a.png", "image", "tiny", None) | {"status": "refused", "message": "tiny_a.png is | too small."},
    ]
    marked = {"parameters": 1, "quality": {}, "skipped": {"crop_33": "too small"}, "every": {"jpeg_50": HIT}}
    informed = {"jpeg_50": [*HIT, "informed"], "jpeg_10": [*HIT, "synthesised"], "blur_3": [*MISS, ""]}
    seen = marked | {"megapixels": 0.5, "native": True, "quality": {"psnr": 42.5, "ssim": 0.991}}
    images = [
        {"file": "photo_a.png", "group": goals.PHOTO, "checks": {"none": HIT, "jpeg_50": MISS}, "informed": informed}
        | seen,
        {"file": "flat_a.png", "group": goals.FLAT, "checks": {"none": HIT, "jpeg_50": WRONG}} | seen,
        {"file": "bad_a.png", "group": "", "refused": "Not a picture."},
    ]
    sounds = [
        {
            "file": "voice_a.wav",
            "class": "voice",
            "checks": {"none 10": HIT, "none 5": HIT, "none 5#2": MISS, "none 3": MISS, "piece whole": HIT},
            "shares": {"10": 0.8, "5": 0.9, "5#2": 0.7, "3": 0.5, "whole": 0.8},
            "placed": {"piece whole": True},
        }
        | marked
        | {"informed": {"none 3": HIT}, "every": {"mp3_64 10": HIT}, "skipped": {"gsm": "the program x is missing"}}
    ]
    none = {"what": "unmarked", "score": 4.2, "vectors": 60, "seconds": 0.1, "check": MISS}
    unmarked_pictures = [{"file": "a.jpg", "part": "negatives_images", "every": MISS, "every_score": 5.1} | none]
    unmarked_sounds = [{"file": "a.ogg", "part": "negatives_audio", "heard": 3600.0} | none]
    told = {"checks": 1000, "wrong": 0, "probable": 0, "key": 0, "heard": 3000.0, "score": 4.5}
    sound_keys = [{"file": "voice_a.wav", "wrong_key": told, "absent": told}]
    theirs = {"none": {"128 bit": 1, "16 bit": 1}, "gsm": {"128 bit": 0, "16 bit": 1}}
    sound_peers = [
        {"file": "voice_a.wav", "seconds": 20.0, "version": "audiowmark 1", "ours": {"none": 1, "gsm": 0}}
        | {"theirs": theirs, "skipped": {}, "parameters": 1}
    ]
    batch = {"files": 1, "answered": 1, "code": 2, "seconds": 1.0, "memory": 100, "broke": False, "errors": ""}
    said = {"said": "failed", "message": "zero.png is empty.", "seconds": 0.1, "answers": 1}
    bad = [
        {"batch": "protect"} | batch,
        {"batch": "check"} | batch,
        {"file": "zero.png", "protect": said, "check": said, "untouched_source": True},
    ]
    core = {"psnr": 43.1, "ssim": 0.986}
    quality = [
        {"file": "photo_a.png", "kind": "image", "class": "photo-like", "parameters": 1, "core": core} | QUALITY,
        {"file": "voice_a.wav", "kind": "audio", "class": "voice", "parameters": 1, "core": {}}
        | {"snr": 20.0, "segmental_snr": 19.0, "pauses": None, "peak": [0.5, 0.51]}
        | {"grades": {"odg": -0.2, "odg_mp3": -0.5, "pesq": 4.6}, "missing": {"speech": "not here"}},
    ]
    figures = {"wall": 1.0, "cpu": 0.9, "memory": 100}
    speed = [
        {"case": "1 MP picture", "job": "embed"} | figures,
        {"case": "1 MP picture", "job": "detect"} | figures,
        {"case": "1 MP picture", "job": "nothing"} | figures,
        {"case": "1 MP picture", "job": "peer", "what": "other", "embed": 1.8, "read": 2.7, "right": True},
        {"case": "1 MP picture", "job": "peer", "what": "third", "failed": "not here"},
        {"case": "list", "job": "process", "code": 0, "beside": {"what": "another"} | figures} | figures,
        {"case": "list more", "job": "process", "code": 0} | figures,
    ]
    named = {"right": 2, "wrong": 0, "key": 1}
    security_sounds = [
        {"case": "wrong keys", "tries": 8, "certain": 0, "probable": 0},
        {"case": "deleted serial", "checks": {"none": ["c", 30.0, -90.0, None]}, "informed": {"none": WRONG}},
        {"case": "average of five copies", "copies": 5, "blind": named, "informed_found": named},
        {"case": "folding", "seconds": 20.0, "single": 0.72, "folded": None},
        {"case": "folding", "seconds": 90.0, "single": 0.74, "folded": 0.76},
        {"case": "folding many works", "works": 10, "single": 0.73, "folded": 0.731},
        {"case": "copy attack", "mark": HIT, "shows_work": False, "victim_shows_itself": True, "copy_shows_work": True},
    ]
    opened = {"opened": {"wall": 0.1, "cpu": 0.1}, "cpu": 0.2, "most": 0.3, "memory": 200, "grown": 90, "file": 400}
    fingerprints = [
        {"file": "a.png", "kind": "image", "damage": "crop_50", "right": 40, "wrong": 0, "seconds": 0.2},
        {"file": "b.png", "kind": "image", "damage": "crop_50", "right": 0, "wrong": 5, "seconds": 0.2},
        {"file": "a.wav", "kind": "audio", "damage": "speed_1.03 10", "right": 30, "wrong": 6, "seconds": 0.2},
        {"file": "a.wav", "kind": "audio", "damage": "bed_5_jazz 5", "right": 30, "wrong": 60, "seconds": 0.2},
        {"file": "c.png", "kind": "image", "among": "these works", "wrong": 0},
        {"file": "c.png", "kind": "image", "among": "many", "wrong": 7},
        {"kind": "audio", "case": "5000 works", "works": 5025, "megabytes": 70, "build": opened, "ask": opened},
    ]
    rows = {
        "fingerprints": fingerprints,
        "security_sounds": [{"file": f"{n}"} | row for n, row in enumerate(security_sounds)],
        "files": files,
        "images": images,
        "sounds": sounds,
        "negatives_images": unmarked_pictures,
        "negatives_sounds": unmarked_sounds,
        "sound_keys": sound_keys,
        "sound_peers": sound_peers,
        "bad": bad,
        "quality": quality,
        "speed": speed,
        "catalog": [
            {"case": "size", "works": 10, "copies": 100, "megabytes": 1.0, "making": 1.0},
            {"case": "opening", "first": 20.0, "again": 10.0, "cpu": 9.0, "result": None},
            {"case": "page of works", "first": 300.0, "again": 200.0, "cpu": 150.0, "result": 100},
            {"case": "backup, read back", "first": 9.0, "again": None, "cpu": 5.0, "result": None},
        ],
        "scan": [
            {"case": "jobs 1", "jobs": 1, "files": 3, "seconds": 4.0, "cpu": 6.0, "load": 2.0},
            {"case": "jobs 2", "jobs": 2, "files": 3, "seconds": 2.0, "cpu": 6.3, "load": 2.5},
            {
                "case": "killed",
                "files": 100,
                "kinds": {"short.wav": 60, "broken.png": 40},
                "jobs": 2,
                "killed_at": [10, 20, 70],
                "once": 100,
                "twice": 0,
                "missing": 0,
                "rows": 100,
                "catalog_once": 99,
                "sample": 4,
                "same": 4,
                "seconds": 50,
                "memory": 90,
                "load": 3.0,
                "verdicts": {"nothing found": 60, "could not be read": 40},
            },
        ],
    }
    return {name: Results(ABOUT, tuple(members)) for name, members in rows.items()}


def _file(name: str, kind: str, label: str, checks: Mapping[str, Any] | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "file": name,
        "kind": kind,
        "class": label,
        "status": "protected",
        "seconds": 2.0,
        "memory": 200,
        "untouched_source": True,
        "broke": False,
        "message": "",
        "kept": [],
    }
    return row if checks is None else row | {"checks": {**checks, "foreign key": {"verdict": "nothing found"}}}


def test_the_page_is_what_the_results_make() -> None:
    runs = report.stored()
    assert runs, "no committed results"
    assert report.PAGE.read_text(encoding="utf-8") == report.render(runs), "run `python -m bench report`"


def test_the_page_on_security_tells_what_was_measured() -> None:
    page = report.SECURITY.read_text(encoding="utf-8")
    assert page == hostile.inserted(page, report.beside()), "run `python -m bench report`"


def test_the_page_on_security_tells_of_failures() -> None:
    rows = (
        {
            "format": ".png",
            "files": 5,
            "read": 2,
            "said": 1,
            "bug: KeyError": 1,
            "lost: it broke down": 1,
            "slowest": 2.0,
        },
        {"failure": "bug: KeyError", "number": 7, "source": "a.png", "done": "cut", "detail": "x"},
        {"case": "all", "files": 5, "sources": 1, "seed": 3, "seconds": 9, "memory_before": 60, "memory": 1200}
        | {"worker_memory": 300, "workers": 2},
    )
    fuzz = ({"target": "png", "inputs": 10, "seconds": 60, "slowest": 0.1, "found": "crash-12"},)
    runs = {"hostile": Results(ABOUT, rows), "fuzz": Results(ABOUT | {"atheris": "3"}, fuzz)}
    page = hostile.inserted(f"before\n{hostile.BEGIN}stale{hostile.END}\nafter", runs)
    assert page.startswith("before\n") and page.endswith("\nafter") and "stale" not in page
    assert "| `.png` | 5 | 2 | 1 | 2 | 2 |" in page and "no. 7 of `a.png` (cut): bug: KeyError" in page
    assert (
        "1,200 MB at most (ABOVE the limit" in " ".join(page.split()) and "| `png` | 10 | 60 | 0.1 | crash-12 |" in page
    )
    nothing = hostile.inserted(f"{hostile.BEGIN}{hostile.END}", {})
    assert nothing.count("not measured yet") == 2
    with pytest.raises(ValueError):
        hostile.inserted("no place", {})


def test_committed_results_are_whole_runs() -> None:
    for name, run in (report.stored() | report.beside()).items():
        assert run.about["run"] == name
        assert not run.about["partial"]


def test_every_section_of_made_up_results() -> None:
    page = report.render(_runs())
    assert page == report.render(_runs())
    assert "after JPEG 50: photo-like 1 of 1 = 100 %" in page.replace("\n  ", " ")
    assert "- JPEG 50: `photo_a.png` (i), `flat_a.png`" in page
    assert "A wrong serial was named in 1 of" in page
    assert "| 4 | registered" in page and "| 1 + 1 of 2 |" not in page
    goal = next(line for line in page.splitlines() if line.startswith("| 4 | registered"))
    assert "100 % | 2 | – | 0 of 2 | 1 more; **1 of 2 = 50 %** | NO |" in goal
    assert next(line for line in page.splitlines() if "wrong serial named" in line).endswith("| NO |")
    assert "tiny_a.png is \\| too small." in page
    assert "- untouched: `voice_a.wav` (5)" in page
    assert "| untouched | 1 | – | 1 of 1 = 100 % | 1 of 2 = 50 % | – | – |" in page, "sparse pieces do not count"
    assert "Not done, GSM full rate: the program x is missing" in page
    goal = [line for line in page.splitlines() if line.startswith("| 1 | everyday damage")]
    assert goal[0].endswith("| 100 % | **1 of 1 = 100 %** | yes |")
    assert goal[1].endswith("| 95 % | **1 of 2 = 50 %** | NO |")
    assert "| 5 | 5 s within 3 minutes of another voice | all, with the place | **1 of 1 = 100 %**, 1 with" in page
    assert "**0 in 1 checks, 1.00 hours** (1 recordings, each with 1 keys) | none, but 1 hours only |" in page
    assert "wrong serial, the true one not a candidate | 0 in 1,000 | **0 in 1,000 checks** | yes |" in page
    assert "**behind in 1 of 2**: gsm | NO |" in page
    assert "| GSM full rate | 0/1 | 0/1 | 1/1 | – |" in page
    assert "-0.20 (-0.50)" in page
    told = page.replace("\n  ", " ")
    assert "another recipient was named in 1 of 2 checks" in told
    assert "74.0 % from single looks and 76.0 % from all that repeats" in told
    assert "says 1 times that the sound is not the work" in told
    assert "SSIM below 0.990: `photo_a.png` 0.9850" in page
    assert "Handled badly: none." in page
    assert "another: 1.00 / 0.90 / 100" in page
    assert "| 1 MP picture | other | 1.80, 2.0 x | 2.70, 3.0 x | 3.0 x |" in page
    assert "| 1 MP picture | third | not measured: not here | – | – |" in page
    assert page.endswith("\n") and not page.endswith("\n\n")


@pytest.mark.parametrize("missing", sorted(_runs()))
def test_a_missing_run_is_said(missing: str) -> None:
    runs = _runs()
    del runs[missing]
    assert "Not measured yet." in report.render(runs)


def test_shares_never_flatter() -> None:
    assert share(41, 42) == "41 of 42 = 97.6 %"
    assert share(42, 42) == "42 of 42 = 100 %"
    assert share(0, 0) == "–"
    assert percent(99_999, 100_000) == "99.9 %"
    assert percent(1, 100_000) == "0.1 %"


def test_pieces_of_the_page() -> None:
    assert table(["a", "b"], [[1, "x"]]) == ["| a | b |", "| --- | --- |", "| 1 | x |", ""]
    assert all(len(line) <= 120 for line in [*paragraph("word " * 99), *bullet("word " * 99)])
    assert paragraph("a b") == ["a b", ""]


def test_complaints_about_hostile_files() -> None:
    good = {"said": "failed", "message": "zero.png is empty.", "answers": 1}
    row: dict[str, Any] = {"file": "zero.png", "protect": good, "check": good, "untouched_source": True}
    assert complaints(row) == []
    assert complaints(row | {"check": None}) == ["check: no answer"]
    assert complaints(row | {"check": good | {"answers": 2}}) == ["check: 2 answers"]
    nameless = good | {"message": "It broke."}
    assert complaints(row | {"check": nameless}) == ["check: the sentence does not name the file"]
    assert complaints(row | {"check": good | {"message": "zero.png"}}) == ["check: no whole sentence"]
    assert complaints(row | {"untouched_source": False}) == ["the source was changed"]


def test_the_readme_compares_with_peers_as_measured() -> None:
    root = report.PAGE.parent.parent
    readme, page = ((root / name).read_text("utf-8") for name in ("README.md", "docs/limits.md"))
    (row,) = (line for line in page.splitlines() if line.startswith("| **all** |") and "256" in line)
    measured = re.findall(r"\d+ of \d+", row)
    told = re.findall(r"\d+ of 256", readme)
    assert told == [measured[0], measured[1], measured[3]]
