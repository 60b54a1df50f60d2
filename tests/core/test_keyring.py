"""A folder of keys: passphrases change safely, exports open, imports and restores overwrite nothing."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import stat
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import key_files
from core.errors import KeyFileError
from core.key_files import read_key_file
from core.keyring import KeyFacts, KeyRing, Origin
from core.keys import CreatorKey

SECRET = bytes(range(200, 232))


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_files, "_SCRYPT_N", 16)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    (tmp_path / "keys").mkdir()
    return KeyRing(tmp_path / "keys")


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_key_is_kept_with_what_is_said_of_it(ring: KeyRing) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "open", KeyFacts(label="masters", creator="Ada"))
    assert entry == ring.find(key.id) == ring.find("masters") == ring.find(key.id[:5])
    assert entry.protected and entry.facts.created and entry.facts.origin is Origin.MADE
    assert not entry.facts.copies_elsewhere and entry.facts.lane.alone
    for name in ("", "zz"):
        with pytest.raises(KeyFileError, match=f"There is no key {name!r}"):
            ring.find(name)
    before = content(ring.folder)
    with pytest.raises(KeyFileError, match="is here already"):
        ring.add(key, "other")
    assert content(ring.folder) == before
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in ring.folder.iterdir()} == {0o600}


def test_a_lost_passphrase_is_replaced_with_the_words(ring: KeyRing) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "forgotten", KeyFacts(label="masters"))
    other = CreatorKey.from_bytes(bytes(32))
    before = content(ring.folder)
    with pytest.raises(KeyFileError, match=f"words of another key, {other.id}"):
        ring.renew(entry, " ".join(other.words()), "new")
    with pytest.raises(KeyFileError):
        ring.renew(entry, "no words of a key", "new")
    assert content(ring.folder) == before
    assert ring.renew(entry, " ".join(key.words()), "new") == key
    assert CreatorKey.load(entry.path, "new") == key and ring.find("masters").protected
    with pytest.raises(KeyFileError):
        CreatorKey.load(entry.path, "forgotten")
    ring.renew(entry, " ".join(key.words()), "")
    assert not ring.find("masters").protected


def _flipped(data: bytes) -> bytes:
    at = data.index(b'"sealed": "') + 15
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage", [lambda data: data[:200], _flipped, lambda data: b"", lambda data: bytes(len(data)), lambda data: b"{}"]
)
def test_the_words_put_a_damaged_file_anew(ring: KeyRing, damage: Callable[[bytes], bytes]) -> None:
    key = CreatorKey.from_bytes(SECRET)
    facts = KeyFacts(label="masters", creator="Ada", computer=7, shared=True, given=(3,), retired="2026-03-01")
    entry = ring.add(key, "old", facts)
    assert ring.damaged() == ()
    for place, name in enumerate(("", "-2", "-3"), 1):
        broken = damage(entry.path.read_bytes())
        entry.path.write_bytes(broken)
        assert ring.damaged() == (key.id,)
        with pytest.raises(KeyFileError, match=r"is damaged\.") as told:
            ring.find("masters")
        assert "recovery words" in told.value.hint
        assert ring.restore(" ".join(key.words()), "new")[0] == key
        again = ring.find("masters")
        assert CreatorKey.load(again.path, "new") == key and ring.damaged() == ()
        assert again.facts == dataclasses.replace(facts, created=entry.facts.created)
        kept = ring.asides(key.id)
        assert [path.name for path in kept][-1] == f"{key.id}.key.damaged{name}" and len(kept) == place
        assert kept[-1].read_bytes() == broken and ring.paths() == [entry.path]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
@example(place=32, bit=1)  # in the version
def test_whatever_bit_flips_the_words_lead_to_the_key(tmp_path: Path, place: int, bit: int) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        ring, key = KeyRing(Path(folder)), CreatorKey.from_bytes(SECRET)
        entry = ring.add(key, "old")
        data = bytearray(entry.path.read_bytes())
        data[place % len(data)] ^= 1 << bit
        entry.path.write_bytes(data)
        if ring.damaged():
            ring.restore(" ".join(key.words()), "old")
            assert ring.asides(key.id)[0].read_bytes() == data
        assert CreatorKey.load(entry.path, "old") == key and ring.find(key.id)


def test_an_export_puts_a_damaged_file_anew_too(ring: KeyRing, tmp_path: Path) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "old", KeyFacts(label="masters"))
    ring.export(entry, "old", tmp_path / "backup.key")
    entry.path.write_bytes(b"torn")
    assert ring.import_file(tmp_path / "backup.key", "old")[1].facts == entry.facts
    assert CreatorKey.load(entry.path, "old") == key and ring.asides(key.id)[0].read_bytes() == b"torn"


def test_what_may_be_whole_is_never_put_aside(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "old")
    whole = entry.path.read_bytes()
    newer = json.loads(whole) | {"format": "countermark key 2", "check": "0" * 16}
    entry.path.write_text(json.dumps(newer))
    with pytest.raises(KeyFileError, match="is here already"):
        ring.restore(" ".join(key.words()), "new")
    assert ring.damaged() == () and len(list(ring.folder.iterdir())) == 2
    entry.path.write_bytes(whole[:100])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileError, match="No space left"):
        ring.restore(" ".join(key.words()), "new")
    monkeypatch.undo()
    assert entry.path.read_bytes() == whole[:100] and ring.asides(key.id) == ()


def test_without_second_names_a_damaged_file_is_moved(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", none)
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "old")
    entry.path.write_bytes(b"torn")
    ring.restore(" ".join(key.words()), "new")
    assert CreatorKey.load(entry.path, "new") == key
    assert sorted(content(ring.folder)) == [f"{key.id}.json", f"{key.id}.key", f"{key.id}.key.damaged"]
    assert ring.asides(key.id)[0].read_bytes() == b"torn"


def test_keys_of_earlier_versions_have_no_facts(ring: KeyRing) -> None:
    key = CreatorKey.from_bytes(SECRET)
    path = ring.folder / f"{key.id}.key"
    key.save(path, "")
    old = json.loads(path.read_bytes())
    del old["check"]
    path.write_text(json.dumps(old))
    assert ring.entry(path).facts == KeyFacts()
    assert CreatorKey.load(path, "") == key


def test_the_passphrase_changes(ring: KeyRing) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "old")
    assert ring.change_passphrase(entry, "old", "new").protected
    assert CreatorKey.load(entry.path, "new") == key
    with pytest.raises(KeyFileError, match="does not open"):
        CreatorKey.load(entry.path, "old")
    assert not ring.change_passphrase(entry, "new", "").protected
    assert sorted(content(ring.folder)) == [f"{key.id}.json", f"{key.id}.key"]


def test_a_wrong_passphrase_changes_nothing(ring: KeyRing) -> None:
    entry = ring.add(CreatorKey.from_bytes(SECRET), "old")
    before = content(ring.folder)
    with pytest.raises(KeyFileError, match="does not open"):
        ring.change_passphrase(entry, "odl", "new")
    assert content(ring.folder) == before


@pytest.mark.parametrize("when", [1, 2])
def test_the_old_file_stays_until_the_new_one_opens(ring: KeyRing, monkeypatch: pytest.MonkeyPatch, when: int) -> None:
    entry = ring.add(CreatorKey.from_bytes(SECRET), "old")
    before = content(ring.folder)
    load, calls = CreatorKey.load.__func__, []  # type: ignore[attr-defined]

    def failing(cls: type[CreatorKey], path: Path, passphrase: str) -> CreatorKey:
        if passphrase == "new":
            calls.append(path)
            if len(calls) == when:
                raise key_files.damaged(path)
        return load(cls, path, passphrase)

    monkeypatch.setattr(CreatorKey, "load", classmethod(failing))
    with pytest.raises(KeyFileError, match="damaged"):
        ring.change_passphrase(entry, "old", "new")
    assert content(ring.folder) == before


def test_an_export_opens_elsewhere(ring: KeyRing, tmp_path: Path) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "mine", KeyFacts(label="masters", creator="Ada"))
    target = tmp_path / "backup.key"
    ring.export(entry, "mine", target, new_passphrase="theirs")
    (tmp_path / "other").mkdir()
    other = KeyRing(tmp_path / "other")
    with pytest.raises(KeyFileError, match="does not open"):
        other.import_file(target, "mine")
    assert content(other.folder) == {}
    taken, arrived, issued = other.import_file(target, "theirs")
    assert taken == key and issued == ()
    assert (arrived.facts.label, arrived.facts.creator) == ("masters", "Ada")
    assert arrived.facts.shared and arrived.facts.computer > 0 and arrived.facts.copies_elsewhere
    before = target.read_bytes()
    with pytest.raises(KeyFileError, match="already exists"):
        ring.export(entry, "mine", target)
    assert target.read_bytes() == before
    with pytest.raises(KeyFileError, match="does not open"):
        ring.export(entry, "wrong", tmp_path / "never.key")
    assert not (tmp_path / "never.key").exists()


def test_an_export_for_another_computer_gives_it_a_lane(ring: KeyRing, tmp_path: Path) -> None:
    entry = ring.add(CreatorKey.from_bytes(SECRET), "")
    ring.export(entry, "", tmp_path / "given.key", computer=9, issued=[9 * 16384 + 5])
    (tmp_path / "other").mkdir()
    _, arrived, issued = KeyRing(tmp_path / "other").import_file(tmp_path / "given.key", "")
    assert arrived.facts.computer == 9 and arrived.facts.shared and issued == (9 * 16384 + 5,)


def test_words_restore_with_a_number_of_their_own(ring: KeyRing) -> None:
    key = CreatorKey.from_bytes(SECRET)
    words = " ".join(key.words())
    with pytest.raises(KeyFileError, match="between 0 and 63"):
        ring.restore(words, "", computer=64)
    assert content(ring.folder) == {}
    restored, entry = ring.restore(words, "new")
    assert restored == key and 0 < entry.facts.computer < 64 and entry.facts.shared
    ring.remove(entry)
    _, entry = ring.restore(words, "new", alone=True)
    assert entry.facts.lane.alone and entry.facts.computer == 0 and entry.facts.copies_elsewhere


def test_a_lost_key_file_comes_back_to_its_own_numbers(ring: KeyRing) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.change(ring.add(key, ""), computer=7, shared=True, label="mine")
    entry.path.unlink()
    _, again = ring.restore(" ".join(key.words()), "")
    assert again.facts == entry.facts


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"computer": 64}', '{"computer": "1"}', '{"label": 5}', '{"origin": "found"}', "7"]
)
def test_damaged_facts_are_told_and_never_guessed(ring: KeyRing, text: str) -> None:
    entry = ring.add(CreatorKey.from_bytes(SECRET), "")
    entry.path.with_suffix(".json").write_text(text)
    with pytest.raises(KeyFileError, match=r"\.json beside the key"):
        ring.find(entry.id)


def test_facts_of_a_newer_version_do_not_disturb(ring: KeyRing) -> None:
    entry = ring.add(CreatorKey.from_bytes(SECRET), "")
    path = entry.path.with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"colour": "red"}))
    assert ring.find(entry.id) == entry


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_changed_or_cut_file_is_damaged_and_not_a_wrong_passphrase(tmp_path: Path, place: int, byte: int) -> None:
    key, path = CreatorKey.from_bytes(SECRET), tmp_path / "a.key"
    path.unlink(missing_ok=True)
    key.save(path, "right")
    whole = path.read_bytes()
    for data in (
        whole[: place % len(whole)],
        whole[: place % len(whole)] + bytes([byte]) + whole[place % len(whole) + 1 :],
    ):
        path.write_bytes(data)
        try:
            assert CreatorKey.load(path, "right") == key  # white space, or the same byte
        except KeyFileError as error:
            assert "a.key" in str(error)
            assert "does not open" not in str(error)


@pytest.mark.parametrize("costs", [{"n": 2**25}, {"n": 2**20, "r": 16}, {"p": 10**6}, {"r": 2**30}, {"n": 2**62}])
def test_a_hostile_file_costs_nothing(tmp_path: Path, costs: dict[str, int]) -> None:
    path = tmp_path / "hostile.key"
    CreatorKey.from_bytes(SECRET).save(path, "")
    held = json.loads(path.read_bytes())
    held["kdf"].update(costs)
    held["check"] = key_files._check_sum(held)
    path.write_text(json.dumps(held))
    started = time.monotonic()
    with pytest.raises(KeyFileError, match=r"hostile\.key is damaged"):
        CreatorKey.load(path, "")
    assert time.monotonic() - started < 1


def test_other_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "other.json").write_text('{"format": "something"}')
    (tmp_path / "huge.key").write_bytes(b" " * (1 << 21))
    (tmp_path / "deep.key").write_text("[" * 100_000)
    for name in ("photo.jpg", "list.json", "other.json", "huge.key", "deep.key"):
        with pytest.raises(KeyFileError, match=name):
            read_key_file(tmp_path / name)
    with pytest.raises(KeyFileError, match="not a key file"):
        read_key_file(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.key")
        with pytest.raises(KeyFileError, match="not a key file"):
            read_key_file(tmp_path / "pipe.key")


def test_a_folder_that_may_not_be_written_is_told(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(key_files.tempfile, "mkstemp", full)
    with pytest.raises(KeyFileError, match="could not be written: No space left"):
        ring.add(CreatorKey.from_bytes(SECRET), "")
    assert content(ring.folder) == {}


def test_secrets_stay_out_of_errors_and_logs(ring: KeyRing, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    key = CreatorKey.from_bytes(SECRET)
    entry = ring.add(key, "p4ssphrase")
    wrong = " ".join([*key.words()[:23], "zoo"])
    said = []
    with caplog.at_level(logging.DEBUG):
        for action in (
            lambda: ring.change_passphrase(entry, "p4ssphrase-wrong", "n3w"),
            lambda: ring.restore(wrong, "n3w"),
            lambda: ring.add(key, "n3w"),
            lambda: ring.import_file(entry.path, "p4ssphrase-wrong"),
            lambda: key.save(entry.path, "n3w"),
        ):
            with pytest.raises(KeyFileError) as caught:
                action()
            said.append("".join(traceback.format_exception(caught.value, chain=True)))
    everything = "\n".join([*said, caplog.text, repr(key), str(key), repr(entry)])
    for secret in (SECRET.hex(), repr(SECRET), *(word for word in key.words() if len(word) > 6), "-wrong'", "n3w'"):
        assert secret not in everything.replace('"p4ssphrase-wrong", "n3w"', "").replace('"n3w"', "")
