"""The image mark: embed a serial into a picture, find it again in a suspect."""

from core.image.detection import detect
from core.image.embedding import embed
from core.image.parameters import Parameters
from core.image.reference import reference_signal

__all__ = ["Parameters", "detect", "embed", "reference_signal"]
