"""Copies say what their terms say, keep or replace what was there, and what was taken off is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import RefusedError
from core.labelling import Labelling, in_words, removed, statements_in
from core.model import DataMining, Statements, Terms
from core.rights.statements import statements_of, training_entries, wording

TERMS = Terms(
    id=1,
    name="portfolio",
    rights="© {year} {creator}",
    usage="Ask first.",
    data_mining=DataMining.NO_TRAINING,
    licence="CC BY-ND 4.0",
    web_statement="https://zoe.example/rights",
)


def picture(folder: Path) -> Path:
    path = folder / "a.png"
    Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(path)
    return path


def test_terms_become_statements() -> None:
    said = statements_of(TERMS, creator="Zoë ;  Bo", year=2026)
    assert said.creator == "Zoë; Bo" and said.copyright == "© 2026 Zoë; Bo"
    assert said.usage == f"Ask first. Licence: CC BY-ND 4.0. {wording(DataMining.NO_TRAINING)}"
    assert said.reserved is True and said.licence == ""
    assert statements_of(Terms(id=1, name="x"), creator="", year=2026) == Statements()
    linked = Terms(id=1, name="x", licence="https://creativecommons.org/licenses/by/4.0/")
    assert statements_of(linked, creator="", year=1).licence == linked.licence


@pytest.mark.parametrize("wrong", [{"web_statement": "zoe.example"}, {"usage": "x" * 5000}, {"source_type": "trained"}])
def test_wrong_terms_are_told_with_what_to_do(wrong: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match="portfolio"):
        statements_of(Terms(id=1, name="portfolio", **wrong), creator="Zoë", year=2026)  # type: ignore[arg-type]


def test_training_entries_say_what_the_choice_says() -> None:
    assert training_entries(DataMining.UNSPECIFIED) == {}
    assert {entry["use"] for entry in training_entries(DataMining.PROHIBITED).values()} == {"notAllowed"}
    assert training_entries(DataMining.SEARCH_ONLY)["cawg.data_mining"]["use"] == "constrained"
    assert training_entries(DataMining.SEE_CONSTRAINT, "ask")["cawg.ai_training"]["constraint_info"] == "ask"


def test_a_copy_is_labelled_and_what_was_there_stays_or_gives_way(tmp_path: Path) -> None:
    path = picture(tmp_path)
    assert Labelling().apply(path) == (Statements(), ())
    said, notes = Labelling(TERMS, "Zoë").apply(path)
    assert said == statements_in(path) and said.creator == "Zoë" and notes == ()
    other = Terms(id=2, name="other", data_mining=DataMining.ALLOWED)
    kept, notes = Labelling(other, "Bo").apply(path)
    assert kept.creator == "Zoë" and kept.mining is DataMining.NO_TRAINING
    assert notes and "Creator" in notes[0] and "kept" in notes[0]
    replaced, _ = Labelling(other, "Bo", keep=False).apply(path)
    assert (replaced.creator, replaced.mining, replaced.reserved) == ("Bo", DataMining.ALLOWED, False)


def test_a_format_without_room_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.bmp"
    Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(path)
    before = path.read_bytes()
    said, notes = Labelling(TERMS, "Zoë").apply(path)
    assert not said and "no room" in notes[0] and path.read_bytes() == before
    with pytest.raises(RefusedError, match="no room"):
        Labelling(TERMS, "Zoë", strip=True).apply(path)


def test_what_was_taken_off_is_named(tmp_path: Path) -> None:
    sent, _ = Labelling(TERMS, "Zoë").apply(picture(tmp_path))
    assert removed([sent], sent) == () and removed([], Statements()) == ()
    gone = removed([sent], Statements(creator="Zoë", copyright="© me"))
    assert "Creator" not in gone and {"Copyright", "Usage terms", "Text and data mining"} <= set(gone)
    assert "17 USC 1202" in in_words(gone) and in_words(()) == ""
    assert removed([sent, Statements(creator="Zoë")], Statements(creator="Zoë")) == ()
