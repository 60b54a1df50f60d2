"""Small files in good order of every format that Countermark opens: what the run on hostile files mutates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.media.av_frames import frame_of

SIDE = (72, 56)  # pixels
_LARGEST = 25_000  # bytes of a trial file that is taken
RECORDINGS = {  # name -> format, coding and rate in the words of libsndfile
    "8 bits.wav": ("WAV", "PCM_U8", 8000),
    "16 bits.wav": ("WAV", "PCM_16", 16000),
    "24 bits.wav": ("WAV", "PCM_24", 16000),
    "float.wav": ("WAV", "FLOAT", 16000),
    "double.wav": ("WAV", "DOUBLE", 8000),
    "mu-law.wav": ("WAV", "ULAW", 8000),
    "ADPCM.wav": ("WAV", "MS_ADPCM", 16000),
    "extensible.wav": ("WAVEX", "PCM_16", 16000),
    "64 bits of size.wav": ("RF64", "PCM_16", 16000),
    "16 bits.aiff": ("AIFF", "PCM_16", 16000),
    "float.aiff": ("AIFF", "FLOAT", 16000),
    "16 bits.flac": ("FLAC", "PCM_16", 16000),
    "24 bits.flac": ("FLAC", "PCM_24", 16000),
    "Vorbis.ogg": ("OGG", "VORBIS", 16000),
    "Opus.opus": ("OGG", "OPUS", 16000),
    "voice.mp3": ("MP3", None, 16000),
    "music.mp3": ("MP3", None, 44100),
    "16 bits.caf": ("CAF", "PCM_16", 16000),
    "16 bits.au": ("AU", "PCM_16", 16000),
    "16 bits.w64": ("W64", "PCM_16", 16000),
}


def encoded(name: str, subtype: str | None = None, *, seconds: float = 0.5, rate: int = 16000) -> bytes:
    """Return a short recording in a format of libsndfile."""
    import soundfile

    target = io.BytesIO()
    wave = 0.2 * np.sin(np.arange(int(seconds * rate)) * 0.07)
    soundfile.write(target, wave.astype(np.float32), rate, subtype=subtype, format=name)
    return target.getvalue()


def pictured(name: str, size: tuple[int, int] = (40, 40), mode: str = "RGB", **options: object) -> bytes:
    """Return a small picture in a format of Pillow."""
    from PIL import Image

    target = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert(mode).save(target, name, **options)
    return target.getvalue()


def files(place: Path | None = None) -> dict[str, bytes]:
    """Return the files by name, each with the ending of its format; with the small ones of a folder of trial files."""
    found = dict(_pictures())
    found |= {name: encoded(format_, coding, rate=rate) for name, (format_, coding, rate) in RECORDINGS.items()}
    found |= dict(_films())
    tag = b"ID3\x04\0\0\0\0\0\x1bTIT2\0\0\0\x06\0\0\0title" + b"COMM\0\0\0\x01\0\0\0"
    found["with a tag.mp3"] = tag + found["voice.mp3"]
    found["with a tag.flac"] = tag + found["16 bits.flac"]
    found["with chunks.wav"] = found["16 bits.wav"] + b"LIST\x1a\0\0\0INFOINAM\x0e\0\0\0a small title\0"
    for part in ("images", "audio", "bad") if place else ():
        for path in sorted((place / part).iterdir()):
            if 0 < path.stat().st_size <= _LARGEST:
                found[f"trial {path.name}"] = path.read_bytes()
    return found


def _pictures() -> Iterator[tuple[str, bytes]]:
    import imagecodecs
    import tifffile

    grey, rgb, deep = (_drawn(*kind) for kind in ((1, np.uint8), (3, np.uint8), (3, np.uint16)))
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    yield "turned.jpg", pictured("JPEG", SIDE, exif=exif, icc_profile=b"profile" * 20, comment=b"a comment")
    yield "progressive.jpg", pictured("JPEG", SIDE, progressive=True, quality=60)
    yield "grey.jpg", pictured("JPEG", SIDE, "L")
    yield "inks.jpg", pictured("JPEG", SIDE, "CMYK")
    yield "8 bits.png", pictured("PNG", SIDE)
    yield "with alpha.png", pictured("PNG", SIDE, "RGBA")
    yield "palette.png", pictured("PNG", SIDE, "P")
    yield "one bit.png", pictured("PNG", SIDE, "1")
    yield "16 bits.png", bytes(imagecodecs.png_encode(deep))
    for name, array, options in (
        ("plain.tif", rgb, {}),
        ("LZW.tif", deep, {"compression": "lzw", "predictor": True}),
        ("Deflate.tif", rgb, {"compression": "zlib", "rowsperstrip": 16}),
        ("tiles.tif", rgb, {"compression": "zlib", "tile": (16, 32)}),
        ("big.tif", grey, {"bigtiff": True}),
        ("big-endian.tif", deep, {"byteorder": ">"}),
        ("floats.tif", grey.astype(np.float32) / 255, {"compression": "zlib"}),
        ("JPEG.tif", rgb, {"compression": "jpeg"}),
    ):
        target = io.BytesIO()
        kind = "rgb" if array.ndim == 3 else "minisblack"
        tifffile.imwrite(target, array, photometric=kind, **options)
        yield name, target.getvalue()
    yield "lossy.webp", pictured("WEBP", SIDE, quality=70, exif=exif)
    yield "lossless.webp", pictured("WEBP", SIDE, "RGBA", lossless=True)
    yield "moving.webp", _moving("WEBP")
    yield "moving.gif", _moving("GIF")
    yield "moving.png", _moving("PNG")
    yield "still.gif", pictured("GIF", SIDE, "P")
    yield "still.bmp", pictured("BMP", SIDE)
    yield "still.ppm", pictured("PPM", SIDE)
    yield "still.avif", pictured("AVIF", SIDE)
    yield "still.jp2", pictured("JPEG2000", SIDE)
    yield "still.heic", _heic(rgb)


def _heic(pixels: npt.NDArray[Any]) -> bytes:
    import pillow_heif

    target = io.BytesIO()
    pillow_heif.encode("RGB", (SIDE[0], SIDE[1]), pixels.tobytes(), target, quality=70)
    return target.getvalue()


def _films() -> Iterator[tuple[str, bytes]]:
    yield "film.mp4", filmed("mp4", "mpeg4", "aac")
    yield "in pieces.mp4", filmed("mp4", "mpeg4", "aac", movflags="frag_keyframe+empty_moov")
    yield "film.mov", filmed("mov", "mjpeg", "pcm_s16le")
    yield "film.mkv", filmed("matroska", "mpeg4", "libopus")
    yield "film.webm", filmed("webm", "libvpx", "libopus")
    yield "film.avi", filmed("avi", "mpeg4", "mp3")
    yield "voice.m4a", filmed("ipod", None, "aac")
    yield "surround.m4a", filmed("ipod", None, "aac", "7.1")
    yield "voice.mka", filmed("matroska", None, "flac")


def filmed(container: str, picture: str | None, sound: str, layout: str = "mono", **options: str) -> bytes:
    """Return a second of film, or of its sound alone, in a container and coding of FFmpeg's."""
    import av

    target, rate = io.BytesIO(), 48000
    with av.open(target, "w", format=container, options=options) as film:
        streams: list[tuple[Any, Iterator[Any]]] = []
        if picture:
            shown: Any = film.add_stream(picture, rate=8)
            (shown.width, shown.height), shown.pix_fmt = SIDE, "yuvj420p" if picture == "mjpeg" else "yuv420p"
            streams.append((shown, _film_frames()))
        heard: Any = film.add_stream(sound, rate=rate)
        heard.layout = layout
        streams.append((heard, _film_sound(heard, rate)))
        packets = [packet for stream, frames in streams for frame in (*frames, None) for packet in stream.encode(frame)]
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            film.mux(packet)
    return target.getvalue()


