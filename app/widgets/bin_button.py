"""The small button that moves a record to the bin, or brings it back from there."""

from __future__ import annotations

from collections.abc import Callable

from app import icons
from app.i18n import tr
from app.theme import set_look
from app.widgets.buttons import Button


class BinButton(Button):
    """Wears the icon and the words of what it does to the record in front; new records have no use for it."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.clicked.connect(lambda checked=False: act())
        set_look(self, "icon")
        self.show_for(stored=False, binned=False)

    def show_for(self, *, stored: bool, binned: bool) -> None:
        """Stand for a record."""
        word, icon = (tr("Bring back from the bin"), "restore") if binned else (tr("Move to the bin"), "bin")
        self.setToolTip(word)
        self.setAccessibleName(word)
        icons.set_icon(self, icon, "muted")
        self.setVisible(stored)
