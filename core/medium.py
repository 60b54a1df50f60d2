"""A file that was read, picture or recording, with the few verbs that whole jobs need: the same for both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from core.keys import CreatorKey
from core.likeness import alike, blocks
from core.model import Conversion, Embedded, Finding, Kind, Reference, Statements, Strength
from core.questions import Question, answers, nominated

if TYPE_CHECKING:
    from core.fingerprint.index import Nomination
    from core.indexes import AnyIndex
    from core.media.images import Picture
    from core.media.sounds import Sound
    from core.view import Stretch, View

NEAR_PIXELS, ALIKE_PIXELS = 0.02, 0.5  # see `alike`
_NEAR_SAMPLES, _ALIKE_SAMPLES = 0.002, 0.9  # recordings are often quiet, and their codecs follow the wave less closely


class Suspect(Protocol):
    """A picture or a recording that was read from a file, here or apart, with what can be asked of any file."""

    kind: Kind

    @property
    def suffix(self) -> str:
        """The ending of a copy's file name: that of the file where it fits its content."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Plain sentences about what was found in the file."""

    def facts(self) -> dict[str, Any]:
        """Return its size in the words of `Work`: width and height, or seconds, rate and channels."""

    def size(self) -> dict[str, Any]:
        """Return its size in the words of `Reference`."""

    def require_writable(self) -> None:
        """RefusedError where a copy in the same format would lose something."""

    def detect(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference] = ()
    ) -> tuple[Finding, ...]:
        """Return the marks that are found in the file alone, best first; of the works only the sizes are used."""

    def detect_informed(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        """Return the marks that a comparison with the signals of a few works brings to light, best first."""

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        """Return whether it shows the work with this signal, or a part of it; None where that cannot be told.

        `where` are the spans in seconds of its sound that carry the mark of a copy of the work.
        """

    def nominate(self, works: Sequence[AnyIndex]) -> list[Nomination]:
        """Return the works that it may show, best first: as their fingerprints say."""

    def statements(self) -> Statements:
        """Return what the file says on rights."""

    def credentials(self, folder: Path) -> str:
        """Return in sentences what the file's manifest is worth; `folder` holds the certificates of the own keys."""


class Medium(Suspect, Protocol):
    """A picture or a recording whose signal is in this process, so that it can be marked and written as well."""

    def converted(self, conversion: Conversion) -> Medium:
        """Return it as its copies are to be. RefusedError where that cannot be."""

    def thumbnail(self) -> bytes:
        """Return a small PNG, or nothing where there is nothing to see."""

    def embed(self, key: CreatorKey, serial: int, strength: Strength) -> Embedded:
        """Return the marked signal. RefusedError where nothing useful could be carried."""

    def write(self, marked: Embedded, target: Path) -> None:
        """Write the marked signal as a file like the one that was read."""

    def finer(self) -> Medium | None:
        """Return it to be written with finer coding than its source, or None where its format has none."""

    def difference(self, copy: Medium, marked: Embedded) -> str:
        """Return in words what the copy that was read back lacks of what was written; empty where nothing."""

    def throughout(self, finding: Finding, marked: Embedded) -> bool:
        """Return whether a mark that was just found is certain in every part of the file that was marked."""

    def signal(self) -> bytes:
        """Return what the catalog keeps of a work for comparisons."""

    def fingerprint(self) -> bytes:
        """Return what the catalog keeps of a work to find it again without its mark."""


class FromFile(ABC):
    """What a medium tells of its file alone, whatever its signal is."""

    @property
    @abstractmethod
    def path(self) -> Path:
        """The file."""

    @abstractmethod
    def question(self) -> Question:
        """Return what `core.questions` asks indexes of works: small, however large the file."""

    def nominate(self, works: Sequence[AnyIndex]) -> list[Nomination]:
        """Return the works that it may show, best first."""
        question = self.question()
        return nominated(question, answers(works, question))

    def statements(self) -> Statements:
        """Return what the file says on rights."""
        from core.labelling import statements_in

        return statements_in(self.path)

    def credentials(self, folder: Path) -> str:
        """Return in sentences what the file's manifest is worth; empty where it has none."""
        from core.credentials import manifest_in

        return manifest_in(self.path, folder)


class ImageMedium(FromFile):
    """A picture."""

    kind = Kind.IMAGE

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    @property
    def path(self) -> Path:
        return self.picture.path

    @property
    def suffix(self) -> str:
        return self.picture.suffix

    @property
    def notes(self) -> tuple[str, ...]:
        return self.picture.notes

    def facts(self) -> dict[str, Any]:
        height, width = self.picture.pixels.shape[:2]
        return {"width": int(width), "height": int(height)}

    def size(self) -> dict[str, Any]:
        return self.facts()

    def thumbnail(self) -> bytes:
        from core.media.thumbnail import thumbnail

        return thumbnail(self.picture.pixels, cmyk=self.picture.space == "cmyk")

    def require_writable(self) -> None:
        from core.media.images import require_writable

        require_writable(self.picture)

    def converted(self, conversion: Conversion) -> Medium:
        from core.media.conversion import converted

        wanted = conversion.of(self.kind)
        return ImageMedium(converted(self.picture, wanted)) if wanted else self

    def embed(self, key: CreatorKey, serial: int, strength: Strength) -> Embedded:
        from core.image import embed

        return embed(self.picture.pixels, key=key, serial=serial, strength=strength, space=self.picture.space)

    def write(self, marked: Embedded, target: Path) -> None:
        from core.media.images import write_image

        if marked.pixels is None:
            raise TypeError("an image embedder returns pixels")
        write_image(self.picture, marked.pixels, target)

    def finer(self) -> Medium | None:
        from core.media.images import finer

        picture = finer(self.picture)
        return None if picture is None else ImageMedium(picture)

    def difference(self, copy: Medium, marked: Embedded) -> str:
        if not isinstance(copy, ImageMedium) or marked.pixels is None:
            return "it is no longer a picture"
        mine, other = self.picture, copy.picture
        if (mine.format, mine.space) != (other.format, other.space):
            return f"its format changed from {mine.format} ({mine.space}) to {other.format} ({other.space})"
        if mine.pixels.shape != other.pixels.shape or mine.pixels.dtype != other.pixels.dtype:
            return "its size or depth changed"
        same = alike(blocks(other.pixels), blocks(marked.pixels), near=NEAR_PIXELS, share=ALIKE_PIXELS)
        return "" if same else "its content changed"

    def throughout(self, finding: Finding, marked: Embedded) -> bool:
        return True

    def detect(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference] = ()
    ) -> tuple[Finding, ...]:
        from core.image import detect

        return detect(self.picture.pixels, key=key, serials=serials, references=references, space=self.picture.space)

    def detect_informed(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        from core.image import detect_informed

        return detect_informed(
            self.picture.pixels,
            key=key,
            serials=serials,
            references=references,
            space=self.picture.space,
            jpeg_tables=self.picture.jpeg_tables,
        )

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        from core.image import shows_work

        return shows_work(self.picture.pixels, reference, space=self.picture.space)

    def signal(self) -> bytes:
        from core.image import reference_signal

        return reference_signal(self.picture.pixels, space=self.picture.space)

    def fingerprint(self) -> bytes:
        from core.fingerprint import images

        return images.fingerprint(self.picture.pixels, space=self.picture.space)

    def question(self) -> Question:
        from core.fingerprint import images

        return ((Kind.IMAGE, images.question(self.picture.pixels, space=self.picture.space)),)

    def view(self, time: float | None = None) -> View:
        from core.view import of_picture

        return of_picture(self.picture.pixels, cmyk=self.picture.space == "cmyk")


class SoundMedium(FromFile):
    """A recording."""

    kind = Kind.AUDIO

    def __init__(self, sound: Sound) -> None:
        self.sound = sound

    @property
    def path(self) -> Path:
        return self.sound.path

    @property
    def suffix(self) -> str:
        return self.sound.suffix

    @property
    def notes(self) -> tuple[str, ...]:
        return self.sound.notes

    def facts(self) -> dict[str, Any]:
        frames, channels = self.sound.samples.shape
        rate = int(self.sound.rate)
        return {"seconds": frames / rate, "rate": rate, "channels": int(channels)}

    def size(self) -> dict[str, Any]:
        return {"seconds": len(self.sound.samples) / self.sound.rate, "rate": int(self.sound.rate)}

    def thumbnail(self) -> bytes:
        return b""

    def require_writable(self) -> None:
        from core.media.sounds import require_writable

        require_writable(self.sound)

    def converted(self, conversion: Conversion) -> Medium:
        from core.media.sound_conversion import converted

        wanted = conversion.of(self.kind)
        bit_rate = None if wanted.bit_rate is None else 1000 * wanted.bit_rate
        return SoundMedium(converted(self.sound, wanted.format, bit_rate)) if wanted else self

    def embed(self, key: CreatorKey, serial: int, strength: Strength) -> Embedded:
        from core.audio import embed

        return embed(self.sound.samples, self.sound.rate, key=key, serial=serial, strength=strength)

    def write(self, marked: Embedded, target: Path) -> None:
        from core.media.sounds import write_sound

        if marked.samples is None:
            raise TypeError("an audio embedder returns samples")
        write_sound(self.sound, marked.samples, target)

    def finer(self) -> Medium | None:
        from core.media.sounds import finer

        sound = finer(self.sound)
        return None if sound is None else SoundMedium(sound)

    def difference(self, copy: Medium, marked: Embedded) -> str:
        if not isinstance(copy, SoundMedium) or marked.samples is None:
            return "it is no longer a recording"
        mine, other = self.sound, copy.sound
        if (mine.format, mine.subtype) != (other.format, other.subtype):
            return f"its format changed from {mine.format} {mine.subtype} to {other.format} {other.subtype}"
        if mine.rate != other.rate or mine.samples.shape != other.samples.shape:
            return "its sample rate, length or channels changed"
        same = alike(other.samples, marked.samples, near=_NEAR_SAMPLES, share=_ALIKE_SAMPLES)
        return "" if same else "its content changed"

    def throughout(self, finding: Finding, marked: Embedded) -> bool:
        return True

    def detect(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference] = ()
    ) -> tuple[Finding, ...]:
        from core.audio import detect

        return detect(self.sound.samples, self.sound.rate, key=key, serials=serials, references=references)

    def detect_informed(
        self, key: CreatorKey, serials: npt.NDArray[np.int64] | None, references: Sequence[Reference]
    ) -> tuple[Finding, ...]:
        from core.audio import detect_informed

        return detect_informed(self.sound.samples, self.sound.rate, key=key, serials=serials, references=references)

    def shows_work(self, reference: Reference, where: Sequence[tuple[float, float]] = ()) -> bool | None:
        from core.audio import shows_work

        return shows_work(self.sound.samples, self.sound.rate, reference, where)

    def signal(self) -> bytes:
        from core.audio import reference_signal

        return reference_signal(self.sound.samples, self.sound.rate)

    def fingerprint(self) -> bytes:
        from core.fingerprint import sounds

        return sounds.fingerprint(self.sound.samples, self.sound.rate)

    def question(self) -> Question:
        from core.fingerprint import sounds

        return ((Kind.AUDIO, sounds.question(self.sound.samples, self.sound.rate)),)

    def view(self, time: float | None = None) -> View:
        from core.view import of_sound

        return of_sound(self.sound.samples, self.sound.rate, start=self.sound.start)

    def stretch(self, start: float, seconds: float) -> Stretch:
        """Return a piece of it to listen to."""
        from core.view import stretch

        return stretch(self.sound.samples, self.sound.rate, start, seconds, offset=self.sound.start)
