"""What the creator has protected, for whom, and what was found: one SQLite file with its own numbered versions."""
