"""The evidence report as a paper: what was found, how sure that is, what was agreed, what it does not prove."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from core.days import long_day, long_moment
from core.decide import in_words
from core.document import Block, Facts, Grid, Heading, Paper, Picture, Points, Text
from core.model import Case, Check, Consent, Copy, Creator, Event, Finding, Kind, Match, Statements, Verdict, Work

LIMITS = (
    "It is technical evidence and no legal advice. What it is worth before a court, the court decides.",
    "The mark shows that this file comes from the named copy. It does not show who passed that copy on, nor when: a"
    " recipient's computer, mailbox or supplier may have leaked it.",
    "The mark finds copies of a recording or a picture. It says nothing about cloned voices or generated look-alikes.",
    "That a file carries no mark would not prove that it is not a copy: strong damage and regeneration remove marks.",
    "The times in the log are those of the creator's computer, unless a time stamp by a third party is enclosed.",
    "The signature proves that whoever holds the creator's key made this package. Whose key it is, is shown otherwise.",
    "What the catalog says of recipients and agreements was entered by the creator; enclose the signed papers.",
)


@dataclass(frozen=True, slots=True)
class Received:
    """A suspect file as it was received: copied and hashed before anything opened it."""

    name: str
    sha256: str
    bytes: int
    modified: str  # ISO 8601, UTC: what its file system said
    received: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class CrossTest:
    """One test against a way in which a mark could mislead: what it asks, what came out, whether it speaks for it."""

    question: str
    outcome: str
    passed: bool | None  # None: could not be done


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a report tells of one check of a case."""

    case: Case
    check: Check
    received: Received
    creator: Creator | None
    key: str
    public: str
    tests: tuple[CrossTest, ...]
    says: Statements
    removed: tuple[str, ...]
    sent: Statements  # what the copy said when it went out
    credentials: str
    agreed: str
    agreements: tuple[Consent, ...]
    registered: Event | None
    log_head: str
    figure: bytes
    caption: str
    version: str
    made: str  # ISO 8601, UTC
    stamps: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()  # sentences on works that the file resembles beside those whose marks it carries


def report(found: Evidence) -> Paper:
    """Return the report."""
    return Paper(
        title=f"Evidence report: {found.received.name}",
        below=f"Case no. {found.case.id}, “{found.case.title}”. Made on {long_moment(found.made)}.",
        blocks=tuple(_blocks(found)),
        foot=f"Made with Countermark {found.version}, {long_moment(found.made)}. Technical evidence, no legal advice."
        f" Suspect file SHA-256 {found.received.sha256}",
    )


def _blocks(found: Evidence) -> Iterator[Block]:
    match = best(found.check)
    yield Heading("1. In short")
    yield Text(_short(found, match), strong=True)
    yield from _place(found)
    if match is not None:
        yield from _registered(found, match)
    yield from _findings(found)
    yield Heading("5. Cross-tests")
    yield Text(
        "A mark can mislead: it can be lifted off one file and laid over another (copy attack), or somebody can make up"
        " an “original” in which a mark of their own seems to lie (ambiguity attack). These tests were made for this"
        " report."
    )
    yield Grid(
        ("Question", "Outcome", "Speaks for the finding"),
        tuple((one.question, one.outcome, _YES[one.passed]) for one in found.tests),
    )
    if found.figure:
        yield Heading("6. Side by side")
        yield Picture(found.figure, found.caption, "comparison.png")
    yield from _labels(found)
    yield from _agreed(found)
    yield from _custody(found)
    yield Heading("10. What this does not prove")
    yield Points(LIMITS)


_YES = {True: "yes", False: "no", None: "could not be done"}


def best(check: Check) -> Match | None:
    """Return the strongest match of a check, None where nothing was found."""
    return min(check.matches, key=lambda match: match.finding.probability) if check.matches else None


