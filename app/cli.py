"""The command line: reads the arguments and starts one command. No Qt, and no numpy until a command runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial

from app.commands import STOPPED, TROUBLE
from app.record_arguments import add_backup, add_catalog, add_records
from app.rights_arguments import add_rights
from app.terminal import discard_output, prepare_streams, warn
from core import __version__
from core.errors import CountermarkError

STRENGTHS = ("subtle", "standard", "strong")  # core.model.Strength, which would load numpy

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
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    protect = _command(
        commands, "protect", _protect, "make marked copies for one recipient; originals stay as they are"
    )
    protect.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="pictures and recordings; folders are walked")
    protect.add_argument("--for", dest="recipient", metavar="NAME", help="who gets the copies")
    protect.add_argument("--out", metavar="DIR", help="where to save, sub-folders kept (else beside the originals)")
    protect.add_argument(
        "--terms", metavar="NAME", help="terms to write into the copies (else the work's or creator's)"
    )
    protect.add_argument("--replace", action="store_true", help="let the terms replace what a file says already")
    protect.add_argument("--strip", action="store_true", help="take out private data: places, serial numbers, previews")
    protect.add_argument("--sign", action="store_true", help="add content credentials (C2PA), signed with your key")
    protect.add_argument("--strength", choices=STRENGTHS, help="how strongly the copies are marked (else standard)")
    protect.add_argument("--purpose", metavar="TEXT", default="", help="what the copies are for, kept in the catalog")
    _passphrase(protect)
    _json(protect)

    check = _command(commands, "check", _check, "find whose copy a file is")
    check.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="suspect files; folders are walked")
    check.add_argument("--work", metavar="WORK", help="compare them with this work (number or title) before any other")
    _passphrase(check)
    _json(check)

    add_catalog(partial(_group, commands), partial(_command, run=_catalog))
    records = add_records(partial(_group, commands), partial(_command, run=_records))
    add_backup(partial(_group, commands), partial(_command, run=_backup))

    key = _group(commands, "key", "new|show", "make the key, or show which one is used")
    new = _command(key, "new", _key_new, "make the key that all marks derive from")
    new.add_argument("--another", action="store_true", help="make a further key although there is one")
    new.add_argument("--words", action="store_true", help="write the 24 secret recovery words to standard output")
    _passphrase(new)
    shown = _command(key, "show", _key_show, "show the keys: public id, file, whether a passphrase protects it")
    shown.add_argument("--words", action="store_true", help="write the active key's 24 secret recovery words as well")
    _passphrase(shown)

    add_rights(commands, records, _group, partial(_command, run=_evidence), (_passphrase, _json))
    _command(commands, "doctor", _doctor, "show versions and folders, and mark and find a sample")
    return top


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


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="write JSON Lines: one object as soon as it is known")


# Commands are loaded when they run: numpy and the rest take longer than all of the above.


def _protect(given: argparse.Namespace) -> int:
    from app.commands.protect import run

    return run(given)


def _check(given: argparse.Namespace) -> int:
    from app.commands.check import run

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


def _key_new(given: argparse.Namespace) -> int:
    from app.commands.key import new

    return new(given)


def _key_show(given: argparse.Namespace) -> int:
    from app.commands.key import show

    return show(given)


def _doctor(given: argparse.Namespace) -> int:
    from app.doctor import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
