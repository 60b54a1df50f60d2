"""A voice taken apart and made anew by the vocoder WORLD (Morise, Yokomori and Ozawa, 2016): RATE IN.npy OUT.npy."""

import sys

import numpy as np
import pyworld


def main(rate: int, source: str, target: str) -> None:
    """Write what the vocoder makes of a voice, float32 of one dimension."""
    voice = np.load(source).astype(np.float64)
    pitch, moments = pyworld.harvest(voice, rate)
    envelope = pyworld.cheaptrick(voice, pitch, moments, rate)
    breath = pyworld.d4c(voice, pitch, moments, rate)
    made = pyworld.synthesize(pitch, envelope, breath, rate)
    np.save(target, made[: len(voice)].astype(np.float32))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
