"""Which pictures are drawn of each state: all combinations would be too many, so some are left out."""

from __future__ import annotations

from dataclasses import dataclass

Size = tuple[int, int]
SMALL, LARGE = (1100, 700), (2560, 1440)


@dataclass(frozen=True, slots=True)
class Pass:
    """One run over the states: a language, the sizes of the window, the schemes of colours.

    `dense` draws two pixels for a point, and only the states that are marked as such; `usual` ones are always drawn.
    """

    name: str
    language: str
    sizes: tuple[Size, ...] = (SMALL,)
    schemes: tuple[str, ...] = ("light",)
    dense: bool = False
    usual: bool = True


PASSES = {
    each.name: each
    for each in (
        Pass("english", "en", (SMALL, LARGE), ("light", "dark")),
        Pass("german", "de"),
        Pass("arabic", "ar", schemes=("light", "dark")),
        Pass("dense", "en", dense=True),
        Pass("pseudo", "qps", usual=False),
        Pass("mirrored", "qps-mirrored", usual=False),
    )
}
