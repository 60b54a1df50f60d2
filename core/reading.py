"""A file read as the medium that it holds: picture, animation, recording or film."""

from __future__ import annotations

from pathlib import Path

from core.medium import Medium
from core.model import Kind


def read_medium(path: Path, *, kind: Kind | None = None) -> Medium:
    """Return a file read as what its content is, of a film all that is examined. UnreadableError where it cannot be."""
    from core.media.files import kind_of

    if (kind or kind_of(path)) is not Kind.VIDEO:
        return read_work(path, kind=kind)
    from core.film import FilmMedium
    from core.media.films import read_film

    return FilmMedium(read_film(path))


def read_work(path: Path, *, kind: Kind | None = None) -> Medium:
    """Return a file read as what can be protected of it: of a film its sound. UnreadableError as above."""
    from core.media.files import kind_of

    if (kind or kind_of(path)) is Kind.IMAGE:
        from core.media.images import read_image
        from core.series import of_picture

        return of_picture(read_image(path))
    from core.media.sounds import read_sound
    from core.soundtracks import of_sound

    return of_sound(read_sound(path))
