"""The words of a verdict: what is true of a suspect file, as people read it. Fixed words, computed numbers."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import date, number, powers, seconds, shown, shown_list, tr
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
        message = shown(checked.message) or tr("{name} could not be read.", name=checked.file.name)
        return Words(tr("Could not be read."), (message,), "trouble", "trouble")
    if not checked.matches or checked.verdict is Verdict.NOTHING:
        return Words(tr("Nothing found."), (*_nothing(checked), *_rest(checked)), "", "nothing")
    best = checked.matches[0]
    look = "certain" if checked.verdict is Verdict.CERTAIN else "probable"
    sentences = (
        _of_what(best),
        likeness(best),
        found_by(best.finding),
        odds(best.finding),
        shown(best.agreed) if best.finding.verdict is Verdict.CERTAIN else "",
        _advice(best.finding),
        *_rest(checked),
    )
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
    if certain and match.shows_work is False:
        return tr("Certain: this carries the mark of your copy no. {serial}, sent to {recipient} on {date}.", **values)
    if finding.times and certain:
        return tr("Certain: this shows your copy no. {serial}, sent to {recipient} on {date}.", **values)
    if finding.times:
        return tr("Probable: this may show your copy no. {serial}, sent to {recipient} on {date}.", **values)
    if certain:
        return tr("Certain: this is your copy no. {serial}, sent to {recipient} on {date}.", **values)
    return tr("Probable: this may be your copy no. {serial}, sent to {recipient} on {date}.", **values)


def found_by(finding: Finding) -> str:
    """Return by which way a mark was found, as a sentence; empty for the file alone."""
    if finding.level == "informed":
        return tr("It was found by comparison with the stored original.")
    if finding.level == "synthesised":
        return tr("It was found by comparison with the stored original, to which the same was done as to this file.")
    return ""


def likeness(match: Match) -> str:
    """Return whether the file shows the work whose mark it carries, as a sentence; empty where that is not known."""
    if match.work is None or match.shows_work is None:
        return ""
    title = match.work.title
    if match.work.kind is Kind.AUDIO:
        if match.shows_work:
            return tr("The recording sounds like “{title}”, or a part of it.", title=title)
        return tr(
            "But the recording does not sound like “{title}”: a mark can be lifted off one file and laid over another. "
            "Listen to both.",
            title=title,
        )
    if match.shows_work:
        return tr("The picture shows “{title}”, or a part of it.", title=title)
    return tr(
        "But the picture shown is not “{title}”: a mark can be lifted off one file and laid over another.", title=title
    )


def odds(finding: Finding) -> str:
    """Return how seldom coincidence does as much, as a sentence."""
    chance = powers(shown(in_words(finding.probability)))
    if finding.key_probability is not None and verdict(finding.probability) is not finding.verdict:
        return tr(
            "A mark of your key appears by coincidence {owned}; the wrong one of your copies is named {chance}.",
            owned=powers(shown(in_words(finding.key_probability))),
            chance=chance,
        )
    return tr("A coincidence this strong happens {chance}.", chance=chance)


def coverage(finding: Finding, kind: Kind | None, total: float) -> str:
    """Return where in the file the mark lies: how much of a recording, or that the outline shows the part.

    `total` is the recording's length in seconds, or 0 where it is not known.
    """
    if not finding.where:
        return ""
    if finding.times:
        first, *also = [seconds(start) for start, _ in finding.times]
        if not also:
            return tr("It is shown at {time}.", time=first)
        return tr("It is shown at {time}, also at {others}.", time=first, others=", ".join(also))
    if kind in (Kind.AUDIO, Kind.VIDEO):
        filled = sum(max(0.0, end - start) for start, end in finding.where)
        if total > 0:
            return tr("The mark fills {part} of {total}.", part=seconds(min(filled, total)), total=seconds(total))
        return tr("The mark fills {part}.", part=seconds(filled))
    if finding.level != "blind":
        return tr("The outline shows where the work lies.")
    return tr("The mark lies inside the outline.")


def transform(finding: Finding) -> str:
    """Return what was done to the copy, as a sentence; empty where nothing is known."""
    return (
        tr("What was done to it: {what}.", what=shown_list(finding.transform.rstrip("."))) if finding.transform else ""
    )


def details(finding: Finding) -> list[tuple[str, str]]:
    """Return the numbers behind a verdict, for those who want to compute it again."""
    facts = [
        (tr("Score t"), number(finding.score, 2)),
        (tr("Serials asked, N"), number(finding.candidates)),
        (tr("Alignments tried, H"), number(finding.hypotheses)),
        (tr("Probability"), f"{finding.probability:.2e}"),
        (tr("Formula"), "p ≤ N · H · min(3.179 Q(t), exp(−t²/2))"),
        (tr("Method"), _methods().get(finding.level, finding.level)),
    ]
    if finding.key_probability is not None:
        facts.append((tr("Any mark of this key"), powers(shown(in_words(finding.key_probability)))))
    return facts


def what_can_be_found(kind: Kind | None) -> str:
    """Return in plain words what this version finds and what it does not."""
    if kind is Kind.VIDEO:
        return tr(
            "Found: copies of recordings in the sound tracks, and copies of pictures in up to 24 pictures of the film, "
            "taken where it changes most. What is shown for less than a few seconds between them is not seen."
        )
    if kind is Kind.AUDIO:
        return tr(
            "Found: copies that were saved in another format, made louder or softer, played faster, slower, higher or "
            "lower, cut to pieces of some seconds, or mixed with other sounds. Where the mark alone is too weak, the "
            "recording is compared with the originals in the catalog."
        )
    return tr(
        "Found: copies that were saved again, resized, stretched, cropped, turned, mirrored, or shown among other "
        "things. Where the mark alone is too weak, the picture is compared with the originals in the catalog."
    )


def _methods() -> dict[str, str]:
    return {
        "blind": tr("blind: without the original"),
        "informed": tr("informed: by comparison with the stored original"),
        "synthesised": tr("synthesised: by comparison with the stored original after the same damage"),
    }


def _of_what(match: Match) -> str:
    if match.work is None:
        if match.finding.serial is None:
            return ""
        return tr("Who got it, when, and of which work it is a copy stands in the catalog that made it.")
    if match.shows_work is False:
        return tr("That was a copy of “{title}”.", title=match.work.title)
    return tr("It is a copy of “{title}”.", title=match.work.title)


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
    return (shown(rest),) if rest else ()
