"""Grades of a changed recording by the ear's models of others, where their programs are at hand; bench-only.

PEAQ basic (ITU-R BS.1387) by the program `peaq` of GstPEAQ in PATH; PESQ wide band and STOI by Python packages in the
bench's own environment. What is missing is None, and its reason is told.
"""

from __future__ import annotations

import math

import numpy as np

from bench import apart
from bench.attacks import NotApplicable, Samples, generator
from bench.attacks.activity import active
from bench.attacks.codecs import mp3, resampled
from bench.attacks.programs import output, program, sound_file

CLIP_SECONDS = 10.0
RATE, _SPEECH_RATE = 48000, 16000  # at which all is compared, and speech
_PLACES = 200

Grades = dict[str, float | None]


def graded(before: Samples, after: Samples, rate: int, name: str) -> tuple[Grades, dict[str, str]]:
    """Return the grades of the clip of 10 s with most sound, of MP3 128 on the same clip, and what is missing."""
    start, frames = _clip(before, rate, name)
    original, marked = before[start : start + frames], after[start : start + frames]
    original, marked = (np.clip(resampled(sound, rate, RATE), -1, 1) for sound in (original, marked))
    rival, _ = mp3(original, RATE, kilobits=128)
    told: Grades = {}
    missing: dict[str, str] = {}
    for heard, ending in ((marked, ""), (rival, "_mp3")):
        length = min(len(original), len(heard))
        pair = original[:length], heard[:length]
        for measure in (_odg, _speech):
            try:
                told |= {f"{key}{ending}": value for key, value in measure(*pair).items()}
            except NotApplicable as reason:
                missing[measure.__name__.strip("_")] = str(reason)
    return told, missing


def _clip(samples: Samples, rate: int, name: str) -> tuple[int, int]:
    """Return first frame and length of the clip: of many random places the one with most sound."""
    frames = min(len(samples), round(CLIP_SECONDS * rate))
    starts = generator("clip", name).integers(0, len(samples) - frames + 1, _PLACES)
    best = max(starts, key=lambda start: int(active(samples[start : start + frames], rate).sum()))
    return int(best), frames


def _odg(before: Samples, after: Samples) -> Grades:
    """Return the objective difference grade: 0 not to be told apart, -1 perceptible but not annoying, -4 very annoying.

    `peaq` compares two files at 48 kHz; a grade a little above 0 is what it gives to equal ones.
    """
    judge = program("peaq")
    one, two = (sound[:, :2] for sound in (before, after))
    with sound_file(one, RATE, "PCM_24") as first, sound_file(two, RATE, "PCM_24") as second:
        words = output([judge, "--basic", str(first), str(second)]).decode("utf-8", "replace").split()
    return {"odg": _told(float(words[words.index("Grade:") + 1]), 3)}


def _speech(before: Samples, after: Samples) -> Grades:
    """Return PESQ wide band (1.0 to 4.64) and STOI (0 to 1) of the mixes."""
    mixes = (sound.mean(axis=1, keepdims=True, dtype=np.float32) for sound in (before, after))
    pair = [resampled(mix, RATE, _SPEECH_RATE)[:, 0] for mix in mixes]
    pesq, stoi = (float(value) for value in apart.run("grades", "pesq", pair, _SPEECH_RATE))
    return {"pesq": _told(pesq, 3), "stoi": _told(stoi, 4)}


def _told(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
