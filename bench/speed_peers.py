"""Measures how long other watermarking programs take on the very signals that speed.py measures, in the same run.

What they do is not the same: they write their payload, and look where it was written; they search for no turn, size or
speed unless a mode says so, read nothing back and measure no quality. CPU seconds, medians of three, one thread where a
program lets itself be told so.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.attacks import NotApplicable
from bench.attacks.programs import program
from bench.child import run
from bench.peers import asked, audiowmark
from bench.peers.compare import BITS, TOOLS

RUNS = 3


def of_picture(case: str, source: Path) -> Iterator[dict[str, Any]]:
    """Yield a row for each of the other programs for pictures: `source` holds uint8 (height, width, 3) as .npy."""
    for number, tool in enumerate(TOOLS):
        copy = str(source.with_suffix(f".{number}.npy"))
        bits = np.random.default_rng(number).integers(0, 2, BITS).tolist()
        embed = {"tool": tool, "do": "embed", "source": str(source), "target": copy, "bits": bits}
        read = {"tool": tool, "do": "read", "source": copy, "bits": BITS}
        row: dict[str, Any] = {"case": case, "job": "peer", "what": tool}
        try:
            answers = asked([embed] * RUNS + [read] * RUNS)
        except (RuntimeError, OSError) as reason:
            yield row | {"failed": str(reason)}
            continue
        failed = next((answer["failed"] for answer in answers if "failed" in answer), None)
        if failed is None:
            times = [answer["cpu"] for answer in answers]
            row |= {"embed": statistics.median(times[:RUNS]), "read": statistics.median(times[RUNS:])}
            row["right"] = answers[-1]["bits"] == bits
        yield row | ({"failed": failed} if failed else {})
        Path(copy).unlink(missing_ok=True)


def of_recording(case: str, voice: Path) -> Iterator[dict[str, Any]]:
    """Yield a row for each way of using audiowmark on a WAV file: whole processes, with reading and writing."""
    for mode in (audiowmark.MODES[0], audiowmark.MODES[2]):
        row: dict[str, Any] = {"case": case, "job": "peer", "what": f"audiowmark, {mode.name}"}
        copy = voice.with_name("audiowmark.wav")
        try:
            add = [program("audiowmark"), "add", "--quiet", *mode.options, str(voice), str(copy), mode.payload]
            get = [program("audiowmark"), "get", *mode.options, *mode.reading, str(copy)]
        except NotApplicable as reason:
            yield row | {"failed": str(reason)}
            continue
        marking = [run(add) for _ in range(RUNS)]
        reading = [run(get) for _ in range(RUNS)]
        row |= {"embed": round(statistics.median(ran.cpu for ran in marking), 3)}
        row |= {"read": round(statistics.median(ran.cpu for ran in reading), 3)}
        yield row | {"right": any(mode.payload in line for _, line in reading[-1].lines)}
        copy.unlink(missing_ok=True)
