"""The other parts of the Catalog: recipients, consents, terms, the bin and the history, empty and filled."""

from __future__ import annotations

from typing import TypeVar

from app.pages.catalog import CatalogPage
from app.sections.bin import BinSection
from app.sections.consent_detail import ABOUT, CHECKLIST, PAPERS, PAYMENTS
from app.sections.consents import ConsentsSection
from app.sections.history import HistorySection
from app.sections.recipients import RecipientsSection
from app.sections.section import Section
from app.sections.terms import TermsSection
from core.model import Consent, Recipient
from dev.screenshots.stage import Stage
from dev.screenshots.states import state

_SECTION = TypeVar("_SECTION", bound=Section)


@state("recipients: empty")
def no_recipients(stage: Stage) -> None:
    _section(stage, RecipientsSection, works=False)


@state("recipients: filled")
def recipients(stage: Stage) -> None:
    section = _section(stage, RecipientsSection)
    known = stage.window.desk.session.catalog.recipient_by_name("Studio A")
    assert known is not None
    section.bring(known.id)
    stage.quiet()


@state("recipients: new")
def new_recipient(stage: Stage) -> None:
    _section(stage, RecipientsSection).start_new()
    stage.quiet()


@state("recipients: nothing matches")
def no_recipient(stage: Stage) -> None:
    section = _section(stage, RecipientsSection)
    section.listing.search.setText("nobody")
    stage.until(lambda: section.listing.rows.total == 0)
    stage.quiet()


@state("consents: empty")
def no_consents(stage: Stage) -> None:
    _section(stage, ConsentsSection, works=False)


@state("consents: signed", dense=True)
def signed(stage: Stage) -> None:
    _voice(stage)


@state("consents: draft")
def draft(stage: Stage) -> None:
    _agreement(stage, "Scan for a game")


@state("consents: new")
def new_consent(stage: Stage) -> None:
    _section(stage, ConsentsSection).start_consent()
    stage.quiet()


@state("consents: checklist")
def checklist(stage: Stage) -> None:
    _agreement(stage, "Scan for a game").detail.turn_to(CHECKLIST)
    stage.quiet()


@state("consents: works")
def consent_works(stage: Stage) -> None:
    _voice(stage).detail.turn_to(ABOUT)
    stage.quiet()


@state("consents: payments", docs="consents")
def payments(stage: Stage) -> None:
    _voice(stage).detail.turn_to(PAYMENTS)
    stage.quiet()


@state("consents: new payment")
def new_payment(stage: Stage) -> None:
    section = _voice(stage)
    section.detail.turn_to(PAYMENTS)
    stage.quiet()
    section.detail.payments.add_button.click()


@state("consents: papers")
def papers(stage: Stage) -> None:
    _voice(stage).detail.turn_to(PAPERS)
    stage.quiet()


@state("consents: signing")
def signing(stage: Stage) -> None:
    _agreement(stage, "Scan for a game").detail.acts.ask_signing()


@state("terms: empty")
def no_terms(stage: Stage) -> None:
    _section(stage, TermsSection, works=False)


@state("terms: filled")
def terms(stage: Stage) -> None:
    _section(stage, TermsSection)


@state("terms: creators")
def creators(stage: Stage) -> None:
    _section(stage, TermsSection).turn_to("creators")
    stage.quiet()


@state("terms: opt-out kit")
def kit(stage: Stage) -> None:
    _section(stage, TermsSection).turn_to("kit")
    stage.quiet()


@state("bin: empty")
def empty_bin(stage: Stage) -> None:
    _section(stage, BinSection, works=False)


@state("bin: filled")
def bin_(stage: Stage) -> None:
    _section(stage, BinSection)


@state("bin: question")
def bin_question(stage: Stage) -> None:
    _section(stage, BinSection).empty_button.click()


@state("history: empty")
def no_history(stage: Stage) -> None:
    _section(stage, HistorySection, works=False)


@state("history: filled")
def history(stage: Stage) -> None:
    section = _section(stage, HistorySection)
    section.rows.setCurrentIndex(section.model.index(1, 0))
    stage.quiet()


@state("catalog: undone")
def undone(stage: Stage) -> None:
    section = _section(stage, RecipientsSection)
    catalog = stage.window.desk.session.catalog
    known = catalog.recipient_by_name("Radio Nord")
    assert known is not None
    catalog.edit(Recipient, [known.id], note="Pays late.")
    stage.go(CatalogPage).undo()
    stage.quiet()
    section.bring(known.id)
    stage.quiet()


def _section(stage: Stage, kind: type[_SECTION], *, works: bool = True) -> _SECTION:
    stage.open(works=works)
    section = stage.go(CatalogPage).go_to(kind)
    stage.quiet()
    if (focused := stage.window.focusWidget()) is not None:
        focused.clearFocus()  # it went to the first part when the search that had it was hidden
    return section


def _voice(stage: Stage) -> ConsentsSection:
    return _agreement(stage, "Voice for the winter campaign")


def _agreement(stage: Stage, title: str) -> ConsentsSection:
    section = _section(stage, ConsentsSection)
    every = stage.window.desk.session.catalog.every(Consent)
    section.bring(next(one.id for one in every if one.title == title))
    stage.quiet()
    return section
