"""The program audiowmark (https://uplex.de/audiowmark), run from PATH where it is installed: mark a clip, read it back.

No Debian release has it as a package; where it is missing, the page says so and quotes an earlier measurement.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

import numpy as np

from bench.attacks import Samples
from bench.attacks.programs import output, program, read_sound_file, sound_file

PAYLOAD = "0123456789abcdef0011223344556677"  # 128 bits
SHORT_PAYLOAD = "a5c3"  # 16 bits
_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to use the program: a name, the payload, and options for marking and for reading."""

    name: str
    payload: str
    options: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()


MODES = (
    Mode("128 bit", PAYLOAD),
    Mode("16 bit", SHORT_PAYLOAD, ("--short", "16")),
    Mode("16 bit, speed searched", SHORT_PAYLOAD, ("--short", "16"), ("--detect-speed",)),
)


def version() -> str:
    """Return the program's name and version; NotApplicable where it is not installed."""
    return output([program("audiowmark"), "--version"]).decode("utf-8", "replace").strip()


def marked(samples: Samples, rate: int, mode: Mode) -> Samples:
    """Return a clip with the program's mark at its standard strength."""
    with sound_file(np.clip(samples, -1, 1), rate, "PCM_16") as path:
        copy = path.with_name("copy.wav")
        output([program("audiowmark"), "add", "--quiet", *mode.options, str(path), str(copy), mode.payload])
        heard, _ = read_sound_file(copy)
    return heard


def recognised(samples: Samples, rate: int, mode: Mode) -> bool:
    """Return whether the exact payload is among what the program prints for a clip."""
    with sound_file(np.clip(samples, -1, 1), rate, "PCM_16") as path:
        words = [program("audiowmark"), "get", *mode.options, *mode.reading, str(path)]
        ran = subprocess.run(words, capture_output=True, timeout=_SECONDS, check=False)
    told = ran.stdout.decode("utf-8", "replace")
    return any(line.split()[2:3] == [mode.payload] for line in told.splitlines() if line.startswith("pattern"))
