"""Content Credentials of the copies that are made and of the files that are found."""

from __future__ import annotations

from pathlib import Path

from core.catalog.store import Catalog
from core.model import Copy


def found_in(suspect: Path, catalog: Catalog, copy: Copy | None) -> str:
    """Return in a sentence what the signed manifest in a file is worth."""
    return ""


def manifest_in(path: Path) -> str:
    """Return in a sentence what the signed manifest in a file says; empty where there is none."""
    return ""
