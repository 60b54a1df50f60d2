"""A catalog with works and copies, made without marking anything, and what waits for the window to show them."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.samples import sample_picture
from app.sections.works import WorksSection
from core.catalog.changes import operation
from core.catalog.store import Catalog
from core.catalog.works import remember
from core.model import Copy, Kind, Strength, Work
from tests.app.conftest import KEY

PATIENCE = 60_000  # milliseconds


def png(seed: int = 1) -> bytes:
    """Return a thumbnail."""
    buffer = io.BytesIO()
    Image.fromarray(sample_picture(60, 40, seed=seed)).save(buffer, "png")
    return buffer.getvalue()


def a_work(folder: Path, title: str, kind: Kind = Kind.IMAGE, thumbnail: bytes = b"") -> Work:
    """Return a work whose original lies in a folder."""
    path = folder / f"{title}.{'jpg' if kind is Kind.IMAGE else 'wav'}"
    path.write_bytes(title.encode())
    return Work(
        0,
        title,
        kind,
        str(path),
        hashlib.sha256(title.encode()).hexdigest(),
        "2026-03-03T12:00:00+00:00",
        width=900,
        height=600,
        seconds=0.0 if kind is Kind.IMAGE else 41.0,
        thumbnail=thumbnail,
    )


def add_copy(catalog: Catalog, work: Work, recipient: str, *, purpose: str = "") -> Copy:
    """Return a copy of a work as the catalog stores it, with a file beside the original."""
    original = Path(work.path)
    final = original.with_name(f"{original.stem} ({recipient}){original.suffix}")
    with catalog.at_work() as owner:
        intent = catalog.reserve(
            owner=owner,
            key=KEY.id,
            work=work,
            recipient=recipient,
            strength=Strength.STANDARD,
            temporary=original.with_name(".x.countermark-part"),
            final=final,
            purpose=purpose,
        )
        final.write_bytes(original.read_bytes() + str(intent.serial).encode())
        digest = hashlib.sha256(final.read_bytes()).hexdigest()
        intent = catalog.note_written(intent, final=final, sha256=digest, parameters=2, quality={})
        return catalog.complete(intent)


def fill(catalog: Catalog, folder: Path) -> dict[str, int]:
    """Fill a catalog and return the numbers of its works by title: four, with three copies for two recipients."""
    works = [
        a_work(folder, "Hill house", thumbnail=png(1)),
        a_work(folder, "Late light", thumbnail=png(2)),
        a_work(folder, "Demo reel", Kind.AUDIO),
        a_work(folder, "Sketch"),
    ]
    add_copy(catalog, works[0], "Studio A")
    add_copy(catalog, works[0], "Radio Nord")
    add_copy(catalog, works[1], "Studio A", purpose="audition")
    with operation(catalog._database, "protected") as work:
        for never_copied in works[2:]:
            remember(work, never_copied, key=KEY.id)
    return {work.title: work.id for work in catalog.works()}


def shown(qtbot: QtBot, window: MainWindow) -> WorksSection:
    """Bring the works to the front and wait until they are there."""
    window.go(2)
    settle(qtbot, window)
    return window.catalog_page.works


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing is looked up or kept any more."""
    calm = 0

    def rests() -> bool:
        nonlocal calm
        works = window.catalog_page.works
        busy = window.jobs.busy or works._typed.isActive() or works._picked.isActive()
        busy = busy or works.model._timer.isActive() or works.model._fetch.isActive()
        calm = 0 if busy else calm + 1
        return calm > 2

    qtbot.waitUntil(rests, timeout=PATIENCE)


def titles(works: WorksSection) -> list[str]:
    """Return the titles that are listed, in their order."""
    return [works.model.index(row, 0).data() for row in range(works.model.rowCount())]


def choose(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    """Choose works by their titles."""
    works = window.catalog_page.works
    model = works.tiles.selectionModel()
    model.clearSelection()
    for row in range(works.model.rowCount()):
        index = works.model.index(row, 0)
        if index.data() in names:
            flags = QItemSelectionModel.SelectionFlag
            model.setCurrentIndex(index, flags.Select | flags.Rows)
    settle(qtbot, window)


def number_of(catalog: Catalog, title: str) -> int:
    """Return the number of the work with a title."""
    return next(work.id for work in catalog.works() if work.title == title)
