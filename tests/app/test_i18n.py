"""The languages of the window: chosen, loaded, laid out; numbers and dates go with them."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from app import i18n
from app.i18n import (
    chosen_language,
    counted,
    date,
    joined,
    languages,
    marked,
    number,
    shown,
    shown_list,
    tr,
    tr_as,
    use_language,
    use_words,
)
from core.catalog.text import parts_of
from core.model import AgreementType, Consent, DataMining, Terms
from core.wording import agreed
from dev.pseudo import Pseudo, pseudo


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    use_language("en")
    QLocale.setDefault(QLocale.c())


def test_english_comes_first_and_each_calls_itself_by_its_own_name() -> None:
    assert next(iter(languages())) == "en"
    assert languages() == {"en": "English", "de": "Deutsch", "ar": "العربية"}


def test_a_language_brings_its_numbers_and_its_direction(qapp: QApplication) -> None:
    use_language("de")
    assert number(1234.5, 1) == "1.234,5"
    assert date("2026-03-03T12:00:00+00:00") == "3. März 2026"
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight
    use_language("ar")
    assert qapp.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert number(1234) == "1,234"  # with the digits in which serials and names of files are written
    use_language("en")
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_qt_speaks_it_too(qtbot: QtBot) -> None:
    def word() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        qtbot.addWidget(box)
        return box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "")

    use_language("de")
    assert word() == "Abbrechen"
    use_language("en")
    assert word() == "Cancel"


def test_the_systems_language_is_taken_where_we_speak_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for spoken, chosen in ((["fr-FR", "de-AT"], "de"), (["ar_EG"], "ar"), (["C"], "en"), (["zh-Hans-CN", "zh"], "en")):
        monkeypatch.setattr(QLocale, "uiLanguages", lambda self, spoken=spoken: spoken)
        assert chosen_language("system") == chosen
    assert chosen_language("de") == "de"
    assert chosen_language("xx") == "en"


def test_words_pass_through_the_translation() -> None:
    use_words(Pseudo(), QLocale.c())
    assert tr("Protect") == "[Þŕöţéçţ ~~]".replace("Þ", "P")
    assert "{" not in tr("Key {key}", key="7") and "7" in tr("Key {key}", key="7")
    assert counted(3, "{count} file", "{count} files").startswith("[3 f")
    assert tr_as("a verb", "Copy").startswith("[Ç")


def test_the_core_is_known_again() -> None:
    class Words(gettext.NullTranslations):
        def pgettext(self, context: str, message: str) -> str:
            return pseudo(message) if context == "core" else message

    use_words(Words(), QLocale.c())
    assert shown(marked("Protect")) == "Protect"
    said = shown("a.jpg could not be written: no space. Check the folder and its disk; nothing was left behind.")
    assert said.count("[") == 2 and "a.jpg" in said and "no space" in said
    assert shown_list("mirrored, turned by 4 degrees clockwise").count("[") == 3
    assert shown("Something that nobody says.") == "Something that nobody says."
    use_language("en")
    assert shown("a.jpg could not be written: no space.") == "a.jpg could not be written: no space."


SAID = "Licensed to Studio A until 31 December 2026 for radio. AI use refused."


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("de", SAID, "Lizenziert an Studio A bis 31. Dezember 2026, für: radio. KI-Nutzung abgelehnt."),
        (
            "de",
            "The consent to Ada was revoked on 1 March 2026.",
            "Die Einwilligung für Ada wurde am 1. März 2026 widerrufen.",
        ),
        ("de", "The licence to Ada ended on 31 February 2026.", "Die Lizenz für Ada endete am 31 February 2026."),
        ("en", SAID, SAID),
        (
            "de",
            "unchanged speed, from 6.2 seconds into the copy (or 64, 128, … seconds later: the mark repeats)",
            "unveränderte Geschwindigkeit, ab Sekunde 6,2 der Kopie (oder 64, 128, … Sekunden später: das Zeichen"
            " wiederholt sich)",
        ),
    ],
)
def test_the_core_is_said_with_the_readers_days_and_numbers(language: str, text: str, said: str) -> None:
    use_language(language)
    assert shown(text) == said


def test_every_way_to_word_an_agreement_is_known_again() -> None:
    held = [(type_, ends, media) for type_ in AgreementType for ends in ("", "2026-12-31") for media in ("", "radio")]
    consents = [
        *(Consent(1, "a", type=type_, signed="2026-01-01", ends=ends, media=media) for type_, ends, media in held),
        *(Consent(1, "a", type=type_, signed="2026-01-01", revoked="2026-02-01") for type_ in AgreementType),
        *(Consent(1, "a", type=type_, signed="2026-01-01", starts="2026-12-01") for type_ in AgreementType),
        *(Consent(1, "a", type=type_) for type_ in AgreementType),
    ]
    terms = Terms(1, "a", data_mining=DataMining.PROHIBITED)
    for language in ("de", "ar"):
        use_language(language)
        for consent in consents:
            english = agreed("Ada", [consent], terms, "2026-06-30")
            said = shown(english)
            assert not {"consent", "licence", "licensed", "until", "use", "for"} & set(
                re.findall("[a-z]+", said.lower())
            )
            assert "Ada" in said


def test_lists_have_the_comma_of_the_language() -> None:
    use_language("ar")
    assert joined(["1", "2"]) == "1، 2" and parts_of(joined(["1", "2"])) == ("1", "2")
    use_language("de")
    assert joined(["1", "2"]) == "1, 2"


def test_a_line_that_begins_with_a_name_is_laid_out_from_right_to_left_all_the_same() -> None:
    use_language("ar")
    said = shown("torn.png is cut off: too little of the picture is there. Ask for a complete file.")
    assert said.startswith("\u200f") and "torn.png" in said
    assert not tr("Protect").startswith("\u200f") and shown("torn.png") == "torn.png"
    assert tr("{done}: {things}", done=tr("Edited"), things="a.jpg").startswith("\u200f")
    use_language("de")
    assert "\u200f" not in shown("torn.png is cut off: too little of the picture is there.")


def test_without_a_window_words_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n.QGuiApplication, "instance", staticmethod(lambda: None))
    use_language("de")
    assert number(0.5, 1) == "0,5"
