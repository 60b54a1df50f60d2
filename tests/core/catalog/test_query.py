"""Search and filters find what they should and nothing else, page by page, with and without the index."""

from __future__ import annotations

import itertools

import pytest

from core.catalog import search
from core.catalog.query import Query, sorts
from core.catalog.store import Catalog
from core.errors import RefusedError
from core.model import (
    AgreementType,
    Case,
    CaseStatus,
    Consent,
    Copy,
    Kind,
    Payment,
    Recipient,
    Standing,
    Terms,
    Work,
)
from tests.core.catalog.conftest import KEY, Maker, a_work


@pytest.fixture(params=["index", "no index"])
def searched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search with SQLite's full-text index, and as where there is none."""
    if request.param == "no index":
        monkeypatch.setattr(search, "_has_index", lambda: False)


def titles(catalog: Catalog, **query: object) -> list[str]:
    return [work.title for work in catalog.every(Work, Query(**query), at_once=2)]  # type: ignore[arg-type]


@pytest.mark.parametrize("few", [1, 2000])
def test_words_are_found_wherever_they_stand(
    searched: None, catalog: Catalog, make_copy: Maker, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "_FEW", few)  # 1: every word is a common one
    first = make_copy(a_work("Übergang", path="/Bilder/2026/Übergang.tif"), "Galerie Öst")
    make_copy(a_work("demo reel", path="/reels/demo.wav"), "Studio A")
    make_copy(a_work("demo reel", path="/reels/demo.wav"), "Agentur 99")
    catalog.edit(Work, [first.work], note="Für die Ausstellung", tags=("Sommer",))
    for text in ("ÜBERGANG", "berga", "öst", "galerie 2026", "ausstellung sommer", "ÖST ber", "st 26"):
        assert titles(catalog, text=text) == ["Übergang"]
        assert [copy.id for copy in catalog.page(Copy, Query(text=text.replace("galerie", ""))).items] == [first.id]
    assert titles(catalog, text="99 reel") == ["demo reel"]
    for text in ("öst reels", '"', "100%_", "' OR 1", "AND", "a*", "{text}: x", "zz"):
        assert titles(catalog, text=text) == []
    assert titles(catalog, text="r", sort="title") == ["demo reel", "Übergang"]
    studio = catalog.recipient_by_name("Studio A")
    assert studio is not None
    catalog.edit(Recipient, [studio.id], name="Atelier Ä")
    assert titles(catalog, text="atelier ä") == ["demo reel"]
    assert titles(catalog, text="studio") == []
    assert [copy.recipient for copy in catalog.page(Copy, Query(text="atelier")).items] == [studio.id]
    assert catalog.problems() == []


def test_consents_cases_and_checks_are_searched(searched: None, catalog: Catalog) -> None:
    consent = catalog.add(Consent(0, "Radio spot", performer="Ada Lovelace", territory="Österreich"))
    case = catalog.add(Case(0, "Copied portrait", found_where="https://example.com/gallery/7", tags=("urgent",)))
    for thing, text, number in (
        (Consent, "lovelace öster", consent.id),
        (Case, "example.com/gallery", case.id),
        (Case, "URGENT portrait", case.id),
    ):
        assert [item.id for item in catalog.page(thing, Query(text=text)).items] == [number]
    catalog.edit(Case, [case.id], found_where="", tags=())
    assert catalog.count(Case, Query(text="gallery")) == catalog.count(Case, Query(text="urgent")) == 0
    catalog.undo()
    assert catalog.count(Case, Query(text="gallery urgent")) == 1


