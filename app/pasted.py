"""Pictures that were copied as such, screenshots say: kept as files, so that a check and its evidence can name them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from core.errors import WriteError

_FOLDER = "pasted"


def save_pasted(image: QImage, folder: Path) -> Path:
    """Return the PNG file in the data folder that now holds a copied picture. WriteError where it cannot be written."""
    from core.media.files import free_name, replace_new, temporary_beside

    place = folder / _FOLDER
    name = place / f"Pasted {datetime.now().astimezone():%Y-%m-%d %H.%M.%S}.png"
    try:
        place.mkdir(exist_ok=True)
        final = free_name(name)
        with temporary_beside(final) as temporary:
            temporary.write_bytes(_png(image))
            replace_new(temporary, final)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(
            f"The pasted picture could not be written to {place}: {reason}.", "Check the folder.", path=place
        ) from error
    return final


def _png(image: QImage) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt wants text
    return bytes(content.data())
