"""What an office keeps beside works and copies: terms, addresses, agreements with their ledger, and cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from core.cases import open_case
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.keys import CreatorKey
from core.model import (
    AgreementType,
    Answer,
    Case,
    CaseStatus,
    Consent,
    Creator,
    DataMining,
    Document,
    Payment,
    PaymentKind,
    Recipient,
    RecipientKind,
    Replica,
    Terms,
    Work,
)

_PERFORMER = "Mara Elisabeth Lind"


def agree(catalog: Catalog) -> None:
    """Note who everybody is, the terms, and what was agreed: before files are checked, whose verdicts speak of it."""
    terms = _terms(catalog)
    for creator in catalog.every(Creator, Query()):
        catalog.edit(
            Creator,
            [creator.id],
            legal_name=_PERFORMER,
            address="Lindenweg 4\n10115 Berlin",
            email="mara@lind.example",
            website="https://lind.example",
            representative="Agency Berg",
            union_id="Actors' union 4711",
            terms=terms,
        )
    _recipients(catalog)
    works = {work.title: work.id for work in catalog.works()}
    for work, tags in (("Hill house", ("houses", "portfolio")), ("Demo reel", ("voice", "2026"))):
        catalog.edit(Work, [works[work]], tags=tags, note="Shown to agencies only." if tags[0] == "voice" else "")
    _agreements(catalog, works)


def act(catalog: Catalog, key: CreatorKey, found: list[Path]) -> None:
    """Open cases with found files, of which one is due, one waits for an answer and one is closed."""
    wallpaper, advert, hills = found
    case = Case(
        0,
        "Hill house as a wallpaper",
        found_where="https://wallpapers.example/houses/0417",
        found_on=_day(-9),
        found_by="Mara Lind",
        found_how="Saved with the browser, and a screenshot of the page",
        respondent="Wallpapers Ltd",
        contact="legal@wallpapers.example",
        follow_up=_day(-1),
        tags=("web",),
    )
    open_case(wallpaper, case, catalog=catalog, keys=(key,))
    waits = replace(case, title="Advert uses the demo reel", respondent="Sound of Snow", follow_up=_day(12))
    waits = replace(waits, found_where="https://radio.example/ads", contact="ads@radio.example", tags=())
    made = open_case(advert, waits, catalog=catalog, keys=(key,))
    catalog.edit(Case, [made.id], status=CaseStatus.WAITING)
    over = Case(0, "Hills in a travel brochure", found_where="A brochure from the station", found_on=_day(-80))
    made = open_case(hills, over, catalog=catalog, keys=(key,))
    settled = "Another picture of the same hills: nothing of ours."
    catalog.edit(Case, [made.id], status=CaseStatus.CLOSED, closed=_day(-60), outcome=settled)


def _terms(catalog: Catalog) -> int:
    year = date.today().year
    made = catalog.add(
        Terms(
            0,
            "All rights reserved, no AI",
            rights=f"© {year} Mara Lind. All rights reserved.",
            usage="For the recipient's own review. Any other use needs a licence in writing.",
            data_mining=DataMining.PROHIBITED,
            web_statement="https://lind.example/rights",
            policy="https://lind.example/ai-policy",
            licensor="Mara Lind",
            licensor_email="mara@lind.example",
            credit="Picture and voice: Mara Lind",
        )
    )
    catalog.add(Terms(0, "Portfolio, search engines only", data_mining=DataMining.SEARCH_ONLY))
    old = catalog.add(Terms(0, "Old terms of 2019"))
    catalog.bin(Terms, [old.id])
    return made.id


def _recipients(catalog: Catalog) -> None:
    about = {
        "Studio A": (RecipientKind.STUDIO, "casting@studio-a.example", ("voice", "casting")),
        "Radio Nord": (RecipientKind.CLIENT, "production@radio-nord.example", ("radio",)),
    }
    for one in catalog.recipients():
        kind, email, tags = about[one.name]
        catalog.edit(Recipient, [one.id], kind=kind, email=email, tags=tags)
    catalog.add(Recipient(0, "Agency Berg", email="hello@berg.example", kind=RecipientKind.AGENT))
    catalog.add(Recipient(0, "Gallery at the Harbour", kind=RecipientKind.GALLERY, note="Asks for prints in spring."))
    gone = catalog.add(Recipient(0, "A studio that closed", kind=RecipientKind.STUDIO))
    catalog.bin(Recipient, [gone.id])


def _agreements(catalog: Catalog, works: dict[str, int]) -> None:
    creator = next(iter(catalog.every(Creator, Query()))).id
    whom = {one.name: one.id for one in catalog.recipients()}
    voice = catalog.add(
        Consent(
            0,
            "Voice for the winter campaign",
            creator=creator,
            performer=_PERFORMER,
            stage_name="Mara Lind",
            union_id="Actors' union 4711",
            granted_to="Studio A",
            project="Winter radio",
            replica=Replica.VOICE,
            holder="Studio A",
            uses="Synthetic voice for three radio spots of 30 s",
            media="Radio",
            territory="Canada",
            starts=_day(-200),
            ends=_day(21),
            max_uses=3,
            ai_training=Answer.REFUSED,
            fine_tuning=Answer.REFUSED,
            sublicence=Answer.REFUSED,
            political=Answer.REFUSED,
            adult=Answer.REFUSED,
            languages="English, French",
            currency="EUR",
            scan_day_fee="1250.00",
            use_fee="450.00",
            residual="3 % of net receipts, each quarter",
            credit="Voice: Mara Lind",
            security="Kept encrypted, deleted after the campaign",
            revocation="With 30 days' notice",
            signed=_day(-205),
            place="Berlin",
            separately_signed=True,
            works=(works["Demo reel"],),
            recipients=(whom["Studio A"],),
        )
    )
    for payment in (
        Payment(0, voice.id, PaymentKind.SCAN_DAY, "1250.00", "EUR", _day(-190), _day(-188), "1250.00"),
        Payment(0, voice.id, PaymentKind.PER_USE, "900.00", "EUR", _day(-14), uses=2, note="Two spots in autumn"),
        Payment(0, voice.id, PaymentKind.RESIDUAL, "310.50", "EUR", _day(30)),
    ):
        catalog.add(payment)
    paper = b"%PDF-1.4 the signed form"
    catalog.add(Document(0, "Signed form.pdf", consent=voice.id, bytes=len(paper)))
    shown = replace(voice, id=0, series=0, type=AgreementType.LICENCE, replica=Replica.NONE, max_uses=None)
    catalog.add(
        replace(
            shown,
            title="Hill house, shown on one website",
            project="New website",
            uses="One picture on the page of the house",
            media="Web",
            territory="Worldwide",
            ends=_day(400),
            works=(works["Hill house"],),
        )
    )
    catalog.add(replace(shown, title="Three ridges, calendar", ends=_day(-20), works=(works["Three ridges"],)))
    catalog.add(replace(shown, title="Late light, poster", revoked=_day(-3), works=(works["Late light"],)))
    catalog.add(Consent(0, "Scan for a game", creator=creator, granted_to="Radio Nord", replica=Replica.EMPLOYMENT))


def _day(number: int) -> str:
    return (date.today() + timedelta(days=number)).isoformat()
