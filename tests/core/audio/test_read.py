"""Detection: found when it is there, certain only by proof, never the wrong recipient."""

from __future__ import annotations

import io

import numpy as np
import pytest
from scipy import stats

from app.samples import sample_recording
from core.audio import detect, embed
from core.audio.align import Alignment, read
from core.audio.evidence import SERIAL_LIMIT
from core.audio.parameters import PARAMETERS
from core.audio.pattern import pattern_of
from core.audio.read import readings_of
from core.keys import CreatorKey
from core.model import Embedded, Finding, FloatArray, Verdict
from tests.core.audio.conftest import RATE, SERIAL


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1
    return findings[0]


def test_an_untouched_copy_is_certain(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    found = only(detect(copy.samples, RATE, key=key, serials=issued))
    assert found.serial == SERIAL and found.verdict is Verdict.CERTAIN and found.level == "blind"
    assert found.key_probability is not None and found.key_probability < 1e-20
    assert found.key_probability <= found.probability <= found.key_probability + SERIAL_LIMIT
    assert found.candidates == issued.size and found.hypotheses > 1e9
    assert found.transform.startswith("unchanged speed, from the start of the copy")
    assert found.where[0][0] <= 1.0 and found.where[-1][1] >= 14.0


def test_the_key_alone_is_enough(copy: Embedded, key: CreatorKey) -> None:
    assert only(detect(copy.samples, RATE, key=key, serials=None)).serial == SERIAL


@pytest.mark.parametrize("start", [0.4567, 3.0, 5.2341])
def test_a_cut_is_certain_and_placed(start: float, copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    first = int(start * RATE)
    found = only(detect(copy.samples[first : first + 8 * RATE], RATE, key=key, serials=issued))
    assert found.serial == SERIAL and found.verdict is Verdict.CERTAIN
    told = float(found.transform.split("from ")[1].split(" s")[0])
    assert told == pytest.approx(start + found.where[0][0], abs=0.1)


def test_another_key_finds_nothing(copy: Embedded, other_key: CreatorKey, issued: np.ndarray) -> None:
    assert detect(copy.samples, RATE, key=other_key, serials=issued) == ()


def test_an_original_holds_nothing(recording: FloatArray, key: CreatorKey, issued: np.ndarray) -> None:
    assert detect(recording, RATE, key=key, serials=issued) == ()


def test_a_wrong_recipient_is_never_named(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    found = only(detect(copy.samples, RATE, key=key, serials=issued[issued != SERIAL]))
    assert found.serial is None and found.verdict is Verdict.CERTAIN
    assert found.probability == found.key_probability
    assert found.transform == "unchanged speed"


def test_channels_polarity_and_level_do_not_matter(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    marked = copy.samples
    for other in (-marked, np.concatenate([marked, -marked], axis=1), 0.02 * marked, marked.astype(np.float64)):
        assert only(detect(other, RATE, key=key, serials=issued)).serial == SERIAL


def test_another_rate_and_a_slow_clock_are_followed(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    from scipy.signal import resample_poly

    up = resample_poly(copy.samples, 3, 1, axis=0)
    assert only(detect(up, 48000, key=key, serials=issued)).serial == SERIAL
    assert only(detect(up, 48072, key=key, serials=issued)).serial == SERIAL  # 0.15 % off
    down = resample_poly(copy.samples, 1, 2, axis=0)
    assert only(detect(down, 8000, key=key, serials=issued)).serial == SERIAL


def test_mp3_is_survived(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    import soundfile

    file = io.BytesIO()
    with soundfile.SoundFile(
        file, "w", RATE, 1, format="MP3", subtype="MPEG_LAYER_III", bitrate_mode="CONSTANT", compression_level=0.8
    ) as sound:
        for start in range(0, len(copy.samples), RATE):
            sound.write(copy.samples[start : start + RATE])
    file.seek(0)
    decoded, rate = soundfile.read(file, dtype="float32", always_2d=True)
    found = only(detect(decoded, rate, key=key, serials=issued))
    assert found.serial == SERIAL and found.verdict is Verdict.CERTAIN


def test_two_copies_in_one_recording_are_both_named(recording: FloatArray, copy: Embedded, key: CreatorKey) -> None:
    other = embed(recording, RATE, key=key, serial=7).samples
    half = len(recording) // 2
    joined = np.concatenate([copy.samples[:half], other[half:]])
    found = {f.serial: f for f in detect(joined, RATE, key=key, serials=[7, 8, SERIAL])}
    assert set(found) == {7, SERIAL}
    assert found[SERIAL].where[-1][1] == pytest.approx(8.0, abs=1.5)
    assert found[7].where[0][0] == pytest.approx(8.0, abs=1.5)
    mean = 0.5 * (copy.samples + other)
    assert {f.serial for f in detect(mean, RATE, key=key, serials=[7, 8, SERIAL])} == {7, SERIAL}


def test_a_piece_within_other_sound_is_placed(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    around = sample_recording(40.0, RATE, seed=11)
    mixed = np.concatenate([around[: 20 * RATE], copy.samples[2 * RATE : 10 * RATE], around[20 * RATE :]])
    found = only(detect(mixed, RATE, key=key, serials=issued))
    assert found.serial == SERIAL
    assert found.where[0][0] == pytest.approx(20.0, abs=2.0) and found.where[-1][1] == pytest.approx(28.0, abs=2.0)


def test_too_little_and_wrong_input(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    assert detect(copy.samples[:100], RATE, key=key, serials=issued) == ()
    assert detect(copy.samples[:0], RATE, key=key, serials=issued) == ()
    assert detect(copy.samples, RATE, key=key, serials=[]) == ()
    assert detect(np.zeros((RATE * 3, 2), np.float32), RATE, key=key, serials=issued) == ()
    with pytest.raises(ValueError, match="finite"):
        detect(np.full((RATE, 1), np.nan), RATE, key=key, serials=issued)
    with pytest.raises(ValueError, match="frames, channels"):
        detect(copy.samples[:, 0], RATE, key=key, serials=issued)
    with pytest.raises(ValueError, match="frames, channels"):
        detect((copy.samples * 32767).astype(np.int16), RATE, key=key, serials=issued)
    with pytest.raises(ValueError, match="rate"):
        detect(copy.samples, 0, key=key, serials=issued)


def test_the_null_is_the_one_that_the_proof_speaks_of(recording: FloatArray) -> None:
    """Statistics of foreign keys on a real signal behave like a standard normal: no hidden gain, no hidden loss."""
    readings = readings_of(recording, RATE)
    pilots, data = [], []
    for number in range(4):
        pattern = pattern_of(CreatorKey.from_bytes(bytes([200 + number]) * 32))
        for offset in range(0, PARAMETERS.period_frames, 67):
            reading = read(readings, Alignment(0.0, 0, len(readings), float(offset)), pattern)
            pilots.append(reading.pilot_score)
            row = pattern.codebook.row(offset)
            data.append(float(reading.soft @ row) / float(np.linalg.norm(reading.soft)))
    for values in (pilots, data):
        assert np.std(values) == pytest.approx(1.0, abs=0.12)
        assert abs(np.mean(values)) < 0.25
        assert np.max(np.abs(values)) < 5
        assert stats.kstest(values, "norm").pvalue > 1e-4


def played(samples: FloatArray, speed: float) -> FloatArray:
    """Return samples played faster or slower, by interpolation."""
    at = np.arange(0, len(samples) - 1, speed)
    return np.interp(at, np.arange(len(samples)), samples[:, 0]).astype(np.float32)[:, None]


@pytest.mark.parametrize("speed", [0.8, 1.02, 1.25])
def test_another_speed_is_certain_and_told(speed: float, copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    first = 2 * RATE
    found = only(detect(played(copy.samples[first : first + 10 * RATE], speed), RATE, key=key, serials=issued))
    assert found.serial == SERIAL and found.verdict is Verdict.CERTAIN
    said, rest = found.transform.split(" times the speed, from ")
    assert float(said) == pytest.approx(speed, abs=0.003)
    assert float(rest.split(" s")[0]) == pytest.approx(2.0 + speed * found.where[0][0], abs=0.15)


def test_a_copy_with_small_cuts_is_certain(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    each, gone = 2 * RATE, RATE // 20
    cut = np.concatenate([copy.samples[i * each : (i + 1) * each - gone] for i in range(8)])
    found = only(detect(cut, RATE, key=key, serials=issued))
    assert found.serial == SERIAL and found.verdict is Verdict.CERTAIN and "cut and rejoined" in found.transform
    assert sum(end - start for start, end in found.where) > 12


def test_seconds_in_another_order_are_certain(copy: Embedded, key: CreatorKey, issued: np.ndarray) -> None:
    order = (9, 4, 13, 1, 7, 11, 2, 5)
    mixed = np.concatenate([copy.samples[second * RATE : (second + 1) * RATE] for second in order])
    found = only(detect(mixed, RATE, key=key, serials=issued))
    assert found.serial == SERIAL and found.verdict is Verdict.CERTAIN and "cut and rejoined" in found.transform
    others = detect(mixed, RATE, key=key, serials=issued[issued != SERIAL])
    assert all(f.serial is None for f in others), "the true copy was no candidate, so nobody may be named"
