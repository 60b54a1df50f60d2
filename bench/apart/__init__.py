"""Python packages that only the bench uses, in an environment of their own, so that the product never depends on them.

The environment is `.venv-bench` beside the sources, or the one whose Python COUNTERMARK_BENCH_PYTHON names:
`python3 -m venv .venv-bench && .venv-bench/bin/pip install -r requirements/bench.in`. The scripts in this folder run
there; they import nothing of the project.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.attacks import NotApplicable

_HERE = Path(__file__).resolve().parent
_SECONDS = 600.0  # after which a script counts as stuck


def interpreter() -> Path:
    """Return the Python of the bench's own environment; NotApplicable where there is none."""
    named = os.environ.get("COUNTERMARK_BENCH_PYTHON", "")
    path = Path(named) if named else _HERE.parent.parent / ".venv-bench" / "bin" / "python"
    if not path.is_file():
        raise NotApplicable("the bench's own environment with pyworld, pesq and pystoi is not installed here")
    return path


@lru_cache
def available(package: str) -> bool:
    """Return whether the environment is there and can import a package."""
    try:
        python = interpreter()
    except NotApplicable:
        return False
    ran = subprocess.run([python, "-W", "ignore", "-c", f"import {package}"], capture_output=True, check=False)
    return ran.returncode == 0


def run(script: str, package: str, arrays: Sequence[npt.NDArray[np.float32]], rate: int) -> npt.NDArray[np.float32]:
    """Return the array that a script of this folder makes of arrays and a rate; NotApplicable without its package."""
    if not available(package):
        raise NotApplicable(f"the Python package {package} is not installed in the bench's own environment")
    with tempfile.TemporaryDirectory(prefix="countermark-bench-") as folder:
        names = [str(Path(folder) / f"{number}.npy") for number in range(len(arrays) + 1)]
        for name, array in zip(names, arrays, strict=False):
            np.save(name, np.asarray(array, np.float32))
        words = [str(interpreter()), "-W", "ignore", str(_HERE / f"{script}.py"), str(rate), *names]
        ran = subprocess.run(words, capture_output=True, timeout=_SECONDS, check=False)
        if ran.returncode != 0:
            raise RuntimeError(f"{script} failed: {ran.stderr.decode('utf-8', 'replace').strip()[-300:]}")
        made: npt.NDArray[np.float32] = np.load(names[-1])
    return made
