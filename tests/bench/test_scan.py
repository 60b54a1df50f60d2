"""A scan of several hundred files that is killed again and again: the bench's own, with material made here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.samples import sample_picture, sample_recording
from bench import scan


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")
def test_a_scan_killed_at_any_moment_has_one_result_a_file(tmp_path: Path) -> None:
    sources = {f"picture{seed}.png": sample_picture(240, 240, seed) for seed in (1, 2)}
    sources |= {f"recording{seed}.wav": (sample_recording(7.0, 16000, seed), 16000) for seed in (1, 2)}
    world = scan.made(sources, tmp_path, 400)
    assert sum(world.kinds.values()) == 400 and set(world.kinds) >= {"marked.jpg", "unmarked.png", "short.wav"}
    sample, _ = scan.unbroken(world, tmp_path, jobs=2)
    row = scan.killed(world, tmp_path, sample, jobs=2)
    assert row["once"] == row["catalog_once"] == row["rows"] == 400, row
    assert row["twice"] == row["missing"] == 0 and row["code"] == 2
    assert row["same"] == row["sample"] == len(sample) > 10
    assert row["verdicts"]["certain"] >= world.kinds["marked.jpg"]
    assert 20 <= row["killed_at"][0] <= row["killed_at"][1] <= row["killed_at"][2] < 400
