"""Packages: the script that lies in one finds any change of any file, with Python and `cryptography` alone."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import WriteError
from core.evidence.package import Exhibit, Package, write

from .test_log import KEY, made


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return packed(tmp_path_factory.mktemp("packages") / "case 1")


def packed(folder: Path) -> Package:
    suspect = folder.parent / "süspect.jpg"
    suspect.write_bytes(bytes(range(256)) * 3)
    exhibits = [
        Exhibit("received/süspect.jpg", suspect, "As it was received."),
        Exhibit("report.html", b"<p>report</p>", "The report."),
        Exhibit("empty.txt", b"", "Nothing at all."),
    ]
    return write(
        folder,
        exhibits,
        facts={"case": 1},
        events=made(),
        shown=frozenset({3, 4}),
        by=KEY,
        made="2026-11-27T10:00:00",
        limits=["It is no law."],
    )


@pytest.fixture(scope="module")
def script(package: Package) -> ModuleType:
    """The script of the package as a module, so that it can be asked often."""
    spec = importlib.util.spec_from_file_location("recheck", package.folder / "recheck.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)
        spec.loader.exec_module(module)
    return module


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "recheck.py"], cwd=folder, check=False, capture_output=True, text=True
    )


def test_the_script_finds_a_package_in_order(package: Package) -> None:
    done = run(package.folder, "-B")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as it was made" in done.stdout and KEY.public in done.stdout
    assert (
        "6 entries, each bound to the one before, each signed; 3 can be read, of the others their place" in done.stdout
    )


def test_the_zip_holds_the_same(package: Package, tmp_path: Path) -> None:
    with zipfile.ZipFile(package.zip) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    assert run(tmp_path / "case 1", "-B").returncode == 0


def test_without_the_library_hashes_are_checked_and_the_rest_is_said(package: Package) -> None:
    done = run(package.folder, "-B", "-S", "-E", "-I")
    assert done.returncode == 2 and "Signatures were not checked" in done.stdout, done.stdout


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_flipped_bit_of_any_file_is_found(package: Package, script: ModuleType, data: st.DataObject) -> None:
    files = sorted(path for path in package.folder.rglob("*") if path.is_file() and path.stat().st_size)
    path = data.draw(st.sampled_from(files))
    before = path.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(before) - 1))
    changed = bytearray(before)
    changed[bit // 8] ^= 1 << bit % 8
    path.chmod(0o600)
    path.write_bytes(changed)
    try:
        _, wrong, _ = script.check(package.folder)
        assert wrong, (path.name, bit)
    finally:
        path.write_bytes(before)


def read_log(package: Package) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (package.folder / "log.jsonl").read_text().splitlines()]


def test_the_log_tells_what_concerns_the_package_and_the_place_of_the_rest(package: Package) -> None:
    lines = read_log(package)
    assert [line["number"] for line in lines if "facts" in line] == [1, 3, 4]  # the key, and what was asked for
    assert all(("content" in line) != ("facts" in line) for line in lines)
    assert not any("serial" in json.dumps(line) for line in lines if "content" in line)
    again = [event for event in made() if event.number == 3]
    assert again[0].hash != lines[2]["hash"]  # salted: who guesses what is withheld cannot tell


@pytest.mark.parametrize("place", range(6))
def test_a_forged_extract_is_found_without_the_manifest(package: Package, script: ModuleType, place: int) -> None:
    def wrong(lines: list[dict[str, Any]]) -> list[str]:
        found: list[str] = []
        try:
            script.check_events(lines, script.verifier([]), found)
        except ValueError as error:
            return [str(error)]
        return found

    lines = read_log(package)
    assert wrong(lines) == []
    for field, value in lines[place].items():
        other = value + 1 if isinstance(value, int) else value[:-1] + ("0" if value[-1:] != "0" else "1")
        assert wrong([*lines[:place], {**lines[place], field: other}, *lines[place + 1 :]]), field
    assert wrong([*lines[:place], lines[place], *lines[place:]])
    if place < 5:  # that the end was cut off shows the head in the manifest
        assert wrong(lines[:place] + lines[place + 1 :])


@pytest.mark.parametrize("what", ["missing", "added", "log cut", "signature gone", "manifest gone"])
def test_other_tampering_is_found(package: Package, script: ModuleType, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(package.folder, folder)
    for path in folder.rglob("*"):
        path.chmod(0o700)
    if what == "missing":
        (folder / "report.html").unlink()
    elif what == "added":
        (folder / "new.txt").write_text("not mine")
    elif what == "log cut":
        lines = (folder / "log.jsonl").read_text().splitlines(keepends=True)
        (folder / "log.jsonl").write_text("".join(lines[:-1]))
    elif what == "signature gone":
        (folder / "manifest.sig").unlink()
    else:
        (folder / "manifest.json").unlink()
    assert script.check(folder)[1]


def test_the_manifest_names_every_file_with_its_hash(package: Package) -> None:
    manifest = json.loads((package.folder / "manifest.json").read_text("utf-8"))
    names = {path.relative_to(package.folder).as_posix() for path in package.folder.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == names - {"manifest.json", "manifest.sig"}
    assert all(len(facts["sha256"]) == 64 and facts["about"] for facts in manifest["files"].values())
    readme = (package.folder / "README.txt").read_text("utf-8")
    assert "WHAT IT DOES NOT PROVE\n- It is no law." in readme and KEY.public in readme


def test_nothing_is_replaced_and_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "case 1.zip").write_bytes(b"mine")
    with pytest.raises(WriteError, match="there already"):
        packed(tmp_path / "case 1")
    assert (tmp_path / "case 1.zip").read_bytes() == b"mine"
    (tmp_path / "süspect.jpg").unlink()
    with pytest.raises(WriteError):
        write(
            tmp_path / "case 2",
            [Exhibit("a", tmp_path / "nowhere", "")],
            facts={},
            events=[],
            by=KEY,
            made="",
            limits=[],
        )
    assert [path.name for path in tmp_path.iterdir()] == ["case 1.zip"]
