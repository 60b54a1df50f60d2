"""Settings as one frozen dataclass and a TOML file that people can read, and where Countermark keeps its data.

The data folder holds the catalog, `keys/*.key` and `settings.toml`. COUNTERMARK_HOME moves it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.data_files import write_whole
from core.errors import SettingsError, WriteError
from core.model import Strength

HOME_VARIABLE = "COUNTERMARK_HOME"


class Theme(StrEnum):
    """The colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Motion(StrEnum):
    """Whether things in the window move by themselves."""

    USUAL = "usual"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose. `help_text(name)` says what each field means.

    `others` keeps entries of the file that this version does not know, so that a newer version's are not lost.
    """

    recipient: str = field(default="", metadata={"help": "Who gets a copy when nobody is named. Empty: always ask."})
    output_folder: str = field(default="", metadata={"help": "Where copies are saved. Empty: beside their originals."})
    strength: Strength = field(
        default=Strength.STANDARD,
        metadata={"help": "How strongly copies are marked: subtle, standard or strong. Stronger survives more."},
    )
    theme: Theme = field(default=Theme.SYSTEM, metadata={"help": "The colours of the window: system, light or dark."})
    motion: Motion = field(
        default=Motion.USUAL, metadata={"help": "Whether things in the window move by themselves: usual or reduced."}
    )
    language: str = field(
        default="system",
        metadata={
            "help": "The language of the window: system, or its code, as in en or de. It holds from the next start."
        },
    )
    key: str = field(
        default="", metadata={"help": "The public id of the key that marks new copies. Empty: the only key there is."}
    )
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)


def help_text(name: str) -> str:
    """Return the sentence that explains one field of `Settings`. KeyError for an unknown name."""
    return str(_fields()[name].metadata["help"])


def data_folder() -> Path:
    """Return the folder of the catalog, the keys and the settings: COUNTERMARK_HOME, else the system's place for it."""
    moved = os.environ.get(HOME_VARIABLE, "")
    if moved:
        return Path(moved).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("Countermark", appauthor=False)


def settings_file(folder: Path) -> Path:
    """Return the path of the settings in a data folder."""
    return folder / "settings.toml"


def keys_folder(folder: Path) -> Path:
    """Return the path of the keys in a data folder."""
    return folder / "keys"


def load(path: Path) -> Settings:
    """Return the settings of a file, or the defaults where there is no file.

    SettingsError for a file that cannot be read or is no TOML, and for a value of the wrong type or range: the
    sentence names the entry, what it says and what it may say.
    """
    try:
        entries = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(
            f"The settings {path} cannot be read: {error.strerror}.", "Check the file's permissions.", path=path
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8 text"
        raise SettingsError(
            f"The settings {path} cannot be understood: {reason.rstrip('.')}.",
            "Correct the file, or move it away to start with the defaults.",
            path=path,
        ) from error
    known = _fields()
    chosen: dict[str, Any] = {name: _value(path, name, entries.pop(name)) for name in known if name in entries}
    return Settings(**chosen, others=entries)


def save(settings: Settings, path: Path) -> None:
    """Write the settings with their help texts as comments. The file changes whole or not at all: else WriteError.

    SettingsError for text that no TOML file can hold (a folder whose name is not Unicode).
    """
    content = to_toml(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except UnicodeEncodeError as error:
        raise SettingsError(
            "The settings hold a name that is not Unicode text.", "Choose another folder or name.", path=path
        ) from error
    except OSError as error:
        raise WriteError(
            f"The settings {path} could not be written: {error.strerror}.", "Check the folder.", path=path
        ) from error


def to_toml(settings: Settings) -> str:
    """Return the settings as TOML text."""
    lines = ["# Settings of Countermark. Change the values; lines that start with # explain them.", ""]
    for name in _fields():
        lines += [f"# {help_text(name)}", f"{name} = {_toml(getattr(settings, name))}", ""]
    lines += [f"{_toml_key(name)} = {_toml(value)}" for name, value in settings.others.items()]
    return "\n".join(lines).rstrip("\n") + "\n"


def _fields() -> dict[str, dataclasses.Field[Any]]:
    return {f.name: f for f in dataclasses.fields(Settings) if "help" in f.metadata}


def _value(path: Path, name: str, given: object) -> object:
    default = _fields()[name].default
    if isinstance(default, StrEnum):
        kind = type(default)
        with contextlib.suppress(ValueError):
            return kind(str(given))
        wanted = ", ".join(f'"{choice}"' for choice in kind)
        wanted = " or ".join(wanted.rsplit(", ", 1))
    else:
        if isinstance(given, str):
            return given
        wanted = "text in quotes"
    shown = _toml(given)
    raise SettingsError(
        f"The settings {path} say {name} = {shown if len(shown) < 60 else shown[:57] + '...'}; it must be {wanted}.",
        "Correct that line, or remove it to use the default.",
        path=path,
    )


def _toml(value: object) -> str:
    """Return one value as TOML: text, numbers, truth, dates, lists and (inline) tables."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml_key(name)} = {_toml(item)}" for name, item in value.items()) + "}"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _toml_key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else _quoted(name)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(text)) + '"'


def _escaped(text: str) -> Iterator[str]:
    for character in text:
        if character in '"\\':
            yield "\\" + character
        elif character < " " or character == "\x7f":
            yield f"\\u{ord(character):04X}"
        else:
            yield character
