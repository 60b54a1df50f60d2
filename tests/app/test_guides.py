"""The guides by job: every command in them is run, in order, and says what the page shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.app.command_line import ROOT, picture, recording
from tests.app.shown import examples, run_page

Before = Callable[[list[str]], None]


def voice_actor(here: Path) -> Before:
    recording(here / "reel.wav", seconds=24, seed=2)

    def before(arguments: list[str]) -> None:
        if arguments[0] == "check":
            _cut_from(here / "reel (Studio A).wav", here / "advert.mp3")

    return before


def artist(here: Path) -> Before:
    picture(here / "portfolio" / "harbour.jpg", seed=3, width=1200, height=800)
    picture(here / "portfolio" / "ridge.png", seed=5, width=900, height=600)

    def before(arguments: list[str]) -> None:
        if arguments[0] == "check":
            with Image.open(here / "for-the-web" / "harbour (Public).jpg") as copy:
                mirrored = copy.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((150, 80, 850, 605))
                mirrored.resize((640, 480)).save(here / "found.jpg", quality=70)

    return before


def agent(here: Path) -> Before:
    picture(here / "works" / "harbour.jpg", seed=3, width=900, height=600)
    recording(here / "works" / "reel.wav", seconds=24, seed=2)
    (here / "clients.csv").write_text("name,kind\nStudio A,studio\nRadio Nord,press\n")

    def before(arguments: list[str]) -> None:
        if arguments[0] == "check":
            (here / "suspects").mkdir()
            _cut_from(here / "copies" / "Studio A" / "reel.wav", here / "suspects" / "advert.mp3")
            whole = picture(here / "suspects" / "broken.jpg").read_bytes()
            (here / "suspects" / "broken.jpg").write_bytes(whole[:500])
            picture(here / "suspects" / "strange.png", seed=77)

    return before


def _cut_from(copy: Path, target: Path) -> None:
    """Write six seconds of a copy, softer and as MP3, without any tags."""
    import soundfile

    samples, rate = soundfile.read(copy, dtype="float32")
    soundfile.write(target, 0.7 * samples[int(6.2 * rate) : int(12.2 * rate)], rate)


@pytest.mark.parametrize("stage", [voice_actor, artist, agent])
def test_a_guide_says_what_comes(
    stage: Callable[[Path], Before], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / f"guide-{stage.__name__.replace('_', '-')}.md").read_text("utf-8")
    assert len(examples(page)) >= 5
    secret = tmp_path / "passphrase"
    secret.write_text("paper and ink\n")
    monkeypatch.setenv("COUNTERMARK_PASSPHRASE_FILE", str(secret))
    run_page(page, home=home, folder=tmp_path, before=stage(tmp_path))
