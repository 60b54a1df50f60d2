"""Pictures as they are to be when a copy is wanted in another format, smaller, or of another quality.

What a format cannot hold is changed before the mark goes in - inks to colours, 16 bits to fewer, opacity to white - and
said. The mark is put into what is written, so it is whole whatever the conversion.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

import numpy as np
from PIL import Image

from core.errors import RefusedError
from core.media import gif, heif, riff
from core.media.fresh import QUALITY, Fresh, png_chunks, webp_chunks, without_long_pieces
from core.media.metadata import Metadata, fitted, metadata_of
from core.media.picture import IncompleteError, Picture, decoding
from core.media.pixels import Pixels, Space
from core.media.png_chunks import Chunk
from core.media.png_chunks import put_together as png_together
from core.media.png_moving import Animation as PngAnimation
from core.media.png_moving import control_of
from core.media.png_moving import marked_frames as png_frames
from core.media.series import Frame, Frames, Series
from core.media.webp_chunks import ALPHA_FLAG, MOVING_FLAG
from core.media.webp_moving import marked_frames as webp_frames
from core.model import Conversion

NAMES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "tiff": "TIFF", "avif": "AVIF"}
_SPACES: dict[str, tuple[str, ...]] = {"JPEG": ("grey", "rgb", "cmyk"), "TIFF": ("grey", "rgb", "cmyk")}
_DEEP = frozenset({"PNG", "TIFF", "AVIF", "HEIC"})  # hold more than 8 bits
_LOSSLESS = frozenset({"PNG", "TIFF", "GIF"})
_CARRIED = {
    "JPEG": "Profile, EXIF, XMP and IPTC",
    "TIFF": "Profile, EXIF, XMP and IPTC",
    "PNG": "Profile, EXIF, XMP and text",
}
_MOVING = frozenset({"WebP", "PNG", "GIF"})
_WRITTEN = frozenset({*NAMES.values(), "HEIC", "GIF"})
_BITS = 10  # of AVIF and HEIC for sources of 16 bits, unless the source has 12


class Shaped(NamedTuple):
    """Pixels as they will be written, their space, and notes about what was changed."""

    pixels: Pixels
    space: Space
    notes: tuple[str, ...]


def converted(picture: Picture, conversion: Conversion) -> Picture:
    """Return the picture as a copy is to be: in another format, smaller, of another quality.

    It is the picture itself where it is all that already, so that its copy keeps everything.
    RefusedError where the format cannot hold what the file holds, or only a part of the file could be read.
    """
    wanted = NAMES.get(conversion.format or "")  # None too where recordings alone are to have another format
    if wanted is None and conversion.long_side is None and conversion.quality is None:
        return picture
    name = wanted or picture.format
    if _unchanged(picture, name, conversion):
        return picture
    _refuse(picture, name)
    metadata = metadata_of(picture.path, picture.format)
    _refuse_colours(picture, metadata, name)
    profile = metadata.icc
    if picture.series is not None:
        return _moving(picture, picture.series, name, conversion, metadata)
    with decoding(picture.path):
        shaped = _shaped(picture.pixels, picture.space, name, conversion.long_side, profile, picture.path.name)
    if picture.space != shaped.space and profile[16:20] != b"RGB ":
        metadata = replace(metadata, icc=b"")  # it describes inks, or shades of grey
    metadata = fitted(metadata, shaped.pixels.shape[1], shaped.pixels.shape[0])
    if name == "JPEG":
        metadata = without_long_pieces(metadata)
    quality = conversion.quality or QUALITY
    bits = 8 if shaped.pixels.dtype == np.uint8 else _BITS
    kept = picture._kept
    fresh = Fresh(
        name,
        _held(metadata, name),
        quality,
        quality == 100 and name in ("WebP", "AVIF"),
        bits,
        cmyk=shaped.space == "cmyk",
        colours=kept.colours if isinstance(kept, heif.Kept) and name == picture.format else (),
    )
    odd = metadata.odd_gamma and name != "PNG"
    gamma = f"{name} has no place for the gamma of {picture.path.name}: it may look lighter or darker."
    notes = (*_notes(picture, name), *metadata.notes, *shaped.notes, *((gamma,) if odd else ()))
    return replace(
        picture, pixels=shaped.pixels, space=shaped.space, format=name, notes=notes, obstacle=None, _kept=fresh
    )


def resized(pixels: Pixels, long_side: int) -> Pixels:
    """Return pixels whose longer side has at most so many, by Lanczos' filter; opaque pixels alone give the colour."""
    height, width = pixels.shape[:2]
    if max(height, width) <= long_side:
        return pixels
    scale = long_side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if pixels.dtype == np.uint8:
        mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[1 if pixels.ndim == 2 else pixels.shape[2]]
        image = Image.frombytes(mode, (width, height), np.ascontiguousarray(pixels).tobytes())
        return np.asarray(image.resize(size, Image.Resampling.LANCZOS))
    return _resized_deep(pixels, size)


