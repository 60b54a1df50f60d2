"""The command line: reads the arguments and starts one command. No Qt, and no numpy until a command runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial

from app.commands import STOPPED, TROUBLE
from app.record_arguments import add_backup, add_catalog, add_records
from app.rights_arguments import add_rights
from app.scan_arguments import add_scan
from app.terminal import discard_output, prepare_streams, warn
from core import __version__
from core.errors import CountermarkError

STRENGTHS = ("subtle", "standard", "strong")  # core.model.Strength, which would load numpy
# core.model.Conversion.PICTURES and RECORDINGS
FORMATS = ("png", "jpeg", "webp", "tiff", "avif", "wav", "flac", "mp3", "m4a", "ogg", "opus")

_CODES = """\
exit codes:
  0    found, or done
  1    nothing found
  2    something could not be read or written, or was refused; or the command was not understood
  130  stopped with Ctrl-C

The data folder (catalog, keys, settings) moves with the environment variable COUNTERMARK_HOME.
A passphrase is asked for on the terminal, or read from the first line of the file that --passphrase-file
or COUNTERMARK_PASSPHRASE_FILE names. More: docs/command-line.md
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    prepare_streams()
    given = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except CountermarkError as error:
        warn(str(error))
        return TROUBLE
    except KeyboardInterrupt:
        warn("Stopped.")
        return STOPPED
    except EOFError:
        warn("The input ended before the passphrase was typed.")
        return TROUBLE
    except BrokenPipeError:  # `countermark check FOLDER | head`: the reader has seen enough
        discard_output()
        return TROUBLE
    except Exception as error:
        import logging

        logging.getLogger("app").exception("Unexpected problem")
        warn(f"An unexpected problem ended this ({type(error).__name__}). No file is half written. Please report it.")
        return TROUBLE


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="countermark",
        description="Mark pictures and recordings invisibly, one copy for each recipient. Find whose copy a file is.",
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"Countermark {__version__}")
    top.add_argument(
        "--self-test",
        action=_SelfTest,
        help="try this installation on samples of its own: protect, damage, find; nothing of yours is touched",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    protect = _command(
        commands, "protect", _protect, "make marked copies, one for each recipient; originals stay as they are"
    )
    protect.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="pictures and recordings; folders are walked")
    _protect_options(protect)
    _passphrase(protect)
    _json(protect)

    check = _command(commands, "check", _check, "find whose copy a file is")
    check.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="suspect files; folders are walked")
    _check_options(check)
    _passphrase(check)
    _json(check)

    add_scan(commands, partial(_command, run=_scan), (_check_options, _protect_options, _passphrase, _json))

    add_catalog(partial(_group, commands), partial(_command, run=_catalog))
    records = add_records(partial(_group, commands), partial(_command, run=_records))
    add_backup(partial(_group, commands), partial(_command, run=_backup))

    _keys(commands)

    add_rights(commands, records, _group, partial(_command, run=_evidence), (_passphrase, _json))
    _command(commands, "doctor", _doctor, "show versions and folders, and mark and find a sample")
    return top


