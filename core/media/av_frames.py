"""FFmpeg's frames of sound as arrays, and arrays as frames.

PyAV (18.1) takes as the planes of a frame what stands in its list of them up to the first that is missing. From eight
channels on none is missing, and it reads what lies behind the list, which breaks the process. Such frames go through
packed ones here, that have a single plane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from av import AudioFrame

_LISTED = 8  # planes


class Opened:
    """Makes arrays of decoded frames."""

    def __init__(self) -> None:
        self._kind: tuple[str, str, int] | None = None
        self._packing: Any = None

    def values(self, frame: AudioFrame) -> npt.NDArray[Any]:
        """Return the samples of a frame, of its own type: (frames, channels)."""
        channels = len(frame.layout.channels)
        if not frame.format.is_planar:
            return frame.to_ndarray().reshape(-1, channels)
        if channels < _LISTED:
            return frame.to_ndarray().T
        parts = [part.to_ndarray().reshape(-1, channels) for part in self._packed(frame)]
        return np.concatenate(parts) if parts else np.zeros((0, channels), np.float32)

    def _packed(self, frame: AudioFrame) -> list[AudioFrame]:
        kind = (frame.format.packed.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            self._kind, self._packing = kind, _converting(*kind)
        packed: list[AudioFrame] = self._packing.resample(frame)
        return packed


def frame_of(samples: npt.NDArray[Any], kind: str, layout: str, rate: int) -> AudioFrame:
    """Return samples (frames, channels), of the type of a sample format such as "fltp", as a frame in it."""
    from av import AudioFrame
    from av.audio.format import AudioFormat

    planar = AudioFormat(kind).is_planar
    through = planar and samples.shape[1] >= _LISTED
    given = AudioFormat(kind).packed.name if through else kind
    array = np.ascontiguousarray(samples.T) if planar and not through else samples.reshape(1, -1)
    frame = AudioFrame.from_ndarray(array, format=given, layout=layout)
    frame.sample_rate = rate
    if not through:
        return frame
    made: AudioFrame
    (made,) = _converting(kind, layout, rate).resample(frame)
    return made


def _converting(kind: str, layout: str, rate: int) -> Any:
    from av.audio.resampler import AudioResampler

    return AudioResampler(format=kind, layout=layout, rate=rate)
