"""Where a mark lies, as a report says it: of a film on its clock, with its sound tracks or its pictures."""

from __future__ import annotations

import pytest

from core.evidence.report import _where
from core.model import Finding, Kind, Verdict

CORNERS = ((0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0))


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        (Kind.AUDIO, {"where": ((1.0, 4.0),)}, "1.0 s to 4.0 s"),
        (Kind.VIDEO, {"where": ((1.0, 4.0), (5.0, 6.0))}, "sound track: 1.0 s to 4.0 s; 5.0 s to 6.0 s"),
        (Kind.VIDEO, {"where": ((1.0, 4.0),), "tracks": (2, 1)}, "sound tracks 2 and 1: 1.0 s to 4.0 s"),
        (Kind.VIDEO, {"where": CORNERS, "times": ((3.0, 3.0),)}, "picture at 3.0 s; corners at (0, 0), (8, 0), (8, 6)"),
        (Kind.IMAGE, {"where": CORNERS}, "corners at (0, 0), (8, 0), (8, 6), (0, 6)"),
        (Kind.VIDEO, {}, "in the whole file"),
    ],
)
def test_places_are_told_in_words(kind: Kind, more: dict[str, object], said: str) -> None:
    finding = Finding(7, Verdict.CERTAIN, 1e-12, 20.0, **more)  # type: ignore[arg-type]
    assert _where(finding, kind).startswith(said)
