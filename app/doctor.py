"""`countermark doctor`: versions, folders, libraries, and a sample that is marked and found again in memory."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from app.commands import DONE, TROUBLE
from app.terminal import say
from core import __version__
from core.decide import in_words
from core.errors import CountermarkError
from core.keys import CreatorKey
from core.model import Embedded, Finding, Verdict
from core.settings import HOME_VARIABLE

_LIBRARIES = (
    "numpy",
    "scipy",
    "soundfile",
    "pillow",
    "imagecodecs",
    "tifffile",
    "mutagen",
    "cryptography",
    "mnemonic",
    "platformdirs",
)
_SERIALS = 1000  # as many candidates as in a well-filled catalog
_WINDOW_LIBRARY = "PySide6-Essentials"


def run(given: argparse.Namespace) -> int:
    """Look at everything, say what is wrong, and return the exit code."""
    say(f"Countermark {__version__}, Python {platform.python_version()}, {platform.platform()}")
    sound = [_libraries(), _folder(), *(_self_test(word, test) for word, test in _TESTS.items())]
    say("All is well." if all(sound) else "Something is wrong: see above.")
    return DONE if all(sound) else TROUBLE


def _libraries() -> bool:
    found, missing = [], []
    for name in (*_LIBRARIES, _WINDOW_LIBRARY):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    say(f"libraries: {', '.join(found)}")
    if missing:
        say(f"  missing: {', '.join(missing)}. Install them with: python3 do.py run -- doctor")
    return missing in ([], [_WINDOW_LIBRARY])  # the command line works without the window


def _folder() -> bool:
    """Open the data folder and say what is in it."""
    from app.session import Session

    try:
        with Session.open() as session:
            say(f"data folder: {session.folder} (moved with {HOME_VARIABLE})")
            if session.has_key:
                file = session.active_key_file()
                say(f"  key: {file.id}, {'under a passphrase' if file.protected else 'without a passphrase'}")
            else:
                say("  key: none yet")
            works, copies = session.catalog.works(thumbnails=False), session.catalog.copies()
            say(f"  catalog: {len(works):,} works, {len(copies):,} copies")
    except CountermarkError as error:
        say(f"  {error}")
        return False
    return True


def _self_test(word: str, test: Callable[[CreatorKey, int], tuple[Embedded, tuple[Finding, ...]]]) -> bool:
    """Mark a sample with a key that is forgotten afterwards, and find the mark."""
    serial = 214
    try:
        _, findings = test(CreatorKey.generate(), serial)
    except CountermarkError as error:
        say(f"self-test with a {word}: {error}")
        return False
    best = findings[0] if findings else None
    if best is None or best.serial != serial or best.verdict is not Verdict.CERTAIN:
        say(f"self-test with a {word}: the mark was not found")
        return False
    say(f"self-test with a {word}: the mark was found; a coincidence {in_words(best.probability)}")
    return True


def _picture(key: CreatorKey, serial: int) -> tuple[Embedded, tuple[Finding, ...]]:
    from app.samples import sample_picture
    from core import image

    marked = image.embed(sample_picture(), key=key, serial=serial)
    assert marked.pixels is not None
    return marked, image.detect(marked.pixels, key=key, serials=range(_SERIALS))


def _recording(key: CreatorKey, serial: int) -> tuple[Embedded, tuple[Finding, ...]]:
    from app.samples import sample_recording
    from core import audio

    marked = audio.embed(sample_recording(), 48000, key=key, serial=serial)
    assert marked.samples is not None
    return marked, audio.detect(marked.samples, 48000, key=key, serials=range(_SERIALS))


_TESTS = {"picture": _picture, "recording": _recording}
