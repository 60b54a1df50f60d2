"""Private data in pictures taken out: place, serial numbers and owners of cameras, maker notes, previews.

The EXIF block keeps its layout: entries go, what they pointed to becomes zeros, and everything else stays where it was,
so that offsets that nobody documents stay true. (CIPA DC-008 Exif 3.0; TIFF 6.0; Adobe Photoshop file formats.)
"""

from __future__ import annotations

from core.media.tiff_fields import SIZES

_EXIF_IFD, _GPS_IFD = 34665, 34853
_PRIVATE = frozenset(
    {
        _GPS_IFD,
        0x927C,  # maker note: holds serial numbers, sometimes places and names of persons
        0x9286,  # user comment
        0xA420,  # unique id of the picture, made of the serial number by some
        0xA430,  # owner's name
        0xA431,  # serial number of the body
        0xA435,  # serial number of the lens
        0xC62F,  # serial number of the camera (DNG)
        0xC634,  # private data of the maker (DNG)
        0xC68B,  # name of the raw file
    }
)
_PREVIEWS = frozenset({1033, 1036})  # Photoshop resources
_COPIES_OF_EXIF = frozenset({1058, 1059})
XMP = {  # properties by namespace that say the same in XMP; "*" at the end stands for any ending
    "http://ns.adobe.com/exif/1.0/": ("GPS*", "UserComment", "ImageUniqueID", "MakerNote"),
    "http://ns.adobe.com/exif/1.0/aux/": ("SerialNumber", "LensSerialNumber", "OwnerName", "ImageNumber"),
    "http://cipa.jp/exif/1.0/": ("BodySerialNumber", "LensSerialNumber", "CameraOwnerName", "OwnerName"),
    "http://ns.adobe.com/xap/1.0/": ("Thumbnails",),
    "http://ns.adobe.com/photoshop/1.0/": ("DocumentAncestors",),
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": ("LocationCreated",),
    "http://www.metadataworkinggroup.com/schemas/regions/": ("Regions",),  # who is where in the picture
    "http://ns.google.com/photos/1.0/image/": ("Data",),
}


def stripped_exif(exif: bytes) -> bytes:
    """Return an EXIF block (with or without its "Exif" header) without private data; b"" where it makes no sense."""
    head = exif[: len(exif) - len(exif.removeprefix(b"Exif\x00\x00"))]
    data = bytearray(exif[len(head) :])
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(bytes(data[:4]))
    if order is None or len(data) < 14:
        return b""
    block = Ifds(data, little=order == "little")
    first = block.number(4, 4)
    second = block.next_of(first)
    block.strip(first)
    if second:
        block.wipe(second)
        block.end_at(first)
    return head + bytes(data)


def stripped_resources(resources: bytes) -> bytes:
    """Return Photoshop's image resources without previews and copies of EXIF data; what makes no sense is left out."""
    kept = bytearray()
    place = 0
    while place + 12 <= len(resources) and resources[place : place + 4] in (b"8BIM", b"MeSa", b"AgHg", b"PHUT"):
        number = int.from_bytes(resources[place + 4 : place + 6], "big")
        name = 1 + resources[place + 6]
        size_at = place + 6 + name + (name & 1)
        size = int.from_bytes(resources[size_at : size_at + 4], "big")
        end = size_at + 4 + size + (size & 1)
        if end > len(resources) + 1:
            break
        if number not in _PREVIEWS | _COPIES_OF_EXIF:
            kept += resources[place:end]
        place = end
    return bytes(kept)


class Ifds:
    """The directories of a TIFF structure, changed in place."""

    def __init__(self, data: bytearray, *, little: bool, big: bool = False) -> None:
        self._data = data
        self._order = "little" if little else "big"
        self._head, self._step, self._inline = (8, 20, 8) if big else (2, 12, 4)

    def number(self, place: int, size: int) -> int:
        """Return the whole number of so many bytes at a place; 0 beyond the end."""
        return int.from_bytes(self._data[place : place + size], self._order)  # type: ignore[arg-type]

    def entries(self, ifd: int) -> list[int]:
        """Return where the entries of a directory stand; none for a directory that lies outside."""
        if not 8 <= ifd <= len(self._data) - self._head:
            return []
        count = self.number(ifd, self._head)
        start = ifd + self._head
        if count > 4096 or start + count * self._step > len(self._data):
            return []
        return [start + i * self._step for i in range(count)]

    def value_of(self, entry: int) -> tuple[int, int]:
        """Return where the values of an entry start and how many bytes they take."""
        kind, count = self.number(entry + 2, 2), self.number(entry + 4, self._inline)
        size = SIZES.get(kind, 1) * count
        start = entry + 4 + self._inline
        return (start if size <= self._inline else self.number(start, self._inline)), size

    def next_of(self, ifd: int) -> int:
        """Return where the next directory stands, 0 for none."""
        entries = self.entries(ifd)
        return self.number(entries[-1] + self._step, self._inline) if entries else 0

    def end_at(self, ifd: int) -> None:
        """Let no directory follow this one."""
        entries = self.entries(ifd)
        if entries:
            self._zero(entries[-1] + self._step, self._inline)

    def strip(self, ifd: int, depth: int = 0) -> None:
        """Take the private entries out of a directory and of the EXIF directory that it leads to."""
        for entry in reversed(self.entries(ifd)):
            tag = self.number(entry, 2)
            start, size = self.value_of(entry)
            if tag == _EXIF_IFD and depth == 0:
                self.strip(self.number(start, self._inline), 1)
            elif tag in _PRIVATE:
                if tag == _GPS_IFD:
                    self.wipe(self.number(start, self._inline))
                self._zero(start, size)
                self._remove(ifd, entry)

    def wipe(self, ifd: int) -> None:
        """Turn a directory, its values and the preview that it points to into zeros."""
        entries = self.entries(ifd)
        places = {self.number(entry, 2): self.value_of(entry) for entry in entries}
        if 0x0201 in places and 0x0202 in places:
            self._zero(*(self.number(places[tag][0], 4) for tag in (0x0201, 0x0202)))
        for entry in entries:
            self._zero(*self.value_of(entry))
        if entries:
            self._zero(ifd, entries[-1] + self._step + self._inline - ifd)

    def _remove(self, ifd: int, entry: int) -> None:
        entries = self.entries(ifd)
        end = entries[-1] + self._step + self._inline
        self._data[entry : end - self._step] = self._data[entry + self._step : end]
        self._zero(end - self._step, self._step)
        self._data[ifd : ifd + self._head] = (len(entries) - 1).to_bytes(self._head, self._order)  # type: ignore[arg-type]

    def _zero(self, start: int, size: int) -> None:
        stop = min(start + size, len(self._data))
        if 8 <= start < stop:
            self._data[start:stop] = bytes(stop - start)
