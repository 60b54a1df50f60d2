"""Every field that people change has a word in the history, in their own language."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from app.field_words import field_word, value_word
from app.i18n import use_language
from core.catalog.tables import TABLES


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    use_language("en")
    QLocale.setDefault(QLocale.c())


def test_fields() -> None:
    names = {name for table in TABLES.values() for name in table.edited}
    use_language("de")
    same = {name for name in names if field_word(name) == name.replace("_", " ").capitalize()}
    assert same == {"name", "status", "website"}  # the same word in both languages
    assert field_word("of_tomorrow") == "Of tomorrow"


def test_every_choice_has_a_word() -> None:
    use_language("de")
    for table in TABLES.values():
        for name in table.edited:
            hint = table.hints[name]
            values = list(hint) if isinstance(hint, type) and issubclass(hint, StrEnum) else []
            same = {str(value) for value in values if value_word(name, value.value) == value.value}
            assert not same, (table.name, name, same)
    assert value_word("exclusive", True) == "ja" and value_word("title", "none") == "none"
