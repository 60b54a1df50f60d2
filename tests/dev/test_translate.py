"""The translations are complete, agree with the sources, and the tool that keeps them so tells what they lack."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.i18n import languages
from dev.translate import (
    FOLDER,
    PATTERNS,
    TEMPLATE,
    collected,
    compiled,
    known_again,
    lacking,
    load,
    merge,
    problems,
    take,
    write,
)

LANGUAGES = [code for code in languages() if code != "en"]


def catalog(*entries: str, language: str = "de") -> Catalog:
    return read_po(io.BytesIO("\n\n".join(entries).encode()), locale=language)


def template(*ids: str | tuple[str, str]) -> Catalog:
    made = Catalog(fuzzy=False)
    for each in ids:
        made.add(each)
    return made


def loaded(data: bytes) -> dict[object, str]:
    """Return the texts of a compiled translation, without its head, which names the version of the compiler."""
    texts = gettext.GNUTranslations(io.BytesIO(data))._catalog  # type: ignore[attr-defined]
    return {text: said for text, said in texts.items() if text}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_complete(language: str) -> None:
    """`python3 do.py translate` says what to do: it collects, merges, compiles, and lists what is missing."""
    assert not list(problems(collected(), load(FOLDER / f"{language}.po")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_loaded_is_what_is_written(language: str) -> None:
    lies = loaded((FOLDER / f"{language}.mo").read_bytes())
    assert lies == loaded(compiled(load(FOLDER / f"{language}.po")))
    assert lies["Protect"] != "Protect"


def test_the_template_holds_the_texts_of_the_sources(tmp_path: Path) -> None:
    write(collected(), tmp_path / "now.pot")
    assert (tmp_path / "now.pot").read_text("utf-8") == TEMPLATE.read_text("utf-8")


def test_the_window_knows_the_patterns_of_the_core() -> None:
    assert PATTERNS.read_text("utf-8") == known_again(collected())


def test_every_translation_is_offered() -> None:
    assert {file.stem for file in FOLDER.glob("*.po")} == set(LANGUAGES)
    assert load(FOLDER / "ar.po").num_plurals == 6


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "other"\nmsgstr "x"', "missing: 'Key {key}'"),
        ('msgid "Key {key}"\nmsgstr ""', "missing: 'Key {key}'"),
        ('#, fuzzy\nmsgid "Key {key}"\nmsgstr "Taste {key}"', "fuzzy: 'Key {key}'"),
        ('msgid "Key {key}"\nmsgstr "Schlüssel"', "other names in braces"),
        ('msgid "Key {key}"\nmsgstr "Schlüssel {Key}"', "other names in braces"),
        ('msgid "Key {key}"\nmsgstr "Schlüssel {key} {"', "other names in braces"),
    ],
)
def test_what_a_text_lacks_is_told(entry: str, problem: str) -> None:
    (found,) = problems(template("Key {key}"), catalog(entry))
    assert found.startswith(problem)


def test_plural_forms_are_counted() -> None:
    wanted = template(("{count} file", "{count} files"))
    head = 'msgid "{count} file"\nmsgid_plural "{count} files"\n'
    whole = "\n".join(f'msgstr[{k}] "{{count}} x{k}"' for k in range(6))
    assert not list(problems(wanted, catalog(head + whole, language="ar")))
    assert not list(problems(wanted, catalog(head + whole.replace("{count} x0", "none"), language="ar")))
    short = "\n".join(whole.splitlines()[:5])
    assert [*problems(wanted, catalog(head + short, language="ar"))] == ["a plural form is missing: '{count} file'"]


def test_merging_keeps_adds_guesses_and_drops() -> None:
    now = template("Keep", "Show the recovery words now", "Quite new")
    known = catalog(
        'msgid "Keep"\nmsgstr "A"', 'msgid "Show the recovery words"\nmsgstr "guess"', 'msgid "Gone"\nmsgstr "C"'
    )
    merge(known, now)
    assert known["Keep"].string == "A"
    assert known["Show the recovery words now"].fuzzy
    assert not known["Quite new"].string
    assert known.get("Gone") is None and not known.obsolete
    assert b"guess" not in compiled(known)


def test_what_is_lacking_is_handed_out_and_taken_back() -> None:
    now = template("Keep", "Fill in", ("{count} file", "{count} files"))
    known = catalog('msgid "Keep"\nmsgstr "A"')
    merge(known, now)
    part = lacking(now, known)
    assert "Keep" not in part and 'msgid_plural "{count} files"' in part
    filled = part.replace('msgid "Fill in"\nmsgstr ""', 'msgid "Fill in"\nmsgstr "B"')
    filled = filled.replace('msgstr[0] ""', 'msgstr[0] "{count} C"').replace('msgstr[1] ""', 'msgstr[1] "{count} D"')
    take(known, catalog(filled))
    assert not list(problems(now, known))
