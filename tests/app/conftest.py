"""What the window's tests get: the application in its light dress, and a window with an open key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.sections.works import WorksSection
from app.session import Session
from app.theme import theme
from core.catalog.store import Catalog
from core.keys import CreatorKey

KEY = CreatorKey.from_bytes(bytes(range(32)))


@pytest.fixture(autouse=True)
def light(request: pytest.FixtureRequest) -> None:
    """Dress the application, in tests that have one; dates and numbers are written alike everywhere."""
    QLocale.setDefault(QLocale.c())
    if "qtbot" in request.fixturenames or "window" in request.fixturenames:
        app = request.getfixturevalue("qapp")
        assert isinstance(app, QApplication)
        if theme.choice != "light" or not theme.sheet:
            theme.apply(app, "light")


@pytest.fixture
def window(qtbot: QtBot, light: None, home: Path) -> Iterator[MainWindow]:
    """Return a shown window whose key is open; a fault of the program that it had to show fails the test."""
    session = Session.open()
    session.keys = (KEY,)
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.show()
    yield made
    assert made.jobs.close()
    qtbot.wait(1)
    session.close()
    assert "Traceback" not in made.messages.details, made.messages.details


@pytest.fixture
def catalog(window: MainWindow, tmp_path: Path) -> Catalog:
    """Return the window's catalog with four works in it, of which two have copies."""
    from tests.app.filled import fill

    fill(window.desk.session.catalog, tmp_path)
    return window.desk.session.catalog


@pytest.fixture
def works(qtbot: QtBot, window: MainWindow, catalog: Catalog) -> Iterator[WorksSection]:
    """Return the works of that catalog in front; an error that nobody dismissed fails the test."""
    from tests.app.filled import shown

    section = shown(qtbot, window)
    yield section
    assert window.messages.text() == ""
