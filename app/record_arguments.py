"""The arguments of the commands on the catalog: its records (work, copy, recipient ...), the whole of it, backups."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field

Commands = argparse._SubParsersAction  # argparse has no public name for it
Group = Callable[[str, str, str], "Commands[argparse.ArgumentParser]"]  # name, choices, help -> its commands
Make = Callable[..., argparse.ArgumentParser]  # commands, name, text=help -> one of them

_CREATOR = ("--creator", "NAME", "of this creator")
_WORK = ("--work", "WORK", "of this work")
_FOR = ("--for", "NAME", "for this recipient")


@dataclass(frozen=True, slots=True)
class Things:
    """What one group of commands is about: its word, what stands for one of them, what they can be chosen by.

    `named` says what a new one is called by; empty where none is made by hand.
    """

    word: str
    words: str
    item: str
    named: str = ""
    conditions: tuple[tuple[str, str, str], ...] = ()
    switches: tuple[tuple[str, str], ...] = ()
    sheet: bool = False
    more: tuple[str, ...] = field(default=())


THINGS = (
    Things(
        "work",
        "works",
        "WORK",
        conditions=(
            *(_CREATOR, _FOR, ("--terms", "NAME", "with these terms"), ("--kind", "KIND", "image or audio")),
            ("--sent", "YEAR", "of which copies were made in this year"),
            ("--ends-within", "DAYS", "of which an agreement holds, and ends within so many days"),
        ),
        switches=(("--never-copied", "of which there is no copy"),),
        sheet=True,
    ),
    Things(
        "copy",
        "copies",
        "SERIAL",
        conditions=(
            *(_WORK, _FOR, _CREATOR, ("--purpose", "TEXT", "made for exactly this purpose")),
            ("--licensed", "yes|no", "that an agreement covers today, or none"),
        ),
    ),
    Things("recipient", "recipients", "NAME", named="NAME", sheet=True),
    Things("creator", "creators", "NAME", named="NAME"),
    Things("terms", "terms", "NAME", named="NAME", sheet=True),
    Things(
        "consent",
        "consents and licences",
        "NUMBER",
        named="TITLE",
        conditions=(
            *(_CREATOR, _WORK, _FOR, ("--standing", "WORD", "draft, upcoming, active, expired, revoked or replaced")),
            ("--ends-within", "DAYS", "that hold, and end within so many days"),
        ),
        switches=(("--latest", "the last version of each alone"),),
        sheet=True,
        more=("revise", "attach", "paper", "ledger", "due"),
    ),
    Things(
        "payment",
        "payments",
        "NUMBER",
        named="CONSENT",
        conditions=(("--consent", "NUMBER", "of this agreement"), ("--due", "DAY", "due by this day")),
        switches=(("--open", "that did not come yet"),),
    ),
    Things(
        "case",
        "cases",
        "NUMBER",
        named="TITLE",
        conditions=(
            *(_CREATOR, _WORK, ("--status", "WORD", "open, waiting or closed")),
            ("--follow-up", "DAY", "to be looked at by this day"),
        ),
        more=("attach", "new", "package", "notice"),
    ),
    Things(
        "document",
        "documents",
        "NUMBER",
        conditions=(("--consent", "NUMBER", "of this agreement"), ("--case", "NUMBER", "of this case")),
        more=("save",),
    ),
)


def add_records(group: Group, make: Make) -> dict[str, argparse._SubParsersAction[argparse.ArgumentParser]]:
    """Add the groups of commands on records and return them by the word of each."""
    groups = {}
    for things in THINGS:
        verbs = ["list", "search", "show", "edit", "bin", "restore", "fields"]
        verbs += ["add"] if things.named else []
        verbs += ["import", "export"] if things.sheet else []
        commands = group(things.word, "|".join([*verbs, *things.more]), f"list, show and edit {things.words}")
        groups[things.word] = commands
        command = _maker(make, commands, word=things.word)
        words = things.words
        _choice(command("list", f"list {words}"), things)
        found = command("search", f"list the {words} in which all these words stand")
        found.add_argument("search", metavar="TEXT")
        _json(found)
        shown = command("show", "show one with all that is known of it")
        shown.add_argument("item", metavar=things.item)
        shown.add_argument("--history", action="store_true", help="show what was changed, by whom and when, as well")
        _json(shown)
        if things.named:
            added = command("add", "add one")
            added.add_argument("name", metavar=things.named)
            _fields(added)
            _json(added)
        edited = command("edit", f"change one or several {words} at once; `{things.word} fields` lists the fields")
        edited.add_argument("items", nargs="+", metavar=things.item)
        _fields(edited)
        edited.add_argument("--untag", action="append", default=[], metavar="TAG", help="take a tag away")
        for name, text in (("bin", "put into the bin; nothing is lost"), ("restore", "bring back from the bin")):
            moved = command(name, text)
            moved.add_argument("items", nargs="+", metavar=things.item)
        command("fields", "list the fields that can be changed, and what may stand in them")
        if things.sheet:
            came = command("import", f"read {words} from a table (CSV): all rows, or nothing where one is wrong")
            came.add_argument("file", metavar="FILE")
            came.add_argument("--dry-run", action="store_true", help="say what would be changed, and change nothing")
            _json(came)
            _choice(command("export", f"write {words} as a table (CSV) to standard output"), things, json=False)
        if "revise" in things.more:
            revised = command("revise", "make the next version of a signed agreement")
            revised.add_argument("item", metavar=things.item)
        if "attach" in things.more:
            attached = command("attach", f"keep a paper with a {things.word}: its name, hash and content")
            attached.add_argument("item", metavar=things.item)
            attached.add_argument("file", metavar="FILE")
            attached.add_argument("--without-content", action="store_true", help="keep its name and hash alone")
        if "save" in things.more:
            saved = command("save", "write the content of a paper to a new file")
            saved.add_argument("item", metavar=things.item)
            saved.add_argument("file", metavar="FILE")
    return groups


def add_catalog(group: Group, make: Make) -> None:
    """Add the commands on the whole catalog."""
    text = "works and their copies, checks, history, undo, the bin"
    make = _maker(make, group("catalog", "list|show|checks|check|history|undo|redo|empty-bin", text))
    listing = make("list", "list the works, newest first")
    listing.add_argument(
        "--search", metavar="TEXT", default="", help="words in title, path, notes or a recipient's name"
    )
    _json(listing)
    show = make("show", "show one work and its copies")
    show.add_argument("work", metavar="WORK", help="its number or its title")
    _json(show)
    checked = make("check", "look whether the catalog is in order")
    checked.add_argument("--rebuild-search", action="store_true", help="build what search looks through again")
    make("undo", "undo the last edit")
    make("redo", "do again what was undone last")
    past = make("history", "show what was changed, by whom and when, the newest first")
    past.add_argument("--limit", type=int, default=50, metavar="NUMBER", help="show so many (else 50)")
    _json(past)
    checks = make("checks", "list the files that were checked; with a NUMBER, show what was found in that one")
    checks.add_argument("number", nargs="?", metavar="NUMBER", help="the number of a check, as the list tells it")
    checks.add_argument("--search", metavar="TEXT", default="", help="words in name, path, message or note")
    checks.add_argument("--limit", type=int, metavar="NUMBER", help="show so many")
    _json(checks)
    make("empty-bin", "remove what lies in the bin; copies and what they need stay known to detection")


def add_backup(group: Group, make: Make) -> None:
    """Add the commands on backups."""
    choices = "create|list|export|verify|restore"
    make = _maker(make, group("backup", choices, "back up, try and restore the catalog"))
    _json(make("create", "make a dated backup of the catalog in the data folder now"))
    _json(make("list", "list the dated backups"))
    export = make("export", "write catalog, keys and settings to one file for another disk or computer")
    export.add_argument("file", metavar="FILE", help="a new file, as catalog.zip")
    export.add_argument("--with-open-keys", action="store_true", help="take keys without a passphrase along, too")
    verify = make("verify", "restore a backup for trial and say whether it is good")
    verify.add_argument("file", metavar="FILE")
    restore = make("restore", "restore a backup; the catalog that is there is set aside")
    restore.add_argument("file", metavar="FILE")


def _maker(make: Make, commands: object, **defaults: str) -> Callable[[str, str], argparse.ArgumentParser]:
    """Return what makes a command of a group from its name and its help."""

    def made(name: str, text: str) -> argparse.ArgumentParser:
        command = make(commands, name, text=text)
        command.set_defaults(**defaults)
        return command

    return made


def _choice(command: argparse.ArgumentParser, things: Things, *, json: bool = True) -> None:
    command.add_argument("--search", metavar="TEXT", default="", help="words that all stand in it")
    command.add_argument("--tag", action="append", default=[], metavar="TAG", help="with this tag; may be repeated")
    command.add_argument("--since", metavar="DAY", default="", help="made on this day (2026-12-31) or later")
    command.add_argument("--until", metavar="DAY", default="", help="made on this day or earlier")
    for option, value, text in things.conditions:
        command.add_argument(option, metavar=value, help=text, dest=option[2:].replace("-", "_").replace("for", "to"))
    for option, text in things.switches:
        command.add_argument(option, action="store_true", help=text)
    command.add_argument(
        "--sort", metavar="ORDER", default="newest", help="newest (else), oldest, title, name, ends ..."
    )
    command.add_argument("--backwards", action="store_true", help="in the order turned round")
    command.add_argument("--limit", type=int, metavar="NUMBER", help="show so many")
    command.add_argument("--binned", action="store_true", help="what lies in the bin instead")
    if json:
        _json(command)


def _fields(command: argparse.ArgumentParser) -> None:
    command.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="may be repeated")
    command.add_argument("--tag", action="append", default=[], metavar="TAG", help="give it a tag; may be repeated")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="write JSON Lines: one object as soon as it is known")
