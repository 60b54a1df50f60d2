"""The table of goals of the audio mark, with what was measured beside each."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.attacks.sounds import ATTACKS
from bench.negatives_sounds import UNMARKED
from bench.pages.recordings import Piece, counted, pieces, voices
from bench.pages.sound_peers import behind
from bench.results import Results, accused_wrongly
from bench.sound_goals import GOALS, Goal
from bench.tables import names, number, paragraph, share, table
from core.model import Kind

HOURS, WRONG_KEYS, ABSENT = 10.0, 2000, 1000  # goal 6
_GOAL_OF = {attack.name: attack.goal for attack in ATTACKS}
_SPEEDS = (  # goal 7: case and job of the speed run, what it is, times real time that are wanted
    ("60 s mono at 48 kHz", "embed", "embedding, 60 s mono at 48 kHz", 150.0),
    ("60 s mono at 48 kHz", "nothing", "detection that searches everything, 60 s", 25.0),
    ("60 s mono at 48 kHz", "detect", "detection that the near scale settles, 60 s", 100.0),
)


def section(runs: Mapping[str, Results]) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Goals of the audio mark", ""]
    results = runs.get("sounds")
    if results is None or not any("shares" in row for row in results.rows):
        return [*lines, "Not measured yet.", ""]
    blind, informed = pieces(results), pieces(results, "informed")
    files = len({piece.file for piece in voices(blind)})
    lines += paragraph(
        f"Measured {results.about['date']}: {files} recordings of voices, standard strength, the whole default search, "
        f"{results.about['candidates']:,} issued serials. Shares count the pieces in which at least two seconds of "
        "three are sound; how they were made is said in the next section. Informed: found blind or with the work's "
        "stored signal."
    )
    body = [
        *_quality(runs.get("quality")),
        *(_found(goal, voices(informed if goal.informed else blind)) for goal in GOALS),
        *_places(results, blind),
        *_safety(runs),
        *_speed(runs.get("speed")),
        *_beside(runs.get("sound_peers")),
    ]
    lines += table(["#", "goal", "wanted", "measured", "met"], body)
    return lines


def chosen(goal: Goal, piece: Piece) -> bool:
    """Return whether a piece counts for a goal."""
    named = goal.attacks
    mine = _GOAL_OF.get(piece.attack) == named if isinstance(named, int) else piece.attack in named
    return mine and piece.length == goal.length and piece.attack not in goal.without


def _found(goal: Goal, some: Sequence[Piece]) -> list[Any]:
    right, of = counted(some, lambda piece: chosen(goal, piece))
    kinds = len({piece.attack for piece in some if chosen(goal, piece)})
    length = "" if goal.length == "whole" else f", {goal.length} s"
    how = "informed" if goal.informed else "blind"
    title = f"{goal.what}{f' ({kinds} kinds)' if kinds > 1 else ''}{length}, {how}"
    return [
        goal.number,
        title,
        f"{goal.wanted:g} %",
        f"**{share(right, of)}**",
        _answer(of, right * 100 >= goal.wanted * of),
    ]


def _places(results: Results, blind: Sequence[Piece]) -> Iterator[list[Any]]:
    """Yield the rows of goal 5: a short piece within other sound, and a film's sound track."""
    pieces_found = counted([p for p in blind if p.kind == "voice"], lambda p: p.attack == "piece")
    placed = sum(row["class"] == "voice" and any(row.get("placed", {}).values()) for row in results.rows)
    of = pieces_found[1]
    told = f"**{share(*pieces_found)}**, {placed} with the place within 2 s"
    yield ["5", "5 s within 3 minutes of another voice", "all, with the place", told, _answer(of, placed == of)]
    film = counted([p for p in blind if p.kind == "voice"], lambda p: p.attack == "video")
    yield ["5", "sound track of a film", "all", f"**{share(*film)}**", _answer(film[1], film[0] == film[1])]


