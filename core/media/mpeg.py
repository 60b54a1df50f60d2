"""The frames of an MPEG audio stream (MP3): where they are, their bit rate, whether the stream is whole.

ISO/IEC 11172-3 and 13818-3 give the frame header; the "Xing" or "Info" block in the first frame, which encoders write
to tell the number of frames, is a convention.
"""

from __future__ import annotations

from dataclasses import dataclass

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # by version bits
_KILOBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KILOBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_JUNK = 65536  # bytes before the first frame that a player forgives
_LOST = 1_000_000  # bytes without frames after which a stream is given up


@dataclass(frozen=True, slots=True)
class Frame:
    """One layer-III frame: place and size in bytes, bit rate in bit/s, rate in Hz, channels, samples a channel."""

    offset: int
    size: int
    bit_rate: int
    rate: int
    channels: int
    samples: int

    def fits(self, other: Frame) -> bool:
        """Return whether two frames can belong to one stream (the number of channels may change in mid-stream)."""
        return self.rate == other.rate and self.samples == other.samples


@dataclass(frozen=True, slots=True)
class Stream:
    """What a walk over all frames of a stream found.

    `start` and `end` enclose the frames; `frames` counts those with sound; `declared` is the count that the first frame
    promises (None: no promise). `gaps` are the stretches (start, end) that are no frames.
    `bit_rate` is the average in bit/s, `constant` whether all frames have the same.
    """

    start: int
    end: int
    frames: int
    declared: int | None
    gaps: tuple[tuple[int, int], ...]
    bit_rate: int
    constant: bool
    last_cut: bool


def id3_size(data: bytes, offset: int = 0) -> int:
    """Return the length in bytes of the ID3v2 tag at `offset`, 0 where there is none."""
    head = data[offset : offset + 10]
    if len(head) < 10 or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:10]) or 0xFF in head[3:5]:
        return 0
    size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def frame_at(data: bytes, offset: int) -> Frame | None:
    """Return the layer-III frame whose header stands at `offset`, None where none does."""
    head = data[offset : offset + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = (head[1] >> 3) & 3, (head[1] >> 1) & 3
    place, kind = head[2] >> 4, (head[2] >> 2) & 3
    if version == 1 or layer != 1 or place in (0, 15) or kind == 3:
        return None
    rate = _RATES[version][kind]
    bit_rate = 1000 * (_KILOBITS_1 if version == 3 else _KILOBITS_2)[place]
    samples = 1152 if version == 3 else 576
    size = samples // 8 * bit_rate // rate + ((head[2] >> 1) & 1)
    return Frame(offset, size, bit_rate, rate, 1 if head[3] >> 6 == 3 else 2, samples)


def first_frame(data: bytes, start: int = 0, reach: int = _JUNK) -> Frame | None:
    """Return the first frame that another fitting one (or the end of the data) follows, None if there is none near."""
    place = data.find(0xFF, start, start + reach)
    while place >= 0:
        frame = frame_at(data, place)
        if frame is not None:
            following = frame_at(data, place + frame.size)
            alone = place + frame.size == len(data)
            if alone or (following is not None and frame.fits(following)):
                return frame
        place = data.find(0xFF, place + 1, start + reach)
    return None


def walk(data: bytes, start: int = 0) -> Stream | None:
    """Return what the frames from `start` on say, None where there is no frame."""
    first = first_frame(data, start)
    if first is None:
        return None
    declared = _declared(data, first)
    place, frames, bits, end, cut = first.offset, 0, 0, first.offset, False
    gaps: list[tuple[int, int]] = []
    lost = 0
    rates: set[int] = set()
    while place < len(data):
        frame = frame_at(data, place)
        if frame is None or not frame.fits(first):
            if _tag_at(data, place):
                break
            following = first_frame(data, place, _LOST)
            if following is None or not following.fits(first):
                break
            gaps.append((place, following.offset))
            lost += following.offset - place
            if lost > _LOST:
                break
            frame = following
            place = frame.offset
        if place + frame.size > len(data):
            cut = True
            break
        if frames or declared is None or place != first.offset:
            rates.add(frame.bit_rate)
        frames += 1
        bits += frame.bit_rate
        place += frame.size
        end = place
    if declared is not None and frames > 1:  # the frame of the promise holds no sound
        frames -= 1
        bits -= first.bit_rate
    if frames == 0:
        return None
    return Stream(first.offset, end, frames, declared, tuple(gaps), bits // frames, len(rates) <= 1, cut)


def mended(data: bytes, stream: Stream) -> bytes:
    """Return the stream's frames with its gaps filled by repeated ones, so that what follows comes at its time."""
    parts = []
    place = stream.start
    for start, end in stream.gaps:
        parts.append(data[place:start])
        frame = frame_at(data, end)
        if frame is not None:
            parts.append(data[end : end + frame.size] * round((end - start) / frame.size))
        place = end
    return b"".join([*parts, data[place : stream.end]])


def announced(data: bytes, stream: Stream) -> bytes:
    """Return the stream's frames behind one that promises their number, for decoders that would guess their length."""
    first = frame_at(data, stream.start)
    if first is None:
        raise ValueError("no frame at the start of the stream")
    head = bytearray(data[stream.start : stream.start + 4])
    head[1] |= 1  # no check sum follows
    head[2] = (head[2] & 0x0D) | 0xE0  # the largest frame, not padded
    side = _side(first)
    promise = bytes(head) + bytes(side) + b"Xing\x00\x00\x00\x01" + stream.frames.to_bytes(4, "big")
    frame = frame_at(promise, 0)
    return promise.ljust(frame.size if frame else 0, b"\x00") + mended(data, stream)


def _side(frame: Frame) -> int:
    """Return the bytes of a frame's side information, behind which a promise stands."""
    return (32 if frame.channels == 2 else 17) if frame.samples == 1152 else (17 if frame.channels == 2 else 9)


def _tag_at(data: bytes, place: int) -> bool:
    return data[place : place + 3] in (b"TAG", b"ID3") or data[place : place + 8] in (b"APETAGEX", b"LYRICSBE")


def _declared(data: bytes, frame: Frame) -> int | None:
    """Return the number of frames that a Xing or Info block in this frame promises."""
    side = _side(frame)
    block = data[frame.offset + 4 + side : frame.offset + min(frame.size, 4 + side + 12)]
    if block[:4] not in (b"Xing", b"Info") or len(block) < 12 or not block[7] & 1:
        return None
    return int.from_bytes(block[8:12], "big")
