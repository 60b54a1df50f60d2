"""`countermark backup create|list|export|verify|restore`: the catalog is never lost."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import DONE, TROUBLE
from app.session import Session
from app.terminal import command, emit, say, warn
from core.catalog.backup import Backup, backups
from core.catalog.export import drill, export, restore


def create(given: argparse.Namespace) -> int:
    """Make a dated backup and return the exit code."""
    with Session.open() as session:
        made = session.catalog.back_up()
        if given.json:
            emit(_record(made))
        else:
            say(f"Made {made.path} ({_size(made.bytes)}), read back and found whole.")
    return DONE


def listing(given: argparse.Namespace) -> int:
    """List the dated backups, newest first, and return the exit code."""
    with Session.open() as session:
        found = backups(session.folder)
        for backup in found:
            if given.json:
                emit(_record(backup))
            else:
                say(f"{backup.moment:%Y-%m-%d %H:%M} UTC  {_size(backup.bytes)}  {backup.path}")
    if not found and not given.json:
        say(f"There is no backup yet. Make one: {command('backup create')}")
    return DONE


def write(given: argparse.Namespace) -> int:
    """Write everything to one file and return the exit code."""
    with Session.open() as session:
        made = export(session.folder, Path(given.file).absolute(), open_keys=given.with_open_keys)
    keys = f"{len(made.keys)} keys" if len(made.keys) != 1 else "1 key"
    say(f"Exported {_held(made.counts)} and {keys} to {made.path}, read back and found whole.")
    if made.left_out:
        warn(
            f"Left out, since no passphrase seals them: the keys {', '.join(made.left_out)}. Keep their recovery words "
            f"({command('key show --words')}), or export with --with-open-keys."
        )
    elif not made.keys:
        warn("There is no key in it. Without its key no mark can be found.")
    return DONE


def verify(given: argparse.Namespace) -> int:
    """Restore a backup for trial and return the exit code: 2 where it is not good."""
    with Session.open() as session:
        tried = drill(Path(given.file), session.catalog.path)
    for problem in tried.problems:
        warn(problem)
    if tried.problems:
        warn(f"{given.file} is no good backup of this catalog.")
        return TROUBLE
    say(f"{given.file} restores: {_held(tried.counts)}.")
    if tried.copy:
        say(f"  Its oldest copy is known: {tried.copy}.")
    return DONE


def bring_back(given: argparse.Namespace) -> int:
    """Restore a backup into the data folder and return the exit code."""
    with Session.open() as session:
        done = restore(Path(given.file), session.folder)
    say(f"Restored {_held(done.counts)} to {done.folder}.")
    if done.keys:
        say(f"  Keys that came along: {', '.join(done.keys)}")
    if done.set_aside is not None:
        say(f"  The catalog that was there before: {done.set_aside}")
    return DONE


def _record(backup: Backup) -> dict[str, object]:
    return {"path": str(backup.path), "created": backup.moment.isoformat(), "bytes": backup.bytes}


def _held(counts: dict[str, int]) -> str:
    works, copies = (_count(counts[name], word) for name, word in (("works", "work"), ("copies", "copy")))
    return f"{works} and {copies}"


def _count(count: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{count:,} {word if count == 1 else plural}"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


_RUNS = {"create": create, "list": listing, "export": write, "verify": verify, "restore": bring_back}


def run(given: argparse.Namespace) -> int:
    """Run one of the commands on backups and return the exit code."""
    return _RUNS[given.verb](given)
