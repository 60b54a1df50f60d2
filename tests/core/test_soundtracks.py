"""Films with several sound tracks: each is marked with the same serial, each is found, also alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from app.commands.places import place
from app.samples import sample_recording
from core.catalog.store import Catalog
from core.check import check
from core.errors import RefusedError
from core.keys import CreatorKey
from core.media.sound import Sound
from core.media.sounds import read_sound
from core.medium import SoundMedium
from core.model import Embedded, Finding, Kind, Status, Strength, Verdict
from core.protect import protect
from core.soundtracks import SoundtracksMedium, _Joined, of_sound
from tests.core.media.made import film

KEY = CreatorKey.from_bytes(bytes(range(32)))
RATE = 44100


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "home") as opened:
        yield opened


def voice(seconds: float, seed: int) -> Any:
    """Return a recording that differs with its seed."""
    samples = sample_recording(seconds + seed, RATE)
    whole = (samples if samples.ndim == 2 else samples[:, None]).astype(np.float32)
    return np.ascontiguousarray(np.roll(whole[::-1] if seed else whole, 4000 * seed, axis=0)[: round(seconds * RATE)])


def test_every_track_of_a_film_is_marked_and_found_alone_too(catalog: Catalog, tmp_path: Path) -> None:
    master = film(tmp_path / "film.mp4", seconds=16, tracks=(voice(16, 0), voice(16, 3)), bit_rate=128_000, fps=2)
    (made,) = protect([master], recipient="Studio", catalog=catalog, key=KEY, out=tmp_path / "out")
    assert made.status is Status.PROTECTED, made.message
    assert "The mark goes into each of the 2 sound tracks that can carry it" in made.message and made.output is not None
    (whole,) = check([made.output], catalog=catalog, keys=[KEY])
    best = whole.matches[0].finding
    assert whole.verdict is Verdict.CERTAIN and best.serial == made.serial and sorted(best.tracks) == [1, 2]
    assert whole.matches[0].shows_work is True
    assert " in the sound tracks " in place(best, Kind.VIDEO)
    stored = catalog.checks(limit=1)[0]
    assert stored.matches[0].finding.tracks == best.tracks
    sound = read_sound(made.output)
    for number, one in enumerate((sound, *sound.others)):
        alone = tmp_path / f"{number}.wav"
        soundfile.write(alone, np.asarray(one.samples[:]), one.rate)
        (found,) = check([alone], catalog=catalog, keys=[KEY])
        assert found.verdict is Verdict.CERTAIN and found.matches[0].finding.serial == made.serial
        assert found.matches[0].shows_work is True and found.matches[0].finding.tracks == ()


def test_a_track_that_can_carry_no_mark_is_said_and_left(catalog: Catalog, tmp_path: Path) -> None:
    silent = np.zeros((16 * RATE, 1), np.float32)
    master = film(tmp_path / "film.mkv", seconds=16, tracks=(voice(16, 0), silent), bit_rate=128_000, fps=2)
    (made,) = protect([master], recipient="Studio", catalog=catalog, key=KEY, out=tmp_path / "out")
    assert made.status is Status.PROTECTED, made.message
    assert "Sound track 2 can carry no mark and stays as it is. " in made.message and made.output is not None
    (found,) = check([made.output], catalog=catalog, keys=[KEY])
    assert found.matches[0].finding.tracks == (1,) and found.matches[0].finding.serial == made.serial


def sounds(count: int) -> SoundtracksMedium:
    path = Path("film.mkv")
    first, *others = (Sound(path, np.full((100 + i, 1), float(i)), 8000, "Matroska", "AAC") for i in range(count))
    from dataclasses import replace

    medium = of_sound(replace(first, others=tuple(others)))
    assert isinstance(medium, SoundtracksMedium)
    return medium


def found(serial: int, probability: float) -> Finding:
    return Finding(serial, Verdict.CERTAIN if probability <= 1e-9 else Verdict.PROBABLE, probability, 9.0)


def test_a_copy_counts_only_if_each_marked_track_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[int, tuple[Finding, ...]] = {}
    monkeypatch.setattr(SoundMedium, "detect", lambda self, *_: told[len(self.sound.samples) - 100])
    medium = sounds(3)
    everything = Embedded({}, found(7, 1e-20), 1, tracks=(np.ones(1),) * 3)
    told.update({0: (found(7, 1e-20),), 1: (found(7, 1e-12), found(8, 1e-11)), 2: (found(7, 1e-10),)})
    first, other = medium.detect(KEY, None)
    assert (first.serial, first.tracks, first.probability) == (7, (1, 2, 3), pytest.approx(3e-20))
    assert (other.serial, other.tracks) == (8, (2,))
    assert (first.certain_in, other.certain_in) == ((0, 1, 2), (1,))
    assert medium.throughout(first, everything) and not medium.throughout(other, everything)
    told[2] = (found(7, 1e-6),)
    (later, *_) = medium.detect(KEY, None)
    assert later.certain_in == (0, 1) and not medium.throughout(later, everything)
    assert medium.throughout(first, everything)  # each finding speaks for itself
    left = Embedded({}, found(7, 1e-20), 1, tracks=(np.ones(1), np.ones(1), None))
    assert medium.throughout(later, left)


def test_a_film_of_which_no_track_can_be_marked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Embedded:
        raise RefusedError("It is silent.", "Choose another.")

    monkeypatch.setattr(SoundMedium, "embed", refuse)
    with pytest.raises(RefusedError, match="It is silent"):
        sounds(2).embed(KEY, 1, Strength.STANDARD)


def test_recordings_behind_one_another_are_read_as_one() -> None:
    parts = [np.arange(10, dtype=np.float32)[:, None], np.arange(10, 17, dtype=np.float32)[:, None]]
    joined = _Joined(parts)
    assert joined.shape == (17, 1) and len(joined) == 17
    for first in range(18):
        for last in range(first, 18):
            assert np.array_equal(joined[first:last][:, 0], np.arange(first, last))
    mixed = _Joined([np.array([[1.0, 3.0]]), np.array([[5.0]])])
    assert mixed.shape == (2, 1) and mixed[0:2].tolist() == [[2.0], [5.0]]
