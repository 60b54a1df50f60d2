"""The sections on what a mark costs: change of the signal, time, memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.results import Results
from bench.tables import bullet, middle, names, number, paragraph, table
from core.model import Kind


def quality(results: Results | None) -> list[str]:
    """Return the lines of the section on how much a mark changes."""
    lines = ["## How much the mark changes", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    pictures = [row for row in results.rows if row["kind"] == Kind.IMAGE]
    sounds = [row for row in results.rows if row["kind"] == Kind.AUDIO]
    lines += paragraph(
        f"Measured {results.about['date']} at standard strength by the bench's own measures, apart from the core's. "
        "Pictures: PSNR and SSIM (Wang et al., 2004, Gaussian window; beside it a flat 7x7 window) of the luma of the "
        "8-bit picture over white, and the RMS of the change, in grey levels, where the picture is flat. Infinite "
        "values show as –."
    )
    if pictures:
        lines += [_lowest(pictures, "psnr", "PSNR", 2, min), _lowest(pictures, "ssim", "SSIM", 4, min)]
        lines += [_lowest(pictures, "flat_rms", "Change on flat places", 3, max)]
        below = [row for row in pictures if row["ssim"] is not None and row["ssim"] < 0.990]
        low = names(f"`{row['file']}` {row['ssim']:.4f}" for row in below)
        lines += bullet(f"SSIM below 0.990: {low}.")
        apart = [abs(row["ssim"] - row["core"]["ssim"]) for row in pictures if _both(row, "ssim")]
        away = [abs(row["psnr"] - row["core"]["psnr"]) for row in pictures if _both(row, "psnr")]
        if apart and away:
            lines += bullet(
                f"Against the core's own figures: SSIM apart by {middle(apart, 4)} in the middle, {max(apart):.4f} "
                f"at most; PSNR by {middle(away)} and {max(away):.2f} dB (the core measures before 8-bit RGB)."
            )
        lines.append("")
        body = [
            [
                f"`{row['file']}`",
                number(row["psnr"]),
                number(row["ssim"], 4),
                number(row["ssim_uniform"], 4),
                number(row["flat_rms"], 3),
                number(row["largest"], 1),
            ]
            for row in pictures
        ]
        lines += table(["picture", "PSNR, dB", "SSIM", "SSIM, 7x7", "change on flat places", "largest change"], body)
    if sounds:
        lines += paragraph(
            "Recordings: ratio of sound to change over the whole file and as the mean over active frames of 20 ms, "
            "level "
            "of the change in pauses, and the peak before and after. These are no measures of audibility; the gains "
            "that "
            "make the mark are changes of level in narrow bands, which such ratios overstate. Noise to mask is the "
            "core's own measure (mean over bark bands, then over frames), comparable with itself alone. PEAQ basic "
            "(0: not to be told apart, -1: perceptible, not annoying; GstPEAQ gives equal files 0.2), PESQ wide band "
            "and STOI are of the clip of 10 s with most sound; in brackets the same of MP3 at 128 kbit/s."
        )
        body = [
            [
                f"`{row['file']}`",
                number(row["snr"], 1),
                number(row["segmental_snr"], 1),
                number(row["pauses"], 1),
                number(row["core"].get("noise_to_mask_db"), 1),
                *(_beside(row.get("grades", {}), name) for name in ("odg", "pesq", "stoi")),
                f"{number(row['peak'][0], 3)} → {number(row['peak'][1], 3)}",
            ]
            for row in sounds
        ]
        head = ["recording", "SNR, dB", "segmental SNR, dB", "change in pauses, dBFS", "noise to mask, dB"]
        lines += table([*head, "PEAQ", "PESQ", "STOI", "peak"], body)
        missing = {f"{name}: {why}" for row in sounds for name, why in row.get("missing", {}).items()}
        for why in sorted(missing):
            lines += [*bullet(f"Not measured, {why}."), ""]
        over = [row for row in sounds if row["peak"][1] > max(row["peak"][0], 1.0)]
        lines += [f"Copies whose peak passes full scale where the source did not: {names(_file(r) for r in over)}.", ""]
    return lines


def speed(results: Results | None) -> list[str]:
    """Return the lines of the section on time and memory."""
    lines = ["## Time and memory", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    about = results.about
    lines += paragraph(
        f"Measured {about['date']} on {about['system']}, Python {about['python']}, one thread, medians of three "
        "runs on a "
        "shared machine: wall seconds are upper bounds, CPU seconds the fairer figure. Memory is what the peak grew by "
        "while the work was done (arrays in memory), or the peak of the whole process."
    )
    cases: dict[str, dict[str, Any]] = {}
    for row in results.rows:
        if row["job"] not in ("process", "peer"):
            cases.setdefault(row["case"], {})[row["job"]] = row
    body = [[name, *(_three(jobs.get(job)) for job in ("embed", "detect", "nothing"))] for name, jobs in cases.items()]
    jobs = ("embed", "detect, marked", "detect, unmarked")
    if body:
        lines += table(["signal in memory", *(f"{job}: wall s / CPU s / MB" for job in jobs)], body)
    lines += _beside_peers(results, cases)
    body = []
    for row in results.rows:
        if row["job"] == "process":
            peer = row.get("beside")
            ratio = f"{row['cpu'] / peer['cpu']:.1f} x" if peer and peer["cpu"] else "–"
            body.append([row["case"], _three(row), f"{peer['what']}: {_three(peer)}" if peer else "–", ratio])
    if body:
        lines += table(["whole process", "wall s / CPU s / MB", "beside it, same file", "CPU ratio"], body)
    return lines


def _beside_peers(results: Results, cases: dict[str, dict[str, Any]]) -> list[str]:
    """Return the table of what other programs took for the same signals."""
    body = []
    for row in results.rows:
        if row["job"] != "peer":
            continue
        ours = cases[row["case"]]
        if "failed" in row:
            body.append([row["case"], row["what"], f"not measured: {row['failed']}", "–", "–"])
            continue
        right = "" if row["right"] else " (wrongly)"
        body.append(
            [
                row["case"],
                row["what"],
                f"{row['embed']:.2f}, {_times(row['embed'], ours['embed']['cpu'])}",
                f"{row['read']:.2f}{right}, {_times(row['read'], ours['detect']['cpu'])}",
                _times(row["read"], ours["nothing"]["cpu"]),
            ]
        )
    if not body:
        return []
    head = ["signal", "program", "embed: CPU s, ratio to ours", "read: CPU s, ratio to ours", "to our full search"]
    return [
        *paragraph(
            "Other programs on the same signals in the same run. Ratios above 1 mean that the other one takes longer. "
            "Ours writes, reads the mark back and measures quality; the others write. Ours looks for every turn, size "
            "and speed before it says that there is nothing (last column); the others look where the mark was written, "
            "but for the speed where that is said. audiowmark is a process of its own, with its files."
        ),
        *table(head, body),
    ]


def _times(theirs: float, ours: float) -> str:
    return f"{theirs / ours:.1f} x" if ours else "–"


def _three(row: Any) -> str:
    return "–" if row is None else f"{row['wall']:.2f} / {row['cpu']:.2f} / {row['memory']}"


def _beside(grades: Any, name: str) -> str:
    """Return a grade, and that of MP3 in brackets."""
    digits = 3 if name == "stoi" else 2
    return f"{number(grades.get(name), digits)} ({number(grades.get(name + '_mp3'), digits)})"


def _lowest(rows: list[Any], name: str, title: str, digits: int, extreme: Callable[..., Any]) -> str:
    known = [row for row in rows if row[name] is not None]
    if not known:
        return f"- {title}: –."
    worst = extreme(known, key=lambda row: row[name])
    values = [row[name] for row in known]
    word = "lowest" if extreme is min else "highest"
    return f"- {title}: {middle(values, digits)} in the middle, {word} {worst[name]:.{digits}f} (`{worst['file']}`)."


def _both(row: Any, name: str) -> bool:
    return row[name] is not None and row["core"].get(name) is not None


def _file(row: Any) -> str:
    return f"`{row['file']}`"
