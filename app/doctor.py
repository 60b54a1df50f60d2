"""`countermark doctor`: versions, folders, libraries, file formats, and samples that are marked and found in memory."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from app import terminal
from app.commands import DONE, TROUBLE
from core import __version__
from core.errors import CountermarkError

if TYPE_CHECKING:
    from app.session import Session
    from core.model import Finding

_LIBRARIES = (
    "numpy",
    "scipy",
    "soundfile",
    "av",
    "pillow",
    "pillow-heif",
    "opencv-python-headless",
    "reportlab",
    "imagecodecs",
    "tifffile",
    "mutagen",
    "cryptography",
    "mnemonic",
    "platformdirs",
)
_SERIAL = 214
_SERIALS = 1000  # as many candidates as in a well-filled catalog
_WINDOW_LIBRARY = "PySide6-Essentials"


Say = Callable[[str], object]


def run(given: argparse.Namespace) -> int:
    """Look at everything, say what is wrong, and return the exit code."""
    return DONE if examine(terminal.say) else TROUBLE


def examine(say: Say, session: Session | None = None) -> bool:
    """Return whether all is well, after everything was looked at and told to `say`, line by line.

    `session` is the open data folder; without one it is opened for it.
    """
    say(f"Countermark {__version__}, Python {platform.python_version()}, {platform.platform()}")
    looks: dict[str, Callable[[Say], bool]] = {
        "libraries": _libraries,
        "data folder": lambda say: _folder(say, session),
        **_SELF_TESTS,
    }
    sound = [_well(what, look, say) for what, look in looks.items()]
    say("All is well." if all(sound) else "Something is wrong: see above.")
    return all(sound)


def self_test() -> int:
    """Try this installation on samples in temporary folders, the user's own left alone; return the exit code.

    All that `run` looks at, then the whole way through real files: protect, damage, find.
    """
    from app import demo
    from core.settings import HOME_VARIABLE

    before = os.environ.get(HOME_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="countermark-self-test-") as name:
        os.environ[HOME_VARIABLE] = name
        try:
            codes = (run(argparse.Namespace()), demo.main())
        finally:
            if before is None:
                del os.environ[HOME_VARIABLE]
            else:
                os.environ[HOME_VARIABLE] = before
    return DONE if codes == (DONE, 0) else TROUBLE


def _well(what: str, look: Callable[[Say], bool], say: Say) -> bool:
    """Return whether a look found all well; what it stumbles over is said, so that the next look can follow."""
    try:
        return look(say)
    except (CountermarkError, ImportError) as error:
        say(f"{what}: {error}")
        return False


def _libraries(say: Say) -> bool:
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


def _folder(say: Say, session: Session | None) -> bool:
    """Say what is in the data folder."""
    if session is None:
        from app.session import Session

        with Session.open() as opened:
            return _folder(say, opened)
    from core.catalog.backup import backups
    from core.settings import HOME_VARIABLE

    say(f"data folder: {session.folder} (moved with {HOME_VARIABLE})")
    if session.has_key:
        file = session.active_key_file()
        say(f"  key: {file.id}, {'under a passphrase' if file.protected else 'without a passphrase'}")
    else:
        say("  key: none yet")
    totals = session.catalog.totals()
    say(f"  catalog: {totals['works']:,} works, {totals['copies']:,} copies")
    last = next(iter(backups(session.folder)), None)
    say(f"  last backup: {f'{last.moment:%Y-%m-%d %H:%M} UTC' if last else 'none yet'}")
    return True


def _picture(say: Say) -> bool:
    """Mark a sample picture in memory and find the mark."""
    from app.samples import sample_picture
    from core import image
    from core.keys import CreatorKey

    key = CreatorKey.generate()
    marked = image.embed(sample_picture(), key=key, serial=_SERIAL)
    assert marked.pixels is not None
    return _found(say, "picture", image.detect(marked.pixels, key=key, serials=range(_SERIALS)))


def _recording(say: Say) -> bool:
    """Mark a sample recording in memory and find the mark."""
    from app.samples import sample_recording
    from core import audio
    from core.keys import CreatorKey

    key = CreatorKey.generate()
    marked = audio.embed(sample_recording(), 48000, key=key, serial=_SERIAL)
    assert marked.samples is not None
    return _found(say, "recording", audio.detect(marked.samples, 48000, key=key, serials=range(_SERIALS)))


def _found(say: Say, word: str, findings: Sequence[Finding]) -> bool:
    from core.decide import in_words
    from core.model import Verdict

    best = findings[0] if findings else None
    if best is None or best.serial != _SERIAL or best.verdict is not Verdict.CERTAIN:
        say(f"self-test with a {word}: the mark was not found")
        return False
    say(f"self-test with a {word}: the mark was found; a coincidence {in_words(best.probability)}")
    return True


def _formats(say: Say) -> bool:
    """Read a sample of each format and write it again: codecs are loaded by name, so one can be missing unnoticed."""
    lost = []
    with tempfile.TemporaryDirectory(prefix="countermark-doctor-") as name:
        for file in (*_sample_pictures(Path(name)), *_sample_recordings(Path(name))):
            try:
                _write_again(file)
            except (CountermarkError, ImportError) as error:
                lost.append(f"  {file.name}: {error}")
    say(f"formats: {'some cannot be read and written' if lost else 'all can be read and written'}")
    for line in lost:
        say(line)
    return not lost


def _write_again(file: Path) -> None:
    from core.media.files import kind_of
    from core.model import Kind

    target = file.with_name(f"again-{file.name}")
    if kind_of(file) is Kind.IMAGE:
        from core.media.images import read_image, write_image

        picture = read_image(file)
        write_image(picture, picture.pixels, target)
    else:
        from core.media.sounds import read_sound, write_sound

        sound = read_sound(file)
        write_sound(sound, sound.samples, target)


def _sample_pictures(folder: Path) -> Iterator[Path]:
    import numpy as np
    import pillow_heif
    import tifffile
    from imagecodecs import png_encode
    from PIL import Image

    from app.samples import sample_picture

    pixels = sample_picture(120, 80)
    for ending in ("jpg", "png", "webp", "tif", "avif", "gif"):
        Image.fromarray(pixels).save(folder / f"8-bit.{ending}")
        yield folder / f"8-bit.{ending}"
    heic = folder / "8-bit.heic"
    pillow_heif.encode("RGB", (120, 80), pixels.tobytes(), heic, quality=80)
    yield heic
    deep = pixels.astype(np.uint16) * 257
    (folder / "16-bit.png").write_bytes(png_encode(deep))
    yield folder / "16-bit.png"
    tifffile.imwrite(folder / "16-bit LZW.tif", deep, photometric="rgb", compression="lzw")
    yield folder / "16-bit LZW.tif"


def _sample_recordings(folder: Path) -> Iterator[Path]:
    import soundfile

    from app.samples import sample_recording

    samples = sample_recording(1.0)
    kinds = {"wav": "PCM_24", "aiff": "PCM_16", "flac": "PCM_16", "ogg": "VORBIS", "opus": "OPUS", "mp3": None}
    for ending, subtype in kinds.items():
        kind = "OGG" if ending == "opus" else ending.upper()
        soundfile.write(folder / f"voice.{ending}", samples, 48000, subtype=subtype, format=kind)
        yield folder / f"voice.{ending}"
    from core.media.sound_conversion import converted
    from core.media.sounds import read_sound, write_sound

    sound = converted(read_sound(folder / "voice.wav"), "m4a")
    write_sound(sound, sound.samples, folder / "voice.m4a")
    yield folder / "voice.m4a"


_SELF_TESTS: dict[str, Callable[[Say], bool]] = {
    "formats": _formats,
    "self-test with a picture": _picture,
    "self-test with a recording": _recording,
}
