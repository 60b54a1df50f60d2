"""A worker on which files have the effects that their content names: for tests of what a broken one may do.

    python -m tests.core.apart.misbehaving

A file holds words: crash, exit, garble, flood, spin, hang, eat, bug, broken, disk; "twice" has it crash where another
file was read before. Anything else is a picture of one grey.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from core import reading
from core.apart import worker
from core.apart.limits import Limits
from core.apart.process import ROOT, Worker
from core.errors import UnreadableError
from core.media.picture import Picture
from core.medium import ImageMedium

LIMITS = Limits(memory=400_000_000, reading=1.0, asking=1.0, idle=6.0)
_read: list[Path] = []


class Misbehaving(Worker):
    """A worker that does what its files say, under tight limits."""

    started = 0

    def __init__(self, limits: Limits = LIMITS) -> None:
        type(self).started += 1
        super().__init__(limits)

    @staticmethod
    def command() -> list[str]:
        code = "import sys; sys.path[0] = sys.argv[1]; from tests.core.apart.misbehaving import main; main()"
        return [sys.executable, "-c", code, str(ROOT)]


class Grey(ImageMedium):
    """A picture of one grey, which does at `detect` what comes behind "then" in its file."""

    def __init__(self, path: Path, later: str) -> None:
        super().__init__(Picture(path, np.full((8, 8), 128, np.uint8), "grey", "PNG"))
        self._later = later

    def detect(self, *given: Any) -> Any:
        _act(self._later, self.picture.path)
        return ()


def read(path: Path) -> Grey:
    """Read a file, with the effect that it names."""
    now, _, later = path.read_text().partition(" then ")
    _act(now, path)
    _read.append(path)
    return Grey(path, later)


def _act(word: str, path: Path) -> None:
    match word:
        case "crash":
            ctypes.string_at(0)
        case "twice" if _read:
            ctypes.string_at(0)
        case "exit":
            os._exit(0)
        case "garble":
            os.write(4, b"\xff" * 4096)
            time.sleep(60)
        case "flood":
            while True:  # replies that nobody asked for
                os.write(4, (8).to_bytes(8, "little") + pickle.dumps(1).ljust(8))
        case "spin":
            while True:
                pass
        case "hang":
            time.sleep(600)
        case "eat":
            held = []
            while True:
                held.append(np.ones(5_000_000))
                time.sleep(0.05)
        case "bug":
            raise ZeroDivisionError("secret")
        case "broken":
            raise UnreadableError(f"{path.name} is damaged.", "Ask for it again.")
        case "disk":
            raise OSError(5, "Input/output error")
        case "memory":
            raise MemoryError


def main() -> None:
    """Serve as a worker."""
    reading.read_medium = read
    worker._load = lambda: None  # nothing is searched here
    worker.main()


if __name__ == "__main__":
    main()
