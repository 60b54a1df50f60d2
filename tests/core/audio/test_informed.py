"""With the work at hand a mark is found where blind it is not; the proof and the right name hold as before."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_recording
from core.audio import detect, detect_informed, embed, reference_signal, shows_work
from core.audio.informed import PLACES, READERS, REFERENCES, charge, ranked_candidate
from core.keys import CreatorKey
from core.model import Embedded, FloatArray, Kind, Reference, Verdict
from tests.core.audio.conftest import RATE, SERIAL


@pytest.fixture(scope="module")
def reference(recording: FloatArray) -> Reference:
    return Reference(work=1, kind=Kind.AUDIO, seconds=16.0, rate=RATE, signal=reference_signal(recording, RATE))


@pytest.mark.parametrize("start", [0.5, 3.2172, 9.0033])
def test_two_seconds_are_certain(
    start: float, copy: Embedded, key: CreatorKey, issued: np.ndarray, reference: Reference
) -> None:
    first = round(start * RATE)
    piece = copy.samples[first : first + 2 * RATE]
    found = detect_informed(piece, RATE, key=key, serials=issued, references=[reference])
    assert found[0].serial == SERIAL and found[0].verdict is Verdict.CERTAIN and found[0].level == "informed"
    assert f"from {start:.1f} s into the work" in found[0].transform
    assert found[0].hypotheses in (charge(1, 0), charge(1, 1)) and found[0].candidates == issued.size


def test_no_more_risk_is_given_away_than_there_is() -> None:
    for works in range(1, REFERENCES + 1):
        one = sum(READERS / charge(works, turn) for turn in range(PLACES))
        assert works * one + one == pytest.approx(1.0)  # those that are compared, and the candidate's own
    for number in (1, 2, 48, 1000, 19999):
        assert sum(1 / ranked_candidate(place, number) for place in range(1, number + 1)) <= 1.0 + 1e-12


@pytest.mark.parametrize("serial", [SERIAL, 7, 12, 100])
def test_any_start_in_the_superperiod_is_met(
    serial: int, recording: FloatArray, key: CreatorKey, reference: Reference
) -> None:
    marked = embed(recording, RATE, key=key, serial=serial).samples[4 * RATE : 7 * RATE]
    found = detect_informed(marked, RATE, key=key, serials=[7, 8, 12, 100, SERIAL], references=[reference])
    assert found[0].serial == serial and found[0].verdict is Verdict.CERTAIN


def test_the_mean_of_two_copies_names_both(
    copy: Embedded, recording: FloatArray, key: CreatorKey, issued: np.ndarray, reference: Reference
) -> None:
    other = embed(recording, RATE, key=key, serial=252).samples
    mean = 0.5 * (copy.samples[: 8 * RATE] + other[: 8 * RATE])
    found = detect_informed(mean, RATE, key=key, serials=issued, references=[reference])
    assert {f.serial for f in found} == {SERIAL, 252}
    assert all(f.verdict is Verdict.CERTAIN for f in found)


def test_all_serials_and_many_are_searched(copy: Embedded, key: CreatorKey, reference: Reference) -> None:
    piece = copy.samples[3 * RATE : 7 * RATE]
    found = detect_informed(piece, RATE, key=key, serials=np.arange(30000), references=[reference])
    assert found[0].serial == SERIAL and found[0].verdict is Verdict.CERTAIN


def test_a_loud_noise_is_heard_through(
    copy: Embedded, key: CreatorKey, issued: np.ndarray, reference: Reference
) -> None:
    piece = copy.samples[2 * RATE : 8 * RATE]
    noise = np.random.default_rng(4).standard_normal(piece.shape).astype(np.float32)
    noisy = piece + noise * np.float32(piece.std() * 0.25)
    found = detect_informed(noisy, RATE, key=key, serials=issued, references=[reference])
    assert found[0].serial == SERIAL and found[0].verdict is Verdict.CERTAIN


def test_nobody_is_accused(
    copy: Embedded,
    recording: FloatArray,
    key: CreatorKey,
    other_key: CreatorKey,
    issued: np.ndarray,
    reference: Reference,
) -> None:
    arguments = {"serials": issued, "references": [reference]}
    assert detect_informed(recording, RATE, key=key, **arguments) == ()
    assert detect_informed(copy.samples, RATE, key=other_key, **arguments) == ()
    absent = detect_informed(copy.samples, RATE, key=key, serials=issued[issued != SERIAL], references=[reference])
    assert [f.serial for f in absent] == [None] and absent[0].verdict is Verdict.CERTAIN


def test_what_cannot_be_compared_is_left_out(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    bare = [Reference(work=1, kind=Kind.AUDIO), Reference(work=2, kind=Kind.IMAGE, signal=b"x")]
    assert detect_informed(copy.samples, RATE, key=key, serials=issued, references=bare) == ()
    assert detect_informed(copy.samples[:90], RATE, key=key, serials=issued, references=bare) == ()
    assert shows_work(copy.samples, RATE, bare[0]) is None


def test_the_work_is_recognised(copy: Embedded, reference: Reference) -> None:
    assert shows_work(copy.samples[3 * RATE : 8 * RATE], RATE, reference) is True
    noise = np.random.default_rng(3).standard_normal((8 * RATE, 1)).astype(np.float32)
    assert shows_work(0.1 * noise, RATE, reference) is False
    assert shows_work(sample_recording(8.0, RATE, seed=50), RATE, reference) is not True
    assert shows_work(np.zeros((5 * RATE, 1), np.float32), RATE, reference) is None


@pytest.mark.parametrize("seconds", [8.0, 40.0])
def test_a_work_is_recognised_in_what_is_longer(
    copy: Embedded, reference: Reference, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the mark lies tells where to look: in a broadcast the work may be a small part, and come late."""
    other = sample_recording(seconds, RATE, seed=50)
    found = np.concatenate([other, copy.samples[3 * RATE : 9 * RATE], other]).astype(np.float32)
    heard = (seconds, seconds + 6.0)
    assert shows_work(found, RATE, reference, [heard]) is True
    monkeypatch.setattr("core.audio.informed.LONGEST_SECONDS", seconds / 2)
    monkeypatch.setattr("core.audio.suspect.LONGEST_SECONDS", seconds / 2)
    assert shows_work(found, RATE, reference, [(1.0, 1.2), heard]) is True
    assert shows_work(found, RATE, reference) is None  # what was not compared may show it
    noise = 0.1 * np.random.default_rng(3).standard_normal(found.shape).astype(np.float32)
    assert shows_work(noise, RATE, reference, [heard]) is False and shows_work(noise, RATE, reference) is None


