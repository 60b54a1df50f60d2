"""Protects files for two recipients and finds out whose a copy is: `python docs/examples/protect_and_check.py FOLDER`.

Whole jobs on files, with a catalog and a key file of their own in FOLDER/data; originals are only read.
"""

import shutil
import sys
from pathlib import Path

from core.catalog.store import Catalog
from core.check import check
from core.keys import CreatorKey
from core.media.files import media_files
from core.protect import protect

folder = Path(sys.argv[1])
data = folder / "data"
data.mkdir()
originals = list(media_files([folder / "originals"]))

key = CreatorKey.generate()
key.save(data / "creator.key", "a passphrase")
with Catalog(data) as catalog:
    leaked = None
    for recipient in ("Studio A", "Studio B"):
        for done in protect(originals, recipient=recipient, catalog=catalog, key=key, out=folder / recipient):
            print(f"{done.source.name} for {recipient}: {done.message}")
            leaked = done.output or leaked

    assert leaked is not None
    suspect = shutil.copy(leaked, folder / f"found{leaked.suffix}")  # its name says nothing any more
    key = CreatorKey.load(data / "creator.key", "a passphrase")
    for checked in check([suspect], catalog=catalog, keys=[key]):
        print(checked.message)
        for match in checked.matches:
            print(f"It was sent to {match.recipient.name if match.recipient else 'nobody known'}.")
