"""Small files that promise, or unfold to, far more than they hold: for tests and for the run on hostile files."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from bench.valid import encoded, pictured
from core.media import gif, png, riff

MUCH = 500_000_000  # bytes that some unfold to
_ZEROS = bytes(1 << 20)


def packed(size: int = MUCH) -> bytes:
    """Return zeros of this size in zlib's compression, made without holding them: a thousandth of it."""
    engine = zlib.compressobj(9)
    parts = [engine.compress(_ZEROS) for _ in range(size // len(_ZEROS))]
    return b"".join([*parts, engine.flush()])


def png_of(width: int, height: int, content: bytes, *more: png.Chunk, depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG with any header around any picture data."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return png.put_together([png.Chunk(b"IHDR", head), *more, png.Chunk(b"IDAT", content), png.Chunk(b"IEND", b"")])


def small_png(*more: png.Chunk) -> bytes:
    """Return a PNG of 40 x 40 pixels, with more chunks."""
    return png_of(40, 40, zlib.compress(bytes(40 * 121)), *more)


def tiff_of(entries: dict[int, tuple[int, int, int]], *data: bytes) -> bytes:
    """Return a little TIFF: entries (tag -> type, count, value or place), the data behind them from byte 8 on."""
    body = b"".join(data)
    body += bytes(len(body) % 2)
    place = 8 + len(body)
    fields = b"".join(struct.pack("<HHII", tag, *entries[tag]) for tag in sorted(entries))
    return b"II*\0" + struct.pack("<I", place) + body + struct.pack("<H", len(entries)) + fields + bytes(4)


def tiff_picture(width: int, height: int, content: bytes, **other: int) -> bytes:
    """Return a TIFF of one strip; `other` sets further fields by their number, as _259."""
    entries = {256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1)}
    entries |= {273: (4, 1, 8), 277: (3, 1, 1), 278: (4, 1, height), 279: (4, 1, len(content))}
    entries |= {int(name[1:]): (4, 1, value) for name, value in other.items()}
    return tiff_of(entries, content)


def wav_of(declared: int, samples: bytes, *, rate: int = 48000, channels: int = 1, bits: int = 16) -> bytes:
    """Return a WAV file whose header may lie."""
    frame = channels * bits // 8
    head = struct.pack("<HHIIHH", 1, channels, rate, (rate * frame) & 0xFFFFFFFF, frame & 0xFFFF, bits)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + struct.pack("<I", 16) + head
        + b"data" + struct.pack("<I", declared) + samples
    )  # fmt: skip


def with_id3(frames: bytes, sound: bytes, *, declared: int | None = None) -> bytes:
    """Return a recording behind an ID3 tag whose size may be a lie."""
    size = len(frames) if declared is None else declared
    parts = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + parts + frames + sound


def _jpeg_of(width: int, height: int) -> bytes:
    data = bytearray(pictured("JPEG"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _jpeg_of_scans(count: int) -> bytes:
    """Return a progressive JPEG whose last scan comes so many times: each costs a pass over the whole picture."""
    data = pictured("JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * count + data[-2:]


def _gif_of(screen: tuple[int, int], frame: tuple[int, int], frames: int = 1) -> bytes:
    piece = b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + bytes(6) + piece * frames + b";"


def _gif_that_grows(width: int, height: int) -> bytes:
    """Return an animation of 40 x 40 pixels whose second frame claims to be larger."""
    frames = [Image.new("P", (40, 40), colour) for colour in (0, 1)]
    for frame in frames:
        frame.putpalette(bytes(range(6)))
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], transparency=0, disposal=2)
    parts = gif.take_apart(file.getvalue())
    *before, last = parts.blocks
    grown = last._replace(data=last.data[:5] + struct.pack("<HH", width, height) + last.data[9:])
    return gif.put_together(parts.head, [*before, grown])


def _flac_of(frames: int) -> bytes:
    data = bytearray(encoded("FLAC"))
    packed_header = int.from_bytes(data[18:26], "big")
    data[18:26] = ((packed_header >> 36 << 36) | frames).to_bytes(8, "big")
    return bytes(data)


def _aiff_of(frames: int) -> bytes:
    data = bytearray(encoded("AIFF"))
    place = data.index(b"COMM")
    data[place + 10 : place + 14] = struct.pack(">I", frames)
    place = data.index(b"SSND")
    data[place + 4 : place + 8] = b"\xff\xff\xff\xf0"
    return bytes(data)


def _ogg_with_comment(size: int) -> bytes:
    """Return an Ogg Vorbis file whose comments claim another length."""
    data = bytearray(encoded("OGG", "VORBIS"))
    place = data.index(b"\x03vorbis") + 7
    data[place : place + 4] = struct.pack("<I", size)
    return bytes(data)


def _webp_canvas(width: int, height: int) -> bytes:
    inner = pictured("WEBP", lossless=True)
    chunk = inner[12:]
    head = bytes((0x10, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff.put_together((b"RIFF", b"WEBP"), [(b"VP8X", head), (chunk[:4], chunk[8:])])


def bombs() -> dict[str, bytes]:
    """Return the files by name."""
    flood = packed()
    sound = encoded("MP3")
    return {
        "pixels unfold to more than the header says.png": png_of(40, 40, flood),
        "header of 60000 x 60000.png": png_of(60000, 60000, packed(1 << 20)),
        "header of 11000 x 11000 over nothing.png": png_of(11000, 10900, packed(1 << 20)),
        "palette of 10900 x 11000 over a flood.png": png_of(
            11000, 10900, flood, png.Chunk(b"PLTE", bytes(768)), colour=3
        ),
        "text unfolds.png": small_png(png.Chunk(b"zTXt", b"Comment\0\0" + flood)),
        "text unfolds in Unicode.png": small_png(png.Chunk(b"iTXt", b"Comment\0\1\0\0\0" + flood)),
        "profile unfolds.png": small_png(png.Chunk(b"iCCP", b"sRGB\0\0" + flood)),
        "a hundred thousand chunks.png": small_png(*[png.Chunk(b"tEXt", b"a\0b")] * 120_000),
        "one strip unfolds.tif": tiff_picture(40, 40, flood, _259=8),
        "one strip unfolds, old code.tif": tiff_picture(40, 40, flood, _259=32946),
        "four thousand megapixels.tif": tiff_picture(65000, 65000, flood, _259=8),
        "four thousand million samples.tif": tiff_picture(100, 100, flood, _259=8, _277=65535),
        "tiles of two thousand million pixels.tif": tiff_of(
            {
                256: (4, 1, 40),
                257: (4, 1, 40),
                258: (3, 1, 8),
                259: (3, 1, 8),
                262: (3, 1, 1),
                277: (3, 1, 1),
                322: (4, 1, 0x7FFFFFF0),
                323: (4, 1, 16),
                324: (4, 1, 8),
                325: (4, 1, len(flood)),
            },
            flood,
        ),
        "three hundred thousand strips.tif": tiff_of(
            {
                256: (4, 1, 4),
                257: (4, 1, 1_000_000),
                258: (3, 1, 8),
                259: (3, 1, 8),
                262: (3, 1, 1),
                277: (3, 1, 1),
                278: (4, 1, 1),
                273: (4, 1_000_000, 8),
                279: (4, 1_000_000, 8),
            },
            bytes(1_200_000),
        ),
        "strips without height.tif": tiff_picture(40, 40, bytes(1600), _278=0),
        "floats of 32 bits unfold.tif": tiff_picture(40, 40, flood, _258=32, _259=8, _339=3),
        "samples of 64 bits.tif": tiff_picture(10000, 10000, flood, _258=64, _259=8, _339=3),
        "pages in a circle.tif": tiff_picture(40, 40, bytes(1600))[:-4] + struct.pack("<I", 1608),
        "canvas of 16383 x 16383.webp": _webp_canvas(16383, 16383),
        "canvas of 16777216 x 16777216.webp": _webp_canvas(1 << 24, 1 << 24),
        "screen of 65535 x 65535.gif": _gif_of((65535, 65535), (1, 1)),
        "frame larger than its screen.gif": _gif_of((1, 1), (65535, 65535)),
        "a later frame larger than the screen.gif": _gif_that_grows(60222, 48461),
        "a hundred thousand frames.gif": _gif_of((40, 40), (40, 40), 100_000),
        "header of 65500 x 65500.jpg": _jpeg_of(65500, 65500),
        "a thousand scans.jpg": _jpeg_of_scans(1000),
        "header of 10900 x 11000.jpg": _jpeg_of(10900, 11000),
        "header of 50000 x 50000.bmp": b"BM"
        + struct.pack("<IIIIiiHHIIiiII", 58, 0, 54, 40, 50000, 50000, 1, 24, 0, *[0] * 5),
        "runs over 100000 x 1000.bmp": b"BM"
        + struct.pack("<IIIIiiHHIIiiII", 5000, 0, 1078, 40, 100000, 1000, 1, 8, 1, 0, 0, 0, 256, 0)
        + bytes(1024)
        + b"\xff\x01" * 2000,
        "header of 60000 x 60000.ppm": b"P6 60000 60000 255\n" + bytes(100),
        "number of a million digits.pgm": b"P5 " + b"9" * 1_000_000 + b" 40 255\n" + bytes(100),
        "declares 4 GB.wav": wav_of(0xFFFFFFF0, bytes(3200)),
        "no bytes to a sample.wav": wav_of(3200, bytes(3200), bits=0),
        "sixty-five thousand channels.wav": wav_of(3200, bytes(3200), channels=65535),
        "four thousand million samples a second.wav": wav_of(3200, bytes(3200), rate=0xFFFFFFFF),
        "five hundred thousand chunks.wav": wav_of(3200, bytes(3200)) + b"junk\0\0\0\0" * 500_000,
        "declares 68 thousand million frames.flac": _flac_of(2**36 - 1),
        "cover declares 16 MB.flac": b"fLaC" + encoded("FLAC")[4:42] + b"\x06\xff\xff\xff" + bytes(5000),
        "declares 4 thousand million frames.aiff": _aiff_of(0xFFFFFFFF),
        "comments of 4 GB.ogg": _ogg_with_comment(0xFFFFFFFF),
        "tag of 256 MB.mp3": with_id3(bytes(100), sound, declared=(1 << 28) - 1),
        "cover unfolds.mp3": with_id3(
            b"APIC" + bytes((len(flood) >> shift) & 0x7F for shift in (21, 14, 7, 0)) + b"\0\x08" + flood, sound
        ),
        "declares everything.au": b".snd" + struct.pack(">IIIII", 24, 0xFFFFFFFF, 3, 48000, 1) + bytes(3200),
        "declares everything.caf": b"caff\0\1\0\0desc"
        + struct.pack(">QdIIIIII", 32, 48000.0, 0x6C70636D, 0, 2, 1, 1, 16)
        + b"data"
        + struct.pack(">q", 2**62)
        + bytes(3200),
        "nothing but its name.heic": b"\0\0\0\x18ftypheic" + bytes(100),
    }
