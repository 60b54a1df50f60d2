"""The arrows of docs/architecture.md, read from the sources: who may import whom, and what is loaded when."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
GROUND = {
    *("model", "errors", "printable", "json_lines", "progress", "settings", "spread", "decide", "labels", "document"),
    "data_files",
    *("days", "keys", "key_files", "keyring", "lanes", "recovery", "detection_keys"),
}
CONCERNS = {"media", "image", "audio", "catalog", "fingerprint", "rights", "evidence", "paper"}
JOBS = {
    "agreements",
    "apart",
    "questions",
    "reading",
    "protect",
    "series",
    "check",
    "figure",
    "soundtracks",
    "film",
    "cases",
    "credentials",
    "crosstests",
    "journal",
    "labelling",
    "letters",
    "likeness",
    "indexes",
    "familiar",
    "resemblance",
    "results",
    "scan",
    "medium",
    "naming",
    "nominations",
    "presets",
    "trial",
    "stamps",
    "unfinished",
    "view",
    "wording",
}  # those after check serve it
# Slow to load, wanted by few calls.
LATE = (
    "scipy.signal",
    "soundfile",
    "imagecodecs",
    "tifffile",
    "mutagen",
    "cv2",
    "pillow_heif",
    "av",
    "reportlab",
    "c2pa",
    "dask",
    "distributed",
)
LONGEST = 500
TRIES_JPEG = ("outlook.py", "PIL.Image")  # compresses in memory to say what a copy will survive; marks nothing
FINDS_FEATURES = ("opencv.py", "cv2")  # local features and one filter; warps and the mark stay numpy and scipy
# Warps and fills of arrays in memory, several times quicker than scipy's.
WARPS = {(file, f"PIL.{part}") for file in ("warp.py", "detection.py") for part in ("Image", "ImageDraw")}
# Where import and package differ.
PACKAGES = {
    "PIL": "pillow",
    "arabic_reshaper": "arabic-reshaper",
    "bidi": "python-bidi",
    "c2pa": "c2pa-python",
    "cv2": "opencv-python-headless",
    "pillow_heif": "pillow-heif",
    "PySide6": "pyside6-essentials",
    "shiboken6": "pyside6-essentials",  # comes with it
    "dask": "dask[distributed]",
    "distributed": "dask[distributed]",
}
ESSENTIALS = {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtNetwork", "QtPrintSupport", "QtTest", "QtConcurrent"}


class Import(NamedTuple):
    """One import statement: the module it names, whether loading the file runs it, and its line."""

    module: str
    at_once: bool
    line: int


def sources(*folders: str) -> list[Path]:
    """Return the project's own sources below some folders; what the bench installs for itself lies in bench/data."""
    others = ROOT / "bench" / "data"
    found = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return sorted(file for file in found if others not in file.parents)


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> list[Import]:
    """Return every import of a file, those for type checkers left out."""
    own = module_name(file).split(".")
    return imports_of(file.read_text("utf-8"), own if file.name == "__init__.py" else own[:-1])


