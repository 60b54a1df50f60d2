"""Collects the texts of the sources, brings the translations up to date, and says what they lack.

`python3 do.py translate` writes `resources/translations/countermark.pot` and, for each language, merges it into
`LANGUAGE.po` and compiles that to `LANGUAGE.mo`, which the window loads. Texts that left the sources leave the
translations; a changed text is guessed from the one that it resembles and marked as fuzzy until somebody has looked.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.sentences import CONTEXT
from dev.spoken import spoken
from dev.texts import ROOT, TextError, texts

FOLDER = ROOT / "resources" / "translations"
TEMPLATE = FOLDER / "countermark.pot"
PATTERNS = FOLDER / "core.json"
_PLACE = re.compile(r"\{[^{}]*\}")
_PASSING = re.compile(  # lines of the head that would change without the texts
    r'^"(Project-Id-Version|POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team'
    r"|Report-Msgid-Bugs-To).*\n",
    re.M,
)
_STILL = datetime(2026, 1, 1, tzinfo=UTC)
_HEADER = "# {title}\n# Written by `python3 do.py translate`; translations are edited by hand."


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 where every translation is complete, 1 where one lacks something, 2 where texts cannot be collected."""
    parser = argparse.ArgumentParser(prog="python3 do.py translate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only say what is missing")
    parser.add_argument("--all", action="store_true", help="list every problem, not the first ten of a language")
    parser.add_argument("--missing", metavar="LANGUAGE", help="print what a language lacks as a .po file to fill in")
    parser.add_argument("--take", metavar="FILE", type=Path, nargs="+", help="take translations over from .po files")
    options = parser.parse_args(arguments)
    try:
        template = collected()
    except TextError as error:
        print(error, file=sys.stderr)
        return 2
    if options.missing:
        print(lacking(template, load(FOLDER / f"{options.missing}.po")), end="")
        return 0
    if not options.check:
        write(template, TEMPLATE)
        PATTERNS.write_text(known_again(template), "utf-8", newline="\n")
    lacks = False
    for file in sorted(FOLDER.glob("*.po")):
        catalog = load(file)
        for other in options.take or ():
            if load(other).locale == catalog.locale:
                take(catalog, load(other))
        if not options.check:
            merge(catalog, template)
            write(catalog, file)
            compile_to(catalog, file.with_suffix(".mo"))
        found = list(problems(template, catalog))
        lacks = lacks or bool(found)
        print(f"{file.stem}: {len(list(template)) - 1} texts, {len(found)} problems")
        for line in found if options.all else found[:10]:
            print(f"  {line}")
        if len(found) > 10 and not options.all:
            print(f"  and {len(found) - 10} more: --all lists them")
    return 1 if lacks else 0


def collected(root: Path = ROOT) -> Catalog:
    """Return the texts of the sources as a template, each with the files that say it."""
    template = Catalog(
        project="Countermark",
        charset="utf-8",
        fuzzy=False,
        header_comment=_HEADER.format(title="The texts of Countermark's window."),
    )
    for text in texts(root):
        known = template.get(text.id, context=text.meaning or None)
        if known is not None and isinstance(known.id, tuple) and isinstance(text.id, tuple) and known.id != text.id:
            raise TextError(f"{text.file}: one plural too many for {text.one!r}: {known.id[1]!r} and {text.many!r}")
        where = [(text.file, 0)]
        flags = ["python-brace-format"] if _PLACE.search(text.one) else []
        template.add(text.id, locations=where, flags=flags, context=text.meaning or None)
    for pattern, files in spoken(root).items():
        flags = ["python-brace-format"] if _PLACE.search(pattern) else []
        template.add(pattern, locations=[(file, 0) for file in files], flags=flags, context=CONTEXT)
    return template


def known_again(template: Catalog) -> str:
    """Return the patterns by which the window knows what the core says, as the text of their file."""
    patterns = sorted(message.id for message in template if message.context == CONTEXT)
    return json.dumps(patterns, ensure_ascii=False, indent=0) + "\n"


def load(file: Path) -> Catalog:
    """Return a translation as it lies in a file."""
    with file.open("rb") as handle:
        return read_po(handle, locale=None if file.suffix == ".pot" else _locale(file), abort_invalid=True)


def merge(catalog: Catalog, template: Catalog) -> None:
    """Bring a translation up to the texts of the sources; what has left them goes."""
    catalog.update(template, no_fuzzy_matching=False, update_header_comment=False, keep_user_comments=True)
    catalog.obsolete.clear()


def take(catalog: Catalog, other: Catalog) -> None:
    """Take over what another file of the same language translates."""
    for message in other:
        known = catalog.get(message.id, context=message.context) if message.id else None
        if known is not None and _complete(message) and not message.fuzzy:
            known.string = message.string
            known.flags.discard("fuzzy")


def lacking(template: Catalog, catalog: Catalog) -> str:
    """Return what a translation lacks as the text of a .po file, for `--take` once it is filled in."""
    part = Catalog(locale=catalog.locale, project="Countermark", charset="utf-8", fuzzy=False)
    for message in template:
        known = catalog.get(message.id, context=message.context)
        if message.id and (known is None or known.fuzzy or not _complete(known)):
            part.add(message.id, locations=message.locations, flags=message.flags - {"fuzzy"}, context=message.context)
    return _text(part)


def write(catalog: Catalog, file: Path) -> None:
    """Write a translation without line numbers and dates, so that it changes only with its texts."""
    file.write_text(_text(catalog), "utf-8", newline="\n")


def compile_to(catalog: Catalog, file: Path) -> None:
    """Write the form that is loaded: without what is fuzzy, which is shown in English instead."""
    file.write_bytes(compiled(catalog))


def compiled(catalog: Catalog) -> bytes:
    """Return the form that is loaded."""
    catalog.creation_date = catalog.revision_date = _STILL  # the head of this form tells them
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def problems(template: Catalog, catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with a translation: a text that is missing, unsure, short of a plural or with other names."""
    for message in template:
        if not message.id:
            continue
        shown = _ids(message)[0]
        known = catalog.get(message.id, context=message.context)
        if known is None or not any(_strings(known)):
            yield f"missing: {shown!r}"
        elif known.fuzzy:
            yield f"fuzzy: {shown!r}"
        elif not _complete(known) or len(_strings(known)) != (catalog.num_plurals if message.pluralizable else 1):
            yield f"a plural form is missing: {shown!r}"
        else:
            yield from _different_names(message, known, shown)


def _different_names(message: Message, known: Message, shown: str) -> Iterator[str]:
    """Yield where a translation names other values than its text; a plural form may leave the count out."""
    wanted = set(_PLACE.findall(_ids(message)[-1]))
    for string in _strings(known):
        found = set(_PLACE.findall(string))
        spare = {"{count}"} if message.pluralizable else set()
        if found - wanted or (wanted - spare) - found or string.count("{") != len(_PLACE.findall(string)):
            yield f"other names in braces than {sorted(wanted)}: {shown!r} as {string!r}"


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def _complete(message: Message) -> bool:
    return all(_strings(message))


def _text(catalog: Catalog) -> str:
    for message in catalog:
        message.flags.discard("python-format")  # babel takes every % for one
    made = io.BytesIO()
    write_po(made, catalog, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return _PASSING.sub("", made.getvalue().decode("utf-8"))


def _locale(file: Path) -> str | None:
    name = file.stem.partition("-")[0]
    return name if len(name) == 2 else None


if __name__ == "__main__":
    sys.exit(main())
