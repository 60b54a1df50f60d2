import json
import stat
import sys
from pathlib import Path

import pytest

from app.session import Session
from core.errors import CatalogError, KeyFileError, SettingsError, WriteError
from core.keys import CreatorKey


def never(key):
    raise AssertionError("asked for a passphrase")


def test_opening_makes_the_folder_for_its_owner_alone(home):
    with Session.open() as session:
        assert session.folder == home and home.is_dir()
        assert not session.has_key and session.keys == ()
        assert session.catalog.works() == []
    if sys.platform != "win32":
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700


def test_no_key_is_told_with_what_to_do(home):
    with Session.open(never) as session:
        for ask in (lambda: session.key, lambda: session.unlock(never), session.active_key_file):
            with pytest.raises(KeyFileError, match=r"^There is no key yet\. Make one: countermark key new$"):
                ask()


def test_a_key_without_passphrase_opens_without_asking(home):
    with Session.open() as session:
        made = session.make_key("")
        assert session.key == made
    with Session.open(never) as session:
        assert session.key == made
        assert session.settings.key == made.id
        (file,) = session.key_files()
        assert file.id == made.id and not file.protected and file.path.parent == home / "keys"


def test_a_protected_key_asks_once_and_in_any_spelling(home):
    with Session.open() as session:
        made = session.make_key("re\u0301sume\u0301")
    asked = []
    with Session.open(lambda key: asked.append(key.id) or "r\u00e9sum\u00e9") as session:
        assert session.key == made
    assert asked == [made.id]


@pytest.mark.parametrize(
    ("given", "words"), [("wrong", "does not open"), (None, "stays closed"), ("\udcff", "Unicode")]
)
def test_a_wrong_passphrase_opens_nothing(home, given, words):
    with Session.open() as session:
        session.make_key("right")
    with Session.open() as session:
        with pytest.raises(KeyFileError, match=words):
            session.unlock(lambda key: given)
        assert session.keys == ()
        with pytest.raises(KeyFileError, match="not open"):
            _ = session.key


def test_older_keys_open_for_checks_where_they_can(home):
    with Session.open() as session:
        plain = session.make_key("")
        same = session.make_key("shared")
        other = session.make_key("other")
        active = session.make_key("shared")
    with Session.open(lambda key: "shared") as session:
        assert session.key == active
        assert set(session.keys) == {active, plain, same}
        (problem,) = session.problems
        assert other.id in problem and "not looked for" in problem


def test_several_keys_and_no_choice_is_told(home):
    with Session.open() as session:
        session.make_key("")
        session.make_key("")
    (home / "settings.toml").unlink()
    with Session.open() as session, pytest.raises(KeyFileError, match=r"There are 2 keys.*settings\.toml"):
        session.unlock(never)


def test_a_damaged_other_key_does_not_stop_the_active_one(home):
    with Session.open() as session:
        made = session.make_key("")
    (home / "keys" / "old.key").write_text("{}")
    with Session.open(never) as session:
        assert session.keys == (made,)
        assert "old.key" in session.problems[0]


def test_words_bring_a_key_back(home):
    with Session.open() as session:
        made = session.make_key("")
        words = " ".join(made.words())
    (home / "keys" / f"{made.id}.key").unlink()
    with Session.open() as session:
        assert session.restore_key(words, "new") == made
    assert CreatorKey.load(home / "keys" / f"{made.id}.key", "new") == made


def test_a_key_put_anew_is_active_where_it_was(home):
    with Session.open() as session:
        older, retired, active = (session.make_key("") for _ in range(3))
        session.retire_key(session.ring.find(retired.id))
    for key in (older, retired, active):
        path = home / "keys" / f"{key.id}.key"
        path.write_bytes(path.read_bytes()[:99])
        with Session.open() as session:
            assert session.mend_key(" ".join(key.words()), "") == key
            with pytest.raises(KeyFileError, match="is here already"):
                session.mend_key(" ".join(key.words()), "")
        with Session.open(never) as session:
            assert session.key == active and set(session.keys) == {older, retired, active}
            assert session.ring.find(retired.id).facts.retired and not session.ring.find(older.id).facts.retired
    (home / "keys" / f"{active.id}.key").write_bytes(b"torn")
    with Session.open() as session, pytest.raises(KeyFileError, match=rf"{active.id}\.key is damaged"):
        session.active_key_file()


def test_a_key_that_cannot_become_active_is_not_left_behind(home, monkeypatch):
    def full(*_):
        raise WriteError("The settings could not be written: No space left on device.")

    with Session.open() as session:
        monkeypatch.setattr("app.session.save", full)
        with pytest.raises(WriteError):
            session.make_key("")
        assert not session.has_key and session.keys == ()