def imports_of(text: str, package: list[str]) -> list[Import]:
    """Return every import of a source text that lies in a package; `from a import b` counts as a.b."""
    found: list[Import] = []

    def walk(node: ast.AST, at_once: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend(Import(alias.name, at_once, child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                above = package[: len(package) - child.level + 1] if child.level else []
                base = ".".join([*above, *filter(None, [child.module])])
                found.extend(Import(f"{base}.{alias.name}", at_once, child.lineno) for alias in child.names)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                for other in child.orelse:
                    walk(other, at_once)
            else:
                walk(child, at_once and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    walk(ast.parse(text), True)
    return found


def names(module: str, wanted: str) -> bool:
    return module == wanted or module.startswith(wanted + ".")


def where(file: Path, found: Import) -> str:
    return f"{file.relative_to(ROOT)}:{found.line} imports {found.module}"


def layer_of(module: str) -> str:
    """Return the part of the core that a module belongs to: "ground", a concern, "jobs" or "" for the bare package."""
    part = module.split(".")[1] if "." in module else ""
    return "ground" if part in GROUND | {"__version__"} else "jobs" if part in JOBS else part


def test_every_part_of_the_core_has_a_layer() -> None:
    parts = {module_name(file).split(".")[1] for file in sources("core") if file != ROOT / "core" / "__init__.py"}
    assert parts <= GROUND | CONCERNS | JOBS


def test_core_imports_run_one_way() -> None:
    allowed = {"ground": {"ground"}, "jobs": {"jobs", "ground", *CONCERNS}, "": set()}
    allowed |= {concern: {concern, "ground"} for concern in CONCERNS}
    wrong = [
        where(file, found)
        for file in sources("core")
        for found in imports(file)
        if names(found.module, "core") and layer_of(found.module) not in allowed.get(layer_of(module_name(file)), set())
    ]
    assert not wrong


def test_no_modules_of_the_core_import_each_other_in_circles() -> None:
    """Imports for type checkers and late ones count as well."""
    files = {module_name(file): file for file in sources("core")}
    graph = {}
    for module, file in files.items():
        text = file.read_text("utf-8").replace("if TYPE_CHECKING:", "if True:")
        own = module.split(".")
        found = imports_of(text, own if file.name == "__init__.py" else own[:-1])
        parts = ((one.module, one.module.rpartition(".")[0]) for one in found)
        graph[module] = {next((name for name in names_ if name in files), module) for names_ in parts} - {module}
    list(TopologicalSorter(graph).static_order())  # CycleError names one


def test_the_core_knows_neither_the_app_nor_qt() -> None:
    outside = ("app", "bench", "dev", "tests", "PySide6", "shiboken6")
    wrong = [
        where(file, found)
        for file in sources("core")
        for found in imports(file)
        if any(names(found.module, other) for other in outside)
    ]
    assert not wrong


def test_signal_code_knows_no_files() -> None:
    readers = ("pathlib", "os", "PIL", *LATE[1:])
    wrong = [
        where(file, found)
        for file in sources("core/image", "core/audio", "core/fingerprint")
        for found in imports(file)
        if any(names(found.module, reader) for reader in readers)
        and (file.name, found.module) not in {TRIES_JPEG, FINDS_FEATURES, *WARPS}
    ]
    assert not wrong


def test_slow_libraries_are_loaded_late() -> None:
    wrong = [
        where(file, found)
        for file in sources("core", "app")
        for found in imports(file)
        if found.at_once and any(names(found.module, late) for late in LATE)
    ]
    assert not wrong


def reachable(start: str) -> Iterator[tuple[Path, Import]]:
    """Yield every import, early or late, that a module of the project can lead to."""
    by_name = {module_name(file): file for file in sources("core", "app")}
    waiting, seen = [start], set()
    while waiting:
        name = waiting.pop()
        if name not in by_name or name in seen:
            continue
        seen.add(name)
        for found in imports(by_name[name]):
            yield by_name[name], found
            waiting += [found.module, found.module.rpartition(".")[0]]


FRONTS = ["app.cli", "app.session", "app.demo", "app.doctor", *(module_name(file) for file in sources("app/commands"))]


@pytest.mark.parametrize("front", FRONTS)  # cli.py loads its commands by name
def test_the_command_line_leads_nowhere_near_qt(front: str) -> None:
    assert front in {module_name(file) for file in sources("app")}
    wrong = [where(file, found) for file, found in reachable(front) if names(found.module, "PySide6")]
    assert not wrong


def test_starting_the_command_line_loads_no_slow_library() -> None:
    code = "import sys, app.cli; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    call = [sys.executable, "-c", code, "PySide6", *LATE]
    assert subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split() == []


def test_every_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = [entry for entries in project["optional-dependencies"].values() for entry in entries]
    declared = {entry.split(">")[0].lower() for entry in [*project["dependencies"], *optional]}
    wrong = []
    for file in sources("core", "app"):
        for found in imports(file):
            first = found.module.split(".")[0]
            known = first in sys.stdlib_module_names or first in ("core", "app")
            if not known and PACKAGES.get(first, first).lower() not in declared:
                wrong.append(where(file, found))
    assert not wrong


def test_qt_modules_are_those_of_the_essentials() -> None:
    """Only the player loads more, and only when something is played: some systems lack what QtMultimedia needs."""
    player = ROOT / "app" / "player.py"
    wrong = [
        where(file, found)
        for file in sources("app")
        for found in imports(file)
        if names(found.module, "PySide6")
        and found.module.split(".")[1] not in ESSENTIALS
        and (file != player or found.at_once or not names(found.module, "PySide6.QtMultimedia"))
    ]
    assert not wrong


def test_do_imports_the_standard_library_alone() -> None:
    wrong = [
        where(ROOT / "do.py", found)
        for found in imports(ROOT / "do.py")
        if found.module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert not wrong


@pytest.mark.parametrize("folder", ["core", "app", "bench", "dev", "tests"])
def test_modules_stay_short(folder: str) -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in sources(folder)}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}


def test_reading_imports_tells_early_from_late() -> None:
    text = (
        "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import PIL\n"
        "def late():\n    from scipy import signal\nclass Now:\n    import json\nfrom . import mask\n"
        "from ..model import Kind\n"
    )
    assert imports_of(text, ["core", "image"]) == [
        Import("os", True, 1),
        Import("typing.TYPE_CHECKING", True, 2),
        Import("scipy.signal", False, 6),
        Import("json", True, 8),
        Import("core.image.mask", True, 9),
        Import("core.model.Kind", True, 10),
    ]
