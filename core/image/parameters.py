"""The constants of the image mark, with what was measured for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.model import Strength


def _by_strength(subtle: float, standard: float, strong: float) -> Mapping[Strength, float]:
    return MappingProxyType({Strength.SUBTLE: subtle, Strength.STANDARD: standard, Strength.STRONG: strong})


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that was tuned. `version` is stored with each copy; changing what embedding uses makes a new one.

    Lengths are in pixels of the canonical frame, grey levels are those of 8 bits, frequencies cycles a pixel. "dB" of
    a gain is the change of the score before it saturates, at equal PSNR.
    """

    version: int = 1

    # The frame. 0.25 / 0.42 / 0.80 MP: score after 400 px + JPEG 70 on a photo 11.4 / 11.5 / 8.9, after 600 px 14.2 /
    # 15.4 / 15.1. Finer is less visible on large pictures, coarser survives thumbnails.
    area: int = 420_000

    # Chips: the 8x8 block-DCT coefficients (v, u) with radius up to 2.7. Against radius 3.2 with a 20 % pilot: +0.3 dB
    # after JPEG 50, +1.9 dB after blur 3, +2.4 dB at scale 25 %. Looked at by eye: docs/how-it-works-image.md.
    block: int = 8
    blocks: int = 64  # the pattern repeats after 512 pixels: more than most of a picture
    coefficients: tuple[tuple[int, int], ...] = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1))
    data_signs: int = 2048  # 384 / 1024 / 2048 need an unsaturated z of 8.57 / 8.10 / 7.97 for a score of 7.85
    pilot_share: float = 0.12  # of the chips; 20 % takes 0.4 dB from the data
    # Gaussian blur of the pattern, which hides the edges between blocks. 0.6 against none on 18 pictures: -0.1 dB after
    # JPEG 50 and half size, +1.2 dB at scale 25 %, less of a grid in the amplified difference. 0.9: -0.5, -0.5, +2.1.
    softening: float = 0.6

    # The template. 24 sinusoids with 30 % of the energy in 0.08-0.17 won 11 of 12 crops of 20-33 % in a geometric
    # search, 32 with 25 % in 0.05-0.15 won 7.
    sinusoids: int = 24
    template_share: float = 0.30
    template_band: tuple[float, float] = (0.08, 0.17)
    template_step: int = 64  # frequencies lie on the lattice k / 64

    # Visibility: RMS of the mark = base * luminance factor * (1 + max(e - e1, 0) / e0)^g, e the local contrast.
    base: float = 0.42
    flat_base: float = 0.39  # beside smooth pixels; rounds to 0.43 grey levels RMS in 8 bits, 0.42 to 0.46
    contrast_start: float = 0.25  # e1. Without it skies and bokeh of large photos had 0.5 to 0.65; costs 0.5 dB
    contrast_unit: float = 0.5  # e0
    # With 0.85 and 7 small flat art gains 0.9 dB after JPEG 50, but hatching shows in pale rims at 300 %.
    exponent_limit: float = 0.70
    rms_limit: float = 5.0
    targets: Mapping[Strength, float] = field(default_factory=lambda: _by_strength(46.0, 42.5, 40.0))  # PSNR, dB
    bases: Mapping[Strength, float] = field(default_factory=lambda: _by_strength(0.75, 1.0, 1.25))  # of base, flat_rms
    flat_rms: float = 0.45  # grey levels, on flat areas of the written pixels
    ssim: float = 0.990
    flat_luminance: float = 1.05  # limit of the luminance factor on flat areas
    # At full resolution: |residual| <= offset + slope * d, and its RMS <= base + slope * (least d of 3x3), d the luma
    # range over 3x3 pixels. Beads beside thin lines and mottling between text lines are gone at 400 %; against the
    # first limit alone +1 dB of PSNR on flat art, -0.2 dB after JPEG 50 on 25 pictures of all kinds. A factor for the
    # share of busy pixels on top of it cost 0.3 dB more and changed nothing that could be seen.
    cap_offset: float = 0.6
    cap_slope: float = 0.4
    busy_share: float = 0.30  # below it a picture counts as flat art when its weaknesses are named

    # Front ends: (power of the mask / RMS weighting, floor beside the local RMS, whether blocks are whitened on their
    # own, whether edges stay in where there are plain parts). Mean score of seven pictures with each of the three:
    # untouched 30.2 / 32.2 / 30.2, JPEG 20 16.0 / 17.3 / 12.8, WebP 20 13.1 / 14.2 / 9.6, blur 3 17.3 / 18.1 / 17.8,
    # scale 25 % 18.1 / 19.1 / 18.6. The first takes a quarter of the second's time and is tried first; the third reads
    # shrunk copies. The best one counts.
    front_ends: tuple[tuple[float, float, bool, bool], ...] = (
        (0.5, 0.5, False, False),
        (0.5, 2.0, True, False),
        (1.5, 0.25, False, True),
    )
    block_floor: float = 1.0  # median bins beside the size of each bin of a block; 0.1 costs 1.6 after JPEG 10
    # A picture of which more than `plain_share` has less local RMS (grey levels) is read beside its edges: the mean of
    # the pixels around that differ by little more than `similar` is taken away, not that of all. Score with the mean of
    # all / with `similar` 4 / 8 / 16: diagram after JPEG 50 6.2 / 17.2 / 18.3 / 17.8, WebP 50 none / 9.7 / 10.1 / 9.3;
    # cartoon after JPEG 20 none / 8.7 / 8.7 / 7.8; sheet of sprites, transparent ground 9.9 / - / 12.9 / 10.8.
    # Of textured photos that would lose: 12.1 / 9.4 at scale 25 %, 11.9 / 8.3 after blur 3 (mean of all / 8).
    plain_share: float = 0.5
    ground_share: float = 0.3  # of a picture, for one tone
    plain_rms: float = 0.75
    similar: float = 8.0
    clip: float = 2.0  # of the evened residual; 1.2 costs 0.3 dB, 4 gains nothing
    whitening_floor: float = 0.3  # of the median spectrum

    # The bound H of the false-alarm probability. At most `blind` vectors of soft values reach the codebook in the
    # search with the file alone, `informed` in the comparison with stored works. Which hypotheses are read with the
    # other front ends, too, is chosen by their rows, so any of them could have been: the search is charged with all
    # three front ends of each. Every check counts all of this, whatever it tried.
    blind: int = 64
    informed: int = 64
    hypotheses: int = 3 * blind + informed
    alignments: int = 48  # distinct scales of works that are tried
    offsets: int = 8  # placements of one step that reach the codebook
    # Maps of the spectrum that are tried out with the pilot, of all levels together: of 182 true ones 178 came first,
    # the last one sixth.
    verified: int = 8
    read: int = 5  # of them reach the codebook as they are
    resynchronised: int = 3  # of them after local re-synchronisation, too
    # Deviations of pilot and template above the expected largest of chance that make a map worth it: chance maps reach
    # 0.9 as a rule and 1.5 at most, the best true one of seven hard views had 1.4 to 8.4.
    hopeful: float = 1.1
    refined: int = 5  # best hypotheses that are read with the other front ends, too


PARAMETERS = Parameters()
