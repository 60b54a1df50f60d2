"""Other watermarking programs, measured on the same pictures and damage, in a Python environment of their own.

`tools.py` runs there and imports nothing of the project. The environment is made on the first call and kept beside
the scratch files; nothing of it is among the project's requirements.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import material

PLACE = material.SCRATCH / "peers"
# Without their own requirements: torch is wanted only by a neural method that is not run here, and OpenCV's build
# without windows does the same.
PACKAGES = ("blind_watermark==0.4.4", "invisible-watermark==0.2.0")
_BESIDE = ("numpy", "opencv-python-headless", "PyWavelets")
_SECONDS = 1200.0  # after which a call counts as stuck
_SCRIPT = Path(__file__).resolve().parent / "tools.py"


def interpreter(place: Path = PLACE) -> Path:
    """Return the Python of the peers' environment, which is made where it is missing; RuntimeError where it cannot."""
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    finished = place / "finished"
    if finished.exists() and finished.read_text() == "\n".join(PACKAGES):
        return python
    venv.create(place, clear=True, with_pip=True)
    for packages in (_BESIDE, *((package,) for package in PACKAGES)):
        call = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *packages]
        ran = subprocess.run(call, capture_output=True, text=True, check=False)
        if ran.returncode != 0 and packages == _BESIDE:
            raise RuntimeError(f"the peers' environment could not be made: {ran.stderr.strip()[-300:]}")
    finished.write_text("\n".join(PACKAGES))
    return python


def asked(jobs: Sequence[Mapping[str, Any]], place: Path = PLACE) -> list[dict[str, Any]]:
    """Return the answers to these jobs (see `tools.py`), in order; a job that fails has the key "failed"."""
    ran = subprocess.run(
        [str(interpreter(place)), "-W", "ignore", str(_SCRIPT)],
        input=json.dumps(list(jobs)),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if ran.returncode != 0:
        raise RuntimeError(f"the peers broke down: {ran.stderr.strip()[-300:]}")
    answers: list[dict[str, Any]] = json.loads(ran.stdout.splitlines()[-1])
    return answers
