"""What one file may cost: memory, computing time, waiting. And what a process has taken of them so far."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What the examination of one file may take. The largest legal files take a third of it (`docs/security.md`)."""

    memory: int = 4_000 * _MB  # bytes in use
    room: int = 8_000 * _MB  # bytes of addresses, which the operating system refuses to exceed where it can
    reading: float = 120.0  # seconds of computing for reading any file
    asking: float = 600.0  # seconds of computing for any one search or comparison
    seconds_a_megabyte: float = 30.0  # of the file, on top of either: six hours of speech fit into 16 MB
    idle: float = 600.0  # seconds in which nothing at all is computed: a network folder that does not answer
    kept: int = 700 * _MB  # bytes in use beyond which a worker that has finished a file is not used again

    def seconds(self, verb: str, size: int) -> float:
        """Return how long one question about a file of `size` bytes may be computed at."""
        least = self.reading if verb == "open" else self.asking
        return least + self.seconds_a_megabyte * size / _MB


class Usage(NamedTuple):
    """What a process takes: memory in bytes, computing time in seconds since it started."""

    memory: int
    seconds: float


def usage(process: int) -> Usage | None:
    """Return what a process takes now, None where the system does not tell."""
    try:
        look = {"win32": _of_windows, "linux": _of_linux}.get(sys.platform, _of_ps)
        return look(process)
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def _of_linux(process: int) -> Usage:
    words = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    return Usage(int(words[21]) * page, (int(words[11]) + int(words[12])) / ticks)


def _of_ps(process: int) -> Usage:
    """Return what `ps` says, as macOS and other Unix systems have it: kilobytes, and [[days-]hours:]minutes:seconds."""
    said = subprocess.run(
        ["ps", "-o", "rss=,time=", "-p", str(process)], capture_output=True, text=True, timeout=10, check=True
    )
    memory, time = said.stdout.split()
    seconds = 0.0
    for place, part in enumerate(reversed(time.replace("-", ":").split(":"))):
        seconds += float(part) * (1, 60, 3600, 86400)[place]
    return Usage(int(memory) * 1024, seconds)


def _of_windows(process: int) -> Usage | None:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            *((name, ctypes.c_size_t) for name in ("peak", "working", "a", "b", "c", "d", "pages", "e")),
        )

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return None
    try:
        counters, times = Counters(), [wintypes.FILETIME() for _ in range(4)]
        counters.cb = ctypes.sizeof(counters)
        handle = wintypes.HANDLE(handle)
        if not kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb):
            return None
        if not kernel.GetProcessTimes(handle, *map(ctypes.byref, times)):
            return None
        ticks = sum((time.dwHighDateTime << 32) + time.dwLowDateTime for time in times[2:])
        return Usage(int(counters.pages), ticks / 1e7)
    finally:
        kernel.CloseHandle(handle)
