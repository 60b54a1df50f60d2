"""Terms, creators and the opt-out kit in the window: what will stand in copies and on a website."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from app.sections.terms import TermsSection
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Creator, DataMining, Terms, Work
from tests.app.conftest import KEY
from tests.app.sections.conftest import Host, make_copy, told
from tests.app.sections.test_consents import fill
from tests.app.test_window import assert_named_and_reachable

Settle = Callable[[], None]


@pytest.fixture
def section(host: Host, catalog: Catalog, settle: Settle) -> TermsSection:
    catalog.name_creator(KEY.id, "Mara Lind")
    made = TermsSection(host.desk)
    host.put(made)
    settle()
    return made


def part(section: TermsSection, word: str) -> None:
    next(made for made in section.choice.findChildren(QAbstractButton) if made.text() == word).click()


def test_terms_show_what_a_copy_will_say_while_one_types(
    section: TermsSection, catalog: Catalog, settle: Settle
) -> None:
    terms = section.terms
    terms.empty.button.click()
    year = date.today().year
    assert told(terms.facts)["Copyright"] == f"© {year} Mara Lind. All rights reserved."
    assert "plus:DataMining = DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING" in terms.codes.text()
    form = terms.editor.form
    fill(form, name="Portfolio", usage="Viewing only.", data_mining=DataMining.NO_TRAINING.value, licensor="Mara Lind")
    said = told(terms.facts)
    assert said["Usage terms"] == "Viewing only. No use for the training of AI models."
    assert said["Data mining and AI training"] == "prohibited for training of AI"
    assert "cawg.ai_training = notAllowed" in terms.codes.text()
    assert not form.controls["constraints"].isVisible()
    fill(form, data_mining=DataMining.SEE_CONSTRAINT.value)
    assert form.controls["constraints"].isVisible()
    fill(form, constraints="Ask first", web_statement="mara.example")
    assert "no address of a page" in terms.wrong.text() and terms.wrong.isVisible() and told(terms.facts) == {}
    fill(form, web_statement="https://mara.example/rights")
    assert not terms.wrong.isVisible() and told(terms.facts)["Constraints"] == "Ask first"
    terms.editor.save_button.click()
    settle()
    (kept,) = catalog.every(Terms)
    assert (kept.name, kept.data_mining, kept.constraints) == ("Portfolio", DataMining.SEE_CONSTRAINT, "Ask first")
    assert catalog.undo() == "added 1 terms"


def test_terms_tell_where_they_are_used_and_refuse_a_second_name(
    section: TermsSection, catalog: Catalog, settle: Settle, tmp_path: Path
) -> None:
    copy = make_copy(catalog, tmp_path / "out", "Hill house", "Studio A")
    first = catalog.add(Terms(0, "Portfolio"))
    catalog.add(Terms(0, "Proof"))
    catalog.edit(Work, [copy.work], terms=first.id)
    section.shown()
    settle()
    assert section.terms.used.text() == "Own terms of 1 work  ·  in 0 copies"
    fill(section.terms.editor.form, name="proof")
    section.terms.editor.save_button.click()
    settle()
    assert "already a terms “Proof”" in section.terms.editor.trouble.text()


def test_everything_has_a_name_and_is_reached_by_the_keyboard(
    section: TermsSection, catalog: Catalog, settle: Settle
) -> None:
    catalog.add(Terms(0, "Portfolio"))
    for name in section.parts:
        section.turn_to(name)
        settle()
        assert_named_and_reachable(section)
        assert_named_and_reachable(section.tools)
        assert sum(made.isVisible() for made in (one.tools for one in section.parts.values())) == 1


def test_creators_are_changed_and_get_terms(section: TermsSection, catalog: Catalog, settle: Settle) -> None:
    terms = catalog.add(Terms(0, "Portfolio"))
    part(section, "Creators")
    settle()
    creators = section.creators
    assert creators.title.text() == "Mara Lind" and told(creators.facts)["Key"].startswith(KEY.id)
    fill(creators.editor.form, legal_name="Mara Elisabeth Lind", address="Hill 1\nToronto", terms=str(terms.id))
    creators.editor.save_button.click()
    settle()
    (one,) = catalog.every(Creator)
    assert (one.legal_name, one.address, one.terms) == ("Mara Elisabeth Lind", "Hill 1\nToronto", terms.id)
    catalog.bin(Terms, [terms.id])  # terms in the bin stay chosen, and are no change
    section.shown()
    settle()
    assert creators.editor.form.values()["terms"] == str(terms.id) and not creators.editor.dirty
    creators.add_button.click()
    fill(creators.editor.form, name="Estate of A. Berg")
    creators.editor.save_button.click()
    settle()
    assert {one.name for one in catalog.every(Creator)} == {"Mara Lind", "Estate of A. Berg"}
    assert told(creators.facts)["Key"] == "none in this catalog"
    creators.bin_button.click()
    settle()
    assert catalog.count(Creator, Query(binned=True)) == 1


def test_the_kit_is_looked_at_and_written(
    section: TermsSection, host: Host, catalog: Catalog, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = catalog.add(
        Terms(0, "Portfolio", data_mining=DataMining.SEARCH_ONLY, web_statement="https://mara.example/rights")
    )
    catalog.add(Terms(0, "Open", data_mining=DataMining.ALLOWED))
    section.terms.shown()
    settle()
    section.terms.listing.show_record(one.id)
    settle()
    section.terms.kit_button.click()
    settle()
    kit = section.kit
    assert kit.isVisible() and kit.form.values()["terms"] == str(one.id)
    assert "WHAT IT DOES NOT DO" in kit.text.toPlainText() and "mara.example" in kit.text.toPlainText()
    kit.file.setCurrentText("robots.txt")
    assert "GPTBot" in kit.text.toPlainText() and "ChatGPT-User" not in kit.text.toPlainText()
    fill(kit.form, assistants="yes")
    assert "ChatGPT-User" in kit.text.toPlainText()
    monkeypatch.setattr("app.sections.optout.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    kit.write_button.click()
    settle()
    folder = tmp_path / "Opt-out kit"
    assert kit.written.path == folder / "README.txt"
    written = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.*") if path.is_file()
    }
    assert written == kit.files
    kit.write_button.click()
    settle()
    assert "is there already" in host.desk.messages.text()
    fill(kit.form, terms=str(next(terms.id for terms in catalog.every(Terms) if terms.name == "Open")))
    assert "allow data mining" in kit.wrong.text() and not kit.write_button.isEnabled()
    fill(kit.form, terms="", policy="https://x.example/a b")
    assert "no header may hold" in kit.wrong.text()
    policy = kit.form.controls["policy"]
    assert isinstance(policy, QLineEdit)
    policy.clear()
    QTest.keyClicks(policy, "https://x.example/policy")
    kit.file.setCurrentText(".well-known/tdmrep.json")
    assert "https://x.example/policy" in kit.text.toPlainText() and kit.write_button.isEnabled()
