"""What a check says of one file, in whole sentences: the verdict, whose copy it is, how certain that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.decide import in_words, verdict
from core.model import (
    AgreementType,
    Answer,
    Consent,
    Copy,
    DataMining,
    Finding,
    Kind,
    Match,
    Recipient,
    Standing,
    Terms,
    Verdict,
    Work,
)

_MONTHS = (  # not the locale's: these sentences are English wherever they are read
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NOTHING = (
    "Nothing found. This file carries no mark of your key that could be read. "
    "That does not prove that it is not yours: very short, very noisy or machine-regenerated pieces can lose the mark."
)

_FOUND_BY = {
    "informed": "It was found by comparison with the stored original.",
    "synthesised": "It was found by comparison with the stored original, to which the same was done as to this file.",
}


def day(moment: str) -> str:
    """Return the day of an ISO 8601 moment where its reader is: "3 March 2026"."""
    local = datetime.fromisoformat(moment).astimezone()
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def sentence(match: Match) -> str:
    """Return what one finding means, with its probability; only a certain one speaks without reserve."""
    finding = match.finding
    odds = f"A coincidence this strong happens {in_words(finding.probability)}."
    if finding.key_probability is not None and verdict(finding.probability) is not finding.verdict:
        odds = (
            f"A mark of your key appears by coincidence {in_words(finding.key_probability)}; "
            f"the wrong one of your copies is named {in_words(finding.probability)}."
        )
    said = [*filter(None, (likeness(match), found_by(finding))), odds]
    if finding.verdict is Verdict.CERTAIN:
        return " ".join((f"Certain: {_certain(match)}", *said, *filter(None, [match.agreed])))
    said.append("That is not enough to act on. A longer or larger piece, or a less changed one, would decide it.")
    return " ".join((f"Probable: {_probable(match)}", *said))


def found_by(finding: Finding) -> str:
    """Return by which way a mark was found, as a sentence; empty for the file alone."""
    return _FOUND_BY.get(finding.level, "")


def likeness(match: Match) -> str:
    """Return whether the file shows the work whose mark it carries, as a sentence; empty where that is not known."""
    if match.work is None or match.shows_work is None:
        return ""
    heard = match.work.kind is Kind.AUDIO
    if match.shows_work:
        return f"The {'recording sounds like' if heard else 'picture shows'} “{match.work.title}”, or a part of it."
    # Heavy noise or music over a recording can hide the work, so there the ear has the last word.
    what = "recording does not sound like" if heard else "picture shown is not"
    listen = " Listen to both." if heard else ""
    return f"But the {what} “{match.work.title}”: a mark can be lifted off one file and laid over another.{listen}"


def agreed(recipient: str, agreements: Sequence[Consent], terms: Terms | None, today: str) -> str:
    """Return what was agreed about a copy, as a sentence: the newest agreement that holds today, else why none does.

    `agreements` are those about the copy, newest first; `terms` are its work's.
    """
    by_standing: dict[Standing, Consent] = {}
    for agreement in agreements:
        by_standing.setdefault(agreement.standing(today), agreement)
    if Standing.ACTIVE in by_standing:
        held = by_standing[Standing.ACTIVE]
        until = f" until {day(held.ends)}" if held.ends else ""
        scope = f" for {held.media or held.uses}" if held.media or held.uses else ""
        what = "Licensed to" if held.type is AgreementType.LICENCE else "Consent is on file for"
        return f"{what} {recipient}{until}{scope}{_ai_use(held, terms)}."
    for standing, said in _NOT_HELD.items():
        if standing in by_standing:
            past = by_standing[standing]
            when = {Standing.EXPIRED: past.ends, Standing.REVOKED: past.revoked, Standing.UPCOMING: past.starts}
            known = f" {day(when[standing])}" if standing in when else ""
            return f"{said.format(past.type.value, recipient)}{known}{_ai_use(past, terms)}."
    return f"No consent is on file{_ai_use(None, terms)}."


def _ai_use(held: Consent | None, terms: Terms | None) -> str:
    """Return what is said of use for AI: by the agreement, else by the terms; empty where neither speaks of it."""
    if held is not None and held.ai_training is not Answer.UNSAID:
        return f"; AI use {held.ai_training.value}"
    if terms is None or terms.data_mining is DataMining.UNSPECIFIED:
        return ""
    return f"; AI use {'allowed' if terms.data_mining is DataMining.ALLOWED else 'refused'}"


_NOT_HELD = {
    Standing.REVOKED: "The {} to {} was revoked on",
    Standing.EXPIRED: "The {} to {} ended on",
    Standing.UPCOMING: "The {} to {} begins only on",
    Standing.DRAFT: "The {} to {} is a draft that nobody signed",
}


def verdict_message(
    matches: Sequence[Match],
    *,
    master: Work | None = None,
    copy: tuple[Copy, Recipient] | None = None,
    shown: Work | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Return the message of a readable file: its findings best first, or that there are none.

    `master` is the work whose original this file is, byte for byte; `copy` the catalogued copy that it is; `shown` the
    work that it shows without a mark.
    """
    said = [sentence(match) for match in matches]
    if master is not None:
        said.append(f"This file is the untouched original of “{master.title}” in your catalog, byte for byte.")
    elif copy is not None:
        made, recipient = copy
        said.append(
            f"This file is, byte for byte, the copy no. {made.serial} that was made for {recipient.name} "
            f"on {day(made.created)}."
        )
    if shown is not None:
        what = "recording is your work" if shown.kind is Kind.AUDIO else "picture shows your work"
        said.append(
            f"But the {what} “{shown.title}”, or a part of it, as a comparison with the stored original says. "
            "That alone does not tell whose copy it is."
        )
    if not matches:
        said.insert(0, "Nothing found. An original carries no mark." if master is not None else NOTHING)
    return " ".join((*said, *notes))


def _certain(match: Match) -> str:
    if match.finding.serial is None:
        return "this carries a mark of your key; which copy it is could not be read."
    if match.copy is None or match.recipient is None:
        return f"this carries the mark no. {match.finding.serial} of your key, a copy that this catalog does not know."
    if match.shows_work is False:
        return (
            f"this carries the mark of your copy no. {match.copy.serial}, sent to {match.recipient.name} "
            f"on {day(match.copy.created)}."
        )
    return f"this is your copy no. {match.copy.serial}, sent to {match.recipient.name} on {day(match.copy.created)}."


def _probable(match: Match) -> str:
    if match.finding.serial is None:
        return "this may carry a mark of your key; which copy it is could not be read."
    if match.copy is None or match.recipient is None:
        return (
            f"this may carry the mark no. {match.finding.serial} of your key, a copy that this catalog does not know."
        )
    return (
        f"this may be your copy no. {match.copy.serial}, sent to {match.recipient.name} on {day(match.copy.created)}."
    )
