"""JPEG: everything around the pixels stays, and the pixels are coded as they were."""

from __future__ import annotations

import base64
import dataclasses
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, JpegImagePlugin

from core.errors import RefusedError, UnreadableError
from core.media import jpeg
from core.media.images import read_image, require_writable
from core.media.jpeg import Segment
from core.media.jpeg_behind import without_claims

from .conftest import colours, copied_image


def saved(array: Any, mode: str | None = None, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(array) if mode is None else Image.frombytes(mode, array.shape[1::-1], array.tobytes())
    image.save(buffer, "JPEG", **{"quality": 88} | options)
    return buffer.getvalue()


def with_segments(data: bytes, *extra: Segment) -> bytes:
    layout = jpeg.take_apart(data)
    return jpeg.put_together([*extra, *layout.segments], layout.scans)


def of(data: bytes, folder: Path, name: str = "photo.jpg") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_coding_stays(folder: Path, subsampling: int, progressive: bool) -> None:
    source = of(saved(colours(), subsampling=subsampling, progressive=progressive), folder)
    picture, again, target = copied_image(source)
    assert picture.format == "JPEG" and picture.space == "rgb" and picture.pixels.shape == (70, 90, 3)
    assert np.abs(again.pixels.astype(int) - picture.pixels).mean() < 1.0
    with Image.open(source) as a, Image.open(target) as b:
        assert a.quantization == b.quantization
        assert [layer[1:3] for layer in a.layer] == [layer[1:3] for layer in b.layer]
        assert ("progressive" in a.info) == ("progressive" in b.info) == progressive


@pytest.mark.parametrize("kind", ["411", "440"])
def test_rare_subsamplings_become_none(folder: Path, kind: str) -> None:
    from imagecodecs import jpeg8_encode

    path = folder / "photo.jpg"
    path.write_bytes(bytes(jpeg8_encode(colours(64, 96), level=90, subsampling=kind)))
    _, again, target = copied_image(path)
    with Image.open(path) as before, Image.open(target) as after:
        assert before.layer[0][1:3] != (1, 1) and after.layer[0][1:3] == (1, 1)
        assert after.quantization == before.quantization
    assert again.pixels.shape == (64, 96, 3)


@pytest.mark.parametrize("tables", [[[3] * 64], [[2] * 64, [5] * 64], [[2] * 64, [5] * 64, [9] * 64]])
def test_quantisation_tables_stay_one_by_one(folder: Path, tables: list[list[int]]) -> None:
    source = of(saved(colours(), qtables=tables), folder)
    _, _, target = copied_image(source)
    with Image.open(source) as a, Image.open(target) as b:
        assert [a.quantization[x[3]] for x in a.layer] == [b.quantization[x[3]] for x in b.layer]


def test_grey_stays_grey(folder: Path) -> None:
    picture, again, target = copied_image(of(saved(colours(channels=1)), folder))
    assert picture.space == again.space == "grey" and again.pixels.shape == (70, 90)
    with Image.open(target) as image:
        assert image.mode == "L"


@pytest.mark.parametrize("adobe", [True, False])
def test_cmyk_is_ink_and_stays_stored_as_it_was(folder: Path, adobe: bool) -> None:
    ink = colours(channels=4)
    data = saved(ink if adobe else 255 - ink, "CMYK", quality=95)  # Pillow stores what it is given inverted
    if not adobe:
        layout = jpeg.take_apart(data)
        data = jpeg.put_together([s for s in layout.segments if s.marker != 0xEE], layout.scans)
    picture, again, target = copied_image(of(data, folder))
    assert picture.space == again.space == "cmyk"
    assert np.abs(picture.pixels.astype(int) - ink).mean() < 3.0
    assert np.abs(again.pixels.astype(int) - ink).mean() < 3.5
    markers = [s.marker for s in jpeg.take_apart(target.read_bytes()).segments]
    assert (0xEE in markers) == adobe


def test_stored_rgb_stays_stored_rgb(folder: Path) -> None:
    source = of(saved(colours(), keep_rgb=True, subsampling=0), folder)
    picture, again, target = copied_image(source)
    assert np.abs(again.pixels.astype(int) - picture.pixels).mean() < 1.0
    with Image.open(target) as image:
        assert image.info.get("adobe_transform") == 0 and [x[0] for x in image.layer] == [82, 71, 66]


def test_metadata_are_kept_byte_for_byte_in_their_order(folder: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    preview = saved(colours(20, 30))
    extra = (
        Segment(0xE1, b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00" + preview),
        Segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"),
        Segment(0xE1, b"http://ns.adobe.com/xmp/extension/\x00" + bytes(500)),
        Segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x00"),
        Segment(0xFE, "made by hand ✓".encode()),
        Segment(0xE7, b"some maker's own"),
    )
    source = of(with_segments(saved(colours(), icc_profile=profile, dpi=(300, 300)), *extra), folder)
    picture, _, target = copied_image(source)
    before, after = (jpeg.take_apart(path.read_bytes()).segments for path in (source, target))
    assert [s for s in before if s.marker >= 0xE0] == [s for s in after if s.marker >= 0xE0]
    assert any("preview" in note for note in picture.notes)
    with Image.open(target) as image:
        assert image.info["icc_profile"] == profile and image.info["dpi"] == (300, 300)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_undone(folder: Path, orientation: int) -> None:
    stored = colours(64, 96, channels=1)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture, again, target = copied_image(of(saved(stored, exif=exif, quality=97), folder))
    with Image.open(target) as image:
        assert image.getexif()[0x0112] == orientation and image.size == (96, 64)
        from PIL import ImageOps

        seen = np.asarray(ImageOps.exif_transpose(image))
    assert picture.pixels.shape == again.pixels.shape == seen.shape
    assert np.array_equal(again.pixels, seen)
    assert np.abs(picture.pixels.astype(int) - seen).mean() < 1.0


def test_further_pictures_and_credentials_are_left_out_with_a_note(folder: Path) -> None:
    data = with_segments(
        saved(colours()), Segment(0xE2, b"MPF\x00II*\x00"), Segment(0xEB, b"JP\x00\x01jumb-c2pa"), Segment(0xFE, b"x")
    )
    picture, again, target = copied_image(of(data + saved(colours(20, 20)), folder))
    text = " ".join(picture.notes)
    assert "behind the picture" in text and "content credentials" in text
    assert not again.notes
    layout = jpeg.take_apart(target.read_bytes())
    assert not layout.trailer and {s.marker for s in layout.segments} & {0xE2, 0xEB, 0xFE} == {0xFE}


def test_what_xmp_says_of_pictures_behind_goes_with_them(folder: Path) -> None:
    xmp = (
        b'http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        b'xmlns:h="http://ns.adobe.com/hdr-gain-map/1.0/" xmlns:C="http://ns.google.com/photos/1.0/container/" '
        b'xmlns:I="http://ns.google.com/photos/1.0/container/item/" '
        b'xmlns:G="http://ns.google.com/photos/1.0/camera/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        b'h:Version="1.0" G:MotionPhoto=\'1\' G:MicroVideoOffset="7" G:SpecialTypeID="kept" dc:source="h:Version">'
        b"<h:GainMapMax><rdf:Seq><rdf:li>1</rdf:li></rdf:Seq></h:GainMapMax><h:Gamma/>"
        b'<C:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><C:Item I:Semantic="GainMap" I:Length="5"/></rdf:li>'
        b"</rdf:Seq></C:Directory><dc:title>kept</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    data = with_segments(saved(colours()), Segment(0xE1, xmp))
    _, _, alone = copied_image(of(data, folder))
    assert xmp in alone.read_bytes()  # with nothing behind the picture every byte stays
    picture, _, target = copied_image(of(data + saved(colours(20, 20, 1)), folder))
    assert "brightness map" in picture.notes[0]
    (left,) = [s.payload for s in jpeg.take_apart(target.read_bytes()).segments if s.payload.startswith(xmp[:20])]
    for gone in (b"h:Version=", b"MotionPhoto", b"MicroVideo", b"GainMap", b"h:Gamma", b"Directory", b"I:Length"):
        assert gone not in left, gone
    assert b'G:SpecialTypeID="kept" dc:source="h:Version">' in left and b"<dc:title>kept</dc:title>" in left
    root = ElementTree.fromstring(left[left.index(b"<") :])
    assert len(list(root.iter())) == 4


@given(st.binary(max_size=300))
def test_any_xmp_is_left_or_cleaned(packet: bytes) -> None:
    declared = b'xmlns:h="http://ns.adobe.com/hdr-gain-map/1.0/"'
    payload = b"http://ns.adobe.com/xap/1.0/\x00" + declared + packet
    cleaned = without_claims(payload)
    assert without_claims(cleaned) == cleaned or len(cleaned) < len(payload)
    assert without_claims(packet) == packet or packet.startswith(b"http://ns.adobe.com/xap/1.0/")


def test_very_fine_picture_fits_the_encoder(folder: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    source = of(saved(noise, qtables=[[1] * 64] * 2, subsampling=0), folder)
    picture, again, _ = copied_image(source)
    assert np.abs(again.pixels.astype(int) - picture.pixels).max() <= 4
    assert isinstance(picture._kept, jpeg._Kept)
    made = dataclasses.replace(picture._kept, progressive=True).encode(noise)
    assert any(s.marker == 0xC2 for s in jpeg.take_apart(made).segments)


def test_name_that_does_not_fit_is_said(folder: Path) -> None:
    picture = read_image(of(saved(colours()), folder, "photo.png"))
    assert picture.suffix == ".jpg" and "photo.png is JPEG, whatever its name says" in picture.notes[0]
    assert read_image(of(saved(colours()), folder, "photo.JPEG")).suffix == ".JPEG"


@pytest.mark.parametrize("progressive", [False, True])
def test_cut_picture_is_examined_and_not_protected(folder: Path, progressive: bool) -> None:
    pixels = colours(400, 300)
    data = saved(pixels, progressive=progressive)
    picture = read_image(of(data[: len(data) * 6 // 10], folder))
    assert 100 < picture.pixels.shape[0] <= 400 and picture.pixels.shape[1] == 300
    shown = picture.pixels.astype(int) - pixels[: len(picture.pixels)]
    assert np.abs(shown).mean() < (6.0 if not progressive else 20.0)
    with pytest.raises(RefusedError, match="cut off or damaged: only part") as caught:
        require_writable(picture)
    assert "complete file" in caught.value.hint


@pytest.mark.parametrize("length", [3, 100, 650])
def test_nothing_useful_is_one_sentence(folder: Path, length: int) -> None:
    with pytest.raises(UnreadableError, match=r"photo\.jpg is (damaged|cut off)"):
        read_image(of(saved(colours())[:length], folder))


def test_bomb_is_refused_before_decoding(folder: Path) -> None:
    layout = jpeg.take_apart(saved(colours()))
    segments = [
        Segment(s.marker, s.payload[:1] + b"\xff\xff\xff\xff" + s.payload[5:]) if s.marker == 0xC0 else s
        for s in layout.segments
    ]
    with pytest.raises(UnreadableError, match="65535 x 65535"):
        read_image(of(jpeg.put_together(segments, layout.scans), folder))


def test_endless_scans_are_refused(folder: Path) -> None:
    layout = jpeg.take_apart(saved(colours(), progressive=True))
    data = jpeg.put_together(layout.segments, layout.scans + layout.scans[-200:].join([b"\xff\xda\x00\x02"] * 200))
    with pytest.raises(UnreadableError, match="scans"):
        read_image(of(data, folder))


segments = st.builds(Segment, st.sampled_from([0xC0, 0xC4, 0xDB, 0xE0, 0xE1, 0xEE, 0xFE]), st.binary(max_size=300))
scan_bytes = st.binary(max_size=200).map(lambda data: b"\xff\xda\x00\x02" + data.replace(b"\xff", b"\xff\x00"))


@given(st.lists(segments, max_size=8), scan_bytes, st.binary(max_size=50))
@settings(deadline=None)
def test_parts_come_back(parts: list[Segment], scans: bytes, trailer: bytes) -> None:
    layout = jpeg.take_apart(jpeg.put_together(parts, scans, trailer))
    assert layout == jpeg.Layout(tuple(parts), scans, 1, trailer, complete=True)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_parts_or_a_value_error(data: bytes) -> None:
    try:
        layout = jpeg.take_apart(b"\xff\xd8" + data)
    except ValueError:
        return
    again = jpeg.put_together(layout.segments, layout.scans, layout.trailer)
    assert jpeg.take_apart(again).segments == layout.segments


ARITHMETIC = (  # 64 x 48, quality 70, 4:2:0: recoded without loss by libjpeg-turbo's jpegtran
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7Pj4+JS5E"
    "SUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozv/yQAR"
    "CAAwAEADASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwD/ALmVznoYnpDHGwHeR0ovoRMYwZNUDrktlFPCgxR1EBUND7TfW2sN"
    "Wz6XxjJ4XUVwhPImZBx2kDQbgq/ZhPURwF7SpLRM/wAqrzc9JgsHZ9z2Y/jljWjfQK4bIYFfxAz8Jav4KzAauyIFZN8OKsMPn8J7FbP89Zsk"
    "BZ2MDdX5FP/Z"
)


def test_arithmetic_coding_is_read_and_written_in_the_usual_way(folder: Path) -> None:
    y, x = np.mgrid[:48, :64]
    source = of(base64.b64decode(ARITHMETIC), folder)
    first, again, target = copied_image(source)
    assert np.abs(first.pixels - np.dstack([x * 4.0, y * 5.0, (x + y) * 2.0])).mean() < 3
    assert first.notes == (
        "photo.jpg is coded arithmetically, which few programs read; the copy is coded in the usual way.",
    )
    assert np.abs(first.pixels.astype(int) - again.pixels).mean() < 1 and not again.notes
    with Image.open(target) as image:
        image.load()
        assert image.size == (64, 48) and JpegImagePlugin.get_sampling(image) == 2
    source.write_bytes(source.read_bytes()[:200])
    with pytest.raises(UnreadableError):
        read_image(source)


@pytest.mark.parametrize(("place", "value"), [(1, 0xC3), (1, 0xC5), (4, 12)])
def test_rare_kinds_are_named_and_not_called_damaged(folder: Path, place: int, value: int) -> None:
    data = bytearray(saved(colours(40, 40)))
    data[data.index(b"\xff\xc0") + place] = value
    with pytest.raises(UnreadableError, match=r"rare kind \(12 bits, lossless or hierarchical\), which cannot be read"):
        read_image(of(bytes(data), folder))


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
@settings(deadline=None, max_examples=40)
def test_damage_anywhere_is_a_picture_or_one_sentence(place: int, damage: bytes) -> None:
    import tempfile

    data = bytearray(saved(colours(40, 40)))
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as name:
        try:
            picture = read_image(of(bytes(data), Path(name)))
        except UnreadableError:
            return
        assert picture.pixels.ndim in (2, 3)
