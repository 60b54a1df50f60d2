#!/usr/bin/env python3
"""Set up what is missing, then do one task. Standard library only; see `python3 do.py --help`.

The set-up lives in `.venv` beside this file: the packages of `requirements/run.txt` or `dev.txt`, pinned and hashed.
It ends with a stamp that holds the lock's hash, so the next call starts at once; a set-up that was cut off leaves a
mark by which the next call starts afresh.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - older ones can read this file so far, and get a sentence
    sys.exit(
        f"Countermark needs Python 3.11 or newer, and this is Python {sys.version_info[0]}.{sys.version_info[1]}. "
        "Install a newer one and start this command with it."
    )

HELP = """\
usage: python3 do.py TASK [ARGUMENTS]        (Windows: py do.py TASK)

Sets up what is missing (once, a few minutes), then does the task.

  run                 open the window
  run -- ARGUMENTS    use the command line, for instance: run -- protect photo.jpg --for "Studio A"
  demo                mark two samples, damage the copies, find out whose they are
  test [ARGUMENTS]    run the fast tests; arguments go to pytest (-m slow: the long ones)
  check [STEPS]       run all checks of a change, or some: lint, types, tests
  bench [ARGUMENTS]   measure what the marks survive; writes docs/limits.md
  screenshots         draw the window in all its states, and the pictures of the documentation
  translate           collect the texts of the window, update the translations, say what they lack
  build [--archive]   make a folder that runs without Python, and try it; --archive packs it to hand out
  lock [ARGUMENTS]    write requirements/*.txt from *.in; arguments go to uv (--upgrade)
"""

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"

# What Qt loads on Linux and the Debian package that brings it, found with ldd on a bare Debian 12. Qt itself names
# only the first library it misses, and not always the right one.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",  # brings the DejaVu fonts
    "libxkbcommon.so.0": "libxkbcommon0",
}
X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# What QtMultimedia loads to play sound; without them the window opens all the same, and says so when asked to play.
SOUND_LIBRARIES = {"libpulse.so.0": "libpulse0", "libXrandr.so.2": "libxrandr2"}
WAYLAND_LIBRARIES = {"libwayland-cursor.so.0": "libwayland-cursor0"}


def main(arguments: Sequence[str]) -> int:
    """Do the task that the arguments name and return its exit code (2: the task is unknown or cannot be done here)."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0 if arguments else 2
    name, rest = arguments[0], list(arguments[1:])
    if rest[:1] == ["--"]:
        rest = rest[1:]
    task = TASKS.get(name)
    if task is None:
        print(f"There is no task {name!r}. Tasks: {', '.join(TASKS)}.", file=sys.stderr)
        return 2
    return task(rest)


# ---------------------------------------------------------------------------------------------------------- tasks


def run(arguments: list[str]) -> int:
    """Open the window, or use the command line where there are arguments."""
    if arguments:
        set_up("run", {})
        typed = f"{'py' if WINDOWS else 'python3'} {shlex.quote(sys.argv[0])} run --"  # so that messages name this call
        return become([*python(), "-m", "app.cli", *arguments], environment() | {"COUNTERMARK_COMMAND": typed})
    if not has_screen() and "QT_QPA_PLATFORM" not in os.environ:
        print(
            "The window cannot open: there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
            "The command line needs none: python3 do.py run -- --help",
            file=sys.stderr,
        )
        return 2
    set_up("run", window_libraries())
    return become([*python(), "-m", "app"], environment())


def demo(arguments: list[str]) -> int:
    """Show the whole way on samples."""
    set_up("run", {})
    return become([*python(), "-m", "app.demo", *arguments], environment())


def test(arguments: list[str]) -> int:
    """Run the tests, without the slow ones unless a marker expression is given."""
    set_up("dev", window_libraries())
    return become([*python(), *pytest_call(arguments)], quiet_environment(), folder=ROOT)


def check(arguments: list[str]) -> int:
    """Run the checks of a change and return 1 where one of them fails; all of them are run."""
    steps = {
        "lint": [["-m", "ruff", "check", "."], ["-m", "ruff", "format", "--check", "."]],
        "types": [["-m", "mypy"]],
        "tests": [pytest_call([])],
    }
    unknown = [name for name in arguments if name not in steps]
    if unknown:
        print(f"There is no check {unknown[0]!r}. Checks: {', '.join(steps)}.", file=sys.stderr)
        return 2
    set_up("dev", window_libraries())
    failed = []
    for name in arguments or steps:
        say(f"check: {name}")
        for call in steps[name]:
            if subprocess.call([*python(), *call], env=quiet_environment(), cwd=ROOT) and name not in failed:
                failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Measure what the marks survive."""
    set_up("run", {})
    return become([*python(), "-m", "bench", *arguments], quiet_environment(), folder=ROOT)


def screenshots(arguments: list[str]) -> int:
    """Draw the window in all its states: contact sheets to look at, and the documentation's pictures."""
    set_up("run", window_libraries())
    return become([*python(), "-m", "dev.screenshots", *arguments], quiet_environment(), folder=ROOT)


def translate(arguments: list[str]) -> int:
    """Bring the translations up to the texts of the sources, and say what they lack."""
    set_up("dev", {})
    return become([*python(), "-m", "dev.translate", *arguments], environment(), folder=ROOT)


def build(arguments: list[str]) -> int:
    """Make the one-folder bundle and try it: a full disk can leave a folder that only looks whole."""
    set_up("dev", window_libraries() | build_libraries())
    archive = "--archive" in arguments
    others = [argument for argument in arguments if argument != "--archive"]
    call = ["-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *others, "build.spec"]
    if subprocess.call([*python(), *call], env=quiet_environment(), cwd=ROOT):
        print("The bundle was not made; the lines above say why.", file=sys.stderr)
        return 1
    folder = ROOT / "dist" / "countermark"
    if sys.platform.startswith("linux"):
        for file in (*(ROOT / "resources" / "desktop").iterdir(), ROOT / "resources" / "icons" / "countermark.svg"):
            shutil.copy(file, folder)
    if not bundle_works(folder):
        print(f"The bundle in {folder} does not work; do not hand it out.", file=sys.stderr)
        return 1
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    say(f"The bundle is ready and passed its self-test: {folder} ({size / 1e6:.0f} MB)")
    if archive:
        packed = packed_bundle(folder)
        say(f"Packed: {packed} ({packed.stat().st_size / 1e6:.0f} MB)")
    return 0


def packed_bundle(folder: Path) -> Path:
    """Return the bundle as one file to hand out: tar.xz on Linux, zip elsewhere (docs/packaging.md has the rest)."""
    import tomllib  # here, so that older Pythons can read this file as far as the sentence for them

    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    name = f"{folder.name}-{version}-{platform.system().lower()}-{platform.machine().lower()}"
    if not sys.platform.startswith("linux"):
        return Path(shutil.make_archive(str(folder.parent / name), "zip", folder.parent, folder.name))
    target = folder.parent / f"{name}.tar.xz"
    with tarfile.open(target, "w:xz", preset=3) as packed:  # higher ones take minutes more for a few percent
        packed.add(folder, folder.name)
    return target


def bundle_works(folder: Path) -> bool:
    """Return whether the bundle's command line passes its self-test and its window opens (in memory) and stays."""
    ending = ".exe" if WINDOWS else ""
    with tempfile.TemporaryDirectory() as home:  # both look at a data folder, and not at the builder's own
        bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        bare |= {"COUNTERMARK_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        if subprocess.call([str(folder / f"countermark{ending}"), "--self-test"], env=bare, cwd=folder):
            return False
        window = subprocess.Popen([str(folder / f"countermark-window{ending}")], env=bare, cwd=folder)
        try:
            window.wait(timeout=20)
        except subprocess.TimeoutExpired:
            return True
        finally:
            window.kill()
            window.wait()
    return False


def lock(arguments: list[str]) -> int:
    """Write the locks: one file for all systems and Pythons, with hashes and without addresses."""
    inside = VENV / ("Scripts" if WINDOWS else "bin")
    uv = shutil.which("uv") or shutil.which("uv", path=inside)
    if uv is None:
        where = Path(*python()[:1])
        print(f"Writing the locks needs uv. Install it with: {where} -m pip install uv", file=sys.stderr)
        return 2
    for source, more in (("run", []), ("dev", ["--constraint", "run.txt"])):
        call = [
            *(uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-emit-index-url", "--no-emit-find-links", "--no-header", *more, *arguments),
            *(f"{source}.in", "-o", f"{source}.txt"),
        ]
        if subprocess.call(call, cwd=ROOT / "requirements"):
            print(f"requirements/{source}.txt was not written; the lines above say why.", file=sys.stderr)
            return 1
    return 0


TASKS: Mapping[str, Callable[[list[str]], int]] = {
    "run": run,
    "demo": demo,
    "test": test,
    "check": check,
    "bench": bench,
    "screenshots": screenshots,
    "translate": translate,
    "build": build,
    "lock": lock,
}


def pytest_call(arguments: Sequence[str]) -> list[str]:
    """Return the call of the tests."""
    chosen = any(argument == "-m" or argument.startswith("-m=") for argument in arguments)
    # Whole runs are shared among the cores; a few named files start sooner in one process.
    named = any(argument.startswith("tests") for argument in arguments)
    shared = [] if named else ["-n", "auto", "--dist", "worksteal"]
    return ["-m", "pytest", "-q", *shared, *([] if chosen else ["-m", "not slow"]), *arguments]


# ---------------------------------------------------------------------------------------------- surroundings


def say(line: str) -> None:
    """Print a line about the set-up, apart from what the task prints."""
    print(line, file=sys.stderr, flush=True)


def has_screen() -> bool:
    """Return whether a window can be shown."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def environment() -> dict[str, str]:
    """Return the variables for the program: it finds itself, and one computation uses one thread.

    (Files are worked on side by side; more threads in each slowed everything down.)
    """
    found = dict(os.environ)
    found["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [found.get("PYTHONPATH")])])
    found["PYTHONUTF8"] = "1"
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        found.setdefault(name, "1")
    return found


def quiet_environment() -> dict[str, str]:
    """Return the variables for tasks that draw without showing: Qt aborts where it finds no screen."""
    found = environment()
    if not has_screen():
        found.setdefault("QT_QPA_PLATFORM", "offscreen")
    return found


def become(call: list[str], variables: Mapping[str, str], *, folder: Path | None = None) -> int:
    """Replace this process by the call, so that signals reach it; on Windows, wait for it and return its exit code."""
    if folder is not None:
        os.chdir(folder)
    sys.stdout.flush()
    sys.stderr.flush()
    if WINDOWS:
        try:
            return subprocess.call(call, env=variables)
        except KeyboardInterrupt:
            return 130
    os.execve(call[0], call, variables)


# ---------------------------------------------------------------------------------------------- Debian libraries


def window_libraries() -> dict[str, str]:
    """Return what Qt needs here: library name to Debian package; empty where Qt brings all itself."""
    if not sys.platform.startswith("linux"):
        return {}
    wanted = dict(QT_LIBRARIES)
    if os.environ.get("DISPLAY"):
        wanted |= X_LIBRARIES
    if os.environ.get("WAYLAND_DISPLAY"):
        wanted |= WAYLAND_LIBRARIES
    if len(wanted) > len(QT_LIBRARIES):
        wanted |= SOUND_LIBRARIES
    return wanted


def build_libraries() -> dict[str, str]:
    """Return what PyInstaller needs besides, in the same form.

    These are a tool, the library that Debian splits off Python, and all that the bundle is to carry for other systems.
    """
    if not sys.platform.startswith("linux"):
        return {}
    split_off = f"libpython3.{sys.version_info[1]}"
    own = {f"{split_off}.so.1.0": split_off} if sys.base_prefix == "/usr" else {}
    return {"objcopy": "binutils"} | own | X_LIBRARIES | WAYLAND_LIBRARIES | SOUND_LIBRARIES


def loads(library: str) -> bool:
    """Return whether the system's loader finds a library, or its shell a tool."""
    if ".so" not in library:
        return shutil.which(library) is not None
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(libraries: Mapping[str, str], others: Sequence[str]) -> None:
    """Install the Debian packages of these libraries and others when root; else print the line that does."""
    packages = [*libraries.values(), *others]
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        missing = [*libraries, *others]
        say(f"Missing system libraries: {' '.join(missing)}. Install them with this system's package manager.")
    elif os.geteuid() != 0:
        say(f"System packages are missing. Install them with:\n    sudo {' '.join(install)}")
    else:
        say(f"Installing system packages: {' '.join(packages)}")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        options = ["-qq", "-o", "DPkg::Lock::Timeout=120"]
        subprocess.call(["apt-get", *options, "update"], env=quiet, stdout=sys.stderr)
        if subprocess.call([*install[:1], *options, *install[1:]], env=quiet, stdout=sys.stderr):
            say(f"The system packages could not be installed; the lines above say why. By hand: {' '.join(install)}")


# ---------------------------------------------------------------------------------------------- the environment

VENV = ROOT / ".venv"
STAMP = "countermark.json"  # the hashes of the locks that are installed
UNFINISHED = "unfinished"  # lies in .venv while packages are being installed


def python() -> list[str]:
    """Return the call of the environment's Python; -P keeps modules of the user's folder out of the program."""
    return [str(VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")), "-P"]


def set_up(name: str, libraries: Mapping[str, str]) -> None:
    """Make sure that the system libraries and the packages of the lock `name` ("run" or "dev") are there."""
    missing = {library: package for library, package in libraries.items() if not loads(library)}
    ready = is_ready(name)
    others = [] if ready or can_make_environments() else [f"python3.{sys.version_info[1]}-venv"]
    if missing or others:
        install_packages(missing, others)
        if any(name in QT_LIBRARIES and not loads(name) for name in missing) or (
            others and not can_make_environments()
        ):
            sys.exit("Without them this cannot go on. Start the same command again when they are there.")
    if ready:
        return
    with alone():
        if not is_ready(name):  # another call may have done it meanwhile
            install_lock(name)


def can_make_environments() -> bool:
    """Return whether an environment can be made: Debian splits `ensurepip` off Python."""
    if shutil.which("uv"):
        return True
    return succeeds([sys.executable, "-c", "import ensurepip, venv"])  # apart: here a failed import would be remembered


def lock_hash(name: str) -> str:
    """Return the SHA-256 of a lock."""
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def is_ready(name: str) -> bool:
    """Return whether the environment holds the packages of this lock and its Python is still there."""
    executable = Path(python()[0])
    try:
        stamp = json.loads((VENV / STAMP).read_text("utf-8"))
        return bool(
            stamp["locks"].get(name) == lock_hash(name)
            and executable.exists()
            and stamp["python"] == str(executable.resolve())
            and not (VENV / UNFINISHED).exists()
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False  # no stamp or a damaged one: install again


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until no other call sets up in this folder."""
    if WINDOWS:  # a lock there would keep others from reading the file
        yield
        return
    import fcntl

    with (ROOT / "requirements" / "run.txt").open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def install_lock(name: str) -> None:
    """Make the environment where it is missing or broken, install the packages of a lock, and stamp it."""
    uv = shutil.which("uv")
    if (VENV / UNFINISHED).exists() or not succeeds([python()[0], "-c", ""]):
        make_environment(uv)
    (VENV / STAMP).unlink(missing_ok=True)
    (VENV / UNFINISHED).touch()
    say(f"Installing the packages of requirements/{name}.txt")
    options = ["--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / "requirements" / f"{name}.txt")]
    pip = [python()[0], "-m", "pip"]
    done = uv is not None and succeeds([uv, "pip", "install", "--python", python()[0], *options])
    if not done and (succeeds([*pip, "--version"]) or succeeds([python()[0], "-m", "ensurepip"])):
        done = succeeds([*pip, "install", "--disable-pip-version-check", "--no-input", *options], show=True)
    if not done:
        sys.exit(
            "The packages could not be installed; the lines above say why. They come from the package index that pip "
            "is set to use, so this needs a network once. Start the same command again to go on."
        )
    locks = [name, *(["run"] if name == "dev" else [])]  # dev.in includes run.in; a test holds that the pins agree
    stamp = {"python": str(Path(python()[0]).resolve()), "locks": {each: lock_hash(each) for each in locks}}
    (VENV / STAMP).write_text(json.dumps(stamp, indent=1) + "\n", "utf-8")
    (VENV / UNFINISHED).unlink()


def make_environment(uv: str | None) -> None:
    """Make an empty environment in place of whatever lies there."""
    say(f"Making the Python environment {VENV}")
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(exist_ok=True)
    (VENV / UNFINISHED).touch()
    base = getattr(sys, "_base_executable", sys.executable)  # this call may run inside the environment to be replaced
    if uv is not None and succeeds([uv, "venv", "--allow-existing", "--python", base, str(VENV)]):
        return
    if not succeeds([base, "-m", "venv", str(VENV)], show=True):
        sys.exit("The Python environment could not be made; the lines above say why.")


def succeeds(call: Sequence[str], *, show: bool = False) -> bool:
    """Return whether a call ends well; its output is shown on the error stream or not at all."""
    try:
        output = None if show else subprocess.DEVNULL
        return subprocess.call(call, stdout=sys.stderr if show else output, stderr=output) == 0
    except OSError:
        return False


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped. The same command goes on from here.")
        sys.exit(130)
