"""The table of all damage to pictures, as sites, phones, people and thieves do it, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from bench.attacks import ImageAttack, Pixels
from bench.attacks.images.codecs import (
    aspect,
    avif,
    fit,
    jpeg,
    jpeg_2000,
    jpeg_xl,
    none,
    palette,
    png,
    scale,
    scale_plainly,
    two_sites,
    webp,
)
from bench.attacks.images.geometry import (
    bend,
    border,
    crop,
    crop_centre,
    crop_corner,
    crop_square,
    drop_lines,
    mirror,
    perspective,
    quarter_turns,
    rotate_cropped,
    rotate_full,
    shear,
    trim,
)
from bench.attacks.images.scenes import (
    collage,
    inset,
    meme_bars,
    overlay,
    print_scan,
    screen_photo,
    screenshot_inset,
    screenshot_tight,
    soft_patch,
    tiled_text,
)
from bench.attacks.images.tones import (
    blur,
    brightness,
    contrast,
    equalise,
    gamma,
    grey,
    invert,
    median,
    motion,
    noise,
    posterise,
    salt_pepper,
    saturation,
    sepia,
    sharpen,
    smooth,
    stretch,
    two_tones,
    warm,
)

Step = Callable[[Pixels, np.random.Generator], Pixels]


def chain(*steps: Step) -> Step:
    """Return the damage that does these one after another, greys made three channels again in between."""

    def apply(pixels: Pixels, random: np.random.Generator) -> Pixels:
        for step in steps:
            if pixels.ndim == 2:
                pixels = np.ascontiguousarray(np.broadcast_to(pixels[:, :, None], (*pixels.shape, 3)))
            pixels = step(pixels, random)
        return pixels

    return apply


_CODECS = (
    ImageAttack("none", "untouched, as 8-bit RGB", none),
    ImageAttack("png", "PNG re-save", png),
    *(
        ImageAttack(f"jpeg_{quality}", f"JPEG {quality}", partial(jpeg, quality=quality), quality)
        for quality in (90, 70, 50, 40, 30, 20, 10, 5)
    ),
    *(ImageAttack(f"webp_{q}", f"WebP {q}", partial(webp, quality=q)) for q in (80, 50, 20)),
    *(ImageAttack(f"avif_{q}", f"AVIF {q}", partial(avif, quality=q)) for q in (60, 40)),
    ImageAttack("jpeg_xl_2", "JPEG XL, distance 2", partial(jpeg_xl, distance=2.0)),
    ImageAttack("jpeg_2000_20", "JPEG 2000 at 20:1", partial(jpeg_2000, ratio=20)),
    ImageAttack("jpeg_2000_50", "JPEG 2000 at 50:1", partial(jpeg_2000, ratio=50)),
    ImageAttack("gif_256", "GIF, 256 colours, dithered", partial(palette, colours=256, dithered=True)),
    ImageAttack("palette_64", "64 colours, not dithered", partial(palette, colours=64, dithered=False)),
)

_SIZES = (
    *(
        ImageAttack(f"scale_{percent}", f"scaled to {percent} %", partial(scale, percent=percent))
        for percent in (200, 150, 75, 50, 33, 25, 20, 12)
    ),
    ImageAttack("scale_60_nearest", "scaled to 60 %, nearest pixel", partial(scale_plainly, percent=60)),
    ImageAttack("aspect_80_100", "squeezed to 80 % of its width", partial(aspect, width=80, height=100)),
    ImageAttack("aspect_100_83", "squeezed to 83 % of its height", partial(aspect, width=100, height=83)),
    ImageAttack("fit_1280_jpeg_60", "fit 1280 px wide, JPEG 60", partial(fit, width=1280, quality=60), 60),
    ImageAttack("fit_1080_jpeg_75", "fit 1080 px wide, JPEG 75", partial(fit, width=1080, quality=75), 75),
    ImageAttack("fit_600_jpeg_70", "fit 600 px wide, JPEG 70", partial(fit, width=600, quality=70), 70),
    ImageAttack("fit_400_jpeg_70", "fit 400 px wide, JPEG 70", partial(fit, width=400, quality=70), 70),
    ImageAttack("two_sites", "two re-uploads (1280 px, JPEG 70; 1080 px, JPEG 75)", two_sites, 75),
)

_CROPS = (
    *(
        ImageAttack(f"crop_{percent}", f"crop to {percent} % of the area", partial(crop, percent=percent))
        for percent in (90, 75, 50, 33, 25, 10, 5)
    ),
    ImageAttack("crop_centre_40", "the middle 40 % of the area", partial(crop_centre, percent=40)),
    ImageAttack("crop_corner_40", "a corner with 40 % of the area", partial(crop_corner, percent=40)),
    ImageAttack("crop_square", "the largest square (of a square: 80 % of its height)", crop_square),
    ImageAttack("trim", "1 to 6 % trimmed off each side", trim),
    ImageAttack("border_5", "a frame added, 5 % of the longer side", partial(border, percent=5)),
    ImageAttack("drop_lines_5", "5 rows and 5 columns taken out", partial(drop_lines, count=5)),
)

_GEOMETRY = (
    *(
        ImageAttack(f"rotate_{name}_crop", f"turned {name} degrees, cropped", partial(rotate_cropped, degrees=name))
        for name in (1, 3, 5, 15, 45)
    ),
    *(
        ImageAttack(f"rotate_{name}_full", f"turned {name} degrees, full frame", partial(rotate_full, degrees=name))
        for name in (7, 30, 45, 137)
    ),
    ImageAttack("rotate_90", "turned 90 degrees", partial(quarter_turns, turns=1)),
    ImageAttack("rotate_180", "upside down", partial(quarter_turns, turns=2)),
    ImageAttack("mirror", "mirrored, left to right", partial(mirror, axis=1)),
    ImageAttack("flip", "mirrored, top to bottom", partial(mirror, axis=0)),
    ImageAttack("shear_2", "leaning by 2 % (1 % downwards)", partial(shear, percent=2)),
    ImageAttack("shear_5", "leaning by 5 % (2.5 % downwards)", partial(shear, percent=5)),
    ImageAttack("perspective_3", "slanted: corners moved by 1.5 to 3 %", partial(perspective, percent=3)),
    ImageAttack("perspective_8", "slanted: corners moved by 4 to 8 %", partial(perspective, percent=8)),
    ImageAttack("bend_1", "bent in waves by 1 px a 768 px", partial(bend, most=1.0)),
    ImageAttack("bend_3", "bent in waves by 3 px a 768 px", partial(bend, most=3.0)),
)

_FILTERS = (
    *(ImageAttack(f"blur_{sigma}", f"blur, sigma {sigma} px", partial(blur, sigma=sigma)) for sigma in (1, 2, 3)),
    ImageAttack("motion_7", "moved by 7 px while exposed", partial(motion, length=7)),
    ImageAttack("median_3", "median filter 3x3", partial(median, size=3)),
    ImageAttack("median_5", "median filter 5x5", partial(median, size=5)),
    ImageAttack("smooth", "denoised (Wiener filter 5x5, noise of 5 levels)", smooth),
    ImageAttack("sharpen", "sharpened (unsharp mask, radius 2, 100 %)", sharpen),
    ImageAttack("noise_10", "noise, 10 grey levels", partial(noise, deviation=10)),
    ImageAttack("noise_20", "noise, 20 grey levels", partial(noise, deviation=20)),
    ImageAttack("salt_pepper_1", "1 % of the pixels black or white", partial(salt_pepper, percent=1)),
)

_TONES = (
    ImageAttack("invert", "negative", invert),
    ImageAttack("grey", "greys only", grey),
    ImageAttack("sepia", "browns", sepia),
    ImageAttack("gamma_160", "gamma 1.6", partial(gamma, power=1.6)),
    ImageAttack("gamma_60", "gamma 0.6", partial(gamma, power=0.6)),
    ImageAttack("contrast_130", "contrast 130 %", partial(contrast, percent=130)),
    ImageAttack("contrast_60", "contrast 60 %", partial(contrast, percent=60)),
    ImageAttack("brighter_30", "brighter by 30 grey levels", partial(brightness, levels=30)),
    ImageAttack("darker_30", "darker by 30 grey levels", partial(brightness, levels=-30)),
    ImageAttack("colour_170", "colours at 170 %", partial(saturation, percent=170)),
    ImageAttack("warm", "warm filter with dark corners", warm),
    ImageAttack("equalise", "histogram made even", equalise),
    ImageAttack("stretch", "tones stretched, 2 % cut off", stretch),
    ImageAttack("posterise_4", "4 bits a channel", partial(posterise, bits=4)),
    ImageAttack("posterise_3", "3 bits a channel", partial(posterise, bits=3)),
    ImageAttack("two_tones", "black and white dots", two_tones),
)

_SCENES = (
    ImageAttack("overlay_10", "a box over 10 %", partial(overlay, percent=10)),
    ImageAttack("overlay_25", "a box over 25 %", partial(overlay, percent=25)),
    ImageAttack("soft_patch_30", "30 % blurred beyond recognition", partial(soft_patch, percent=30)),
    ImageAttack("tiled_text", '"SAMPLE" in half-clear white all over', tiled_text),
    ImageAttack("meme_bars", "between two bars with text", meme_bars),
    ImageAttack("screenshot_tight", "screenshot at 83 %, a strip of the window, 2 % lost", screenshot_tight),
    ImageAttack("screenshot_inset", "screenshot of a page, the picture at 70 %", screenshot_inset),
    ImageAttack("collage_70", "in a collage at 70 % of its sides", partial(collage, percent=70)),
    ImageAttack("collage_40", "in a collage at 40 % of its sides", partial(collage, percent=40)),
    ImageAttack("inset", "at full size in a larger scene", inset),
    ImageAttack("print_scan", "printed and scanned (turn below 1 degree, blur 0.8, JPEG 85)", print_scan, 85),
    ImageAttack("screen_photo", "photographed off a screen (slant, moire, noise 5, JPEG 75)", screen_photo, 75),
)

_SEVERAL = (
    ImageAttack(
        "crop_50_jpeg_70", "crop 50 %, JPEG 70", chain(partial(crop, percent=50), partial(jpeg, quality=70)), 70
    ),
    ImageAttack(
        "crop_50_scale_70_jpeg_60",
        "crop 50 %, scaled to 70 %, JPEG 60",
        chain(partial(crop, percent=50), partial(scale, percent=70), partial(jpeg, quality=60)),
        60,
    ),
    ImageAttack("crop_2_jpeg_75", "crop 2 %, JPEG 75", chain(partial(crop, percent=2), partial(jpeg, quality=75)), 75),
    ImageAttack(
        "rotate_3_jpeg_50",
        "turned 3 degrees, cropped, JPEG 50",
        chain(partial(rotate_cropped, degrees=3), partial(jpeg, quality=50)),
        50,
    ),
    ImageAttack(
        "mirror_crop_80_jpeg_60",
        "mirrored, crop 80 %, JPEG 60",
        chain(partial(mirror, axis=1), partial(crop, percent=80), partial(jpeg, quality=60)),
        60,
    ),
    ImageAttack(
        "tones_crop_75_fit_1080_jpeg_75",
        "gamma 1.2, contrast 115 %, crop 75 %, fit 1080 px wide, JPEG 75",
        chain(
            partial(gamma, power=1.2),
            partial(contrast, percent=115),
            partial(crop, percent=75),
            partial(fit, width=1080, quality=75),
        ),
        75,
    ),
    ImageAttack(
        "grey_scale_50_jpeg_70",
        "greys, half size, JPEG 70",
        chain(grey, partial(scale, percent=50), partial(jpeg, quality=70)),
        70,
    ),
    ImageAttack("meme_jpeg_60", "between two bars with text, JPEG 60", chain(meme_bars, partial(jpeg, quality=60)), 60),
    ImageAttack(
        "screenshot_jpeg_60", "screenshot of a page, JPEG 60", chain(screenshot_inset, partial(jpeg, quality=60)), 60
    ),
    ImageAttack(
        "webp_50_jpeg_60", "WebP 50, then JPEG 60", chain(partial(webp, quality=50), partial(jpeg, quality=60)), 60
    ),
    ImageAttack(
        "noise_5_median_3_jpeg_60",
        "noise 5, median 3x3, JPEG 60",
        chain(partial(noise, deviation=5), partial(median, size=3), partial(jpeg, quality=60)),
        60,
    ),
)

FAMILIES: dict[str, tuple[ImageAttack, ...]] = {
    "Formats": _CODECS,
    "Sizes and re-uploads": _SIZES,
    "Crops and frames": _CROPS,
    "Turned, mirrored, slanted, bent": _GEOMETRY,
    "Softened, sharpened, noisy": _FILTERS,
    "Tones and colours": _TONES,
    "Among other things": _SCENES,
    "Several at once": _SEVERAL,
}
ATTACKS: tuple[ImageAttack, ...] = tuple(attack for family in FAMILIES.values() for attack in family)
