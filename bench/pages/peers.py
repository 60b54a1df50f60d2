"""The section that puts other programs beside Countermark, on the same pictures under the same damage."""

from __future__ import annotations

from bench.attacks.images import ATTACKS
from bench.peers import PACKAGES
from bench.peers.compare import BITS, MEGAPIXELS, TOOLS
from bench.results import Results
from bench.tables import bullet, middle, names, paragraph, share, table

_ALL = ("Countermark", *TOOLS)


def section(results: Results | None) -> list[str]:
    """Return the lines of the section."""
    lines = ["## Beside other programs", ""]
    if results is None:
        return [*lines, "Not measured yet.", ""]
    rows = results.rows
    shown = names(f"`{row['file']}`" for row in rows)
    lines += paragraph(
        f"Measured {results.about['date']} on {len(rows)} pictures of the sample, scaled to at most {MEGAPIXELS:g} MP "
        f"({shown}), with {names(PACKAGES)} in an environment of their own. The "
        f"peers carry {BITS} bits at their own default strength, and read means that all of them came back right; they "
        "were told the length and the passwords, and the better of two tries counts: the damaged picture as it is, and "
        "resized to the size in which it was marked. Countermark: `certain`, and the right one of "
        f"{results.about['candidates']:,} serials, by the file alone. A peer with a higher PSNR changes the picture "
        "less; its strength was left as it comes."
    )
    body = [["PSNR, dB, middle", *(middle([r["psnr"][tool] for r in rows if tool in r["psnr"]], 1) for tool in _ALL)]]
    sums = {tool: [0, 0] for tool in _ALL}
    for attack in ATTACKS:
        cells = []
        for tool in _ALL:
            done = [row["read"][tool][attack.name] for row in rows if attack.name in row["read"].get(tool, {})]
            sums[tool][0] += sum(done)
            sums[tool][1] += len(done)
            cells.append(f"{sum(done)} of {len(done)}" if done else "–")
        if any(cell != "–" for cell in cells):
            body.append([attack.title, *cells])
    body.append(["**all**", *(f"**{share(right, of)}**" for right, of in sums.values())])
    lines += table(["damage", *_ALL], body)
    failed = {(tool, why) for row in rows for tool, why in row["failed"].items()}
    for tool, why in sorted(failed):
        files = [f"`{row['file']}`" for row in rows if row["failed"].get(tool) == why]
        lines += bullet(f"Could not be run: {tool} on {names(files)}: {why}")
    lines += bullet(
        "The neural method of invisible-watermark (RivaGAN) was not run: it needs torch, and a model to be downloaded."
    )
    return [*lines, ""]
