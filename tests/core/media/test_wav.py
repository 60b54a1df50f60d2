"""WAV and AIFF: samples exact, every other byte as it was."""

from __future__ import annotations

import io
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RefusedError, UnreadableError
from core.media import riff
from core.media.sounds import read_sound, require_writable

from .conftest import Array, copied_sound, tone

WAVS = ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
AIFFS = ["PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
EXACT_TO = {"PCM_U8": 2**-8, "PCM_S8": 2**-8, "PCM_16": 2**-16, "PCM_24": 2**-24, "PCM_32": 2**-32, "DOUBLE": 1e-12}


def saved(samples: Array, subtype: str = "PCM_16", name: str = "WAV", rate: int = 44100) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, subtype, format=name)
    return buffer.getvalue()


def wav(data: bytes, *extra: tuple[bytes, bytes], fmt: bytes | None = None, declared: int | None = None) -> bytes:
    """A WAV file of 16-bit mono at 8 kHz, with chunks after the sound."""
    head = fmt or struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    made = riff.put_together((b"RIFF", b"WAVE"), [(b"fmt ", head), (b"data", data), *extra])
    if declared is None:
        return made
    at = made.index(b"data") + 4
    return made[:at] + struct.pack("<I", declared) + made[at + 4 :]


def of(data: bytes, folder: Path, name: str = "reel.wav") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize(
    ("name", "subtype"),
    [(n, s) for n in ("WAV", "WAVEX", "RF64") for s in WAVS] + [("AIFF", s) for s in AIFFS],
)
def test_untouched_copies_are_the_same_bytes_and_others_exact(
    folder: Path, name: str, subtype: str, channels: int
) -> None:
    source = of(saved(tone(channels=channels), subtype, name), folder, "reel.aiff" if name == "AIFF" else "reel.wav")
    sound, again, target = copied_sound(source)
    # Of the two zeros of mu-law one is written: the only bytes that may differ.
    assert target.read_bytes() == source.read_bytes() or subtype == "ULAW"
    assert np.array_equal(again.samples, sound.samples) and not again.notes
    assert (sound.rate, sound.channels, len(sound.samples), sound.subtype) == (44100, channels, 9000, subtype)
    assert sound.format == ("AIFF" if name == "AIFF" else "WAV")
    assert sound.samples.dtype == (np.float64 if subtype in ("PCM_32", "DOUBLE") else np.float32)
    theirs, _ = soundfile.read(source, dtype="float64", always_2d=True)
    assert np.abs(theirs - sound.samples).max() < 1e-6
    other = tone(channels=channels, seed=2).astype(sound.samples.dtype)
    _, again, target = copied_sound(source, other)
    theirs, _ = soundfile.read(target, dtype="float64", always_2d=True)
    assert np.abs(theirs - again.samples).max() < 1e-6
    limit = EXACT_TO.get(subtype, 6e-8 if subtype == "FLOAT" else 0.02)
    assert np.abs(again.samples - other).max() <= limit + 1e-9


def test_loud_samples_are_clipped_to_full_scale_and_floats_are_not(folder: Path) -> None:
    loud = np.array([[1.5], [-1.5], [1.0], [-1.0], [0.0]], np.float32)
    for subtype in ("PCM_U8", "PCM_16", "PCM_24"):
        _, again, _ = copied_sound(of(saved(loud * 0, subtype), folder, f"{subtype}.wav"), loud)
        assert again.samples.min() == -1.0 and 0.99 <= again.samples.max() < 1.0
    _, again, _ = copied_sound(of(saved(loud * 0, "FLOAT"), folder), loud)
    assert np.array_equal(again.samples, loud)


