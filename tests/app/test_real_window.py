"""The main flow once on a real X server, with its mouse and keyboard: key, protect, check.

Xvfb is the screen and xdotool the hands; where they are missing, this is skipped.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.samples import sample_picture

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0  # seconds for one step on a busy machine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool, which are not here"
    ),
]


class Hands:
    """Types and clicks on a screen of its own, and sees what the program tells."""

    def __init__(self, display: str, told: Path) -> None:
        self.variables = {**os.environ, "DISPLAY": display}
        self._told = told

    def seen(self) -> dict[str, Any]:
        """Return what the program told last."""
        found: dict[str, Any] = json.loads(self._told.read_text("utf-8")) if self._told.exists() else {"seen": []}
        return found

    def until(self, happened: Callable[[dict[str, Any]], object], what: str) -> Any:
        """Wait until something is so in what the program tells, and return it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = happened(self.seen())
            if found:
                return found
            time.sleep(0.2)
        names = [each["name"] for each in self.seen()["seen"]]
        pytest.fail(f"{what} did not come; there is: {names}")

    def find(self, name: str) -> dict[str, Any]:
        """Wait for something that can be used, by its name or the beginning of it."""

        def there(told: dict[str, Any]) -> dict[str, Any] | None:
            hits = [each for each in told["seen"] if each["enabled"] and each["name"].startswith(name)]
            return max(hits, key=lambda each: (each["name"] == name, each["acts"]), default=None)

        found: dict[str, Any] = self.until(there, repr(name))
        return found

    def click(self, name: str) -> None:
        """Click on the middle of something, once it has found its place."""
        before: object = None
        while (found := self.find(name)["at"]) != before:
            before = found
            time.sleep(0.5)
        x, y = found
        self._do("mousemove", str(x), str(y), "click", "1")

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self._do("type", "--delay", "20", text)

    def press(self, *keys: str) -> None:
        """Press keys."""
        self._do("key", *keys)

    def look_at(self, title: str) -> None:
        """Give the keyboard to a window: there is no window manager that would."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            call = ["xdotool", "search", "--onlyvisible", "--name", title]
            ids = subprocess.run(call, env=self.variables, capture_output=True, text=True, check=False).stdout.split()
            if ids:
                self._do("windowfocus", ids[-1])
                return
            time.sleep(0.2)
        pytest.fail(f"no window is called {title}")

    def _do(self, *what: str) -> None:
        subprocess.run(["xdotool", *what], env=self.variables, check=True, timeout=60)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """Return a screen that nobody sees."""
    reading, writing = os.pipe()
    call = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(call, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def hands(display: str, tmp_path: Path, home: Path) -> Iterator[Hands]:
    """Return hands on the program, which runs over a data folder that is not there yet."""
    made = Hands(display, tmp_path / "told.json")
    variables = made.variables | {
        "QT_QPA_PLATFORM": "xcb",
        "COUNTERMARK_HOME": str(home),
        "COUNTERMARK_TOLD": str(tmp_path / "told.json"),
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "en",
    }
    log = (tmp_path / "window.log").open("wb")
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.app.telling_window"], cwd=ROOT, env=variables, stdout=log, stderr=log
    )
    try:
        made.look_at("Countermark")
        yield made
        assert program.poll() is None, (tmp_path / "window.log").read_text("utf-8", "replace")
    finally:
        program.terminate()
        try:
            program.wait(timeout=60)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        log.close()


def choose(hands: Hands, path: Path) -> None:
    """Name a file in the system's dialog, and come back to the window."""
    hands.until(lambda told: told.get("front") and len(told["windows"]) > 1, "the dialog for files")
    time.sleep(0.5)
    hands.type(str(path))
    hands.press("Return")
    hands.until(lambda told: len(told["windows"]) == 1, "the end of the dialog")
    hands.look_at("Countermark")


def prove(hands: Hands) -> None:
    """Say that the recovery words are written down, and type those that are asked back."""
    hands.find("24")
    seen = [each["name"] for each in hands.seen()["seen"]]
    words = {number: word for number, word in itertools.pairwise(seen) if number.isdigit()}
    assert len(words) == 24
    hands.click("I have ")
    time.sleep(1.0)
    for each in hands.seen()["seen"]:
        if each["acts"] and each["name"].startswith("Word "):
            hands.click(each["name"])
            hands.type(words[each["name"].removeprefix("Word ")])


def test_key_protect_check(hands: Hands, tmp_path: Path, home: Path) -> None:
    original = tmp_path / "Hill house.jpg"
    Image.fromarray(sample_picture(1200, 800)).save(original, quality=92)

    hands.click("Your name or company")
    hands.type("Mara Lind")
    for field in ("Passphrase", "Passphrase again"):
        hands.click(field)
        hands.type("paper and ink")
    hands.click("Make my key")
    prove(hands)
    hands.click("Start")
    assert list((home / "keys").glob("*.key"))

    hands.find("One marked copy for each recipient")
    hands.press("ctrl+o")
    choose(hands, original)
    hands.click("Recipient")
    hands.type("Studio A")
    hands.click("Protect 1 file")
    hands.until(lambda told: any("1 protected" in each["name"] for each in told["seen"]), "the copy")
    copy = tmp_path / "Hill house (Studio A).jpg"
    assert copy.exists()

    hands.press("ctrl+2")
    hands.click("Check files")
    choose(hands, copy)
    said = hands.find("Certain: this is your copy no. ")["name"]
    assert "sent to Studio A" in said
