"""Mark a recording for one copy: refuse what cannot carry a mark, write it, read it back, say what to expect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.audio.evidence import SERIAL_LIMIT
from core.audio.gains import Marked, survey
from core.audio.pattern import pattern_of
from core.audio.quality import quality
from core.audio.read import check_samples, detect
from core.decide import CERTAIN
from core.errors import RefusedError
from core.keys import CreatorKey
from core.model import SERIALS, Embedded, Finding, FloatArray, Recording, Strength, Verdict

LOWEST_RATE = 8000
SHORTEST_SECONDS = 1.0
SAFE_SECONDS = 3.0  # of active sound; with less, only some coded copies are found
SAFE_SCORE = 14.0  # read-back from which a copy has room for MP3 and a cut
_LONG_SECONDS = 120.0  # of a longer recording so much is enough for the read-back and the measures of quality
_PIECES = 24
_BLOCK = 2**19  # frames that are looked at at once
CATALOG = 1000  # copies among which an untouched one must be recognised for certain
_WHAT_TO_DO = "Use a longer recording, or one with more speech or music in it."


def embed(samples: Recording, rate: int, *, key: CreatorKey, serial: int, strength: str = "standard") -> Embedded:
    """Return the recording with the mark of one copy: same shape and dtype, sample for sample as long.

    `samples` is float32 or float64 (frames, channels), full scale 1, at `rate` hertz (8 to 192 kHz); `serial` from 0
    to 2^20 - 1; `strength` "subtle", "standard" or "strong". ValueError for NaN, infinity, another shape or strength.
    RefusedError where nothing useful could be carried: silence, under 1 s, under 8 kHz, or where even the untouched
    copy would not be recognised for certain among 1,000. No peak is carried beyond full scale, or beyond the
    recording's own peak if that is higher. `.expected` is a real read-back of the marked samples: of two minutes from
    the middle of a long recording, where these suffice; its quality is measured on two minutes in pieces spread over
    it. Of samples that are no array but a `Recording` memory stays constant, and `.samples` of the result makes its
    stretches when asked for them.
    Method: multiplicative time-frequency pattern with frequency-paired signs, see docs/how-it-works-audio.md.
    """
    check_samples(samples, rate)
    level = Strength(strength)
    pattern = pattern_of(key)
    pattern.codebook.row(serial)  # ValueError for a serial out of range, before any work
    seconds = samples.shape[0] / rate
    if rate < LOWEST_RATE:
        raise RefusedError(
            f"The sampling rate of {rate} Hz is too low to carry a mark.", "Use a recording at 8000 Hz or more."
        )
    if seconds < SHORTEST_SECONDS:
        raise RefusedError(f"The recording is {seconds:.1f} s long, too short to carry a mark.", "Use 3 s or more.")
    loud = survey(samples, rate)
    if not loud.sound:
        raise RefusedError("The recording is silent, so it cannot carry a mark.", "Use a recording with sound.")
    out: Recording = Marked(samples, rate, pattern, serial, level, loud=loud, peak=_peak(samples))
    if isinstance(samples, np.ndarray):
        out = out[:]
    expected = _read_back(out, rate, key, serial)
    if expected is None:
        raise RefusedError(_too_weak(loud.active_seconds), _WHAT_TO_DO)
    return Embedded(
        quality=quality(_spread(samples, rate), _spread(out, rate), rate, active_seconds=loud.active_seconds),
        expected=expected,
        parameters=pattern.parameters.version,
        samples=out,
        notes=_notes(expected, loud.active_seconds),
    )


def _peak(samples: Recording) -> float:
    """Return the size of the largest sample."""
    starts = range(0, len(samples), _BLOCK)
    return max(float(np.abs(samples[start : start + _BLOCK]).max()) for start in starts)


def _read_back(out: Recording, rate: int, key: CreatorKey, serial: int) -> Finding | None:
    """Return what an untouched copy gives, None where its serial would not be certain in a catalog."""
    part = round(_LONG_SECONDS * rate)
    if len(out) > 2 * part:
        first = (len(out) - part) // 2
        for finding in detect(out[first : first + part], rate, key=key, serials=np.array([serial])):
            if finding.serial == serial and _recognised(finding):
                return replace(finding, where=((0.0, len(out) / rate),))
    found = detect(out, rate, key=key, serials=np.array([serial]))
    return next((finding for finding in found if finding.serial == serial and _recognised(finding)), None)


def _recognised(finding: Finding) -> bool:
    """Return whether a finding of one candidate would be certain among all of a catalog: its bounds grow with them."""
    owned = finding.probability if finding.key_probability is None else finding.key_probability
    return CATALOG * owned <= CERTAIN and CATALOG * finding.probability <= SERIAL_LIMIT


def _spread(samples: Recording, rate: int) -> Recording:
    """Return a recording, or pieces spread evenly over a long one."""
    each = round(_LONG_SECONDS * rate / _PIECES)
    return samples if len(samples) <= _PIECES * each else _Spread(samples, each)


class _Spread:
    """Pieces spread evenly over a long recording, as if they were joined: taken from it when they are asked for."""

    def __init__(self, samples: Recording, each: int) -> None:
        self._samples, self._each = samples, each
        self._starts = np.linspace(0, len(samples) - each, _PIECES).astype(int)
        self.shape, self.dtype = (_PIECES * each, samples.shape[1]), samples.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: slice) -> FloatArray:
        first, last, _ = place.indices(len(self))
        out = np.empty((max(0, last - first), self.shape[1]), self.dtype)
        while first < last:
            piece, inside = divmod(first, self._each)
            count = min(last - first, self._each - inside)
            start = int(self._starts[piece]) + inside
            out[len(out) - (last - first) :][:count] = self._samples[start : start + count]
            first += count
        return out


def _too_weak(active_seconds: float) -> str:
    """Return why not even the untouched copy was read."""
    if active_seconds < SAFE_SECONDS:
        why = f"it has only {active_seconds:.1f} s of usable sound"
    else:
        why = "its sound is too short, too steady or too heavily clipped"
    return f"The recording cannot carry a mark that would be recognised: {why}."


def _notes(expected: Finding, active_seconds: float) -> tuple[str, ...]:
    """Return what the creator should know before sending a copy whose mark is weak."""
    if expected.verdict is not Verdict.CERTAIN or expected.probability * SERIALS > 1e-4:
        return (
            f"The recording has {active_seconds:.1f} s of usable sound: an untouched copy is recognised, a re-encoded "
            "or cut one may not be.",
        )
    if active_seconds < SAFE_SECONDS or expected.score < SAFE_SCORE:
        return (
            f"The recording has {active_seconds:.1f} s of usable sound: a whole copy is recognised, also as MP3 at 128 "
            "kbit/s; a cut or strongly compressed one may not be.",
        )
    return ()
