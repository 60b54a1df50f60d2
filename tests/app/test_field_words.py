"""Every field that people change has a word in the history, in their own language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from app.field_words import field_word
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