def test_chunks_before_and_behind_are_kept_byte_for_byte(folder: Path) -> None:
    chunks = [
        (b"bext", b"made by hand" + bytes(590)),
        (b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)),
        (b"LIST", b"INFOINAM\x06\x00\x00\x00Reel\x00\x00"),
        (b"data", np.arange(501, dtype="<i2").tobytes()),
        (b"cue ", struct.pack("<I", 0)),
        (b"iXML", b"<BWFXML/>!"),
        (b"id3 ", b"ID3\x04\x00\x00\x00\x00\x00\x00\x00"),
        (b"_PMX", b"<x:xmpmeta/>"),
        (b"odd!", b"odd"),
    ]
    source = of(riff.put_together((b"RIFF", b"WAVE"), chunks) + b"trailing", folder)
    _, again, target = copied_sound(source, np.full((501, 1), 0.25, np.float32))
    assert np.all(again.samples == 0.25)
    with target.open("rb") as file:
        after = riff.outline(file)
        data = target.read_bytes()
    assert [(c.name, data[c.start : c.start + c.size]) for c in after.chunks if c.name not in (b"data", b"trai")] == [
        chunk for chunk in chunks if chunk[0] != b"data"
    ]
    assert data.endswith(b"trailing")


def test_other_readers_find_the_tags_of_a_copy(folder: Path) -> None:
    from mutagen.aiff import AIFF
    from mutagen.id3 import APIC, TIT2
    from mutagen.wave import WAVE

    for name, opened in (("reel.wav", WAVE), ("reel.aiff", AIFF)):
        source = of(saved(tone(), name="WAV" if name.endswith("wav") else "AIFF"), folder, name)
        tags = opened(source)
        tags.add_tags()
        tags.tags.add(TIT2(encoding=3, text="Rolle Ü"))
        tags.tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=b"cover" * 50))
        tags.save()
        _, _, target = copied_sound(source, tone(seed=2).astype(np.float32))
        read = opened(target).tags
        assert read["TIT2"].text == ["Rolle Ü"] and read["APIC:"].data == b"cover" * 50


def test_depths_between_bytes_stay_within_their_bits(folder: Path) -> None:
    fmt = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 8000, 24000, 3, 24, 22, 20, 0) + b"\x01\x00" + b"\x00" * 14
    source = of(wav(np.zeros(300, np.uint8).tobytes(), fmt=fmt), folder)
    values = np.linspace(-0.9, 0.9, 100, dtype=np.float32)[:, None]
    _, again, target = copied_sound(source, values)
    assert np.abs(again.samples - values).max() <= 2**-20
    data = target.read_bytes()
    start = data.index(b"data") + 8
    assert all(byte & 0x0F == 0 for byte in data[start : start + 300 : 3])  # the four lowest bits stay empty


@pytest.mark.parametrize("declared", [0, 0xFFFFFFFF, 0x7FFFF000])
def test_length_that_the_writer_did_not_know_is_taken_and_set_right(folder: Path, declared: int) -> None:
    samples = np.arange(1, 501, dtype="<i2")
    data = bytearray(wav(samples.tobytes(), declared=declared))
    data[4:8] = struct.pack("<I", declared)
    sound, again, target = copied_sound(of(bytes(data), folder))
    assert len(sound.samples) == 500 and "does not tell its length" in sound.notes[0]
    assert not again.notes and target.read_bytes() == wav(samples.tobytes())


