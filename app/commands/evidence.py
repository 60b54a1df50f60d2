"""Which function does what the commands on rights and evidence are asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from app.commands import case, consent, log, rights

_RUNS: dict[str, Callable[[argparse.Namespace], int]] = {
    "rights.show": rights.show,
    "rights.opt_out_kit": rights.opt_out_kit,
    "case.new": case.new,
    "case.pack": case.pack,
    "case.notice": case.notice,
    "consent.paper": consent.paper,
    "consent.ledger": consent.ledger,
    "consent.due": consent.due,
    "log.show": log.show,
    "log.head": log.head,
    "log.verify": log.verify,
    "log.stamp": log.stamp,
}


def run(given: argparse.Namespace) -> int:
    """Do what is asked for and return the exit code."""
    return _RUNS[given.does](given)
