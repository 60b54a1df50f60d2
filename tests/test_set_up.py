"""The two commands: what do.py does where things are missing, the locks, and what the README tells people to type."""

from __future__ import annotations

import ast
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import do

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("run", "dev")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)( ; [^\\]+)? \\$")


class Machine:
    """A machine without the set-up: records the calls of do.py and pretends that environments come into being."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.calls: list[list[str]] = []
        self.failing: tuple[str, ...] = ()  # calls that hold one of these words end badly
        self.dying: tuple[str, ...] = ()  # at calls that hold one of these words the process is stopped

    def call(self, call: list[str], **_: object) -> int:
        self.calls.append([str(part) for part in call])
        line = " ".join(self.calls[-1])
        if any(word in line for word in self.dying):
            raise KeyboardInterrupt
        if any(word in line for word in self.failing):
            return 1
        if call[0] == str(self.executable) and not self.executable.exists():
            return 1
        if "venv" in call:
            self.executable.parent.mkdir(parents=True, exist_ok=True)
            self.executable.touch()
        return 0

    @property
    def executable(self) -> Path:
        return self.root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def lines(self, *words: str) -> list[str]:
        """Return the recorded calls that hold all these words."""
        joined = [" ".join(call) for call in self.calls]
        return [line for line in joined if all(word in line for word in words)]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    found = Machine(tmp_path)
    monkeypatch.setattr(do, "ROOT", tmp_path)
    monkeypatch.setattr(do, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(subprocess, "call", found.call)
    monkeypatch.setattr(shutil, "which", lambda name, **_: None if name == "uv" else f"/bin/{name}")
    return found


def test_a_first_set_up_makes_and_fills_the_environment(machine: Machine) -> None:
    do.set_up("run", {})
    assert machine.lines("-m venv")
    (line,) = machine.lines("pip install")
    assert "--require-hashes --only-binary :all: -r" in line
    assert line.endswith("run.txt")


@pytest.mark.parametrize(("first", "second"), [("run", "run"), ("dev", "dev"), ("dev", "run")])
def test_a_second_call_starts_at_once(machine: Machine, first: str, second: str) -> None:
    do.set_up(first, {})
    machine.calls.clear()
    do.set_up(second, {})
    assert machine.calls == []


def test_tests_after_a_run_add_their_packages_to_the_environment(machine: Machine) -> None:
    do.set_up("run", {})
    machine.calls.clear()
    do.set_up("dev", {})
    assert machine.lines("pip install", "dev.txt")
    assert not machine.lines("-m venv")


def test_a_changed_lock_is_installed_again(machine: Machine) -> None:
    do.set_up("run", {})
    machine.calls.clear()
    with (machine.root / "requirements" / "run.txt").open("a") as lock:
        lock.write("# changed\n")
    do.set_up("run", {})
    assert machine.lines("pip install")
    assert not machine.lines("-m venv")


@pytest.mark.parametrize("step", ["-m venv", "pip install"])
def test_a_set_up_that_was_cut_off_starts_afresh(machine: Machine, step: str) -> None:
    machine.dying = (step,)
    with pytest.raises(KeyboardInterrupt):
        do.set_up("run", {})
    rest = machine.root / ".venv" / "half-written"
    rest.touch()
    machine.dying = ()
    machine.calls.clear()
    do.set_up("run", {})
    assert machine.lines("-m venv")
    assert machine.lines("pip install")
    assert not rest.exists()
    assert do.is_ready("run")


def test_an_environment_whose_python_is_gone_is_made_again(machine: Machine) -> None:
    do.set_up("run", {})
    machine.executable.unlink()
    machine.calls.clear()
    do.set_up("run", {})
    assert machine.lines("-m venv")
    assert do.is_ready("run")


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"locks": null}', '{"locks": {}, "python": 3}'])
def test_a_damaged_stamp_is_no_set_up(machine: Machine, stamp: str) -> None:
    do.set_up("run", {})
    (machine.root / ".venv" / do.STAMP).write_text(stamp)
    assert not do.is_ready("run")
    do.set_up("run", {})
    assert do.is_ready("run")


def test_packages_that_cannot_be_had_end_in_a_sentence(machine: Machine) -> None:
    machine.failing = ("pip install",)
    with pytest.raises(SystemExit, match="needs a network once"):
        do.set_up("run", {})
    assert not do.is_ready("run")


def test_uv_is_used_where_it_is_and_pip_where_it_fails(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **_: f"/bin/{name}")
    do.set_up("run", {})
    assert machine.lines("uv venv")
    assert machine.lines("uv pip install", "--require-hashes")
    assert not machine.lines("-m pip install")
    (machine.root / ".venv" / do.STAMP).unlink()
    machine.failing = ("uv pip",)
    do.set_up("run", {})
    assert machine.lines("-m pip install", "--require-hashes")
    assert do.is_ready("run")


def as_user(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: number, raising=False)


def test_root_gets_missing_libraries_installed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 0)
    do.set_up("run", {"libnowhere.so.7": "libnowhere7"})
    (line,) = machine.lines("apt-get", "install")
    assert "--no-install-recommends libnowhere7" in line
    assert machine.lines("apt-get", "update")


def test_others_are_told_the_one_line(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_user(monkeypatch, 1000)
    do.set_up("run", {"libnowhere.so.7": "libnowhere7", "libgone.so.1": "libgone1"})
    said = capsys.readouterr().err
    assert "    sudo apt-get install -y --no-install-recommends libnowhere7 libgone1\n" in said
    assert not machine.lines("apt-get")
    assert do.is_ready("run")  # the rest of the set-up went on


def test_without_qts_own_libraries_the_tests_end_in_a_sentence(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_user(monkeypatch, 1000)
    monkeypatch.setattr(do, "loads", lambda _: False)
    with pytest.raises(SystemExit, match="Start the same command again"):
        do.set_up("dev", do.QT_LIBRARIES)
    do.set_up("dev", {"objcopy": "binutils"})  # nothing that Qt itself loads


def test_a_missing_venv_module_is_installed_or_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = f"python3.{sys.version_info[1]}-venv"
    machine.failing = ("ensurepip",)
    as_user(monkeypatch, 1000)
    with pytest.raises(SystemExit, match="Start the same command again"):
        do.set_up("run", {})
    assert f"sudo apt-get install -y --no-install-recommends {package}" in capsys.readouterr().err
    as_user(monkeypatch, 0)
    with pytest.raises(SystemExit):
        do.set_up("run", {})
    assert machine.lines("apt-get", "install", package)


def test_libraries_are_looked_for_where_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert do.window_libraries() == do.QT_LIBRARIES
    monkeypatch.setenv("DISPLAY", ":0")
    assert do.window_libraries() == do.QT_LIBRARIES | do.X_LIBRARIES | do.SOUND_LIBRARIES
    monkeypatch.setattr(sys, "platform", "darwin")
    assert do.window_libraries() == {}
    assert not do.loads("libnowhere.so.7")


def test_the_window_without_a_screen_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert do.main(["run"]) == 2
    assert "there is no screen here" in capsys.readouterr().err


def test_tasks_become_these_calls(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(do, "become", lambda call, *_, **__: became.append(call[2:]) or 0)
    monkeypatch.setattr(do, "window_libraries", dict)
    for line in (
        "run -- check a.jpg",
        "demo",
        "test tests/core -x",
        "test -m slow",
        "bench --quick",
        "screenshots --only check",
    ):
        assert do.main(line.split()) == 0
    assert became == [
        ["-m", "app.cli", "check", "a.jpg"],
        ["-m", "app.demo"],
        ["-m", "pytest", "-q", "-m", "not slow", "tests/core", "-x"],
        ["-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", "-m", "slow"],
        ["-m", "bench", "--quick"],
        ["-m", "dev.screenshots", "--only", "check"],
    ]


def test_check_runs_all_steps_and_names_the_failed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(do, "window_libraries", dict)
    machine.failing = ("mypy",)
    assert do.main(["check"]) == 1
    assert "Failed: types." in capsys.readouterr().err
    assert machine.lines("ruff format --check")
    assert machine.lines("pytest")
    assert do.main(["check", "lint"]) == 0
    assert do.main(["check", "nothing"]) == 2


class Window:
    """A window process that ends at once or stays."""

    def __init__(self, stays: bool) -> None:
        self.stays = stays
        self.killed = False

    def wait(self, timeout: float | None = None) -> int:
        if self.stays and timeout is not None:
            raise subprocess.TimeoutExpired("countermark-window", timeout)
        return 0

    def kill(self) -> None:
        self.killed = True


@pytest.mark.parametrize(("failing", "stays", "code"), [(["--self-test"], True, 1), ([], False, 1), ([], True, 0)])
def test_a_bundle_is_ready_when_both_programs_work(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, failing: list[str], stays: bool, code: int
) -> None:
    window = Window(stays)
    monkeypatch.setattr(do, "window_libraries", dict)
    monkeypatch.setattr(do, "build_libraries", dict)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: window)
    machine.failing = tuple(failing)
    shutil.copytree(ROOT / "resources", machine.root / "resources")
    (machine.root / "dist" / "countermark").mkdir(parents=True)
    assert do.main(["build"]) == code
    assert window.killed != bool(failing)
    if sys.platform.startswith("linux"):
        assert {"install.sh", "countermark.desktop", "countermark.svg"} <= {
            file.name for file in (machine.root / "dist" / "countermark").iterdir()
        }


def test_a_bundle_is_packed_as_one_file(machine: Machine) -> None:
    folder = machine.root / "dist" / "countermark"
    folder.mkdir(parents=True)
    (folder / "countermark").write_text("program")
    (folder / "countermark").chmod(0o755)
    shutil.copy(ROOT / "pyproject.toml", machine.root)
    packed = do.packed_bundle(folder)
    assert packed.name.startswith(f"countermark-{version_of_the_project()}-")
    shutil.unpack_archive(packed, machine.root / "elsewhere")
    assert os.access(machine.root / "elsewhere" / "countermark" / "countermark", os.X_OK) or os.name == "nt"


def version_of_the_project() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone has such menus")
def test_the_bundle_enters_the_menu_and_leaves_it_again(tmp_path: Path) -> None:
    folder, home = tmp_path / "a place with blanks", tmp_path / "home"
    shutil.copytree(ROOT / "resources" / "desktop", folder)
    shutil.copy(ROOT / "resources" / "icons" / "countermark.svg", folder)
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(home)}
    script = folder / "install.sh"
    subprocess.run(["sh", script], env=surroundings, check=True, capture_output=True)
    entry = home / ".local/share/applications/countermark.desktop"
    icon = home / ".local/share/icons/hicolor/scalable/apps/countermark.svg"
    assert f'Exec="{folder}/countermark-window"' in entry.read_text("utf-8").splitlines()
    assert icon.exists()
    subprocess.run(["sh", script, "--remove"], env=surroundings, check=True, capture_output=True)
    assert not entry.exists() and not icon.exists()
    assert script.exists()


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_without_a_task_the_tasks_are_shown(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert do.main(arguments) == 2
    shown = "".join(capsys.readouterr())
    assert all(name in shown for name in do.TASKS)


def test_an_old_python_can_read_the_file_and_gets_a_sentence() -> None:
    text = (ROOT / "do.py").read_text("utf-8")
    ast.parse(text, feature_version=(3, 7))
    code = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1])"
    call = [sys.executable, "-c", code, str(ROOT / "do.py")]
    ended = subprocess.run(call, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Countermark needs Python 3.11 or newer, and this is Python 3.9.")


def pins(name: str) -> set[str]:
    """Return what a lock pins: "name==version ; marker" a line."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").splitlines()
    return {line.removesuffix(" \\") for line in lines if line and not line.startswith((" ", "#"))}


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    for entry in entries:
        first, *rest = entry.splitlines()
        assert PIN.match(first), first
        assert any(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in rest), first


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    plain = re.sub(r"--hash=sha256:[0-9a-f]{64}", "", text)
    assert not re.search(r"https?:|file:|//|@|index|find-links|\.(org|com|net|io)\b", plain)


