"""What the tests of sections get: a plain window to put one into, and copies in the catalog behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.jobs import Jobs
from app.memory import Memory
from app.messages import Messages
from app.sections.section import Section
from app.session import Session
from app.theme import Size, set_look
from app.watching import Watching
from app.widgets.facts import Facts
from app.widgets.parts import column, label, row
from core.catalog.store import Catalog
from core.model import Copy, Kind, Strength, Work
from tests.app.conftest import KEY

PATIENCE = 20_000


class Host(QWidget):
    """A window with one section in it, as the Catalog page shows it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.section: Section | None = None
        self.works: list[int] = []  # that the section asked to be shown
        set_look(self, "page")
        self.stack = column(self, margins=24, spacing=16)
        self.stack.addWidget(desk.messages)
        self.resize(*Size.WINDOW)

    def put(self, section: Section) -> None:
        self.section = section
        head = row()
        head.addWidget(label(section.name, "title"), 1)
        head.addWidget(section.tools)
        self.stack.addLayout(head)
        self.stack.addWidget(section, 1)
        section.show_work.connect(self.works.append)
        self.show()
        section.shown()


@pytest.fixture
def host(qtbot: QtBot, light: None, home: Path) -> Iterator[Host]:
    """Return a window to put a section into; a fault of the program that it had to show fails the test."""
    session = Session.open()
    session.keys = (KEY,)
    jobs = Jobs()
    messages = Messages()
    watching = Watching(session, jobs, messages.show_error)
    made = Host(Desk(session, jobs, messages, Memory(session.folder), watching))
    qtbot.addWidget(made)
    yield made
    made.close()
    assert jobs.close()
    session.close()
    assert "Traceback" not in made.desk.messages.details, made.desk.messages.details


@pytest.fixture
def catalog(host: Host) -> Catalog:
    return host.desk.session.catalog


@pytest.fixture
def settle(qtbot: QtBot, host: Host) -> Callable[[], None]:
    """Return what waits until nothing is looked up or saved any more."""

    def wait() -> None:
        qtbot.wait(1)
        for _ in range(3):  # an answer may ask the next question
            qtbot.waitUntil(lambda: not host.desk.jobs.busy, timeout=PATIENCE)
            qtbot.wait(1)

    return wait


def make_copy(catalog: Catalog, folder: Path, title: str, recipient: str, kind: Kind = Kind.IMAGE) -> Copy:
    """Return a copy of a work, its small file included."""
    folder.mkdir(exist_ok=True)
    work = Work(
        id=0,
        title=title,
        kind=kind,
        path=f"/masters/{title}.jpg",
        sha256=hashlib.sha256(title.encode()).hexdigest(),
        created="2026-03-03T12:00:00+00:00",
        width=900,
        height=600,
    )
    with catalog.at_work() as owner:
        final = folder / f"{title} ({recipient}).jpg"
        intent = catalog.reserve(
            owner=owner,
            key=KEY.id,
            work=work,
            recipient=recipient,
            strength=Strength.STANDARD,
            temporary=folder / ".x-000000000000.countermark-part",
            final=final,
        )
        content = f"{title} {intent.serial}".encode()
        final.write_bytes(content)
        intent = catalog.note_written(
            intent, final=final, sha256=hashlib.sha256(content).hexdigest(), parameters=3, quality={"psnr": 42.5}
        )
        return catalog.complete(intent)


def told(facts: Facts) -> dict[str, str]:
    """Return the pairs that facts show."""
    texts = [made.text() for made in facts.findChildren(QLabel) if made.parent() is facts]
    return dict(zip(texts[::2], texts[1::2], strict=True))
