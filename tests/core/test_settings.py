import datetime
import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SettingsError, WriteError
from core.model import Strength
from core.settings import (
    Settings,
    Theme,
    data_folder,
    help_text,
    keys_folder,
    load,
    save,
    settings_file,
    to_toml,
)

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
values = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | text
    | st.dates(datetime.date(1, 1, 1))
    | st.datetimes(datetime.datetime(1000, 1, 1)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
known = {"recipient", "output_folder", "strength", "theme", "motion", "language", "key"}


@settings(deadline=None, max_examples=60)
@given(
    recipient=text,
    folder=text,
    strength=st.sampled_from(Strength),
    theme=st.sampled_from(Theme),
    others=st.dictionaries(text.filter(lambda name: name not in known), values, max_size=4),
)
def test_settings_survive_the_file(tmp_path_factory, recipient, folder, strength, theme, others):
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    chosen = Settings(recipient=recipient, output_folder=folder, strength=strength, theme=theme, others=others)
    save(chosen, path)
    assert load(path) == chosen
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_no_file_means_defaults(tmp_path):
    assert load(tmp_path / "settings.toml") == Settings()
    assert Settings().strength is Strength.STANDARD and Settings().recipient == ""


def test_every_field_is_explained_in_the_file():
    written = to_toml(Settings())
    for name in known:
        assert help_text(name).endswith(".")
        assert f"# {help_text(name)}\n{name} = " in written
    assert tomllib.loads(written).keys() == known


def test_unknown_entries_are_kept(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('recipient = "Ana"\nfuture = [1, 2.5]\n[later]\n"a b" = 1979-05-27\nodd = inf\n')
    chosen = load(path)
    save(Settings(recipient="Zoë", others=chosen.others), path)
    again = load(path)
    assert again.recipient == "Zoë"
    assert again.others == {"future": [1, 2.5], "later": {"a b": datetime.date(1979, 5, 27), "odd": math.inf}}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('strength = "loud"', ('strength = "loud"', '"subtle", "standard" or "strong"')),
        ("theme = 3", ("theme = 3", '"system", "light" or "dark"')),
        ("recipient = [1, 2]", ("recipient = [1, 2]", "text in quotes")),
        ("key = true", ("key = true", "text in quotes")),
        ("strength = ", ("cannot be understood", "line 1")),
    ],
)
def test_a_wrong_value_is_told_in_one_sentence(tmp_path, entry, words):
    path = tmp_path / "settings.toml"
    path.write_text(entry + "\n")
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert "settings.toml" in caught.value.message and caught.value.hint
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in caught.value.message


def test_text_in_another_encoding_is_told(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes("recipient = 'Zoë'".encode("latin-1"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load(path)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbfrecipient = 'Ana'")
    assert load(path).recipient == "Ana"


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "settings.toml"
    save(Settings(recipient="Ana"), path)
    with pytest.raises(SettingsError, match="not Unicode"):
        save(Settings(output_folder="/out/\udcff"), path)
    assert load(path).recipient == "Ana"
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match=r"settings\.toml could not be written"):
        save(Settings(), tmp_path / "file" / "settings.toml")


def test_the_data_folder_moves_with_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path / "here"))
    assert data_folder() == tmp_path / "here"
    assert settings_file(data_folder()) == tmp_path / "here" / "settings.toml"
    assert keys_folder(data_folder()) == tmp_path / "here" / "keys"
    monkeypatch.setenv("COUNTERMARK_HOME", "")
    assert data_folder().name == "Countermark" and data_folder().is_absolute()
    monkeypatch.setenv("COUNTERMARK_HOME", "beside")
    assert data_folder() == Path.cwd() / "beside"
