"""How long work reports and is cancelled: one plain callable.

A `Progress` is called with the share that is done (0 to 1) and a short word for the step. It raises
`CancelledError` to stop the work, which then leaves nothing half done.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]


def silent(share: float, step: str) -> None:
    """Report nothing, cancel never."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress that fills the stretch from `start` to `end` of another one."""

    def report(share: float, step: str) -> None:
        progress(start + (end - start) * min(max(share, 0.0), 1.0), step)

    return report


class Pulse:
    """A progress that can say again where it is, so that work which only waits can be cancelled meanwhile."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last = (0.0, "")

    def __call__(self, share: float, step: str) -> None:
        self._last = (share, step)
        self._progress(share, step)

    def beat(self) -> None:
        """Report the last step again. CancelledError where its user has stopped it."""
        self._progress(*self._last)