def _safety(runs: Mapping[str, Results]) -> Iterator[list[Any]]:
    """Yield the rows of goal 6: unmarked sound, wrong keys, wrong serials."""
    if "negatives_sounds" in runs:
        rows = [row for row in runs["negatives_sounds"].rows if row["part"] in UNMARKED.values()]
        hours = sum(row.get("heard", 0.0) for row in rows) / 3600
        alarms = sum(row[part][0] == "c" for row in rows for part in ("check", "every") if part in row)
        files, keys = (
            len({row["file"] for row in rows}),
            len({row["what"] for row in rows if ", from" not in row["what"]}),
        )
        told = f"**{alarms} in {len(rows):,} checks, {hours:.2f} hours** ({files} recordings, each with {keys} keys)"
        yield ["6", "`certain` in unmarked sound", f"0 in {HOURS:g} hours", told, _none(alarms, hours, HOURS, "hours")]
    for part, title, least in (("wrong_key", "`certain` with a wrong key", WRONG_KEYS),
                               ("absent", "wrong serial, the true one not a candidate", ABSENT)):  # fmt: skip
        rows = [row[part] for row in (runs["sound_keys"].rows if "sound_keys" in runs else ())]
        if rows:
            checks, wrong = (sum(row[name] for row in rows) for name in ("checks", "wrong"))
            told = f"**{wrong} in {checks:,} checks**"
            yield ["6", title, f"0 in {least:,}", told, _none(wrong, checks, least, "checks")]
    each = [
        value
        for name in ("sounds", "security")
        for row in (runs[name].rows if name in runs else ())
        if name == "sounds" or row.get("kind") == Kind.AUDIO
        for part in ("checks", "every", "informed")
        for value in row.get(part, {}).values()
    ]
    wrong = sum(accused_wrongly(list(value[:4])) for value in each)
    yield ["6", "wrong serial under damage", "0", f"**{wrong} in {len(each):,} checks**", "NO" if wrong else "yes"]


def _none(wrong: int, done: float, least: float, noun: str) -> str:
    """Return whether there was nothing wrong in as much as the goal asks for."""
    if wrong:
        return "NO"
    return "yes" if done >= least else f"none, but {f'{done:,.0f}' if done >= 100 else f'{done:.3g}'} {noun} only"


def _quality(results: Results | None) -> Iterator[list[Any]]:
    """Yield the rows of the goal on quality."""
    rows = [row for row in (results.rows if results else ()) if row.get("kind") == Kind.AUDIO and "grades" in row]
    speech = [row["grades"] for row in rows if row["class"] == "voice"]
    music = [row["grades"] for row in rows if row["class"] in ("music", "voice and music")]
    graded = [grades for grades in speech if grades.get("odg") is not None]
    if graded:
        odg, beside = [g["odg"] for g in graded], [g["odg_mp3"] for g in graded if g.get("odg_mp3") is not None]
        mean, other = statistics.fmean(odg), statistics.fmean(beside) if beside else -9.0
        told = f"**{mean:.2f}** (MP3 128: {other:.2f}), {len(odg)} clips"
        yield [
            "quality",
            "voices, PEAQ basic, mean",
            "-0.25, above MP3 128",
            told,
            _answer(1, mean >= -0.25 and mean > other),
        ]
        yield ["quality", "voices, PEAQ basic, worst clip", "-0.6", f"**{min(odg):.2f}**", _answer(1, min(odg) >= -0.6)]
    songs = [grades["odg"] for grades in music if grades.get("odg") is not None]
    if songs:
        mean = statistics.fmean(songs)
        yield [
            "quality",
            "music, PEAQ basic, mean",
            "-0.35",
            f"**{mean:.2f}**, {len(songs)} clips",
            _answer(1, mean >= -0.35),
        ]
    pesq = [grades["pesq"] for grades in speech if grades.get("pesq") is not None]
    if pesq:
        told = f"**{min(pesq):.2f}**, {len(pesq)} clips"
        yield ["quality", "voices, PESQ wide band, worst clip", "4.5", told, _answer(1, min(pesq) >= 4.5)]
    pauses = [row["core"]["pause_leakage_db"] for row in rows if "pause_leakage_db" in row["core"]]
    if pauses:
        told = f"**{number(max(pauses), 0)} dB** under the sound at most, {len(pauses)} recordings"
        yield ["quality", "change in pauses", "nothing", told, _answer(1, max(pauses) <= -60)]


def _speed(results: Results | None) -> Iterator[list[Any]]:
    """Yield the rows of goal 7 that the speed run holds."""
    rows = {(row["case"], row["job"]): row for row in (results.rows if results else ())}
    for case, job, title, wanted in _SPEEDS:
        row = rows.get((case, job))
        if row is not None and row["cpu"] > 0:
            times = 60.0 / row["cpu"]
            told = f"**{times:.0f} x**, {row['memory']} MB"
            yield ["7", title, f"{wanted:g} x real time", told, _answer(1, times >= wanted)]


def _beside(results: Results | None) -> Iterator[list[Any]]:
    """Yield the row of goal 8: rows of the side-by-side table in which the other program is ahead."""
    if results is None:
        return
    lost, of = behind(results)
    told = f"**behind in {len(lost)} of {of}**" + (f": {names(lost)}" if lost else "")
    yield ["8", "beside audiowmark", "0 rows behind", told, _answer(of, not lost)]


def _answer(of: int, met: bool) -> str:
    return "–" if not of else "yes" if met else "NO"
