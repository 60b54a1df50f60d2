"""Generated catalogs: like real fingerprints, unlike each other; damage and votes as the run writes them down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.samples import sample_picture, sample_recording
from bench import fingerprints, generated
from bench.attacks import NotApplicable, generator
from core.catalog.store import Catalog
from core.fingerprint import images, sounds
from core.fingerprint.index import HEADER, unpacked
from core.indexes import indexes
from core.model import Kind

RATE = 16000


def test_generated_pictures_are_apart_and_the_real_one_is_found(tmp_path: Path) -> None:
    real = images.fingerprint(sample_picture(480, 320))
    made = list(generated.pictures([real], 50))
    assert len(set(made)) == 50 and {len(one) for one in made} == {HEADER + 8 * generated.FEATURES}
    assert made == list(generated.pictures([real], 50))
    with Catalog(tmp_path) as catalog:
        generated.fill(catalog, Kind.IMAGE, iter([real]))
        generated.fill(catalog, Kind.IMAGE, iter(made), 1000)
        best, *others = fingerprints.asked(indexes(catalog, Kind.IMAGE), sample_picture(480, 320), Kind.IMAGE)
    assert best.work == 1 and all(other.votes < best.votes / 2 for other in others)


def test_generated_recordings_are_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "_PIECED", 2)
    peaks = sounds.kept_peaks(np.tile(sample_recording(10.0, RATE), (8, 1)), RATE)
    made = list(generated.recordings([peaks], 6))
    assert len(set(made)) == 6
    for fingerprint in made:
        held = unpacked(sounds.HEADER, fingerprint)
        assert held is not None and len(held[0]) > 500 and held[1].max() < 4000


def test_damage_of_pieces_is_of_their_length() -> None:
    whole = (sample_recording(11.0, RATE), RATE)
    damages = dict(fingerprints._sound_damages())
    assert len(damages) == len(fingerprints.SOUND_DAMAGE) + len(fingerprints.SHORT_DAMAGE)
    piece, rate = damages["none 5"](whole, generator(1, "a"))
    assert (len(piece), rate) == (5 * RATE, RATE)
    with pytest.raises(NotApplicable):
        damages["none 10"]((whole[0][: 9 * RATE], RATE), generator(1, "a"))
    faster, _ = damages["speed_1.05 10"](whole, generator(1, "a"))
    assert len(faster) == pytest.approx(10 * RATE / 1.05, rel=0.01)


def test_rows_tell_the_right_work_from_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("images", "audio", "negatives_images", "negatives_audio"):
        (tmp_path / part).mkdir()
    for number in (1, 2):
        Image.fromarray(sample_picture(480, 320, seed=number)).save(tmp_path / "images" / f"{number}.png")
    trial = fingerprints.Trial(tmp_path)
    monkeypatch.setattr(fingerprints, "PICTURE_DAMAGE", ("crop_75", "mirror"))
    rows = list(fingerprints._damaged(trial, Kind.IMAGE, [fingerprints._index(trial, Kind.IMAGE)], np.inf))
    assert {(row["file"], row["damage"]) for row in rows} == {
        (name, damage) for name in ("1.png", "2.png") for damage in ("crop_75", "mirror")
    }
    assert all(row["right"] > 2 * row["wrong"] for row in rows)
    assert list(fingerprints._damaged(trial, Kind.IMAGE, [], 0.0)) == []
