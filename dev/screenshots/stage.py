"""The stage on which states are set: a window over a copy of the material, driven without a screen, and drawn."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QLocale
from PySide6.QtWidgets import QApplication, QScrollBar

from app import i18n
from app.main_window import MainWindow
from app.pages.page import Page
from app.session import Session
from app.theme import Choice, theme
from dev.pseudo import Pseudo
from dev.screenshots.material import KEY, Material, load
from dev.screenshots.passes import Pass, Size
from dev.screenshots.replay import Replay
from dev.screenshots.states import State, states

_PATIENCE = 60.0  # seconds for one step on a busy machine
_PAGE = TypeVar("_PAGE", bound=Page)


def draw(chosen: Pass, material: Path, folder: Path, docs: Path, only: Sequence[str]) -> dict[str, str]:
    """Draw all states of a pass and return why some could not be, by their names."""
    app = QApplication.instance() or QApplication(["countermark"])
    assert isinstance(app, QApplication)
    _speak(chosen.language)
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        stage = Stage(load(material), Path(scratch))
        for each in states():
            if (chosen.dense and not each.dense) or (only and not any(word in each.name for word in only)):
                continue
            try:
                _draw_one(stage, each, chosen, folder, docs)
            except Exception as error:  # noqa: BLE001 - one state that changed must not hide the others
                failures[each.name] = f"{type(error).__name__}: {error}"
            finally:
                stage.close()
    return failures


class Stage:
    """What a state works with: `window` is the one that `open` has made, `material` what there is to show."""

    window: MainWindow

    def __init__(self, material: Material, scratch: Path) -> None:
        self.material = material
        self.replay = Replay(material)
        self._scratch = scratch
        self._opened = 0
        self._open: MainWindow | None = None

    def open(
        self, *, works: bool = True, key: bool = True, unlocked: bool = True, data: Path | None = None
    ) -> MainWindow:
        """Return a window that is shown: with the works of the material or none, with or without a key.

        `data` is another data folder to show instead.
        """
        self.close()
        self._opened += 1
        folder = self._scratch / str(self._opened)
        if works or data:
            shutil.copytree(data or self.material.data, folder)
        elif key:
            shutil.copytree(self.material.data / "keys", folder / "keys")
        _colour("light")
        session = Session.open(folder=folder)
        session.keys = (KEY,) if key and unlocked else ()
        self.replay.begin()
        self.window = self._open = MainWindow(session)
        self.window.show()
        self.settle()
        return self.window

    def go(self, kind: type[_PAGE]) -> _PAGE:
        """Bring the page of a kind to the front and return it."""
        stack = self.window.stack
        assert stack is not None
        for number in range(stack.count()):
            page = stack.page(number)
            if isinstance(page, kind):
                self.window.go(number)
                self.quiet()
                return page
        raise LookupError(f"the window has no {kind.__name__}")

    def settle(self) -> None:
        """Let the window draw what has changed."""
        for _ in range(4):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 30)
            time.sleep(0.004)

    def until(self, happened: Callable[[], bool]) -> None:
        """Let the window work until something has happened."""
        end = time.monotonic() + _PATIENCE
        while not happened():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there")
            self.settle()
        self.settle()

    def quiet(self) -> None:
        """Let the window work until nothing runs any more."""
        self.settle()
        self.until(lambda: not self.window.jobs.busy)

    def close(self) -> None:
        """Take the window away, whatever it is doing."""
        if self._open is None:
            return
        window, self._open = self._open, None
        self.replay.end()
        window.jobs.cancel_all()
        self.until(lambda: not window.jobs.busy)
        for other in QApplication.topLevelWidgets():
            other.close()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.settle()


def _draw_one(stage: Stage, each: State, chosen: Pass, folder: Path, docs: Path) -> None:
    part = each.make(stage)
    window = stage.window
    fault = window.messages.details
    if "Traceback" in fault:
        raise RuntimeError(fault.strip().splitlines()[-1])
    sheet = part is not None and part.isWindow()  # keeps its size, whatever that of the window is
    scrolled = [(bar, bar.value()) for bar in window.findChildren(QScrollBar)]
    for scheme in chosen.schemes:  # a scheme is slow to change, a size is not
        for size in chosen.sizes[:1] if sheet else chosen.sizes:
            _dress(stage, size, scheme)
            for bar, value in scrolled:  # a larger size, with room for all, has let go of it
                bar.setValue(value)
            (part or window).grab().save(str(folder / f"{each.file}-{scheme}-{size[0]}.png"), quality=80)
    if each.docs and chosen.name == "english":
        for scheme in chosen.schemes:
            _dress(stage, chosen.sizes[0], scheme)
            (part or window).grab().save(str(docs / f"{each.docs}-{scheme}.png"))


def _dress(stage: Stage, size: Size, scheme: str) -> None:
    """Give the window a size and a scheme; dialogs keep the size that they have."""
    _colour("dark" if scheme == "dark" else "light")
    stage.window.resize(*size)
    stage.settle()
    stage.settle()


def _colour(scheme: Choice) -> None:
    if theme.choice != scheme:
        theme.apply(_application(), scheme)


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _speak(language: str) -> None:
    """Speak a language; English dates and numbers are written alike on every machine."""
    if language.startswith("qps"):
        i18n.use_words(Pseudo(), QLocale.c(), right_to_left=language.endswith("mirrored"))
        return
    i18n.use_language(language)
    if language == "en":
        QLocale.setDefault(QLocale.c())
