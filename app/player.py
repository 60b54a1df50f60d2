"""Plays the original, the copy and their difference, and changes between them without a gap.

One stream of sound stays open; what flows into it is taken from whichever source is chosen at that moment, at the same
place. QtMultimedia is loaded when something is first played: it is large, and some systems lack what it needs.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QIODevice, QObject, QTimer, Signal

from app.comparing import Sounds
from app.i18n import tr
from core.model import FloatArray

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioSink

_TICK = 30  # milliseconds between two looks at the place
_AHEAD = 0.12  # seconds that are handed over before they are heard: so long a change of source takes
_FADE = 0.004  # seconds over which one source passes into the other, so that nothing clicks
_CHANNELS = 2  # of a device: more are mixed down
_log = logging.getLogger(__name__)


class Source(QIODevice):
    """What is heard, as 32-bit floats: read by Qt from `place` (in frames) on, until the recording ends."""

    def __init__(self, sounds: Sounds, parent: QObject) -> None:
        super().__init__(parent)
        self.sounds = sounds
        self.frames = min(len(sounds.original), len(sounds.copy))
        self.channels = min(int(sounds.original.shape[1]), _CHANNELS)
        self.place = 0
        self.which = self._before = "original"  # what is heard: "original", "copy" or "difference"

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        return (self.frames - self.place) * self.channels * 4 + super().bytesAvailable()

    def readData(self, size: int) -> bytes:
        count = min(size // (4 * self.channels), self.frames - self.place)
        if count <= 0:
            return b""
        heard = self._part(self.which, count)
        if self._before != self.which:
            fade = np.clip(np.arange(count) / max(1.0, _FADE * self.sounds.rate), 0.0, 1.0)[:, None]
            heard = heard * fade + self._part(self._before, count) * (1.0 - fade)
            self._before = self.which
        self.place += count
        return np.ascontiguousarray(np.clip(heard, -1.0, 1.0), np.float32).tobytes()

    def writeData(self, data: bytes | bytearray | memoryview, size: int) -> int:
        return -1

    def _part(self, which: str, count: int) -> FloatArray:
        part = self.sounds.part(which, self.place, self.place + count)
        if part.shape[1] > self.channels:
            return np.repeat(part.mean(axis=1, keepdims=True), self.channels, axis=1)
        return part


class Player(QObject):
    """Plays one comparison at a time; `moved` tells the place in seconds, `changed` that it plays or pauses."""

    moved = Signal(float)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sink: QAudioSink | None = None
        self.source: Source | None = None
        self._began = 0  # frame at which the sink was started
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether sound is running."""
        return self._sink is not None

    def load(self, sounds: Sounds) -> None:
        """Take another comparison, at its beginning, paused."""
        self.pause()
        self.source = Source(sounds, self)
        self.source.open(QIODevice.OpenModeFlag.ReadOnly)
        self.moved.emit(0.0)

    def choose(self, which: str) -> None:
        """Let the original, the copy or the difference be heard from now on, at the same place."""
        if self.source is not None:
            self.source.which = which

    def seek(self, seconds: float) -> None:
        """Go to a place, playing or paused as before."""
        if self.source is None:
            return
        running = self.playing
        if running:
            self._stop()
        self.source.place = min(max(0, round(seconds * self.source.sounds.rate)), self.source.frames)
        self.moved.emit(self.place)
        if running:
            self.play()

    @property
    def place(self) -> float:
        """Where it is, in seconds: what is heard now, not what was handed over."""
        if self.source is None:
            return 0.0
        frames = self.source.place
        if self._sink is not None:
            heard = self._began + round(self._sink.processedUSecs() * self.source.sounds.rate / 1_000_000)
            frames = min(frames, heard)
        return frames / self.source.sounds.rate

    def play(self) -> str:
        """Start; return why nothing can be heard, as a sentence, empty where it plays."""
        if self.source is None or self.playing:
            return ""
        try:
            from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio
        except ImportError as error:
            _log.warning("No sound: %s", error)
            return tr("This system lacks what playing sound needs. On Debian install libpulse0 and libxrandr2.")
        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            return tr("There is no device to play sound on. Connect one and try again.")
        form = QAudioFormat()
        form.setSampleRate(self.source.sounds.rate)
        form.setChannelCount(self.source.channels)
        form.setSampleFormat(QAudioFormat.SampleFormat.Float)
        if not device.isFormatSupported(form):
            return tr("The sound device cannot play {rate} samples a second.", rate=self.source.sounds.rate)
        if self.source.place >= self.source.frames:
            self.source.place = 0
        self._began = self.source.place
        sink = QAudioSink(device, form, self)
        sink.setBufferSize(round(_AHEAD * self.source.sounds.rate) * self.source.channels * 4)
        sink.start(self.source)
        if sink.error() not in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError):
            sink.deleteLater()
            return tr("The sound device does not answer. Choose another one in the system's settings.")
        self._sink = sink
        self._timer.start()
        self.changed.emit()
        return ""

    def pause(self) -> None:
        """Stop where it is."""
        if self._sink is None:
            return
        heard = self.place
        self._stop()
        if self.source is not None:
            self.source.place = min(round(heard * self.source.sounds.rate), self.source.frames)
        self.changed.emit()

    def _stop(self) -> None:
        if self._sink is not None:
            self._timer.stop()
            self._sink.stop()
            self._sink.deleteLater()
            self._sink = None

    def _tick(self) -> None:
        self.moved.emit(self.place)
        if self._sink is None or self.source is None or self.source.place < self.source.frames:
            return
        from PySide6.QtMultimedia import QtAudio

        if self._sink.state() in (QtAudio.State.IdleState, QtAudio.State.StoppedState):
            self._stop()  # it ended; the next start is from the beginning
            self.moved.emit(self.place)
            self.changed.emit()
