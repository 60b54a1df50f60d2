"""Statements stand in every protected format, foreign programs read them, and neither picture nor sound changes."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from core.errors import RefusedError
from core.media import jpeg, label_boxes
from core.media.labels import read_labels, write_labels
from core.media.private import XMP, stripped_exif
from core.model import DataMining
from core.model.statements import SourceType, Statements, lacking, united
from core.rights import tags, xmp

from .conftest import colours, tone

SAID = Statements(
    creator="Zoë Łukasz; Second Hand",
    copyright="© 2026 Zoë Łukasz",
    usage='Ask <me> & "all". 日本',
    web_statement="https://zoe.example/rights?a=1&b=2",
    licence="https://creativecommons.org/licenses/by-nc-nd/4.0/",
    licensor="Łukasz GmbH",
    licensor_url="https://l.example",
    licensor_email="desk@l.example",
    credit="Zoë Ł.",
    mining=DataMining.SEARCH_ONLY,
    constraints="no adverts",
    reserved=True,
    policy="https://zoe.example/tdm",
    source_type=SourceType.CAPTURE,
)
OTHER = Statements(creator="Somebody Else", mining=DataMining.ALLOWED, reserved=False, usage="Take it.")
PICTURES = ["JPEG", "PNG", "TIFF", "big TIFF", "WebP", "WebP lossless", "AVIF", "HEIC"]
SOUNDS = ["WAV", "RF64", "AIFF", "FLAC", "Vorbis", "Opus", "MP3", "M4A"]


def made(folder: Path, name: str) -> Path:
    """Write a small file of a format."""
    if name in PICTURES:
        return _picture(folder, name)
    import soundfile

    if name == "M4A":
        return _m4a(folder / "a.m4a")
    kinds = {
        "WAV": ("a.wav", "WAV", "PCM_16"),
        "RF64": ("a.rf64", "RF64", "PCM_24"),
        "AIFF": ("a.aiff", "AIFF", "PCM_16"),
        "FLAC": ("a.flac", "FLAC", "PCM_16"),
        "Vorbis": ("a.ogg", "OGG", "VORBIS"),
        "Opus": ("a.opus", "OGG", "OPUS"),
        "MP3": ("a.mp3", "MP3", "MPEG_LAYER_III"),
    }
    file, kind, coding = kinds[name]
    soundfile.write(folder / file, tone(frames=4801), 48000, format=kind, subtype=coding)
    return folder / file


def _picture(folder: Path, name: str) -> Path:
    image = Image.fromarray(colours())
    if name == "big TIFF":
        import tifffile

        tifffile.imwrite(folder / "big.tif", colours(), bigtiff=True)
        return folder / "big.tif"
    if name == "HEIC":
        import pillow_heif

        pillow_heif.from_pillow(image).save(folder / "a.heic", quality=90)
        return folder / "a.heic"
    file, options = {
        "JPEG": ("a.jpg", {}),
        "PNG": ("a.png", {}),
        "TIFF": ("a.tif", {"compression": "tiff_lzw"}),
        "WebP": ("a.webp", {}),
        "WebP lossless": ("b.webp", {"lossless": True}),
        "AVIF": ("a.avif", {}),
    }[name]
    image.save(folder / file, **options)
    return folder / file


def _m4a(path: Path) -> Path:
    import av

    with av.open(str(path), "w", format="ipod") as file:
        stream = file.add_stream("aac", rate=44100)
        samples = tone(frames=8192).T.astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="mono")
        frame.sample_rate = 44100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return path


def content(path: Path) -> bytes:
    """Return the decoded picture or sound."""
    if path.suffix == ".heic":
        import pillow_heif

        return pillow_heif.open_heif(path).data
    if path.suffix == ".m4a":
        import av

        with av.open(str(path)) as file:
            return b"".join(frame.to_ndarray().tobytes() for frame in file.decode(audio=0))
    if path.suffix in (".jpg", ".png", ".tif", ".webp", ".avif"):
        with Image.open(path) as image:
            return image.convert("RGB").tobytes()
    import soundfile

    return soundfile.read(path)[0].tobytes()


def label(path: Path, statements: Statements, *, keep: bool = False, strip: bool = False) -> Statements:
    packet, fields = tags.changes(read_labels(path), statements, keep=keep)
    write_labels(path, xmp=packet, fields=fields, strip=strip)
    return tags.read(read_labels(path))


@pytest.mark.parametrize("name", PICTURES + SOUNDS)
def test_statements_come_back_and_the_content_stays(folder: Path, name: str) -> None:
    path = made(folder, name)
    before = content(path)
    assert not tags.read(read_labels(path))
    assert label(path, SAID) == SAID
    assert content(path) == before
    assert label(path, OTHER, keep=True) == SAID
    replaced = label(path, OTHER, keep=False, strip=True)
    assert not lacking(OTHER, replaced) and replaced.policy == SAID.policy
    assert content(path) == before


@pytest.mark.parametrize("name", PICTURES + SOUNDS)
def test_exiftool_reads_them(folder: Path, name: str) -> None:
    path = made(folder, name)
    label(path, SAID)
    found = exiftool(path)
    assert not any("Warning" in key or "Error" in key for key in found)
    if name in ("FLAC", "Vorbis", "Opus"):
        assert found["Vorbis:Copyright"] == SAID.copyright
        texts = {key.casefold().replace("_", ""): str(value) for key, value in found.items()}
        assert texts["vorbis:plusdatamining"].endswith(SAID.mining.value)
        assert texts["vorbis:tdm-reservation"] == "1"
        return
    assert found["XMP-plus:DataMining"].endswith(SAID.mining.value)
    assert str(found["XMP-tdm:Reservation"]) == "1" and found["XMP-tdm:Policy"] == SAID.policy
    assert found["XMP-dc:Creator"] == ["Zoë Łukasz", "Second Hand"]
    assert found["XMP-dc:Rights"] == SAID.copyright and found["XMP-xmpRights:UsageTerms"] == SAID.usage
    assert found["XMP-xmpRights:WebStatement"] == SAID.web_statement
    assert found["XMP-plus:LicensorName"] == SAID.licensor
    assert found["XMP-iptcExt:DigitalSourceType"].endswith("digitalCapture")
    if name in ("WAV", "RF64"):
        assert found["RIFF:Originator"] == "Zoe Lukasz; Second Hand" and found["XML:BwfxmlRightsTdmReservation"] == 1
    if name in ("MP3", "AIFF"):
        assert found["ID3v2_4:Copyright"] == SAID.copyright
    if name == "M4A":
        assert found["ItemList:Copyright"] == SAID.copyright


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "WebP"])
def test_exiv2_reads_them(folder: Path, name: str) -> None:
    path = made(folder, name)
    label(path, SAID)
    out = run("exiv2", "-PXkv", path)
    assert "Xmp.plus.DataMining" in out and SAID.mining.value in out and "Xmp.dc.rights" in out


@pytest.mark.parametrize("name", SOUNDS)
def test_ffprobe_reads_them(folder: Path, name: str) -> None:
    path = made(folder, name)
    label(path, SAID)
    shown = json.loads(run("ffprobe", "-loglevel", "error", "-of", "json", "-show_format", "-show_streams", path))
    texts = {**shown["format"].get("tags", {}), **shown["streams"][0].get("tags", {})}
    found = {key.casefold(): value for key, value in texts.items()}
    assert found["copyright"] == SAID.copyright
    if name not in ("WAV", "RF64"):
        assert any(str(value).endswith(SAID.mining.value) for value in found.values())


def run(*call: str | Path) -> str:
    if shutil.which(str(call[0])) is None:
        pytest.skip(f"{call[0]} is not installed, so nobody else reads the statements here")
    return subprocess.run(call, check=True, capture_output=True).stdout.decode()


def exiftool(path: Path) -> dict[str, Any]:
    (found,) = json.loads(run("exiftool", "-G1", "-a", "-s", "-j", "-charset", "RIFF=UTF8", path))
    return found


def located(**options: Any) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x8298] = "Maker", "Zoë", "© Zoë"
    exif.get_ifd(0x8769).update({0xA430: "Zoë at home", 0xA431: "SN-12345", 0x9286: b"ASCII\0\0\0secret", 0x829A: 0.01})
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return exif


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.avif"])
def test_private_data_goes_on_request_alone(folder: Path, name: str) -> None:
    path = folder / name
    Image.fromarray(colours()).save(path, exif=located().tobytes())
    secret = (b"SN-12345", b"at home", b"secret")
    before = content(path)
    label(path, SAID)
    assert any(word in path.read_bytes() for word in secret)
    assert label(path, SAID, strip=True) == SAID
    data = path.read_bytes()
    assert not any(word in data for word in secret) and b"Maker" in data
    assert content(path) == before
    with Image.open(path) as image:
        exif = image.getexif()
        assert exif[0x010F] == "Maker" and not exif.get_ifd(0x8825) and 0xA431 not in exif.get_ifd(0x8769)
        assert exif.get_ifd(0x8769)[0x829A] == pytest.approx(0.01)
    if shutil.which("exiftool"):
        found = exiftool(path)
        assert not any("GPS" in key or "Serial" in key or "Warning" in key for key in found), found


def test_the_small_preview_goes_too(folder: Path) -> None:
    thumb = io.BytesIO()
    Image.fromarray(colours()).resize((16, 16)).save(thumb, "JPEG")
    exif = located().tobytes()
    body = bytearray(exif.removeprefix(b"Exif\0\0"))
    order = "little" if body[:2] == b"II" else "big"
    first = int.from_bytes(body[4:8], order)
    count = int.from_bytes(body[first : first + 2], order)
    at, place = first + 2 + 12 * count, len(body)
    body[at : at + 4] = place.to_bytes(4, order)
    entries = [(0x0201, place + 2 + 24 + 4), (0x0202, len(thumb.getvalue()))]
    body += (2).to_bytes(2, order)
    for tag, value in entries:
        body += tag.to_bytes(2, order) + (4).to_bytes(2, order) + (1).to_bytes(4, order) + value.to_bytes(4, order)
    body += bytes(4) + thumb.getvalue()
    stripped = stripped_exif(b"Exif\0\0" + bytes(body))
    assert thumb.getvalue() in bytes(body) and thumb.getvalue()[:64] not in stripped
    assert b"\xff\xd8\xff" not in stripped


def test_places_in_xmp_go_and_the_rest_stays(folder: Path) -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,31N"'
        b' xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:SerialNumber="99" aux:Lens="50 mm">'
        b"<exif:GPSTimeStamp>2026</exif:GPSTimeStamp></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    cleaned = xmp.without(packet, XMP)
    assert b"GPS" not in cleaned and b"SerialNumber" not in cleaned and b"50 mm" in cleaned
    assert xmp.without(cleaned, XMP) == cleaned


def test_everything_else_in_a_file_stays(folder: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "The hill")
    Image.fromarray(colours()).save(folder / "a.png", pnginfo=info, icc_profile=b"profile", dpi=(300, 300))
    label(folder / "a.png", SAID)
    with Image.open(folder / "a.png") as image:
        assert image.text["Title"] == "The hill" and image.info["icc_profile"] == b"profile"
    path = made(folder, "MP3")
    import mutagen.id3

    tag = mutagen.id3.ID3()
    tag.add(mutagen.id3.TIT2(encoding=1, text=["Rêverie"]))
    tag.add(mutagen.id3.TYER(encoding=0, text=["1999"]))
    tag.add(mutagen.id3.APIC(encoding=0, mime="image/png", type=3, desc="", data=b"picture"))
    tag.save(path, v2_version=3)
    label(path, SAID, keep=True)
    again = mutagen.id3.ID3(path, translate=False)
    assert again.version[:2] == (2, 3)
    assert (again["TIT2"].text, again["TYER"].text) == (["Rêverie"], ["1999"]) and again.getall("APIC")[0].data


def test_the_ixml_of_a_recorder_is_added_to(folder: Path) -> None:
    path = made(folder, "WAV")
    own = "<BWFXML><PROJECT>Night</PROJECT></BWFXML>"
    write_labels(path, fields=(("iXML", own), ("bext.Originator", "Recorder 7")))
    assert label(path, SAID, keep=True) == SAID
    labels = read_labels(path)
    assert "<PROJECT>Night</PROJECT>" in labels.field("iXML") and labels.field("bext.Originator") == "Recorder 7"


def test_a_picture_with_too_long_metadata_is_refused(folder: Path) -> None:
    path = made(folder, "JPEG")
    with pytest.raises(RefusedError, match="64 kB"):
        write_labels(path, xmp=b"<x:xmpmeta>" + b" " * 65500)


def test_formats_without_room_are_refused(folder: Path) -> None:
    Image.fromarray(colours()).save(folder / "a.bmp")
    with pytest.raises(RefusedError, match="no room for statements"):
        write_labels(folder / "a.bmp", xmp=xmp.build(SAID))


def test_a_packet_in_any_other_file_is_found(folder: Path) -> None:
    path = folder / "film.mov"
    path.write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + b"\0" * 999 + xmp.build(SAID))
    assert tags.read(read_labels(path)) in (SAID, Statements())
    path = folder / "thing.gif"
    path.write_bytes(b"GIF89a" + b"\0" * 999 + xmp.build(SAID))
    assert tags.read(read_labels(path)) == SAID


@pytest.mark.parametrize("name", [*PICTURES, "WAV", "FLAC", "MP3", "M4A"])
def test_damaged_files_give_no_statements_and_no_traceback(folder: Path, name: str) -> None:
    path = made(folder, name)
    label(path, SAID)
    data = path.read_bytes()
    rng = np.random.default_rng(7)
    for _ in range(12):
        broken = bytearray(data[: int(rng.integers(16, len(data)))])
        for place in rng.integers(0, len(broken), 8):
            broken[place] ^= int(rng.integers(1, 256))
        path.write_bytes(broken)
        tags.read(read_labels(path))


def test_boxes_beyond_the_end_are_no_boxes() -> None:
    with pytest.raises(ValueError, match="beyond"):
        list(label_boxes.boxes(b"\0\0\0\x20ftypabcd"))


def test_united_statements_and_what_lacks() -> None:
    assert united(SAID, OTHER) == SAID and united(Statements(), SAID) == SAID
    assert lacking(SAID, SAID) == () and "Creator" in lacking(SAID, OTHER)


def test_old_segments_of_a_jpeg_keep_their_order(folder: Path) -> None:
    path = folder / "a.jpg"
    Image.fromarray(colours()).save(path, exif=located().tobytes(), icc_profile=b"p" * 300)
    label(path, SAID)
    starts = [segment.payload[:4] for segment in jpeg.take_apart(path.read_bytes()).segments][:4]
    assert starts == [b"JFIF", b"Exif", b"http", b"ICC_"]
