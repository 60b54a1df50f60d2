"""What a check says of one file, in whole sentences: the verdict, whose copy it is, how certain that is."""

from __future__ import annotations

from collections.abc import Sequence

from core.days import day
from core.decide import in_words, verdict
from core.model import (
    AgreementType,
    Answer,
    Consent,
    Copy,
    DataMining,
    Finding,
    Kind,
    Likeness,
    Match,
    Recipient,
    Similar,
    Standing,
    Terms,
    Verdict,
    Work,
)

NOTHING = (
    "Nothing found. This file carries no mark of your key that could be read. "
    "That does not prove that it is not yours: very short, very noisy or machine-regenerated pieces can lose the mark."
)

UNKNOWN = "Who got it, when, and of which work it is a copy stands in the catalog that made it."

_FOUND_BY = {
    "informed": "It was found by comparison with the stored original.",
    "synthesised": "It was found by comparison with the stored original, to which the same was done as to this file.",
}


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
    """Return what was agreed about a copy, in a sentence or two: the newest agreement that holds, else why none.

    `agreements` are those about the copy, newest first; `terms` are its work's.
    """
    by_standing: dict[Standing, Consent] = {}
    for agreement in agreements:
        by_standing.setdefault(agreement.standing(today), agreement)
    if Standing.ACTIVE in by_standing:
        held = by_standing[Standing.ACTIVE]
        scope = held.media or held.uses
        said = _HELD[held.type, bool(held.ends), bool(scope)]
        known = said.format(recipient=recipient, day=day(held.ends) if held.ends else "", scope=scope)
        return f"{known}{_ai_use(held, terms)}"
    for standing, kinds in _NOT_HELD.items():
        if standing in by_standing:
            past = by_standing[standing]
            when = {Standing.EXPIRED: past.ends, Standing.REVOKED: past.revoked, Standing.UPCOMING: past.starts}
            on = day(when[standing]) if standing in when else ""
            return f"{kinds[past.type].format(recipient=recipient, day=on)}{_ai_use(past, terms)}"
    return f"{_NONE_ON_FILE}{_ai_use(None, terms)}"


def _ai_use(held: Consent | None, terms: Terms | None) -> str:
    """Return what is said of use for AI: by the agreement, else by the terms; empty where neither speaks of it."""
    if held is not None and held.ai_training is not Answer.UNSAID:
        allowed = held.ai_training is Answer.ALLOWED
    elif terms is None or terms.data_mining is DataMining.UNSPECIFIED:
        return ""
    else:
        allowed = terms.data_mining is DataMining.ALLOWED
    return " AI use allowed." if allowed else " AI use refused."


# Whole sentences, so that the window knows them again and says them in its language.
_NONE_ON_FILE = "No consent is on file."
_HELD = {  # by what it is, and whether it ends and says for what it is
    (AgreementType.LICENCE, False, False): "Licensed to {recipient}.",
    (AgreementType.LICENCE, True, False): "Licensed to {recipient} until {day}.",
    (AgreementType.LICENCE, False, True): "Licensed to {recipient} for {scope}.",
    (AgreementType.LICENCE, True, True): "Licensed to {recipient} until {day} for {scope}.",
    (AgreementType.CONSENT, False, False): "Consent is on file for {recipient}.",
    (AgreementType.CONSENT, True, False): "Consent is on file for {recipient} until {day}.",
    (AgreementType.CONSENT, False, True): "Consent is on file for {recipient} for {scope}.",
    (AgreementType.CONSENT, True, True): "Consent is on file for {recipient} until {day} for {scope}.",
}
_NOT_HELD = {
    Standing.REVOKED: {
        AgreementType.LICENCE: "The licence to {recipient} was revoked on {day}.",
        AgreementType.CONSENT: "The consent to {recipient} was revoked on {day}.",
    },
    Standing.EXPIRED: {
        AgreementType.LICENCE: "The licence to {recipient} ended on {day}.",
        AgreementType.CONSENT: "The consent to {recipient} ended on {day}.",
    },
    Standing.UPCOMING: {
        AgreementType.LICENCE: "The licence to {recipient} begins only on {day}.",
        AgreementType.CONSENT: "The consent to {recipient} begins only on {day}.",
    },
    Standing.DRAFT: {
        AgreementType.LICENCE: "The licence to {recipient} is a draft that nobody signed.",
        AgreementType.CONSENT: "The consent to {recipient} is a draft that nobody signed.",
    },
}


def verdict_message(
    matches: Sequence[Match],
    *,
    master: Work | None = None,
    copy: tuple[Copy, Recipient] | None = None,
    similar: Sequence[Similar] = (),
    notes: Sequence[str] = (),
) -> str:
    """Return the message of a readable file: its findings best first, or that there are none.

    `master` is the work whose original this file is, byte for byte; `copy` the catalogued copy that it is; `similar`
    are the works that it resembles without their marks.
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
    said += [resemblance(one, marked=bool(matches)) for one in similar]
    if not matches:
        said.insert(0, "Nothing found. An original carries no mark." if master is not None else NOTHING)
    return " ".join((*said, *notes))


def resemblance(similar: Similar, *, marked: bool = False) -> str:
    """Return what a likeness without a mark of the work means; `marked`: the file carries other marks."""
    heard, title = similar.work.kind is Kind.AUDIO, similar.work.title
    if similar.likeness is Likeness.STRONG:
        what = "recording is your work" if heard else "picture shows your work"
        what = f"the {what} “{title}”, or a part of it, as a comparison with the stored original says"
    else:
        what = f"the {'recording' if heard else 'picture'} resembles your work “{title}”"
    look = "" if similar.likeness is Likeness.STRONG else " Listen to both." if heard else " Look at both."
    if marked:
        return f"T{what[1:]}; no mark of a copy of that work was read.{look}"
    return f"But {what}; no mark was read.{look} That alone does not tell whose copy it is."


def _certain(match: Match) -> str:
    if match.finding.serial is None:
        return "this carries a mark of your key; which copy it is could not be read."
    if match.copy is None or match.recipient is None:
        return (
            f"this carries the mark no. {match.finding.serial} of your key, a copy that this catalog does not know. "
            f"{UNKNOWN}"
        )
    if match.shows_work is False:
        return (
            f"this carries the mark of your copy no. {match.copy.serial}, sent to {match.recipient.name} "
            f"on {day(match.copy.created)}."
        )
    what = "this shows" if match.finding.times else "this is"
    return f"{what} your copy no. {match.copy.serial}, sent to {match.recipient.name} on {day(match.copy.created)}."


def _probable(match: Match) -> str:
    if match.finding.serial is None:
        return "this may carry a mark of your key; which copy it is could not be read."
    if match.copy is None or match.recipient is None:
        return (
            f"this may carry the mark no. {match.finding.serial} of your key, a copy that this catalog does not know."
        )
    what = "this may show" if match.finding.times else "this may be"
    return f"{what} your copy no. {match.copy.serial}, sent to {match.recipient.name} on {day(match.copy.created)}."
