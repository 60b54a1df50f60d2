"""Recovery words: 24 English words that are a key, and the sheet on which they are kept (BIP-39)."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from core.errors import KeyFileError

WORDS = 24
_UNIQUE = 4  # letters that tell every word of the list from every other
_RETYPED = 3  # words that their writer is asked for again
_COLUMNS = 4

INSTRUCTIONS = (
    "These 24 words, in this order, are the key itself. Whoever has them can mark files in your name and find your "
    "marks.",
    "Print this sheet or copy it by hand, twice, and keep both apart, where you keep passports. Then delete the file. "
    "Do not photograph it, send it or store it online.",
    "They are needed when the computer or the passphrase is lost: install Countermark, choose “Restore a key” (or run "
    "“countermark key restore”) and type the words. The program must then show the key id above.",
    "Without the key no mark of yours can be found again, by anybody. The words hold no catalog: back that up as well.",
)


def words_of(secret: bytes) -> tuple[str, ...]:
    """Return the 24 words of 32 secret bytes."""
    from mnemonic import Mnemonic

    return tuple(Mnemonic("english").to_mnemonic(secret).split())


def secret_of(words: str | Iterable[str]) -> bytes:
    """Return the 32 bytes that 24 words stand for, in any case and spacing; the first four letters of each do.

    KeyFileError names a wrong count, the places of words that are not in the list (never the words), or says that the
    check sum is wrong.
    """
    from mnemonic import Mnemonic

    given = _given(words)
    if len(given) != WORDS:
        raise KeyFileError(f"A key has {WORDS} recovery words; {len(given)} were given.", "Enter all words in order.")
    full = [_by_beginning().get(word[:_UNIQUE].ljust(_UNIQUE)) for word in given]
    wrong = [
        place
        for place, (word, known) in enumerate(zip(given, full, strict=True), 1)
        if known is None or not known.startswith(word)
    ]
    if wrong:
        places = ", ".join(map(str, wrong))
        what = f"Word {places} is not a recovery word." if len(wrong) == 1 else f"Words {places} are no recovery words."
        raise KeyFileError(what, "Compare with the recovery sheet; the first four letters of a word do.")
    whole = " ".join(word for word in full if word is not None)
    book = Mnemonic("english")
    if not book.check(whole):
        raise KeyFileError(
            "These recovery words do not belong together: their check sum is wrong.",
            "All of them are in the list, so one is another word than on the sheet, or two are exchanged.",
        )
    return bytes(book.to_entropy(whole))


def _given(words: str | Iterable[str]) -> list[str]:
    """Return the words that were typed, without the numbers and points of a sheet that was copied whole."""
    text = words if isinstance(words, str) else " ".join(words)
    return [word for word in text.lower().replace(",", " ").split() if not word.rstrip(".):").isdecimal()]


@cache
def _by_beginning() -> dict[str, str]:
    """Return each word of the list by its first four letters, which no two share."""
    from mnemonic import Mnemonic

    return {word[:_UNIQUE].ljust(_UNIQUE): word for word in Mnemonic("english").wordlist}


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What a recovery sheet holds, for printing. Its text forms in logs and tracebacks leave the words out.

    `retype` are the places (1 to 24) of the words that its owner is asked to type again, as a proof that they are
    written down.
    """

    key: str
    creator: str
    label: str
    made: str  # ISO 8601 day
    words: tuple[str, ...] = field(repr=False)
    retype: tuple[int, ...] = ()
    instructions: tuple[str, ...] = INSTRUCTIONS

    def grid(self, columns: int = _COLUMNS) -> list[list[tuple[int, str]]]:
        """Return the numbered words in rows, to be read line by line."""
        numbered = list(enumerate(self.words, 1))
        return [numbered[start : start + columns] for start in range(0, len(numbered), columns)]

    def facts(self) -> list[tuple[str, str]]:
        """Return what the sheet says above the words: names and values, the empty ones left out."""
        known = (("Creator", self.creator), ("Key", self.label), ("Key id", self.key), ("Date", self.made))
        return [(name, value) for name, value in known if value]

    def wrong(self, typed: Mapping[int, str]) -> tuple[int, ...]:
        """Return which of the places to be retyped were not typed as they are on the sheet."""
        return tuple(place for place in self.retype if typed.get(place, "").strip().lower() != self.words[place - 1])

    def text(self) -> str:
        """Return the sheet as plain text that prints on one page."""
        lines = ["COUNTERMARK RECOVERY SHEET", "", *(f"{name + ':':9} {value}" for name, value in self.facts()), ""]
        lines += ["".join(f"{place:4d} {word:<10}" for place, word in row).rstrip() for row in self.grid()]
        lines += ["", *(line for said in self.instructions for line in (*_wrapped(said), ""))]
        return "\n".join(lines).rstrip() + "\n"

    def html(self) -> str:
        """Return the sheet as one page of HTML, of the few tags that Qt's text documents draw too."""
        facts = "".join(
            f"<tr><td>{name}&nbsp;&nbsp;</td><td>{html.escape(value)}</td></tr>" for name, value in self.facts()
        )
        rows = "".join(
            "<tr>" + "".join(f'<td align="right">{place}</td><td><b>{word}</b></td>' for place, word in row) + "</tr>"
            for row in self.grid()
        )
        said = "".join(f"<p>{html.escape(line)}</p>" for line in self.instructions)
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Countermark recovery sheet</title>'
            "<style>body { font-family: sans-serif; font-size: 11pt; } td { padding: 4px 10px 4px 4px; }</style></head>"
            f'<body><h1>Countermark recovery sheet</h1><table>{facts}</table><table border="1" cellspacing="0">{rows}'
            f"</table>{said}</body></html>\n"
        )


def recovery_sheet(
    words: Sequence[str], *, key: str, creator: str = "", label: str = "", made: str = ""
) -> RecoverySheet:
    """Return the recovery sheet of a key: `words` are its 24 words, `key` its public id, `made` the day."""
    # Chosen by the public id, so that one sheet always asks for the same words.
    order = sorted(range(1, WORDS + 1), key=lambda place: hashlib.sha256(f"{key} {place}".encode()).digest())
    return RecoverySheet(key, creator, label, made, tuple(words), tuple(sorted(order[:_RETYPED])))


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 76)
