"""The real command line for tests: a separate process in a data folder of its own, and small material for it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app import cli
from app.samples import sample_picture, sample_recording

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The objects of the JSON Lines on standard output; anything else there is an error."""
        return [json.loads(line, parse_constant=_refuse) for line in self.out.splitlines()]


def countermark(
    *arguments: str | Path,
    home: Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run one command in a process of its own, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=folder or ROOT,
        env=variables(home, environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=300,
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def in_process(*arguments: str | Path, home: Path, folder: Path | None = None) -> Outcome:
    """Run one command in this process, where all libraries are loaded already: several times quicker."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    with (
        contextlib.chdir(folder or ROOT),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("COUNTERMARK_HOME", str(home))
        patch.setattr(sys, "stdin", io.StringIO())
        code = cli.main([str(argument) for argument in arguments])
    written = []
    for stream in (out, err):
        stream.flush()
        written.append(stream.detach().getvalue().decode("utf-8"))
    return Outcome(code, *written)


def variables(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a command."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COUNTERMARK_HOME": str(home), **(more or {})}


def picture(path: Path, *, seed: int = 1, width: int = 600, height: int = 400) -> Path:
    """Write a sample picture and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sample_picture(width, height, seed)).save(
        path, **({"quality": 90} if path.suffix == ".jpg" else {})
    )
    return path


def flat_picture(path: Path) -> Path:
    """Write a picture that can carry no mark and return its path."""
    Image.fromarray(np.full((80, 80, 3), 255, np.uint8)).save(path)
    return path


def recording(path: Path, *, seconds: float = 9.0, seed: int = 1) -> Path:
    """Write a sample recording and return its path."""
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sample_recording(seconds, 44100, seed), 44100)
    return path


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")