def test_a_mark_on_something_else_does_not_show_the_work(copy: Embedded, reference: Reference) -> None:
    """The work lies in the recording, and the mark is said to lie on what stands before it."""
    noise = 0.1 * np.random.default_rng(3).standard_normal((20 * RATE, 1)).astype(np.float32)
    found = np.concatenate([noise, copy.samples[3 * RATE : 6 * RATE]])
    assert shows_work(found, RATE, reference, [(0.0, 12.0)]) is not True


@pytest.mark.parametrize("frames", [400, 401])
def test_blocks_that_end_with_the_recording_are_no_trouble(
    copy: Embedded, reference: Reference, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes, which is what is compared of anything longer, are whole blocks."""
    monkeypatch.setattr("core.audio.probes._AT_ONCE", 200)
    assert shows_work(copy.samples[: frames * RATE // 100], RATE, reference) is True


def test_detection_compares_with_works_where_it_names_nobody(
    copy: Embedded, key: CreatorKey, issued: np.ndarray, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = copy.samples[3 * RATE : 6 * RATE]
    assert detect(piece, RATE, key=key, serials=issued, references=[reference])[0].level == "blind"
    monkeypatch.setattr("core.audio.read.findings", lambda *_, **__: ())
    assert detect(piece, RATE, key=key, serials=issued) == ()
    found = detect(piece, RATE, key=key, serials=issued, references=[reference])
    assert found[0].serial == SERIAL and found[0].level == "informed"
