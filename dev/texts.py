"""The texts of the sources that are there to be translated, found by their calls: what stands in them, and where."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("app",)
# The functions of app/i18n.py, and at which of their arguments the texts stand.
CALLS = {"tr": (0,), "tr_as": (1,), "counted": (1, 2), "marked": (0,)}
_MEANING = {"tr_as": 0}


class TextError(Exception):
    """A call whose text does not stand in it; its message names the place."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the sources: `many` is its plural, empty where it counts nothing."""

    one: str
    many: str
    meaning: str
    file: str

    @property
    def id(self) -> str | tuple[str, str]:
        """What a translation file knows it by."""
        return (self.one, self.many) if self.many else self.one


def texts(root: Path = ROOT) -> Iterator[Text]:
    """Yield every text to translate, file by file as they lie. TextError for calls whose text is not written out."""
    refused = []
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.py")):
            try:
                yield from texts_of(file.read_text("utf-8"), file.relative_to(root).as_posix())
            except TextError as error:
                refused.append(str(error))
    if refused:
        raise TextError("\n".join(refused))


def texts_of(source: str, name: str) -> Iterator[Text]:
    """Yield the texts to translate of one source, in the order of its lines."""
    refused = []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        called = _name(call.func)
        if called not in CALLS:
            continue
        try:
            meaning = _written(call, _MEANING[called], name) if called in _MEANING else [""]
            places = [_written(call, place, name) for place in CALLS[called]]
        except TextError as error:
            refused.append(str(error))
            continue
        if len(places) == 2:
            yield Text(places[0][0], places[1][0], meaning[0], name)
        else:
            yield from (Text(one, "", meaning[0], name) for one in places[0])
    if refused:
        raise TextError("\n".join(refused))


def _name(function: ast.expr) -> str:
    """Return the name that is called; of a method or a module's function the last part."""
    if isinstance(function, ast.Attribute):
        owner = function.value
        return function.attr if isinstance(owner, ast.Name) and owner.id == "i18n" else ""
    return function.id if isinstance(function, ast.Name) else ""


def _written(call: ast.Call, place: int, name: str) -> Sequence[str]:
    """Return the texts that an argument can be: one, or those of a choice between written ones."""
    if place < len(call.args):
        found = list(_constants(call.args[place]))
        if found and all(found):
            return found
    raise TextError(
        f"{name}:{call.lineno}: write the text out in the call, or mark it in its table and show it: "
        f"{ast.unparse(call)[:80]}"
    )


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    else:
        yield node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
