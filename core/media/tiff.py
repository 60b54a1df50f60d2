"""TIFF: the common kinds decoded exactly, and copies that differ from their source in the picture data alone.

A copy keeps every byte outside the picture data where it was, so that ICC, EXIF with maker notes, XMP, IPTC, resolution
and private fields stay whole. New strips or tiles, in the source's own layout and compression, take the old ones' room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import RefusedError
from core.media import other_images
from core.media.orientation import upright
from core.media.picture import (
    COMPLETE,
    IncompleteError,
    Picture,
    check_size,
    damaged,
    decoding,
    suffix_note,
    would_become,
)
from core.media.pixels import Pixels
from core.media.series import require_moderate
from core.media.tiff_fields import Directory, Tag
from core.media.tiff_pages import Page, Pages, Passengers, Region, assembled, gaps, tidied


@dataclass(frozen=True, slots=True)
class _Kept:
    length: int
    gaps: tuple[tuple[int, bytes], ...]  # everything that is not picture data, with its place
    page: Page
    passengers: Passengers | None
    free: tuple[Region, ...]

    def encode(self, pixels: Pixels) -> bytes:
        made = self.page.packed(pixels, self.passengers)
        return assembled(self.length, self.gaps, [self.page], [made], self.free)


def read(path: Path, data: bytes) -> Picture:
    """Return the first picture of a TIFF file, with the series of all where it has several pages.

    Of a damaged one it is what could be decoded.
    """
    try:
        data, row, free = tidied(data)
    except ValueError as error:
        raise damaged(path) from error
    for fields in row:
        _check_size(path, data, fields)
    with decoding(path):
        page = Page.of(data, row[0])
        if page is None:
            return _odd(path, data, row)
        pixels, passengers, missing = page.decoded(data)
    notes = suffix_note(path, "TIFF")
    obstacle = _obstacle(path, row)
    if missing:
        sentence = f"{path.name} is cut off or damaged: only part of the picture is there."
        obstacle = IncompleteError(sentence, COMPLETE, path=path)
        notes += (f"{sentence} What could be read was examined.",)
        if missing == len(page.offsets) > 1 or not (pixels.any() or passengers is not None):
            raise damaged(path)
    if free:
        notes += (f"The smaller versions of the picture inside {path.name} carry no mark; the copy leaves them out.",)
    if any(Tag.CREDENTIALS in fields.fields for fields in row):
        notes += (f"The content credentials in {path.name} stay in a copy, but will be called invalid there.",)
    if any(_has_preview(data, fields) for fields in row):
        notes += (f"The small preview inside {path.name} is kept as it is and carries no mark.",)
    if len(row) == 1:
        kept = _Kept(len(data), gaps(data, [page], free), page, passengers, free)
        return Picture(path, pixels, page.space, "TIFF", notes, obstacle, kept)
    pages, refusal = _pages(path, data, row)
    obstacle = obstacle or refusal
    if len(pages) < len(row):
        notes += (f"{path.name} holds {len(row)} pages; {len(pages)} of them could be examined.",)
    return Picture(path, pixels, page.space, "TIFF", notes, obstacle, series=Pages(data, tuple(pages), free))


def _check_size(path: Path, data: bytes, fields: Directory) -> None:
    bits = fields.numbers(data, Tag.BITS) or (1,)
    samples = fields.number(data, Tag.SAMPLES, 1)
    width, height = fields.number(data, Tag.WIDTH), fields.number(data, Tag.HEIGHT)
    check_size(path, width, height, max(1, bits[0] // 8) * min(samples, 64))


def _pages(path: Path, data: bytes, row: tuple[Directory, ...]) -> tuple[list[Page], RefusedError | None]:
    """Return the pages that can be read here, and the refusal that names the first one that cannot be written."""
    pages: list[Page] = []
    refusal: RefusedError | None = None
    for number, fields in enumerate(row, 1):
        try:
            page = Page.of(data, fields)
        except ValueError:
            page = None
        if page is not None:
            pages.append(page)
        elif refusal is None:
            refusal = RefusedError(
                f"Page {number} of {path.name} is of a kind that can be checked but not protected, and a copy would"
                " pass it on without a mark.",
                "Save all pages with 8 or 16 bits, without compression or with LZW or ZIP, and protect that file.",
                path=path,
            )
    most = max(page.layout.height * page.layout.width for page in pages)
    return pages, refusal or require_moderate(path.name, len(row), most)


def _has_preview(data: bytes, fields: Directory) -> bool:
    photoshop = fields.fields.get(Tag.PHOTOSHOP)
    return photoshop is not None and b"\xff\xd8\xff" in data[photoshop.start : photoshop.start + photoshop.size]


def _obstacle(path: Path, row: tuple[Directory, ...]) -> RefusedError | None:
    if any(Tag.SUB_IFDS in fields.fields for fields in row):
        return RefusedError(
            f"{path.name} holds pictures within pictures, and a mark would reach only one of them.",
            "Save the one that you want to protect as a file of its own.",
            path=path,
        )
    if any(Tag.LAYERS in fields.fields for fields in row):
        return RefusedError(
            f"{path.name} holds layers, which a copy would pass on without a mark.",
            "Save a flattened version and protect that file.",
            path=path,
        )
    return None


def _odd(path: Path, data: bytes, row: tuple[Directory, ...]) -> Picture:
    """Return the first picture of a file of a kind that can be checked only."""
    fields = row[0]
    notes = suffix_note(path, "TIFF")
    if len(row) > 1:
        notes += (f"{path.name} holds {len(row)} pages; the first one was examined.",)
    photometric, bits = fields.number(data, Tag.PHOTOMETRIC, -1), fields.number(data, Tag.BITS, 1)
    if bits == 1:
        refusal = would_become(path, "is purely black and white", "a grey picture")
    elif photometric == 3:
        refusal = would_become(path, "has a palette of at most 256 colours", "a truecolour picture")
    else:
        refusal = RefusedError(
            f"{path.name} is a kind of TIFF that can be checked but not protected.",
            "Save it as a TIFF of 8 or 16 bits, without compression or with LZW or ZIP, and protect that file.",
            path=path,
        )
    deep = _deep(data, fields) if bits in (16, 32) and photometric in (1, 2) else None
    if deep is None:
        picture = other_images.read(path, data, "TIFF", obstacle=refusal)
        return replace(picture, notes=notes)
    pixels = upright(deep, fields.number(data, Tag.ORIENTATION, 1))
    return Picture(path, pixels, "grey" if photometric == 1 else "rgb", "TIFF", notes, refusal)


def _deep(data: bytes, fields: Directory) -> Pixels | None:
    """Return the pixels of an odd TIFF of more than 8 bits as uint16 (floats as 0 to 1), None where that fails."""
    import io

    import tifffile

    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            array = file.pages[0].asarray()
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, ArithmeticError, AttributeError):
        return None
    wanted = 1 if fields.number(data, Tag.PHOTOMETRIC) == 1 else 3
    if array.ndim == 3 and array.shape[0] == fields.number(data, Tag.SAMPLES, 1) != array.shape[2]:
        array = np.moveaxis(array, 0, 2)
    array = array[:, :, None] if array.ndim == 2 else array
    if array.ndim != 3 or array.shape[2] < wanted or array.dtype.kind not in "uif":
        return None
    if array.dtype.kind == "f":
        array = np.nan_to_num(array.astype(np.float32)) * 65535.0
    elif array.dtype.itemsize == 4:
        array = array / 65536.0
    result = np.clip(np.rint(array), 0, 65535).astype(np.uint16)[..., :wanted]
    return result[..., 0] if wanted == 1 else result
