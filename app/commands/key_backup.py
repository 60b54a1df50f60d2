"""`countermark key export|import|restore|passphrase|words|sheet`: what keeps a key from being lost."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import DONE, TROUBLE
from app.commands.key import chosen, computer_sentence, record, say_words
from app.passphrases import for_new_key, new_for, of_file, opener, recovery_words
from app.session import Session
from app.terminal import emit, say, warn
from core.key_files import composed, read_key_file, write_private
from core.keyring import KeyEntry, today
from core.keys import CreatorKey
from core.recovery import recovery_sheet


def export(given: argparse.Namespace) -> int:
    """Write a key to a new file and return the exit code."""
    with Session.open() as session:
        file, target = chosen(session, given.key), Path(given.to).expanduser().absolute()
        passphrase = _asked(file, given.passphrase_file)
        other = new_for(file, given.new_passphrase_file) if given.new_passphrase_file is not None else None
        file = session.export_key(
            file, passphrase, target, new_passphrase=other, another_computer=given.for_another_computer
        )
        if given.json:
            emit({**record(file, session.active_key_file()), "exported": str(target)})
        else:
            say(f"The key {file.id} is in {target}, which opens: that was tried.")
        if given.for_another_computer:
            warn(
                f"Import this file on one computer only; it gets the number {file.facts.given[-1]}. "
                f"{computer_sentence(file)}"
            )
    return DONE


def import_(given: argparse.Namespace) -> int:
    """Take in an exported key and return the exit code."""
    source = Path(given.file).expanduser()
    with Session.open() as session:
        passphrase = of_file(source, given.passphrase_file) if read_key_file(source)["passphrase"] else ""
        key = session.import_key(source, passphrase, computer=given.computer, alone=given.alone)
        return _arrived(session, key, f"Took in the key {key.id}.", json=given.json)


def restore(given: argparse.Namespace) -> int:
    """Bring a key back from its words and return the exit code."""
    with Session.open() as session:
        words = recovery_words(given.words_file)
        key = CreatorKey.from_words(words)  # wrong words are told before a passphrase is asked for
        broken = key.id in session.ring.damaged()
        session.restore_key(words, for_new_key(given.passphrase_file), computer=given.computer, alone=given.alone)
        if broken:
            warn(f"Its damaged file is kept: {session.ring.asides(key.id)[-1]}")
        return _arrived(session, key, f"Restored the key {key.id}. Compare this id with the sheet.", json=given.json)


def passphrase(given: argparse.Namespace) -> int:
    """Change the passphrase of a key and return the exit code."""
    with Session.open() as session:
        file = chosen(session, given.key)
        if given.with_words:
            lost = recovery_words(given.words_file)
            CreatorKey.from_words(lost)  # wrong words are told before a new passphrase is asked for
            file = session.renew_key(file, lost, new_for(file, given.new_passphrase_file))
        else:
            old = _asked(file, given.passphrase_file)
            CreatorKey.load(file.path, composed(old))  # a wrong one is told before a new one is asked for
            file = session.change_passphrase(file, old, new_for(file, given.new_passphrase_file))
        if given.json:
            emit(record(file, session.active_key_file()))
        else:
            say(f"The key {file.id} opens with its new passphrase: that was tried.")
    return DONE


def words(given: argparse.Namespace) -> int:
    """Write the recovery words of a key and return the exit code."""
    with Session.open() as session:
        key = _opened(chosen(session, given.key), given.passphrase_file)
        session.tell_log(key.id, "written down as words")
        say_words(key, json=given.json)
    return DONE


def sheet(given: argparse.Namespace) -> int:
    """Write the recovery sheet of a key to a new file and return the exit code."""
    with Session.open() as session:
        file, target = chosen(session, given.key), Path(given.to).expanduser().absolute()
        if target.suffix.lower() not in (".html", ".txt"):
            warn(f"A recovery sheet is a .html or .txt file, not {target.name}. Name it so; the window writes PDF.")
            return TROUBLE
        key = _opened(file, given.passphrase_file)
        made = recovery_sheet(
            key.words(), key=key.id, creator=file.facts.creator, label=file.facts.label, made=today()
        )  # fmt: skip
        text = made.html() if target.suffix.lower() == ".html" else made.text()
        write_private(target, text.encode(), what="file")
        session.tell_log(key.id, "written down as words")
        if given.json:
            emit({"key": key.id, "sheet": str(target)})
        else:
            say(f"The recovery sheet of the key {key.id} is in {target}, which only you can read.")
        warn("It is the key. Print it, then delete the file; never send it or keep it online.")
    return DONE


def _asked(file: KeyEntry, passphrase_file: str | None) -> str:
    """Return the passphrase of a key, asked for where it has one."""
    return opener(passphrase_file)(file) or "" if file.protected else ""


def _opened(file: KeyEntry, passphrase_file: str | None) -> CreatorKey:
    return CreatorKey.load(file.path, composed(_asked(file, passphrase_file)))


def _arrived(session: Session, key: CreatorKey, line: str, *, json: bool) -> int:
    file = session.ring.find(key.id)
    if json:
        emit(record(file, session.active_key_file()))
        return DONE
    say(line)
    say(computer_sentence(file))
    return DONE
