"""Reading arguments, help, streams and progress: all that needs no file."""

import io
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import cli, passphrases, terminal
from app.commands.batch import _without_wildcards, files, named
from app.commands.places import clock, place
from core.errors import KeyFileError
from core.json_lines import json_line
from core.model import Finding, Kind, Strength, Verdict
from core.printable import printable
from tests.app.command_line import ROOT, countermark


def loaded_by(*arguments: str) -> set[str]:
    """Return the modules that a call of the command line has loaded when it ends."""
    code = (
        "import sys, app.cli\n"
        "try:\n    app.cli.main(sys.argv[1:])\n"
        "finally:\n    print('LOADED', *sys.modules, file=sys.stderr)\n"
    )
    call = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    return set(done.stderr.rpartition("LOADED")[2].split())


@pytest.mark.parametrize("arguments", [("--help",), ("protect",), ("check", "--help"), ("key",), ("nonsense",)])
def test_help_and_usage_load_nothing_slow(arguments):
    loaded = loaded_by(*arguments)
    assert "argparse" in loaded
    assert not {name for name in loaded if name.split(".")[0] in {"numpy", "scipy", "PySide6", "PIL", "soundfile"}}


def test_commands_load_no_qt():
    loaded = loaded_by("catalog", "list")
    assert "core.catalog.store" in loaded
    assert not {name for name in loaded if name.startswith("PySide6")}