def wanted(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
    return {re.split(r"[><=~\[]", line)[0].strip().lower() for line in lines if line and line[0] not in "#-"}


def test_the_locks_hold_what_is_asked_for() -> None:
    names = {name: {pin.split("==")[0].lower() for pin in pins(name)} for name in LOCKS}
    assert wanted("run") <= names["run"]
    assert wanted("run") | wanted("dev") <= names["dev"]
    assert pins("run") <= pins("dev")  # one environment serves both


def test_the_project_asks_for_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (ROOT / "requirements" / "run.in").read_text("utf-8").splitlines()
    assert project["dependencies"] == [line for line in lines if not line.startswith("#")]
    assert project["license"] == "GPL-3.0-or-later"
    assert "GNU GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text("utf-8")[:200]


def readme_commands() -> list[list[str]]:
    """Return the commands of the README's code blocks, split as a shell does, comments left out."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [shlex.split(line, comments=True) for block in blocks for line in block.splitlines() if line.strip()]


def test_the_readme_begins_with_the_two_commands_and_a_picture() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:16])
    assert first_screen.index("python3 do.py run") < first_screen.index("python3 do.py test")
    assert re.search(r"!\[[^\]]+\]\(docs/pictures/[^)]+\.png\)", first_screen)


def test_the_readme_names_tasks_that_exist() -> None:
    from app.cli import parser

    commands = readme_commands()
    assert len(commands) >= 6
    for command in commands:
        assert command[:2] == ["python3", "do.py"]
        assert command[2] in do.TASKS
        if command[3:4] == ["--"]:
            parser().parse_args(command[4:])  # exits where the command line would not understand it


def test_the_readmes_example_works(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    from app.cli import main
    from app.samples import sample_picture

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    Image.fromarray(sample_picture()).save("photo.png")
    typed = [command[4:] for command in readme_commands() if command[2:4] == ["run", "--"]]
    assert {arguments[0] for arguments in typed} == {"key", "protect", "check", "catalog"}
    for arguments in typed:
        assert main(arguments) == 0, arguments
    assert Path("photo (Studio A).png").exists()


@pytest.mark.parametrize("file", ["README.md", *(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in target]
    assert not [target for target in targets if not (ROOT / file).parent.joinpath(target).exists()]
