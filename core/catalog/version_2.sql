-- Version 2 of the catalog: what finds a work again when its mark alone does not. Never edited once released.

CREATE TABLE signals (                      -- what informed detection compares with; large, so read one at a time
    work   INTEGER PRIMARY KEY REFERENCES works (id),
    signal BLOB NOT NULL
);

CREATE TABLE fingerprints (                 -- small; all of a kind are read together to nominate works
    work        INTEGER PRIMARY KEY REFERENCES works (id),
    kind        TEXT NOT NULL CHECK (kind IN ('image', 'audio')),
    fingerprint BLOB NOT NULL
);
CREATE INDEX fingerprints_kind ON fingerprints (kind);

ALTER TABLE intents ADD COLUMN signal BLOB NOT NULL DEFAULT x'';
ALTER TABLE intents ADD COLUMN fingerprint BLOB NOT NULL DEFAULT x'';

ALTER TABLE findings ADD COLUMN shows_work INTEGER;  -- 1: the file shows the work; 0: it does not; NULL: not known
