"""What was done is listed an operation at a time, with what can be undone; so is what lies in the bin."""

from __future__ import annotations

from core.catalog.store import Catalog
from core.model import Copy, Recipient, Terms, Work
from tests.core.catalog.conftest import KEY, Maker, a_work


def test_operations_are_listed_with_what_they_changed(catalog: Catalog, make_copy: Maker) -> None:
    works = [make_copy(a_work(name)).work for name in "abc"]
    catalog.edit(Work, works[:1], note="one")
    catalog.tag(Work, works, add=["all"])
    tagged, edited, *made = catalog.edits()
    assert (tagged.what, dict(tagged.counts), tagged.thing, tagged.item) == ("tagged", {"works": 3}, "", "")
    assert (edited.what, edited.thing, edited.item, edited.who) == ("edited", "works", str(works[0]), tagged.who)
    assert edited.undoable and not edited.undone
    assert [edit.what for edit in made] == ["protected"] * 3
    assert dict(made[-1].counts) == {"works": 1, "recipients": 1, "copies": 1} and not made[0].undoable
    assert [edit.number for edit in catalog.edits(before=tagged.number, limit=2)] == [edited.number, made[0].number]
    assert [edit.what for edit in catalog.edits(Work, works[1])] == ["tagged", "protected"]
    assert [edit.what for edit in catalog.edits(Recipient)] == ["protected"]
    changes = catalog.history(operation=tagged.number, limit=None)
    assert {change.item for change in changes} == {str(number) for number in works}
    assert catalog.undoable() == [tagged.number, edited.number]
    assert catalog.take_back() == ("tagged", {"works": 3})
    assert catalog.undoable() == [edited.number]
    assert [edit.undone for edit in catalog.edits(limit=2)] == [False, True]  # the undoing, and what it undid
    assert catalog.do_again() == ("tagged", {"works": 3})
    assert catalog.undoable() == [tagged.number, edited.number]


def test_changes_of_keys_are_listed_too(catalog: Catalog) -> None:
    catalog.name_creator(KEY, "Ada")
    (edit,) = catalog.edits()
    assert dict(edit.counts) == {"creators": 1, "keys": 1}


def test_the_bin_is_listed_with_all_kinds_of_things(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    terms = catalog.add(Terms(0, "Portfolio"))
    assert catalog.in_bin() == []
    catalog.bin(Work, [copy.work])
    catalog.bin(Terms, [terms.id])
    catalog.bin(Copy, [copy.id])
    assert sorted(catalog.in_bin(), key=str) == sorted([(Copy, copy.id), (Terms, terms.id), (Work, copy.work)], key=str)
    catalog.restore(Copy, [copy.id])
    catalog.empty_bin()
    assert catalog.in_bin() == []
    assert catalog.get(Work, copy.work).binned  # kept for its copy, and listed no more
