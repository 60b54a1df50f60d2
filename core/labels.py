"""What a file says of itself beside its picture or sound: one XMP packet, and the text fields of its container."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The readable metadata of a file, in the words of its container.

    `container` names the language of `fields`: "" (pictures: XMP alone), "ID3", "Vorbis", "RIFF" or "MP4". Fields are
    (name, text) in their order, repeated names allowed: "TXXX:TDM-RESERVATION", "COPYRIGHT", "INFO.ICOP",
    "bext.Originator", "iXML", "cprt". `xmp` is the packet's bytes, empty where there is none.
    """

    container: str = ""
    xmp: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> str:
        """Return the first text of a field, in any case; empty where there is none."""
        return next((text for own, text in self.fields if own.casefold() == name.casefold()), "")
