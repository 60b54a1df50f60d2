"""The section on pictures under named damage, and its words in the summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench import goals, sample
from bench.attacks import ImageAttack
from bench.attacks.images import ATTACKS, FAMILIES
from bench.material import CANDIDATES
from bench.pages.damage import not_done
from bench.results import Results, accused_wrongly, found
from bench.tables import bullet, middle, names, number, paragraph, percent, share, table

Row = Mapping[str, Any]
SURVIVES, FAILS = 0.95, 0.50


def large(row: Row, group: str) -> bool:
    """Return whether a picture is of this class and not small."""
    return bool(row["group"] == group and row["megapixels"] >= goals.SMALL)


GROUPS = (
    ("photo-like", lambda row: large(row, goals.PHOTO)),
    ("coloured flat art", lambda row: large(row, goals.FLAT)),
    ("on white", lambda row: row["group"] == goals.WHITE),
    ("0.1 to 0.35 MP", lambda row: row["megapixels"] < goals.SMALL and row["group"] != goals.WHITE),
)


def section(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Pictures under named damage", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    rows = marked(results)
    about = results.about
    versions = sorted({row["parameters"] for row in rows})
    lines += paragraph(
        f"Measured {about['date']}, image mark version {names(map(str, versions))}, strength standard, seed "
        f"{about['seed']}, {len(ATTACKS)} kinds of damage. {len(rows)} of {len(results.rows)} pictures of the sample "
        "could be marked. Each was marked and damaged in memory and read back among "
        f"{CANDIDATES:,} issued serials, with the sizes of all works known to the catalog. Blind: the damaged picture "
        "alone. Informed: read again with the reference that the catalog keeps of the work, by subtracting it; "
        "synthesised: after damaging the reference in the same way. Both were measured where a goal wants them and for "
        "the first misses of every picture. Found: `certain`, and the right serial."
    )
    kept = names(f"`{row['file']}`" for row in rows if row["megapixels"] > sample.SHRINK_ABOVE)
    lines += paragraph(
        "The sample: all flat pictures and cut-outs of at least 0.1 MP, and photo-like ones (photos, faces, paintings, "
        f"renders, greys) in turn by kind. Pictures over {sample.SHRINK_ABOVE:g} MP were first scaled to "
        f"{sample.SHRUNK:g} MP, to bound the time, except {kept}. "
        "On white: a flat picture with at least 45 % of its luma above 240. Damage that no goal names was done to "
        "every fourth picture."
    )
    lines += paragraph(_quality(rows))
    for family, attacks in FAMILIES.items():
        lines += [f"### {family}", "", *_table(rows, attacks)]
    lines += _wrong(rows)
    lines += ["### Every miss of the blind search", ""]
    lines += paragraph(
        "In brackets what informed detection then found: i informed, s synthesised, – nothing either; no bracket where "
        "it was not tried."
    )
    lines += _misses(rows)
    lines += not_done(results.rows, ATTACKS)
    return lines


def in_short(results: Results) -> list[str]:
    """Return the points of the summary."""
    rows = marked(results)
    lines = []
    for title, belongs in GROUPS:
        some = [row for row in rows if belongs(row)]
        if not some:
            continue
        told: dict[str, list[str]] = {"good": [], "middling": [], "bad": []}
        for attack in ATTACKS:
            right, of = hits(some, attack.name)
            if of and attack.name != "none":
                level = "good" if right >= SURVIVES * of else "middling" if right >= FAILS * of else "bad"
                told[level].append(attack.title if level == "good" else f"{attack.title} ({percent(right, of)})")
        text = f"**Pictures, {title}** ({len(some)}), by the file alone: found in at least 95 % after "
        text += f"{len(told['good'])} of {sum(map(len, told.values()))} kinds of damage"
        text += "." if not told["middling"] else f"; in some only after {'; '.join(told['middling'])}."
        if told["bad"]:
            text += f" Mostly lost after {'; '.join(told['bad'])}."
        lines += bullet(text)
    return lines


def marked(results: Results) -> list[Row]:
    """Return the rows of the pictures that could be marked."""
    return [row for row in results.rows if "refused" not in row]


def hits(rows: Sequence[Row], attack: str, part: str = "checks", level: str = "") -> tuple[int, int]:
    """Return how many checks of this part found the right copy (at this level), and how many there were."""
    done = [row[part][attack] for row in rows if attack in row.get(part, {})]
    return sum(found(value) and (not level or value[4] == level) for value in done), len(done)


def _table(rows: Sequence[Row], attacks: Sequence[ImageAttack]) -> list[str]:
    kept = [(name, some) for name, belongs in GROUPS if (some := [row for row in rows if belongs(row)])]
    body = []
    for attack in attacks:
        done = [row["checks"][attack.name] for row in kept[0][1] if attack.name in row["checks"]] if kept else []
        if hits(rows, attack.name)[1]:
            scores = [value[1] for value in done]
            informed = f"{hits(rows, attack.name, 'informed', 'informed')[0]}"
            remade = f"{hits(rows, attack.name, 'informed', 'synthesised')[0]}"
            tried = hits(rows, attack.name, "informed")[1]
            body.append(
                [
                    attack.title,
                    *(share(*hits(some, attack.name)) for _, some in kept),
                    f"{middle(scores, 1)} / {number(min(scores), 1) if scores else '–'}",
                    f"{informed} + {remade} of {tried}" if tried else "–",
                ]
            )
    head = ["damage", *(f"{name} ({len(some)})" for name, some in kept)]
    first = kept[0][0] if kept else ""
    return table([*head, f"score, {first}: middle / lowest", "informed + synthesised, of those tried"], body)


def _misses(rows: Sequence[Row]) -> list[str]:
    lines = []
    for attack in ATTACKS:
        missed = [
            f"`{row['file']}`{_rescued(row, attack.name)}"
            for row in rows
            if attack.name in row["checks"] and not found(row["checks"][attack.name])
        ]
        if missed:
            lines += bullet(f"{attack.title}: {names(missed)}")
    return [*(lines or ["- none"]), ""]


def _rescued(row: Row, attack: str) -> str:
    value = row.get("informed", {}).get(attack)
    if value is None:
        return ""
    return f" ({value[4][0] if found(value) else '–'})"


def _wrong(rows: Sequence[Row]) -> list[str]:
    checks = [
        (row["file"], value)
        for row in rows
        for part in ("checks", "every", "informed")
        for value in row.get(part, {}).values()
    ]
    wrong = [f"`{file}`" for file, value in checks if accused_wrongly(value[:4])]
    wide = [value for row in rows for value in row.get("every", {}).values()]
    said = f"A wrong serial was named in {len(wrong)} of {len(checks):,} checks: {names(wrong)}."
    if wide:
        said += f" Among all 2^20 serials, after JPEG 50: found in {share(sum(map(found, wide)), len(wide))}."
    return paragraph(said)


def _quality(rows: Sequence[Row]) -> str:
    told = []
    for name, belongs in GROUPS:
        some = [row["quality"] for row in rows if belongs(row)]
        if some:
            psnr, ssim = [q["psnr"] for q in some], [q["ssim"] for q in some]
            told.append(f"{name} {min(psnr):.1f} to {max(psnr):.1f} dB, SSIM at least {min(ssim):.4f}")
    return f"PSNR of the marked copies: {'; '.join(told)}."
