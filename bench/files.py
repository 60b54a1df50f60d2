"""Sends every trial file through the real command line: protect, check, damage, check again, and with a foreign key."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from bench import material
from bench.attacks import NotApplicable, Pixels, Samples, generator
from bench.attacks.activity import active_seconds
from bench.attacks.codecs import encoded, mp3_shape
from bench.attacks.images.codecs import scale
from bench.attacks.timing import cut
from bench.commands import Home, objects
from core.model import Kind

DAMAGE = {
    Kind.IMAGE: {"jpeg_50": "JPEG 50", "scale_50": "half size"},
    Kind.AUDIO: {"mp3_64": "MP3 64 kbit/s", "cut_10": "10 s cut"},
}


# In a TIFF, EXIF holds the layout of the pixels too: where the strips and tiles lie and how long they are.
_TIFF_LAYOUT = frozenset({273, 278, 279, 322, 323, 324, 325})


def rows(place: Path, scratch: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row a file once all runs are done. `scratch` is emptied first and holds the copies afterwards."""
    shutil.rmtree(scratch, ignore_errors=True)
    home, stranger = Home(scratch / "creator"), Home(scratch / "stranger")
    sources = [p for part in ("images", "audio") for p in material.files(place, part, only=only, quick=quick)]
    found = {source: _protect(home, source, scratch / "copies" / source.parent.name) for source in sources}
    copies = {source: Path(row["output"]) for source, row in found.items() if row["status"] == "protected"}
    for source, copy in copies.items():
        found[source]["kept"] = differences(source, copy)
        found[source]["checks"] = {"untouched": _check_one(home, copy, found[source]["serial"])}
    damaged: dict[Path, tuple[Path, str]] = {}
    for source, copy in copies.items():
        for name, path in _damaged(source, copy, scratch / "damaged", found[source]):
            damaged[path] = (source, name)
    _check_all(home, damaged, found)
    _give_serials(stranger, scratch)
    _check_all(stranger, {copies[s]: (s, "foreign key") for s in copies}, found)
    for row in found.values():
        row.pop("output", None)
        yield row


def _protect(home: Home, source: Path, out: Path) -> dict[str, Any]:
    """Return the row of one file after `countermark protect` in its own process."""
    kind = material.kind_of_part(source.parent.name)
    out.mkdir(parents=True, exist_ok=True)
    before = source.read_bytes()
    ran = home.protect([source], out)
    row: dict[str, Any] = {
        "file": source.name,
        "kind": str(kind),
        "class": material.class_of(source.name, kind),
        "status": "no answer",
        "seconds": round(ran.seconds, 2),
        "memory": round(ran.memory),
        "code": ran.code,
        "untouched_source": source.read_bytes() == before,
        "broke": ran.broke,
    }
    for _, said in objects(ran):
        row |= {name: said.get(name) for name in ("status", "message", "serial", "output", "quality")}
    if kind is Kind.AUDIO:
        samples, rate = heard(source)
        row["seconds_of_sound"] = round(len(samples) / rate, 1)
        row["active"] = round(active_seconds(samples, rate), 1)
    return row


def _check_one(home: Home, file: Path, serial: int) -> dict[str, Any]:
    ran = home.check([file])
    value = {"verdict": "no answer"}
    for _, said in objects(ran):
        value = _answer(said, serial)
    return value | {
        "seconds": round(ran.seconds, 2),
        "memory": round(ran.memory),
        "code": ran.code,
        "broke": ran.broke,
    }


def _check_all(home: Home, files: dict[Path, tuple[Path, str]], found: dict[Path, dict[str, Any]]) -> None:
    """Check files in one batch and put the answers into the rows of their sources."""
    for source, name in files.values():
        found[source]["checks"].setdefault(name, {"verdict": "no answer"})
    by_path = {str(path.resolve()): where for path, where in files.items()}
    ran = home.check(list(files))
    for seconds, said in objects(ran):
        where = by_path.get(str(Path(str(said.get("file"))).resolve()))
        if where is not None:
            source, name = where
            found[source]["checks"][name] = _answer(said, found[source]["serial"]) | {"seconds": round(seconds, 2)}


def _answer(said: dict[str, Any], serial: int) -> dict[str, Any]:
    findings = said.get("findings") or []
    best = findings[0] if findings else {}
    value: dict[str, Any] = {"verdict": said.get("verdict", "no answer")}
    if best:
        named = best.get("serial")
        value |= {
            "right": None if named is None else named == serial,
            "score": round(float(best.get("score") or 0), 2),
            "power": round(math.log10(max(float(best.get("probability") or 1), 1e-300)), 1),
        }
    elif value["verdict"] != "nothing found":
        value["message"] = said.get("message", "")
    return value


