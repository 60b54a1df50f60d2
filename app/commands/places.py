"""Where in a file a mark lies and what was done to the file, in sentences."""

from __future__ import annotations

from core.model import Finding, Kind

_SPANS = 4  # stretches of a recording, or pictures of a film, that are told one by one


def place(finding: Finding, kind: Kind | None) -> str:
    """Return the sentences on one finding's place and transform; empty where neither is known."""
    parts = []
    if finding.times:
        first, *rest = [clock(start) for start, _ in finding.times]
        also = f", also at {_listed(rest)}" if rest else ""
        parts.append(f"It is shown at {first}{also}.")
    if finding.where and not finding.times and kind in (Kind.AUDIO, Kind.VIDEO):
        spans = [f"{clock(start)} to {clock(end)}" for start, end in finding.where]
        track = " in the sound track" if kind is Kind.VIDEO else ""
        if finding.tracks:
            numbers = " and ".join(str(number) for number in finding.tracks)
            track = f" in sound track {numbers}" if len(finding.tracks) == 1 else f" in the sound tracks {numbers}"
        parts.append(f"The mark lies{track} from {_listed(spans)}.")
    elif finding.where:
        columns, rows = [x for x, _ in finding.where], [y for _, y in finding.where]
        across, down = (f"{min(places):.0f} to {max(places):.0f}" for places in (columns, rows))
        what = "The mark fills" if finding.level == "blind" else "The work's outline spans"
        parts.append(f"{what} columns {across} and rows {down}.")
    if finding.transform:
        text = finding.transform[0].upper() + finding.transform[1:]
        parts.append(text if text.endswith(".") else f"{text}.")
    return " ".join(parts)


def _listed(places: list[str]) -> str:
    more = " and further on" if len(places) > _SPANS else ""
    return f"{', '.join(places[:_SPANS])}{more}"


def clock(seconds: float) -> str:
    """Return a place in a recording: 75 seconds are "1:15.0"."""
    minutes, rest = divmod(round(max(seconds, 0.0), 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}"
