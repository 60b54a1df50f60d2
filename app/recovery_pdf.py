"""The recovery sheet of a key as a PDF of one page, which only its owner can read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from core.key_files import write_private
from core.recovery import RecoverySheet

_MARGIN = 20.0  # millimetres


def write_recovery_pdf(sheet: RecoverySheet, path: Path) -> None:
    """Write a recovery sheet to a new PDF. KeyFileError: there is such a file already, or it cannot be written."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Countermark recovery sheet")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN), QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setHtml(sheet.html())
    document.print_(writer)
    buffer.close()
    write_private(path, bytes(data.data()), what="file")
