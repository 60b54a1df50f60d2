"""Small films and M4A files that tests make with PyAV, and what other people's readers say of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from core.media import mp4
from core.media.av_frames import frame_of

from .conftest import Array, colours, tone

Pictures = Callable[[float], Array]
SCENES = tuple(
    colours(90, 160, seed=seed)[:, :, order] for seed, order in ((1, [0, 1, 2]), (2, [2, 0, 1]), (3, [1, 2, 0]))
)


def scene(time: float) -> Array:
    """Return the picture of a film that cuts every two seconds."""
    picture = SCENES[int(time / 2) % len(SCENES)]
    return np.roll(picture, 23 * int(time / 2), axis=1)


def sound(path: Path, samples: Array, rate: int, codec: str = "aac", bit_rate: int = 96_000, **tags: str) -> Path:
    """Write a recording alone with PyAV; its suffix says the container."""
    return film(path, tracks=(samples,), rate=rate, codec=codec, bit_rate=bit_rate, pictures=None, tags=tags)


def film(
    path: Path,
    *,
    seconds: float = 4.0,
    tracks: Sequence[Array] | None = None,
    rate: int = 44100,
    codec: str = "aac",
    bit_rate: int = 96_000,
    picture_codec: str = "libx264",
    pictures: Pictures | None = scene,
    size: tuple[int, int] = (160, 90),
    fps: int = 10,
    gop: int = 10,
    start: float = 0.0,
    tags: dict[str, str] | None = None,
    chapters: bool = False,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a film whose sound begins at `start` seconds."""
    if tracks is None:
        tracks = (tone(round(seconds * rate), 2, rate),)
    with av.open(str(path), "w", options=options or {}) as container:
        container.metadata.update(tags or {})
        streams = []
        shown: Any = None
        if pictures is not None:
            shown = container.add_stream(picture_codec, rate=fps)
            (shown.width, shown.height), shown.pix_fmt = size, "yuv420p"
            shown.gop_size = gop
            if picture_codec == "mjpeg":
                shown.pix_fmt = "yuvj420p"
        for samples in tracks:
            stream: Any = container.add_stream(codec, rate=rate, options={"strict": "experimental"})
            stream.layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[samples.shape[1]]
            if not codec.startswith(("pcm", "flac", "alac")):
                stream.bit_rate = bit_rate
            streams.append(stream)
        if chapters:
            base = Fraction(1, 1000)
            places = [(0, 1000, "One"), (1000, round(seconds * 1000), "Zwei ü")]
            container.set_chapters(
                [
                    {"id": i, "start": a, "end": b, "time_base": base, "metadata": {"title": title}}
                    for i, (a, b, title) in enumerate(places)
                ]
            )
        packets = []
        for number in range(round(seconds * fps) if shown is not None else 0):
            frame = av.VideoFrame.from_ndarray(scene_of(pictures, number / fps), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            packets += shown.encode(frame)
        packets += shown.encode(None) if shown is not None else []
        for stream, samples in zip(streams, tracks, strict=True):
            kind = stream.format.name
            whole = {"s16": 32767, "s32": 2**31 - 1}.get(kind.rstrip("p"))
            values = (samples * whole).astype(f"i{int(kind[1:3]) // 8}") if whole else samples.astype(np.float32)
            for place in range(0, len(values), 4096):
                part = values[place : place + 4096]
                audio: Any = frame_of(part, kind, stream.layout.name, rate)
                audio.time_base = Fraction(1, rate)
                audio.pts = place + round(start * rate)
                packets += stream.encode(audio)
            packets += stream.encode(None)
        packets.sort(key=lambda packet: packet.dts * packet.time_base)
        for packet in packets:
            container.mux(packet)
    return path


def scene_of(pictures: Pictures | None, time: float) -> Array:
    assert pictures is not None
    return np.ascontiguousarray(pictures(time))


def rebuilt(path: Path, change: Callable[[mp4.Box], None]) -> None:
    """Change the "moov" box of an MP4 file that has it at its end."""
    data = path.read_bytes()
    with path.open("rb") as file:
        places = mp4.places(file)
        movie = mp4.movie(file)
    assert places[-1].name == b"moov"
    change(movie)
    path.write_bytes(data[: places[-1].start] + movie.packed())


def ffprobe(path: Path, *show: str) -> dict[str, Any]:
    """Return what ffprobe tells of a file: "streams", "format", "chapters"."""
    if shutil.which("ffprobe") is None:
        pytest.skip("ffprobe, the reader that this test asks, is not installed")
    wanted = [f"-show_{name}" for name in show]
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *wanted, str(path)], capture_output=True, check=True
    )
    assert not done.stderr, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def heard(path: Path, track: int = 0) -> Array:
    """Return the samples (frames, channels) that ffmpeg hears."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg, the reader that this test asks, is not installed")
    channels = [one for one in ffprobe(path, "streams")["streams"] if one["codec_type"] == "audio"][track]["channels"]
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", f"0:a:{track}", "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, "<f4").reshape(-1, channels)


def exiftool(path: Path) -> dict[str, Any]:
    """Return what exiftool reads, by group and name, without what belongs to the file itself."""
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool, the reader that this test asks, is not installed")
    command = ["exiftool", "-json", "-G1", "-a", "-api", "largefilesupport=1", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
    return {name: value for name, value in found.items() if name.partition(":")[0] not in ("SourceFile", "System")}
