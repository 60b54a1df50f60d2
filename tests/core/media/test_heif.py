"""HEIC and AVIF: depth, chroma, opacity, turns and metadata stay; what cannot stay is said."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imagecodecs import avif_encode
from PIL import Image, ImageOps

from core.errors import RefusedError, UnreadableError
from core.media import boxes, heif
from core.media.boxes import Box, Item, Property, Reference
from core.media.images import finer, read_image, require_writable, write_image

from .conftest import Array, colours, copied_image
from .foreign import XMP, exif, exiftool, exiv2, profile


def heic(array: Array, *, chroma: int | None = None, images: tuple[Array, ...] = (), **info: Any) -> bytes:
    buffer = io.BytesIO()
    file: Any = None
    for pixels in (array, *images):
        channels = 1 if pixels.ndim == 2 else pixels.shape[2]
        mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels] + (";16" if pixels.dtype == np.uint16 else "")
        data = np.ascontiguousarray(pixels).tobytes()
        if file is None:
            file = pillow_heif.from_bytes(mode, pixels.shape[1::-1], data)
        else:
            file.add_frombytes(mode, pixels.shape[1::-1], data)
    file[0].info.update(info)
    file.save(buffer, quality=80, enc_params={"preset": "ultrafast"}, **({"chroma": chroma} if chroma else {}))
    return buffer.getvalue()


def of(data: bytes, folder: Path, name: str = "photo.heic") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def coding(path: Path) -> heif.Coding:
    kept = read_image(path)._kept
    assert isinstance(kept, heif.Kept)
    return kept.coding


def near(one: Array, other: Array, *, share: float = 0.02) -> bool:
    top = np.iinfo(one.dtype).max
    return one.shape == other.shape and float(np.abs(one.astype(float) - other).mean()) < share * top


@pytest.mark.parametrize(
    ("channels", "dtype", "chroma", "wanted"),
    [
        (3, np.uint8, 420, (8, "420")),
        (3, np.uint8, 422, (8, "422")),
        (3, np.uint8, 444, (8, "444")),
        (4, np.uint8, 420, (8, "420")),
        (1, np.uint8, None, (8, "400")),
        (2, np.uint8, None, (8, "400")),
        (3, np.uint16, 420, (10, "420")),
        (4, np.uint16, 444, (10, "444")),
        (1, np.uint16, None, (10, "400")),
    ],
)
def test_heic_keeps_depth_chroma_and_opacity(
    folder: Path, channels: int, dtype: Any, chroma: int | None, wanted: tuple[int, str]
) -> None:
    pixels, other = colours(71, 90, channels, dtype), colours(71, 90, channels, dtype, seed=2)
    picture, again, target = copied_image(of(heic(pixels, chroma=chroma), folder), other)
    assert near(picture.pixels, pixels) and near(again.pixels, other)
    assert picture.pixels.dtype == again.pixels.dtype == dtype and picture.space == again.space
    assert coding(picture.path) == coding(target) == wanted
    assert not picture.notes and not again.notes


def test_heic_of_12_bits_stays_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pillow_heif.options, "SAVE_HDR_TO_12_BIT", True)
    source = of(heic(colours(dtype=np.uint16), chroma=444), folder)
    monkeypatch.undo()
    _, again, target = copied_image(source)
    assert coding(source).bits == coding(target).bits == 12 and again.pixels.dtype == np.uint16
    assert pillow_heif.options.SAVE_HDR_TO_12_BIT is False


@pytest.mark.parametrize(
    ("channels", "bits", "chroma"),
    [(3, 8, "420"), (3, 8, "422"), (3, 8, "444"), (4, 8, "420"), (1, 8, "400"), (3, 10, "420"), (4, 12, "444")],
)
def test_avif_keeps_depth_chroma_and_opacity(folder: Path, channels: int, bits: int, chroma: str) -> None:
    pixels, other = (colours(71, 90, channels, np.uint16 if bits > 8 else np.uint8, seed) for seed in (1, 2))
    native = heif.narrowed(pixels, bits) if bits > 8 else pixels
    data = bytes(avif_encode(native, level=85, speed=9, bitspersample=bits, pixelformat=chroma))
    picture, again, target = copied_image(of(data, folder, "photo.avif"), other)
    assert near(picture.pixels, pixels) and near(again.pixels, other)
    assert coding(picture.path) == coding(target) == (bits, chroma)
    if channels == 4:
        assert near(again.pixels[..., 3], other[..., 3], share=0.01)


@pytest.mark.parametrize("bits", [10, 12])
def test_widening_and_narrowing_undo_each_other(bits: int) -> None:
    values = np.arange(1 << bits, dtype=np.uint16)
    wide = heif.widened(values, bits)
    assert wide[0] == 0 and wide[-1] == 65535
    assert np.array_equal(heif.narrowed(wide, bits), values)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_are_applied_and_undone(folder: Path, orientation: int) -> None:
    path = folder / "photo.avif"
    Image.fromarray(colours(60, 90)).save(path, exif=exif(orientation), quality=95)
    with Image.open(path) as image:
        upright = np.asarray(ImageOps.exif_transpose(image))
    picture, again, target = copied_image(path)
    assert np.array_equal(picture.pixels, upright) and near(again.pixels, upright)
    with Image.open(target) as image:
        assert near(np.asarray(ImageOps.exif_transpose(image)), upright)


@pytest.mark.parametrize("name", ["photo.heic", "photo.avif"])
def test_other_readers_find_the_metadata_of_a_copy(folder: Path, name: str) -> None:
    info = {"exif": exif(6), "xmp": XMP, "icc_profile": profile()}
    source = folder / name
    if name == "photo.heic":
        of(heic(colours(), chroma=420, **info), folder, name)
    else:
        Image.fromarray(colours()).save(source, **info)
    picture, again, target = copied_image(source)
    assert picture.size == again.size
    found = exiftool(target)
    assert found == exiftool(source) and found["EXIF:ImageDescription"] == "hello" and found["XMP:Creator"] == "Ada"
    assert (
        exiftool(target, "QuickTime").get("QuickTime:Rotation") == exiftool(source, "QuickTime")["QuickTime:Rotation"]
    )
    assert "ICC_Profile:ProfileDescription" in found
    lines = exiv2(target)
    assert lines == exiv2(source) and any("hello" in line for line in lines)
    mine, its = boxes.take_apart(source.read_bytes()), boxes.take_apart(target.read_bytes())
    for kind in (b"Exif", b"mime"):
        assert [i.data for i in its.items.values() if i.type == kind] == [
            i.data for i in mine.items.values() if i.type == kind
        ]


def test_colours_are_described_as_the_source_describes_them(folder: Path) -> None:
    kept = read_image(of(heic(colours(), chroma=444), folder))._kept
    assert isinstance(kept, heif.Kept)
    light = Property(Box(b"clli", b"\x03\xe8\x01\x90"), False)
    wide = Property(Box(b"colr", b"nclx" + bytes((0, 9, 0, 16, 0, 9, 0x80))), False)
    path = of(heif.Kept("HEIC", (), (wide, light), kept.coding).encode(colours()), folder, "hdr.heic")
    main = boxes.take_apart(copied_image(path)[2].read_bytes()).items[1]
    assert (main.find(b"colr") or b"")[:8] == b"nclx" + bytes((0, 9, 0, 16)) and main.find(b"clli") == light.box.payload


def test_finer_is_nearer_and_ends(folder: Path) -> None:
    data = bytes(avif_encode(colours(), level=60, speed=9, pixelformat="420"))
    for source in (of(heic(colours(), chroma=420), folder), of(data, folder, "photo.avif")):
        picture, wanted, errors = read_image(source), colours(seed=2), []
        for _ in range(20):
            write_image(picture, wanted, folder / "copy")
            errors.append(float(np.abs(read_image(folder / "copy").pixels.astype(int) - wanted).mean()))
            better = finer(picture)
            if better is None:
                break
            picture = better
        assert len(errors) < 9 and errors[0] > errors[-1]


def test_further_pictures_previews_and_credentials_are_left_out_with_a_note(folder: Path) -> None:
    source = of(heic(colours(), images=(colours(seed=2),), chroma=420), folder)
    made = boxes.take_apart(source.read_bytes())
    items = [item._replace(number=n) for n, item in enumerate(made.items.values(), 1)]
    items.append(items[0]._replace(number=3))
    items.append(Item(4, b"mime", b"c2pa\x00application/c2pa\x00", b"jumb", ()))
    links = [Reference(b"thmb", 3, (1,)), Reference(b"cdsc", 4, (1,))]
    source.write_bytes(boxes.put_together(b"heic\x00\x00\x00\x00mif1heic", items, links, 1))
    picture, again, target = copied_image(source)
    words = " ".join(picture.notes)
    assert "further pictures" in words and "preview" in words and "content credentials" in words
    assert len(boxes.take_apart(target.read_bytes()).items) == 1 and not again.notes


def test_tiles_become_one_picture(folder: Path) -> None:
    buffer = io.BytesIO()
    pixels = colours(300, 400)
    quick = {"preset": "ultrafast"}
    pillow_heif.encode(
        "RGB", (400, 300), pixels.tobytes(), buffer, quality=80, chroma=420, tile_size=128, enc_params=quick
    )
    source = of(buffer.getvalue(), folder)
    assert len(boxes.take_apart(source.read_bytes()).items) > 6
    _, again, target = copied_image(source)
    assert near(again.pixels, pixels) and coding(target) == coding(source) == (8, "420") and not again.notes
    assert len(boxes.take_apart(target.read_bytes()).items) == 1


def test_animation_is_examined_and_not_protected(folder: Path) -> None:
    frames = [Image.fromarray(colours(seed=seed)) for seed in (1, 2, 3)]
    frames[0].save(folder / "art.avif", save_all=True, append_images=frames[1:], duration=50)
    picture = read_image(folder / "art.avif")
    assert "animation" in picture.notes[0] and near(picture.pixels, colours())
    with pytest.raises(RefusedError, match="WebP"):
        require_writable(picture)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("name", ["photo.heic", "photo.avif"])
def test_cut_picture_is_one_sentence(folder: Path, name: str, share: float) -> None:
    data = heic(colours()) if name.endswith("heic") else bytes(avif_encode(colours(), level=60, speed=9))
    with pytest.raises(UnreadableError, match=r"photo\.(heic|avif) is damaged"):
        read_image(of(data[: int(len(data) * share)], folder, name))


def test_bomb_is_refused_before_decoding(folder: Path) -> None:
    data = heic(colours())
    place = data.index(b"ispe")
    huge = data[: place + 8] + (60000).to_bytes(4, "big") * 2 + data[place + 16 :]
    with pytest.raises(UnreadableError, match="60000 x 60000"):
        read_image(of(huge, folder))


names = st.sampled_from([b"hvc1", b"Exif", b"mime"])
properties = st.lists(
    st.builds(
        Property, st.builds(Box, st.sampled_from([b"ispe", b"colr", b"irot"]), st.binary(max_size=20)), st.booleans()
    ),
    max_size=3,
)


@given(st.lists(st.tuples(names, st.binary(max_size=12), st.binary(max_size=60), properties), min_size=1, max_size=4))
def test_parts_come_back(parts: list[tuple[bytes, bytes, bytes, list[Property]]]) -> None:
    items = [Item(n, kind, entry, b"x" + data, tuple(said)) for n, (kind, entry, data, said) in enumerate(parts, 1)]
    links = [Reference(b"cdsc", item.number, (1,)) for item in items[1:]]
    found = boxes.take_apart(boxes.put_together(b"heic\x00\x00\x00\x00mif1", items, links, 1))
    assert list(found.items.values()) == items and list(found.references) == links and found.primary == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_items_or_a_value_error(data: bytes) -> None:
    try:
        boxes.take_apart(data)
    except ValueError:
        return


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8), st.booleans())
@settings(deadline=None, max_examples=40)
def test_damage_anywhere_is_a_picture_or_one_sentence(place: int, damage: bytes, av1: bool) -> None:
    data = bytearray(_AV1 if av1 else _HEVC)
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as name:
        try:
            picture = read_image(of(bytes(data), Path(name)))
        except UnreadableError:
            return
        assert picture.pixels.ndim in (2, 3)


_HEVC = heic(colours(40, 40), chroma=420, exif=exif(), icc_profile=profile())
_AV1 = bytes(avif_encode(colours(40, 40), level=60, speed=9))