@dataclass(frozen=True, slots=True)
class ConvertedSeries:
    """The frames of an animation in another format or size."""

    source: Series
    format: str
    metadata: Metadata
    quality: int
    long_side: int | None
    clear: bool

    @property
    def moving(self) -> bool:
        return True

    @property
    def times(self) -> tuple[float, ...]:
        return self.source.times[self._beside :]

    @property
    def durations(self) -> tuple[int, ...]:
        return self.source.durations[self._beside :]

    @property
    def loops(self) -> int:
        return self.source.loops

    @property
    def _beside(self) -> int:
        """How many pictures stand beside the frames: an animated PNG can have one for those who show no animations."""
        return 1 if isinstance(self.source, PngAnimation) and self.source.hidden else 0

    def frames(self) -> Iterator[Frame]:
        for frame in islice(self.source.frames(), self._beside, None):
            pixels = _coloured(frame.pixels, clear=self.clear)
            pixels = pixels if self.long_side is None else resized(pixels, self.long_side)
            if self.format == "GIF" and self.clear:  # knows no half transparent pixels
                pixels = np.dstack([pixels[..., :3], np.where(pixels[..., 3] < 128, 0, 255).astype(np.uint8)])
            yield Frame(pixels, "rgb")

    def encode(self, frames: Frames) -> bytes:
        milliseconds = self.durations
        first = next(iter(frames))
        height, width = first.shape[:2]
        loops = self.loops
        if self.format == "WebP":
            lossless = (self.quality == 100,) * len(milliseconds)
            made = [(b"ANMF", body) for body in webp_frames(iter(frames), milliseconds, lossless, self.quality)]
            flags = MOVING_FLAG | (ALPHA_FLAG if self.clear else 0)
            body = [(b"ANIM", b"\xff\xff\xff\xff" + min(loops, 65535).to_bytes(2, "little")), *made]
            return riff.put_together((b"RIFF", b"WEBP"), webp_chunks(self.metadata, body, width, height, flags))
        if self.format == "PNG":
            controls = tuple(map(control_of, milliseconds))
            chunks = list(png_frames(iter(frames), controls, hidden=False))
            head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 6 if self.clear else 2, 0, 0, 0))
            count = Chunk(b"acTL", len(controls).to_bytes(4, "big") + loops.to_bytes(4, "big"))
            before, after = png_chunks(self.metadata)
            return png_together([Chunk(b"IHDR", head), count, *before, *chunks, *after, Chunk(b"IEND", b"")])
        screen = b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\x70\x00\x00"
        hundredths = [round(lasts / 10) for lasts in milliseconds]
        blocks = [block for some in gif.marked_frames(frames, hundredths) for block in some]
        # GIF counts repetitions, the others showings; 1 showing needs no word.
        repeated = [] if loops == 1 else [gif.loops(max(0, loops - 1))]
        return gif.put_together(screen, [*repeated, *blocks])

    def finer(self) -> ConvertedSeries | None:
        """Return the same with half the distance to the best quality."""
        if self.format != "WebP" or self.quality >= 100:
            return None
        return replace(self, quality=(self.quality + 101) // 2)


def _moving(picture: Picture, series: Series, name: str, conversion: Conversion, metadata: Metadata) -> Picture:
    clear = picture.pixels.ndim == 3 and picture.pixels.shape[2] in (2, 4)
    quality = conversion.quality or QUALITY
    moved = ConvertedSeries(series, name, Metadata(), quality, conversion.long_side, clear)
    with decoding(picture.path):
        first = next(moved.frames()).pixels
    metadata = fitted(metadata, first.shape[1], first.shape[0])
    moved = replace(moved, metadata=_held(metadata, name))
    notes = (*_notes(picture, name), *metadata.notes)
    return replace(
        picture, pixels=first, space="rgb", format=name, notes=notes, obstacle=None, _kept=None, series=moved
    )


def _refuse(picture: Picture, name: str) -> None:
    """Raise what keeps a picture from being written in a format."""
    if isinstance(picture.obstacle, IncompleteError):
        raise picture.obstacle
    file = picture.path.name
    if name not in _WRITTEN:
        raise RefusedError(
            f"{file} is {name}, which cannot be written.",
            "Choose a format for its copies, such as PNG.",
            path=picture.path,
        )
    series = picture.series
    if series is not None and not series.moving:
        raise RefusedError(
            f"{file} holds several pages; only pictures and animations are converted.",
            "Protect it as it is, or save its pages as files of their own.",
            path=picture.path,
        )
    if series is not None and name not in _MOVING:
        raise RefusedError(
            f"{file} is an animation, and {name} would show its first picture alone.",
            "Choose WebP or PNG for its copies.",
            path=picture.path,
        )
    if series is not None and picture.pixels.dtype != np.uint8:
        raise picture.obstacle or RefusedError(f"{file} is too deep.", "Save it with 8 bits.", path=picture.path)


def _shaped(pixels: Pixels, space: Space, name: str, long_side: int | None, profile: bytes, file: str) -> Shaped:
    """Return pixels as a format holds them."""
    notes: list[str] = []
    if long_side is not None:
        pixels = resized(pixels, long_side)
    if space == "cmyk" and name not in _SPACES:
        pixels, managed = _to_rgb(pixels, profile)
        space = "rgb"
        notes.append(
            f"{name} holds no inks: the CMYK of {file} became sRGB"
            + ("." if managed else ", without a profile that tells its true colours.")
        )
    if pixels.dtype != np.uint8 and name not in _DEEP:
        pixels = (pixels.astype(np.uint32) * 255 + 32767) // 65535
        pixels = pixels.astype(np.uint8)
        notes.append(f"{name} holds 8 bits of the 16 of {file}.")
    elif pixels.dtype != np.uint8 and name in ("AVIF", "HEIC"):
        notes.append(f"The copy of {file} holds {_BITS} bits of a sample.")
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if name == "JPEG" and space != "cmyk" and channels in (2, 4):
        if (pixels[..., -1] != 255).any():
            notes.append(f"JPEG holds no transparency: {file} was laid on white.")
        pixels = _on_white(pixels)
    elif (name == "WebP" and channels in (1, 2)) or (name in ("AVIF", "HEIC") and channels == 2):
        pixels, managed = _grey_to_rgb(pixels, profile)
        space = "rgb"
        if profile[16:20] == b"GRAY" and not managed:
            notes.append(f"{name} holds this as colours, to which the grey profile of {file} does not fit: left out.")
    return Shaped(np.ascontiguousarray(pixels), space, tuple(notes))


def _coloured(pixels: Pixels, *, clear: bool) -> Pixels:
    """Return pixels as RGB or RGBA."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] >= 3:
        return pixels[..., : 4 if clear else 3]
    parts = [pixels[..., :1]] * 3 + ([pixels[..., 1:]] if clear else [])
    return np.concatenate(parts, axis=2)


def _on_white(pixels: Pixels) -> Pixels:
    """Return pixels without their alpha channel, as they look on white."""
    alpha = pixels[..., -1:].astype(np.uint16)
    laid = (pixels[..., :-1] * alpha + 255 * (255 - alpha) + 127) // 255
    flat = laid.astype(np.uint8)
    return flat[..., 0] if flat.shape[2] == 1 else flat


def _to_rgb(pixels: Pixels, profile: bytes) -> tuple[Pixels, bool]:
    """Return CMYK pixels as sRGB, and whether their profile could be followed."""
    from PIL import ImageCms

    eight = pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)
    image = Image.frombytes("CMYK", eight.shape[1::-1], np.ascontiguousarray(eight).tobytes())
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            seen = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if seen is not None:
                return np.asarray(seen), True
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return np.asarray(image.convert("RGB")), False


def _grey_to_rgb(pixels: Pixels, profile: bytes) -> tuple[Pixels, bool]:
    """Return grey pixels (with alpha or without) as sRGB, and whether their profile could be followed."""
    from PIL import ImageCms

    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    coloured = _coloured(pixels, clear=channels == 2)
    if not profile or pixels.dtype != np.uint8:
        return coloured, False
    grey = np.ascontiguousarray(pixels if pixels.ndim == 2 else pixels[..., 0])
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        sheet = Image.fromarray(grey)
        seen = ImageCms.profileToProfile(sheet, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return coloured, False
    if seen is None:
        return coloured, False
    return np.concatenate([np.asarray(seen), coloured[..., 3:]], axis=2), True


def _refuse_colours(picture: Picture, metadata: Metadata, name: str) -> None:
    """RefusedError where a picture's colours are told by numbers (HDR, wide) that another format has no place for."""
    kept = picture._kept
    by_numbers = isinstance(kept, heif.Kept) and not metadata.icc and not kept.usual_colours
    if (by_numbers or metadata.hdr) and name != picture.format:
        raise RefusedError(
            f"{picture.path.name} tells its colours (HDR or a wide range) in a way that {name} does not know.",
            f"Keep it {picture.format}, or export it from its own program.",
            path=picture.path,
        )


def _resized_deep(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return 16-bit pixels of another size, one channel after the other."""
    planes = pixels[:, :, None] if pixels.ndim == 2 else pixels
    clear = planes.shape[2] in (2, 4) and bool((planes[..., -1] != 65535).any())
    weight = planes[..., -1].astype(np.float32) / 65535.0 if clear else None
    new_weight = None if weight is None else _filtered(weight, size)
    made = []
    for channel in range(planes.shape[2]):
        plane: Pixels = planes[..., channel].astype(np.float32)
        if weight is not None and new_weight is not None and channel < planes.shape[2] - 1:
            plane = _filtered(plane * weight, size) / np.maximum(new_weight, np.float32(1e-4))
        else:
            plane = _filtered(plane, size)
        made.append(np.clip(np.rint(plane), 0, 65535).astype(np.uint16))
    return made[0] if pixels.ndim == 2 else np.stack(made, axis=2)


def _filtered(plane: Pixels, size: tuple[int, int]) -> Pixels:
    return np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS))


def _held(metadata: Metadata, name: str) -> Metadata:
    """Return what a format holds of the metadata."""
    if name == "GIF":
        return Metadata()
    return metadata if name == "PNG" else replace(metadata, text=(), chunks=())


def _notes(picture: Picture, name: str) -> tuple[str, ...]:
    """Return what is said of every copy made anew."""
    came = "" if name == "GIF" else f" {_CARRIED.get(name, 'Profile, EXIF and XMP')} came along, nothing else."
    return (f"The copy of {picture.path.name} is a new {name} file.{came}",)


def _unchanged(picture: Picture, name: str, conversion: Conversion) -> bool:
    """Return whether a conversion asks for nothing but what the file is."""
    if name != picture.format or picture.obstacle is not None:
        return False
    shrinks = conversion.long_side is not None and max(picture.pixels.shape[:2]) > conversion.long_side
    return not shrinks and (conversion.quality is None or name in _LOSSLESS)
