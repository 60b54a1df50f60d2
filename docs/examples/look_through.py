"""Looks through a folder of suspects with an existing catalog: `python docs/examples/look_through.py DATA FOLDER`.

DATA is a data folder as the program keeps it; the key's passphrase is asked for. One line of JSON comes for each file,
as soon as it is known.
"""

import getpass
import json
import os
import sys
from pathlib import Path

from core.catalog.store import Catalog
from core.check import check
from core.keyring import KeyRing
from core.keys import CreatorKey
from core.media.files import media_files

data, suspects = Path(sys.argv[1]), Path(sys.argv[2])
secret_file = os.environ.get("COUNTERMARK_PASSPHRASE_FILE")
passphrase = Path(secret_file).read_text("utf-8").split("\n")[0] if secret_file else getpass.getpass("Passphrase: ")
keys = [CreatorKey.load(entry.path, passphrase) for entry in KeyRing(data / "keys").entries()]
with Catalog(data) as catalog:
    for checked in check(media_files([suspects]), catalog=catalog, keys=keys):
        answer = {
            "file": checked.file.name,
            "verdict": checked.verdict.value,
            "copies": [match.finding.serial for match in checked.matches],
            "recipients": [match.recipient.name for match in checked.matches if match.recipient],
            "probability": min((match.finding.probability for match in checked.matches), default=1.0),
        }
        print(json.dumps(answer, ensure_ascii=False))
