"""The page docs/command-line.md: every example in it is run, and what it shows is what comes."""

import argparse
import json
import re
import shlex

import pytest
from PIL import Image

from app import cli
from tests.app.command_line import ROOT, flat_picture, in_process, picture, recording

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")
MONTHS = "(January|February|March|April|May|June|July|August|September|October|November|December)"
VARYING = {  # what an example shows, and what may stand there
    r"\d{4}-\d\d-\d\dT\d{6}Z": r"\d{4}-\d\d-\d\dT\d{6}Z",
    r"^ +\d+\b": r" +\d+",
    rf"\d+ {MONTHS} \d{{4}}": rf"\d+ {MONTHS} \d{{4}}",
    r"\b[0-9a-f]{16}\b": "[0-9a-f]{16}",
    r"\b\d+\b": r"\d+",
    r"/(here|data)/": "/.*/",
    r"\.\.\.": ".*",
}


def examples() -> list[tuple[list[str], int, list[str]]]:
    """Return the arguments, the exit code and the shown output of each example, in the order of the page."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for part in re.split(r"^\$ countermark ", block, flags=re.MULTILINE)[1:]:
            call, *shown = part.rstrip("\n").split("\n")
            code = re.search(r"# ends with (\d+)", call)
            found.append((shlex.split(call, comments=True), int(code[1]) if code else 0, shown))
    return found


def pattern(shown: str) -> re.Pattern[str]:
    """Return what an example's line must match: its words exactly; numbers, dates, ids and folders of any value."""
    whole, end = "", 0
    for found in re.finditer("|".join(f"(?:{part})" for part in VARYING), shown):
        other = next(other for part, other in VARYING.items() if re.fullmatch(part, found[0]))
        whole += re.escape(shown[end : found.start()]) + other
        end = found.end()
    return re.compile(whole + re.escape(shown[end:]))


def outline(value: object) -> object:
    """Return the fields and types of a JSON value."""
    if isinstance(value, dict):
        return {name: outline(item) for name, item in value.items()}
    if isinstance(value, list):
        return [outline(item) for item in value]
    return type(value)


def test_the_examples_are_true(home, tmp_path):
    picture(tmp_path / "masters" / "portrait.jpg")
    recording(tmp_path / "masters" / "nature" / "voice.wav")
    picture(tmp_path / "strange.png", seed=7)
    flat_picture(tmp_path / "white.png")
    (tmp_path / "clients.csv").write_text("name,kind\nStudio A,studio\nPress Club,press\nGallery,gallery\n")
    assert len(examples()) >= 8
    for arguments, code, shown in examples():
        if arguments[0] == "check":
            copy = tmp_path / "copies" / "portrait (Studio A).jpg"
            with Image.open(copy) as image:
                image.resize((300, 200), Image.Resampling.LANCZOS).save(tmp_path / "found.jpg", quality=60)
        done = in_process(*arguments, home=home, folder=tmp_path)
        assert done.code == code, (arguments, done)
        lines = [line.replace("\\", "/") for line in done.out.splitlines()]
        assert len(lines) == len(shown), (arguments, lines)
        for line, example in zip(lines, shown, strict=True):
            if example.startswith("{"):
                wanted, given = json.loads(example.replace("{...}", "{}")), json.loads(line)
                assert list(given) == list(wanted)
                assert outline({**given, "quality": {}}) == outline({**wanted, "quality": {}})
            else:
                assert pattern(example).fullmatch(line), (example, line)


def test_matching_examples_is_strict():
    line = "  Copy no. 88121 for Studio A, 3 March 2026: /here/a.png, 4be7c2f0a91d3358, less than 10^11 ..."
    assert pattern(line).fullmatch(
        "  Copy no. 7 for Studio A, 30 May 2031: /x/y/a.png, 00e7c2f0a91d3358, less than 10^9 checks"
    )
    assert not pattern(line).fullmatch(line.replace("Studio A", "Studio B"))
    assert not pattern(line).fullmatch(line.replace("a.png", "b.png"))


def commands() -> list[list[str]]:
    """Return every command of the command line, the bare one first."""
    found: list[list[str]] = [[]]
    waiting = [([], cli.parser())]
    while waiting:
        words, parser = waiting.pop()
        groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        found += [[]] if groups else [words]
        waiting += [([*words, name], choice) for group in groups for name, choice in group.choices.items()]
    return found


def test_the_page_names_every_command_option_and_code(capsys):
    for command in commands():
        with pytest.raises(SystemExit):
            cli.main([*command, "--help"])
        text = capsys.readouterr().out
        words = {*(" ".join(command[:length]) for length in range(1, 3)), command[-1]} if command else set()
        assert not words or any(f"`{word}" in PAGE for word in words)
        for option in set(re.findall(r"--[a-z-]+", text)) - {"--help", "--version"}:
            assert option in PAGE
        for code, meaning in re.findall(r"^  (\d+) +(.+)$", text, re.MULTILINE):
            assert f"| {code} | {meaning}" in PAGE
