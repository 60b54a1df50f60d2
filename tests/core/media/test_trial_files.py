"""Real files, where COUNTERMARK_DEV_DATA names a folder of them: hostile ones get a sentence, good ones come back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import CountermarkError, RefusedError
from core.media.files import kind_of, media_files
from core.media.images import frames_of, read_image, write_image, write_series
from core.media.images import require_writable as require_image
from core.media.sounds import read_sound, write_sound
from core.media.sounds import require_writable as require_sound
from core.model import Kind

LIMIT = 2 * 10**9  # bytes that no file may make a process take
LOSSLESS = {"PNG", "TIFF", "WAV", "FLAC", "AIFF"}


def treated(path: Path, folder: Path) -> str:
    """Read a file, write an untouched copy, compare; return what became of it."""
    target = folder / "copy"
    try:
        if kind_of(path) is Kind.IMAGE:
            picture = read_image(path)
            require_image(picture)
            if picture.series is None:
                write_image(picture, picture.pixels, target)
            else:
                write_series(picture, [frame.pixels for frame in frames_of(picture)], target)
            pixels = read_image(target).pixels
            assert np.array_equal(pixels, picture.pixels) or picture.format not in LOSSLESS
            return f"{picture.format} copied"
        sound = read_sound(path)
        require_sound(sound)
        write_sound(sound, sound.samples, target)
        samples = read_sound(target).samples
        assert np.array_equal(samples, sound.samples) or sound.format not in LOSSLESS
        return f"{sound.format} copied"
    except CountermarkError as error:
        assert path.name in error.message and error.hint and error.message.endswith(".")
        return type(error).__name__


@pytest.mark.parametrize(
    "part", ["bad", pytest.param("images", marks=pytest.mark.slow), pytest.param("audio", marks=pytest.mark.slow)]
)
def test_every_trial_file_is_copied_or_gets_a_sentence(dev_data: Path, tmp_path: Path, part: str) -> None:
    """The work is done in a process of its own, whose memory can be measured and bounded."""
    if sys.platform == "win32":
        pytest.skip("no way to measure another process there")
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            f"from {__name__} import _child; _child()",
            str(dev_data / part),
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    report = json.loads(done.stdout)
    assert report["peak"] < LIMIT
    assert report["files"]
    if part != "bad":
        refused = {name for name, result in report["files"].items() if not result.endswith("copied")}
        assert all("palette" in name for name in refused)
    else:
        assert set(report["files"].values()) >= {"UnreadableError", RefusedError.__name__, "PNG copied", "WAV copied"}


def _child() -> None:
    import resource

    results = {path.name: treated(path, Path(sys.argv[2])) for path in media_files([Path(sys.argv[1])])}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"files": results, "peak": peak}))
