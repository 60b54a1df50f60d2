"""Things are kept with all their fields, changed with a history, undone, redone, put into the bin and brought back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from core.catalog.store import Catalog
from core.catalog.text import parts_of
from core.errors import CatalogError, RefusedError
from core.model import (
    AgreementType,
    Answer,
    Case,
    CaseStatus,
    Check,
    Checked,
    Consent,
    Copy,
    Creator,
    DataMining,
    Document,
    Event,
    KeyState,
    Kind,
    Payment,
    PaymentKind,
    Recipient,
    RecipientKind,
    Replica,
    Standing,
    Terms,
    Verdict,
    Work,
)
from tests.core.catalog.conftest import KEY, Maker, a_work


def everything_of(thing: type, **given: object) -> object:
    """Return a thing none of whose fields has its default, as far as text, choices and numbers go."""
    values: dict[str, object] = {"id": 0}
    days = {"starts": "2026-01-01", "ends": "2026-12-31", "signed": "2025-12-24", "revoked": "2026-11-01"}
    for field in fields(thing):
        if field.name in {"id", "created", "binned", "series", "version", "replaced", *given}:
            continue
        if field.name in days:
            values[field.name] = days[field.name]
        elif field.name in {"amount", "received_amount", "scan_day_fee", "use_fee"}:
            values[field.name] = "1250.50"
        elif field.name in {"due", "received", "follow_up", "closed", "found_on"}:
            values[field.name] = "2026-05-06"
        elif field.type == "str":
            values[field.name] = f"the {field.name} „ß“"
        elif field.type == "bool":
            values[field.name] = True
        elif field.name == "tags":
            values[field.name] = ("Demo", "x")
    return thing(**{**values, **given})


@pytest.mark.parametrize(
    ("thing", "given"),
    [
        (Recipient, {"kind": RecipientKind.GALLERY}),
        (Creator, {"terms": None}),
        (Terms, {"data_mining": DataMining.SEARCH_ONLY}),
        (
            Consent,
            {
                "type": AgreementType.LICENCE,
                "replica": Replica.VOICE,
                "max_uses": 3,
                "creator": None,
                **dict.fromkeys(
                    ("ai_training", "fine_tuning", "sublicence", "political", "adult", "endorsement"), Answer.REFUSED
                ),
                "works": (1,),
                "copies": (1,),
                "recipients": (1,),
            },
        ),
        (Case, {"status": CaseStatus.WAITING, "creator": None, "works": (1,), "checks": (1,)}),
    ],
)
def test_every_field_comes_back(catalog: Catalog, make_copy: Maker, thing: type, given: dict[str, object]) -> None:
    make_copy()
    catalog.add_check(Checked(Path("x.jpg"), Verdict.NOTHING))
    item = everything_of(thing, **given)
    added = catalog.add(item)  # type: ignore[type-var]
    assert added.id > 0 and added.created
    series = {"series": added.id} if thing is Consent else {}
    assert added == replace(item, id=added.id, created=added.created, **series)  # type: ignore[type-var]
    assert catalog.get(thing, added.id) == added


def test_payments_and_documents_belong_to_their_agreement(catalog: Catalog) -> None:
    consent = catalog.add(Consent(0, "Radio spot"))
    paid = catalog.add(Payment(0, consent.id, PaymentKind.RESIDUAL, "12.30", "EUR", due="2026-05-01", uses=2))
    catalog.add(Payment(0, consent.id, PaymentKind.PER_USE, uses=3))
    assert catalog.get(Payment, paid.id) == paid
    assert catalog.uses(consent.id) == 5
    paper = catalog.add_document(Document(0, "signed.pdf", consent=consent.id, path="/papers/signed.pdf"), b"%PDF")
    assert (paper.kept, paper.bytes, len(paper.sha256)) == (True, 4, 64)
    assert catalog.document_content(paper.id) == b"%PDF"
    far = catalog.add_document(Document(0, "film.mov", consent=consent.id, sha256="ab", bytes=10**10))
    assert (far.kept, catalog.document_content(far.id)) == (False, b"")
    scan = catalog.add_document(Document(0, "scan.pdf", consent=consent.id), b"%PDF 2", signed=True)
    assert catalog.get(Consent, consent.id).document_sha256 == scan.sha256
    catalog.undo()  # paper and hash are one operation
    assert catalog.get(Consent, consent.id).document_sha256 == "" and catalog.get(Document, scan.id).binned
    with pytest.raises(RefusedError, match="belongs to a case or to a consent"):
        catalog.add_document(Document(0, "loose.pdf"))


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Recipient(0, "  "), "needs a recipient"),
        (Terms(0, ""), "terms needs a name"),
        (Consent(0, "x", starts="31.12.2026"), "starts of the consent cannot be '31.12.2026'"),
        (Consent(0, "x", starts="2026-02-01", ends="2026-01-01"), "cannot end on 2026-01-01 before it starts"),
        (Consent(0, "x", use_fee="12,50"), "use fee of the consent cannot be '12,50'"),
        (Consent(0, "x", works=(99,)), "no work with the number 99"),
        (Case(0, "x", found_on="yesterday"), "found on of the case cannot be 'yesterday'"),
        (Work(0, "x", Kind.IMAGE, "/x", "ab", ""), "by protecting a file"),
    ],
)
def test_values_that_cannot_be_are_refused(catalog: Catalog, item: Recipient, said: str) -> None:
    with pytest.raises((RefusedError, CatalogError), match=said):
        catalog.add(item)
    assert catalog.history() == []


def test_an_edit_keeps_what_was_before(tmp_path: Path, make_copy: Maker) -> None:
    work = make_copy().work
    with Catalog(tmp_path / "home", who="ada") as catalog:
        assert catalog.edit(Work, [work], title="Portrait, final", tags=("b", "A", "a")) == 1
        assert catalog.edit(Work, [work], title="Portrait, final") == 0
        changed, made = catalog.history(Work, work)
        assert (changed.who, changed.what, changed.thing, changed.item) == ("ada", "edited", "work", str(work))
        assert json.loads(changed.before) == {"title": "portrait", "tags": []}
        assert json.loads(changed.after) == {"title": "Portrait, final", "tags": ["a", "b"]}
        assert (made.what, made.before) == ("protected", "")
        with pytest.raises(RefusedError, match="no field 'sha256'"):
            catalog.edit(Work, [work], sha256="")


def test_bulk_edits_are_undone_and_redone_as_one(catalog: Catalog, make_copy: Maker) -> None:
    works = [make_copy(a_work(name)).work for name in ("a", "b", "c")]
    terms = catalog.add(Terms(0, "Portfolio", data_mining=DataMining.PROHIBITED))
    catalog.tag(Work, works, add=["Summer", "new"])
    catalog.tag(Work, works[:2], add=["red"], remove=["NEW"])
    catalog.edit(Work, works, terms=terms.id)
    state = [(work.tags, work.terms) for work in (catalog.get(Work, n) for n in works)]
    assert state == [(("red", "Summer"), terms.id)] * 2 + [(("new", "Summer"), terms.id)]
    assert catalog.terms_of(works[0]) == terms
    assert [catalog.undo(), catalog.undo()] == ["edited 3 works", "tagged 2 works"]
    assert [catalog.get(Work, n).tags for n in works] == [("new", "Summer")] * 3
    assert catalog.get(Work, works[0]).terms is None
    assert catalog.redo() == "tagged 2 works"
    catalog.edit(Work, works[:1], note="another way")
    with pytest.raises(CatalogError, match="nothing to redo"):
        catalog.redo()
    for _ in range(4):
        catalog.undo()
    with pytest.raises(CatalogError, match="nothing to undo"):
        catalog.undo()
    assert [catalog.get(Work, n).tags for n in works] == [()] * 3
    assert catalog.get(Terms, terms.id).binned


def test_an_undo_never_overwrites_what_was_changed_since(catalog: Catalog, make_copy: Maker) -> None:
    work = make_copy().work
    catalog.bin(Work, [work])
    make_copy(recipient="Studio B")  # brings the work back
    with pytest.raises(CatalogError, match="was changed since"):
        catalog.undo()
    assert not catalog.get(Work, work).binned


def test_an_undo_never_gives_two_the_same_name(catalog: Catalog) -> None:
    one = catalog.add(Recipient(0, "Studio A"))
    catalog.edit(Recipient, [one.id], name="Studio B")
    catalog.add(Recipient(0, "Studio A"))
    catalog.undo()  # lies in the bin now
    with pytest.raises(CatalogError, match="another has its name by now"):
        catalog.undo()
    assert [found.name for found in catalog.recipients()] == ["Studio B"]


def test_what_lies_in_the_bin_is_out_of_sight_and_known(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    catalog.bin(Copy, [copy.id])
    catalog.bin(Work, [copy.work])
    catalog.bin(Recipient, [copy.recipient])
    assert (catalog.works(), catalog.copies(), catalog.recipients(), catalog.works("portrait")) == ([], [], [], [])
    known = catalog.copy_by_serial(KEY, copy.serial)
    assert known is not None and known.id == copy.id
    assert catalog.copy_by_sha256(copy.sha256) == known
    assert catalog.serials(KEY).tolist() == [copy.serial]
    assert [reference.work for reference in catalog.references()] == [copy.work]
    assert catalog.empty_bin() == (0, 3)
    assert catalog.copy_by_serial(KEY, copy.serial) is not None
    assert catalog.get(Work, copy.work).title == "portrait"
    assert catalog.restore(Copy, [copy.id]) == 1
    assert [found.id for found in catalog.copies()] == [copy.id]


def test_emptying_the_bin_removes_what_nothing_needs(catalog: Catalog, make_copy: Maker) -> None:
    make_copy()
    gone = [
        catalog.add(Recipient(0, "Nobody")),
        catalog.add(Terms(0, "Unused", tags=("x",))),
        catalog.add(Consent(0, "Draft", works=(1,))),
        catalog.add(Case(0, "Mistaken")),
    ]
    signed = catalog.add(Consent(0, "Signed", signed="2026-01-01"))
    checked = catalog.add_check(Checked(Path("x.jpg"), Verdict.NOTHING))
    for item in (*gone, signed):
        catalog.bin(type(item), [item.id])
    catalog.bin(Check, [checked])
    assert catalog.empty_bin() == (5, 1)
    for item in gone:
        with pytest.raises(CatalogError, match="has no"):
            catalog.get(type(item), item.id)
    assert catalog.get(Consent, signed.id).title == "Signed"
    assert catalog.problems() == []
    assert catalog.add(Recipient(0, "Nobody")).id > gone[0].id  # history speaks of one thing for ever
    assert json.loads(catalog.history(Terms, gone[1].id)[0].before)["name"] == "Unused"


def test_a_recipient_of_a_name_in_the_bin_comes_back(catalog: Catalog, make_copy: Maker) -> None:
    studio = catalog.add(Recipient(0, "Studio A", email="a@example.com"))
    with pytest.raises(RefusedError, match="already a recipient “Studio A”"):
        catalog.add(Recipient(0, "STUDIO a"))
    catalog.bin(Recipient, [studio.id])
    again = catalog.add(Recipient(0, "studio A", email="b@example.com"))
    assert (again.id, again.email, again.binned) == (studio.id, "b@example.com", "")
    catalog.bin(Recipient, [studio.id])
    assert make_copy(recipient="Studio a").recipient == studio.id
    assert not catalog.get(Recipient, studio.id).binned


def test_a_signed_agreement_is_followed_by_versions(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    first = catalog.add(
        Consent(
            0, "Licence", AgreementType.LICENCE, works=(copy.work,), recipients=(copy.recipient,), ends="2026-12-31"
        )
    )
    assert first.standing("2026-06-01") is Standing.DRAFT
    catalog.edit(Consent, [first.id], signed="2026-01-05")
    with pytest.raises(RefusedError, match="is signed; its ends cannot be changed"):
        catalog.edit(Consent, [first.id], ends="2027-12-31")
    catalog.edit(Consent, [first.id], note="called them", copies=(copy.id,))
    second = catalog.revise(first.id)
    assert (second.series, second.version, second.signed, second.works) == (first.id, 2, "", (copy.work,))
    with pytest.raises(RefusedError, match="has a later version"):
        catalog.revise(first.id)
    catalog.edit(Consent, [second.id], ends="2027-12-31")
    catalog.edit(Consent, [second.id], signed="2026-10-01")
    first = catalog.get(Consent, first.id)
    assert (first.standing("2026-09-30"), first.standing("2026-10-01")) == (Standing.ACTIVE, Standing.REPLACED)
    assert [found.id for found in catalog.agreements_of(copy)] == [second.id, first.id]
    assert catalog.undo() == "edited 2 consents"
    assert catalog.get(Consent, first.id).replaced == ""


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        ({}, Standing.DRAFT),
        ({"signed": "2026-05-01"}, Standing.ACTIVE),
        ({"signed": "2026-07-01"}, Standing.DRAFT),
        ({"signed": "2026-05-01", "starts": "2026-06-02"}, Standing.UPCOMING),
        ({"signed": "2026-05-01", "ends": "2026-06-01"}, Standing.ACTIVE),
        ({"signed": "2026-05-01", "ends": "2026-05-31"}, Standing.EXPIRED),
        ({"signed": "2026-05-01", "ends": "2026-05-31", "revoked": "2026-05-15"}, Standing.REVOKED),
        ({"signed": "2026-05-01", "revoked": "2026-06-02"}, Standing.ACTIVE),
        ({"signed": "2026-05-01", "replaced": "2026-06-01"}, Standing.REPLACED),
    ],
)
def test_standing_follows_from_the_dates(given: dict[str, str], standing: Standing) -> None:
    assert Consent(1, "x", **given).standing("2026-06-01") is standing  # type: ignore[arg-type]


def test_a_creator_owns_keys(catalog: Catalog, make_copy: Maker) -> None:
    make_copy(a_work("a"))
    make_copy(a_work("b"), key="other key")
    catalog.name_creator(KEY, "Ada Lovelace")
    catalog.name_creator("other key", "ADA lovelace")
    (creator,) = catalog.every(Creator)
    assert [key.creator for key in catalog.known_keys()] == [creator.id] * 2
    catalog.name_creator("other key", "Grace Hopper")
    assert [catalog.creator(key) for key in (KEY, "other key", "third")] == ["Ada Lovelace", "Grace Hopper", ""]
    assert [work.creator for work in catalog.works()] == [creator.id] * 2
    copy = make_copy(a_work("c"), key="other key")
    assert catalog.get(Work, copy.work).creator == catalog.known_keys()[1].creator
    catalog.edit_key(KEY, state=KeyState.RETIRED, retired="2026-05-05")
    key = catalog.known_keys()[0]
    assert (key.state, key.retired, key.issued) == (KeyState.RETIRED, "2026-05-05", 1)
    with pytest.raises(CatalogError, match="cannot be changed so"):
        catalog.edit_key(KEY, state="lost")
    assert catalog.history()[0].thing == "key"


def test_the_log_is_appended_in_order_and_never_changed(catalog: Catalog) -> None:
    def make(last: Event | None) -> Event:
        number = 1 if last is None else last.number + 1
        return Event(number, "2026-01-01", "protected", "{}", "" if last is None else last.hash, f"hash {number}")

    for _ in range(3):
        catalog.append_event(make)
    assert [event.hash for event in catalog.events(after=1)] == ["hash 2", "hash 3"]
    with pytest.raises(CatalogError, match="does not follow"):
        catalog.append_event(lambda _: Event(9, "", "", "", "", ""))
    with pytest.raises(CatalogError), catalog._database.changing() as connection:
        connection.execute("UPDATE events SET facts = 'x'")


@pytest.mark.parametrize("table", ["copies", "serials", "changes"])
def test_what_must_stay_cannot_be_deleted(catalog: Catalog, make_copy: Maker, table: str) -> None:
    make_copy()
    with pytest.raises(CatalogError), catalog._database.changing() as connection:
        connection.execute(f"DELETE FROM {table}")
    assert catalog.problems() == []


def test_several_changes_are_one_operation(catalog: Catalog) -> None:
    with catalog.together("imported") as editor:
        numbers = [editor.add(Recipient(0, name)) for name in ("A", "B")]
        assert editor.edit(Recipient, numbers[0], email="a@example.com")
        assert not editor.edit(Recipient, numbers[0], email="a@example.com")
    assert catalog.undo() == "imported 2 recipients"
    assert catalog.recipients() == []
    with pytest.raises(RefusedError), catalog.together("imported") as editor:
        editor.add(Recipient(0, "C"))
        editor.add(Recipient(0, " "))
    assert catalog.recipient_by_name("C") is None


@pytest.mark.parametrize("typed", ["sea, winter", "sea; winter,", "sea، winter", "sea؛ winter"])
def test_lists_are_parted_as_any_keyboard_writes_commas(typed: str) -> None:
    assert parts_of(typed) == ("sea", "winter")
