"""The recovery sheet of a key, saved where its owner chooses."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.i18n import tr
from app.recovery_pdf import write_recovery_pdf
from core.keyring import KeyEntry, today
from core.keys import CreatorKey
from core.recovery import RecoverySheet, recovery_sheet


def sheet_of(key: CreatorKey, file: KeyEntry, creator: str = "") -> RecoverySheet:
    """Return the recovery sheet of an open key. It holds the key itself: keep it no longer than it is needed."""
    return recovery_sheet(
        key.words(), key=key.id, creator=creator or file.facts.creator, label=file.facts.label, made=today()
    )


def save_sheet(sheet: RecoverySheet, parent: QWidget) -> Path | None:
    """Return the PDF that was written where a person chose; None where nobody did. KeyFileError, WriteError."""
    name, _ = QFileDialog.getSaveFileName(
        parent,
        tr("Save the recovery sheet"),
        str(Path.home() / tr("Recovery sheet {key}.pdf", key=sheet.key)),
        tr("PDF (*.pdf)"),
        options=QFileDialog.Option.DontConfirmOverwrite,  # no file is ever replaced
    )
    if not name:
        return None
    path = Path(name) if name.lower().endswith(".pdf") else Path(f"{name}.pdf")
    write_recovery_pdf(sheet, path)
    return path
