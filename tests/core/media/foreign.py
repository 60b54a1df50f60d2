"""Other people's readers of metadata, as witnesses: exiftool and exiv2."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq>'
    b"</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)
# What reading changes by itself, or what belongs to the coding of the picture.
_OWN = {"SourceFile", "ExifTool:ExifToolVersion"}


@cache  # it holds the time at which it was made
def profile() -> bytes:
    """Return an ICC profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation: int = 1, text: str = "hello") -> bytes:
    """Return an EXIF block."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = text
    block.get_ifd(0x8769)[0x9003] = "2026:01:02 03:04:05"
    return block.tobytes()


def exiftool(path: Path, *groups: str) -> dict[str, Any]:
    """Return what exiftool reads, by group and name; of all but the file itself where no groups are named."""
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool, the reader that this test asks, is not installed")
    done = subprocess.run(
        ["exiftool", "-json", "-G", "-a", "-charset", "filename=utf8", str(path)], capture_output=True, check=True
    )
    found = json.loads(done.stdout)[0]
    wanted = groups or ("EXIF", "XMP", "ICC_Profile", "IPTC", "MakerNotes", "Photoshop")
    return {name: value for name, value in found.items() if name not in _OWN and name.partition(":")[0] in wanted}


def exiv2(path: Path) -> list[str]:
    """Return the lines of EXIF, IPTC and XMP that exiv2 reads."""
    if shutil.which("exiv2") is None:
        pytest.skip("exiv2, the reader that this test asks, is not installed")
    done = subprocess.run(["exiv2", "-q", "-pa", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1) and "rror" not in done.stderr, done.stderr  # 1: there is nothing to read
    return sorted(done.stdout.splitlines())
