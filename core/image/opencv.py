"""OpenCV, loaded when it is first wanted."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def opencv() -> Any:
    """Return OpenCV, told to use one thread: its results must not depend on the machine's load."""
    import cv2

    cv2.setNumThreads(1)
    return cv2
