"""A copy between its first byte and its row in the catalog: moved, remembered, or undone without a trace."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Self

from core.catalog.intents import Intent
from core.catalog.store import Catalog
from core.errors import CatalogError, WriteError
from core.model import Copy, Embedded

_log = logging.getLogger(__name__)
_NAMES = 1000  # free names tried: each failure means that somebody took one between two looks


class Unfinished:
    """A copy on its way. Leaving it as a context before `complete` removes its files and its intent."""

    def __init__(self, catalog: Catalog, intent: Intent) -> None:
        self.intent = intent
        self._catalog = catalog
        self._sha256 = ""
        self._moving = False
        self._settled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._settled:
            self._undo()

    def move(self, wanted: Path, marked: Embedded, *, manifest: bytes = b"") -> Path:
        """Give the finished temporary file the wanted name, or the next free one, and return that.

        The name and the file's hash are written down before, so that either can be told after a crash. `manifest` is
        the copy's signed manifest, kept with it.
        """
        from core.media.files import free_name, replace_new, sha256_of

        self._sha256 = sha256_of(self.intent.temporary)
        for _ in range(_NAMES):
            final = free_name(wanted)
            self.intent = self._catalog.note_written(
                self.intent,
                final=final,
                sha256=self._sha256,
                parameters=marked.parameters,
                quality=marked.quality,
                manifest=manifest,
            )
            self._moving = True
            try:
                replace_new(self.intent.temporary, final)
            except WriteError:
                self._moving = False
                if not os.path.lexists(final):
                    raise
            else:
                return final
        raise WriteError(f"No free name for {wanted.name} was found in {wanted.parent}.", "Choose another folder.")

    def complete(self) -> Copy:
        """Return the copy, stored in the catalog. CatalogError where it cannot be: then nothing is left behind."""
        try:
            copy = self._catalog.complete(self.intent)
        except CatalogError:  # the commit may have failed in its report only: the catalog alone knows
            stored = self._catalog.copy_by_serial(self.intent.key, self.intent.serial)
            if stored is None:
                raise
            copy = stored
        self._settled = True
        return copy

    def _undo(self) -> None:
        """Remove what was written, the intent last; what cannot be removed now is left to the catalog's repair."""
        try:
            if self._moving:
                if self._catalog.copy_by_serial(self.intent.key, self.intent.serial) is not None:
                    return
                self._remove_moved()
            self.intent.temporary.unlink(missing_ok=True)
            self._catalog.close_intent(self.intent)
        except (OSError, CatalogError) as error:
            _log.warning("What was left of a copy is removed when the catalog is next opened: %s", error)

    def _remove_moved(self) -> None:
        """Remove the final file if it is the one that was moved there, and no other."""
        from core.media.files import sha256_of

        if self.intent.final.is_file() and sha256_of(self.intent.final) == self._sha256:
            self.intent.final.unlink()
