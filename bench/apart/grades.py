"""PESQ wide band (ITU-T P.862.2) and STOI (Taal et al., 2011) of two recordings at 16 kHz: RATE A.npy B.npy OUT.npy.

One that cannot be told (too little speech) is NaN.
"""

import sys

import numpy as np
from pesq import PesqError, pesq
from pystoi import stoi


def main(rate: int, first: str, second: str, target: str) -> None:
    """Write the two grades."""
    before, after = np.load(first).astype(np.float64), np.load(second).astype(np.float64)
    try:
        quality = pesq(rate, before, after, "wb")
    except PesqError:
        quality = np.nan
    try:
        understood = stoi(before, after, rate)
    except ValueError:
        understood = np.nan
    np.save(target, np.array([quality, understood], np.float32))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
