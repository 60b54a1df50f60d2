"""What indexes of works are asked for a file: small, so that it can come from a process apart, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from core.model import Kind

if TYPE_CHECKING:
    from core.fingerprint.index import Nomination
    from core.indexes import AnyIndex

Question = tuple[tuple[Kind, Any], ...]  # one for a picture or a recording, one for each part of a film


def answers(works: Sequence[AnyIndex], question: Question) -> list[list[Nomination]]:
    """Return for each part of a question the works, best first, that it may show."""
    from core.fingerprint import images, sounds
    from core.fingerprint.index import Index
    from core.fingerprint.triples import TripleIndex

    seen = [part for part in works if isinstance(part, Index)]
    heard = [part for part in works if isinstance(part, TripleIndex)]
    return [
        images.answered(seen, asked) if kind is Kind.IMAGE else sounds.answered(heard, asked)
        for kind, asked in question
    ]


def nominated(question: Question, answered: Sequence[list[Nomination]]) -> list[Nomination]:
    """Return the works of all answers together, each with its most votes: those heard, then those seen, best first."""
    kinds = [kind for kind, _ in question]
    heard = [some for kind, some in zip(kinds, answered, strict=True) if kind is Kind.AUDIO]
    seen = [some for kind, some in zip(kinds, answered, strict=True) if kind is Kind.IMAGE]
    return [*_joined(heard), *_joined(seen)]


def _joined(found: Iterable[list[Nomination]]) -> list[Nomination]:
    votes: dict[int, Nomination] = {}
    for nomination in (one for some in found for one in some):
        known = votes.get(nomination.work)
        if known is None or known.votes < nomination.votes:
            votes[nomination.work] = nomination
    return sorted(votes.values(), key=lambda nomination: -nomination.votes)


def clear_votes(kind: Kind) -> int:
    """Return from how many agreeing features on a work of a kind is told as a likeness: no stranger had so many."""
    from core.fingerprint import images, sounds

    return images.CLEAR if kind is Kind.IMAGE else sounds.CLEAR
