"""How copies are wanted on the command line: a preset, what is said beside it, and the settings for the rest."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from app.commands.rights import terms_named
from app.session import Session
from core.errors import RefusedError
from core.model import Conversion, Strength
from core.presets import SUFFIX, Preset, Presets, read_preset


class Wanted(NamedTuple):
    """For whom copies are made, where they are saved (None: beside the originals), and what `core.protect` asks for."""

    recipients: tuple[str, ...]
    out: Path | None
    options: dict[str, Any]


def wanted(given: argparse.Namespace, session: Session) -> Wanted:
    """Return how copies are wanted: what the command says counts before its preset, and that before the settings.

    RefusedError where nobody is named who gets them, and for a preset or terms that are not there.
    """
    settings = session.settings
    preset = _preset(session.folder, given.preset) if given.preset else Preset(strength=settings.strength)
    recipients = tuple(dict.fromkeys(given.recipients or preset.recipients or (settings.recipient,)))
    if not all(name.strip() for name in recipients):
        raise RefusedError("A copy needs a recipient.", 'Say who gets it: --for "NAME".')
    folder = given.out if given.out is not None else preset.output_folder or settings.output_folder
    terms = given.terms or preset.terms
    options = {
        "strength": Strength(given.strength) if given.strength else preset.strength,
        "conversion": _converted(given, preset) if given.preset else _conversion(given),
        "naming": given.name or preset.pattern,
        "terms": terms_named(session.catalog, terms) if terms else None,
        "keep": preset.keep and not given.replace,
        "strip": preset.strip or given.strip,
        "sign": preset.sign or given.sign,
        "purpose": given.purpose or preset.purpose,
        "unless_known": given.unless_known,
    }
    return Wanted(recipients, Path(folder).expanduser() if folder else None, options)


def _conversion(given: argparse.Namespace) -> Conversion:
    return Conversion(given.format, given.long_side, given.quality, given.bitrate)


def _converted(given: argparse.Namespace, preset: Preset) -> dict[Any, Conversion]:
    """Return the conversions of a preset, with what the command says in their place."""
    said = _conversion(given)
    return replace(
        preset,
        pictures=said.format if said.format in Conversion.PICTURES else preset.pictures,
        recordings=said.format if said.format in Conversion.RECORDINGS else preset.recordings,
        long_side=said.long_side or preset.long_side,
        quality=said.quality or preset.quality,
        bit_rate=said.bit_rate or preset.bit_rate,
    ).conversions()


def _preset(folder: Path, name: str) -> Preset:
    """Return the preset of this name, or of this file."""
    if name.endswith(SUFFIX) and Path(name).is_file():
        return read_preset(Path(name))
    known = Presets(folder).all()
    found = next((preset for preset in known if preset.name.casefold() == name.casefold()), None)
    if found is None:
        names = ", ".join(f"“{preset.name}”" for preset in known)
        raise RefusedError(f"There is no preset “{name}”.", f"There are {names}; or give a file {SUFFIX}.")
    return found
