"""The states that are drawn, each one function: it brings the window where it belongs."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from dev.screenshots.stage import Stage

Make = Callable[["Stage"], QWidget | None]


@dataclass(frozen=True, slots=True)
class State:
    """A state by its name, "protect: working" say. `docs` is its name among the documentation's pictures."""

    name: str
    make: Make
    dense: bool
    docs: str

    @property
    def file(self) -> str:
        """The beginning of its files' names."""
        return self.name.replace(": ", "-").replace(" ", "-")


_states: dict[str, State] = {}


def state(name: str, *, dense: bool = False, docs: str = "") -> Callable[[Make], Make]:
    """Register a function as a state. It gets the stage and returns what is drawn, or None for the whole window."""

    def register(make: Make) -> Make:
        if name in _states:
            raise ValueError(f"there are two states called {name!r}")
        _states[name] = State(name, make, dense, docs)
        return make

    return register


def states() -> list[State]:
    """Return all states, page by page: those of every module in `dev/screenshots/pages`."""
    from dev.screenshots import pages

    for module in sorted(pkgutil.iter_modules(pages.__path__), key=lambda module: module.name):
        importlib.import_module(f"{pages.__name__}.{module.name}")
    return list(_states.values())