def _protect_options(protect: argparse.ArgumentParser) -> None:
    """Add what says how copies are made."""
    protect.add_argument(
        "--for",
        dest="recipients",
        action="append",
        metavar="NAME",
        help="who gets the copies; given several times, each gets a copy of each file",
    )
    protect.add_argument(
        "--preset", metavar="NAME|FILE", help="make them as this preset says; what is said beside it counts before it"
    )
    protect.add_argument(
        "--name",
        metavar="PATTERN",
        help="what copies are called: text with {name}, {recipient}, {date}, {purpose}, a slash for a folder "
        '(else "{name} ({recipient})")',
    )
    protect.add_argument("--out", metavar="DIR", help="where to save, sub-folders kept (else beside the originals)")
    protect.add_argument(
        "--terms", metavar="NAME", help="terms to write into the copies (else the work's or creator's)"
    )
    protect.add_argument("--replace", action="store_true", help="let the terms replace what a file says already")
    protect.add_argument("--strip", action="store_true", help="take out private data: places, serial numbers, previews")
    protect.add_argument("--sign", action="store_true", help="add content credentials (C2PA), signed with your key")
    protect.add_argument("--strength", choices=STRENGTHS, help="how strongly the copies are marked (else standard)")
    protect.add_argument("--format", choices=FORMATS, help="the format of copies of pictures or of recordings")
    protect.add_argument("--long-side", metavar="PIXELS", type=_number, help="make copies of pictures smaller to this")
    protect.add_argument(
        "--quality", metavar="1-100", type=_quality, help="of such copies, or of all lossy ones (else 90)"
    )
    protect.add_argument("--bitrate", metavar="KBITS", type=_bit_rate, help="of lossy copies of recordings, in kbit/s")
    protect.add_argument("--purpose", metavar="TEXT", default="", help="what the copies are for, kept in the catalog")
    protect.add_argument(
        "--unless-known",
        action="store_true",
        help="refuse files that show a work of the catalog as another file, or carry a mark already (else warn)",
    )


def _check_options(check: argparse.ArgumentParser) -> None:
    """Add what says how files are checked."""
    check.add_argument(
        "--all-numbers",
        action="store_true",
        help="look for all numbers of the keys, also those that this catalog did not issue (it was lost, say)",
    )
    check.add_argument("--work", metavar="WORK", help="compare them with this work (number or title) before any other")


def _keys(commands: _Commands[argparse.ArgumentParser]) -> None:
    """Add `countermark key ...`."""
    names = "new|list|show|name|use|retire|export|import|restore|computer|passphrase|words|sheet"
    group = _group(commands, "key", names, "make, keep, back up and restore the keys that all marks derive from")

    def add(name: str, text: str, module: str = "key", *, key: bool = True) -> argparse.ArgumentParser:
        command = _command(
            group,
            name,
            _later(f"app.commands.{module}", {"list": "listing", "import": "import_"}.get(name, name)),
            text,
        )
        if key:
            command.add_argument("key", nargs="?", metavar="KEY", help="its id or label (else the active key)")
        _json(command)
        return command

    new = add("new", "make the key that all marks derive from", key=False)
    new.add_argument("--another", action="store_true", help="make a further key although there is one")
    new.add_argument("--label", default="", metavar="TEXT", help="what the key is called")
    new.add_argument("--creator", default="", metavar="NAME", help="the person or company whose works it marks")
    new.add_argument("--words", action="store_true", help="write the 24 secret recovery words to standard output")
    _passphrase(new)
    add("list", "list the keys, one a line, the active one first", key=False)
    shown = add("show", "show the keys: public id, file, whether a passphrase protects it", key=False)
    shown.add_argument("--words", action="store_true", help="write the active key's 24 secret recovery words as well")
    _passphrase(shown)
    named = add("name", "say what a key is called and whose it is")
    named.add_argument("--label", metavar="TEXT", help="what it is called")
    named.add_argument("--creator", metavar="NAME", help="the person or company whose works it marks")
    add("use", "let a key mark new copies from now on")
    retire = add("retire", "let a key mark no new copies; it still finds its marks")
    retire.add_argument("--undo", action="store_true", help="take it back into use")
    export = add("export", "write a backup of a key to a new file, sealed under a passphrase", "key_backup")
    export.add_argument("--to", required=True, metavar="FILE", help="the new file; none is ever overwritten")
    export.add_argument("--for-another-computer", action="store_true", help="give that computer a number of its own")
    _passphrase(export)
    _new_passphrase(export, "for the file (else that of the key)")
    taken = add("import", "take in a key from an exported file", "key_backup", key=False)
    taken.add_argument("file", metavar="FILE", help="the exported key file")
    _passphrase(taken)
    _computer(taken)
    restore = add("restore", "bring a key back from its 24 recovery words", "key_backup", key=False)
    restore.add_argument("--words-file", metavar="FILE", help="a file that holds them (else they are asked for)")
    _passphrase(restore)
    _computer(restore)
    number = add("computer", "show or change the number of this computer, from which a key's serials are drawn")
    _computer(number)
    passphrase = add("passphrase", "change the passphrase of a key", "key_backup")
    _passphrase(passphrase)
    _new_passphrase(passphrase, "that it gets")
    passphrase.add_argument("--with-words", action="store_true", help="the old one is lost: ask for the recovery words")
    passphrase.add_argument("--words-file", metavar="FILE", help="a file that holds them, for --with-words")
    words = add("words", "write a key's 24 secret recovery words to standard output", "key_backup")
    _passphrase(words)
    sheet = add("sheet", "write a recovery sheet, to be printed, to a new file", "key_backup")
    sheet.add_argument("--to", required=True, metavar="FILE", help="a name that ends in .html or .txt")
    _passphrase(sheet)


