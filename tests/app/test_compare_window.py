"""Original and copy in their own window: looked at, listened to, tried."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from PySide6.QtCore import QIODevice, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.compare_window import CompareWindow
from app.comparing import Pictures, Sounds
from app.main_window import MainWindow
from app.player import Player, Source
from app.samples import sample_picture, sample_recording
from app.widgets.picture_compare import PictureCompare
from app.widgets.waveform import Waveform
from core.model import Protected, Status, Verdict
from core.protect import protect
from tests.app.conftest import KEY
from tests.app.test_window import assert_named_and_reachable

PATIENCE = 120_000


def pair(shift: int = 2) -> Pictures:
    before = sample_picture(400, 300, seed=3)
    return Pictures("copy.png", before, np.clip(before.astype(int) + shift, 0, 255).astype(np.uint8))


def protected(window: MainWindow, path: Path) -> Protected:
    (result,) = protect([path], recipient="Studio A", catalog=window.desk.session.catalog, key=KEY)
    assert result.status is Status.PROTECTED and result.output is not None and result.serial is not None
    return result


@pytest.fixture
def view(qtbot: QtBot, light: None) -> PictureCompare:
    made = PictureCompare()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show_pictures(pair())
    made.show()
    return made


def colour(view: PictureCompare, x: int, y: int) -> tuple[int, int, int]:
    seen = view.grab().toImage().pixelColor(x, y)
    return seen.red(), seen.green(), seen.blue()


def test_the_edge_parts_original_and_copy(view: PictureCompare) -> None:
    view.zoom_to(1.0)
    both = pair()
    assert colour(view, 100, 200) == tuple(both.original[200, 100])
    assert colour(view, 300, 200) == tuple(both.copy[200, 300])
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QTest.mouseMove(view, QPoint(350, 150))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(350, 150))
    assert colour(view, 300, 200) == tuple(both.original[200, 300])


def test_keys_move_the_edge_and_change_the_size(view: PictureCompare) -> None:
    words = view.accessibleName()
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.accessibleName() != words and "48 %" in view.accessibleName()
    QTest.keyClick(view, Qt.Key.Key_2)
    assert view.zoom() == 2.0
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom() == 1.0
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.zoom() <= 1.0


def test_the_difference_is_amplified_and_grey_where_there_is_none(qtbot: QtBot, view: PictureCompare) -> None:
    view.zoom_to(1.0)
    view.show_mode("difference")
    assert colour(view, 200, 20) == (168, 168, 168)
    view.show_pictures(pair(0))
    view.show_mode("difference")
    assert colour(view, 200, 20) == (128, 128, 128)


def test_a_click_on_the_outline_goes_there(qtbot: QtBot, light: None) -> None:
    wave = Waveform("Recording")
    qtbot.addWidget(wave)
    wave.resize(208, 100)
    wave.show_peaks(np.array([[-0.5, 0.5]] * 100, np.float32), 10.0, ((2.0, 4.0),))
    wave.show()
    with qtbot.waitSignal(wave.sought) as sought:
        QTest.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(104, 50))
    assert sought.args is not None and sought.args[0] == pytest.approx(5.0, abs=0.1)
    wave.show_place(5.0)
    with qtbot.waitSignal(wave.sought) as sought:
        QTest.keyClick(wave, Qt.Key.Key_Right)
    assert sought.args == [6.0]
    assert "5.0 s of 10 s" in wave.accessibleName() and "2.0 s – 4.0 s" in wave.accessibleName()


def sounds() -> Sounds:
    original = np.linspace(-0.5, 0.5, 8000, dtype=np.float32)[:, None]
    return Sounds("copy.wav", original, original + np.float32(0.01), 8000)


def test_sources_change_at_the_same_place_without_a_click(qtbot: QtBot) -> None:
    player = Player()
    source = Source(sounds(), player)
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    first = np.frombuffer(source.readData(4 * 1000), np.float32)
    source.which = "copy"
    second = np.frombuffer(source.readData(4 * 1000), np.float32)
    whole = np.concatenate([first, second])
    assert first == pytest.approx(sounds().original[:1000, 0])
    assert second[-100:] == pytest.approx(sounds().copy[1900:2000, 0])
    assert np.abs(np.diff(whole)).max() < 0.001  # faded, not jumped by 0.01
    source.which = "difference"
    source.readData(4 * 500)
    assert np.frombuffer(source.readData(4 * 100), np.float32) == pytest.approx(np.full(100, 0.1), abs=1e-3)
    source.readData(4 * 100_000)
    assert source.readData(4) == b"" and source.place == source.frames


@pytest.mark.qt_log_ignore("pipewire|PulseAudio", extend=True)
def test_without_a_sound_device_it_says_so(qtbot: QtBot, window: MainWindow, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    from PySide6.QtMultimedia import QMediaDevices

    if not QMediaDevices.defaultAudioOutput().isNull():
        pytest.skip("there is a sound device here")
    compare = CompareWindow(window.desk)
    qtbot.addWidget(compare)
    compare.sounds.show_sounds(sounds())
    compare.sounds.toggle()
    assert "no device" in compare.sounds.trouble.text()
    assert not compare.sounds.player.playing


def test_a_picture_is_compared_and_tried(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import core.trial

    chosen = {name: core.trial.PICTURES[name] for name in ("jpeg60", "crop75")}
    monkeypatch.setattr(core.trial, "PICTURES", chosen)
    Image.fromarray(sample_picture(700, 500)).save(tmp_path / "hill.png")
    result = protected(window, tmp_path / "hill.png")
    assert result.output is not None and result.serial is not None
    compare = CompareWindow(window.desk, window)
    qtbot.addWidget(compare)
    compare.show_copy(result.source, result.output, result.serial)
    assert_named_and_reachable(compare)
    qtbot.waitUntil(lambda: compare.stack.currentIndex() == 1, timeout=PATIENCE)
    compare.trial.start_button.click()
    qtbot.waitUntil(lambda: compare.trial.state.text() == "2 of 2 still certain", timeout=PATIENCE)
    assert [tried.verdict for tried in compare.trial.results] == [Verdict.CERTAIN] * 2
    QTest.keyClick(compare, Qt.Key.Key_Space)
    assert compare.mode.value() == "original"
    QTest.keyClick(compare, Qt.Key.Key_Escape)
    assert not compare.isVisible()


def test_a_recording_is_compared(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "reel.wav", sample_recording(8.0), 48000, subtype="PCM_16")
    result = protected(window, tmp_path / "reel.wav")
    assert result.output is not None and result.serial is not None
    compare = CompareWindow(window.desk, window)
    qtbot.addWidget(compare)
    compare.show_copy(result.source, result.output, result.serial)
    qtbot.waitUntil(lambda: compare.stack.currentIndex() == 2, timeout=PATIENCE)
    assert "of 8.0 s" in compare.sounds.place.text()
    compare.sounds.seen.choose("spectrogram")
    compare.sounds._draw()
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=PATIENCE)
    seen = compare.sounds.waveform.grab().toImage()
    compare.sounds.waveform.show_spectrogram(None)
    assert seen != compare.sounds.waveform.grab().toImage()  # it was the spectrogram, not the outline


def test_files_that_do_not_fit_are_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "a.png")
    Image.new("RGB", (120, 100)).save(tmp_path / "b.png")
    compare = CompareWindow(window.desk)
    qtbot.addWidget(compare)
    compare.show_copy(tmp_path / "a.png", tmp_path / "b.png", 1)
    qtbot.waitUntil(lambda: "cannot be laid beside" in compare.wait.text(), timeout=PATIENCE)
    assert compare.stack.currentIndex() == 0


def test_every_damage_has_its_words() -> None:
    from app.trials import damage_words
    from core.trial import PICTURES, SOUNDS

    words: list[Callable[[], str]] = [lambda name=name: damage_words(name) for name in (*PICTURES, *SOUNDS)]  # type: ignore[misc]
    assert all(word() for word in words)