def _short(found: Evidence, match: Match | None) -> str:
    if match is None:
        return f"No mark was found in “{found.received.name}”. {found.check.message}"
    certain = match.finding.verdict is Verdict.CERTAIN
    what = "carries" if certain else "may carry"
    copy = match.copy
    whose = "a copy that the catalog does not know"
    if copy is not None and match.recipient is not None and match.work is not None:
        whose = (
            f"copy no. {copy.serial} of the work “{match.work.title}”, which was made on {long_day(copy.created)}"
            f" for {match.recipient.name}"
        )
    odds = in_words(match.finding.probability)
    lines = [
        f"The file “{found.received.name}” {what} the mark of {whose}.",
        f"Such a finding arises by coincidence {odds}.",
        {
            True: "The file shows the work itself.",
            False: "But the file does not show the work: a mark can be laid over something else.",
            None: "",
        }[match.shows_work],
        found.agreed,
    ]
    return " ".join(filter(None, lines))


def _place(found: Evidence) -> Iterator[Block]:
    case, got = found.case, found.received
    yield Heading("2. The file that was found")
    yield Facts(
        (
            ("File name", got.name),
            ("SHA-256", got.sha256),
            ("Size", f"{got.bytes:,} bytes"),
            ("Found where", case.found_where),
            ("Found on", long_moment(case.found_on)),
            ("Found by", case.found_by),
            ("Saved how", case.found_how),
            ("File date on disk", long_moment(got.modified)),
            ("Taken in on", long_moment(got.received)),
            ("Checked on", long_moment(found.check.created)),
        )
    )


def _registered(found: Evidence, match: Match) -> Iterator[Block]:
    yield Heading("3. The registered original and the copy")
    work, copy, entry = match.work, match.copy, found.registered
    rows = [("Creator", found.creator.name if found.creator else "not named in the catalog")]
    if work is not None:
        rows += [
            ("Work", f"“{work.title}” (no. {work.id}), {_size(work)}"),
            ("SHA-256 of the original", work.sha256),
            ("In the catalog since", long_moment(work.created)),
        ]
    if copy is not None:
        rows += [
            ("Copy", f"no. {copy.serial}, made on {long_moment(copy.created)}"),
            ("Made for", match.recipient.name if match.recipient else "not named"),
            ("SHA-256 of the copy", copy.sha256),
            ("Strength of the mark", f"{copy.strength.value}, parameters version {copy.parameters}"),
        ]
    told = "no entry: made before there was a log"
    if entry is not None:
        told = f"entry {entry.number}, {long_moment(entry.moment)}"
    rows += [("In the signed log", told), ("Key", f"{found.key} (public id; the secret is in no document)")]
    yield Facts(tuple(rows))


def _findings(found: Evidence) -> Iterator[Block]:
    yield Heading("4. What the detector says")
    if not found.check.matches:
        yield Text(found.check.message)
        return
    for said in found.alike:
        yield Text(said)
    for match in found.check.matches:
        one = match.finding
        yield Facts(
            (
                ("Verdict", one.verdict.value),
                ("Mark", "of the key; which copy could not be read" if one.serial is None else f"no. {one.serial}"),
                ("False-alarm probability", f"{one.probability:.1e}: {in_words(one.probability)}"),
                ("Statistic", f"t = {one.score:.2f}"),
                ("Tried", f"N = {one.candidates:,} marks on H = {one.hypotheses:,} alignments and readings"),
                ("Way of reading", _LEVELS.get(one.level, one.level)),
                ("Where", _where(one, found.check.kind)),
                ("Done to the copy", one.transform or "nothing that was noticed"),
                ("Detector", f"Countermark {found.version}, {_PARAMETERS(match.copy)}, key {match.key}"),
            )
        )
    yield Text(
        "What the probability means: were the file unmarked, or marked with another key, the detector would report a"
        " finding this strong at most this often, counted over everything that was tried. It is a proven upper bound:"
        " the signs of a mark are a secret random sequence, independent of any file, so the statistic of an unmarked"
        " file obeys a tail inequality for weighted sums of random signs (Bentkus and Dzindzalieta, 2015; constant"
        " 3.17866), multiplied by N and H. It does not depend on a model of pictures or sounds. The project's"
        " measurements on real unmarked files and with foreign keys are published in its page on limits."
    )
    yield Text(
        "How to read it: beyond one in a million million, mistakes of people and of programs are likelier than"
        " coincidence, so smaller numbers add nothing. It is not the probability that the recipient is innocent."
    )


_LEVELS = {
    "blind": "from the file alone",
    "informed": "by comparison with the stored signal of the original",
    "synthesised": "by comparison with the stored original, to which the same was done",
}


