"""Draws the window in every state: `python3 do.py screenshots`.

The pictures of all states go to `out/screenshots`, with contact sheets beside them; the few that the documentation
shows go to `docs/pictures`. The window is driven without a screen over a data folder of its own, on the project's own
sample material, which is really protected, damaged and found. A new state is one function in `dev/screenshots/pages`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from dev.screenshots.passes import PASSES, Pass

_ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 after all pictures were drawn, 1 where a state could not be reached; the others are drawn even so."""
    parser = argparse.ArgumentParser(prog="python3 do.py screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=_ROOT / "out" / "screenshots", help="where pictures and sheets go")
    parser.add_argument("--docs", type=Path, default=_ROOT / "docs" / "pictures", help="where the documentation's go")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="states whose name holds one of these")
    parser.add_argument("--passes", nargs="+", choices=list(PASSES), default=[n for n, p in PASSES.items() if p.usual])
    parser.add_argument("--again", action="store_true", help="use the material that the last run has made")
    parser.add_argument("--inside", choices=list(PASSES), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        return _inside(PASSES[options.inside], options)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from dev.screenshots.material import prepare
    from dev.screenshots.sheets import sheets

    options.out.mkdir(parents=True, exist_ok=True)
    prepare(_material(options.out), again=options.again)
    failed = False
    for name in options.passes:  # each in a process of its own: density and direction are set for good at its start
        variables = os.environ | ({"QT_SCALE_FACTOR": "2"} if PASSES[name].dense else {})
        handed = ["--out", str(options.out), "--docs", str(options.docs), "--inside", name]
        call = [sys.executable, "-m", "dev.screenshots", *handed, *(["--only", *options.only] if options.only else [])]
        failed = bool(subprocess.call(call, env=variables, cwd=_ROOT)) or failed
    for sheet in sheets(options.out, options.passes):
        print(sheet)
    return 1 if failed else 0


def _inside(chosen: Pass, options: argparse.Namespace) -> int:
    from dev.screenshots.stage import draw

    folder = options.out / chosen.name
    folder.mkdir(exist_ok=True)
    if not options.only:
        for old in folder.glob("*.png"):
            old.unlink()
    failures = draw(chosen, _material(options.out), folder, options.docs, options.only)
    for name, why in failures.items():
        print(f"{chosen.name}: {name} could not be drawn: {why}", file=sys.stderr)
    return 1 if failures else 0


def _material(out: Path) -> Path:
    """Return where the material lies: paths are seen in pictures, so it is no folder of whoever draws them."""
    return Path(tempfile.gettempdir()) / f"countermark-{crc32(str(out.resolve()).encode()):08x}" / "Mara Lind"


if __name__ == "__main__":
    sys.exit(main())
