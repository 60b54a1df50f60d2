"""The commands on rights and evidence: their arguments. What they do is loaded when they run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

_MINING = (
    *("unsaid", "allowed", "no-training", "no-generative-training", "search-only", "prohibited"),
    "see-constraint",
)  # as app.commands.rights.CHOICES, which would load numpy
_NOTICES = ("dmca", "dsa", "likeness", "licence")


def add(
    commands: Any,
    command: Callable[..., argparse.ArgumentParser],
    group: Callable[..., Any],
    passphrase: Callable[[argparse.ArgumentParser], None],
    json: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Add the commands to a parser, with the makers of commands, groups and shared options that it gives."""
    shown = command(commands, "rights", _rights, "show what files say on rights, and their content credentials")
    shown.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="any files; folders are walked")
    json(shown)
    _add_terms(commands, command, group, json)
    kit = command(commands, "opt-out-kit", _kit, "write files and lines that reserve data mining for a website")
    kit.add_argument("--out", required=True, metavar="FOLDER", help="a new folder")
    kit.add_argument("--terms", metavar="NAME", help="terms to take it from (else: all data mining prohibited)")
    kit.add_argument("--site", default="", metavar="URL", help="the page that states your rights")
    kit.add_argument("--policy", default="", metavar="URL", help="the page of your policy for data mining")
    kit.add_argument("--assistants", action="store_true", help="shut out those who fetch for AI assistants, too")
    _add_cases(commands, command, group, passphrase, json)
    _add_log(commands, command, group, passphrase, json)
    consent = group(commands, "consent", "paper|ledger|due", "print what was agreed, and see what ends soon")
    paper = command(consent, "paper", _consent_paper, "write an agreement as PDF and HTML to print and sign")
    paper.add_argument("consent", nargs="?", type=int, metavar="NUMBER", help="its number (else an empty form)")
    paper.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    ledger = command(consent, "ledger", _consent_ledger, "write what was paid, is due and was found as PDF")
    ledger.add_argument("consent", type=int, metavar="NUMBER", help="the agreement's number")
    ledger.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    due = command(consent, "due", _consent_due, "show which agreements end soon")
    due.add_argument("--days", type=int, default=30, metavar="N", help="within so many days (else 30)")
    json(due)


def _add_terms(commands: Any, command: Callable[..., argparse.ArgumentParser], group: Any, json: Any) -> None:
    terms = group(commands, "terms", "new|list", "what copies say on rights")
    new = command(terms, "new", _terms_new, "add terms; {year} and {creator} in texts are filled in")
    new.add_argument("name", metavar="NAME", help="the name by which they are chosen")
    new.add_argument("--mining", choices=_MINING, default="search-only", help="data mining and AI (else search-only)")
    for option, text in (
        ("rights", 'copyright notice, such as "© {year} {creator}"'),
        ("usage", "usage terms in words"),
        ("constraints", "on what terms data mining is allowed, for see-constraint"),
        ("licence", "name or address of the licence"),
        ("web-statement", "address of the page that states the rights"),
        ("policy", "address of the policy for data mining"),
        ("licensor", "who licenses"),
        ("licensor-url", "their page"),
        ("licensor-email", "their e-mail"),
        ("credit", "credit line"),
        ("origin", "IPTC digital source type: digitalCapture, digitalCreation, humanEdits ..."),
    ):
        new.add_argument(f"--{option}", default="", metavar="TEXT", help=text)
    json(command(terms, "list", _terms_list, "list the terms"))


def _add_cases(
    commands: Any, command: Callable[..., argparse.ArgumentParser], group: Any, passphrase: Any, json: Any
) -> None:
    case = group(commands, "case", "new|list|show|package|notice", "act on a found file: evidence and notices")
    new = command(case, "new", _case_new, "open a case: the file is copied, hashed and checked")
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
    json(command(case, "list", _case_list, "list the cases, newest first"))
    show = command(case, "show", _case_show, "show one case with its checks and papers")
    show.add_argument("case", type=int, metavar="NUMBER")
    json(show)
    pack = command(case, "package", _case_package, "write the evidence package: folder, zip, report, recheck.py")
    pack.add_argument("case", type=int, metavar="NUMBER")
    pack.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    pack.add_argument("--add", action="append", default=[], metavar="FILE", help="a screenshot or paper to put in")
    passphrase(pack)
    json(pack)
    notice = command(case, "notice", _case_notice, "write a notice as PDF and text; what is missing is flagged")
    notice.add_argument("case", type=int, metavar="NUMBER")
    notice.add_argument("kind", choices=_NOTICES, help="US takedown, EU notice, voice or likeness, licence claim")
    notice.add_argument("--set", action="append", default=[], metavar="NAME=TEXT", help="an element of the notice")
    notice.add_argument("--out", metavar="FOLDER", help="where to save (else here)")
    passphrase(notice)
    json(notice)


def _add_log(
    commands: Any, command: Callable[..., argparse.ArgumentParser], group: Any, passphrase: Any, json: Any
) -> None:
    log = group(commands, "log", "show|head|verify|stamp", "the signed log of copies, findings and packages")
    json(command(log, "show", _log_show, "show its entries"))
    command(log, "head", _log_head, "write its head, to be kept or published elsewhere")
    verify = command(log, "verify", _log_verify, "check that nothing was changed, taken out or cut off")
    verify.add_argument("--head", action="append", default=[], metavar="HEAD", help="a head that was kept elsewhere")
    stamp = command(log, "stamp", _log_stamp, "time stamp by a third party (RFC 3161): files that may be carried")
    stamp.add_argument("--request", metavar="FILE.tsq", help="write the request")
    stamp.add_argument("--answer", metavar="FILE.tsr", help="take in the answer")
    passphrase(stamp)


def _rights(given: argparse.Namespace) -> int:
    from app.commands.rights import show

    return show(given)


def _terms_new(given: argparse.Namespace) -> int:
    from app.commands.rights import new_terms

    return new_terms(given)


def _terms_list(given: argparse.Namespace) -> int:
    from app.commands.rights import list_terms

    return list_terms(given)


def _kit(given: argparse.Namespace) -> int:
    from app.commands.rights import opt_out_kit

    return opt_out_kit(given)


def _case_new(given: argparse.Namespace) -> int:
    from app.commands.case import new

    return new(given)


def _case_list(given: argparse.Namespace) -> int:
    from app.commands.case import listing

    return listing(given)


def _case_show(given: argparse.Namespace) -> int:
    from app.commands.case import show

    return show(given)


def _case_package(given: argparse.Namespace) -> int:
    from app.commands.case import pack

    return pack(given)


def _case_notice(given: argparse.Namespace) -> int:
    from app.commands.case import notice

    return notice(given)


def _log_show(given: argparse.Namespace) -> int:
    from app.commands.log import show

    return show(given)


def _log_head(given: argparse.Namespace) -> int:
    from app.commands.log import head

    return head(given)


def _log_verify(given: argparse.Namespace) -> int:
    from app.commands.log import verify

    return verify(given)


def _log_stamp(given: argparse.Namespace) -> int:
    from app.commands.log import stamp

    return stamp(given)


def _consent_paper(given: argparse.Namespace) -> int:
    from app.commands.consent import paper

    return paper(given)


def _consent_ledger(given: argparse.Namespace) -> int:
    from app.commands.consent import ledger

    return ledger(given)


def _consent_due(given: argparse.Namespace) -> int:
    from app.commands.consent import due

    return due(given)
