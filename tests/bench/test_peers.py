"""Other programs beside ours, with pretended answers: the better of two tries counts, and failures are named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture
from bench import peers, report
from bench.peers import compare
from bench.results import Results


def test_peers_are_read_as_they_are_and_resized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(sample_picture(400, 300, seed=3)).save(tmp_path / "photo_a.png")
    payload: list[int] = []

    def asked(jobs: Any, place: Any = None) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        for job in jobs:
            picture = np.load(job["source"])
            if job["do"] == "embed" and job["tool"] == compare.TOOLS[2]:
                answers.append({"failed": "ValueError: too small"})
            elif job["do"] == "embed":
                payload[:] = job["bits"]
                np.save(job["target"], picture)
                answers.append({})
            else:  # reads only what has the size in which it was marked
                answers.append({"bits": payload if picture.shape == (300, 400, 3) else [0]})
        return answers

    monkeypatch.setattr(compare, "asked", asked)
    monkeypatch.setattr(compare, "DAMAGE", ("none", "scale_50", "grey"))
    (row,) = compare.rows(sorted(tmp_path.iterdir()))
    assert row["read"]["Countermark"] == {"none": 1, "scale_50": 1, "grey": 1}
    assert row["read"][compare.TOOLS[0]] == {"none": 1, "scale_50": 1, "grey": 1}
    assert row["failed"] == {compare.TOOLS[2]: "ValueError: too small"}
    assert list(compare.rows(sorted(tmp_path.iterdir()), done={"photo_a.png": {"file": "photo_a.png"}})) == [
        {"file": "photo_a.png"}
    ]
    about = {"date": "today", "seed": 1, "candidates": 1000, "libraries": {}, "python": "3"}
    page = report.render({"peers": Results(about, (row,))})
    assert "| scaled to 50 % | 1 of 1 | 1 of 1 | 1 of 1 | – |" in page
    assert "too small" in page


def test_an_unknown_program_is_an_answer_not_a_breakdown() -> None:
    job = {"tool": "blind_watermark", "do": "read", "source": "nowhere.npy", "bits": 8}
    script = Path(peers.__file__).with_name("tools.py")
    ran = subprocess.run(
        [sys.executable, str(script)], input=json.dumps([job]), capture_output=True, text=True, check=True
    )
    (answer,) = json.loads(ran.stdout)
    assert "failed" in answer and answer["seconds"] >= 0
