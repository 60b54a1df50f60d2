"""The counting of false statements about recordings, and the comparison with audiowmark, with a pretended core."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.samples import sample_recording
from bench import material, negatives_sounds, sound_keys, sound_peers
from bench.attacks import NotApplicable
from bench.pages import sound_peers as page
from bench.peers import audiowmark
from bench.results import Results
from core.errors import RefusedError
from core.keys import CreatorKey
from core.model import Embedded, Finding, Verdict

CERTAIN = {"verdict": Verdict.CERTAIN, "probability": 1e-20, "score": 15.0}


class Pretended:
    """A mark that is read wherever its key is, and names the first candidate where its own serial is missing."""

    def __init__(self) -> None:
        self.key: CreatorKey | None = None
        self.serial = -1
        self.accuses = False
        self.asked: list[tuple[bool, bool]] = []

    def embed(self, samples: Any, rate: int, *, key: CreatorKey, serial: int) -> Embedded:
        self.key, self.serial = key, serial
        return Embedded({}, Finding(serial, **CERTAIN), 2, samples=samples)

    def detect(self, samples: Any, rate: int, *, key: CreatorKey, serials: Any, references: Any = ()) -> Any:
        mine = key.id == (self.key.id if self.key else None)
        listed = serials is None or self.serial in serials
        self.asked.append((mine, listed))
        if not mine:
            return ()
        if listed:
            return (Finding(self.serial, **CERTAIN),)
        return (Finding(int(serials[0]) if self.accuses else None, **CERTAIN),)


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    from core import audio
    from core.media import sounds

    mark = Pretended()
    monkeypatch.setattr(audio, "embed", mark.embed)
    monkeypatch.setattr(audio, "detect", mark.detect)
    sound = SimpleNamespace(samples=sample_recording(11.0, 16000), rate=16000, notes=())
    monkeypatch.setattr(sounds, "read_sound", lambda path: sound)
    monkeypatch.setattr(material, "files", lambda place, part, **_: [Path("voice_a.wav")] if part == "audio" else [])
    monkeypatch.setattr(sound_keys, "WRONG_KEYS", 6)
    monkeypatch.setattr(sound_keys, "ABSENT", 3)
    return mark


@pytest.mark.parametrize("accuses", [False, True])
def test_false_statements_are_counted(pretended: Pretended, accuses: bool) -> None:
    pretended.accuses = accuses
    (row,) = sound_keys.rows(Path())
    assert row["wrong_key"]["checks"] == 6 and row["wrong_key"]["wrong"] == row["wrong_key"]["key"] == 0
    assert row["wrong_key"]["heard"] == 18.0
    absent = row["absent"]
    assert (absent["checks"], absent["wrong"], absent["key"]) == ((3, 3, 0) if accuses else (3, 0, 3))
    assert pretended.asked == [(False, False)] * 6 + [(True, False)] * 3


def test_counted_files_are_not_counted_again(pretended: Pretended) -> None:
    done = {"voice_a.wav": {"file": "voice_a.wav", "absent": {"checks": 3}, "wrong_key": {"checks": 6}}}
    assert list(sound_keys.rows(Path(), done=done)) == [done["voice_a.wav"]]
    assert pretended.asked == []


def test_the_checks_of_refused_files_go_to_the_others(pretended: Pretended, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.media import sounds

    sound = sounds.read_sound(Path())

    def read_sound(path: Path) -> SimpleNamespace:
        if path.name == "odd_a.wav":
            raise RefusedError("it is silent", "Take another one.")
        return sound

    monkeypatch.setattr(sounds, "read_sound", read_sound)
    monkeypatch.setattr(material, "files", lambda *_, **__: [Path(f"{n}.wav") for n in ("a", "odd_a", "voice_a")])
    rows = list(sound_keys.rows(Path()))
    assert [row["file"] for row in rows] == ["a.wav", "voice_a.wav"]
    assert [row["wrong_key"]["checks"] for row in rows] == [2, 4] and [row["absent"]["checks"] for row in rows] == [
        1,
        2,
    ]


def test_a_missing_program_leaves_ours_measured(pretended: Pretended, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise NotApplicable("the program audiowmark is not installed here")

    monkeypatch.setattr(audiowmark, "version", missing)
    monkeypatch.setattr(sound_peers, "ROWS", ("none", "noise_20"))
    row = sound_peers.clip_row(Path("voice_a.wav"), ("none", "noise_20"))
    assert row["ours"] == {"none": 1, "noise_20": 1} and row["theirs"] == {"none": {}, "noise_20": {}}
    about = {"date": "2026-01-02 03:04 UTC", "candidates": 1000}
    lines = " ".join(page.section(Results(about, (row,))))
    assert "not installed here" in lines and "(quoted)" in lines and "earlier measurement" in lines
    assert page.behind(Results(about, (row,))) == ([], 0)


def test_both_programs_meet_the_same_damage(pretended: Pretended, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(audiowmark, "version", lambda: "audiowmark 1")
    monkeypatch.setattr(audiowmark, "marked", lambda samples, rate, mode: samples * np.float32(0.9))

    def recognised(samples: Any, rate: int, mode: audiowmark.Mode) -> bool:
        heard.append(mode.name)
        return mode.payload == audiowmark.PAYLOAD

    monkeypatch.setattr(audiowmark, "recognised", recognised)
    row = sound_peers.clip_row(Path("voice_a.wav"), ("none", "speed_0.9"))
    assert row["theirs"]["none"] == {"128 bit": 1, "16 bit": 0}
    assert row["theirs"]["speed_0.9"] == {"128 bit": 1, "16 bit": 0, "16 bit, speed searched": 0}
    assert heard.count("16 bit, speed searched") == 1


def test_the_exact_payload_must_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = f"pattern  0:00 {audiowmark.SHORT_PAYLOAD} 1.6 0.2 CLIP-B\npattern  0:05 ffff 1.1 0.2 ALL\n"
    monkeypatch.setattr(audiowmark, "program", lambda name: name)
    monkeypatch.setattr(
        audiowmark.subprocess, "run", lambda *words, **options: SimpleNamespace(stdout=printed.encode())
    )
    voice = sample_recording(1.0, 16000)
    assert audiowmark.recognised(voice, 16000, audiowmark.MODES[1])
    assert not audiowmark.recognised(voice, 16000, audiowmark.MODES[0])


def test_unmarked_sound_is_searched_whole_and_in_pieces(pretended: Pretended, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"negatives_audio": [Path("neg_a.ogg")], "audio": []}
    monkeypatch.setattr(material, "files", lambda place, part, **_: files[part])
    rows = list(negatives_sounds.rows(Path()))
    assert len(rows) == negatives_sounds.KEYS + 1
    assert [rows[n]["what"] for n in (0, 1, -1)] == ["unmarked", "unmarked, key 2", "unmarked, from 0 s"]
    assert [rows[n]["heard"] for n in (0, 1, -1)] == [11.0, 11.0, 10.0]
    assert all(row["check"][0] == "n" for row in rows)
