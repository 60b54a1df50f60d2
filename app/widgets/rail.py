"""The rail on the left: an icon and a word for each page; the icons alone where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QToolButton, QWidget

from app import icons
from app.i18n import tr
from app.theme import Size, Space, set_look
from app.widgets.buttons import ToolButton
from app.widgets.parts import column, label, row


class Rail(QWidget):
    """The pages to choose from; `chosen` tells the number of one."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "rail")
        self._stack = column(self, margins=(Space.S, Space.L, Space.S, Space.S), spacing=Space.XS)
        head = row(margins=(Space.M, 0, 0, Space.M), spacing=Space.S)
        self._sign = QLabel()
        self._sign.setPixmap(icons.application_icon().pixmap(Size.ICON, Size.ICON))
        self._brand = label("Countermark", "brand")
        head.addWidget(self._sign)
        head.addWidget(self._brand, 1)
        self._stack.addLayout(head)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._words: list[str] = []
        self.collapse(False)

    def add(self, icon: str, word: str, *, keys: str = "", at_foot: bool = False) -> None:
        """Add a page, with the keys that lead to it; the first one at the foot pushes itself down."""
        made = ToolButton()
        made.setText(word)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setAccessibleName(word)
        made.setToolTip(tr("{word} ({keys})", word=word, keys=keys) if keys else word)
        made.setSizePolicy(made.sizePolicy().Policy.Expanding, made.sizePolicy().Policy.Fixed)
        set_look(made, "rail")
        icons.set_icon(made, icon, "muted")
        if at_foot:
            self._stack.addStretch(1)
        self._group.addButton(made, len(self._words))
        self._words.append(word)
        self._stack.addWidget(made)
        self.collapse(False)

    def choose(self, number: int) -> None:
        """Show a page as chosen."""
        self._group.button(number).setChecked(True)

    def button(self, number: int) -> QToolButton:
        """Return the button of a page."""
        found = self._group.button(number)
        assert isinstance(found, QToolButton)
        return found

    def collapse(self, narrow: bool) -> None:
        """Show icons alone, or icons with words."""
        self.setMinimumWidth(Size.RAIL_NARROW if narrow else Size.RAIL_LEAST)
        self.setMaximumWidth(Size.RAIL_NARROW if narrow else Size.RAIL_MOST)
        self._brand.setVisible(not narrow)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for made in self._group.buttons():
            if isinstance(made, QToolButton):
                made.setToolButtonStyle(style)
                icons.set_icon(made, made.property("icon_name"), "muted", alone=narrow)
