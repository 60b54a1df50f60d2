"""Fuzzes one of our own parsers, or opening any file, guided by coverage: `python -m bench.fuzz TARGET --seconds 60`.

TARGET "all" does one after the other and keeps the counts for docs/security.md.

Needs atheris, which is no part of the project's own set-up: an environment with it and the project's packages. A parser
may return or raise ValueError, opening may raise a CountermarkError with the file's name and a hint; anything else ends
the run, and the input that did it is kept in `bench/data/fuzz/TARGET`.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SECONDS = {  # of each target in a run of all
    **dict.fromkeys(("jpeg", "png", "webp", "tiff", "riff", "mpeg", "ogg", "flac", "mp4", "exif", "signatures"), 60),
    "open": 240,
}
SLOW = 20.0  # seconds that one input may take
MEMORY = 2048  # MB


def _targets() -> dict[str, tuple[str, Callable[[bytes], object]]]:
    """Return each target: the endings of the files that it begins with, and what is called."""
    from core.media import (
        flac,
        fragments,
        jpeg,
        mp4,
        mpeg,
        ogg,
        orientation,
        png,
        riff,
        signatures,
        tiff_fields,
        tiff_layout,
        webp_chunks,
        webp_quality,
    )

    def tiff(data: bytes) -> None:
        for fields in tiff_fields.directories(data):
            layout = tiff_layout.layout_of(data, fields)
            if layout is not None and fields.number(data, tiff_fields.Tag.WIDTH) < 10_000:
                tiff_layout.room_of(data, fields, layout)

    def pngs(data: bytes) -> None:
        chunks, _ = png.take_apart(data)
        png._inflated(b"".join(chunk.payload for chunk in chunks if chunk.name == b"IDAT"), 1_000_000)

    def mpegs(data: bytes) -> None:
        stream = mpeg.walk(data, mpeg.id3_size(data))
        if stream is not None and stream.gaps == ():
            mpeg.announced(data, stream)

    def films(data: bytes) -> None:
        movie = fragments.movie(io.BytesIO(data))
        for track in movie.all(b"trak"):
            table = mp4.table(track)
            table.numbers_at(table.times())
            table.lengths()
            mp4.edits(track)
        movie.packed()

    def webps(data: bytes) -> None:
        chunks = dict(webp_chunks.chunks_of(data))
        webp_chunks.size_of(chunks)
        webp_quality.quality_of(chunks.get(b"VP8 ", b""))

    def opening(data: bytes) -> None:
        from core.errors import CountermarkError
        from core.reading import read_medium

        path = _scratch() / "suspect"
        path.write_bytes(data)
        try:
            medium = read_medium(path)
            medium.view()  # type: ignore[attr-defined]
        except CountermarkError as error:
            if "suspect" not in error.message or not error.hint:
                raise AssertionError(str(error)) from error

    return {
        "jpeg": ("jpg", jpeg.take_apart),
        "png": ("png", pngs),
        "webp": ("webp", webps),
        "tiff": ("tif", tiff),
        "riff": ("wav aiff w64 webp", lambda data: riff.outline(io.BytesIO(data))),
        "mpeg": ("mp3", mpegs),
        "ogg": ("ogg opus", ogg.pages),
        "flac": ("flac", flac.take_apart),
        "mp4": ("mp4", films),
        "exif": ("", lambda data: orientation.orientation_of(data)),
        "signatures": ("jpg png tif wav mp3 flac ogg gif", lambda data: _recognised(signatures.format_of, data)),
        "open": ("", opening),
    }


def main(words: list[str] | None = None) -> int:
    """Fuzz for the given time; return 0 where nothing was found. Counts go to standard output as JSON."""
    import atheris

    from bench import material
    from bench.results import store

    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args(words)
    if given.target == "all":
        store(material.RESULTS / "fuzz.jsonl", about(importlib.metadata.version("atheris")), map(_apart, SECONDS))
        return 0
    with atheris.instrument_imports(include=["core.media"]):
        endings, call = _targets()[given.target]
        import core.media.images
        import core.media.sounds  # noqa: F401
    place = HERE / "data" / "fuzz" / given.target
    place.mkdir(parents=True, exist_ok=True)
    for name, data in _first(endings).items():
        (place / f"valid {name}").write_bytes(data)
    counted: dict[str, Any] = {"target": given.target, "inputs": 0, "refused": 0, "slowest": 0.0}
    began = time.monotonic()

    def once(data: bytes) -> None:
        started = time.monotonic()
        try:
            call(data)
        except ValueError:
            if given.target in ("open", "signatures", "exif"):
                raise
            counted["refused"] += 1
        counted["inputs"] += 1
        counted["slowest"] = max(counted["slowest"], time.monotonic() - started)
        if time.monotonic() - began > given.seconds:
            sys.stdout.write(json.dumps(counted | {"seconds": round(time.monotonic() - began)}) + "\n")
            sys.stdout.flush()
            os._exit(0)

    options = [f"-artifact_prefix={place}/", f"-timeout={SLOW:.0f}", f"-rss_limit_mb={MEMORY}", "-max_len=65536"]
    atheris.Setup([sys.argv[0], *options, str(place)], once)
    atheris.Fuzz()
    return 0


def about(version: str) -> dict[str, Any]:
    """Return the first line of the stored counts."""
    from bench import results

    return results.about("fuzz", atheris=version, partial=False)


def _apart(target: str) -> dict[str, Any]:
    """Return the counts of one target, fuzzed in a process of its own, with the inputs that ended it."""
    place = HERE / "data" / "fuzz" / target
    before = _kept(place)
    command = [sys.executable, "-m", "bench.fuzz", target, "--seconds", str(SECONDS[target])]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, text=True)
    lines = [line for line in ran.stdout.splitlines() if line.startswith('{"target"')]
    counted: dict[str, Any] = json.loads(lines[-1]) if lines else {"target": target, "inputs": 0, "seconds": 0}
    found = sorted(_kept(place) - before)
    return {"slowest": 0.0, **counted, "found": ", ".join(found) or ("nothing" if lines else "it ended early")}


def _kept(place: Path) -> set[str]:
    return {path.name for path in place.glob("*-*") if path.name.split("-")[0] in ("crash", "timeout", "oom", "slow")}


def _recognised(look: Callable[[Path], str], data: bytes) -> None:
    from core.errors import UnreadableError

    path = _scratch() / "suspect"
    path.write_bytes(data)
    try:
        look(path)
    except UnreadableError:
        return


def _scratch() -> Path:
    """Return a folder of this process, in memory where there is one: the same file is written thousands of times."""
    global _folder
    if _folder is None:
        memory = Path("/dev/shm")
        _folder = Path(tempfile.mkdtemp(prefix="countermark-fuzz-", dir=memory if memory.is_dir() else None))
    return _folder


_folder: Path | None = None


def _first(endings: str) -> dict[str, bytes]:
    """Return the small valid files with these endings, all where none is named."""
    from bench import valid

    wanted = tuple(f".{ending}" for ending in endings.split())
    return {name: data for name, data in valid.files().items() if not wanted or name.endswith(wanted)}


if __name__ == "__main__":
    sys.exit(main())
