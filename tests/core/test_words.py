"""Sentences that know what they were made of: English to the core, another language to who asks."""

from __future__ import annotations

import copy
import json
import pickle

from core.words import Said, joined, phrase, phrase_counted, told

GERMAN = {
    "{name} is empty.": "{name} ist leer.",
    "Choose another file.": "Wählen Sie eine andere Datei.",
    "the picture": "das Bild",
    "{what} shows {count} works": "{what} zeigt {count} Werke",
}


def in_german(text: str) -> object:
    def counted(one: str, many: str, count: int) -> str:
        return "{count} Datei" if count == 1 else "{count} Dateien"

    return told(text, lambda said: GERMAN.get(said, said), counted)


def test_it_is_english_text() -> None:
    said = phrase("{name} is empty.", name="a{b}.jpg")
    assert said == "a{b}.jpg is empty." and isinstance(said, str)
    assert json.dumps([said]) == '["a{b}.jpg is empty."]'
    assert phrase("50 % of {x} and {{y}}", x=1) == "50 % of 1 and {y}"
    assert phrase("no {values} here") == "no {values} here"


def test_it_is_told_in_another_language() -> None:
    assert in_german(phrase("{name} is empty.", name="{count}.jpg")) == "{count}.jpg ist leer."
    nested = phrase("{what} shows {count} works", what=phrase("the picture"), count=2)
    assert in_german(nested) == "das Bild zeigt 2 Werke"
    assert in_german("Choose another file.") == "Choose another file."  # text that nobody called a phrase stays


def test_counted_ones_have_the_forms_of_the_language() -> None:
    for count, english, german in ((1, "1 file", "1 Datei"), (3, "3 files", "3 Dateien")):
        said = phrase_counted(count, "{count} file", "{count} files")
        assert said == english
        assert in_german(said) == german


def test_joined_ones_keep_their_parts() -> None:
    both = joined((phrase("{name} is empty.", name="a.jpg"), "", phrase("Choose another file."), "As it is."))
    assert both == "a.jpg is empty. Choose another file. As it is."
    assert in_german(both) == "a.jpg ist leer. Wählen Sie eine andere Datei. As it is."
    assert joined(()) == "" and in_german(joined(())) == ""
    one = phrase("Choose another file.")
    assert joined(("", one)) is one


def test_what_is_sent_is_plain_text() -> None:
    said = phrase("{name} is empty.", name="a.jpg")
    for sent in (pickle.loads(pickle.dumps(said)), copy.copy(said), copy.deepcopy(said)):
        assert sent == said and type(sent) is str
    assert isinstance(said, Said) and type(said.upper()) is str
