"""One recording to look at and to listen to: its outline with what was found, and a button that plays it.

Files of strangers are read apart, a stretch at a time, so that an hour of sound costs no more than a minute of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from app import icons
from app.comparing import Sounds
from app.desk import Desk
from app.i18n import seconds, tr
from app.player import Player
from app.previews import Preview
from app.theme import Size, Space
from app.widgets.parts import button, column, label, row
from app.widgets.preview_view import Marked
from app.widgets.waveform import Waveform
from core.view import Stretch

_STRETCH = 60.0  # seconds that are read at once


class _Read(NamedTuple):
    path: Path
    stretch: Stretch


class ListenView(QWidget):
    """A recording; a click on its outline plays it from there."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self._desk = desk
        self._path: Path | None = None
        self._total = 0.0
        self._start = self._end = 0.0  # of the stretch that is loaded
        self._wanted = 0.0
        self.player = Player(self)
        self.waveform = Waveform(name)
        self.waveform.setFixedHeight(Size.TIMELINE * 2)
        self.play_button = button(tr("Play"), self.toggle, icon="play")
        self.play_button.setAccessibleName(tr("Play: {name}", name=name))
        self._place = label(look="muted")
        self._trouble = label(look="muted", wrap=True)
        self._trouble.hide()
        body = column(self, spacing=Space.S)
        body.addWidget(self.waveform)
        line = row(spacing=Space.M)
        line.addWidget(self.play_button)
        line.addWidget(self._place, 1)
        body.addLayout(line)
        body.addWidget(self._trouble)
        self.waveform.sought.connect(self.listen_at)
        self.player.moved.connect(self._moved)
        self.player.changed.connect(self._changed)

    def show_recording(self, view: Preview, marks: Sequence[Marked] = ()) -> None:
        """Show the outline of a recording with the spans of what was found in it, silent and at its beginning."""
        self.player.pause()
        self._path, self._total, self._wanted = view.path, view.seconds, 0.0
        self._start = self._end = 0.0
        spans = tuple(span for mark in marks for span in mark.where)
        role = marks[0].role if marks else "certain"
        if view.peaks is not None:
            self.waveform.show_peaks(view.peaks, view.seconds, spans, role)
        self._wanted = spans[0][0] if spans else 0.0  # what was found is what people want to hear first
        self._show_place(self._wanted)
        self._trouble.hide()

    def listen_at(self, place: float) -> None:
        """Play from a place in seconds on."""
        self._wanted = place
        self._show_place(place)
        if self._start <= place < self._end:
            self.player.seek(place - self._start)
            self._play()
            return
        self.player.pause()
        path = self._path
        if path is None:
            return

        def read() -> _Read:
            from core.apart import heard

            return _Read(path, heard(path, place, _STRETCH))

        self._desk.jobs.call(read, self._read, self._failed)

    def toggle(self) -> None:
        """Play, or pause where it plays."""
        if self.player.playing:
            self._wanted = self._start + self.player.place
            self.player.pause()
        else:
            self.listen_at(self._wanted)

    def stop(self) -> None:
        """Fall silent."""
        self.player.pause()

    def _read(self, read: _Read) -> None:
        piece = read.stretch
        if read.path != self._path or not len(piece.samples) or not self.isVisible():
            return
        self._start, self._end = piece.start, piece.start + len(piece.samples) / piece.rate
        if not self._start <= self._wanted < self._end:
            return  # somebody has clicked elsewhere since
        wanted = self._wanted
        self.player.load(Sounds(read.path.name, piece.samples, piece.samples, piece.rate))
        self.player.seek(wanted - self._start)
        self._play()

    def _play(self) -> None:
        self._say(self.player.play())

    def _failed(self, error: Exception) -> None:
        self._say(str(error))

    def _say(self, problem: str) -> None:
        self._trouble.setText(problem)
        self._trouble.setAccessibleName(problem)
        self._trouble.setVisible(bool(problem))

    def _moved(self, place: float) -> None:
        if self.player.playing:
            self._wanted = self._start + place
            self._show_place(self._wanted)

    def _show_place(self, place: float) -> None:
        self.waveform.show_place(place)
        self._place.setText(tr("{place} of {total}", place=seconds(place), total=seconds(self._total)))

    def _changed(self) -> None:
        playing = self.player.playing
        self.play_button.setText(tr("Pause") if playing else tr("Play"))
        icons.set_icon(self.play_button, "pause" if playing else "play")
        source = self.player.source
        if playing or source is None or source.place < source.frames:
            return
        if self._end < self._total - 1.0:
            self.listen_at(self._end)  # the stretch is over, the recording is not
        else:
            self._wanted = 0.0
