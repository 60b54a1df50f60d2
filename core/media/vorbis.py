"""How finely the Vorbis encoder of libsndfile has to work for a bit rate."""

from __future__ import annotations

import numpy as np

from core.media import blocks

MORE = 1.15  # what was coded once codes smaller: at the same nominal bit rate copies came out 6 to 11 % smaller
_STEPS = 7  # halvings of the quality scale: to 1 part in 128
_NOMINAL = 28 + 20  # bytes before the nominal bit rate: a page's header, then the stream's own


def level(rate: int, channels: int, bit_rate: float) -> float:
    """Return the encoder's level whose nominal bit rate is the least one not below this one.

    The encoder writes the nominal bit rate of a quality into its header, so a few headers are made and read.
    """
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        silence = np.zeros((1, channels), np.float32)
        made = blocks.encode(silence, rate, "OGG", "VORBIS", compression_level=1.0 - middle)
        if int.from_bytes(made[_NOMINAL : _NOMINAL + 4], "little") < bit_rate:
            low = middle
        else:
            high = middle
    return 1.0 - high
