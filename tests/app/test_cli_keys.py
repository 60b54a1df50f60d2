"""`countermark key`, passphrases and the doctor through the real command line."""

import json
import sys

import pytest

from app import cli
from app.session import Session
from core.keys import CreatorKey
from tests.app.command_line import in_process, picture


def test_without_a_key_the_next_step_is_told(home, tmp_path):
    picture(tmp_path / "a.png", width=320, height=240)
    for command in (["protect", tmp_path / "a.png", "--for", "A"], ["check", tmp_path / "a.png"], ["key", "show"]):
        done = in_process(*command, home=home)
        assert done.code == 2 and done.out == ""
        assert done.err == "There is no key yet. Make one: countermark key new\n"


def test_a_key_without_passphrase_is_warned_of_once(home, capsys):
    assert cli.main(["key", "new", "--passphrase-file", "/dev/null"]) == 0
    output = capsys.readouterr()
    assert output.err.count("no passphrase") == 1
    (file,) = (home / "keys").glob("*.key")
    assert CreatorKey.load(file, "").id == file.stem
    assert cli.main(["key", "show"]) == 0
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        f"{file.stem}  marks new copies",
        f"  file: {file}",
        "  passphrase: none; whoever can read the file can use the key",
    ]


def test_a_second_key_is_made_only_on_demand(home, capsys):
    assert cli.main(["key", "new"]) == 0
    (first,) = (home / "keys").glob("*.key")
    assert cli.main(["key", "new"]) == 2
    assert "already a key" in capsys.readouterr().err
    assert list((home / "keys").glob("*.key")) == [first]
    assert cli.main(["key", "new", "--another"]) == 0
    capsys.readouterr()
    assert cli.main(["key", "show"]) == 0
    shown = capsys.readouterr().out
    assert f"{first.stem}  finds older marks" in shown and shown.count("marks new copies") == 1
    assert not shown.startswith(first.stem)


def test_words_only_when_asked(home, tmp_path, capsys):
    secret = tmp_path / "secret"
    secret.write_text("open sesame")
    assert cli.main(["key", "new", "--words", "--passphrase-file", str(secret)]) == 0
    lines = capsys.readouterr().out.splitlines()
    words = " ".join(lines[1:]).split()
    assert words[::2] == [str(number) for number in range(1, 25)]
    (file,) = (home / "keys").glob("*.key")
    assert CreatorKey.from_words(words[1::2]).id == file.stem
    assert cli.main(["key", "show"]) == 0
    output = capsys.readouterr()
    assert "passphrase: yes" in output.out and len(output.out.splitlines()) == 3
    assert cli.main(["key", "show", "--words", "--passphrase-file", str(secret)]) == 0
    assert " ".join(capsys.readouterr().out.splitlines()[3:]).split() == words


@pytest.mark.parametrize(
    ("content", "words"), [("wrong", "does not open the key file"), (None, "no terminal to ask on")]
)
def test_a_closed_key_stops_before_any_file(home, tmp_path, content, words):
    secret, wrong = tmp_path / "secret", tmp_path / "wrong"
    secret.write_text("right one")
    assert in_process("key", "new", "--passphrase-file", secret, home=home).code == 0
    source = picture(tmp_path / "in" / "a.png", width=320, height=240)
    options = []
    if content is not None:
        wrong.write_text(content)
        options = ["--passphrase-file", wrong]
    for command in (["protect", source, "--for", "A", "--json"], ["check", source, "--json"]):
        done = in_process(*command, *options, home=home)
        assert done.code == 2 and done.out == "" and words in done.err
        assert "Traceback" not in done.err and "right one" not in done.err
    assert list(source.parent.iterdir()) == [source]


def test_a_damaged_key_and_wrong_settings_are_one_sentence(home, capsys):
    (home / "keys").mkdir(parents=True)
    (home / "keys" / "a.key").write_text("{}")
    assert cli.main(["check", "x"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    (home / "settings.toml").write_text("theme = 'pink'")
    assert cli.main(["catalog", "list"]) == 2
    assert 'must be "system", "light" or "dark"' in capsys.readouterr().err


def test_a_damaged_key_does_not_hide_the_others(home, capsys):
    with Session.open() as session:
        older, active = session.make_key(""), session.make_key("")
    broken = home / "keys" / f"{older.id}.key"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:99])
    for command in ("list", "show"):
        assert cli.main(["key", command]) == 2
        shown = capsys.readouterr()
        assert f"{active.id}  marks new copies" in shown.out and older.id not in shown.out
        assert f"{older.id}.key is damaged" in shown.err and "key restore" in shown.err
    assert cli.main(["key", "name", active.id, "--label", "masters"]) == 0
    assert cli.main(["key", "name", older.id, "--label", "old"]) == 2
    assert f"{older.id}.key is damaged" in capsys.readouterr().err
    broken.write_bytes(whole)
    assert cli.main(["key", "list"]) == 0
    assert f"{older.id}  finds older marks" in capsys.readouterr().out


def test_keys_are_listed_where_none_is_chosen(home, capsys):
    with Session.open() as session:
        keys = {session.make_key("").id, session.make_key("").id}
    (home / "settings.toml").unlink()
    assert cli.main(["key", "list", "--json"]) == 2
    shown = capsys.readouterr()
    records = [json.loads(line) for line in shown.out.splitlines()]
    assert {one["key"] for one in records} == keys and not any(one["active"] for one in records)
    assert "There are 2 keys" in shown.err and "key use ID" in shown.err


def test_settings_are_the_defaults_of_protect(home, tmp_path, capsys):
    assert cli.main(["key", "new"]) == 0
    source = picture(tmp_path / "a.png", width=480, height=320)
    settings = home / "settings.toml"
    text = settings.read_text("utf-8").replace('recipient = ""', 'recipient = "Agency"')
    settings.write_text(text.replace('output_folder = ""', f"output_folder = '{tmp_path / 'copies'}'"), "utf-8")
    capsys.readouterr()
    assert cli.main(["protect", str(source), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["recipient"] == "Agency"
    assert record["output"] == str(tmp_path / "copies" / "a (Agency).png")


def test_the_doctor_finds_all_well(home):
    done = in_process("doctor", home=home)
    assert done.code == 0, done.out
    assert str(home) in done.out and "numpy" in done.out
    assert done.out.count("the mark was found") == 2
    assert "formats: all can be read and written" in done.out
    assert done.out.endswith("All is well.\n")


def test_the_doctor_tells_which_format_is_lost(home, capsys, monkeypatch):
    def broken(folder):
        (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        yield folder / "broken.png"

    monkeypatch.setattr("app.doctor._sample_pictures", broken)
    assert cli.main(["doctor"]) == 2
    output = capsys.readouterr().out
    assert "formats: some cannot" in output
    assert "  broken.png: " in output


def test_the_doctor_tells_trouble(home, capsys, monkeypatch):
    home.mkdir()
    (home / "settings.toml").write_text("key = 1")
    monkeypatch.setattr("core.image.detect", lambda *_, **__: ())
    monkeypatch.delattr("core.audio", raising=False)
    monkeypatch.setitem(sys.modules, "core.audio", None)  # as if a library were missing
    assert cli.main(["doctor"]) == 2
    output = capsys.readouterr().out
    assert "key = 1" in output and "Something is wrong" in output
    assert "self-test with a picture: the mark was not found" in output
    assert "self-test with a recording: " in output and "core.audio" in output
