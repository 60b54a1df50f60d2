"""A scan of 10,000 files that is killed three times, and how many files a minute one and two processes search.

Most files are cheap on purpose, recordings of a third of a second and files cut off at their beginning, so that the
scan itself is measured and not the search; among them are pictures and recordings that are searched in full, marked and
unmarked. They are hard links to, or slightly changed versions of, cut-outs of the trial files.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import material
from bench.commands import Home, objects

FILES, KILLS, JOBS = 10_000, 3, 8
_SAMPLE = 50  # every so many-th file is in the sample
_SPEED = 12  # unmarked pictures that one process and two search
_SIDES = (96, 200)  # pixels
_SEARCHED = {"marked.jpg": 100, "unmarked.png": 60, "marked.wav": 20, "unmarked.wav": 20}  # of 10,000 files
_LEAST = 4  # of each of these kinds, however few files there are
_BROKEN = 0.25  # of the others
_START = "import sys; from app.cli import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class World:
    """A data folder with works, and folders of suspects: all, a sample of them, pictures to measure speed on."""

    home: Home
    whole: Path
    sample: Path
    speed: Path
    kinds: Counter[str]


def rows(place: Path, scratch: Path, *, quick: bool) -> Iterator[dict[str, Any]]:
    """Yield a row for each measurement: the unbroken sample, the scan that was killed, the speeds."""
    shutil.rmtree(scratch, ignore_errors=True)
    world = made(cuts(place), scratch, FILES // (40 if quick else 1))
    found, row = unbroken(world, scratch)
    yield row
    yield killed(world, scratch, found)
    for jobs in (1, 2):
        yield _speed(world, scratch, jobs)
    shutil.rmtree(scratch, ignore_errors=True)


def cuts(place: Path) -> dict[str, Any]:
    """Return what the files of a world are made of, by the names of the works that it becomes: cut from trial files."""
    random_ = np.random.default_rng(material.SEED)
    return {name: _cut(path, random_) for name, path in _chosen(place).items()}


def made(sources: dict[str, Any], scratch: Path, count: int) -> World:
    """Return a world of so many files, always the same for the same sources: pixels, and samples with their rate."""
    random_ = np.random.default_rng(material.SEED)
    home = Home(scratch / "home")
    masters, copies = scratch / "masters", scratch / "copies"
    for name, content in sources.items():
        _write(masters / name, content)
    made_copies = {}
    for _, result in objects(home.protect(sorted(masters.iterdir()), copies)):
        if result["output"]:
            made_copies[Path(result["source"]).suffix, len(made_copies)] = Path(result["output"])
    kinds: Counter[str] = Counter()
    folders = [scratch / name for name in ("whole", "sample", "speed")]
    for number in range(count):
        kind = _kind(number, count)
        kinds[kind] += 1
        file = folders[0] / f"{number // 500:02d}" / f"{number:05d} {kind}"
        _put(kind, number, file, scratch / "cheap", list(made_copies.items()), list(sources.items()), random_)
        if number % _SAMPLE == 0 or (kind in _SEARCHED and kinds[kind] % 5 == 1):
            _link(file, folders[1] / file.name)
    for number in range(_SPEED):
        _put("unmarked.png", number, folders[2] / f"{number:02d}.png", scratch, [], list(sources.items()), random_)
    return World(home, *folders, kinds)


def killed(
    world: World, scratch: Path, sample: dict[str, Any], *, jobs: int = JOBS, seed: int = material.SEED
) -> dict[str, Any]:
    """Return what a scan found that was killed at random moments and resumed: results are counted, and compared."""
    count = sum(world.kinds.values())
    moments = sorted(random.Random(seed).sample(range(count // 20, count - count // 20), KILLS))
    results = scratch / "results.jsonl"
    words = ["scan", str(world.whole), "--results", str(results), "--csv", str(scratch / "results.csv"), "--json"]
    words += ["--jobs", str(jobs)]
    before = _checks(world)
    began = time.monotonic()
    longest = min(1.0, count / 4000)  # seconds: a small world is through soon
    at = [_kill(world, words, results, moment, longest * random.Random(moment).random()) for moment in moments]
    last = world.home.call(words, limit=20_000)
    found = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    by_file = Counter(one["file"] for one in found)
    wanted = {str(path) for path in world.whole.rglob("*") if path.is_file()}
    same = sum(_comparable(one) == sample.get(Path(one["file"]).name) for one in found)
    catalog = _checks(world)
    stored = Counter({path: number - before[path] for path, number in catalog.items() if path in wanted})
    return {
        "case": "killed",
        "files": count,
        "kinds": dict(world.kinds),
        "killed_at": at,
        "jobs": jobs,
        "once": sum(number == 1 for path, number in by_file.items() if path in wanted),
        "twice": sum(number > 1 for number in by_file.values()),
        "missing": len(wanted - by_file.keys()),
        "rows": _lines(scratch / "results.csv") - 1,
        "catalog_once": sum(number == 1 for number in stored.values()),
        "sample": len(sample),
        "same": same,
        "code": last.code,
        "seconds": round(time.monotonic() - began),
        "memory": round(last.memory),
        "verdicts": dict(Counter(one["verdict"] for one in found)),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _speed(world: World, scratch: Path, jobs: int) -> dict[str, Any]:
    """Return how long so many processes take to search the same unmarked pictures."""
    words = ["scan", str(world.speed), "--jobs", str(jobs), "--journal", str(scratch / f"speed{jobs}"), "--json"]
    ran = world.home.call(words, limit=3600)
    times = [when for when, line in ran.lines if line.startswith("{")]
    return {
        "case": f"jobs {jobs}",
        "jobs": jobs,
        "files": len(times),
        "seconds": round(times[-1] - times[0], 2) if len(times) > 1 else None,
        "cpu": round(ran.cpu, 1),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def unbroken(world: World, scratch: Path, *, jobs: int = JOBS) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the results of the sample by name, of a scan that nothing cut off, and its row."""
    journal = str(scratch / "sample-journal")
    ran = world.home.call(["scan", str(world.sample), "--journal", journal, "--json", "--jobs", str(jobs)], limit=7200)
    found = {Path(one["file"]).name: _comparable(one) for _, one in objects(ran)}
    return found, {"case": "sample", "files": len(found), "seconds": round(ran.seconds), "cpu": round(ran.cpu, 1)}


