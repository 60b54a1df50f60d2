"""A medium as simple as a line of JSON: {"body": ..., "marks": [[key id, serial], ...]}, for tests of whole jobs.

`install` puts it in the place of pictures and recordings; files are still read, hashed, written and moved for real.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core import check, protect
from core.apart import examined_here
from core.errors import RefusedError, UnreadableError
from core.fingerprint.images import HEADER
from core.fingerprint.index import Index, Nomination, packed
from core.indexes import AnyIndex
from core.keys import CreatorKey
from core.medium import Medium, Suspect
from core.model import Embedded, Finding, Kind, Reference, Statements, Strength, Verdict


class FakeMedium:
    """What a line of JSON holds; words in its body have it behave badly.

    `weak` makes its mark only probable, `coarse` too unless it is written finer, `patchy` certain in parts alone;
    `small` has it refused.
    """

    kind = Kind.IMAGE
    suffix = ".fake"
    notes: tuple[str, ...] = ()

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.compared_with: list[tuple[int, ...]] = []

    @classmethod
    def read(cls, path: Path) -> FakeMedium:
        try:
            content = json.loads(path.read_bytes())
        except (OSError, ValueError):
            raise UnreadableError(f"{path.name} is no fake.", "Write one.", path=path) from None
        return cls(content)

    def facts(self) -> dict[str, Any]:
        return {"width": 4, "height": 3}

    size = facts

    def statements(self) -> Statements:
        return Statements()

    def credentials(self, folder: Path) -> str:
        return ""

    def thumbnail(self) -> bytes:
        return b"png"

    def require_writable(self) -> None:
        if "animated" in self.content["body"]:
            raise RefusedError("An animation is not marked.", "Choose a still picture.")

    def embed(self, key: CreatorKey, serial: int, strength: Strength) -> Embedded:
        if "small" in self.content["body"]:
            raise RefusedError("This is too small to carry a mark.", "Choose a larger one.")
        if "bug" in self.content["body"]:
            raise ZeroDivisionError
        if "huge" in self.content["body"]:
            raise MemoryError
        self.marks = [*self.content["marks"], [key.id, serial]]
        return Embedded({"psnr": 44.0}, self._finding(key, serial), 7, np.zeros((3, 4), np.uint8), notes=("A note.",))

    def write(self, marked: Embedded, target: Path) -> None:
        if "full" in self.content["body"]:
            target.write_bytes(b'{"bo')
            raise OSError(28, "No space left on device")
        with target.open("w") as file:
            file.write(json.dumps({"body": self.content["body"], "marks": self.marks}))
            if "garbled" in self.content["body"]:
                file.write("}")

    def finer(self) -> Medium | None:
        if "coarse" not in self.content["body"]:
            return None
        finer = FakeMedium({**self.content, "body": "fine enough"})
        finer.marks = self.marks
        return finer

    def difference(self, copy: Medium, marked: Embedded) -> str:
        assert isinstance(copy, FakeMedium)
        return "its content changed" if "twisted" in copy.content["body"] else ""

    def throughout(self, finding: Finding, marked: Embedded) -> bool:
        return "patchy" not in self.content["body"]

    def detect(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference] = ()
    ) -> tuple[Finding, ...]:
        wanted = None if serials is None else set(serials.tolist())
        return tuple(
            self._finding(key, serial)
            for name, serial in self.content["marks"]
            if name == key.id and (wanted is None or serial in wanted)
        )

    def detect_informed(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        self.compared_with.append(tuple(reference.work for reference in references))
        if any(reference.signal == b"damaged" for reference in references):
            raise ValueError("this is no signal")
        hidden = [serial for name, serial in self.content.get("hidden", []) if name == key.id]
        return tuple(
            replace(self._finding(key, serial), level="informed", verdict=Verdict.CERTAIN, probability=1e-12)
            for serial in hidden
            if serials is None or serial in serials
        )

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        if not reference.signal:
            return None
        return reference.signal.decode() == self.content.get("shows", self.content["body"])

    def signal(self) -> bytes:
        return self.content["body"].encode()

    def fingerprint(self) -> bytes:
        code = np.frombuffer(hashlib.sha256(self.content["body"].encode()).digest()[:4], np.uint32)
        return packed(HEADER, np.repeat(code, 3), np.arange(3, dtype=np.uint32))

    def nominate(self, works: Sequence[AnyIndex]) -> list[Nomination]:
        shown = self.content.get("shows", self.content["body"])
        code = np.frombuffer(hashlib.sha256(shown.encode()).digest()[:4], np.uint32)
        return [
            Nomination(int(part.works[place]), self.content.get("votes", 3))
            for part in works
            if isinstance(part, Index)
            for place in part.likeliest(part.hits(code[:, None]), 6)
        ]

    def _finding(self, key: CreatorKey, serial: int) -> Finding:
        weak = "weak" in self.content["body"] or "coarse" in self.content["body"]
        probability = 1e-6 if weak else 1e-21
        verdict = Verdict.PROBABLE if weak else Verdict.CERTAIN
        return Finding(serial, verdict, probability, 11.0, candidates=1, hypotheses=64, key_probability=1e-30)


def write_fake(path: Path, body: str = "", marks: Sequence[tuple[str, int]] = ()) -> Path:
    """Write a fake original and return its path."""
    path.write_text(json.dumps({"body": body or path.name, "marks": list(marks)}))
    return path


def install(patch: pytest.MonkeyPatch) -> None:
    """Have protect and check read fakes, in this process."""
    patch.setattr(protect, "read_work", FakeMedium.read)
    patch.setattr(protect, "probed", lambda path, beat: None)
    examined_by(patch, FakeMedium.read)


def examined_by(patch: pytest.MonkeyPatch, read: Callable[[Path], Suspect]) -> None:
    """Have check read files by this function, in this process."""
    patch.setattr(check, "examined", lambda path, body, beat: examined_here(path, body, read=read))