def _give_serials(stranger: Home, scratch: Path) -> None:
    """Let the stranger's catalog hold copies too, so that its checks have something to look for."""
    from app.samples import sample_picture, sample_recording

    own = scratch / "stranger's own"
    own.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sample_picture(seed=5)).save(own / "landscape.png")
    import soundfile

    soundfile.write(own / "voice.wav", sample_recording(seed=5), 48000, subtype="PCM_16")
    ran = stranger.protect([own / "landscape.png", own / "voice.wav"], scratch / "stranger's copies")
    if ran.code != 0:
        raise RuntimeError(f"the stranger could not protect its own files: {ran.errors} {ran.lines}")


def _damaged(source: Path, copy: Path, place: Path, row: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    """Yield the name and file of each damage, made with other programs' means (Pillow, soundfile)."""
    place.mkdir(parents=True, exist_ok=True)
    if row["kind"] == str(Kind.IMAGE):
        pixels = opened(copy)
        Image.fromarray(pixels).save(_named(place, source, "jpeg_50.jpg"), quality=50)
        yield "jpeg_50", _named(place, source, "jpeg_50.jpg")
        half = scale(pixels, generator(0), percent=50)
        Image.fromarray(half).save(_named(place, source, "scale_50.png"), compress_level=1)
        yield "scale_50", _named(place, source, "scale_50.png")
        return
    samples, rate = heard(copy)
    target = _named(place, source, "mp3_64.mp3")
    target.write_bytes(_mp3_file(samples, rate))
    yield "mp3_64", target
    try:
        piece, rate = cut(samples, rate, generator(material.SEED, "cut_10", source.name), seconds=10)
    except NotApplicable as reason:
        row["not_cut"] = str(reason)
        return
    import soundfile

    soundfile.write(_named(place, source, "cut_10.wav"), piece, rate, subtype="PCM_16")
    yield "cut_10", _named(place, source, "cut_10.wav")


def _named(place: Path, source: Path, ending: str) -> Path:
    return place / f"{source.stem}{source.suffix.replace('.', '_')}.{ending}"


def _mp3_file(samples: Samples, rate: int) -> bytes:

    shaped, shaped_rate, level = mp3_shape(samples, rate, kilobits=64)
    return encoded(np.clip(shaped, -1, 1), shaped_rate, "MP3", "MPEG_LAYER_III", level, constant=True)


def opened(path: Path) -> Pixels:
    """Return a picture as Pillow shows it: upright, 8-bit RGB, transparency over white."""
    with Image.open(path) as file:
        upright = ImageOps.exif_transpose(file)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            upright = upright.convert("RGBA")
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright)
        return np.asarray(upright.convert("RGB"))


def heard(path: Path) -> tuple[Samples, int]:
    """Return a recording as soundfile reads it."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples, rate


def differences(source: Path, copy: Path) -> list[str]:
    """Return what a copy did not keep of its source, seen by Pillow or soundfile: empty when all is kept."""
    if material.kind_of_part(source.parent.name) is Kind.IMAGE:
        pairs = zip(_facts_of_picture(source), _facts_of_picture(copy), strict=True)
    else:
        pairs = zip(_facts_of_sound(source), _facts_of_sound(copy), strict=True)
    return [name for (name, first), (_, second) in pairs if first != second]


def _facts_of_picture(path: Path) -> list[tuple[str, Any]]:
    with Image.open(path) as file:
        exif = file.getexif()
        return [
            ("format", file.format),
            ("size", file.size),
            ("mode", file.mode),
            ("colour profile", file.info.get("icc_profile")),
            ("orientation", exif.get(0x0112)),
            ("EXIF", sorted((tag, str(value)) for tag, value in exif.items() if tag not in _TIFF_LAYOUT)),
            ("XMP", file.info.get("xmp")),
            ("bit depth", _png_depth(path)),
        ]


def _png_depth(path: Path) -> int | None:
    head = path.read_bytes()[:26]
    return head[24] if head.startswith(b"\x89PNG") else None


def _facts_of_sound(path: Path) -> list[tuple[str, Any]]:
    import soundfile

    info = soundfile.info(path)
    return [
        ("format", info.format),
        ("subtype", info.subtype),
        ("rate", info.samplerate),
        ("channels", info.channels),
        ("length", info.frames),
    ]
