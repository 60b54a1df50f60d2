"""The words of a verdict: what is true of a suspect file, as people read it. Fixed words, computed numbers."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import date, joined, number, powers, seconds, shown, shown_list, tr
from core.decide import in_words, verdict
from core.model import Checked, Finding, Kind, Likeness, Match, Similar, Verdict
from core.printable import printable
from core.wording import NOTHING, sentence
from core.wording import resemblance as resemblance_in_english


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
        message = shown(checked.message) or tr("{name} could not be read.", name=printable(checked.file.name))
        return Words(tr("Could not be read."), (message,), "trouble", "trouble")
    if not checked.matches or checked.verdict is Verdict.NOTHING:
        if checked.similar:
            title = tr("A work of yours, no mark.") if _shows(checked) else tr("Similar work, no mark.")
            return Words(title, (*_unmarked(), *_rest(checked)), "", "similar")
        return Words(tr("Nothing found."), (*_nothing(checked), *_rest(checked)), "", "nothing")
    best = checked.matches[0]
    look = "certain" if checked.verdict is Verdict.CERTAIN else "probable"
    sentences = (
        agreed(best),
        _of_what(best),
        _purpose(best),
        likeness(best),
        found_by(best.finding),
        odds(best.finding),
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
    values = {"serial": copy.serial, "recipient": printable(recipient.name), "date": date(copy.created)}
    if certain and match.shows_work is False:
        return tr("Certain: this carries the mark of your copy no. {serial}, sent to {recipient} on {date}.", **values)
    if finding.times and certain:
        return tr("Certain: this shows your copy no. {serial}, sent to {recipient} on {date}.", **values)
    if finding.times:
        return tr("Probable: this may show your copy no. {serial}, sent to {recipient} on {date}.", **values)
    if certain:
        return tr("Certain: this is your copy no. {serial}, sent to {recipient} on {date}.", **values)
    return tr("Probable: this may be your copy no. {serial}, sent to {recipient} on {date}.", **values)


def agreed(match: Match) -> str:
    """Return what was agreed about the copy that was found; empty where that is not certain."""
    return shown(printable(match.agreed)) if match.finding.verdict is Verdict.CERTAIN else ""


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
    title = printable(match.work.title)
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
        return tr("It is shown at {time}, also at {others}.", time=first, others=joined(also))
    if kind in (Kind.AUDIO, Kind.VIDEO):
        filled = sum(max(0.0, end - start) for start, end in finding.where)
        part = seconds(min(filled, total)) if total > 0 else seconds(filled)
        if total > 0:
            said = tr("The mark fills {part} of {total}.", part=part, total=seconds(total))
        else:
            said = tr("The mark fills {part}.", part=part)
        if not finding.tracks:
            return said
        numbers = ", ".join(str(number) for number in finding.tracks)
        return f"{said} {tr('Sound tracks with the mark: {numbers}.', numbers=numbers)}"
    if finding.level != "blind":
        return tr("The outline shows where the work lies.")
    return tr("The mark lies inside the outline.")


def transform(finding: Finding) -> str:
    """Return what was done to the copy, as a sentence; empty where nothing is known."""
    done = printable(finding.transform).rstrip(".")
    return tr("What was done to it: {what}.", what=shown_list(done)) if done else ""


def resemblance(similar: Similar) -> str:
    """Return what a likeness to a work means, as a sentence: a hint where to look, and never an accusation."""
    heard, strong = similar.work.kind is Kind.AUDIO, similar.likeness is Likeness.STRONG
    if strong and heard:
        return tr("The recording is this work, or a part of it, as a comparison with the stored original says.")
    if strong:
        return tr("The picture shows this work, or a part of it, as a comparison with the stored original says.")
    if heard:
        return tr("The recording resembles this work. Listen to both.")
    return tr("The picture resembles this work. Look at both.")


def removed(checked: Checked) -> str:
    """Return which rights statements of its copy a file lacks, as sentences; empty where it lacks none."""
    if not checked.removed:
        return ""
    return tr(
        "The copy went out with rights statements that this file lacks: {statements}. Programs strip them by accident, "
        "too; removing them on purpose can be unlawful (in the USA 17 USC 1202).",
        statements=joined(shown(label) for label in checked.removed),
    )


def statements(checked: Checked) -> list[tuple[str, str]]:
    """Return what a file itself says on rights, each with its name."""
    return [(shown(printable(name)), printable(text)) for name, text in checked.says.said()]


def text(checked: Checked) -> str:
    """Return all that is known of a file as plain text, to be sent along."""
    said = words(checked)
    lines = [printable(str(checked.file)), said.title, *said.sentences]
    for place, match in enumerate(checked.matches):
        if place:
            lines += ["", headline(match), *filter(None, (agreed(match), odds(match.finding)))]
        finding = match.finding
        lines += filter(None, (coverage(finding, checked.kind, 0.0), transform(finding)))
        lines += [f"{name}: {value}" for name, value in details(finding)]
    for one in checked.similar:
        lines += ["", f"“{printable(one.work.title)}”: {resemblance(one)}"]
    rights = [*filter(None, (removed(checked), shown(printable(checked.credentials))))]
    rights += [f"{name}: {value}" for name, value in statements(checked)]
    return "\n".join((*lines, *(["", *rights] if rights else [])))


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
            if match.finding.verdict is not Verdict.CERTAIN:
                return ""
            return tr(
                "It comes from one of your copies, and nothing says from which: that accuses nobody. Comparing it with "
                "the work that it shows may tell."
            )
        return tr("Who got it, when, and of which work it is a copy stands in the catalog that made it.")
    if match.shows_work is False:
        return tr("That was a copy of “{title}”.", title=printable(match.work.title))
    return tr("It is a copy of “{title}”.", title=printable(match.work.title))


def _purpose(match: Match) -> str:
    if match.copy is None or not match.copy.purpose:
        return ""
    return tr("What it was made for: {purpose}.", purpose=printable(match.copy.purpose).rstrip("."))


def _shows(checked: Checked) -> bool:
    return any(one.likeness is Likeness.STRONG for one in checked.similar)


def _unmarked() -> tuple[str, ...]:
    return (
        tr("This file carries no mark of your key that could be read."),
        tr("What it resembles is told below. That alone does not tell whose copy it is, and accuses nobody."),
    )


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
    from core.labelling import in_words as lost_statements

    known = [sentence(match) for match in checked.matches]
    known += [resemblance_in_english(one, marked=bool(checked.matches)) for one in checked.similar]
    rest = checked.message
    for said in (*known, lost_statements(checked.removed), NOTHING, "Nothing found."):
        rest = rest.replace(printable(said), "") if said else rest
    rest = " ".join(rest.split())
    return (shown(rest),) if rest else ()
