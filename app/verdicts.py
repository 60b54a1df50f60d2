"""The words of a verdict: what is true of a suspect file, as people read it. Fixed words, computed numbers."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import date, number, powers, seconds, tr
from core.decide import in_words, verdict
from core.model import Checked, Finding, Kind, Match, Verdict
from core.wording import NOTHING, sentence


@dataclass(frozen=True, slots=True)
class Words:
    """A verdict in words: the big line, the sentences below it, and how it looks."""

    title: str
    sentences: tuple[str, ...]
    look: str  # "certain", "probable", "trouble" or "" for plain ink
    icon: str


def words(checked: Checked) -> Words:
    """Return the words for one examined file."""
    if checked.verdict is Verdict.UNREADABLE:
        message = checked.message or tr("{name} could not be read.", name=checked.file.name)
        return Words(tr("Could not be read."), (message,), "trouble", "trouble")
    if not checked.matches or checked.verdict is Verdict.NOTHING:
        return Words(tr("Nothing found."), (*_nothing(checked), *_rest(checked)), "", "nothing")
    best = checked.matches[0]
    look = "certain" if checked.verdict is Verdict.CERTAIN else "probable"
    sentences = (_of_what(best), odds(best.finding), _advice(best.finding), *_rest(checked))
    return Words(headline(best), tuple(sentence for sentence in sentences if sentence), look, look)


def headline(match: Match) -> str:
    """Return the one sentence that says whose copy it is and to whom it was sent; only a certain one has no reserve."""
    finding, copy, recipient = match.finding, match.copy, match.recipient
    certain = finding.verdict is Verdict.CERTAIN
    if finding.serial is None:
        if certain:
            return tr("Certain: this carries a mark of your key; which copy it is could not be read.")
        return tr("Probable: this may carry a mark of your key; which copy it is could not be read.")
    if copy is None or recipient is None:
        if certain:
            return tr(
                "Certain: this carries the mark no. {serial} of your key, a copy that this catalog does not know.",
                serial=finding.serial,
            )
        return tr(
            "Probable: this may carry the mark no. {serial} of your key, a copy that this catalog does not know.",
            serial=finding.serial,
        )
    values = {"serial": copy.serial, "recipient": recipient.name, "date": date(copy.created)}
    if certain:
        return tr("Certain: this is your copy no. {serial}, sent to {recipient} on {date}.", **values)
    return tr("Probable: this may be your copy no. {serial}, sent to {recipient} on {date}.", **values)


def odds(finding: Finding) -> str:
    """Return how seldom coincidence does as much, as a sentence."""
    chance = powers(in_words(finding.probability))
    if finding.key_probability is not None and verdict(finding.probability) is not finding.verdict:
        return tr(
            "A mark of your key appears by coincidence {owned}; the wrong one of your copies is named {chance}.",
            owned=powers(in_words(finding.key_probability)),
            chance=chance,
        )
    return tr("A coincidence this strong happens {chance}.", chance=chance)


def coverage(finding: Finding, kind: Kind | None, total: float) -> str:
    """Return where in the file the mark lies: how much of a recording, or that the outline shows the part.

    `total` is the recording's length in seconds, or 0 where it is not known.
    """
    if not finding.where:
        return ""
    if kind is Kind.AUDIO:
        filled = sum(max(0.0, end - start) for start, end in finding.where)
        if total > 0:
            return tr("The mark fills {part} of {total}.", part=seconds(min(filled, total)), total=seconds(total))
        return tr("The mark fills {part}.", part=seconds(filled))
    return tr("The mark lies inside the outline.")


def transform(finding: Finding) -> str:
    """Return what was done to the copy, as a sentence; empty where nothing is known."""
    return tr("What was done to it: {what}.", what=finding.transform.rstrip(".")) if finding.transform else ""


def details(finding: Finding) -> list[tuple[str, str]]:
    """Return the numbers behind a verdict, for those who want to compute it again."""
    facts = [
        (tr("Score t"), number(finding.score, 2)),
        (tr("Serials asked, N"), number(finding.candidates)),
        (tr("Alignments tried, H"), number(finding.hypotheses)),
        (tr("Probability"), f"{finding.probability:.2e}"),
        (tr("Formula"), "p ≤ N · H · min(3.179 Q(t), exp(−t²/2))"),
        (tr("Method"), {"blind": tr("blind: without the original")}.get(finding.level, finding.level)),
    ]
    if finding.key_probability is not None:
        facts.append((tr("Any mark of this key"), powers(in_words(finding.key_probability))))
    return facts


def what_can_be_found(kind: Kind | None) -> str:
    """Return in plain words what this version finds and what it does not."""
    if kind is Kind.AUDIO:
        return tr(
            "Found: copies that were saved in another format, made louder or softer, or cut to a piece of some ten "
            "seconds or more. Not found yet: recordings that play faster or slower than the copy."
        )
    return tr(
        "Found: copies that were saved again, made smaller with their proportions kept, shifted, cropped, or turned "
        "upside down. Not found yet: pictures that were rotated, mirrored or stretched."
    )


def _of_what(match: Match) -> str:
    return "" if match.work is None else tr("It is a copy of “{title}”.", title=match.work.title)


def _advice(finding: Finding) -> str:
    if finding.verdict is Verdict.CERTAIN:
        return ""
    return tr("That is not enough to act on. A longer or larger piece, or a less changed one, would decide it.")


def _nothing(checked: Checked) -> tuple[str, ...]:
    if "byte for byte" in checked.message:  # an original of the catalog, or a copy: the rest says which
        return ()
    return (
        tr("This file carries no mark of your key that could be read."),
        tr(
            "That does not prove that it is not yours: very short, very noisy or machine-regenerated pieces can lose "
            "the mark."
        ),
    )


def _rest(checked: Checked) -> tuple[str, ...]:
    """Return what else the check has to say of the file, beside its findings."""
    known = [sentence(match) for match in checked.matches]
    rest = checked.message
    for said in (*known, NOTHING):
        rest = rest.replace(said, "")
    rest = rest.replace("Nothing found.", "").strip()
    return (rest,) if rest else ()