def test_an_index_that_fell_behind_is_built_again(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(search, "_has_index", lambda: False)  # another program, whose SQLite has none
        catalog.add(Case(0, "Found elsewhere"))
    assert catalog.count(Case, Query(text="elsewhere")) == 1
    with Catalog(catalog.folder) as again:
        with again._database.reading() as connection:
            assert connection.execute("SELECT indexed FROM search").fetchone()[0] == 1
            assert search.few(connection, search.BY_NAME["cases"], "elsewhere") == [1]
        assert again.problems() == []


@pytest.mark.parametrize(("thing", "sort"), [(Work, sort) for sort in sorts(Work)] + [(Copy, s) for s in sorts(Copy)])
@pytest.mark.parametrize("text", ["", "work"])
def test_pages_follow_each_other(catalog: Catalog, make_copy: Maker, thing: type, sort: str, text: str) -> None:
    for number in range(7):
        make_copy(a_work(f"work {number % 3} {number}"))
    catalog.tag(Work, [2, 5], add=["b"])
    catalog.tag(Work, [3], add=["a", "c"])
    whole = [item.id for item in catalog.page(thing, Query(sort=sort, text=text)).items]
    assert sorted(whole) == list(range(1, 8))
    assert [item.id for item in catalog.every(thing, Query(sort=sort, text=text), at_once=2)] == whole
    assert catalog.count(thing, Query(text=text)) == 7
    assert catalog.numbers(thing, Query(sort=sort, text=text)) == whole
    assert catalog.numbers(thing, Query(sort=sort, text=text, backwards=True)) == whole[::-1]
    turned = Query(sort=sort, text=text, backwards=True)
    assert [item.id for item in catalog.every(thing, turned, at_once=2)] == whole[::-1]
    if thing is Work and sort == "tags":
        assert whole[:3] == [3, 2, 5]
    if thing is Work and sort == "title":
        assert [catalog.get(Work, number).title for number in whole] == sorted(f"work {n % 3} {n}" for n in range(7))


def test_copies_sent_to_somebody_in_a_year(catalog: Catalog, make_copy: Maker) -> None:
    copies = [make_copy(a_work(name), who) for name, who in itertools.product("abc", ("A", "B"))]
    days = ["2025-12-31T23:00:00", "2026-01-01T00:00:00", "2026-06-06T06:00:00"]
    with catalog._database.changing() as connection:
        for copy, day in zip(copies[::2], days, strict=True):
            connection.execute("UPDATE copies SET created = ? WHERE id = ?", (f"{day}+00:00", copy.id))
    query = Query(recipient=copies[0].recipient, since="2026-01-01", until="2026-12-31")
    assert [copy.id for copy in catalog.page(Copy, query).items] == [copies[4].id, copies[2].id]
    assert catalog.count(Copy, query) == 2
    assert catalog.count(Copy, Query(work=copies[0].work)) == 2
    assert catalog.count(Copy, Query(key=KEY)) == 6 and catalog.count(Copy, Query(key="other")) == 0
    assert catalog.copy_counts([copies[0].work, 99]) == {copies[0].work: 2}


def test_works_sent_in_a_year_and_their_number_of_copies(catalog: Catalog, make_copy: Maker) -> None:
    copies = [make_copy(a_work(name), who) for name, who in (("a", "A"), ("b", "A"), ("b", "B"), ("c", "B"))]
    with catalog._database.changing() as connection:
        for copy, day in zip(copies, ("2025-12-31", "2026-01-01", "2025-05-05", "2026-12-31"), strict=True):
            connection.execute("UPDATE copies SET created = ? WHERE id = ?", (f"{day}T23:59:59+00:00", copy.id))
    assert titles(catalog, sent="2026") == ["c", "b"]
    assert titles(catalog, sent="2026", recipient=copies[0].recipient) == ["b"]
    assert titles(catalog, sent="2024") == []
    assert catalog.years() == ["2026", "2025"]
    assert titles(catalog, sort="copies") == ["b", "c", "a"]
    catalog.bin(Copy, [copies[1].id, copies[2].id])
    assert titles(catalog, sort="copies") == ["c", "a", "b"]
    assert titles(catalog, sent="2026") == ["c"]
    with pytest.raises(RefusedError, match="is no year"):
        titles(catalog, sent="last year")


def test_works_of_licences_that_end_soon(catalog: Catalog, make_copy: Maker) -> None:
    near, by_copy, far = (make_copy(a_work(name)) for name in ("near", "by copy", "far"))
    dates = {"signed": "2026-01-01", "ends": "2026-06-30"}
    catalog.add(Consent(0, "one", AgreementType.LICENCE, works=(near.work,), **dates))  # type: ignore[arg-type]
    catalog.add(Consent(0, "two", AgreementType.LICENCE, copies=(by_copy.id,), **dates))  # type: ignore[arg-type]
    catalog.add(Consent(0, "three", AgreementType.LICENCE, signed="2026-01-01", ends="2026-12-31", works=(far.work,)))
    assert titles(catalog, ends_within=30, today="2026-06-01") == ["by copy", "near"]
    assert titles(catalog, ends_within=28, today="2026-06-01") == []
    assert [item.title for item in catalog.every(Consent, Query(work=near.work))] == ["one"]
    assert [item.title for item in catalog.every(Consent, Query(work=by_copy.work))] == ["two"]


def test_the_tags_that_there_are(catalog: Catalog, make_copy: Maker) -> None:
    copy = make_copy()
    catalog.tag(Work, [copy.work], add=["sea", "Blue"])
    catalog.tag(Copy, [copy.id], add=["sent"])
    assert catalog.tags(Work) == ["Blue", "sea"]
    catalog.tag(Work, [copy.work], remove=["sea"])
    assert catalog.tags(Work) == ["Blue"]


def test_works_by_their_copies_creators_terms_and_tags(catalog: Catalog, make_copy: Maker) -> None:
    one, two = make_copy(a_work("a"), "A"), make_copy(a_work("b"), "B")
    catalog.name_creator(KEY, "Ada")
    make_copy(a_work("c"), key="other")
    terms = catalog.add(Terms(0, "Portfolio"))
    catalog.edit(Work, [two.work], terms=terms.id, tags=["Red"])
    assert titles(catalog, copied=False) == []
    catalog.bin(Copy, [one.id])
    assert titles(catalog, copied=False) == ["a"]
    assert titles(catalog, copied=True) == ["c", "b"]
    (creator,) = (key.creator for key in catalog.known_keys() if key.id == KEY)
    assert titles(catalog, creator=creator) == ["b", "a"]
    assert catalog.count(Copy, Query(creator=creator)) == 1
    assert titles(catalog, terms=terms.id) == titles(catalog, tags=("red",)) == ["b"]
    assert titles(catalog, recipient=two.recipient) == ["b"]
    assert titles(catalog, kind=Kind.AUDIO) == []
    assert titles(catalog, binned=True) == []


def test_licences_by_standing_and_end(catalog: Catalog) -> None:
    def licence(title: str, **more: str) -> Consent:
        return catalog.add(Consent(0, title, AgreementType.LICENCE, **more))  # type: ignore[arg-type]

    licence("draft")
    licence("near", signed="2026-01-01", ends="2026-06-30")
    licence("last day", signed="2026-01-01", ends="2026-06-01")
    licence("over", signed="2026-01-01", ends="2026-05-31")
    licence("far", signed="2026-01-01", ends="2026-12-31")
    licence("revoked", signed="2026-01-01", ends="2026-06-30", revoked="2026-02-02")
    licence("endless", signed="2026-01-01")
    licence("later", signed="2026-01-01", starts="2026-06-02")
    query = Query(ends_within=30, today="2026-06-01", sort="ends")
    assert [found.title for found in catalog.page(Consent, query).items] == ["last day", "near"]
    for standing in Standing:
        found = catalog.page(Consent, Query(standing=standing, today="2026-06-01")).items
        wanted = [item for item in catalog.every(Consent) if item.standing("2026-06-01") is standing]
        assert list(found) == wanted
    second = catalog.revise(2)
    assert second.id not in {item.id for item in catalog.every(Consent, Query(latest=False))}
    assert 2 not in {item.id for item in catalog.every(Consent, Query(latest=True))}
    assert [item.id for item in catalog.every(Consent, Query(series=second.series))] == [second.id, 2]


def test_copies_with_and_without_a_licence(catalog: Catalog, make_copy: Maker) -> None:
    named, joined, other = make_copy(recipient="A"), make_copy(recipient="B"), make_copy(recipient="C")
    catalog.add(Consent(0, "by copy", AgreementType.LICENCE, signed="2026-01-01", copies=(named.id,)))
    catalog.add(
        Consent(
            0, "x", AgreementType.LICENCE, signed="2026-01-01", works=(joined.work,), recipients=(joined.recipient,)
        )
    )
    catalog.add(Consent(0, "draft", AgreementType.LICENCE, copies=(other.id,)))
    found = {copy.id for copy in catalog.every(Copy, Query(licensed=True, today="2026-06-01"))}
    assert found == {named.id, joined.id}
    assert [copy.id for copy in catalog.every(Copy, Query(licensed=False, today="2026-06-01"))] == [other.id]


def test_cases_and_payments_that_want_attention(catalog: Catalog) -> None:
    soon = catalog.add(Case(0, "soon", follow_up="2026-06-01"))
    catalog.add(Case(0, "done", CaseStatus.CLOSED))
    catalog.add(Case(0, "later", CaseStatus.WAITING, follow_up="2026-06-02"))
    assert [case.id for case in catalog.every(Case, Query(follow_up="2026-06-01"))] == [soon.id]
    assert catalog.count(Case, Query(status=CaseStatus.OPEN)) == 1
    consent = catalog.add(Consent(0, "x"))
    late = catalog.add(Payment(0, consent.id, amount="5", due="2026-05-01"))
    catalog.add(Payment(0, consent.id, amount="5", due="2026-05-01", received="2026-05-02"))
    assert [item.id for item in catalog.every(Payment, Query(received=False, due="2026-06-01"))] == [late.id]


def test_what_makes_no_sense_is_said(catalog: Catalog) -> None:
    with pytest.raises(RefusedError, match=r"works cannot be chosen by standing.*creator"):
        catalog.page(Work, Query(standing=Standing.ACTIVE))
    with pytest.raises(RefusedError, match=r"cannot be sorted by 'size'.*newest"):
        catalog.page(Work, Query(sort="size"))
    with pytest.raises(RefusedError, match="is no day"):
        catalog.page(Copy, Query(until="2026"))
