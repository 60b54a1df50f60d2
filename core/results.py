"""The result of one file in plain values, as JSON holds it: of a check, and of protecting."""

from __future__ import annotations

from core.model import Check, Checked, Match, Protected


def check_record(result: Checked) -> dict[str, object]:
    """Return what was found in one file."""
    return {
        "file": str(result.file),
        "verdict": result.verdict.value,
        **found(result),
        "message": result.message,
        "says": dict(result.says.said()),
        "removed": list(result.removed),
        "credentials": result.credentials,
    }


def found(result: Checked | Check) -> dict[str, object]:
    """Return the marks that were found in a file, and the works that it resembles without them."""
    return {
        "findings": [_finding(match) for match in result.matches],
        "similar": [{"work": one.work.title, "strength": one.likeness.value} for one in result.similar],
    }


def _finding(match: Match) -> dict[str, object]:
    finding = match.finding
    return {
        "serial": finding.serial,
        "work": match.work.title if match.work else None,
        "recipient": match.recipient.name if match.recipient else None,
        "probability": float(finding.probability),
        "score": float(finding.score),
        "level": finding.level,
        "where": [[float(first), float(second)] for first, second in finding.where],
        "times": [[float(start), float(end)] for start, end in finding.times],
        "tracks": [int(number) for number in finding.tracks],
        "transform": finding.transform,
        "shows_work": match.shows_work,
        "agreed": match.agreed,
    }


def protect_record(result: Protected) -> dict[str, object]:
    """Return what became of one file that was to be protected."""
    return {
        "source": str(result.source),
        "output": None if result.output is None else str(result.output),
        "serial": result.serial,
        "recipient": result.recipient,
        "status": result.status.value,
        "quality": dict(result.quality),
        "message": result.message,
    }
