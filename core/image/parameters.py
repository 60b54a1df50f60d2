"""The constants of the image mark, with what was measured for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.model import Strength


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that was tuned. `version` is stored with each copy; a change of any value makes a new version.

    Lengths are in pixels of the canonical frame, grey levels are those of 8 bits, frequencies cycles a pixel.
    """

    version: int = 1

    # The frame. 0.25 / 0.42 / 0.80 MP: t after 400 px + JPEG 70 on a photo 11.4 / 11.5 / 8.9, after 600 px 14.2 / 15.4 /
    # 15.1; finer is less visible on large pictures, coarser survives thumbnails.
    area: int = 420_000

    # Chips: the 8x8 block-DCT coefficients (v, u) with radius up to 2.7. Against radius 3.2 at equal PSNR: +0.3 dB
    # after JPEG 50, +1.9 dB after blur 3, +2.4 dB at scale 25 %.
    block: int = 8
    blocks: int = 64  # the pattern repeats after 512 pixels: more than most of a picture
    coefficients: tuple[tuple[int, int], ...] = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1))
    data_signs: int = 2048  # 384 / 1024 / 2048 need z = 8.57 / 8.10 / 7.97 for t = 7.85
    pilot_share: float = 0.12  # of the chips; 20 % costs 0.4 dB of data

    # The template. 24 sinusoids with 30 % of the energy in 0.08-0.17 won 11 of 12 crops of 20-33 %, 32 with 25 % in
    # 0.05-0.15 won 7.
    sinusoids: int = 24
    template_share: float = 0.30
    template_band: tuple[float, float] = (0.08, 0.17)
    template_step: int = 64  # frequencies lie on the lattice k / 64

    # Visibility: mark RMS = base * luminance factor * (1 + e / e0)^g, e the local contrast.
    base: float = 0.42
    contrast_unit: float = 0.5
    exponent_limit: float = 0.70
    rms_limit: float = 5.0
    targets: Mapping[Strength, float] = field(
        default_factory=lambda: {Strength.SUBTLE: 46.0, Strength.STANDARD: 42.5, Strength.STRONG: 40.0}
    )
    bases: Mapping[Strength, float] = field(
        default_factory=lambda: {Strength.SUBTLE: 0.75, Strength.STANDARD: 1.0, Strength.STRONG: 1.25}
    )
    flat_rms: float = 0.45  # grey levels, on flat areas of the written pixels at standard strength
    ssim: float = 0.990
    cap_offset: float = 0.6  # |residual| <= offset + slope * (luma range over 3x3): no beads beside thin lines
    cap_slope: float = 0.4
    flat_luminance: float = 1.05
    busy_share: float = 0.30  # below it, a picture is flat art and the busy-share factor applies

    # Front ends: (power of the mask / RMS weighting, floor beside the local RMS). The second gains 0.15 to 0.8 dB after
    # hard compression, the third 1.2 dB at scale 25 %; each loses on the other's ground, so the best one counts.
    front_ends: tuple[tuple[float, float], ...] = ((0.5, 0.5), (0.0, 1.0), (1.0, 0.25))
    clip: float = 2.0
    whitening_floor: float = 0.3

    # The bound H of the false-alarm probability: at most so many vectors of soft values reach the codebook.
    hypotheses: int = 64
    alignments: int = 24  # sizes of works that are tried
    offsets: int = 8  # offsets of one alignment that reach the codebook
    refined: int = 5  # best ones that are read with the other front ends, too


PARAMETERS = Parameters()
