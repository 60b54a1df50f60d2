"""An original and its copy to be heard in turn, at one loudness, at the same place; and their difference alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import icons
from app.comparing import LOUDER, Sounds
from app.desk import Desk
from app.i18n import number, seconds, tr
from app.player import Player
from app.previews import spectrogram
from app.theme import Space
from app.widgets.choice import Choice
from app.widgets.parts import button, column, label, row
from app.widgets.waveform import Waveform
from core.model import FloatArray
from core.view import peaks


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What the recording looks like: of what, and how."""

    sounds: Sounds
    which: str
    seen: str
    peaks: npt.NDArray[np.float32]
    spectrogram: QImage | None


class SoundCompare(QWidget):
    """The outline of the recording, and what plays it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.player = Player(self)
        self._desk = desk
        self._sounds: Sounds | None = None
        body: QVBoxLayout = column(self, spacing=Space.M)
        self.waveform = Waveform(tr("Recording"))
        body.addWidget(self.waveform, 1)
        line = row(spacing=Space.M)
        self.play_button = button(tr("Play"), self.toggle, look="primary", icon="play")
        self.which = Choice(
            tr("Heard"),
            (
                ("original", tr("Original"), tr("Hear the original")),
                ("copy", tr("Copy"), tr("Hear the copy, at the same loudness")),
                (
                    "difference",
                    tr("Difference"),
                    tr("Hear only what the mark changed, {decibels} dB louder", decibels=number(LOUDER)),
                ),
            ),
        )
        self.which.choose("original")
        self.seen = Choice(
            tr("Shown"),
            (
                ("wave", tr("Outline"), tr("How loud it is")),
                ("spectrogram", tr("Spectrogram"), tr("Which frequencies sound when")),
            ),
        )
        self.seen.choose("wave")
        self.place = label(look="muted")
        for widget in (self.play_button, self.which, self.place):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.seen)
        body.addLayout(line)
        self.trouble = label(look="muted", wrap=True)
        self.trouble.hide()
        body.addWidget(self.trouble)
        self.which.chosen.connect(self._choose)
        self.seen.chosen.connect(lambda _: self._draw())
        self.waveform.sought.connect(self.player.seek)
        self.player.moved.connect(self._moved)
        self.player.changed.connect(self._changed)

    def show_sounds(self, sounds: Sounds) -> None:
        """Take another pair, at its beginning."""
        self._sounds = sounds
        self.player.load(sounds)
        self.player.choose(self.which.value())
        rate = sounds.rate if sounds.resampled else 0
        self._say(tr("The original is heard at the copy’s {rate} Hz.", rate=number(rate)) if rate else "")
        self._draw()
        self._changed()

    def toggle(self) -> None:
        """Play, or pause where it plays."""
        if self.player.playing:
            self.player.pause()
            return
        if problem := self.player.play():
            self._say(problem)

    def stop(self) -> None:
        """Fall silent."""
        self.player.pause()

    def _say(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setAccessibleName(words)
        self.trouble.setVisible(bool(words))

    def _choose(self, which: str) -> None:
        self.player.choose(which)
        self._draw()

    def _draw(self) -> None:
        """Show what is heard: the difference has its own outline."""
        if self._sounds is None:
            return
        wanted = (self._sounds, self.which.value(), self.seen.value())
        self._desk.jobs.call(lambda: _view(*wanted), self._drawn, self._desk.messages.show_error)

    def _drawn(self, view: View) -> None:
        if (view.sounds, view.which, view.seen) == (self._sounds, self.which.value(), self.seen.value()):
            self.waveform.show_peaks(view.peaks, view.sounds.seconds)
            self.waveform.show_spectrogram(view.spectrogram)

    def _moved(self, place: float) -> None:
        self.waveform.show_place(place)
        total = self._sounds.seconds if self._sounds else 0.0
        self.place.setText(tr("{place} of {total}", place=seconds(place), total=seconds(total)))

    def _changed(self) -> None:
        playing = self.player.playing
        self.play_button.setText(tr("Pause") if playing else tr("Play"))
        icons.set_icon(self.play_button, "pause" if playing else "play", "on_accent")


def _view(sounds: Sounds, which: str, seen: str) -> View:
    def part(start: int, stop: int) -> FloatArray:
        return sounds.part(which, start, stop)

    frames = min(len(sounds.original), len(sounds.copy))
    drawn = spectrogram(part, frames) if seen == "spectrogram" else None
    return View(sounds, which, seen, peaks(part, frames), drawn)
