"""Every named damage to pictures: the same each time, of the right form, and truly a change."""

from __future__ import annotations

import numpy as np
import pytest

from app.samples import sample_picture
from bench.attacks import ImageAttack, generator
from bench.attacks.images import ATTACKS

PICTURE = sample_picture(240, 160)
NO_CHANGE = {"none", "png"}


def test_names_are_unique_and_plain() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)
    assert all("#" not in name and name == name.lower() for name in names)
    assert len({attack.title for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_picture_damage(attack: ImageAttack) -> None:
    before = PICTURE.copy()
    first = attack.apply(PICTURE, generator(1, attack.name))
    again = attack.apply(PICTURE, generator(1, attack.name))
    assert np.array_equal(PICTURE, before), "the picture handed in was changed"
    assert first.dtype == np.uint8
    assert first.ndim in (2, 3)
    assert np.array_equal(first, again)
    same = first.shape == PICTURE.shape and np.array_equal(first, PICTURE)
    assert same == (attack.name in NO_CHANGE)


def test_random_damage_depends_on_the_words() -> None:
    noise = next(a for a in ATTACKS if a.name == "noise_10")
    one, two = (noise.apply(PICTURE, generator(1, "noise", name)) for name in ("a.png", "b.png"))
    assert not np.array_equal(one, two)


def test_crops_keep_the_scale_and_their_share() -> None:
    for percent in (75, 50, 33):
        attack = next(a for a in ATTACKS if a.name == f"crop_{percent}")
        piece = attack.apply(PICTURE, generator(2))
        assert piece.shape[0] * piece.shape[1] == pytest.approx(240 * 160 * percent / 100, rel=0.02)
        windows = np.lib.stride_tricks.sliding_window_view(PICTURE[:, :, 0], piece.shape[:2])
        assert (windows[:, :, :4, :4] == piece[:4, :4, 0]).all(axis=(2, 3)).any(), "not a piece of the picture"