@pytest.mark.parametrize(
    ("data", "words", "frames"),
    [
        (wav(bytes(4000))[:-2000], "cut off", 1000),
        (wav(bytes(range(250)) * 20, declared=100), "tells 0.01 seconds, but holds 0.31", 2500),
        (saved(np.array([[0.1], [np.nan], [np.inf], [-np.inf]]), "FLOAT"), "3 samples that are no numbers", 4),
        (saved(np.array([[0.1], [np.nan]]), "DOUBLE"), "1 samples that are no numbers", 2),
        (saved(tone(), "PCM_16", "AIFF")[:-5000], "cut off", 6500),
        (saved(tone(), "MS_ADPCM"), "checked but not protected", 9000),
        (saved(tone(rate=8000), "GSM610", rate=8000), "checked but not protected", 9000),
    ],
    ids=["cut", "longer", "nan", "nan-double", "cut-aiff", "adpcm", "gsm"],  # not the bytes: times
)
def test_faulty_and_odd_files_are_read_and_not_written(folder: Path, data: bytes, words: str, frames: int) -> None:
    sound = read_sound(of(data, folder))
    assert frames <= len(sound.samples) <= frames * 1.4 and np.isfinite(sound.samples).all()
    with pytest.raises(RefusedError, match=words) as caught:
        require_writable(sound)
    assert "reel.wav" in caught.value.message and caught.value.hint


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (wav(b""), "holds no sound"),
        (wav(bytes(4000))[:30], "damaged"),
        (wav(bytes(4000))[:40], "holds no sound"),
        (saved(tone(), name="AIFF")[:30], "damaged"),
        (wav(bytes(400), fmt=struct.pack("<HHIIHH", 1, 1, 1, 2, 2, 16)), "1 samples a second"),
        (wav(bytes(400), fmt=struct.pack("<HHIIHH", 1, 1, 2**31, 2, 2, 16)), "2147483648 samples a second"),
        (wav(bytes(400), fmt=struct.pack("<HHIIHH", 1, 0, 8000, 16000, 2, 16)), "damaged"),
        (wav(bytes(400), fmt=struct.pack("<HHIIHH", 1, 60000, 8000, 16000, 2, 16)), "damaged"),
        (wav(bytes(400), fmt=struct.pack("<HHIIHH", 1, 1, 8000, 16000, 0, 0)), "damaged"),
        (wav(bytes(400), fmt=struct.pack("<HHIIHH", 77, 1, 8000, 16000, 2, 16)), "damaged"),
    ],
)
def test_unusable_files_are_one_sentence(folder: Path, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        read_sound(of(data, folder))
    assert "reel.wav" in caught.value.message


def test_too_long_is_refused_before_decoding(folder: Path) -> None:
    path = of(wav(b"", fmt=struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8), declared=2_100_000_000), folder)
    with path.open("r+b") as file:
        file.truncate(2_100_000_100)  # sparse: takes no room
    with pytest.raises(UnreadableError, match="minutes or more"):
        read_sound(path)


def test_credentials_are_emptied_and_the_rest_stays_in_place(folder: Path) -> None:
    source = of(wav(bytes(400), (b"C2PA", b"signed!!"), (b"LIST", b"INFO")), folder)
    sound, again, target = copied_sound(source)
    assert "content credentials" in sound.notes[0] and not again.notes
    data = target.read_bytes()
    assert len(data) == source.stat().st_size and b"signed" not in data and b"LIST" in data


names = st.binary(min_size=4, max_size=4).map(lambda name: bytes(0x20 + byte % 0x5F for byte in name))


@given(st.lists(st.tuples(names, st.binary(max_size=70)), max_size=8), st.sampled_from([b"RIFF", b"FORM"]))
@settings(deadline=None)
def test_chunks_come_back(chunks: list[tuple[bytes, bytes]], form: bytes) -> None:
    data = riff.put_together((form, b"WAVE"), chunks)
    found = riff.outline(io.BytesIO(data))
    assert found.form == (form, b"WAVE") and found.end == len(data) and found.outer == len(data) - 8
    assert [(c.name, data[c.start : c.start + c.size]) for c in found.chunks] == chunks


@given(st.binary(max_size=200), st.sampled_from([b"RIFF", b"FORM", b"RF64"]))
@settings(deadline=None)
def test_any_bytes_have_an_outline(data: bytes, form: bytes) -> None:
    whole = form + data
    try:
        found = riff.outline(io.BytesIO(whole))
    except ValueError:
        assert len(whole) < 12
        return
    assert all(c.start > 12 and c.start + c.size <= len(whole) and c.size <= c.declared for c in found.chunks)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=6), st.sampled_from(["WAV", "WAVEX", "RF64", "AIFF"]))
@settings(deadline=None, max_examples=60)
def test_damage_anywhere_is_a_recording_or_one_sentence(place: int, damage: bytes, name: Any) -> None:
    data = bytearray(saved(tone(200), name=name))
    place %= 120
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as folder:
        try:
            sound = read_sound(of(bytes(data), Path(folder)))
        except UnreadableError:
            return
        assert sound.samples.ndim == 2 and np.isfinite(sound.samples).all()
