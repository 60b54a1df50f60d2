"""JSON Lines as Countermark writes them: one object a line, valid UTF-8 whatever the names of files are."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

_SURROGATE = re.compile("[\ud800-\udfff]")


def json_line(record: Mapping[str, object]) -> str:
    """Return one line of JSON that is valid UTF-8 whatever the file names are.

    A byte that is no UTF-8 stays the escape \\udcXX that Python gives it, so `os.fsencode` finds the file again.
    A number that is not finite becomes null.
    """
    line = json.dumps(_finite(record), ensure_ascii=False, allow_nan=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _finite(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
