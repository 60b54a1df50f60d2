"""The examples of docs/library.md: each is run as it stands, and says what the page promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.app.command_line import ROOT, countermark, picture, recording

EXAMPLES = ROOT / "docs" / "examples"


def run(name: str, *arguments: Path, secret: Path | None = None) -> list[str]:
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    if secret is not None:
        surroundings["COUNTERMARK_PASSPHRASE_FILE"] = str(secret)
    call = [sys.executable, str(EXAMPLES / name), *(str(argument) for argument in arguments)]
    done = subprocess.run(call, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_mark_is_found_in_memory(tmp_path: Path) -> None:
    lines = run("mark_and_find.py", picture(tmp_path / "photo.jpg"))
    assert lines[0].startswith("Marked with serial 214, PSNR 4")
    assert lines[1].startswith("Serial 214: certain, a coincidence less than once in 10^")
    assert lines[-1] == "With another key: 0 findings."


def test_copies_are_told_apart(tmp_path: Path) -> None:
    picture(tmp_path / "originals" / "photo.jpg")
    recording(tmp_path / "originals" / "voice.wav")
    lines = run("protect_and_check.py", tmp_path)
    assert sum(" for Studio A: Copy no. " in line for line in lines) == 2
    assert lines[-1] == "It was sent to Studio B."


def test_a_folder_is_looked_through(tmp_path: Path, home: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("paper and ink\n")
    told = {"COUNTERMARK_PASSPHRASE_FILE": str(secret)}
    assert countermark("key", "new", home=home, environment=told).code == 0
    original = picture(tmp_path / "photo.jpg")
    assert countermark("protect", original, "--for", "Studio A", home=home, environment=told).code == 0
    suspects = tmp_path / "suspects"
    suspects.mkdir()
    with Image.open(tmp_path / "photo (Studio A).jpg") as copy:
        copy.save(suspects / "a.jpg", quality=60)
    picture(suspects / "b.png", seed=9)
    answers = {
        (line := json.loads(text))["file"]: line for text in run("look_through.py", home, suspects, secret=secret)
    }
    assert answers["a.jpg"]["verdict"] == "certain" and answers["a.jpg"]["recipients"] == ["Studio A"]
    assert answers["b.png"]["verdict"] == "nothing found" and answers["b.png"]["copies"] == []


def test_the_page_names_every_example() -> None:
    page = (ROOT / "docs" / "library.md").read_text("utf-8")
    assert all(f"(examples/{file.name})" in page for file in EXAMPLES.glob("*.py"))


def test_the_explanation_tells_the_true_thresholds() -> None:
    from core.decide import CERTAIN, PROBABLE, in_words

    page = " ".join((ROOT / "docs" / "how-it-works.md").read_text("utf-8").split())
    assert f"**certain** where that is {in_words(CERTAIN)}" in page
    assert f"**probable** where it is {in_words(PROBABLE)}" in page
