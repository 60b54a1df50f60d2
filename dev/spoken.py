"""What the core says to people, read from its sources: the sentences that the window must know again and translate.

Told by three signs: whatever an error of ours is made of, whatever has the form of a sentence, and every wording of
a few modules that make parts of sentences. Reports and letters keep their English: of what makes them, errors alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from itertools import product
from pathlib import Path

from dev.texts import ROOT

ERRORS = {
    *("CountermarkError", "UnreadableError", "RefusedError", "WriteError", "KeyFileError", "CatalogError"),
    *("DamagedKeyError", "SettingsError"),
}
FOLDERS = ("core", "app")
# Front ends that speak English.
LEFT_OUT = (
    *("app/commands/", "app/cli.py", "app/demo.py", "app/doctor.py", "app/terminal.py", "app/samples.py"),
    *("app/record_arguments.py", "app/rights_arguments.py", "app/passphrases.py", "core/scan/"),
)
DOCUMENTS = (
    *("core/paper/", "core/evidence/", "core/letters.py", "core/agreements.py", "core/document.py", "core/recovery.py"),
    *(
        "core/rights/",
        "core/cases.py",
        "core/figure.py",
        "core/crosstests.py",
        "core/catalog/integrity.py",
        "core/catalog/search.py",
    ),
)
# These make parts of sentences: every wording in them counts.
PARTS = ("core/decide.py", "core/image/describe.py", "core/audio/timeline.py")
# Tables, and arguments of calls, whose texts the window shows although their module makes documents.
TABLES = {
    "core/evidence/report.py": ("LIMITS",),
    "core/evidence/notices.py": ("ELEMENTS",),
    "core/model/statements.py": ("LABELS", "MINING_WORDS"),
    "core/rights/consents.py": ("checklist",),
}
_SENTENCE = re.compile(r"^(?:[A-Z“]|\{\w+\} )[^\n]*\s[^\n]*[.!]$")
_MOST = 16  # wordings that the choices in one text may give


def spoken(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the patterns of what is said, with {named} places, and the files that say each."""
    found: dict[str, list[str]] = {}
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.py")):
            name = file.relative_to(root).as_posix()
            if name.startswith(LEFT_OUT):
                continue
            sentences = folder == "core" and not name.startswith(DOCUMENTS)
            source = file.read_text("utf-8")
            told = spoken_in(source, parts=name in PARTS, sentences=sentences)
            for pattern in (*told, *told_in(source, TABLES.get(name, ()))):
                files = found.setdefault(pattern, [])
                if name not in files:
                    files.append(name)
    return found


def spoken_in(source: str, *, parts: bool = False, sentences: bool = True) -> Iterator[str]:
    """Yield the patterns of one source: of errors, `sentences` too, or with `parts` every wording."""
    tree = ast.parse(source)
    silent = set(_silent(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            for argument in node.args:
                yield from (pattern for pattern in patterns(argument) if _says(pattern))
        if isinstance(node, ast.JoinedStr | ast.Constant) and node not in silent:
            for pattern in patterns(node):
                if (sentences and _SENTENCE.match(pattern)) or (parts and _wording(pattern)):
                    yield pattern


def told_in(source: str, names: Collection[str]) -> Iterator[str]:
    """Yield the texts in tables and functions with these names: the values of a table, the wordings of a function."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in names:
            table = node.value
            for value in table.values if isinstance(table, ast.Dict) else getattr(table, "elts", []):
                yield from patterns(value)
        elif isinstance(node, ast.FunctionDef) and node.name in names:
            silent = set(_silent(node))
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and inner not in silent:
                    yield from (pattern for pattern in patterns(inner) if " " in pattern)


def patterns(node: ast.AST) -> list[str]:
    """Return what a text can be: one pattern, or one for each choice that is written into it; none for no text."""
    if isinstance(node, ast.Constant):
        return [_numbered(node.value.strip())] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return [*patterns(node.body), *patterns(node.orelse)]
    if not isinstance(node, ast.JoinedStr):
        return []
    names: dict[str, str] = {}
    pieces: list[list[str]] = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            pieces.append([str(value.value).replace("{", "{{").replace("}", "}}")])
        elif isinstance(value, ast.FormattedValue):
            choices = patterns(value.value) if isinstance(value.value, ast.IfExp) else []
            written = choices and all("{" not in choice for choice in choices)
            pieces.append(choices if written else ["{" + _place(value.value, names) + "}"])
    made = ["".join(chosen).strip() for chosen in product(*pieces)]
    return made if len(made) <= _MOST else []


def _silent(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield texts that nobody is told: docstrings, the inner parts of others, logs, and errors that are bugs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield from (inner for inner in ast.walk(node) if inner is not node)
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            bug = called.endswith("Error") and called not in ERRORS
            if bug or called in ("debug", "info", "warning", "error", "exception", "execute", "field", "compile"):
                yield from (inner for argument in [*node.args, *node.keywords] for inner in ast.walk(argument))


def _place(value: ast.expr, names: dict[str, str]) -> str:
    """Return the name of a value's place, the same for the same expression and another for another one."""
    written = ast.unparse(value)
    if written not in names:
        words = [part for part in re.findall(r"[a-z]+", written.lower()) if part not in ("self", "len", "str", "join")]
        name = {"strerror": "reason"}.get(words[-1], words[-1]) if words else "value"
        taken = set(names.values())
        names[written] = next(n for n in (name, *(f"{name}{k}" for k in range(2, 99))) if n not in taken)
    return names[written]


def _numbered(text: str) -> str:
    """Return a text whose places, for `format`, are named after their order: {} becomes {value1}."""
    for number in range(1, text.count("{}") + 1):
        text = text.replace("{}", f"{{value{number}}}", 1)
    return text


def _wording(pattern: str) -> bool:
    """Return whether a text is for people: several words, or a plain one of some length."""
    return _says(pattern) if " " in pattern else bool(re.fullmatch(r"[a-z]{6,}", pattern))


def _says(pattern: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", re.sub(r"\{\w+\}", "", pattern)))
