"""Runs the project's own command line, as people do, in a data folder of its own, and reads what it prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.child import Ran, run

_START = "import sys; from app.cli import main; sys.exit(main())"
RECIPIENT = "Studio A"


class Home:
    """A data folder with a key of its own, in a scratch place."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        self.passphrase = place / "passphrase.txt"
        self.passphrase.write_text("measured on purpose\n", encoding="utf-8")
        made = self.call(["key", "new"])
        if made.code != 0:
            raise RuntimeError(f"no key could be made: {made.errors} {made.lines}")

    def call(self, words: Sequence[str], *, limit: float = 900.0) -> Ran:
        """Return what `countermark WORDS...` did here."""
        home = {
            "COUNTERMARK_HOME": str(self.place / "home"),
            "COUNTERMARK_PASSPHRASE_FILE": str(self.passphrase),
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        return run([sys.executable, "-c", _START, *words], environment=home, limit=limit)

    def protect(self, files: Sequence[Path], out: Path, *, limit: float = 900.0) -> Ran:
        """Return what protecting these files did."""
        words = ["protect", *map(str, files), "--for", RECIPIENT, "--out", str(out), "--json"]
        return self.call(words, limit=limit)

    def check(self, files: Sequence[Path], *, limit: float = 1800.0) -> Ran:
        """Return what checking these files did."""
        return self.call(["check", *map(str, files), "--json"], limit=limit)


def objects(ran: Ran) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield each JSON object that was printed, with the seconds since the one before it."""
    before = 0.0
    for when, line in ran.lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield when - before, value
            before = when
