"""Contact sheets: the pictures of a pass, side by side with their names below, few enough on each to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _COLUMNS, _ROWS = 800, 3, 3
_CAPTION, _GAP = 30, 16
_GROUND, _INK = (116, 116, 116), (255, 255, 255)
_FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "DejaVuSansCondensed.ttf"


def sheets(folder: Path, passes: Sequence[str]) -> Iterator[Path]:
    """Yield the sheets of some passes as they are written; older ones of these passes are gone."""
    for name in passes:
        for old in folder.glob(f"sheet-{name}-*.png"):
            old.unlink()
        for group in _groups(folder / name):
            pictures = [group[place : place + _COLUMNS * _ROWS] for place in range(0, len(group), _COLUMNS * _ROWS)]
            kind = "-".join(group[0].stem.split("-")[-2:])
            for number, few in enumerate(pictures, 1):
                target = folder / f"sheet-{name}-{kind}-{number}.png"
                _sheet(few).save(target)
                yield target


def _groups(folder: Path) -> list[list[Path]]:
    """Return the pictures by scheme and size, each group in the order in which it was drawn."""
    groups: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.png"), key=lambda path: path.stat().st_mtime_ns):
        groups.setdefault("-".join(path.stem.split("-")[-2:]), []).append(path)
    return list(groups.values())


def _sheet(paths: Sequence[Path]) -> Image.Image:
    font = ImageFont.truetype(_FONT, 18)
    shown = []
    for path in paths:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        if picture.width > _WIDTH:
            size = (_WIDTH, max(1, round(picture.height * _WIDTH / picture.width)))
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        shown.append((path.stem, picture))
    rows = [shown[place : place + _COLUMNS] for place in range(0, len(shown), _COLUMNS)]
    heights = [max(picture.height for _, picture in row) + _CAPTION + _GAP for row in rows]
    columns = max(len(row) for row in rows)
    sheet = Image.new("RGB", (columns * (_WIDTH + _GAP) + _GAP, sum(heights) + _GAP), _GROUND)
    pen = ImageDraw.Draw(sheet)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        for place, (name, picture) in enumerate(row):
            left = _GAP + place * (_WIDTH + _GAP)
            sheet.paste(picture, (left, top))
            pen.text((left, top + picture.height + 4), name, fill=_INK, font=font)
        top += height
    return sheet
