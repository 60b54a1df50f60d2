"""Questions of which only the last one counts: what is searched, what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.jobs import Jobs

_Question = tuple[Callable[[], Any], Callable[[Any], object]]


class Latest:
    """Asks one question at a time, beside the window; those that came up meanwhile are passed over but for the last."""

    def __init__(self, jobs: Jobs, on_error: Callable[[Exception], object]) -> None:
        self._jobs = jobs
        self._on_error = on_error
        self._asking = False
        self._next: _Question | None = None

    def ask(self, question: Callable[[], Any], take: Callable[[Any], object]) -> None:
        """Ask, and hand over the answer unless something else was asked since."""
        if self._asking:
            self._next = (question, take)
            return
        self._asking = True
        self._jobs.call(question, lambda answer: self._answered(answer, take), self._failed)

    def _answered(self, answer: Any, take: Callable[[Any], object]) -> None:
        self._asking = False
        if not self._go_on():
            take(answer)

    def _failed(self, error: Exception) -> None:
        self._asking = False
        if not self._go_on():
            self._on_error(error)

    def _go_on(self) -> bool:
        later, self._next = self._next, None
        if later is not None:
            self.ask(*later)
        return later is not None
