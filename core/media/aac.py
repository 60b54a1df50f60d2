"""Raw AAC (ADTS): sound encoded anew between the source's own tags.

Such a stream cannot tell how much silence the encoder puts before the sound, so its decoders give that as well. The
copy is encoded from that many samples on, so that what follows comes at its time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from core.media import mpeg
from core.media.encoding import Encoding
from core.model import Recording

_DELAY = 1024  # frames before the sound, and of one piece
_TAIL = 128  # bytes of an ID3v1 tag


@dataclass(frozen=True, slots=True)
class Adts:
    """What is kept of such a file: itself, for its tags."""

    path: Path
    encoding: Encoding
    channels: int

    def write(self, samples: Recording, file: BinaryIO) -> None:
        """Write the file with these samples."""
        import av

        before, after = _tags(self.path)
        file.write(before)
        with av.open(_Behind(file), "w", format="adts") as container:
            stream = self.encoding.add_to(container)
            for number, packet in enumerate(self.encoding.packets(stream, samples, first=_DELAY)):
                if number < -(-len(samples) // _DELAY):
                    container.mux(packet)
        file.write(after)

    def finer(self) -> Adts | None:
        """Return the same with half as much bit rate again."""
        encoding = self.encoding.finer(self.channels)
        return None if encoding is None else replace(self, encoding=encoding)


class _Behind:
    """A file that is only written on, behind what stands in it."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write


def _tags(path: Path) -> tuple[bytes, bytes]:
    """Return the tags before and behind the sound."""
    with path.open("rb") as file:
        size = mpeg.id3_size(file.read(10))
        file.seek(0)
        before = file.read(size)
        length = file.seek(0, 2)
        file.seek(max(0, length - _TAIL))
        tail = file.read()
    return before, tail if tail.startswith(b"TAG") else b""
