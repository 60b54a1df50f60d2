"""The audio mark: keyed gains on pairs of frequency bands, found again at any place of any cut."""

from core.audio.mark import embed
from core.audio.parameters import Parameters
from core.audio.read import detect

__all__ = ["Parameters", "detect", "embed"]
