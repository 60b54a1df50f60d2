"""The arguments of the commands on rights and evidence. What they do is loaded when they run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

Make = Callable[..., argparse.ArgumentParser]
Option = Callable[[argparse.ArgumentParser], None]
_NOTICES = ("dmca", "dsa", "likeness", "licence")


def add_rights(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    records: Mapping[str, argparse._SubParsersAction[argparse.ArgumentParser]],
    group: Callable[..., argparse._SubParsersAction[argparse.ArgumentParser]],
    make: Make,
    options: tuple[Option, Option],
) -> None:
    """Add the commands rights, opt-out-kit and log, and those on the records of cases and consents.

    `options` add what many commands share: the passphrase file, and JSON. Each command says in `does` what it does.
    """
    passphrase, json = options
    shown = _made(
        make, commands, "rights", "rights.show", "show what files say on rights, and their content credentials"
    )
    shown.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="any files; folders are walked")
    json(shown)
    kit = _made(
        make,
        commands,
        "opt-out-kit",
        "rights.opt_out_kit",
        "write files and lines that reserve data mining for a website",
    )
    kit.add_argument("--out", required=True, metavar="FOLDER", help="a new folder")
    kit.add_argument("--terms", metavar="NAME", help="terms to take it from (else: all data mining prohibited)")
    kit.add_argument("--site", default="", metavar="URL", help="the page that states your rights")
    kit.add_argument("--policy", default="", metavar="URL", help="the page of your policy for data mining")
    kit.add_argument("--assistants", action="store_true", help="shut out those who fetch for AI assistants, too")
    _add_cases(records["case"], make, passphrase, json)
    _add_consents(records["consent"], make, json)
    log = group(commands, "log", "show|head|verify|stamp", "the signed log of copies, findings and packages")
    json(_made(make, log, "show", "log.show", "show its entries"))
    _made(make, log, "head", "log.head", "write its head, to be kept or published elsewhere")
    verify = _made(make, log, "verify", "log.verify", "check that nothing was changed, taken out or cut off")
    verify.add_argument("--head", action="append", default=[], metavar="HEAD", help="a head that was kept elsewhere")
    stamp = _made(make, log, "stamp", "log.stamp", "time stamp by a third party (RFC 3161): files that may be carried")
    stamp.add_argument("--request", metavar="FILE.tsq", help="write the request")
    stamp.add_argument("--answer", metavar="FILE.tsr", help="take in the answer")
    passphrase(stamp)


def _add_cases(
    case: argparse._SubParsersAction[argparse.ArgumentParser], make: Make, passphrase: Option, json: Option
) -> None:
    new = _made(make, case, "new", "case.new", "open a case: the file that was found is copied, hashed and checked")
    new.add_argument("file", metavar="FILE", help="the file that was found")
    for option, text in (
        ("title", "what it is about"),
        ("where", "where it was found: the exact address"),
        ("on", "when, with zone: 2026-11-26T18:02+01:00"),
        ("by", "who found it"),
        ("how", "how it was saved"),
        ("respondent", "the platform, company or person to write to"),
        ("contact", "how they are reached"),
        ("work", "the work (number or title) that it is taken for"),
    ):
        new.add_argument(f"--{option}", default="", metavar="TEXT", help=text)
    passphrase(new)
    json(new)
    pack = _made(make, case, "package", "case.pack", "write the evidence: folder, zip, report, a script to check it")
    pack.add_argument("case", type=int, metavar="NUMBER")
    pack.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    pack.add_argument("--add", action="append", default=[], metavar="FILE", help="a screenshot or paper to put in")
    passphrase(pack)
    json(pack)
    notice = _made(make, case, "notice", "case.notice", "write a notice as PDF and text; what is missing is flagged")
    notice.add_argument("case", type=int, metavar="NUMBER")
    notice.add_argument("kind", choices=_NOTICES, help="US takedown, EU notice, voice or likeness, licence claim")
    notice.add_argument("--set", action="append", default=[], metavar="NAME=TEXT", help="an element of the notice")
    notice.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    passphrase(notice)
    json(notice)


def _add_consents(consent: argparse._SubParsersAction[argparse.ArgumentParser], make: Make, json: Option) -> None:
    paper = _made(make, consent, "paper", "consent.paper", "write an agreement as PDF and HTML to print and sign")
    paper.add_argument("consent", nargs="?", type=int, metavar="NUMBER", help="its number (else an empty form)")
    ledger = _made(make, consent, "ledger", "consent.ledger", "write what was paid, is due and was found as PDF")
    ledger.add_argument("consent", type=int, metavar="NUMBER", help="its number")
    for command in (paper, ledger):
        command.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    due = _made(make, consent, "due", "consent.due", "show which agreements end soon")
    due.add_argument("--days", type=int, default=30, metavar="N", help="within so many days (else 30)")
    json(due)


def _made(make: Make, commands: object, name: str, does: str, text: str) -> argparse.ArgumentParser:
    command = make(commands, name, text=text)
    command.set_defaults(does=does)
    return command
