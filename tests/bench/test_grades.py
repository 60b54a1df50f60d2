"""Grades by programs that may be missing, and the bench's own environment."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from app.samples import sample_recording
from bench import apart, grades
from bench.attacks import NotApplicable

RATE = 16000
VOICE = sample_recording(12.0, RATE)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("COUNTERMARK_BENCH_PYTHON", "/nowhere/python")
    apart.available.cache_clear()


def test_what_is_missing_is_named(nothing_installed: None) -> None:
    told, missing = grades.graded(VOICE, VOICE, RATE, "a.wav")
    apart.available.cache_clear()
    assert told == {}
    assert "peaq" in missing["odg"] and "pesq" in missing["speech"]


def test_both_are_graded_on_one_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, bool]] = []

    def odg(before: np.ndarray, after: np.ndarray) -> grades.Grades:
        seen.append((len(before), bool(np.array_equal(before, after))))
        return {"odg": -0.5}

    monkeypatch.setattr(grades, "_odg", odg)
    monkeypatch.setattr(grades, "_speech", lambda before, after: {"pesq": None})
    told, missing = grades.graded(VOICE, VOICE, RATE, "a.wav")
    assert told == {"odg": -0.5, "odg_mp3": -0.5, "pesq": None, "pesq_mp3": None}
    assert seen == [(480000, True), (480000, False)]
    assert missing == {}


def test_a_script_runs_apart_with_arrays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "double.py").write_text(
        "import sys, numpy as np\nnp.save(sys.argv[3], 2 * np.load(sys.argv[2]) + int(sys.argv[1]))\n"
    )
    (tmp_path / "broken.py").write_text("raise SystemExit('no such thing')\n")
    monkeypatch.setattr(apart, "_HERE", tmp_path)
    monkeypatch.setenv("COUNTERMARK_BENCH_PYTHON", sys.executable)
    apart.available.cache_clear()
    made = apart.run("double", "numpy", [np.arange(3, dtype=np.float32)], 5)
    assert made.tolist() == [5.0, 7.0, 9.0]
    with pytest.raises(RuntimeError, match="no such thing"):
        apart.run("broken", "numpy", [], 5)
    with pytest.raises(NotApplicable, match="package no_such_package"):
        apart.run("double", "no_such_package", [], 5)
    apart.available.cache_clear()


@pytest.mark.slow
def test_equal_sounds_have_the_best_grades() -> None:
    try:
        told = grades._odg(VOICE, VOICE)  # taken as sound at 48 kHz
    except NotApplicable as reason:
        pytest.skip(str(reason))
    assert told["odg"] is not None and told["odg"] > -0.1
