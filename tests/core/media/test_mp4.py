"""The boxes of MP4 files: parsed and packed the same, tables that agree with a plain count, damage in one sentence."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CountermarkError
from core.media import mp4
from core.media.mp4 import Box
from core.media.sounds import read_sound, require_writable, write_sound

from .conftest import tone
from .made import film

boxes = st.recursive(
    st.builds(Box, st.sampled_from([b"free", b"udta", b"\xa9nam"]), st.binary(max_size=40)),
    lambda inner: st.builds(
        Box, st.sampled_from([b"trak", b"mdia", b"stbl"]), st.just(b""), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.lists(boxes, max_size=4))
def test_boxes_come_back(made: list[Box]) -> None:
    data = b"".join(box.packed() for box in made)
    assert mp4.parsed(data) == (made, b"")


@given(st.binary(max_size=200))
def test_any_bytes_are_boxes_or_a_value_error(data: bytes) -> None:
    for head in (b"", b"\0\0\0\x40trak", b"\0\0\0\x01moov\0\0\0\0\0\0\0\x20"):
        try:
            found, rest = mp4.parsed(head + data)
        except ValueError:
            continue
        assert sum(len(box.packed()) for box in found) + len(rest) >= 0
    try:
        places = mp4.places(io.BytesIO(data))
    except ValueError:
        return
    assert sum(place.size for place in places) == len(data)


def numbers(rows: list[tuple[int, ...]]) -> bytes:
    return bytes(4) + len(rows).to_bytes(4, "big") + np.array(rows, ">u4").tobytes()


def track(durations: list[tuple[int, int]], counts: list[int], sizes: list[int], offsets: list[int]) -> Box:
    """A track of chunks with so many samples each."""
    stbl = [
        Box(b"stts", numbers(durations)),
        mp4.chunked(np.array(counts)),
        Box(b"stsz", bytes(8) + len(sizes).to_bytes(4, "big") + np.array(sizes, ">u4").tobytes()),
        Box(b"stco", numbers([(offset,) for offset in offsets])),
    ]
    mdhd = Box(b"mdhd", bytes(12) + (1000).to_bytes(4, "big") + bytes(8))
    return Box(b"trak", b"", [Box(b"mdia", b"", [mdhd, Box(b"minf", b"", [Box(b"stbl", b"", stbl)])])])


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=6).flatmap(
        lambda counts: st.tuples(
            st.just(counts), st.lists(st.integers(0, 90), min_size=sum(counts), max_size=sum(counts))
        )
    ),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 50)), min_size=1, max_size=4),
)
def test_tables_agree_with_a_plain_count(chunks: tuple[list[int], list[int]], durations: list[tuple[int, int]]) -> None:
    counts, sizes = chunks
    durations = [*durations, (len(sizes), 7)]
    offsets = [100 * place for place in range(len(counts))]
    table = mp4.table(track(durations, counts, sizes, offsets))
    steps = [step for count, step in durations for _ in range(count)]
    begins = np.concatenate([[0], np.cumsum(steps)])[: len(sizes)]
    firsts = np.cumsum(counts) - counts
    assert table.count == len(sizes) and table.firsts.tolist() == firsts.tolist()
    assert table.lengths().tolist() == [sum(sizes[a : a + n]) for a, n in zip(firsts, counts, strict=True)]
    assert table.times().tolist() == begins[firsts].tolist()
    times = np.arange(-5, int(begins[-1]) + 5)
    plain = [next((i for i, begin in enumerate(begins) if begin >= time), len(sizes)) for time in times]
    assert table.numbers_at(times).tolist() == plain


@pytest.mark.parametrize("wide", [False, True])
def test_places_of_chunks_are_written(wide: bool) -> None:
    box = track([(4, 10)], [2, 2], [5, 5, 5, 5], [1, 2])
    mp4.set_offsets(box, np.array([70, 2**33 if wide else 80]), wide)
    assert mp4.table(box).offsets.tolist() == [70, 2**33 if wide else 80]


def test_edit_lists_come_back() -> None:
    rows = [(500, -1), (2**33, 1024)]
    assert mp4.edits(Box(b"trak", b"", [mp4.edit_box(rows)])) == rows
    slow = mp4.edit_box(rows)
    assert slow.boxes is not None
    slow.boxes[0].payload = slow.boxes[0].payload[:-4] + b"\x00\x02\x00\x00"
    with pytest.raises(ValueError, match="another speed"):
        mp4.edits(Box(b"trak", b"", [slow]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("mp4") / "film.mp4"
    return film(path, seconds=1, tracks=(tone(44_100, 1),)).read_bytes()


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_damage_in_the_tables_is_a_recording_or_one_sentence(whole: bytes, data: st.DataObject) -> None:
    moov = whole.index(b"moov") - 4
    place = data.draw(st.integers(moov, len(whole) - 1))
    damage = data.draw(st.binary(min_size=1, max_size=8))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        path.write_bytes((whole[:place] + damage + whole[place + len(damage) :])[: len(whole)])
        try:
            sound = read_sound(path)
            require_writable(sound)
            write_sound(sound, sound.samples, Path(folder) / "copy.mp4")
        except CountermarkError as error:
            assert "film.mp4" in error.message
