"""Choices show their words whole where there is room, and cut them with dots where there is none."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from app.widgets.parts import ComboBox


def seen(choice: ComboBox) -> str:
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    return str(option.currentText)


@pytest.mark.parametrize("words", ["As the system", "Sent any time", "Wie das System", "مثل النظام"])
def test_words(qtbot: QtBot, light: None, words: str) -> None:
    choice = ComboBox("Language")
    qtbot.addWidget(choice)
    choice.addItem(words)
    choice.resize(choice.sizeHint())
    assert seen(choice) == words
    choice.resize(70, choice.height())
    cut = seen(choice)
    assert cut != words and cut.endswith("…") and choice.currentText() == words
