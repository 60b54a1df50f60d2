"""Every named damage to recordings: the same each time, of the right form, and truly a change."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from app.samples import sample_recording
from bench import apart
from bench.attacks import NotApplicable, SoundAttack, generator, programs
from bench.attacks.activity import active, active_seconds
from bench.attacks.codecs import encoded, mp3_shape, resampled
from bench.attacks.levels import compress, noise
from bench.attacks.mixing import PIECE_AT, PIECE_SECONDS, piece_in_other_sound
from bench.attacks.sounds import ATTACKS, CUTS
from bench.attacks.timing import cut, delete_pieces, drift, drop_silence, insert_pieces, speed
from bench.sound_goals import GOALS, LENGTHS

RATE = 16000
VOICE = sample_recording(5.0, RATE)
UNCHANGED = {"none", "rate_16000"}
NEEDS = ("aac", "opusenc", "wma", "mp2", "adpcm", "two_codecs", "wireless", "video", "a_law", "g722", "g726", "gsm",
         "amr", "speex", "codec2", "denoised", "tempo", "pitch_", "vocoder", "social", "short_video",
         "disguised", "bed_", "voice_10", "piece")  # fmt: skip


def needs_more(attack: SoundAttack) -> bool:
    """Return whether an attack needs a program, a package or trial files that may be missing."""
    return attack.name.startswith(NEEDS)


def test_names_are_unique_and_plain() -> None:
    every = (*ATTACKS, *CUTS)
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in every}) == len({attack.title for attack in every}) == len(every)
    assert all(not set("# ") & set(attack.name) and attack.name == attack.name.lower() for attack in every)
    assert {attack.goal for attack in ATTACKS} == set(LENGTHS)


def test_goals_speak_of_attacks_that_exist() -> None:
    known = {attack.name for attack in ATTACKS}
    for goal in GOALS:
        named = set(goal.without) | (set() if isinstance(goal.attacks, int) else set(goal.attacks))
        assert named <= known, goal


@pytest.mark.parametrize("attack", [a for a in ATTACKS if not needs_more(a)], ids=lambda a: a.name)
def test_damage_without_programs(attack: SoundAttack) -> None:
    before = VOICE.copy()
    try:
        first, rate = attack.apply(VOICE, RATE, generator(1, attack.name))
    except NotApplicable as reason:
        assert "recording" in str(reason)
        assert attack.name in {"mono", "one_channel", "shuffled"}
        return
    again, _ = attack.apply(VOICE, RATE, generator(1, attack.name))
    assert np.array_equal(first, again)
    hold(attack, before, first, rate)


@pytest.mark.slow
@pytest.mark.parametrize("attack", [a for a in ATTACKS if needs_more(a)], ids=lambda a: a.name)
def test_damage_by_programs(attack: SoundAttack) -> None:
    before = VOICE.copy()
    try:
        first, rate = attack.apply(VOICE, RATE, generator(1, attack.name))
    except NotApplicable as reason:
        pytest.skip(str(reason))
    again, _ = attack.apply(VOICE, RATE, generator(1, attack.name))
    assert np.array_equal(first, again)
    hold(attack, before, first, rate)


def hold(attack: SoundAttack, before: np.ndarray, heard: np.ndarray, rate: int) -> None:
    """Fail unless the damaged recording is one, and not the recording itself."""
    assert np.array_equal(VOICE, before), "the recording handed in was changed"
    assert heard.dtype == np.float32
    assert heard.ndim == 2
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() < 1.6
    assert active_seconds(heard[:, :1], rate) > 1.5  # the mix may cancel
    same = rate == RATE and heard.shape == VOICE.shape and np.array_equal(heard, VOICE)
    assert same == (attack.name in UNCHANGED)


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for name, word in (("aac_64", "ffmpeg"), ("tempo_0.9", "rubberband"), ("amr_nb", "sox"), ("opusenc_24", "opusenc")):
        attack = next(a for a in ATTACKS if a.name == name)
        with pytest.raises(NotApplicable, match=f"program {word} is not installed"):
            attack.apply(VOICE, RATE, generator(1))


def test_a_missing_package_and_missing_files_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.attacks import mixing

    monkeypatch.setenv("COUNTERMARK_BENCH_PYTHON", "/nowhere/python")
    apart.available.cache_clear()
    vocoder = next(a for a in ATTACKS if a.name == "vocoder")
    with pytest.raises(NotApplicable, match="pyworld"):
        vocoder.apply(VOICE, RATE, generator(1))
    apart.available.cache_clear()
    monkeypatch.setenv("COUNTERMARK_DEV_DATA", "/nowhere")
    mixing._other.cache_clear()
    with pytest.raises(NotApplicable, match="no trial files"):
        mixing.bed(VOICE, RATE, generator(1), music="jazz", decibels=5)
    mixing._other.cache_clear()


def test_an_encoder_that_ffmpeg_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_encoders", lambda: " A..... aac   AAC\n")
    assert programs.encoder("aac") == "aac"
    with pytest.raises(NotApplicable, match="no encoder libgsm"):
        programs.encoder("libgsm")


def test_random_damage_depends_on_the_words() -> None:
    one, two = (noise(VOICE, RATE, generator(1, name), decibels=20)[0] for name in ("a.wav", "b.wav"))
    assert not np.array_equal(one, two)


def test_noise_lies_as_far_below_as_said() -> None:
    quiet = VOICE * np.float32(0.1)
    for colour in ("white", "pink"):
        heard, _ = noise(quiet, RATE, generator(1), decibels=20, colour=colour)
        loud = np.repeat(active(quiet, RATE), 320)
        ratio = np.mean(quiet[: len(loud)][loud] ** 2) / np.mean((heard - quiet) ** 2)
        assert 10 * np.log10(ratio) == pytest.approx(20, abs=0.3)


def test_compression_brings_levels_together() -> None:
    step = np.concatenate([0.05 * VOICE, VOICE])
    heard, _ = compress(step, RATE, generator(1), ratio=6)
    apart_before = np.std(VOICE) / np.std(0.05 * VOICE)
    assert np.std(heard[len(VOICE) :]) / np.std(heard[: len(VOICE)]) < 0.6 * apart_before


def test_speed_and_drift_change_time_as_said() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(4 * RATE) / RATE)[:, None].astype(np.float32)
    heard, _ = speed(tone, RATE, generator(1), factor=1.25)
    assert len(heard) == pytest.approx(len(tone) / 1.25, abs=2)
    assert _pitch(heard) == pytest.approx(550, abs=1)
    heard, _ = drift(tone, RATE, generator(1), most=0.01)
    assert len(heard) == len(tone)
    assert _pitch(heard[:RATE]) < 439 < 441 < _pitch(heard[-RATE:])


def _pitch(tone: np.ndarray) -> float:
    """Return the frequency of a tone by its turns through zero."""
    turns = np.flatnonzero(np.diff(np.signbit(tone[:, 0])))
    return (len(turns) - 1) * RATE / 2 / float(turns[-1] - turns[0])


def test_edits_take_away_and_put_in_what_they_say() -> None:
    voice = np.tile(VOICE, (4, 1))
    shorter, _ = delete_pieces(voice, RATE, generator(1), seconds=0.05)
    assert 0.9 * len(voice) < len(shorter) < 0.98 * len(voice)
    longer, _ = insert_pieces(voice, RATE, generator(1), least=0.2, most=0.6)
    assert active_seconds(longer, RATE) == pytest.approx(active_seconds(voice, RATE), abs=0.3)
    assert len(longer) > len(voice) + RATE
    voice[2 * RATE : 4 * RATE] = 0
    without, _ = drop_silence(voice, RATE, generator(1))
    assert len(without) < len(voice) - 1.7 * RATE
    assert active_seconds(without, RATE) == pytest.approx(active_seconds(voice, RATE), abs=0.1)


def test_the_piece_stands_where_it_should(dev_data: object) -> None:
    heard, rate = piece_in_other_sound(VOICE, RATE, generator(1))
    start = round(PIECE_AT * rate)
    assert np.array_equal(heard[start : start + round(PIECE_SECONDS * rate)], VOICE)
    assert len(heard) == 180 * rate


def test_cuts_hold_sound_and_are_pieces() -> None:
    rate = 8000
    quiet = np.zeros((40 * rate, 1), np.float32)
    quiet[30 * rate : 34 * rate] = resampled(sample_recording(4.0, RATE), RATE, rate)
    for turn in range(8):
        piece, _ = cut(quiet, rate, generator(turn), seconds=5)
        assert len(piece) == 5 * rate
        assert active_seconds(piece, rate) >= 1.9
    with pytest.raises(NotApplicable, match="shorter than"):
        cut(quiet, rate, generator(0), seconds=41)
    with pytest.raises(NotApplicable, match="2 s of sound"):
        cut(np.zeros((20 * rate, 1), np.float32), rate, generator(0), seconds=5)


def test_active_sound_is_told_from_pauses() -> None:
    signal = np.zeros((4 * RATE, 1), np.float32)
    signal[RATE : 3 * RATE] = 0.2 * np.random.default_rng(1).standard_normal((2 * RATE, 1))
    assert active_seconds(signal, RATE) == pytest.approx(2.0, abs=0.05)
    assert not active(np.zeros((RATE, 1), np.float32), RATE).any()
    assert active(np.zeros((3, 1), np.float32), RATE).size == 0


@pytest.mark.parametrize(("rate", "kilobits"), [(48000, 64), (44100, 128), (16000, 32), (16000, 64)])
def test_mp3_has_its_bit_rate(rate: int, kilobits: int) -> None:
    samples, new_rate, level = mp3_shape(sample_recording(6.0, rate), rate, kilobits=kilobits)
    data = encoded(samples, new_rate, "MP3", "MPEG_LAYER_III", level, constant=True)
    assert len(data) * 8 / 6.0 / 1000 == pytest.approx(kilobits, rel=0.03)


def test_odd_rates_reach_mp3_resampled() -> None:
    samples, rate, _ = mp3_shape(np.zeros((19200, 6), np.float32), 192000, kilobits=64)
    assert (rate, samples.shape) == (44100, (4410, 1))
