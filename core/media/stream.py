"""Recordings that stay in their file: long ones are decoded a stretch at a time, as often as they are asked for."""

from __future__ import annotations

import io
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import UnreadableError
from core.media.pcm import Coding, Samples

HELD = 32_000_000  # samples of all channels up to which a recording is held in memory: 128 MB as float32
_STEP = 65536  # frames that are decoded at once
_TAIL = 131072  # frames behind the place reached that are kept: who reads on begins a little before it
_QUIET = threading.Lock()


class Stream(ABC):
    """Samples (frames, channels) of a file: `stream[a:b]` decodes the frames from a to b.

    With `finite` what is no number is silence. UnreadableError where the file has changed or gone meanwhile.
    """

    def __init__(self, path: Path, shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        self.path, self.shape, self.dtype = path, shape, dtype
        self.finite = False

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: slice) -> Samples:
        first, last, step = place.indices(len(self))
        if step != 1:
            raise ValueError("a recording is asked for in one piece")
        if last <= first:
            return np.empty((0, self.shape[1]), self.dtype)
        try:
            part = self._decoded(first, last)
        except (OSError, RuntimeError, ValueError) as error:
            raise _changed(self.path) from error
        if len(part) != last - first:
            raise _changed(self.path)
        if self.finite:
            part[~np.isfinite(part)] = 0.0
        return part

    @abstractmethod
    def _decoded(self, first: int, last: int) -> Samples:
        """Return the frames from `first` to `last`."""


class PlainStream(Stream):
    """Uncompressed samples at a known place of a file."""

    def __init__(self, path: Path, start: int, coding: Coding, frames: int, channels: int) -> None:
        super().__init__(path, (frames, channels), coding.dtype)
        self._start, self._coding = start, coding

    def _decoded(self, first: int, last: int) -> Samples:
        frame = self._coding.width * self.shape[1]
        out = np.empty((last - first, self.shape[1]), self.dtype)
        with self.path.open("rb") as file:
            file.seek(self._start + first * frame)
            for start in range(0, len(out), _STEP):
                count = min(_STEP, len(out) - start)
                out[start : start + count] = self._coding.decoded(file.read(count * frame), self.shape[1])
        return out


class OrderedStream(Stream):
    """Samples that are decoded from the beginning on, as all lossy decoders want it.

    They give other samples after a jump, so nothing is jumped over: reading in order is quick, going back begins anew.
    """

    def __init__(self, path: Path, shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        super().__init__(path, shape, dtype)
        self._at: int | None = None  # the place reached; None before the beginning and behind the end
        self._tail = np.empty((0, shape[1]), dtype)

    def _decoded(self, first: int, last: int) -> Samples:
        if self._at is None or first < self._at - len(self._tail):
            self._end()
            self._begin()
            self._at, self._tail = 0, self._tail[:0]
        out = np.empty((last - first, self.shape[1]), self.dtype)
        part = self._tail
        while True:
            begin = self._at - len(part)
            low, high = max(first, begin), min(last, self._at)
            if low < high:
                out[low - first : high - first] = part[low - begin : high - begin]
            if self._at >= last:
                break
            part = self._following(self._at)
            if len(part) == 0:
                raise ValueError("the recording ends too early")
            self._at += len(part)
            self._tail = np.concatenate([self._tail, part])[-_TAIL:]
        if self._at >= len(self):
            self._end()
            self._at = None
        return out

    @abstractmethod
    def _begin(self) -> None:
        """Open the decoder at the beginning."""

    @abstractmethod
    def _following(self, at: int) -> Samples:
        """Return the next frames, of which `at` were had: as many as come easily, none at the end."""

    @abstractmethod
    def _end(self) -> None:
        """Close the decoder, where it is open."""


class CodedStream(OrderedStream):
    """Samples that libsndfile decodes, from the file or from `content` in its place.

    `lead` frames of silence stand before what is decoded.
    """

    def __init__(
        self,
        path: Path,
        frames: int,
        channels: int,
        *,
        content: bytes | None = None,
        noisy: bool = False,
        lead: int = 0,
    ) -> None:
        """`noisy` says that the decoder may write remarks to the terminal."""
        super().__init__(path, (frames + lead, channels), np.dtype(np.float32))
        self._content, self._lead, self._noisy = content, lead, noisy
        self._file: Any = None

    def led(self, lead: int) -> CodedStream:
        """Return the same behind so many frames of silence."""
        frames, channels = self.shape[0] - self._lead, self.shape[1]
        return CodedStream(self.path, frames, channels, content=self._content, noisy=self._noisy, lead=lead)

    def _begin(self) -> None:
        import soundfile

        with quiet() if self._noisy else nullcontext():
            self._file = soundfile.SoundFile(str(self.path) if self._content is None else io.BytesIO(self._content))

    def _following(self, at: int) -> Samples:
        if at < self._lead:
            return np.zeros((self._lead, self.shape[1]), np.float32)
        with quiet() if self._noisy else nullcontext():
            part: Samples = self._file.read(piece(len(self) - at), dtype="float32", always_2d=True)
        return part

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def piece(left: int, step: int = _STEP) -> int:
    """Return how many of the frames that are left are decoded at once.

    libsndfile 1.2 gives other samples of Opus where the last few are asked for on their own, so they never are.
    """
    return left if left < 2 * step else step


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the MP3 decoder's own remarks, which nobody can switch off otherwise, off the user's terminal."""
    with _QUIET:
        try:
            screen = os.dup(2)
        except OSError:  # a program without a terminal
            yield
            return
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
            yield
        finally:
            os.dup2(screen, 2)
            os.close(screen)


def _changed(path: Path) -> UnreadableError:
    return UnreadableError(
        f"{path.name} cannot be read any more: it was changed or taken away meanwhile.", "Try again.", path=path
    )
