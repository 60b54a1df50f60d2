"""The pages of the window: each is made when it is first wanted, so that the window starts sooner."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.pages.page import Page

_REST = 50  # milliseconds between two looks whether there is time to make another page


class PageStack(QStackedWidget):
    """`made` hands over each page that has come to be."""

    made = Signal(object)

    def __init__(
        self, makers: Sequence[Callable[[], Page]], busy: Callable[[], bool], modules: Sequence[str] = ()
    ) -> None:
        """`makers` make the pages; while `busy` none is made but those that are wanted.

        `modules` are those that the makers load: each is loaded in a turn of the event loop of its own.
        """
        super().__init__()
        self._makers, self._busy, self._modules = tuple(makers), busy, tuple(modules)
        self._pages: dict[int, Page] = {}
        self._places = [QWidget() for _ in makers]  # where pages will be
        for place in self._places:
            self.addWidget(place)
        self._rest = QTimer(self)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self._make_one_more)

    def page(self, number: int) -> Page:
        """Return a page, made now where it was not wanted before."""
        if number not in self._pages:
            page = self._pages[number] = self._makers[number]()
            self.insertWidget(number, page)
            self.removeWidget(self._places[number])
            self._places[number].deleteLater()
            self.made.emit(page)
        return self._pages[number]

    def there(self) -> list[tuple[int, Page]]:
        """Return the pages that are there, with their numbers, in their order."""
        return sorted(self._pages.items(), key=lambda pair: pair[0])

    def make_the_others(self) -> None:
        """Make the pages that nobody has wanted yet, one by one, while there is time."""
        self._rest.start()

    def _make_one_more(self) -> None:
        missing = [number for number in range(len(self._makers)) if number not in self._pages]
        if not missing:
            self._rest.stop()
        elif not self._busy():
            unloaded = [module for module in self._modules if module not in sys.modules]
            if unloaded:
                import_module(unloaded[0])
            else:
                self.page(missing[0])
