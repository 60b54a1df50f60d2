"""A paper as plain data: what it says, block by block. `core.paper` makes text, HTML and PDF of it."""

from __future__ import annotations

from dataclasses import dataclass, field

MISSING = "[missing]"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `strong` makes it stand out: what must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences; `ticks` draws an empty box before each."""

    items: tuple[str, ...]
    ticks: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows of label and value. An empty value is shown as a line to be filled in by hand where `form` is set."""

    rows: tuple[tuple[str, str], ...]
    form: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG picture, as wide as the page at most, with the sentence below it."""

    png: bytes = field(repr=False)
    caption: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, one for each of these."""

    who: tuple[str, ...]


Block = Heading | Text | Points | Facts | Grid | Picture | Signatures


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: its title, a line below it, its blocks, and what stands at the foot of each page.

    `missing` names what the paper needs and does not have: it is not fit to be sent before that is filled in.
    """

    title: str
    below: str
    blocks: tuple[Block, ...]
    foot: str
    missing: tuple[str, ...] = ()
