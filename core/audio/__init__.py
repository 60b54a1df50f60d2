"""The audio mark: keyed gains on pairs of frequency bands, found again at any place of any cut."""

from core.audio.informed import detect_informed, shows_work
from core.audio.mark import embed
from core.audio.parameters import Parameters
from core.audio.read import detect
from core.audio.reference import reference_signal

__all__ = ["Parameters", "detect", "detect_informed", "embed", "reference_signal", "shows_work"]
