"""What every test gets: no screen, one thread for each computation, a data folder of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# At once, before any test loads numpy or Qt: both read these only once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def home(_homes: Path) -> Iterator[Path]:
    """Return this test's own data folder, to which COUNTERMARK_HOME points; the program makes it when it needs it.

    It always applies, so that no test can touch the keys and the catalog of the person who runs it.
    """
    folder = _homes / str(next(_numbers))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERMARK_HOME", str(folder))
        patch.delenv("COUNTERMARK_PASSPHRASE_FILE", raising=False)
        yield folder


@pytest.fixture(scope="session")
def dev_data() -> Path:
    """Return the folder of real trial files that COUNTERMARK_DEV_DATA names; skip the test where there is none."""
    named = os.environ.get("COUNTERMARK_DEV_DATA", "")
    if not named or not Path(named).is_dir():
        pytest.skip("COUNTERMARK_DEV_DATA names no folder of trial files")
    return Path(named)
