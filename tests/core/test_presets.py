"""Presets: kept whole, given to others, read with suspicion."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError, WriteError
from core.model import Conversion, Kind, Strength
from core.presets import USUAL, Preset, Presets, preset_of, write_preset

OWN = Preset(
    "Casting",
    ("Studio Ä", "Radio Nord"),
    "Audition",
    Strength.SUBTLE,
    "webp",
    1200,
    80,
    "opus",
    64,
    "/out/\udcff",
    "{recipient}/{name}",
    keep=False,
    strip=True,
    sign=True,
    purpose="casting",
)


def test_presets_are_kept_replaced_and_removed(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    assert presets.all() == USUAL and len(USUAL) == 3
    assert presets.keep(OWN) == OWN
    assert Presets(tmp_path).own() == (OWN,)
    presets.keep(Preset("  Casting "))
    assert Presets(tmp_path).own() == (Preset("Casting"),)
    own_portfolio = Preset(USUAL[0].name, pictures="png")
    presets.keep(own_portfolio)
    assert len(presets.all()) == 4 and own_portfolio in presets.all() and USUAL[0] not in presets.all()
    presets.remove(own_portfolio.name)
    assert USUAL[0] in presets.all()
    assert [path.name for path in tmp_path.iterdir()] == ["presets.json"]
    for name in ("", "  ", "x" * 61):
        with pytest.raises(SettingsError, match="needs a name"):
            presets.keep(Preset(name))


def test_a_preset_travels_without_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "casting.countermark-preset"
    write_preset(OWN, file)
    assert b"/out" not in file.read_bytes()
    with pytest.raises(WriteError, match="already exists"):
        write_preset(OWN, file)
    presets = Presets(tmp_path)
    taken = presets.take_in(file)
    assert (taken.name, taken.output_folder, taken.recipients) == ("Casting", "", OWN.recipients)
    assert presets.take_in(file).name == "Casting 2"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"format": "countermark preset 2", "preset": {}}',
        b'{"format": "countermark preset 1", "preset": []}',
        b'{"format": "countermark preset 1", "preset": {"quality": 101}}',
        b'{"format": "countermark preset 1", "preset": {"pictures": "mp3"}}',
        b'{"format": "countermark preset 1", "preset": {"strip": 1}}',
        b'{"format": "countermark preset 1", "preset": {"naming": "../{name}"}}',
        b'{"format": "countermark preset 1", "preset": {"purpose": "a\\nb"}}',
        b'{"format": "countermark preset 1", "preset": {"recipients": [1]}}',
        b'{"format": ["x"], "preset": {}}',
    ],
)
def test_what_is_no_preset_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.countermark-preset"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"odd\.countermark-preset is not a preset"):
        Presets(tmp_path).take_in(file)


def test_a_damaged_file_of_presets_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "presets.json").write_text('{"presets": [{"quality": 900}]}', "utf-8")
    presets = Presets(tmp_path)
    assert presets.all() == USUAL
    with pytest.raises(SettingsError, match="damaged"):
        presets.keep(OWN)
    assert "900" in (tmp_path / "presets.json").read_text("utf-8")
    with pytest.raises(WriteError, match="could not be written"):
        Presets(tmp_path / "missing").keep(OWN)


def test_each_kind_is_converted_in_its_own_way() -> None:
    assert OWN.conversions() == {
        Kind.IMAGE: Conversion("webp", 1200, 80),
        Kind.AUDIO: Conversion("opus", bit_rate=64),
        Kind.VIDEO: Conversion(bit_rate=64),  # a film stays one
    }
    assert not any(Preset().conversions().values())
    assert Preset().pattern == "{name} ({recipient})" and OWN.pattern == "{recipient}/{name}"


@given(
    st.builds(
        Preset,
        name=st.text(st.characters(codec="utf-8", categories=("L", "N")), max_size=60),
        recipients=st.lists(st.text("abc ", min_size=1), max_size=3).map(tuple),
        strength=st.sampled_from(Strength),
        pictures=st.sampled_from(("", *Conversion.PICTURES)),
        long_side=st.integers(0, 9999),
        quality=st.integers(0, 100),
        bit_rate=st.sampled_from((0, 6, 320)),
        output_folder=st.text(),
        naming=st.sampled_from(("", "{date} {name}", "{recipient}/{name}")),
        keep=st.booleans(),
        sign=st.booleans(),
    )
)
def test_presets_survive_their_plain_values(preset: Preset) -> None:
    assert preset_of(json.loads(json.dumps(preset.fields()))) == preset
