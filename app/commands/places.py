"""Where in a file a mark lies and what was done to the file, in sentences."""

from __future__ import annotations

from core.model import Finding, Kind

_SPANS = 4  # stretches of a recording that are told one by one


def place(finding: Finding, kind: Kind | None) -> str:
    """Return the sentences on one finding's place and transform; empty where neither is known."""
    parts = []
    if finding.where and kind is Kind.AUDIO:
        spans = [f"{clock(start)} to {clock(end)}" for start, end in finding.where[:_SPANS]]
        more = " and further on" if len(finding.where) > _SPANS else ""
        parts.append(f"The mark lies from {', '.join(spans)}{more}.")
    elif finding.where:
        columns, rows = [x for x, _ in finding.where], [y for _, y in finding.where]
        across, down = (f"{min(places):.0f} to {max(places):.0f}" for places in (columns, rows))
        what = "The mark fills" if finding.level == "blind" else "The work's outline spans"
        parts.append(f"{what} columns {across} and rows {down}.")
    if finding.transform:
        text = finding.transform[0].upper() + finding.transform[1:]
        parts.append(text if text.endswith(".") else f"{text}.")
    return " ".join(parts)


def clock(seconds: float) -> str:
    """Return a place in a recording: 75 seconds are "1:15.0"."""
    minutes, rest = divmod(round(max(seconds, 0.0), 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}"
