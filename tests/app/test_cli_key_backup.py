"""`countermark key ...`: backups, words, passphrases and several computers through the real command line."""

import json
import stat
import sys

import pytest

from app import cli
from core import key_files
from core.keys import CreatorKey
from tests.app.command_line import in_process


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.setattr(key_files, "_SCRYPT_N", 16)


@pytest.fixture
def secret(tmp_path):
    def write(text, name="secret"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture
def key(home, secret, capsys):
    """The id of a key with the passphrase "old"."""
    assert cli.main(["key", "new", "--passphrase-file", secret("old"), "--label", "masters", "--json"]) == 0
    return json.loads(capsys.readouterr().out)["key"]


def ran(capsys, *words):
    code = cli.main(["key", *map(str, words)])
    output = capsys.readouterr()
    return code, output.out, output.err


def test_the_passphrase_changes(home, key, secret, capsys):
    code, out, _ = ran(
        capsys, "passphrase", "--passphrase-file", secret("old"), "--new-passphrase-file", secret("new", "other")
    )
    assert code == 0 and "that was tried" in out
    assert CreatorKey.load(home / "keys" / f"{key}.key", "new").id == key
    before = (home / "keys" / f"{key}.key").read_bytes()
    code, _, err = ran(capsys, "passphrase", "--passphrase-file", secret("old"))
    assert code == 2 and "does not open" in err
    assert (home / "keys" / f"{key}.key").read_bytes() == before


def test_export_and_import_on_another_computer(home, key, secret, tmp_path, capsys, monkeypatch):
    target, given = tmp_path / "backup.key", secret("old")
    assert ran(capsys, "export", "--to", target, "--passphrase-file", given)[0] == 0
    code, _, err = ran(capsys, "export", "--to", target, "--passphrase-file", given)
    assert code == 2 and "already exists" in err
    other = tmp_path / "other.key"
    code, _, err = ran(capsys, "export", "masters", "--to", other, "--passphrase-file", given, "--for-another-computer")
    assert code == 0 and "one computer only" in err
    record = json.loads(ran(capsys, "list", "--json")[1])
    assert record["shared"] and len(record["given"]) == 1
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path / "second"))
    code, _, err = ran(capsys, "import", other, "--passphrase-file", secret("wrong", "w"))
    assert code == 2 and "does not open" in err
    assert not list((tmp_path / "second" / "keys").iterdir())
    code, out, _ = ran(capsys, "import", other, "--passphrase-file", given)
    assert code == 0 and f"number {record['given'][0]} for the key {key}" in out
    taken = json.loads(ran(capsys, "list", "--json")[1])
    assert taken["active"] and taken["label"] == "masters" and taken["computer"] == record["given"][0]
    code, _, err = ran(capsys, "import", target, "--passphrase-file", given)
    assert code == 2 and "here already" in err


def test_words_and_sheet_lead_back_to_the_key(home, key, secret, tmp_path, capsys, monkeypatch):
    given = secret("old")
    code, out, err = ran(capsys, "words", "--passphrase-file", given)
    assert code == 0 and "show them to nobody" in err
    sheet = tmp_path / "sheet.txt"
    code, shown, err = ran(capsys, "sheet", "--to", sheet, "--passphrase-file", given)
    assert code == 0 and "It is the key" in err
    text = sheet.read_text("utf-8")
    assert key in text and "masters" in text and out.split()[1] in text
    assert not any(word in (shown + err).split() for word in out.split()[1::2] if len(word) > 5)
    if sys.platform != "win32":
        assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    assert ran(capsys, "sheet", "--to", sheet, "--passphrase-file", given)[0] == 2
    assert ran(capsys, "sheet", "--to", tmp_path / "sheet.pdf", "--passphrase-file", given)[0] == 2
    assert ran(capsys, "sheet", "--to", tmp_path / "sheet.html", "--passphrase-file", given)[0] == 0
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path / "second"))
    words = secret(out, "words")
    code, said, _ = ran(capsys, "restore", "--words-file", words, "--passphrase-file", given, "--computer", "3")
    assert code == 0 and f"Restored the key {key}" in said and "number 3" in said
    wrong = secret("zoo " * 24, "wrong words")
    code, _, err = ran(capsys, "restore", "--words-file", wrong, "--passphrase-file", given)
    assert code == 2 and "check sum" in err and "zoo" not in err


