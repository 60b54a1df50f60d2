"""The states that are drawn: registered once each, drawn in any language, and a broken one does not stop the others."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

import core.check
import core.protect
from app.i18n import use_language
from app.session import Session
from app.theme import theme
from core.keyring import KeyFacts
from dev.screenshots import states as registry
from dev.screenshots.material import KEY, PASSPHRASE, Material, load
from dev.screenshots.passes import PASSES, Pass
from dev.screenshots.sheets import sheets
from dev.screenshots.stage import Stage, draw


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return material with a key and nothing protected: enough for empty pages."""
    folder = tmp_path_factory.mktemp("material")
    made = Material(folder)
    with Session.open(folder=made.data) as session:
        session.ring.add(KEY, PASSPHRASE, KeyFacts(creator="Mara Lind"))
    (folder / "material.pickle").write_bytes(pickle.dumps(made))
    return folder


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    yield
    use_language("en")
    QLocale.setDefault(QLocale.c())
    theme.apply(qapp, "light")


def test_every_page_has_its_states() -> None:
    names = [state.name for state in registry.states()]
    assert len(names) == len({state.file for state in registry.states()})
    pages = "welcome tour unlock protect check catalog recipients consents terms bin history cases settings compare"
    for page in (*pages.split(), "shortcuts", "messages"):
        assert any(name.startswith(f"{page}: ") for name in names)
    shown = {state.docs for state in registry.states() if state.docs}
    assert shown == {"protect", "check", "catalog", "cases", "consents"}


def test_states_are_drawn_and_put_on_sheets(bare: Path, tmp_path: Path) -> None:
    real = core.protect.protect, core.check.check
    few = Pass("arabic", "ar", ((1100, 700), (800, 600)), ("light", "dark"))
    (tmp_path / "arabic").mkdir()
    assert draw(few, bare, tmp_path / "arabic", tmp_path, ["check: empty", "unlock: empty"]) == {}
    names = {path.stem for path in (tmp_path / "arabic").glob("*.png")}
    schemes = [f"{scheme}-{width}" for scheme in ("light", "dark") for width in (1100, 800)]
    assert names == {f"{state}-empty-{each}" for state in ("check", "unlock") for each in schemes}
    with Image.open(tmp_path / "arabic" / "check-empty-dark-800.png") as picture:
        assert picture.size == (800, 600)
        assert sum(picture.convert("RGB").getpixel((2, 2))) < 200  # type: ignore[arg-type]
    assert len(list(sheets(tmp_path, ["arabic"]))) == 4
    assert (core.protect.protect, core.check.check) == real


def test_a_state_that_cannot_be_reached_is_told(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(stage: Stage) -> None:
        stage.open()
        raise LookupError("no such page")

    def hurt(stage: Stage) -> None:
        window = stage.open()
        try:
            _ = 1 // 0
        except ZeroDivisionError as error:
            window.messages.show_error(error)

    registry.states()
    monkeypatch.setattr(registry, "_states", {})
    for name, make in (("a: broken", broken), ("b: hurt", hurt)):
        registry.state(name)(make)
    with pytest.raises(ValueError, match="two states"):
        registry.state("a: broken")(broken)
    failures = draw(PASSES["german"], bare, tmp_path, tmp_path, [])
    assert failures == {
        "a: broken": "LookupError: no such page",
        "b: hurt": "RuntimeError: ZeroDivisionError: integer division or modulo by zero",
    }


def test_material_is_read_back(bare: Path) -> None:
    assert load(bare).folder == bare