class _SelfTest(argparse.Action):
    """An option that needs no command: it runs the self-test and ends with its exit code."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from app.doctor import self_test

        parser.exit(self_test())


_Commands = argparse._SubParsersAction  # argparse has no public name for it


def _command(
    commands: _Commands[argparse.ArgumentParser], name: str, run: Callable[[argparse.Namespace], int], text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # a passphrase after "--passphrase" would be taken for a file and shown
    )
    command.set_defaults(run=run, verb=name)
    return command


def _group(
    commands: _Commands[argparse.ArgumentParser], name: str, choices: str, text: str
) -> _Commands[argparse.ArgumentParser]:
    group = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    return group.add_subparsers(metavar=choices, required=True)


def _passphrase(command: argparse.ArgumentParser) -> None:
    command.add_argument("--passphrase-file", metavar="FILE", help="a file whose first line is the passphrase")


def _number(text: str) -> int:
    """Return a whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _quality(text: str) -> int:
    """Return a whole number from 1 to 100."""
    number = _number(text)
    if number > 100:
        raise ValueError(text)
    return number


def _bit_rate(text: str) -> int:
    """Return kilobits a second, from 6 to 1000."""
    number = _number(text)
    if not 6 <= number <= 1000:
        raise ValueError(text)
    return number


def _new_passphrase(command: argparse.ArgumentParser, what: str) -> None:
    text = f"a file whose first line is the passphrase {what}"
    command.add_argument("--new-passphrase-file", metavar="FILE", help=text)


def _computer(command: argparse.ArgumentParser) -> None:
    text = "its number, 0 to 63, that no other computer with this key has (else the file's, else a random one)"
    command.add_argument("--computer", type=int, metavar="N", help=text)
    command.add_argument("--alone", action="store_true", help="no other computer uses the key any more")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="write JSON Lines: one object as soon as it is known")


# Commands are loaded when they run: numpy and the rest take longer than all of the above.


def _later(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Return a command that loads its module when it runs."""

    def run(given: argparse.Namespace) -> int:
        command: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(module), function)
        return command(given)

    return run


def _protect(given: argparse.Namespace) -> int:
    from app.commands.protect import run

    return run(given)


def _check(given: argparse.Namespace) -> int:
    from app.commands.check import run

    return run(given)


def _scan(given: argparse.Namespace) -> int:
    from app.commands.scan import run

    return run(given)


def _catalog(given: argparse.Namespace) -> int:
    from app.commands.catalog import run

    return run(given)


def _records(given: argparse.Namespace) -> int:
    from app.commands.records import run

    return run(given)


def _backup(given: argparse.Namespace) -> int:
    from app.commands.backup import run

    return run(given)


def _evidence(given: argparse.Namespace) -> int:
    from app.commands.evidence import run

    return run(given)


def _doctor(given: argparse.Namespace) -> int:
    from app.doctor import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
