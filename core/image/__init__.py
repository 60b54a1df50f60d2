"""The image mark: embed a serial into a picture, find it again in a suspect."""

from core.image.detection import detect
from core.image.embedding import embed
from core.image.parameters import Parameters

__all__ = ["Parameters", "detect", "embed"]
