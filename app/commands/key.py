"""`countermark key new` and `show`: the creator's key. The secret itself is shown only as words and only when asked."""

from __future__ import annotations

import argparse

from app.commands import DONE, TROUBLE
from app.passphrases import for_new_key, opener
from app.session import Session
from app.terminal import command, say, warn
from core.keys import CreatorKey


def new(given: argparse.Namespace) -> int:
    """Make the key and return the exit code."""
    with Session.open() as session:
        if session.has_key and not given.another:
            warn(f"There is already a key: {session.active_key_file().path}")
            warn(f"Nothing was changed. A further one for new copies: {command('key new --another')}")
            return TROUBLE
        key = session.make_key(for_new_key(given.passphrase_file))
        say(f"Made the key {key.id} in {session.active_key_file().path}")
        if given.words:
            _say_words(key)
        else:
            warn(
                f"Keep its recovery words on paper: {command('key show --words')}. "
                "If the key is lost, no mark of it can ever be found again."
            )
    return DONE


def show(given: argparse.Namespace) -> int:
    """Show the keys, the active one first, and return the exit code."""
    with Session.open() as session:
        active = session.active_key_file()
        for file in session.key_files():
            say(f"{file.id}  {'marks new copies' if file.id == active.id else 'finds older marks'}")
            say(f"  file: {file.path}")
            say(f"  passphrase: {'yes' if file.protected else 'none; whoever can read the file can use the key'}")
        if given.words:
            session.unlock(opener(given.passphrase_file))
            _say_words(session.key)
    return DONE


def _say_words(key: CreatorKey) -> None:
    """Write the recovery words, numbered, six to a line."""
    warn("These words are the key. Write them on paper and show them to nobody.")
    words = [f"{place:2d} {word:<9}" for place, word in enumerate(key.words(), 1)]
    for start in range(0, len(words), 6):
        say("".join(words[start : start + 6]).rstrip())
