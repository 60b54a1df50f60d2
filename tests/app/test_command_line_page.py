"""The page docs/command-line.md: every example in it is run, and what it shows is what comes."""

import argparse
import re

import pytest
from PIL import Image

from app import cli
from tests.app.command_line import ROOT, flat_picture, picture, recording
from tests.app.shown import examples, pattern, run_page

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")


def test_the_examples_are_true(home, tmp_path):
    picture(tmp_path / "masters" / "portrait.jpg")
    recording(tmp_path / "masters" / "nature" / "voice.wav")
    picture(tmp_path / "strange.png", seed=7)
    flat_picture(tmp_path / "white.png")
    (tmp_path / "clients.csv").write_text("name,kind\nStudio A,studio\nPress Club,press\nGallery,gallery\n")
    assert len(examples(PAGE)) >= 8

    def before(arguments):
        if arguments[0] == "check":
            copy = tmp_path / "copies" / "portrait (Studio A).jpg"
            with Image.open(copy) as image:
                image.resize((300, 200), Image.Resampling.LANCZOS).save(tmp_path / "found.jpg", quality=60)

    run_page(PAGE, home=home, folder=tmp_path, before=before)


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
