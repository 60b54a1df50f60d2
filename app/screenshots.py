"""Pictures of the real window with real results: `python -m app.screenshots FOLDER [--dense]`.

The window is driven without a screen, over a data folder of its own that is gone afterwards, on the project's own
sample material: works are protected for two recipients, copies of them damaged, and found again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.main_window import MainWindow

_PATIENCE = 600.0  # seconds for one step on a busy machine
_RECIPIENTS = ("Radio Nord", "Studio A")


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 after the pictures were written."""
    parser = argparse.ArgumentParser(prog="python -m app.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures are written; older ones are replaced")
    parser.add_argument("--dense", action="store_true", help="two pixels for each point, as on a dense screen")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="keep these alone, such as: protect check catalog")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if options.dense:
        os.environ["QT_SCALE_FACTOR"] = "2"
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for path in take(Path(temporary), options.folder, options.only):
            print(path)
    return 0


def take(work: Path, out: Path, only: Sequence[str] | None = None) -> list[Path]:
    """Return the pictures written to `out`: the window's pages, light and dark. `work` is an empty folder."""
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow
    from app.session import Session
    from app.theme import theme

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    window = MainWindow(Session.open(folder=work / "data"))
    window.show()
    taken: list[Path] = []

    def picture(name: str) -> None:
        if only and name not in only:
            return
        for scheme in ("light", "dark"):
            theme.apply(app, "dark" if scheme == "dark" else "light")
            _settle()
            path = out / f"{name}-{scheme}.png"
            window.grab().save(str(path))
            taken.append(path)
        theme.apply(app, "light")

    try:
        picture("welcome")
        _make_key(window)
        originals, unrelated = _originals(work / "Portfolio")
        _protect(window, originals, work, lambda: picture("protect-at-work"))
        picture("protect")
        _check(window, work, unrelated, picture)
        window.go(2)
        _until(lambda: window.catalog_page.works.model.rowCount() == 4 and not window.jobs.busy)
        window.catalog_page.works.tiles.setCurrentIndex(window.catalog_page.works.model.index(1, 0))
        _until(lambda: window.catalog_page.works.panel.copies.rowCount() == 2 and not window.jobs.busy)
        picture("catalog")
        window.go(4)
        picture("settings")
    finally:
        window.close()
        _settle()
    return taken


def _make_key(window: MainWindow) -> None:
    from app.pages.welcome import WelcomePage

    gate = window.gate
    assert isinstance(gate, WelcomePage)
    gate.name.setText("Mara Lind")
    gate.secrets.first.setText("paper and ink")
    gate.secrets.second.setText("paper and ink")
    gate.make()
    _until(lambda: gate.steps.currentIndex() == 1)
    words = window.desk.session.key.words()
    gate.written.click()
    for place, field in gate.proof.fields.items():
        field.setText(words[place - 1])
    gate.go_button.click()
    _until(lambda: not window.jobs.busy)


def _originals(folder: Path) -> tuple[list[Path], Path]:
    """Return the files to protect, two of which cannot be, and a picture that has nothing to do with them."""
    import soundfile
    from PIL import Image

    from app.samples import sample_picture, sample_recording

    folder.mkdir()
    pictures = [("Hill house.jpg", 1), ("Late light.png", 5), ("Three ridges.jpg", 9)]
    for name, seed in pictures:
        Image.fromarray(sample_picture(1200, 800, seed=seed)).save(folder / name, quality=93)
    soundfile.write(folder / "Demo reel.wav", sample_recording(24.0), 48000, subtype="PCM_16")
    (folder / "Scan 12.jpg").write_bytes((folder / "Hill house.jpg").read_bytes()[:700])
    Image.fromarray(sample_picture(40, 40)).save(folder / "Icon.png")
    unrelated = folder.parent / "Somebody's hills.jpg"
    Image.fromarray(sample_picture(900, 600, seed=77)).save(unrelated, quality=90)
    names = [name for name, _ in pictures] + ["Demo reel.wav", "Scan 12.jpg", "Icon.png"]
    return [folder / name for name in names], unrelated


def _protect(window: MainWindow, originals: Sequence[Path], work: Path, at_work: Callable[[], None]) -> None:
    page = window.protect_page
    for recipient in _RECIPIENTS:
        page.clear_finished()
        window.add_files(list(originals))
        page.recipient.setText(recipient)
        page.out.choose(work / recipient)
        _until(lambda: page.model.rowCount() == len(originals))
        page.start()
        if recipient == _RECIPIENTS[0]:
            _until(lambda: "3 of" in page.working_on())
            at_work()
        _until(lambda: page.job is None)
    page.rows.setCurrentIndex(page.model.index(0, 0))


def _check(window: MainWindow, work: Path, unrelated: Path, picture: Callable[[str], None]) -> None:
    import numpy as np
    import soundfile
    from PIL import Image

    copies = work / "Studio A"
    found = work / "Found"
    found.mkdir()
    with Image.open(copies / "Hill house (Studio A).jpg") as copy:
        copy.crop((130, 90, 1070, 720)).save(found / "wallpaper_0417.jpg", quality=60)
    sound, rate = soundfile.read(copies / "Demo reel (Studio A).wav")
    music = 0.02 * np.sin(np.arange(14 * rate) * 0.04)
    soundfile.write(found / "advert.ogg", sound[5 * rate : 19 * rate] * 0.6 + music, rate)
    other = unrelated.rename(found / unrelated.name)
    window.go(1)
    page = window.check_page
    window.add_files([found / "wallpaper_0417.jpg", found / "advert.ogg", other])
    _until(lambda: page.model.rowCount() == 3 and not page.jobs)
    for place, name in enumerate(("check", "check-recording", "check-nothing")):
        page.rows.setCurrentIndex(page.model.index(place, 0))
        _until(lambda: not window.jobs.busy)
        picture(name)


def _settle() -> None:
    """Let the window draw what has changed."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    for _ in range(5):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        time.sleep(0.01)


def _until(happened: Callable[[], bool]) -> None:
    """Let the window work until something has happened."""
    end = time.monotonic() + _PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get where its pictures are taken")
        _settle()
    _settle()


if __name__ == "__main__":
    sys.exit(main())
