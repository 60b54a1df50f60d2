"""Notices to platforms and users of a work: each element that the law asks for is filled in, or flagged as missing.

The texts lie in `resources/notices`, each with the law it follows and its date. Placeholders in braces are filled;
{?optional} ones leave their paragraph out where there is nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from core.days import long_day, written
from core.document import MISSING, Block, Heading, Paper, Points, Text

_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "notices"
_PLACE = re.compile(r"\{(\??)(\w+)\}")
ELEMENTS = {  # what a placeholder stands for, as it is asked for where it is missing
    "respondent": "who is written to",
    "contact": "how they are reached",
    "date": "the date",
    "work": "the work",
    "urls": "the exact address of the material",
    "place": "what helps to find it",
    "evidence": "how it was found to be this work",
    "agreed": "what was agreed",
    "sender": "your full name",
    "address": "your address",
    "phone": "your telephone number",
    "email": "your e-mail address",
    "relation": "by what right you write",
    "signature": "your signature",
    "reason": "why the content is illegal, in your words",
    "performer": "whose voice or likeness it is",
    "consent": "whether there was any consent",
    "law": "the law that you rely on",
    "deadline": "the day by which you want an answer",
    "fee": "what you ask for",
}


class NoticeKind(StrEnum):
    """Which notice."""

    DMCA = "dmca"
    DSA = "dsa"
    LIKENESS = "likeness"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: the letter, what to know before it is sent, which elements it lacks, when to ask again.

    `as_of` is the ISO 8601 day of its template.
    """

    kind: NoticeKind
    letter: Paper
    guide: Paper
    missing: tuple[str, ...]
    follow_up: str  # ISO 8601 day
    as_of: str


@dataclass(frozen=True, slots=True)
class _Template:
    title: str
    law: str
    date: str
    follow_up: int
    guide: tuple[str, ...]
    body: str


def notice(kind: NoticeKind, elements: Mapping[str, str], *, today: date) -> Notice:
    """Return a notice of this day. `elements` are texts by the names of ELEMENTS; empty ones count as missing.

    KeyError for a name that no template knows.
    """
    template = _template(kind)
    follow_up = today + timedelta(days=template.follow_up)
    given = {"date": written(today), "deadline": written(follow_up)}
    given |= {name: text.strip() for name, text in elements.items() if text.strip()}
    given["deadline"] = long_day(given["deadline"])
    unknown = set(given) - set(ELEMENTS)
    if unknown:
        raise KeyError(min(unknown))
    needed = {name for optional, name in _PLACE.findall(template.body) if not optional}
    missing = tuple(ELEMENTS[name] for name in ELEMENTS if name in needed and name not in given)
    as_of = written(date.fromisoformat(template.date))
    letter = Paper(
        title=template.title,
        below=template.law,
        blocks=tuple(_blocks(template.body, given)),
        foot=f"Template of {as_of}, made with Countermark. Laws change; no legal advice.",
        missing=missing,
    )
    return Notice(
        kind, letter, _guide(template, missing, as_of, follow_up), missing, follow_up.isoformat(), template.date
    )


def needs(kind: NoticeKind, *, optional: bool = False) -> tuple[str, ...]:
    """Return the names of the elements that a notice needs; with `optional`, of those that it can say as well."""
    wanted = {name for can, name in _PLACE.findall(_template(kind).body) if optional or not can}
    return tuple(name for name in ELEMENTS if name in wanted)


def _guide(template: _Template, missing: tuple[str, ...], as_of: str, follow_up: date) -> Paper:
    parts: list[Block] = []
    if missing:
        parts += [Heading("What is missing"), Points(missing, ticks=True)]
    parts += [
        Heading("Know before you send it"),
        Points(template.guide),
        Heading("Afterwards"),
        Points(
            (
                "Keep what you sent, and when, with the case.",
                f"Look on {written(follow_up)} whether there was an answer.",
            ),
            ticks=True,
        ),
        Text(f"Template of {as_of}. Laws change: look whether it still holds. This is no legal advice.", strong=True),
    ]
    return Paper(f"Before you send: {template.title}", template.law, tuple(parts), "Not part of the letter.")


def _template(kind: NoticeKind) -> _Template:
    head, _, body = (_FOLDER / f"{kind.value}.txt").read_text("utf-8").partition("\n---\n")
    lines = [line.partition(": ") for line in head.splitlines()]
    single = {name: text for name, _, text in lines if name != "guide"}
    guide = tuple(text for name, _, text in lines if name == "guide")
    return _Template(single["title"], single["law"], single["date"], int(single["follow-up"]), guide, body)


def _blocks(body: str, given: Mapping[str, str]) -> list[Block]:
    found: list[Block] = []
    for part in filter(None, (part.strip("\n") for part in body.split("\n\n"))):
        lines = [line for line in part.split("\n") if _is_said(line, given)]
        if not lines:
            continue
        if lines[0].startswith("# "):
            found.append(Heading(lines[0][2:]))
        elif all(line.startswith("- ") for line in lines):
            found.append(Points(tuple(_filled(line[2:], given) for line in lines)))
        else:
            found.append(Text("\n".join(_filled(line, given) for line in lines)))
    return found


def _is_said(line: str, given: Mapping[str, str]) -> bool:
    """Return whether a line has all its optional texts."""
    return all(not optional or name in given for optional, name in _PLACE.findall(line))


def _filled(line: str, given: Mapping[str, str]) -> str:
    def text(match: re.Match[str]) -> str:
        return given.get(match[2]) or f"{MISSING} ({ELEMENTS[match[2]]})"

    return _PLACE.sub(text, line)
