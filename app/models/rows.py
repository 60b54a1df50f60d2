"""The roles by which lists of files are drawn and read aloud: one row a file, without a widget for each."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What a row tells, beside its name (DisplayRole), its tooltip and its accessible text."""

    DETAIL = Qt.ItemDataRole.UserRole + 1  # the second line
    STATE = Qt.ItemDataRole.UserRole + 2  # a State
    SHARE = Qt.ItemDataRole.UserRole + 3  # 0 to 1 while it is worked on, else None
    KIND = Qt.ItemDataRole.UserRole + 4  # the icon that stands for the file
    ACTION = Qt.ItemDataRole.UserRole + 5  # what the small cross does, in words; empty for none
    ITEM = Qt.ItemDataRole.UserRole + 6  # the object behind the row
    PICTURE = Qt.ItemDataRole.UserRole + 7  # thumbnail bytes


class State(NamedTuple):
    """A state as people see it: a word, an icon and a colour, never the colour alone. No icon: plain words."""

    word: str
    icon: str
    role: str