def test_a_lost_passphrase_is_replaced_with_the_words(home, key, secret, capsys):
    out = ran(capsys, "words", "--passphrase-file", secret("old"))[1]
    lost, new = secret(out, "words"), secret("remembered", "new")
    asked = ("passphrase", "--with-words", "--new-passphrase-file", new)
    code, _, err = ran(capsys, *asked, "--words-file", secret("zoo " * 24, "wrong words"))
    assert code == 2 and "check sum" in err
    code, said, _ = ran(capsys, *asked, "--words-file", lost)
    assert code == 0 and f"The key {key} opens with its new passphrase" in said
    assert ran(capsys, "words", "--passphrase-file", secret("old"))[0] == 2
    assert ran(capsys, "words", "--passphrase-file", new)[1] == out


@pytest.mark.parametrize("size", [200, 0])
def test_the_words_put_a_damaged_key_file_anew(home, key, secret, capsys, size):
    old, new = secret("old"), secret("new", "other")
    with_words = secret(ran(capsys, "words", "--passphrase-file", old)[1], "words")
    assert cli.main(["catalog", "check"]) == 0
    path = home / "keys" / f"{key}.key"
    path.write_bytes(path.read_bytes()[:size])
    capsys.readouterr()
    for words in (["list"], ["words"], ["passphrase", "--with-words", "--words-file", with_words], ["new"]):
        code, _, err = ran(capsys, *words)
        assert code == 2 and f"{key}.key is damaged" in err and "“countermark key restore”" in err
    code, out, err = ran(capsys, "restore", "--words-file", with_words, "--passphrase-file", new)
    assert code == 0 and f"Restored the key {key}" in out and f"kept: {path}.damaged" in err
    assert (home / "keys" / f"{key}.key.damaged").stat().st_size == size
    shown = json.loads(ran(capsys, "list", "--json")[1])
    assert shown["key"] == key and shown["active"] and shown["label"] == "masters" and not shown["shared"]
    assert ran(capsys, "words", "--passphrase-file", new)[0] == 0
    assert cli.main(["catalog", "check"]) == 0


def test_retired_keys_detect_and_do_not_mark(home, key, secret, tmp_path, capsys):
    assert ran(capsys, "retire")[0] == 0
    assert "retired on" in ran(capsys, "show")[1]
    given = secret("old")
    code = cli.main(["protect", str(tmp_path / "a.png"), "--for", "A", "--passphrase-file", given])
    assert code == 2 and "is retired: it finds its marks" in capsys.readouterr().err
    code, out, _ = ran(capsys, "new", "--another", "--json", "--passphrase-file", given)
    active = json.loads(out)["key"]
    assert active != key
    code, _, err = ran(capsys, "use", key)
    assert code == 2 and "is retired" in err
    assert ran(capsys, "retire", key, "--undo")[0] == 0
    assert ran(capsys, "use", key)[0] == 0
    first, second = map(json.loads, ran(capsys, "list", "--json")[1].splitlines())
    assert (first["key"], first["active"]) == (key, True) and (second["key"], second["active"]) == (active, False)


def test_names_and_computers_are_told(home, key, capsys):
    assert ran(capsys, "name", "masters", "--creator", "Ada", "--label", "voices")[0] == 0
    assert "  creator: Ada" in ran(capsys, "show")[1]
    code, out, err = ran(capsys, "computer", "--computer", "5")
    assert code == 0 and "number 5" in out and "81920 to 98303" in out and "drawn now" in err
    assert ran(capsys, "computer", "--computer", "64")[0] == 2
    code, out, _ = ran(capsys, "computer", "--alone", "--computer", "0")
    assert code == 0 and "on this computer alone" in out


def test_a_key_needs_its_passphrase_from_somewhere(home, key, tmp_path):
    for words in (["words"], ["export", "--to", tmp_path / "x.key"], ["passphrase"], ["sheet", "--to", "x.txt"]):
        done = in_process("key", *words, home=home)
        assert done.code == 2 and "no terminal to ask on" in done.err and "Traceback" not in done.err
