"""How consents and licences stand, in words: whether they hold, since when, until when."""

from __future__ import annotations

import datetime
from typing import Final

from app.entered import day_words
from app.i18n import counted, tr
from app.models.rows import State
from core.model import Consent, Standing

SOON: Final = 30  # days before its end in which an agreement is called to mind


def state_of(consent: Consent, day: str) -> State:
    """Return how an agreement stands on a day: word, icon and colour."""
    match consent.standing(day):
        case Standing.DRAFT:
            return State(tr("Draft"), "waiting", "muted")
        case Standing.UPCOMING:
            return State(tr("Begins on {day}", day=day_words(consent.starts)), "waiting", "accent")
        case Standing.EXPIRED:
            return State(tr("Expired on {day}", day=day_words(consent.ends)), "nothing", "muted")
        case Standing.REVOKED:
            return State(tr("Revoked on {day}", day=day_words(consent.revoked)), "refused", "trouble")
        case Standing.REPLACED:
            return State(tr("Replaced on {day}", day=day_words(consent.replaced)), "cancelled", "muted")
        case _:
            return _active(consent, day)


def _active(consent: Consent, day: str) -> State:
    if not consent.ends:
        return State(tr("Active, without end"), "certain", "certain")
    left = (datetime.date.fromisoformat(consent.ends) - datetime.date.fromisoformat(day)).days
    if left > SOON:
        return State(tr("Active until {day}", day=day_words(consent.ends)), "certain", "certain")
    return State(ends_in(left), "waiting", "probable")


def ends_in(days: int) -> str:
    """Return in how many days something ends."""
    if days < 2:
        return tr("Ends tomorrow") if days else tr("Ends today")
    return counted(days, "Ends in {count} day", "Ends in {count} days")


def title_ends_in(title: str, days: int) -> str:
    """Return the sentence that says in how many days something ends."""
    if days < 2:
        return tr("“{title}” ends tomorrow.", title=title) if days else tr("“{title}” ends today.", title=title)
    return counted(days, "“{title}” ends in {count} day.", "“{title}” ends in {count} days.", title=title)