def _comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without the folder that its file lies in."""
    return {**result, "file": Path(result["file"]).name}


def _kill(world: World, words: list[str], results: Path, moment: int, wait: float) -> int:
    """Kill a scan a little after it has so many results; return how many there were."""
    environment = {
        **os.environ,
        "COUNTERMARK_HOME": str(world.home.place / "home"),
        "COUNTERMARK_PASSPHRASE_FILE": str(world.home.passphrase),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    process = subprocess.Popen([sys.executable, "-c", _START, *words], env=environment, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None and _lines(results) < moment:
            time.sleep(0.05)
        time.sleep(wait)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.wait()
    return _lines(results)


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except FileNotFoundError:
        return 0


def _checks(world: World) -> Counter[str]:
    """Return how often each file was checked, as the catalog has it."""
    address = f"{(world.home.place / 'home' / 'catalog.sqlite3').as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        return Counter(dict(connection.execute("SELECT path, count(*) FROM checks GROUP BY path")))


# -- the files -------------------------------------------------------------------------------------------------------


def _chosen(place: Path) -> dict[str, Path]:
    """Return the trial files that are cut from, by the name of the work that they become."""
    images = [path for path in material.files(place, "images") if path.name.startswith(("photo_", "art_"))][:4]
    sounds = [path for path in material.files(place, "audio") if path.suffix == ".wav" and "voice_" in path.name][:2]
    return {
        **{f"picture{number}.png": path for number, path in enumerate(images)},
        **{f"recording{number}.wav": path for number, path in enumerate(sounds)},
    }


def _cut(path: Path, random_: np.random.Generator) -> Any:
    """Return 240 x 240 pixels, or the first 7 seconds with their rate, of a trial file."""
    if path.suffix == ".wav":
        import soundfile

        samples, rate = soundfile.read(path, frames=7 * soundfile.info(path).samplerate, dtype="float32")
        return samples, rate
    from PIL import Image

    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    top, left = (int(random_.integers(0, max(1, side - 240))) for side in pixels.shape[:2])
    return pixels[top : top + 240, left : left + 240]


def _kind(number: int, count: int) -> str:
    """Return what the file of a number is: those that are searched lie evenly among the others."""
    for kind, share in _SEARCHED.items():
        step = count // max(_LEAST, share * count // FILES)
        if number % step == {"marked.jpg": 7, "unmarked.png": 11, "marked.wav": 13, "unmarked.wav": 17}[kind]:
            return kind
    return "broken.png" if (number * 7919) % 1000 < 1000 * _BROKEN else "short.wav"


def _put(
    kind: str, number: int, file: Path, cheap: Path, copies: list[Any], sources: list[Any], random_: np.random.Generator
) -> None:
    """Write one suspect."""
    pictures = [content for name, content in sources if name.endswith(".png")]
    sounds = [content for name, content in sources if name.endswith(".wav")]
    match kind:
        case "marked.jpg":
            from PIL import Image

            paths = [path for (suffix, _), path in copies if suffix == ".png"]
            file.parent.mkdir(parents=True, exist_ok=True)
            with Image.open(paths[number % len(paths)]) as image:
                image.convert("RGB").save(file, quality=int(random_.integers(70, 96)))
        case "marked.wav":
            import soundfile

            paths = [path for (suffix, _), path in copies if suffix == ".wav"]
            samples, rate = soundfile.read(paths[number % len(paths)], dtype="float32")
            start = int(random_.integers(0, rate))
            _write(file, (samples[start : start + int(random_.integers(4, 7)) * rate], rate))
        case "unmarked.png":
            side = int(random_.integers(*_SIDES))
            _write(file, np.ascontiguousarray(pictures[number % len(pictures)][-side:, :side]))
        case "unmarked.wav":
            samples, rate = sounds[number % len(sounds)]
            _write(file, (samples[-2 * rate :] * float(random_.uniform(0.3, 0.9)), rate))
        case _:
            source = cheap / f"{number % 40}-{kind}"
            if not source.exists():
                samples, rate = sounds[number % len(sounds)]
                _write(source, (samples[1000 * number % rate :][: rate // 3], rate) if kind == "short.wav" else None)
                if kind == "broken.png":
                    _write(source, pictures[number % len(pictures)])
                    source.write_bytes(source.read_bytes()[: 100 + 37 * (number % 40)])
            _link(source, file)


def _write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, tuple):
        import soundfile

        soundfile.write(file, *content)
    elif content is not None:
        from PIL import Image

        Image.fromarray(content).save(file)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:  # another disk, or one without hard links, or too many of them
        shutil.copy2(source, target)
