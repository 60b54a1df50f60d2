"""The goals of the picture mark: which pictures, which damage, how they are read, and what share must be found.

The classes are those of `bench.sample`; sizes are megapixels of the picture as it was marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SMALL, LEAST = 0.35, 0.1
PHOTO, FLAT, WHITE, CUTOUT = "photo-like", "coloured flat art", "line art and text on white", "cut-outs"


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal. `level`: "blind" counts the file alone, "informed" what detection with the work's reference finds."""

    number: str
    title: str
    belongs: Callable[[Mapping[str, Any]], bool]
    attacks: tuple[str, ...]
    wanted: float  # per cent of the checks
    level: str = "blind"


def _large(*groups: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda row: row["group"] in groups and row["megapixels"] >= SMALL


def _small(row: Mapping[str, Any]) -> bool:
    return LEAST <= row["megapixels"] < SMALL and row["group"] != WHITE


def _white(row: Mapping[str, Any]) -> bool:
    return row["group"] == WHITE and row["megapixels"] >= LEAST


EVERYDAY = (
    *("none", "png", "jpeg_90", "jpeg_70", "jpeg_50", "jpeg_40", "jpeg_30", "jpeg_20", "webp_80", "webp_50"),
    *("avif_60", "avif_40", "fit_1280_jpeg_60", "fit_1080_jpeg_75", "fit_600_jpeg_70", "fit_400_jpeg_70", "two_sites"),
    *("scale_200", "scale_150", "scale_75", "scale_50", "scale_33", "aspect_80_100", "aspect_100_83"),
    *("crop_90", "crop_75", "crop_50", "crop_33", "crop_centre_40", "crop_corner_40", "crop_square", "trim"),
    *("rotate_1_crop", "rotate_3_crop", "rotate_5_crop", "rotate_15_crop"),
    *("rotate_7_full", "rotate_30_full", "rotate_45_full", "rotate_137_full", "rotate_90", "rotate_180"),
    *("mirror", "flip", "invert", "grey", "gamma_160", "gamma_60", "contrast_130", "contrast_60"),
    *("brighter_30", "darker_30", "equalise", "posterise_4", "overlay_10", "overlay_25"),
    *("screenshot_tight", "screenshot_inset", "meme_bars", "collage_70", "collage_40", "print_scan"),
    *("noise_10", "noise_20", "median_3", "median_5", "shear_2", "shear_5", "perspective_3"),
)
HARDER = ("crop_25", "perspective_8", "rotate_45_crop", "screen_photo", "crop_50_scale_70_jpeg_60", "bend_3")
HARDEST = ("jpeg_10", "webp_20", "scale_25", "blur_3")
REGISTERED = ("crop_5", "scale_20", "jpeg_10", "bend_3", "perspective_8", "collage_40", "blur_3")
REMADE = ("jpeg_5", "scale_12", "crop_2_jpeg_75")
PALE = (
    *("none", "png", "jpeg_90", "jpeg_70", "scale_200", "scale_150", "scale_75", "scale_50", "scale_33"),
    *("aspect_80_100", "aspect_100_83", "crop_90", "crop_75", "crop_50", "crop_33", "crop_centre_40"),
    *("crop_corner_40", "crop_square", "trim", "rotate_3_crop", "rotate_7_full", "rotate_90", "rotate_180", "mirror"),
    *("flip", "shear_2", "perspective_3", "screenshot_tight", "screenshot_inset", "meme_bars"),
)
PALE_CODED = ("jpeg_50", "jpeg_40", "jpeg_30", "jpeg_20", "webp_50", "avif_40")

_LARGE_PHOTO = _large(PHOTO)
_LARGE_ANY = _large(PHOTO, FLAT)

GOALS = (
    Goal("1", "photo-like, damage of every day", _LARGE_PHOTO, EVERYDAY, 99.5),
    Goal("2", "photo-like, harder damage", _LARGE_PHOTO, HARDER, 97.0),
    Goal("3", "photo-like: JPEG 10, WebP 20, scaled to 25 %, blur 3", _LARGE_PHOTO, HARDEST, 90.0),
    Goal("3", "photo-like: crop 10 %", _LARGE_PHOTO, ("crop_10",), 70.0),
    Goal("4", "registered: crop 5 %, 20 % scale, JPEG 10 and more", _LARGE_ANY, REGISTERED, 100.0, "informed"),
    Goal("4", "JPEG 5, 12 % thumbnail, crop 2 % + JPEG 75", _LARGE_ANY, REMADE, 90.0, "informed"),
    Goal("5", "coloured flat art, damage of every day", _large(FLAT), EVERYDAY, 97.0),
    Goal("5", "line art and text on white: geometry, sizes, JPEG from 70", _white, PALE, 97.0),
    Goal("5", "line art and text on white: JPEG to 50, WebP 50, AVIF 40", _white, PALE_CODED, 95.0, "informed"),
    Goal("6", "pictures of 0.1 to 0.35 MP, damage of every day", _small, EVERYDAY, 90.0),
)


def wanted_of(row: Mapping[str, Any], level: str) -> frozenset[str]:
    """Return the attacks that some goal wants read at this level in this picture."""
    return frozenset(a for goal in GOALS if goal.level == level and goal.belongs(row) for a in goal.attacks)