def test_a_folder_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path / "file" / "data"))
    with pytest.raises(WriteError, match="COUNTERMARK_HOME"):
        Session.open()


def test_wrong_settings_are_told(home):
    home.mkdir()
    (home / "settings.toml").write_text("strength = 7\n")
    with pytest.raises(SettingsError, match="strength = 7"):
        Session.open()


def test_unexpected_problems_are_logged_to_the_folder(home):
    import logging

    with Session.open():
        assert not (home / "countermark.log").exists()
        logging.getLogger("core.protect").error("Unexpected problem")
    logging.getLogger("core.protect").debug("after the end")
    assert (home / "countermark.log").read_text("utf-8").count("Unexpected problem") == 1


def test_a_retired_key_finds_and_marks_nothing(home):
    with Session.open() as session:
        made = session.make_key("")
        session.retire_key(session.active_key_file())
    with Session.open(never) as session:
        assert session.keys == (made,)
        with pytest.raises(KeyFileError, match="is retired"):
            _ = session.key
        other = session.make_key("")
        assert session.key == other and set(session.keys) == {made, other}


def test_a_key_that_is_chosen_and_closed_is_not_replaced_by_another(home):
    with Session.open() as session:
        closed = session.make_key("hers")
        session.make_key("")
    with Session.open(never) as session:
        session.use_key(session.ring.find(closed.id))
        with pytest.raises(KeyFileError, match=f"{closed.id} is not open"):
            _ = session.key


def test_copies_are_numbered_where_this_computer_may(home):
    with Session.open() as session:
        key = session.make_key("")
        assert session.copies_elsewhere == frozenset()
        file = session.export_key(session.active_key_file(), "", home / "given.key", another_computer=True)
        assert session.copies_elsewhere == {key.id}
        with pytest.raises(KeyFileError, match="already exists"):
            session.export_key(file, "", home / "given.key", another_computer=True)
        assert session.active_key_file().facts == file.facts
    with Session.open(folder=home / "second") as other:
        assert other.import_key(home / "given.key", "") == key
        assert other.catalog._lanes[key.id].number == file.facts.given[0]


def test_the_catalog_knows_whose_a_key_is(home: Path) -> None:
    with Session.open() as session:
        key = session.make_key("", creator="Mara Lind")
        assert session.catalog.creator(key.id) == "Mara Lind"
        session.catalog.name_creator(key.id, "Mara Lind-Berg")
    with Session.open() as session:
        assert session.catalog.creator(key.id) == "Mara Lind-Berg"


def entries(session):
    return [(event.what, json.loads(event.facts)) for event in session.catalog.events()]


def test_what_is_done_with_keys_stands_in_the_signed_log_without_secrets(home, tmp_path):
    with Session.open() as session:
        key = session.make_key("first secret")
        (file,) = session.key_files()
        session.export_key(file, "first secret", tmp_path / "one.key", new_passphrase="second secret")
        file = session.export_key(file, "first secret", tmp_path / "two.key", another_computer=True)
        file = session.change_passphrase(file, "first secret", "third secret")
        assert [how for what, facts in entries(session) if (how := facts.get("how"))] == [
            *("made", "exported", "exported", "passphrase changed")
        ]
    with Session.open() as session:  # without a key: it waits
        session.retire_key(session.key_files()[0])
        assert len(session.catalog.waiting()) == 1
    with Session.open(lambda key: "third secret") as session:
        assert session.catalog.waiting() == []
        (last, facts) = entries(session)[-1]
        assert (last, facts["how"], facts["id"]) == ("key changed", "retired", key.id)
        held = "".join(event.facts for event in session.catalog.events())
        assert "secret" not in held and not any(f'"{word}"' in held for word in key.words())
    with Session.open(folder=tmp_path / "other") as session:
        session.import_key(tmp_path / "two.key", "first secret")
        assert entries(session)[-1][1]["how"] == "imported"
    with Session.open(folder=tmp_path / "third") as session:
        session.restore_key(key.words(), "")
        assert entries(session)[-1][1]["how"] == "restored from its words"


def test_a_log_that_cannot_be_written_costs_no_key(home, monkeypatch):
    from core.catalog.store import Catalog

    def full(*_, **__):
        raise CatalogError("The disk is full.", "Make room.")

    monkeypatch.setattr(Catalog, "note_key", full)
    with Session.open() as session:
        key = session.make_key("")
        assert session.key == key
    assert "does not tell" in (home / "countermark.log").read_text()
