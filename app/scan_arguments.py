"""The arguments of `countermark scan` and `countermark watch`. What they do is loaded when they run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

Option = Callable[[argparse.ArgumentParser], None]


def add_scan(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    make: Callable[..., argparse.ArgumentParser],
    options: Sequence[Option],
) -> None:
    """Add both commands. `options` add what they share with others: of checks, of copies, the passphrase, JSON."""
    scan = make(commands, "scan", text="check or protect whole folders in several processes; stopped ones go on later")
    scan.add_argument("paths", nargs="+", metavar="FOLDER|FILE", help="folders are walked with all below them")
    _add_what(scan, needed=False)
    scan.add_argument("--retry", action="store_true", help="try again what could not be read or protected before")
    watch = make(commands, "watch", text="check or protect the files that come into folders, until Ctrl-C")
    watch.add_argument("paths", nargs="+", metavar="FOLDER", help="folders to watch, with all below them")
    _add_what(watch, needed=True)
    watch.add_argument(
        "--interval",
        metavar="SECONDS",
        type=_seconds,
        default=10.0,
        help="how often to look, and how long a file must stay unchanged (else 10)",
    )
    for command in (scan, watch):
        command.add_argument("--jobs", metavar="N", type=_number, default=0, help="files at a time (else one a core)")
        command.add_argument("--journal", metavar="FILE", help="where it is written what was done (else data folder)")
        command.add_argument("--afresh", action="store_true", help="forget what was done before, begin again")
        command.add_argument("--results", metavar="FILE.jsonl", help="write the results there, one object a line")
        command.add_argument("--csv", metavar="FILE.csv", help="write the results there, as a table")
        command.add_argument("--cluster", metavar="ADDRESS", help="have a Dask cluster search: tls://HOST:PORT")
        for option in options:
            option(command)


def _add_what(command: argparse.ArgumentParser, *, needed: bool) -> None:
    what = command.add_mutually_exclusive_group(required=needed)
    what.add_argument(
        "--check", action="store_true", help="check the files" + ("" if needed else " (so without either)")
    )
    what.add_argument("--protect", action="store_true", help="make marked copies for one recipient")


def _number(text: str) -> int:
    """Return a whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    """Return a number of seconds, at least one."""
    seconds = float(text)
    if not 1.0 <= seconds <= 86400.0:
        raise ValueError(text)
    return seconds
