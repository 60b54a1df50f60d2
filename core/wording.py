"""What a check says of one file, in whole sentences: the verdict, whose copy it is, how certain that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.decide import in_words, verdict
from core.model import Copy, Match, Recipient, Verdict, Work

_MONTHS = (  # not the locale's: these sentences are English wherever they are read
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NOTHING = (
    "Nothing found. This file carries no mark of your key that could be read. "
    "That does not prove that it is not yours: very short, very noisy or machine-regenerated pieces can lose the mark."
)


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
    if finding.verdict is Verdict.CERTAIN:
        return f"Certain: {_certain(match)} {odds}"
    return (
        f"Probable: {_probable(match)} {odds} "
        "That is not enough to act on. A longer or larger piece, or a less changed one, would decide it."
    )


def verdict_message(
    matches: Sequence[Match],
    *,
    master: Work | None = None,
    copy: tuple[Copy, Recipient] | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Return the message of a readable file: its findings best first, or that there are none.

    `master` is the work whose original this file is, byte for byte; `copy` the catalogued copy that it is.
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
    if not matches:
        said.insert(0, "Nothing found. An original carries no mark." if master is not None else NOTHING)
    return " ".join((*said, *notes))


def _certain(match: Match) -> str:
    if match.finding.serial is None:
        return "this carries a mark of your key; which copy it is could not be read."
    if match.copy is None or match.recipient is None:
        return f"this carries the mark no. {match.finding.serial} of your key, a copy that this catalog does not know."
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
