"""The section on attacks by people who know how the picture mark works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.results import Results, found
from bench.tables import bullet, middle, names, paragraph, share
from bench.tables import table as made

Row = Mapping[str, Any]


def section(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Attacks by those who know", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    lines += paragraph(
        f"Measured {results.about['date']} on photo-like pictures of the sample, scaled to at most 0.6 MP, each among "
        f"{results.about['candidates']:,} issued serials. The attacker has marked copies and knows this program, but "
        "neither the key nor the originals. Found: `certain`, and the right serial."
    )
    for title, tell in CASES.items():
        rows = [row for row in results.rows if row["case"] == title]
        if rows:
            lines += tell(rows)
    return [*lines, ""]


def _wrong_keys(rows: Sequence[Row]) -> list[str]:
    tries, certain, probable = (sum(row[name] for row in rows) for name in ("tries", "certain", "probable"))
    return bullet(
        f"**Wrong keys.** {len(rows)} copies, untouched and turned by 7 degrees, looked for with other keys, blind and "
        f"informed: {certain} `certain` and {probable} `probable` in {tries} checks."
    )


def _deleted(rows: Sequence[Row]) -> list[str]:
    values = [value for row in rows for part in ("checks", "informed") for value in row[part].values()]
    blind = [value for row in rows for value in row["checks"].values()]
    wrong = sum(value[3] == 0 for value in values)
    keyed = sum(value[0] == "c" and value[3] is None for value in blind)
    return bullet(
        f"**Deleted serials.** {len(rows)} copies whose serial is no longer among the candidates, untouched, after "
        f"JPEG 50, turned, and cropped to 33 %: another recipient was named in {wrong} of {len(values)} checks. Blind, "
        f"{keyed} of {len(blind)} said rightly that it is a mark of this key with an unknown serial, the rest nothing."
    )


def _five(rows: Sequence[Row]) -> list[str]:
    blind = sum(row["blind"]["right"] for row in rows)
    informed = sum(row["informed_found"]["right"] for row in rows)
    of = sum(row["copies"] for row in rows)
    wrong = sum(row[part]["wrong"] for row in rows for part in ("blind", "informed_found"))
    least = min(row["informed_found"]["right"] for row in rows)
    any_found = sum(row["informed_found"]["right"] > 0 or row["blind"]["right"] > 0 for row in rows)
    return bullet(
        f"**The average of five recipients' copies**, saved as JPEG 80 ({len(rows)} pictures): copies found blind "
        f"{share(blind, of)}, informed {share(informed, of)} (at least {least} of 5 in every picture); at least one "
        f"recipient in {any_found} of {len(rows)}; wrong recipients named: {wrong}."
    )


def _works(rows: Sequence[Row]) -> list[str]:
    row = rows[0]
    low, high = row["likeness_of_strangers"]
    before = [value for name, value in row["checks"].items() if name.startswith("before")]
    after = [value for name, value in row["checks"].items() if name.startswith("after")]
    return bullet(
        f"**The average of {row['works']} works of one creator** (what a denoiser takes for noise, laid over one "
        f"another): its likeness with the key's pattern at the best of all offsets is {row['likeness']:g} deviations, "
        f"with the patterns of other keys {low:g} to {high:g}. With 1.5 times this average taken off, "
        f"{share(sum(map(found, after)), len(after))} are found ({sum(map(found, before))} of {len(before)} before); "
        f"score {middle([v[1] for v in after], 1)} in the middle, {middle([v[1] for v in before], 1)} before."
    )


def _template(rows: Sequence[Row]) -> list[str]:
    row = rows[0]

    def of(part: str, title: str) -> str:
        values = [value for name, value in row[part].items() if name.startswith(title + ",")]
        return share(sum(map(found, values)), len(values))

    return bullet(
        f"**The spectra of {row['works']} works averaged** show {row['guessed']} of the template's "
        f"{row['frequencies']} frequencies among as many strongest peaks: the template is no secret to who "
        "owns many works. With these "
        f"frequencies taken out (PSNR {row['psnr']:g} dB) {of('checks', 'notched')} are found blind; turned by 7 "
        f"degrees besides, {of('checks', 'notched and turned')} blind and {of('informed', 'notched and turned')} "
        "informed, which needs no template."
    )


def _notch(rows: Sequence[Row]) -> list[str]:
    lines = bullet(
        f"**The strongest peaks of one picture's spectrum taken out**, then a turn by 7 degrees ({len(rows)} pictures):"
    )
    names_of = list(rows[0]["checks"])
    body = []
    for name in names_of:
        blind = [row["checks"][name] for row in rows]
        informed = [row["informed"][name] for row in rows]
        psnr = [row["psnr"][name.partition(",")[0]] for row in rows]
        told = f"{name.replace(',', ' peaks,')}" if "," in name else f"{name} peaks"
        body.append([told, middle(psnr, 1), *(share(sum(map(found, v)), len(v)) for v in (blind, informed))])
    return [*lines, "", *made(["taken out", "PSNR, dB, middle", "blind", "informed"], body)]


def _copied(rows: Sequence[Row]) -> list[str]:
    read = sum(found(row["mark"]) for row in rows)
    answers = [row["shows_work"] for row in rows]
    true = [answer for row in rows for answer in row["copies_show_work"].values()]
    denied = [
        f"`{row['file'].partition(': ')[2]}` after {name}"
        for row in rows
        for name, answer in row["copies_show_work"].items()
        if answer is False
    ]
    return bullet(
        f"**A mark lifted off one picture and laid over another** ({len(rows)} pairs, PSNR of the victim "
        f"{middle([row['psnr'] for row in rows], 1)} dB in the middle): the mark is read in {read}, as with every mark "
        f"that does not depend on the picture; that the picture shown is not the work is said in {answers.count(False)}"
        f", left open in {answers.count(None)}, and said wrongly in {answers.count(True)}. Of {len(true)} true copies "
        f"(untouched, JPEG 50, half, mirrored, turned, in a collage, negative) {true.count(True)} are said to show the "
        f"work, {true.count(None)} are left open, {true.count(False)} are denied: {names(denied)}."
    )


CASES = {
    "wrong keys": _wrong_keys,
    "deleted serial": _deleted,
    "average of five copies": _five,
    "average of works": _works,
    "common template": _template,
    "template notch": _notch,
    "copy attack": _copied,
}
