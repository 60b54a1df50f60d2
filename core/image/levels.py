"""The pyramid of work sizes at which a suspect is searched for turns, scales and crops.

One work size does not do: the high-pass that removes the host eats a template that lies far below it, and a template
far above the pixels is gone. Work areas therefore go down in steps of three; with them instead of one size, crops to
25 % went from 67 to 100 % found in the first trial.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.image.frame import Plane, visible
from core.image.parameters import PARAMETERS
from core.image.whitening import evened

_LARGEST = 3.0  # canonical areas: 1.26 MP, the finest level
_STEP = 3.0  # between the areas of levels
_LEAST_AREA = 0.09  # of the canonical area: a crop to 10 % still lies within reach of the last level
_LEAST_SIDE = 64  # pixels
_MOST = 1.36  # canonical pixels a work pixel that a level reaches up to; down to where the next one begins
_INSET = 0.12  # of the suspect's area: what is pasted in smaller is out of reach
_OVERLAP = 0.96
_FINEST_MOST = 2.7  # of the finest level, for insets: the template then ends at 0.46 cycles a pixel
_FLOOR = 1.0  # grey levels beside the local RMS
_LEAST_BIN = 0.3  # median bins beside the size of each bin of the local whitening


@dataclass(frozen=True, slots=True)
class Level:
    """A suspect at one work size, evened out.

    `scales` are work pixels a suspect pixel (vertical, horizontal); `high` the high-passed luma, evened out by
    `whitening.evened`, float32, hidden pixels zero; `reach` the canonical pixels a work pixel that are searched here.
    """

    scales: tuple[float, float]
    high: Plane
    reach: tuple[float, float]


def levels(luma: Plane, alpha: Plane | None = None) -> list[Level]:
    """Return the levels of a suspect, finest first: luma float32 in grey levels, opacity 0..1 or None.

    The finest level is the suspect itself up to 1.26 MP, then areas of 0.42, 0.14 and 0.047 MP, as far as they are
    smaller. One level's pixels lie at `scales` times the suspect's, measured from the outer edges.
    """
    height, width = luma.shape
    area = float(height * width)
    finest = min(_LARGEST * PARAMETERS.area, area)
    areas = [finest]
    nominal = float(PARAMETERS.area)
    while nominal >= _LEAST_AREA * PARAMETERS.area:
        if nominal < finest / 1.5:
            areas.append(nominal)
        nominal /= _STEP
    found: list[Level] = []
    plane, cover = luma, alpha
    for number, wanted in enumerate(areas):
        factor = math.sqrt(wanted / area)
        shape = max(1, round(height * factor)), max(1, round(width * factor))
        if number and min(shape) < _LEAST_SIDE:
            break
        if shape != plane.shape or (number == 0 and alpha is not None):
            plane, cover = visible(plane, cover, shape)
        below = areas[number + 1] if number + 1 < len(areas) else wanted / _STEP
        most = min(_FINEST_MOST, max(math.sqrt(PARAMETERS.area / (_INSET * wanted)), _MOST))
        reach = _OVERLAP * _MOST * math.sqrt(below / wanted), _MOST if number else most
        found.append(Level((shape[0] / height, shape[1] / width), evened(plane, cover, _FLOOR, _LEAST_BIN), reach))
    return found
