"""The presets that come with the program, in the reader's language."""

from __future__ import annotations

import dataclasses

from app.i18n import tr
from core.presets import USUAL, Preset


def usual_presets() -> tuple[Preset, ...]:
    """Return `core.presets.USUAL` with names and purposes as the window calls them."""
    words = {
        "Portfolio": (tr("Portfolio"), tr("portfolio")),
        "Demo reel": (tr("Demo reel"), tr("demo reel")),
        "Client proof": (tr("Client proof"), tr("proof for a client")),
    }
    return tuple(
        dataclasses.replace(preset, name=words[preset.name][0], purpose=words[preset.name][1]) for preset in USUAL
    )
