"""Strangers' files are read in a process apart: what breaks, hangs or eats memory there ends that process alone.

The examination of one suspect - reading, searching, comparing - happens in a worker process that holds neither catalog
nor key files. `examined` gives a whole job a `Suspect` whose verbs are asked of the worker; what comes
back are findings, facts and small views. `probed` has a file decoded once before it is decoded here.
"""

from core.apart.pool import close, keep, warm
from core.apart.suspect import examined, examined_here, heard, probed, viewed

__all__ = ["close", "examined", "examined_here", "heard", "keep", "probed", "viewed", "warm"]
