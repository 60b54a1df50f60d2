"""The tuned constants of the audio mark in one frozen dataclass, with the version that the catalog stores.

Times are seconds, frequencies hertz, levels decibels: nothing here depends on a sampling rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.model import FloatArray, Strength


@dataclass(frozen=True)
class Parameters:
    """All constants of the audio mark. A change of any of them that old copies notice takes a new `version`."""

    version: int = 2  # 1 had the gate without a band's own level; what it wrote is read alike

    # The pattern. 20 ms cells and 120 Hz bands above 2 kHz carried 33 % more than 40 ms cells with wider bands (clean;
    # 19 % more after a telephone line) at the same measured quality. Below 2 kHz 160 Hz stay: GSM lost with 120 Hz.
    cell_seconds: float = 0.020
    fade_seconds: float = 0.010
    superperiod_seconds: float = 64.0  # 4 s let 93 % of the signs be read without the key by folding, 64 s none extra
    lowest_hz: float = 200.0
    low_bands: int = 11
    low_width_hz: float = 160.0
    high_bands: int = 41
    high_width_hz: float = 120.0
    block_cells: int = 4  # time cells in which pilot and data are dealt evenly
    block_pilots: int = 40  # of 104 cells, 38 %: 1/4, 1/3 and 1/2 measured alike, weak short crops like more
    code_length: int = 1024

    # The strength: dB of gain at or below 500 Hz, rising log-linearly to the second number at or above 2 kHz.
    # 10 % more costs 0.11 to 0.15 of PEAQ's objective difference grade.
    rise_from_hz: float = 500.0
    rise_to_hz: float = 2000.0
    voice_db: tuple[float, float] = (1.0, 2.0)
    dense_db: tuple[float, float] = (0.85, 1.7)  # music and voice over music: they show a mark sooner
    dense_below_db: float = 10.5  # of level swing within a second: see `gate`
    subtle_factor: float = 0.9
    strong_factor: float = 1.1

    # The gate: full strength down to 40 dB below the loud cells of the recording, none 15 dB below that. It took the
    # mean grade of three voices from -0.55 to -0.30. A band of its own loud cells further down opens 30 dB below these.
    gate_quantile: float = 0.97
    gate_open_db: float = 40.0
    gate_own_db: float = 30.0
    gate_over_quiet_db: float = 20.0  # over the band's quiet level: its noise is left alone
    gate_lowest_db: float = 60.0  # below the loud cells of the recording: what is further down is not heard beside them
    gate_width_db: float = 15.0
    gate_frames: int = 5  # frames of 8 ms over which the gate is smoothed

    # The embedder's frames: square-root Hann, a quarter of a window apart.
    window_seconds: float = 0.032
    hops_per_window: int = 4

    # The detector's analysis: two frames a cell.
    analysis_rate: int = 16000
    analysis_window: int = 512
    analysis_hop: int = 160

    @property
    def bands(self) -> int:
        """Number of bands; neighbours 2j and 2j + 1 form pair j."""
        return self.low_bands + self.high_bands

    @property
    def pairs(self) -> int:
        """Number of band pairs, each carrying one cell at a time."""
        return self.bands // 2

    @property
    def time_cells(self) -> int:
        """Number of time cells in the superperiod."""
        return round(self.superperiod_seconds / self.cell_seconds)

    @property
    def frame_seconds(self) -> float:
        """Seconds between two frames of the detector."""
        return self.analysis_hop / self.analysis_rate

    @property
    def frames_per_cell(self) -> int:
        """Frames of the detector in one time cell."""
        return round(self.cell_seconds / self.frame_seconds)

    @property
    def period_frames(self) -> int:
        """Frames of the detector in the superperiod."""
        return self.time_cells * self.frames_per_cell

    @property
    def pilot_share(self) -> float:
        """Share of the cells that depend on the key alone."""
        return self.block_pilots / (self.block_cells * self.pairs)

    @cached_property
    def edges(self) -> FloatArray:
        """Band edges in hertz: `bands` + 1 rising numbers."""
        widths = [self.low_width_hz] * self.low_bands + [self.high_width_hz] * self.high_bands
        return self.lowest_hz + np.concatenate([[0.0], np.cumsum(widths)])

    def amplitudes(self, strength: Strength, *, dense: bool) -> FloatArray:
        """Return the full gain of each pair in dB: float of shape (pairs,)."""
        low, high = self.dense_db if dense else self.voice_db
        factor = {Strength.SUBTLE: self.subtle_factor, Strength.STRONG: self.strong_factor}.get(strength, 1.0)
        centres = np.sqrt(self.edges[0:-1:2] * self.edges[2::2])
        share = np.log(centres / self.rise_from_hz) / np.log(self.rise_to_hz / self.rise_from_hz)
        gains: FloatArray = factor * low * (high / low) ** np.clip(share, 0.0, 1.0)
        return gains


PARAMETERS = Parameters()


def band_shares(parameters: Parameters, spacing_hz: float, bins: int, *, scale: float = 1.0) -> FloatArray:
    """Return how much of each spectral bin lies in each band: float32 (bands, bins), 0 to 1.

    Bin k covers (k - 1/2) to (k + 1/2) times `spacing_hz`; `scale` stretches the band edges (a pitch change).
    """
    edges = parameters.edges * scale / spacing_hz + 0.5
    position = np.arange(bins + 1)
    covered = np.clip(edges[:, None] - position[None, :-1], 0.0, 1.0)  # share of each bin below each edge
    shares: FloatArray = np.diff(covered, axis=0).astype(np.float32)
    return shares
