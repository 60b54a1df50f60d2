"""Measures time and memory: each case in a process of its own, one thread, medians of several runs."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from app.session import Session
from bench import material, speed_peers
from bench.child import Ran, run
from bench.commands import Home

MEGAPIXELS = (0.4, 1.0, 4.0, 12.0, 24.0)
SOUNDS = ((10.0, 48000, 1), (60.0, 48000, 1), (60.0, 48000, 2), (600.0, 44100, 2))  # seconds, rate, channels
BESIDE = ("1 MP picture", "60 s mono at 48 kHz")  # which other programs mark and read, too
RUNS = 3
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# Once its pages are there, the window is painted and closed.
_OPENED = """
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from app import __main__ as start
def used(*_):
    app = QApplication.instance()
    window = next(one for one in app.topLevelWidgets() if isinstance(one, start.MainWindow))
    while not window.pages:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    window.grab()
    print("to be used", flush=True)
    window.close()
    return 0
QApplication.exec = used
raise SystemExit(start.main())
"""


def rows(scratch: Path, *, only: str = "", quick: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one row a case: embed, detect what is there, detect nothing, by peers too; then whole processes."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for megapixels in MEGAPIXELS[:2] if quick else MEGAPIXELS:
        source = scratch / f"{megapixels:g}.npy"
        yield from _cases(f"{megapixels:g} MP picture", source, ["picture", str(megapixels)], only)
    for seconds, rate, channels in SOUNDS[:2] if quick else SOUNDS:
        source = scratch / f"{seconds:g}-{channels}.npy"
        name = f"{seconds:g} s {'mono' if channels == 1 else 'stereo'} at {rate / 1000:g} kHz"
        yield from _cases(name, source, ["sound", str(seconds), str(rate), str(channels)], only)
    if not quick:
        yield from _whole_programs(scratch, only)


def _cases(name: str, source: Path, making: list[str], only: str) -> Iterator[dict[str, Any]]:
    if only not in name:
        return
    _here(["make", str(source), *making])
    for job in ("embed", "detect", "nothing"):
        ran = _here([job, str(source), *making])
        yield {"case": name, "job": job} | json.loads(ran.lines[-1][1])
    if name in BESIDE and making[0] == "picture":
        yield from speed_peers.of_picture(name, source)
    elif name in BESIDE:
        voice = source.with_name("beside.wav")
        soundfile.write(voice, np.load(source), int(making[2]), subtype="PCM_16")
        yield from speed_peers.of_recording(name, voice)
    source.unlink()
    source.with_suffix(".marked.npy").unlink(missing_ok=True)


def _here(words: list[str]) -> Ran:
    root = str(Path(__file__).resolve().parent.parent)
    ran = run([sys.executable, "-m", "bench.speed", *words], environment=_ONE_THREAD | {"PYTHONPATH": root})
    if ran.code != 0:
        raise RuntimeError(f"{words} failed: {ran.errors}")
    return ran


def _whole_programs(scratch: Path, only: str) -> Iterator[dict[str, Any]]:
    """Yield whole processes from start to end, ours beside other programs on the same file."""
    from PIL import Image

    home = Home(scratch / "creator")
    picture, voice = scratch / "twelve.jpg", scratch / "minute.wav"
    Image.fromarray(_picture(12.0)).save(picture, quality=92)
    soundfile.write(voice, _recording(60.0, 48000, 1), 48000, subtype="PCM_16")
    resave = f"from PIL import Image; Image.open({str(picture)!r}).save({str(scratch / 'again.jpg')!r}, quality=92)"
    yield from _beside(
        "protect a 12 MP JPEG", lambda n: home.protect([picture], scratch / f"p{n}"), only,
        {"Pillow opens and saves it": [sys.executable, "-c", resave]},
    )  # fmt: skip
    opening = f"from PIL import Image; Image.open({str(picture)!r}).load()"
    copy = next((scratch / "p0").iterdir(), picture) if (scratch / "p0").exists() else picture
    yield from _beside(
        "check a 12 MP JPEG", lambda n: home.check([copy]), only,
        {"Pillow opens it": [sys.executable, "-c", opening]},
    )  # fmt: skip
    ffmpeg = shutil.which("ffmpeg")
    encode = [str(ffmpeg), "-loglevel", "error", "-y", "-threads", "1", "-i", str(voice), str(scratch / "voice.mp3")]
    peers = {"ffmpeg turns it into MP3": encode} if ffmpeg else {}
    yield from _beside(
        "protect 60 s of WAV", lambda n: home.protect([voice], scratch / f"v{n}"), only, peers
    )  # fmt: skip
    copy = next((scratch / "v0").iterdir(), voice) if (scratch / "v0").exists() else voice
    yield from _beside("check 60 s of WAV", lambda n: home.check([copy]), only, peers)
    yield from _an_hour(scratch, home, only)
    yield from _beside("list the catalog", lambda n: home.call(["catalog", "list"]), only, {})
    place = scratch / "without a passphrase"
    with Session.open(folder=place) as session:
        session.make_key("")
    yield from _beside("the window, until its first page can be used", lambda n: _window(place), only, {})


def _window(place: Path) -> Ran:
    """Return what the window took: seconds until its pages are painted, computing and memory until it is closed."""
    environment = {"COUNTERMARK_HOME": str(place), "QT_QPA_PLATFORM": "offscreen"}
    root = str(Path(__file__).resolve().parent.parent)
    ran = run([sys.executable, "-c", _OPENED], environment=_ONE_THREAD | environment | {"PYTHONPATH": root})
    return replace(ran, seconds=next(when for when, line in ran.lines if line == "to be used"))


def _an_hour(scratch: Path, home: Home, only: str) -> Iterator[dict[str, Any]]:
    """Yield one run each of protecting and checking an hour of stereo, for its memory."""
    name = "an hour of stereo WAV"
    if only not in name:
        return
    hour = scratch / "hour.wav"
    minute = _recording(60.0, 48000, 2)
    with soundfile.SoundFile(hour, "w", 48000, 2, "PCM_16") as file:
        for part in range(60):
            file.write(np.roll(minute, 9973 * part, axis=0) * np.float32(1 - part / 200))
    for verb, ran in (
        ("protect", home.protect([hour], scratch / "hours")),
        ("check", home.check([next((scratch / "hours").iterdir(), hour)])),
    ):
        yield {"case": f"{verb} {name}", "job": "process", "code": ran.code} | _medians([ran])
    hour.unlink()
    shutil.rmtree(scratch / "hours", ignore_errors=True)


def _beside(
    name: str, ours: Callable[[int], Ran], only: str, peers: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, Any]]:
    if only not in name:
        return
    runs = [ours(number) for number in range(RUNS)]
    row: dict[str, Any] = {"case": name, "job": "process", "code": runs[-1].code} | _medians(runs)
    for peer, command in peers.items():
        row["beside"] = {"what": peer} | _medians([run(command) for _ in range(RUNS)])
    yield row


def _medians(runs: list[Ran]) -> dict[str, float]:
    return {
        "wall": round(statistics.median(r.seconds for r in runs), 3),
        "cpu": round(statistics.median(r.cpu for r in runs), 3),
        "memory": round(statistics.median(r.memory for r in runs)),
    }


def _picture(megapixels: float) -> Any:
    """Return a picture like a photograph of this size: uint8, aspect 3 to 2."""
    from PIL import Image

    from app.samples import sample_picture

    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    base = sample_picture(900, 600)
    big = np.asarray(Image.fromarray(base).resize((round(height * 1.5), height), Image.Resampling.BICUBIC))
    grain = np.random.default_rng(1).standard_normal(big.shape[:2], np.float32)[:, :, None] * np.float32(1.5)
    return np.clip(big + grain, 0, 255).astype(np.uint8)


def _recording(seconds: float, rate: int, channels: int) -> Any:
    """Return a recording like speech of this length: float32 (frames, channels)."""
    from app.samples import sample_recording

    base = sample_recording(min(seconds, 30.0), rate)
    times = -(-round(seconds * rate) // len(base))
    return np.tile(base, (times, channels))[: round(seconds * rate)]


def _one(job: str, source: Path, making: list[str]) -> None:
    """Measure one case in this process and print it as JSON."""
    made: Callable[..., Any] = _picture if making[0] == "picture" else _recording
    if job == "make":
        np.save(source, made(float(making[1]), *map(int, making[2:])))
        return
    import resource

    key = material.bench_key()
    serial, candidates = material.serials_for(source.name)
    if making[0] == "picture":
        from core import image

        warm = _picture(0.2)

        def embed(signal: Any) -> Any:
            return image.embed(signal, key=key, serial=serial).pixels

        def detect(signal: Any) -> Any:
            return image.detect(signal, key=key, serials=candidates)
    else:
        from core import audio

        rate = int(making[2])
        warm = _recording(4.0, rate, 1)

        def embed(signal: Any) -> Any:
            return audio.embed(signal, rate, key=key, serial=serial).samples

        def detect(signal: Any) -> Any:
            return audio.detect(signal, rate, key=key, serials=candidates)

    # Imports, keys and tables first: they are paid once a process.
    detect(embed(warm))
    signal = np.load(source)
    if job == "detect":
        marked = source.with_suffix(".marked.npy")
        if not marked.exists():  # made by the embedding case, so that its memory is not counted here
            np.save(marked, embed(signal))
        signal = np.load(marked)
    work = embed if job == "embed" else detect
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    walls, cpus = [], []
    result: Any = None
    for _ in range(RUNS):
        result = None
        wall, cpu = time.perf_counter(), time.process_time()
        result = work(signal)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    if job == "embed":
        np.save(source.with_suffix(".marked.npy"), result)
    report = {
        "wall": round(statistics.median(walls), 3),
        "cpu": round(statistics.median(cpus), 3),
        "memory": round(after - before),
        "found": len(result) if job != "embed" else None,
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    _one(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
