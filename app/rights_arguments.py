"""The arguments of the commands on rights and evidence. What they do is loaded when they run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

Make = Callable[..., argparse.ArgumentParser]
Late = Callable[[str, str], Callable[[argparse.Namespace], int]]
Option = Callable[[argparse.ArgumentParser], None]
_NOTICES = ("dmca", "dsa", "likeness", "licence")


def add_rights(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    records: Mapping[str, argparse._SubParsersAction[argparse.ArgumentParser]],
    make: Make,
    group: Callable[..., argparse._SubParsersAction[argparse.ArgumentParser]],
    late: Late,
    options: tuple[Option, Option],
) -> None:
    """Add the commands rights, opt-out-kit and log, and those on the records of cases and consents.

    `options` add what many commands share: the passphrase file, and JSON.
    """
    passphrase, json = options
    shown = make(
        commands, "rights", late("rights", "show"), "show what files say on rights, and their content credentials"
    )
    shown.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="any files; folders are walked")
    json(shown)
    kit = make(
        commands,
        "opt-out-kit",
        late("rights", "opt_out_kit"),
        "write files and lines that reserve data mining for a website",
    )
    kit.add_argument("--out", required=True, metavar="FOLDER", help="a new folder")
    kit.add_argument("--terms", metavar="NAME", help="terms to take it from (else: all data mining prohibited)")
    kit.add_argument("--site", default="", metavar="URL", help="the page that states your rights")
    kit.add_argument("--policy", default="", metavar="URL", help="the page of your policy for data mining")
    kit.add_argument("--assistants", action="store_true", help="shut out those who fetch for AI assistants, too")
    _add_cases(records["case"], make, late, passphrase, json)
    _add_consents(records["consent"], make, late, json)
    log = group(commands, "log", "show|head|verify|stamp", "the signed log of copies, findings and packages")
    json(make(log, "show", late("log", "show"), "show its entries"))
    make(log, "head", late("log", "head"), "write its head, to be kept or published elsewhere")
    verify = make(log, "verify", late("log", "verify"), "check that nothing was changed, taken out or cut off")
    verify.add_argument("--head", action="append", default=[], metavar="HEAD", help="a head that was kept elsewhere")
    stamp = make(
        log, "stamp", late("log", "stamp"), "time stamp by a third party (RFC 3161): files that may be carried"
    )
    stamp.add_argument("--request", metavar="FILE.tsq", help="write the request")
    stamp.add_argument("--answer", metavar="FILE.tsr", help="take in the answer")
    passphrase(stamp)


def _add_cases(
    case: argparse._SubParsersAction[argparse.ArgumentParser], make: Make, late: Late, passphrase: Option, json: Option
) -> None:
    new = make(case, "new", late("case", "new"), "open a case: the file that was found is copied, hashed and checked")
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
    pack = make(case, "package", late("case", "pack"), "write the evidence: folder, zip, report, a script to check it")
    pack.add_argument("case", type=int, metavar="NUMBER")
    pack.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    pack.add_argument("--add", action="append", default=[], metavar="FILE", help="a screenshot or paper to put in")
    passphrase(pack)
    json(pack)
    notice = make(case, "notice", late("case", "notice"), "write a notice as PDF and text; what is missing is flagged")
    notice.add_argument("case", type=int, metavar="NUMBER")
    notice.add_argument("kind", choices=_NOTICES, help="US takedown, EU notice, voice or likeness, licence claim")
    notice.add_argument("--set", action="append", default=[], metavar="NAME=TEXT", help="an element of the notice")
    notice.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    passphrase(notice)
    json(notice)


def _add_consents(
    consent: argparse._SubParsersAction[argparse.ArgumentParser], make: Make, late: Late, json: Option
) -> None:
    paper = make(consent, "paper", late("consent", "paper"), "write an agreement as PDF and HTML to print and sign")
    paper.add_argument("consent", nargs="?", type=int, metavar="NUMBER", help="its number (else an empty form)")
    ledger = make(consent, "ledger", late("consent", "ledger"), "write what was paid, is due and was found as PDF")
    ledger.add_argument("consent", type=int, metavar="NUMBER", help="its number")
    for command in (paper, ledger):
        command.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    due = make(consent, "due", late("consent", "due"), "show which agreements end soon")
    due.add_argument("--days", type=int, default=30, metavar="N", help="within so many days (else 30)")
    json(due)
