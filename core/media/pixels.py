"""What pixels are: the array of a picture, and which colours its channels stand for."""

from __future__ import annotations

from typing import Any, Literal

import numpy.typing as npt

Pixels = npt.NDArray[Any]
Space = Literal["grey", "rgb", "cmyk"]