def _film_frames() -> Iterator[Any]:
    import av

    still = np.asarray(_drawn(3, np.uint8))
    for number in range(8):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.roll(still, 9 * number, axis=1)), format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, 8)
        yield frame


def _film_sound(stream: Any, rate: int) -> Iterator[Any]:
    kind, channels = stream.format.name, stream.layout.nb_channels
    wave = 0.2 * np.sin(np.arange(rate) * 0.07)[:, None].repeat(channels, axis=1)
    kinds: dict[str, Any] = {"s16": np.int16, "s32": np.int32}
    whole = kinds.get(kind.rstrip("p"))
    values = (wave * np.iinfo(whole).max).astype(whole) if whole else wave.astype(np.float32)
    for start in range(0, rate, 960):
        frame = frame_of(values[start : start + 960], kind, stream.layout.name, rate)
        frame.time_base, frame.pts = Fraction(1, rate), start
        yield frame


def _drawn(channels: int, kind: type[np.uint8 | np.uint16]) -> npt.NDArray[np.uint8 | np.uint16]:
    """Return a picture that no coding makes trivial: a slope with a little noise."""
    random = np.random.default_rng(channels)
    full = np.iinfo(kind).max
    slope = np.linspace(0, 0.9, SIDE[0])[None, :, None] + random.random((SIDE[1], 1, channels)) * 0.1
    array = np.rint(slope * full).astype(kind)
    return array[:, :, 0] if channels == 1 else array


def _moving(name: str) -> bytes:
    from PIL import Image

    frames = [Image.radial_gradient("L").resize(SIDE).rotate(90 * turn).convert("RGB") for turn in range(3)]
    target = io.BytesIO()
    frames[0].save(target, name, save_all=True, append_images=frames[1:], duration=100)
    return target.getvalue()
