"""Plays the material's results back to the pages, as if they were computed now, and can stand still in the middle."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import core.check
import core.protect
from core.model import Checked, Protected, Status, Verdict
from core.progress import Progress
from dev.screenshots.material import RECIPIENTS, Material

_SHARE = 0.62  # of a file that stands still


class Replay:
    """Takes the place of `core.protect.protect` and `core.check.check` while a window is open.

    `hold` names the file at which it stands still, to show a page at work; with `asks` files wait for an answer.
    """

    def __init__(self, material: Material) -> None:
        self._material = material
        self._real = (core.protect.protect, core.check.check)
        self._going = threading.Event()
        self._turn = itertools.count()
        self.hold = ""
        self.asks = False

    def begin(self) -> None:
        """Take the place of the real ones."""
        self.hold, self.asks = "", False
        self._turn = itertools.count()
        self._going.clear()
        core.protect.protect = self._protect  # type: ignore[assignment]
        core.check.check = self._check  # type: ignore[assignment]

    def end(self) -> None:
        """Give the place back; what stands still goes on."""
        self._going.set()
        core.protect.protect, core.check.check = self._real

    def _protect(self, sources: Sequence[Path], *, recipient: str, progress: Progress, **_: Any) -> Iterator[Protected]:
        for source in sources:
            self._stand(source, progress, "marking")
            known = self._material.protected.get((source.name, recipient)) or self._made_up(source, recipient)
            yield self._asked(known) if self.asks else known

    def _check(self, files: Sequence[Path], *, progress: Progress, **_: Any) -> Iterator[Checked]:
        for file in files:
            self._stand(file, progress, "")
            results = (*self._material.checked, *self._material.imagined)
            known = {result.file.name: result for result in results}
            yield known.get(file.name) or self._of_many(file)

    def _stand(self, file: Path, progress: Progress, step: str) -> None:
        progress(_SHARE, step)
        while file.name == self.hold and not self._going.is_set():
            progress(_SHARE, step)
            time.sleep(0.02)

    @staticmethod
    def _asked(known: Protected) -> Protected:
        """Return the same file as one whose copy is there already."""
        there = known.output
        assert there is not None
        return dataclasses.replace(
            known,
            status=Status.REFUSED,
            message=f"{there.name} is there already, in {there.parent}. Allow another name, or leave it out.",
            output=None,
            serial=None,
            expected=None,
            there=there,
        )

    def _made_up(self, source: Path, recipient: str) -> Protected:
        """Return a result for one of many: most are protected, some are refused or fail, as real ones did."""
        number = next(self._turn)
        of = {7: "Icon.png", 11: "Scan 12.jpg"}.get(number % 23, "Late light.png")
        real = self._material.protected[of, RECIPIENTS[0]]
        output = None if real.output is None else real.output.with_name(f"{source.stem} ({recipient}){source.suffix}")
        serial = None if real.serial is None else real.serial + number
        message = real.message.replace(of, source.name)
        return dataclasses.replace(
            real, source=source, recipient=recipient, output=output, serial=serial, message=message
        )

    def _of_many(self, file: Path) -> Checked:
        """Return a verdict for one of many: most carry nothing."""
        number = next(self._turn)
        nothing = next(result for result in self._material.checked if result.verdict is Verdict.NOTHING)
        known = self._material.checked[0] if number % 17 == 5 else nothing
        return dataclasses.replace(known, file=file)
