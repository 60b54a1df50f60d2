"""Which works a file shows or sounds like, whatever mark it carries: told as a likeness, never as a finding.

Fingerprints nominate works. These are compared with the file itself by their stored signals, which settles the matter;
where that cannot tell, those are told whose fingerprints agree more than any stranger's was seen to.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from core.medium import Suspect
from core.model import Finding, Kind, Likeness, Match, Reference, Similar, Verdict
from core.nominations import Nominations
from core.progress import Progress
from core.questions import clear_votes

_LIKELIEST = 2  # works that a file is compared with, beside those that its user names
_TOLD = 3  # works at most
_log = logging.getLogger(__name__)


def resembled(
    suspect: Suspect, works: Nominations, matches: Sequence[Match], progress: Progress
) -> tuple[Similar, ...]:
    """Return the works that a file resembles, best first, but for those whose marks were found in it.

    None are looked for where a certain mark belongs to what the file shows. A mark on something else is one that was
    lifted off: then what the file does show is worth knowing.
    """
    if any(match.finding.verdict is Verdict.CERTAIN and match.shows_work is not False for match in matches):
        return ()
    marked = {match.work.id for match in matches if match.work is not None}
    clear = [one.work for one in works.nominated if one.votes >= clear_votes(works.work(one.work).kind)]
    shown: dict[int, bool | None] = {}
    for reference in works.signals((*works.chosen, *works.alike[:_LIKELIEST], *clear)):
        progress(0.9, "comparing")
        shown[reference.work] = shows_work(suspect, reference)
    # A picture that cannot be laid onto a work is another one in the same manner; music or noise over a recording can
    # hide the work from a comparison.
    found = [Similar(works.work(number), Likeness.STRONG) for number, shows in shown.items() if shows]
    for number in clear:
        work, shows = works.work(number), shown.get(number)
        if shows is None or (shows is False and Kind.AUDIO in (suspect.kind, work.kind)):
            found.append(Similar(work, Likeness.LIKELY))
    found = [one for one in found if one.work.id not in marked]
    return tuple(found[:_TOLD])


def shows_work(suspect: Suspect, reference: Reference, finding: Finding | None = None) -> bool | None:
    """Return whether a suspect shows a work, of which it carries the mark `finding` where one was found.

    None where that cannot be told, as with a damaged signal.
    """
    heard = finding is not None and suspect.kind is not Kind.IMAGE and not finding.times
    try:
        return suspect.shows_work(reference, finding.where if finding is not None and heard else ())
    except ValueError as error:
        _log.warning("Comparing with work %d failed: %s", reference.work, error)
        return None
