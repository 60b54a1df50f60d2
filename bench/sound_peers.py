"""Reads the same clips under the same damage with this project's mark and with audiowmark's, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench import material
from bench.attacks import NotApplicable, Samples, SoundAttack, generator
from bench.attacks.sounds import ATTACKS
from bench.peers import audiowmark
from bench.recordings import place_of_piece, whole
from bench.results import found, outcome
from core.errors import CountermarkError
from core.model import Kind

CLIP_SECONDS = 20.0  # audiowmark needs whole clips; shorter recordings are taken whole
VOICES = 4  # spread over the folder, of those that last 10 s
ROWS = (
    *("none", "mp3_32", "aac_32", "opus_16", "phone", "noise_20", "noise_10", "bed_0_jazz", "hall", "recorded_again"),
    *("gsm", "amr_nb", "cuts_50ms", "no_silence", "speed_1.05", "speed_0.9", "tempo_1.1", "pitch_up_1", "pitch_up_2"),
    *("social", "vocoder", "low_pass_2k"),
)
SCALED = ("speed", "tempo", "pitch", "social")  # attacks for which its search for the speed is tried, too

# What the design notes of this mark hold of an earlier measurement (whole clips of 14 to 30 s; the milder tempo 1.05,
# pitch -1 and speed 1.05), shown where the program is not installed: attack -> 128 bit, 16 bit.
EARLIER = {
    "none": ("2/2", "3/3"), "mp3_32": ("2/2", "3/3"), "aac_32": ("2/2", "3/3"), "opus_16": ("2/2", "2/2"),
    "phone": ("2/2", "2/2"), "noise_20": ("0/2", "1/2"), "noise_10": ("0/2", "0/2"), "bed_0_jazz": ("0/2", "0/2"),
    "hall": ("0/2", "0/2"), "recorded_again": ("0/2", "0/2"), "gsm": ("0/2", "0/2"), "amr_nb": ("0/2", "0/2"),
    "cuts_50ms": ("0/2", "1/2"), "no_silence": ("0/2", "0/2"), "tempo_1.1": ("0/2", "0/2"),
    "pitch_up_2": ("0/2", "0/2"), "speed_0.9": ("0/2", "0/2"), "social": ("0/2", "0/2"), "vocoder": ("0/2", "1/2"),
    "low_pass_2k": ("2/2", "2/2"),
}  # fmt: skip


def rows(
    place: Path, *, only: str = "", quick: bool = False, done: Mapping[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row a clip: for each attack whether each program's mark was read."""
    chosen = [path for path in material.files(place, "audio", only=only) if _is_voice(path)]
    chosen = chosen[:: max(1, len(chosen) // VOICES)][: 1 if quick else VOICES]
    for path in chosen:
        yield dict((done or {}).get(path.name) or clip_row(path, ROWS[:4] if quick else ROWS))


def _is_voice(path: Path) -> bool:
    from core.media.sounds import read_sound

    if material.class_of(path.name, Kind.AUDIO) != "voice":
        return False
    try:
        sound = read_sound(path)
    except CountermarkError:
        return False
    return len(sound.samples) >= 10 * sound.rate


def clip_row(path: Path, names: tuple[str, ...] = ROWS) -> dict[str, Any]:
    """Return the row of one clip."""
    from core import audio
    from core.media.sounds import read_sound

    sound = read_sound(path)
    samples, rate = whole(sound.samples), sound.rate
    frames = min(len(samples), round(CLIP_SECONDS * rate))
    start, _ = place_of_piece(samples, rate, frames, generator(material.SEED, "beside", path.name))
    clip = samples[start : start + frames]
    serial, candidates = material.serials_for(path.name)
    marked = audio.embed(clip, rate, key=material.bench_key(), serial=serial)
    row: dict[str, Any] = {"file": path.name, "parameters": marked.parameters, "seconds": round(frames / rate, 1)}
    copies: dict[str, Samples] = {}
    try:
        row["version"] = audiowmark.version()
        copies = {mode.name: audiowmark.marked(clip, rate, mode) for mode in audiowmark.MODES[:2]}
    except NotApplicable as reason:
        row["missing"] = str(reason)
    ours, theirs, skipped = {}, {}, {}
    for attack in ATTACKS:
        if attack.name not in names:
            continue
        try:
            heard, new_rate = _damaged(attack, whole(marked.samples), rate, path.name)
            findings = audio.detect(heard, new_rate, key=material.bench_key(), serials=candidates)
            ours[attack.name] = int(found(outcome(findings, serial)))
            theirs[attack.name] = _theirs(attack, copies, rate, path.name)
        except NotApplicable as reason:
            skipped[attack.name] = str(reason)
    return row | {"ours": ours, "theirs": theirs, "skipped": skipped}


def _theirs(attack: SoundAttack, copies: Mapping[str, Samples], rate: int, name: str) -> dict[str, int]:
    """Return for each way of using audiowmark whether it read its own mark after the same damage."""
    told = {}
    for mode in audiowmark.MODES:
        copy = copies.get(mode.name, copies.get("16 bit"))
        if copy is None or (mode.reading and not attack.name.startswith(SCALED)):
            continue
        heard, new_rate = _damaged(attack, copy, rate, name)
        told[mode.name] = int(audiowmark.recognised(heard, new_rate, mode))
    return told


def _damaged(attack: SoundAttack, copy: Samples, rate: int, name: str) -> tuple[Samples, int]:
    heard, new_rate = attack.apply(copy, rate, generator(material.SEED, attack.name, name))
    return np.ascontiguousarray(heard), new_rate
