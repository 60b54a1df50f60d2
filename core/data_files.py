"""Small files of the data folder that are written anew at each change: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str, *, sync: bool = True) -> None:
    """Put a file's new content (UTF-8) in place of the old one. OSError: the old one is still there.

    Without `sync` the content outlives the program, but not a power cut: for what changes at every step of a job.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
