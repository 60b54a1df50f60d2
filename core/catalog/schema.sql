-- Version 1 of the catalog. Never edited once released: later versions are steps in migrations.py.
-- Paths are TEXT, or BLOB where a name is not valid Unicode. Times are ISO 8601, UTC. Columns "folded" hold the
-- text in the form that is compared: case-folded and composed.

CREATE TABLE creators (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,           -- the public id of the creator's key
    name    TEXT NOT NULL,
    created TEXT NOT NULL
);

CREATE TABLE works (
    id       INTEGER PRIMARY KEY,
    title    TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('image', 'audio')),
    path     NOT NULL,
    sha256   TEXT NOT NULL UNIQUE,
    created  TEXT NOT NULL,
    width    INTEGER NOT NULL DEFAULT 0,
    height   INTEGER NOT NULL DEFAULT 0,
    seconds  REAL    NOT NULL DEFAULT 0,
    rate     INTEGER NOT NULL DEFAULT 0,
    channels INTEGER NOT NULL DEFAULT 0,
    folded   TEXT NOT NULL                  -- title and path, for searching
);

CREATE TABLE thumbnails (                   -- apart from the works, so that walking through works stays quick
    work INTEGER PRIMARY KEY REFERENCES works (id),
    png  BLOB NOT NULL
);

CREATE TABLE recipients (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    folded  TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL
);

CREATE TABLE serials (                      -- every serial that was ever issued, whatever became of it
    key    TEXT    NOT NULL,
    serial INTEGER NOT NULL CHECK (serial BETWEEN 0 AND 1048575),
    issued TEXT    NOT NULL,
    PRIMARY KEY (key, serial)
) WITHOUT ROWID;

CREATE TABLE copies (
    id         INTEGER PRIMARY KEY,
    work       INTEGER NOT NULL REFERENCES works (id),
    recipient  INTEGER NOT NULL REFERENCES recipients (id),
    key        TEXT    NOT NULL,
    serial     INTEGER NOT NULL,
    path       NOT NULL,
    sha256     TEXT    NOT NULL,
    created    TEXT    NOT NULL,
    strength   TEXT    NOT NULL,
    parameters INTEGER NOT NULL,
    quality    TEXT    NOT NULL,            -- JSON object: measure to number
    UNIQUE (key, serial),
    FOREIGN KEY (key, serial) REFERENCES serials (key, serial)
);
CREATE INDEX copies_work ON copies (work);
CREATE INDEX copies_recipient ON copies (recipient);
CREATE INDEX copies_sha256 ON copies (sha256);

CREATE TABLE intents (                      -- copies on their way: one row from before the first byte to the copy's row
    id         INTEGER PRIMARY KEY,
    owner      TEXT    NOT NULL,            -- the lock file of the process at work
    key        TEXT    NOT NULL,
    serial     INTEGER NOT NULL,
    recipient  TEXT    NOT NULL,
    strength   TEXT    NOT NULL,
    work       TEXT    NOT NULL,            -- JSON: the row of works to be
    thumbnail  BLOB    NOT NULL,
    temporary  NOT NULL,
    final      NOT NULL,
    created    TEXT    NOT NULL,
    sha256     TEXT,                        -- of the finished temporary file; with it the row can be completed
    parameters INTEGER,
    quality    TEXT,
    UNIQUE (key, serial),
    FOREIGN KEY (key, serial) REFERENCES serials (key, serial)
);

CREATE TABLE checks (
    id      INTEGER PRIMARY KEY,
    file    TEXT NOT NULL,                  -- its name
    path    NOT NULL,
    sha256  TEXT NOT NULL,                  -- empty where it could not be read
    kind    TEXT,
    created TEXT NOT NULL,
    verdict TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX checks_sha256 ON checks (sha256);

CREATE TABLE findings (
    id              INTEGER PRIMARY KEY,
    "check"         INTEGER NOT NULL REFERENCES checks (id),
    key             TEXT    NOT NULL,
    serial          INTEGER,
    copy            INTEGER REFERENCES copies (id),
    verdict         TEXT    NOT NULL,
    probability     REAL    NOT NULL,
    score           REAL    NOT NULL,
    level           TEXT    NOT NULL,
    "where"         TEXT    NOT NULL,       -- JSON: [[x, y], ...] or [[start, end], ...]
    transform       TEXT    NOT NULL,
    candidates      INTEGER NOT NULL,
    hypotheses      INTEGER NOT NULL,
    key_probability REAL
);
CREATE INDEX findings_check ON findings ("check");
CREATE INDEX findings_copy ON findings (copy);
