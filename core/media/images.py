"""Pictures from files and back: any still format is read, the formats of `docs/formats.md` are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from core.errors import RefusedError, UnreadableError, WriteError
from core.media import gif, heif, jpeg, other_images, png, tiff, webp
from core.media.files import cannot_write
from core.media.picture import FILE_LIMIT, Lossy, Picture, decoding
from core.media.pixels import Pixels
from core.media.series import Frame, Frames
from core.media.signatures import PICTURES, cannot_open, format_of

__all__ = ["Picture", "finer", "frames_of", "read_image", "require_writable", "write_image", "write_series"]

_READERS: dict[str, Callable[[Path, bytes], Picture]] = {
    "JPEG": jpeg.read,
    "PNG": png.read,
    "TIFF": tiff.read,
    "WebP": webp.read,
    "GIF": gif.read,
    "HEIC": lambda path, data: heif.read(path, data, "HEIC"),
    "AVIF": lambda path, data: heif.read(path, data, "AVIF"),
}


def read_image(path: Path) -> Picture:
    """Return the picture of a file, upright.

    Of an animation it is the first frame, of a damaged file what could be decoded; `notes` say so. UnreadableError
    where there is nothing useful, or more than the memory can take.
    """
    name = format_of(path)
    if name not in PICTURES:
        raise UnreadableError(f"{path.name} is a recording, not a picture.", "Choose a picture.", path=path)
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise UnreadableError(f"{path.name} is larger than a gigabyte.", "Choose a smaller file.", path=path)
        data = path.read_bytes()
    except OSError as error:
        raise cannot_open(path, error) from error
    reader = _READERS.get(name)
    return reader(path, data) if reader else other_images.read(path, data, name)


def require_writable(picture: Picture) -> None:
    """Raise RefusedError, with what to do, where a copy of this picture would lose something."""
    if picture.obstacle is not None:
        raise picture.obstacle
    if picture._kept is None and picture.series is None:
        raise RefusedError(
            f"{picture.path.name} is {picture.format}, which can be checked but not protected.",
            "Have its copies made as PNG or TIFF (--format png), or save it so and protect that file.",
            path=picture.path,
        )


def finer(picture: Picture) -> Picture | None:
    """Return the picture to be written with finer steps than its source, or None where its format has none."""
    if picture.series is not None:
        series = picture.series.finer()
        return None if series is None else replace(picture, series=series)
    kept = picture._kept.finer() if isinstance(picture._kept, Lossy) else None
    return None if kept is None else replace(picture, _kept=kept)


def write_image(picture: Picture, pixels: Pixels, target: Path) -> None:
    """Write a file that is like the picture's own, with other pixels (of the same shape and dtype as `picture.pixels`).

    `target` is the caller's temporary file; a series is written by `write_series`. RefusedError as `require_writable`;
    WriteError where the file cannot be written or does not decode to the same shape.
    """
    require_writable(picture)
    if pixels.shape != picture.pixels.shape or pixels.dtype != picture.pixels.dtype:
        raise ValueError(f"pixels are {pixels.dtype}{pixels.shape}, not as read")
    kept = picture._kept
    assert kept is not None  # a series is written as such
    _write(picture, lambda: kept.encode(pixels), target)
    _read_again(picture, pixels, target)


def write_series(picture: Picture, frames: Frames, target: Path) -> None:
    """Write a file that is like the picture's own, with others in place of all its pictures, of their shapes and dtype.

    As `write_image` otherwise.
    """
    require_writable(picture)
    series = picture.series
    assert series is not None
    _write(picture, lambda: series.encode(frames), target)
    again = _read_again(picture, picture.pixels, target)
    if again.series is None or len(again.series.times) != len(series.times):
        raise WriteError(f"The copy of {picture.path.name} lost pictures.", "Report this.", path=target)


def frames_of(picture: Picture) -> Iterator[Frame]:
    """Yield the pictures of a file that holds several. UnreadableError where one is damaged."""
    assert picture.series is not None
    with decoding(picture.path):
        yield from picture.series.frames()


def _write(picture: Picture, encode: Callable[[], bytes], target: Path) -> None:
    name = picture.path.name
    try:
        data = encode()
    except MemoryError:
        raise WriteError(f"A copy of {name} needs more memory than there is.", "Close other programs.") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise WriteError(f"A copy of {name} could not be encoded: {error}.", "Save it as PNG.") from error
    try:
        target.write_bytes(data)
    except OSError as error:
        raise cannot_write(target, error) from error


def _read_again(picture: Picture, pixels: Pixels, target: Path) -> Picture:
    """Return what was written. WriteError where it is not of the same kind."""
    name = picture.path.name
    try:
        again = read_image(target)
    except UnreadableError as error:
        raise WriteError(f"The copy of {name} could not be read again.", "Try again.", path=target) from error
    same = (again.format, again.space, again.pixels.shape, again.pixels.dtype) == (
        picture.format,
        picture.space,
        pixels.shape,
        pixels.dtype,
    )
    if not same or again.obstacle is not None:
        raise WriteError(f"The copy of {name} did not come out as it should.", "Save it as PNG.", path=target)
    return again
