"""How copies are wanted, under a name: for a portfolio, a demo reel, a client's proof, or what people save themselves.

The own ones lie in `presets.json` of the data folder. One alone can be written to a file and taken in elsewhere; the
folder for the copies stays out of it, since it is a place on one computer.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data_files import write_whole
from core.errors import RefusedError, SettingsError, WriteError
from core.model import Conversion, Kind, Strength
from core.naming import USUAL as USUAL_NAMING
from core.naming import Naming

FILE_NAME = "presets.json"
SUFFIX = ".countermark-preset"
_FORMAT = "countermark preset 1"
_LONGEST = 1 << 20  # bytes of a file with presets
_LONGEST_NAME = 60
_DAMAGED = (OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Preset:
    """How copies are wanted. Empty texts and zeros leave things as they are.

    `terms` is the name of terms in the catalog; without it those of the work or of its creator hold. `pictures` and
    `recordings` are formats of `Conversion`, `long_side` is in pixels, `bit_rate` in kbit/s, `output_folder` a path;
    empty: beside the originals, and `naming` a pattern of `core.naming.Naming`. `keep` lets stand what a file says on
    rights already.
    """

    name: str = ""
    recipients: tuple[str, ...] = ()
    terms: str = ""
    strength: Strength = Strength.STANDARD
    pictures: str = ""
    long_side: int = 0
    quality: int = 0
    recordings: str = ""
    bit_rate: int = 0
    output_folder: str = ""
    naming: str = ""
    keep: bool = True
    strip: bool = False
    sign: bool = False
    purpose: str = ""

    @property
    def folder(self) -> Path | None:
        """Where the copies are saved; None: beside their originals."""
        return Path(self.output_folder) if self.output_folder else None

    @property
    def pattern(self) -> str:
        """How copies are named."""
        return self.naming or USUAL_NAMING

    def conversions(self) -> dict[Kind, Conversion]:
        """Return how files of each kind are converted. Copies of films stay films, with another bit rate at most."""
        return {
            Kind.IMAGE: Conversion(self.pictures or None, self.long_side or None, self.quality or None),
            Kind.AUDIO: Conversion(self.recordings or None, bit_rate=self.bit_rate or None),
            Kind.VIDEO: Conversion(bit_rate=self.bit_rate or None),
        }

    def fields(self) -> dict[str, Any]:
        """Return it as plain values, as JSON knows them."""
        return {**dataclasses.asdict(self), "recipients": list(self.recipients), "strength": self.strength.value}


USUAL = (  # those that come with the program
    Preset("Portfolio", pictures="jpeg", long_side=2048, quality=90, strip=True, purpose="portfolio"),
    Preset("Demo reel", recordings="mp3", bit_rate=192, strip=True, purpose="demo reel"),
    Preset(
        "Client proof",
        strength=Strength.STRONG,
        pictures="jpeg",
        long_side=1600,
        quality=85,
        recordings="mp3",
        bit_rate=128,
        strip=True,
        purpose="proof for a client",
    ),
)


def preset_of(said: object) -> Preset:
    """Return the preset that plain values describe; ValueError or TypeError where they describe none."""
    if not isinstance(said, Mapping):
        raise TypeError("not a preset")
    usual_one = Preset()
    given: dict[str, Any] = {}
    for field in dataclasses.fields(Preset):
        if field.name not in said:
            continue
        value, like = said[field.name], getattr(usual_one, field.name)
        if field.name == "recipients":
            given["recipients"] = tuple(_text(name) for name in value)
        elif field.name == "strength":
            given["strength"] = Strength(value)
        elif type(value) is not type(like):
            raise TypeError(field.name)
        else:
            anything = field.name == "output_folder"  # disks have names that are no text
            given[field.name] = _text(value) if isinstance(value, str) and not anything else value
    made = Preset(**given)
    made.conversions()
    try:
        Naming(made.pattern)
    except RefusedError as error:
        raise ValueError(str(error)) from error
    if made.pictures not in ("", *Conversion.PICTURES) or made.recordings not in ("", *Conversion.RECORDINGS):
        raise ValueError("a format of another medium")
    return made


class Presets:
    """The presets of a data folder, and those that come with the program, in whatever language they are called."""

    def __init__(self, folder: Path, usual: Sequence[Preset] = USUAL) -> None:
        self._path = folder / FILE_NAME
        self._usual = tuple(usual)

    def all(self) -> tuple[Preset, ...]:
        """Return the usual presets and the own ones, which stand in place of usual ones of their names."""
        own = self.own()
        names = {preset.name for preset in own}
        return (*(preset for preset in self._usual if preset.name not in names), *own)

    def own(self) -> tuple[Preset, ...]:
        """Return those that were saved here, by name. A damaged file counts as none, and is left as it is."""
        try:
            rows = _read(self._path)["presets"]
            return tuple(sorted((preset_of(row) for row in rows), key=lambda preset: preset.name.casefold()))
        except _DAMAGED:
            return ()

    def keep(self, preset: Preset) -> Preset:
        """Return the preset as it is kept now, in place of an own one of its name. SettingsError, WriteError."""
        name = " ".join(preset.name.split())
        if not name or len(name) > _LONGEST_NAME:
            raise SettingsError("A preset needs a name.", f"One line of at most {_LONGEST_NAME} letters.")
        kept = dataclasses.replace(preset, name=name)
        self._write((*(other for other in self.own() if other.name != name), kept))
        return kept

    def remove(self, name: str) -> None:
        """Forget an own preset. WriteError: it is still there."""
        self._write(other for other in self.own() if other.name != name)

    def take_in(self, source: Path) -> Preset:
        """Return the preset of a file, now kept here, under a name that none here has. SettingsError, WriteError."""
        preset = read_preset(source)
        taken, name, number = {other.name for other in self.all()}, preset.name, 1
        base = name[: _LONGEST_NAME - 4]
        while name in taken:
            number += 1
            name = f"{base} {number}"
        return self.keep(dataclasses.replace(preset, name=name))

    def _write(self, own: Iterable[Preset]) -> None:
        rows = [preset.fields() for preset in own]
        self._refuse_damaged()
        try:
            write_whole(self._path, json.dumps({"presets": rows}, indent=1))
        except OSError as error:
            raise WriteError(
                f"The presets could not be written: {error.strerror or error}.",
                "Check the data folder and its disk.",
                path=self._path,
            ) from error

    def _refuse_damaged(self) -> None:
        """SettingsError where a file lies there that could not be read: to write would be to lose it."""
        try:
            for row in _read(self._path)["presets"]:
                preset_of(row)
        except FileNotFoundError:
            return
        except _DAMAGED as error:
            raise SettingsError(
                f"The file {FILE_NAME} with your presets is damaged.",
                "Mend it, or move it away to start anew.",
                path=self._path,
            ) from error


def write_preset(preset: Preset, target: Path) -> None:
    """Write a preset to a new file. WriteError: it is there already, or cannot be written."""
    from core.catalog.newfile import new_file

    said = {"format": _FORMAT, "preset": dataclasses.replace(preset, output_folder="").fields()}
    with new_file(target) as temporary:
        temporary.write_text(json.dumps(said, indent=1), "utf-8")


def read_preset(source: Path) -> Preset:
    """Return the preset of a file, without a folder, called as the file where it has no name. SettingsError."""
    try:
        said = _read(source)
        if said["format"] != _FORMAT:
            raise ValueError("another format")
        preset = preset_of(said["preset"])
    except _DAMAGED as error:
        raise SettingsError(
            f"{source.name} is not a preset, or is damaged.", "Choose a file that Countermark wrote.", path=source
        ) from error
    return dataclasses.replace(preset, name=preset.name or source.stem, output_folder="")


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        data = file.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise ValueError("too long")
    return json.loads(data)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 4096 or not value.isprintable():
        raise ValueError("not a line of text")
    return value
