"""Whole trees of files, checked or protected in many processes: resumable, one result a file.

`Scan(Checking(...) or Protecting(...), places, journal=...)` is a scan; `over` goes through the places, `watching`
waits for what comes into them. Of its parts `journal.py` and `ledger.py` remember what was done, `plan.py` and
`watch.py` say which files are wanted, `work.py` what happens to each, `run.py` keeps journal, catalog and results in
step; `hands.py` protects in processes of their own, `cluster.py` and `far.py` have machines of a Dask cluster search.
"""

from core.scan.cluster import ClusterError
from core.scan.run import INTERVAL, Scan, Scanned, default_journal
from core.scan.work import Checking, Protecting

__all__ = [
    "INTERVAL",
    "Checking",
    "ClusterError",
    "Protecting",
    "Scan",
    "Scanned",
    "default_journal",
]