def _PARAMETERS(copy: Copy | None) -> str:  # noqa: N802
    return f"mark parameters version {copy.parameters}" if copy else "copy unknown to the catalog"


def _labels(found: Evidence) -> Iterator[Block]:
    yield Heading("7. Rights statements and credentials in the file")
    said = tuple(found.says.said())
    if said:
        yield Facts(said)
    else:
        yield Text("The file says nothing on rights: neither a creator, nor terms, nor a reservation.")
    if found.removed:
        sent = dict(found.sent.said())
        yield Text(
            "The copy went out with statements that this file lacks or says otherwise. In the USA these are copyright"
            " management information (17 USC 1202); whether they were removed on purpose is not shown by the file:"
            " many programs and platforms strip such data.",
            strong=True,
        )
        yield Grid(
            ("Statement", "As the copy went out", "In this file"),
            tuple((label, sent.get(label, ""), dict(said).get(label, "nothing")) for label in found.removed),
        )
    yield Text(found.credentials or "Content credentials (C2PA): none were found in the file.")


def _agreed(found: Evidence) -> Iterator[Block]:
    yield Heading("8. What was agreed")
    yield Text(found.agreed or "No consent or licence that covers this copy is on file.")
    if found.agreements:
        yield Grid(
            ("Agreement", "Granted to", "Uses", "From, until", "Signed"),
            tuple(
                (
                    f"{one.title} (version {one.version})",
                    one.granted_to,
                    one.uses,
                    f"{long_day(one.starts or one.signed)} – {long_day(one.ends) or 'open'}",
                    long_day(one.signed) or "not signed",
                )
                for one in found.agreements
            ),
        )


def _custody(found: Evidence) -> Iterator[Block]:
    yield Heading("9. Custody, log and signature")
    yield Points(
        (
            f"{long_moment(found.received.received)}: the file was copied and hashed before anything opened it; every"
            " step since was made on that copy, which lies unchanged in this package.",
            f"{long_moment(found.check.created)}: it was checked (check no. {found.check.id} of the catalog).",
            f"{long_moment(found.made)}: this package was made. The signed log lies in it as log.jsonl, with the"
            f" entries that concern this case in full and of the others their hashes; its head is {found.log_head}.",
            *found.stamps,
        )
    )
    yield Facts((("Signed by the key", found.key), ("Public key (Ed25519)", found.public)))
    yield Text(
        "To check the package without Countermark: python3 recheck.py in its folder. It compares every file with the"
        " signed manifest and follows the log from its first entry to its last."
    )


def _where(one: Finding, kind: Kind | None) -> str:
    if not one.where:
        return "in the whole file"
    if kind is Kind.AUDIO or (kind is Kind.VIDEO and not one.times):
        numbers = " and ".join(str(number) for number in one.tracks)
        tracks = "sound tracks" if len(one.tracks) > 1 else "sound track"
        told = f"{tracks} {numbers}: " if one.tracks else "sound track: " if kind is Kind.VIDEO else ""
        return told + "; ".join(f"{start:.1f} s to {end:.1f} s" for start, end in one.where[:8])
    shown = "".join(f"picture at {start:.1f} s; " for start, _ in one.times[:8])
    return f"{shown}corners at " + ", ".join(f"({x:.0f}, {y:.0f})" for x, y in one.where)


def _size(work: Work) -> str:
    if work.kind is Kind.IMAGE:
        return f"picture of {work.width} x {work.height} pixels"
    return f"recording of {work.seconds:.1f} s, {work.rate} Hz, {work.channels} channel{'s' * (work.channels != 1)}"


def facts_of(found: Evidence) -> dict[str, object]:
    """Return what the manifest tells programs about the case."""
    match = best(found.check)
    one = None if match is None else match.finding
    return {
        "case": found.case.id,
        "suspect": {"name": found.received.name, "sha256": found.received.sha256, "bytes": found.received.bytes},
        "verdict": found.check.verdict.value,
        "serial": None if one is None else one.serial,
        "probability": None if one is None else one.probability,
        "candidates": None if one is None else one.candidates,
        "hypotheses": None if one is None else one.hypotheses,
        "original": None if match is None or match.work is None else match.work.sha256,
        "copy": None if match is None or match.copy is None else match.copy.sha256,
        "registered": None if found.registered is None else json.loads(found.registered.facts),
        "version": found.version,
    }
