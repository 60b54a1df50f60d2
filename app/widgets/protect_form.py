"""For whom copies are made and how: what everybody sets in one line, all else behind a disclosure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QLineEdit, QSizePolicy, QWidget

from app.i18n import number, tr
from app.theme import Size, Space, set_look
from app.widgets.choice import Choice
from app.widgets.disclosure import Disclosure
from app.widgets.naming_field import NamingField
from app.widgets.output_choice import OutputChoice
from app.widgets.parts import ComboBox, ElidedLabel, column, label, row, scrolled
from app.widgets.recipient_field import RecipientField
from core.model import Strength
from core.presets import Preset

_PICTURES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "tiff": "TIFF", "avif": "AVIF"}
_RECORDINGS = {"wav": "WAV", "flac": "FLAC", "mp3": "MP3", "m4a": "M4A", "ogg": "Ogg Vorbis", "opus": "Opus"}
_SIDES, _QUALITIES, _RATES = (16, 100_000), (1, 100), (6, 1000)


class ProtectForm(QFrame):
    """The choices of the Protect page, as a `Preset` without a name. `changed` tells that one is another now."""

    changed = Signal()

    def __init__(self, presets: QWidget) -> None:
        """`presets` is the choice of presets, which stands first."""
        super().__init__()
        set_look(self, "card")
        self._filling = False
        self.recipient = RecipientField()
        self.out = OutputChoice()
        body = column(self, margins=(Space.L, Space.M, Space.L, Space.M), spacing=Space.S)
        line = row(spacing=Space.L)
        for name, field, stretch in (
            (tr("Preset"), presets, 3),
            (tr("For"), self.recipient, 5),
            (tr("Save to"), self.out, 3),
        ):
            line.addLayout(_titled(name, field), stretch)
        body.addLayout(line)
        self.summary = ElidedLabel(look="muted")
        more = scrolled(self._more())  # in a small window the list below keeps its room
        more.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        more.setMinimumHeight(Size.FORM_LEAST)
        self.more = Disclosure(tr("Format, terms and more"), more, self.summary)
        body.addWidget(self.more)
        self.recipient.textChanged.connect(self._touched)
        self.out.currentIndexChanged.connect(self._touched)
        self._touched()

    def preset(self) -> Preset:
        """Return what is chosen, without a name."""
        return Preset(
            recipients=tuple(self.recipient.names()),
            terms=str(self.terms.currentData() or ""),
            strength=Strength(self.strength.value()),
            pictures=str(self.pictures.currentData() or ""),
            long_side=_number(self.long_side, _SIDES),
            quality=_number(self.quality, _QUALITIES),
            recordings=str(self.recordings.currentData() or ""),
            bit_rate=_number(self.bit_rate, _RATES),
            output_folder="" if self.out.folder is None else str(self.out.folder),
            naming=self.naming.pattern(),
            keep=not self.replace.isChecked(),
            strip=self.strip.isChecked(),
            sign=self.sign.isChecked(),
            purpose=" ".join(self.purpose.text().split()),
        )

    def show_preset(self, preset: Preset) -> None:
        """Fill the form; a preset that names no recipient leaves the one that is there."""
        self._filling = True
        try:
            if preset.recipients:
                self.recipient.setText("; ".join(preset.recipients))
            self.out.choose(Path(preset.output_folder) if preset.output_folder else None)
            self.strength.choose(preset.strength)
            self.naming.choose(preset.naming)
            _choose(self.terms, preset.terms)
            _choose(self.pictures, preset.pictures)
            _choose(self.recordings, preset.recordings)
            for field, value in (
                (self.long_side, preset.long_side),
                (self.quality, preset.quality),
                (self.bit_rate, preset.bit_rate),
            ):
                field.setText(str(value) if value else "")
            self.replace.setChecked(not preset.keep)
            self.strip.setChecked(preset.strip)
            self.sign.setChecked(preset.sign and self.sign.isEnabled())
            self.purpose.setText(preset.purpose)
        finally:
            self._filling = False
        self._touched()

    def offer_terms(self, names: Sequence[str]) -> None:
        """Offer the terms of the catalog. What is chosen stays chosen, also where it is not there any more."""
        chosen = str(self.terms.currentData() or "")
        self._filling = True
        try:
            self.terms.clear()
            self.terms.addItem(tr("Those of the work or creator"), "")
            for name in names:
                self.terms.addItem(name, name)
            _choose(self.terms, chosen)
        finally:
            self._filling = False

    def allow_signing(self, possible: bool) -> None:
        """Say whether content credentials can be signed here."""
        self.sign.setEnabled(possible)
        if not possible:
            self.sign.setChecked(False)
            self.sign.setToolTip(tr("The library for it is missing: pip install countermark[credentials]"))

    def _more(self) -> QWidget:
        self.strength = Choice(
            tr("Strength"),
            (
                (Strength.SUBTLE, tr("Subtle"), tr("The least change to the file. The mark is lost sooner.")),
                (Strength.STANDARD, tr("Standard"), tr("The right choice for almost everything.")),
                (Strength.STRONG, tr("Strong"), tr("Survives more. May be seen or heard on very plain material.")),
            ),
        )
        self.strength.choose(Strength.STANDARD)
        self.terms = ComboBox(tr("Terms that are written into the copies"))
        self.terms.addItem(tr("Those of the work or creator"), "")
        self.purpose = QLineEdit()
        self.purpose.setMaxLength(200)
        self.purpose.setPlaceholderText(tr("kept in the catalog"))
        self.pictures = _formats(tr("Format of copies of pictures"), _PICTURES)
        self.recordings = _formats(tr("Format of copies of recordings"), _RECORDINGS)
        self.long_side = _number_field(tr("as it is"), _SIDES)
        self.quality = _number_field(tr("as it is"), _QUALITIES)
        self.bit_rate = _number_field(tr("as it is"), _RATES)
        self.replace = QCheckBox(tr("Replace what files say on rights"))
        self.replace.setToolTip(tr("Otherwise a file’s own statements stay, and the terms fill what is empty."))
        self.strip = QCheckBox(tr("Take out private data"))
        self.strip.setToolTip(tr("Places, serial numbers of cameras, previews"))
        self.sign = QCheckBox(tr("Sign (content credentials)"))
        self.sign.setToolTip(tr("A manifest that other programs read, signed with your key"))
        whole = QWidget()
        body = column(whole, spacing=Space.M)
        first = row(spacing=Space.L)
        first.addLayout(_titled(tr("Strength"), self.strength))
        first.addLayout(_titled(tr("Terms"), self.terms), 1)
        first.addLayout(_titled(tr("Purpose"), self.purpose), 1)
        body.addLayout(first)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        cells: tuple[tuple[str, QWidget], ...] = (
            (tr("Pictures as"), self.pictures),
            (tr("Long side, pixels"), self.long_side),
            (tr("Quality, 1–100"), self.quality),
            (tr("Recordings as"), self.recordings),
            (tr("Bit rate, kbit/s"), self.bit_rate),
        )
        for place, (title, field) in enumerate(cells):
            grid.addLayout(_titled(title, field), 0, place)
            grid.setColumnStretch(place, 1)
        body.addLayout(grid)
        self.naming = NamingField()
        body.addLayout(_titled(tr("Names of copies"), self.naming))
        last = row(spacing=Space.L)
        for box in (self.replace, self.strip, self.sign):
            box.setAccessibleName(box.text())
            box.toggled.connect(self._touched)
            last.addWidget(box)
        last.addStretch(1)
        body.addLayout(last)
        self.strength.chosen.connect(self._touched)
        self.naming.changed.connect(self._touched)
        for combo in (self.terms, self.pictures, self.recordings):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(6)
            combo.currentIndexChanged.connect(self._touched)
        for field in (self.purpose, self.long_side, self.quality, self.bit_rate):
            field.textChanged.connect(self._touched)
        return whole

    def _touched(self, *_: object) -> None:
        self.naming.show_example(next(iter(self.recipient.names()), ""), " ".join(self.purpose.text().split()))
        if not self._filling:
            self.summary.show_text(in_words(self.preset()))
            self.changed.emit()


def in_words(preset: Preset) -> str:
    """Return what a preset asks for beside recipient and folder, in one line."""
    strength = {
        Strength.SUBTLE: tr("subtle"),
        Strength.STANDARD: tr("standard strength"),
        Strength.STRONG: tr("strong"),
    }[preset.strength]
    side, quality, rate = preset.long_side, preset.quality, preset.bit_rate
    said = [
        strength,
        _PICTURES.get(preset.pictures, ""),
        tr("{count} pixels", count=number(side)) if side else "",
        tr("quality {quality}", quality=quality) if quality else "",
        _RECORDINGS.get(preset.recordings, ""),
        tr("{rate} kbit/s", rate=number(rate)) if rate else "",
        tr("named {pattern}", pattern=preset.naming) if preset.naming else "",
        tr("terms “{name}”", name=preset.terms) if preset.terms else "",
        tr("statements replaced") if not preset.keep else "",
        tr("private data taken out") if preset.strip else "",
        tr("signed") if preset.sign else "",
        preset.purpose,
    ]
    return "  ·  ".join(part for part in said if part)


def same_choices(one: Preset, other: Preset) -> bool:
    """Return whether two presets ask for the same, whatever they are called. No recipient agrees with any."""
    recipients = one.recipients if one.recipients and other.recipients else ()
    one = dataclasses.replace(one, name="", recipients=recipients)
    return one == dataclasses.replace(other, name="", recipients=other.recipients if recipients else ())


def _titled(title: str, field: QWidget) -> QGridLayout:
    cell = QGridLayout()
    cell.setVerticalSpacing(Space.XS)
    head = label(title, "small")
    head.setBuddy(field)
    if not field.accessibleName():
        field.setAccessibleName(title)
    cell.addWidget(head, 0, 0)
    cell.addWidget(field, 1, 0)
    return cell


def _formats(name: str, formats: dict[str, str]) -> ComboBox:
    made = ComboBox(name)
    made.addItem(tr("As they are"), "")
    for value, word in formats.items():
        made.addItem(word, value)
    return made


def _number_field(placeholder: str, bounds: tuple[int, int]) -> QLineEdit:
    made = QLineEdit()
    made.setValidator(QIntValidator(*bounds, made))
    made.setPlaceholderText(placeholder)
    made.setAcceptDrops(False)
    return made


def _number(field: QLineEdit, bounds: tuple[int, int]) -> int:
    """Return the number in a field, brought into its bounds; 0 where it is empty."""
    text = field.text().strip()
    return min(max(int(text), bounds[0]), bounds[1]) if text.isdecimal() and int(text) else 0


def _choose(combo: ComboBox, value: str) -> None:
    if combo.findData(value) < 0:
        combo.addItem(value, value)
    combo.setCurrentIndex(combo.findData(value))