def test_help_tells_the_exit_codes(capsys):
    for arguments in (["--help"], ["protect", "--help"], ["check", "--help"], ["key", "new", "--help"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        assert ended.value.code == 0
        text = capsys.readouterr().out
        assert "nothing found" in text and "could not be read or written" in text and "COUNTERMARK_HOME" in text
        assert all(len(line) <= 120 for line in text.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [[], ["protect"], ["check"], ["catalog"], ["key"], ["catalog", "show"], ["protect", "x", "--strength", "loud"]],
)
def test_what_is_not_understood_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    output = capsys.readouterr()
    assert output.out == "" and "usage: countermark" in output.err


def test_no_argument_takes_a_passphrase():
    for arguments in (["check", "x"], ["protect", "x", "--for", "A"], ["key", "new"]):
        with pytest.raises(SystemExit):
            cli.main([*arguments, "--passphrase", "secret"])


def test_strengths_are_those_of_the_core():
    assert tuple(Strength) == cli.STRENGTHS


def test_protecting_needs_a_recipient(capsys):
    assert cli.main(["protect", "x.png"]) == 2
    assert cli.main(["protect", "x.png", "--for", "  "]) == 2
    assert capsys.readouterr().err.count("--for") == 2


def test_an_unexpected_problem_is_one_sentence(capsys, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("details")

    monkeypatch.setattr("app.commands.catalog.run", broken)
    assert cli.main(["catalog", "list"]) == 2
    assert "unexpected problem ended this (ZeroDivisionError)" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------------- terminal


@settings(deadline=None)
@given(st.text(max_size=30) | st.binary(max_size=20).map(os.fsdecode))
def test_json_lines_are_valid_and_give_the_name_back(name):
    line = json_line({"file": name, "values": [1.5, float("inf"), None]})
    assert "\n" not in line
    line.encode("utf-8")
    record = json.loads(line)
    assert record == {"file": name, "values": [1.5, None, None]}


@settings(deadline=None)
@given(st.text(max_size=30))
def test_shown_text_stays_one_line_and_moves_no_cursor(text):
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in shown)


def test_ordinary_names_are_shown_as_they_are():
    assert printable("Zoë’s “portrait” — 図 (Studio A).jpg") == "Zoë’s “portrait” — 図 (Studio A).jpg"
    assert printable("a\nb\x1b[2J\u202e") == "a\\nb\\x1b[2J\\u202e"


class Screen(io.StringIO):
    """A standard error that is, or is not, a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_progress_is_one_line_that_goes_away(monkeypatch):
    screen = Screen(True)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "40")
    clock = [100.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock[0])
    line = terminal.ProgressLine()
    line.show("1 of 3  " + "long" * 20, 0.123)
    line.show("short", 0.5)
    line.show("short", 0.6)  # too soon
    clock[0] += 1
    line.show("short", 0.7)
    line.clear()
    first, second, third, blank, rest = screen.getvalue().lstrip("\r").split("\r")
    assert len(first) < 40 and first.endswith("…  12 %")
    assert second.rstrip() == "short  50 %" and len(second) >= len(first)
    assert third.rstrip() == "short  70 %"
    assert blank.strip() == "" and len(blank) >= len(second.rstrip()) and rest == ""


def test_progress_is_silent_without_a_terminal(monkeypatch):
    screen = Screen(False)
    monkeypatch.setattr(sys, "stderr", screen)
    line = terminal.ProgressLine()
    line.show("text", 0.5)
    line.clear()
    assert screen.getvalue() == ""


def test_names_in_the_closing_line_are_few(tmp_path):
    assert named([]) == ""
    assert named([tmp_path / "a", tmp_path / "b"]) == " (a, b)"
    assert named([tmp_path / str(k) for k in range(8)]) == " (0, 1, 2, 3, 4 and 3 more)"
    assert files(1) == "1 file" and files(1200) == "1,200 files"


def test_wildcards_are_resolved_where_the_shell_does_not(tmp_path):
    for name in ("b.png", "a.png", "c[1].png"):
        (tmp_path / name).write_text("")
    pattern = str(tmp_path / "?.png")
    assert list(_without_wildcards([pattern], True)) == [str(tmp_path / "a.png"), str(tmp_path / "b.png")]
    assert list(_without_wildcards([pattern], False)) == [pattern]
    assert list(_without_wildcards([str(tmp_path / "c[1].png")], True)) == [str(tmp_path / "c[1].png")]
    assert list(_without_wildcards([str(tmp_path / "*.wav")], True)) == [str(tmp_path / "*.wav")]


def test_places_are_told_in_words():
    sound = Finding(3, Verdict.CERTAIN, 1e-12, 9.0, where=((0.0, 7.25), (62.04, 75.0)), transform="shifted by 1 s")
    assert place(sound, Kind.AUDIO) == "The mark lies from 0:00.0 to 0:07.2, 1:02.0 to 1:15.0. Shifted by 1 s."
    corners = ((10.0, 20.0), (110.0, 20.0), (110.0, 90.0), (10.0, 90.0))
    assert place(Finding(3, Verdict.CERTAIN, 1e-12, 9.0, where=corners), Kind.IMAGE) == (
        "The mark fills columns 10 to 110 and rows 20 to 90."
    )
    assert place(Finding(3, Verdict.CERTAIN, 1e-12, 9.0), Kind.IMAGE) == ""
    shown = Finding(3, Verdict.CERTAIN, 1e-12, 9.0, where=corners, times=((10.0, 10.0), (4.5, 4.5)))
    assert place(shown, Kind.VIDEO) == (
        "It is shown at 0:10.0, also at 0:04.5. The mark fills columns 10 to 110 and rows 20 to 90."
    )
    assert place(sound, Kind.VIDEO).startswith("The mark lies in the sound track from 0:00.0 to 0:07.2,")
    assert clock(59.96) == "1:00.0"


# ---------------------------------------------------------------------------------------------------- passphrases


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"secret\n", "secret"),
        (b"secret words\r\nsecond line", "secret words"),
        (b"\xef\xbb\xbfgeheim \xc3\xa4 \n", "geheim ä "),
        (b"", ""),
        (b"\n", ""),
    ],
)
def test_the_first_line_is_the_passphrase(tmp_path, monkeypatch, content, expected):
    file = tmp_path / "passphrase"
    file.write_bytes(content)
    assert passphrases._from_file(str(file)) == expected
    monkeypatch.setenv("COUNTERMARK_PASSPHRASE_FILE", str(file))
    assert passphrases._from_file(None) == expected


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * 5000, b"\x00\x01"])
def test_what_is_no_passphrase_is_refused_and_not_shown(tmp_path, content):
    file = tmp_path / "passphrase"
    file.write_bytes(content)
    with pytest.raises(KeyFileError, match="holds no passphrase") as caught:
        passphrases._from_file(str(file))
    assert "aaa" not in str(caught.value)
    with pytest.raises(KeyFileError, match="cannot be read"):
        passphrases._from_file(str(tmp_path / "missing"))


def test_a_terminal_is_asked(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Screen(True))
    typed = iter(["secret", "secret", "secret", "other", ""])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert passphrases.for_new_key(None) == "secret"
    with pytest.raises(KeyFileError, match="differ"):
        passphrases.for_new_key(None)
    assert passphrases.for_new_key(None) == ""


def test_messages_name_the_call_that_was_used(home, tmp_path):
    through = {"COUNTERMARK_COMMAND": "python3 do.py run --"}
    done = countermark("check", tmp_path, home=home, environment=through)
    assert done.code == 2
    assert done.err == "There is no key yet. Make one: python3 do.py run -- key new\n"
