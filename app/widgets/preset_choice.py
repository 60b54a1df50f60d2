"""The choice of presets, and what can be done with them: save, delete, write to a file, take in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QMenu, QWidget

from app.i18n import tr
from app.widgets.ask import Ask, Asked
from app.widgets.parts import ComboBox, icon_button, row
from core.errors import CountermarkError
from core.presets import SUFFIX, Preset, Presets, write_preset


class PresetChoice(QWidget):
    """`chosen` hands over a preset; the menu keeps the present choices as one. `ask` is shown by the page."""

    chosen = Signal(object)

    def __init__(self, presets: Presets, now: Callable[[], Preset], show_error: Callable[[Exception], object]) -> None:
        super().__init__()
        self._presets, self._now, self._show_error = presets, now, show_error
        self._all: tuple[Preset, ...] = ()
        self.combo = ComboBox(tr("Preset"))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(9)
        self.combo.activated.connect(self._picked)
        self.menu_button = icon_button("dots", tr("Save and share presets"), self._open_menu)
        self.ask = Ask()
        line = row(self, spacing=0)
        line.addWidget(self.combo, 1)
        line.addWidget(self.menu_button)
        self.setFocusProxy(self.combo)
        self.menu = QMenu(self)
        self.save_action = self.menu.addAction(tr("Save these choices as a preset…"), self.save)
        self.delete_action = self.menu.addAction(tr("Delete this preset"), self.delete)
        self.menu.addSeparator()
        self.write_action = self.menu.addAction(tr("Write this preset to a file…"), self.write)
        self.menu.addAction(tr("Take in a preset from a file…"), self.take_in)
        self.load()

    def load(self, chosen: str = "") -> None:
        """Read the presets again and show one as chosen."""
        self._all = self._presets.all()
        self.combo.clear()
        self.combo.addItem(tr("Own choices"), "")
        for preset in self._all:
            self.combo.addItem(preset.name, preset.name)
        self.mark(chosen)

    def name(self) -> str:
        """Return the name of the preset that is chosen, empty for choices of one's own."""
        return str(self.combo.currentData() or "")

    def preset(self) -> Preset | None:
        """Return the preset that is chosen."""
        return next((preset for preset in self._all if preset.name == self.name()), None)

    def mark(self, name: str) -> None:
        """Show a preset as chosen, without telling anybody."""
        self.combo.setCurrentIndex(max(0, self.combo.findData(name)))
        preset = self.preset()
        self.delete_action.setEnabled(preset is not None and preset in self._presets.own())
        self.write_action.setEnabled(preset is not None)

    def save(self) -> None:
        """Ask for a name and keep the present choices under it."""
        self.ask.ask(
            tr("Save these choices as a preset"),
            tr("Recipients, folder, format, terms and all else that is chosen now."),
            (Asked("name", tr("Name of the preset"), text=self.name()),),
            tr("Save"),
            self._keep,
        )

    def delete(self) -> None:
        """Forget the preset that is chosen."""
        try:
            self._presets.remove(self.name())
        except CountermarkError as error:
            self._show_error(error)
        self.load()

    def write(self) -> None:
        """Write the preset that is chosen to a file that can be given to others."""
        preset = self.preset()
        if preset is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            tr("Write this preset to"),
            str(Path.home() / f"{preset.name}{SUFFIX}"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # no file is ever replaced
        )
        if name:
            self._try(lambda: write_preset(preset, Path(name)))

    def take_in(self) -> None:
        """Keep the preset of a file."""
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Take in a preset"), "", tr("Presets (*{suffix})", suffix=SUFFIX)
        )
        if name:
            self._try(lambda: self._arrived(self._presets.take_in(Path(name))))

    def _arrived(self, preset: Preset) -> None:
        self.load(preset.name)
        self.chosen.emit(preset)

    def _keep(self, values: object) -> None:
        assert isinstance(values, dict)
        kept = self._presets.keep(dataclasses.replace(self._now(), name=values["name"]))
        self.ask.done()
        self.load(kept.name)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except CountermarkError as error:
            self._show_error(error)

    def _picked(self, place: int) -> None:
        self.mark(str(self.combo.itemData(place)))
        preset = self.preset()
        if preset is not None:
            self.chosen.emit(preset)

    def _open_menu(self) -> None:
        self.menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
