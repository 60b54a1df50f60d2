"""Views of suspect files, and the words for numbers and dates."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from PySide6.QtCore import QLocale

from app import i18n
from app.previews import preview
from app.samples import sample_picture
from core.errors import UnreadableError
from tests.core.media.made import film


@pytest.mark.parametrize(
    ("mode", "suffix"), [("RGB", "jpg"), ("RGBA", "png"), ("L", "png"), ("LA", "png"), ("CMYK", "jpg"), ("RGB", "tif")]
)
def test_pictures_of_every_kind_are_shown(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(sample_picture(900, 600)).convert(mode).save(path)
    view = preview(path)
    assert view.image is not None
    assert (view.width, view.height) == (900, 600)
    assert max(view.image.width(), view.image.height()) <= 640
    assert view.image.width() * 600 == pytest.approx(view.image.height() * 900, rel=0.01)
    top, bottom = view.image.pixelColor(300, 5).lightness(), view.image.pixelColor(300, 420).lightness()
    assert top > bottom  # the sky is brighter than the ground: it is upright and not inverted


def test_the_outline_of_a_recording_follows_its_loudness(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    loud = np.sin(np.arange(48000) * 0.2)
    soundfile.write(path, np.concatenate([0.1 * loud, 0.8 * loud]), 48000)
    view = preview(path)
    assert view.peaks is not None
    assert view.seconds == pytest.approx(2.0)
    half = len(view.peaks) // 2
    assert view.peaks[: half - 1, 1].max() == pytest.approx(0.1, abs=0.01)
    assert view.peaks[half + 1 :, 0].min() == pytest.approx(-0.8, abs=0.01)


def test_a_film_is_seen_at_a_time_or_heard(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", seconds=4, start=1.0)
    view = preview(path, 3.0)
    assert view.image is not None and (view.width, view.height) == (160, 90)
    others = preview(path, 1.0).image
    assert others is not None and view.image.pixelColor(80, 40) != others.pixelColor(80, 40)
    heard = preview(path)
    assert heard.peaks is not None and heard.seconds == pytest.approx(5.0, abs=0.05)
    assert not heard.peaks[:100].any() and heard.peaks[300:].any()


def test_what_cannot_be_read_has_no_view(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"no picture")
    with pytest.raises(UnreadableError):
        preview(path)


@pytest.mark.parametrize(
    ("locale", "long", "short"),
    [
        ("C", "3 March 2026", "3 Mar 2026"),
        ("en_GB", "3 March 2026", "3 Mar 2026"),
        ("en_US", "March 3, 2026", "Mar 3, 2026"),
        ("de_DE", "3. März 2026", "3. März 2026"),
    ],
)
def test_days_are_written_as_the_reader_does(locale: str, long: str, short: str) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        assert i18n.date("2026-03-03T12:00:00+00:00") == long
        assert i18n.date("2026-03-03T12:00:00+00:00", short=True) == short
    finally:
        QLocale.setDefault(before)
    assert i18n.date("") == ""


@pytest.mark.parametrize(("value", "said"), [(0, "0.0 s"), (7.46, "7.5 s"), (41.2, "41 s"), (185, "3 min 05 s")])
def test_lengths_are_written_with_units(value: float, said: str) -> None:
    assert i18n.seconds(value) == said


def test_powers_are_raised() -> None:
    assert i18n.powers("less than once in 10^21 checks") == "less than once in 10²¹ checks"
    assert i18n.powers("less than once in 1,000 checks") == "less than once in 1,000 checks"
