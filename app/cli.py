"""The command line: reads the arguments and starts one command. No Qt, and no numpy until a command runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from app.commands import STOPPED, TROUBLE
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
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    protect = _command(
        commands, "protect", _protect, "make marked copies for one recipient; originals stay as they are"
    )
    protect.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="pictures and recordings; folders are walked")
    protect.add_argument("--for", dest="recipient", metavar="NAME", help="who gets the copies")
    protect.add_argument("--out", metavar="DIR", help="where to save, sub-folders kept (else beside the originals)")
    protect.add_argument("--strength", choices=STRENGTHS, help="how strongly the copies are marked (else standard)")
    protect.add_argument("--format", choices=FORMATS, help="the format of copies of pictures or of recordings")
    protect.add_argument("--long-side", metavar="PIXELS", type=_number, help="make copies of pictures smaller to this")
    protect.add_argument(
        "--quality", metavar="1-100", type=_quality, help="of such copies, or of all lossy ones (else 90)"
    )
    protect.add_argument("--bitrate", metavar="KBITS", type=_bit_rate, help="of lossy copies of recordings, in kbit/s")
    _passphrase(protect)
    _json(protect)

    check = _command(commands, "check", _check, "find whose copy a file is")
    check.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="suspect files; folders are walked")
    check.add_argument("--work", metavar="WORK", help="compare them with this work (number or title) before any other")
    _passphrase(check)
    _json(check)

    catalog = _group(commands, "catalog", "list|show", "list and show works and their copies")
    listing = _command(catalog, "list", _catalog_list, "list the works, newest first")
    listing.add_argument("--search", metavar="TEXT", default="", help="words in title, path or a recipient's name")
    _json(listing)
    show = _command(catalog, "show", _catalog_show, "show one work and its copies")
    show.add_argument("work", metavar="WORK", help="its number or its title")
    _json(show)

    key = _group(commands, "key", "new|show", "make the key, or show which one is used")
    new = _command(key, "new", _key_new, "make the key that all marks derive from")
    new.add_argument("--another", action="store_true", help="make a further key although there is one")
    new.add_argument("--words", action="store_true", help="write the 24 secret recovery words to standard output")
    _passphrase(new)
    shown = _command(key, "show", _key_show, "show the keys: public id, file, whether a passphrase protects it")
    shown.add_argument("--words", action="store_true", help="write the active key's 24 secret recovery words as well")
    _passphrase(shown)

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
    command.set_defaults(run=run)
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


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="write JSON Lines: one object as soon as it is known")


# Commands are loaded when they run: numpy and the rest take longer than all of the above.


def _protect(given: argparse.Namespace) -> int:
    from app.commands.protect import run

    return run(given)


def _check(given: argparse.Namespace) -> int:
    from app.commands.check import run

    return run(given)


def _catalog_list(given: argparse.Namespace) -> int:
    from app.commands.catalog import listing

    return listing(given)


def _catalog_show(given: argparse.Namespace) -> int:
    from app.commands.catalog import show

    return show(given)


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
