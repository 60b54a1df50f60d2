"""`countermark key new|list|show|name|use|retire|computer`: which keys there are and what is said of them."""

from __future__ import annotations

import argparse
import dataclasses

from app.commands import DONE, TROUBLE
from app.passphrases import for_new_key, opener
from app.session import Session
from app.terminal import command, emit, say, warn
from core.errors import KeyFileError
from core.keyring import KeyEntry
from core.keys import CreatorKey
from core.lanes import random_lane


def new(given: argparse.Namespace) -> int:
    """Make the key and return the exit code."""
    with Session.open() as session:
        if session.has_key and not given.another:
            warn(f"There is already a key: {session.active_key_file().path}")
            warn(f"Nothing was changed. A further one for new copies: {command('key new --another')}")
            return TROUBLE
        key = session.make_key(for_new_key(given.passphrase_file), label=given.label, creator=given.creator)
        made = session.active_key_file()
        _tell(session, made, f"Made the key {key.id} in {made.path}", json=given.json)
        if given.words:
            say_words(key, json=given.json)
        else:
            warn(
                f"Keep its recovery words on paper: {command('key sheet --to FILE')} or {command('key words')}. "
                "If the key is lost, no mark of it can ever be found again."
            )
    return DONE


def listing(given: argparse.Namespace) -> int:
    """List the keys and return the exit code."""
    with Session.open() as session:
        active = _active(session)
        for file in session.key_files():
            named = ", ".join(filter(None, (file.facts.label, file.facts.creator)))
            line = f"{file.id}  {state(file, active)}{f'  {named}' if named else ''}"
            if given.json:
                emit(record(file, active))
            else:
                say(line)
        return _problems(session)


def show(given: argparse.Namespace) -> int:
    """Show the keys, the active one first, and return the exit code."""
    with Session.open() as session:
        active = _active(session)
        for file in session.key_files():
            if given.json:
                emit(record(file, active))
                continue
            say(f"{file.id}  {state(file, active)}")
            for name in ("label", "creator"):
                if value := getattr(file.facts, name):
                    say(f"  {name}: {value}")
            say(f"  file: {file.path}")
            say(f"  passphrase: {'yes' if file.protected else 'none; whoever can read the file can use the key'}")
            if file.facts.shared:
                say(f"  computer: {file.facts.computer}")
        if given.words:
            session.unlock(opener(given.passphrase_file))
            session.tell_log(session.keys[0].id, "written down as words")
            say_words(session.keys[0], json=given.json)
        return _problems(session)


def name(given: argparse.Namespace) -> int:
    """Say what a key is called, or whose it is, and return the exit code."""
    with Session.open() as session:
        file = chosen(session, given.key)
        told = {part: getattr(given, part) for part in ("label", "creator") if getattr(given, part) is not None}
        file = session.ring.change(file, **told)
        if given.creator is not None:
            session.catalog.name_creator(file.id, given.creator)
        said = f"The key {file.id}: {file.facts.label or 'no label'}, {file.facts.creator or 'no creator'}."
        _tell(session, file, said, json=given.json)
    return DONE


def use(given: argparse.Namespace) -> int:
    """Let a key mark new copies from now on and return the exit code."""
    with Session.open() as session:
        file = chosen(session, given.key)
        session.use_key(file)
        _tell(session, file, f"The key {file.id} marks new copies from now on.", json=given.json)
    return DONE


def retire(given: argparse.Namespace) -> int:
    """Let a key mark no new copies, or again, and return the exit code."""
    with Session.open() as session:
        file = session.retire_key(chosen(session, given.key), undo=given.undo)
        said = "is in use again" if given.undo else "marks no new copies from now on. It still finds its marks"
        _tell(session, file, f"The key {file.id} {said}.", json=given.json)
        if all(other.facts.retired for other in session.key_files()):
            warn(f"No key marks new copies now. A new one: {command('key new --another')}")
    return DONE


def computer(given: argparse.Namespace) -> int:
    """Show or change from where the serials of a key are drawn here, and return the exit code."""
    with Session.open() as session:
        file = chosen(session, given.key)
        if given.computer is not None or given.alone:
            number = file.facts.computer if given.computer is None else given.computer
            file = session.ring.change(file, computer=number, shared=not given.alone)
        _tell(session, file, computer_sentence(file), json=given.json)
        if file.facts.shared and not given.json:
            taken = (file.facts.computer, *file.facts.given)
            warn(f"No other computer with this key may have this number. A free one, drawn now: {random_lane(taken)}")
    return DONE


def chosen(session: Session, name: str | None) -> KeyEntry:
    """Return the key that was named, else the active one."""
    return session.active_key_file() if name is None else session.ring.find(name)


def state(file: KeyEntry, active: KeyEntry | None) -> str:
    """Return what a key is for, in words; `active` is the key that marks new copies, where it is known."""
    if file.facts.retired:
        return f"retired on {file.facts.retired}, finds its marks"
    return "marks new copies" if active is not None and file.id == active.id else "finds older marks"


def computer_sentence(file: KeyEntry) -> str:
    """Return where the serials of a key are drawn, in words."""
    serials = file.facts.lane.ranges()[0]
    if not file.facts.shared:
        return f"The key {file.id} is used on this computer alone; its copies are numbered from {serials.start} on."
    return (
        f"This computer is number {file.facts.computer} for the key {file.id}: "
        f"its copies get numbers from {serials.start} to {serials.stop - 1}."
    )


def record(file: KeyEntry, active: KeyEntry | None) -> dict[str, object]:
    """Return the JSON object of a key; `active` is the key that marks new copies, where it is known."""
    return {
        "key": file.id,
        "file": str(file.path),
        "protected": file.protected,
        "active": active is not None and file.id == active.id and not file.facts.retired,
        **dataclasses.asdict(file.facts),
    }


def say_words(key: CreatorKey, *, json: bool) -> None:
    """Write the recovery words, numbered, six to a line."""
    warn("These words are the key. Write them on paper and show them to nobody.")
    if json:
        emit({"key": key.id, "words": key.words()})
        return
    words = [f"{place:2d} {word:<9}" for place, word in enumerate(key.words(), 1)]
    for start in range(0, len(words), 6):
        say("".join(words[start : start + 6]).rstrip())


def _active(session: Session) -> KeyEntry | None:
    """Return the key that marks new copies, None where several could or its file is damaged."""
    try:
        return session.active_key_file()
    except KeyFileError:
        return None


def _problems(session: Session) -> int:
    """Say what is wrong with the keys, all of which were told that could be, and return the exit code."""
    problems = session.ring.problems()
    for problem in problems:
        warn(f"{problem.message} {problem.hint}")
    if not problems:
        session.active_key_file()  # tells where there is no key, or none that marks new copies
    return TROUBLE if problems else DONE


def _tell(session: Session, file: KeyEntry, line: str, *, json: bool) -> None:
    if json:
        emit(record(file, session.active_key_file()))
    else:
        say(line)
