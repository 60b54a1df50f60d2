"""The image mark: embed a serial into a picture, find it again in a suspect."""

from core.image.detection import detect
from core.image.embedding import embed
from core.image.informed import detect_informed
from core.image.parameters import Parameters
from core.image.reference import reference_signal
from core.image.showing import shows_work

__all__ = ["Parameters", "detect", "detect_informed", "embed", "reference_signal", "shows_work"]
