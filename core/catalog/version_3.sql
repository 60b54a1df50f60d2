-- Version 3 of the catalog: whose works they are, what was agreed, what was done about a finding, and a history that
-- lets every edit be undone. Never edited once released. Dates that are not set are empty; days are ISO 8601
-- ("2026-03-31"), moments ISO 8601, UTC. `binned` says when something was put into the bin; `emptied` when it left the
-- bin, though its row has to stay. Amounts are decimal text.

CREATE TABLE terms (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL,
    folded         TEXT NOT NULL UNIQUE,
    rights         TEXT NOT NULL DEFAULT '',
    usage          TEXT NOT NULL DEFAULT '',
    data_mining    TEXT NOT NULL DEFAULT 'DMI-UNSPECIFIED',
    constraints    TEXT NOT NULL DEFAULT '',
    licence        TEXT NOT NULL DEFAULT '',
    web_statement  TEXT NOT NULL DEFAULT '',
    policy         TEXT NOT NULL DEFAULT '',
    licensor       TEXT NOT NULL DEFAULT '',
    licensor_url   TEXT NOT NULL DEFAULT '',
    licensor_email TEXT NOT NULL DEFAULT '',
    credit         TEXT NOT NULL DEFAULT '',
    source_type    TEXT NOT NULL DEFAULT '',
    note           TEXT NOT NULL DEFAULT '',
    created        TEXT NOT NULL,
    binned         TEXT NOT NULL DEFAULT '',
    emptied        TEXT NOT NULL DEFAULT ''
);

-- A creator may own several keys.
ALTER TABLE creators RENAME TO creators_2;
CREATE TABLE creators (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL,
    folded         TEXT NOT NULL DEFAULT '',
    legal_name     TEXT NOT NULL DEFAULT '',
    address        TEXT NOT NULL DEFAULT '',
    phone          TEXT NOT NULL DEFAULT '',
    email          TEXT NOT NULL DEFAULT '',
    website        TEXT NOT NULL DEFAULT '',
    representative TEXT NOT NULL DEFAULT '',
    union_id       TEXT NOT NULL DEFAULT '',
    terms          INTEGER REFERENCES terms (id),
    note           TEXT NOT NULL DEFAULT '',
    created        TEXT NOT NULL,
    binned         TEXT NOT NULL DEFAULT '',
    emptied        TEXT NOT NULL DEFAULT ''
);
CREATE TABLE keys (
    id      TEXT PRIMARY KEY,               -- the public id; the secret is never here
    creator INTEGER REFERENCES creators (id),
    label   TEXT NOT NULL DEFAULT '',
    state   TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retired')),
    created TEXT NOT NULL,
    retired TEXT NOT NULL DEFAULT '',
    issued  INTEGER NOT NULL DEFAULT 0      -- how many serials were issued: kept by the trigger below
) WITHOUT ROWID;
INSERT INTO creators (id, name, created) SELECT id, name, created FROM creators_2;
INSERT INTO keys (id, creator, created) SELECT key, id, created FROM creators_2;
DROP TABLE creators_2;
INSERT OR IGNORE INTO keys (id, created) SELECT key, min(issued) FROM serials GROUP BY key;
UPDATE keys SET issued = (SELECT count(*) FROM serials s WHERE s.key = keys.id);
CREATE TRIGGER serials_counted AFTER INSERT ON serials BEGIN
    INSERT OR IGNORE INTO keys (id, created) VALUES (NEW.key, NEW.issued);
    UPDATE keys SET issued = issued + 1 WHERE id = NEW.key;
END;
CREATE TRIGGER serials_kept BEFORE DELETE ON serials BEGIN SELECT RAISE(ABORT, 'a serial is never freed'); END;
CREATE TRIGGER copies_kept BEFORE DELETE ON copies BEGIN SELECT RAISE(ABORT, 'a copy is never forgotten'); END;

ALTER TABLE works ADD COLUMN creator INTEGER REFERENCES creators (id);
ALTER TABLE works ADD COLUMN terms INTEGER REFERENCES terms (id);
ALTER TABLE works ADD COLUMN rights TEXT NOT NULL DEFAULT '';
ALTER TABLE works ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE works ADD COLUMN binned TEXT NOT NULL DEFAULT '';
ALTER TABLE works ADD COLUMN emptied TEXT NOT NULL DEFAULT '';
CREATE INDEX works_folded ON works (folded);
CREATE INDEX works_created ON works (created);
CREATE INDEX works_creator ON works (creator);
CREATE INDEX works_terms ON works (terms);
UPDATE works SET creator = (
    SELECT k.creator FROM copies c JOIN keys k ON k.id = c.key WHERE c.work = works.id ORDER BY c.id LIMIT 1
);

ALTER TABLE recipients ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE recipients ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
ALTER TABLE recipients ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE recipients ADD COLUMN binned TEXT NOT NULL DEFAULT '';
ALTER TABLE recipients ADD COLUMN emptied TEXT NOT NULL DEFAULT '';

ALTER TABLE copies ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE copies ADD COLUMN terms INTEGER REFERENCES terms (id);
ALTER TABLE copies ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE copies ADD COLUMN binned TEXT NOT NULL DEFAULT '';
ALTER TABLE copies ADD COLUMN emptied TEXT NOT NULL DEFAULT '';
CREATE INDEX copies_serial ON copies (serial);
CREATE INDEX copies_created ON copies (created);
CREATE INDEX copies_recipient_created ON copies (recipient, created);
CREATE INDEX copies_key_created ON copies (key, created);
CREATE INDEX copies_binned ON copies (binned) WHERE binned <> '';
CREATE INDEX copies_terms ON copies (terms) WHERE terms IS NOT NULL;
CREATE INDEX copies_work_recipient ON copies (work, recipient);
DROP INDEX copies_recipient;
DROP INDEX copies_work;

ALTER TABLE intents ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE intents ADD COLUMN terms INTEGER;
ALTER TABLE intents ADD COLUMN manifest BLOB NOT NULL DEFAULT x'';

CREATE TABLE manifests (                    -- the signed manifest (C2PA) of a copy, as it stands beside the file
    copy     INTEGER PRIMARY KEY REFERENCES copies (id),
    manifest BLOB NOT NULL
);

CREATE TABLE consents (                     -- consents and licences; all versions of one share a series
    id                INTEGER PRIMARY KEY,
    title             TEXT NOT NULL,
    type              TEXT NOT NULL CHECK (type IN ('consent', 'licence')),
    series            INTEGER NOT NULL,     -- the id of its first version
    version           INTEGER NOT NULL DEFAULT 1,
    replaced          TEXT NOT NULL DEFAULT '',
    creator           INTEGER REFERENCES creators (id),
    performer         TEXT NOT NULL DEFAULT '',
    stage_name        TEXT NOT NULL DEFAULT '',
    representative    TEXT NOT NULL DEFAULT '',
    union_id          TEXT NOT NULL DEFAULT '',
    granted_to        TEXT NOT NULL DEFAULT '',
    project           TEXT NOT NULL DEFAULT '',
    replica           TEXT NOT NULL DEFAULT 'none',
    source_material   TEXT NOT NULL DEFAULT '',
    holder            TEXT NOT NULL DEFAULT '',
    uses              TEXT NOT NULL DEFAULT '',
    media             TEXT NOT NULL DEFAULT '',
    territory         TEXT NOT NULL DEFAULT '',
    starts            TEXT NOT NULL DEFAULT '',
    ends              TEXT NOT NULL DEFAULT '',
    max_uses          INTEGER,
    exclusive         INTEGER NOT NULL DEFAULT 0,
    ai_training       TEXT NOT NULL DEFAULT 'not said',
    fine_tuning       TEXT NOT NULL DEFAULT 'not said',
    sublicence        TEXT NOT NULL DEFAULT 'not said',
    languages         TEXT NOT NULL DEFAULT '',
    political         TEXT NOT NULL DEFAULT 'not said',
    adult             TEXT NOT NULL DEFAULT 'not said',
    endorsement       TEXT NOT NULL DEFAULT 'not said',
    content_limits    TEXT NOT NULL DEFAULT '',
    approval          TEXT NOT NULL DEFAULT '',
    currency          TEXT NOT NULL DEFAULT '',
    scan_day_fee      TEXT NOT NULL DEFAULT '',
    use_fee           TEXT NOT NULL DEFAULT '',
    residual          TEXT NOT NULL DEFAULT '',
    credit            TEXT NOT NULL DEFAULT '',
    security          TEXT NOT NULL DEFAULT '',
    revocation        TEXT NOT NULL DEFAULT '',
    post_mortem       TEXT NOT NULL DEFAULT '',
    counsel           TEXT NOT NULL DEFAULT '',
    separately_signed INTEGER NOT NULL DEFAULT 0,
    signed            TEXT NOT NULL DEFAULT '',
    place             TEXT NOT NULL DEFAULT '',
    document_sha256   TEXT NOT NULL DEFAULT '',
    revoked           TEXT NOT NULL DEFAULT '',
    note              TEXT NOT NULL DEFAULT '',
    created           TEXT NOT NULL,
    binned            TEXT NOT NULL DEFAULT '',
    emptied           TEXT NOT NULL DEFAULT '',
    UNIQUE (series, version)
);
CREATE INDEX consents_ends ON consents (ends);
CREATE INDEX consents_creator ON consents (creator);
CREATE TABLE consent_works (
    consent INTEGER NOT NULL REFERENCES consents (id),
    work    INTEGER NOT NULL REFERENCES works (id),
    PRIMARY KEY (consent, work)
) WITHOUT ROWID;
CREATE INDEX consent_works_work ON consent_works (work);
CREATE TABLE consent_copies (
    consent INTEGER NOT NULL REFERENCES consents (id),
    copy    INTEGER NOT NULL REFERENCES copies (id),
    PRIMARY KEY (consent, copy)
) WITHOUT ROWID;
CREATE INDEX consent_copies_copy ON consent_copies (copy);
CREATE TABLE consent_recipients (
    consent   INTEGER NOT NULL REFERENCES consents (id),
    recipient INTEGER NOT NULL REFERENCES recipients (id),
    PRIMARY KEY (consent, recipient)
) WITHOUT ROWID;
CREATE INDEX consent_recipients_recipient ON consent_recipients (recipient);

CREATE TABLE payments (                     -- the ledger of an agreement
    id              INTEGER PRIMARY KEY,
    consent         INTEGER NOT NULL REFERENCES consents (id),
    kind            TEXT NOT NULL DEFAULT 'fee',
    amount          TEXT NOT NULL DEFAULT '',
    currency        TEXT NOT NULL DEFAULT '',
    due             TEXT NOT NULL DEFAULT '',
    received        TEXT NOT NULL DEFAULT '',
    received_amount TEXT NOT NULL DEFAULT '',
    uses            INTEGER NOT NULL DEFAULT 0,
    copy            INTEGER REFERENCES copies (id),
    note            TEXT NOT NULL DEFAULT '',
    created         TEXT NOT NULL,
    binned          TEXT NOT NULL DEFAULT '',
    emptied         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX payments_consent ON payments (consent);
CREATE INDEX payments_due ON payments (due);

ALTER TABLE checks ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE checks ADD COLUMN binned TEXT NOT NULL DEFAULT '';
ALTER TABLE checks ADD COLUMN emptied TEXT NOT NULL DEFAULT '';
CREATE INDEX checks_created ON checks (created);
ALTER TABLE findings ADD COLUMN agreed TEXT NOT NULL DEFAULT '';  -- what was agreed with the recipient, that day
CREATE TABLE similar (                      -- works that a checked file resembles without their marks: no findings
    "check"  INTEGER NOT NULL REFERENCES checks (id),
    place    INTEGER NOT NULL,              -- 1 for the one that it resembles most
    work     INTEGER NOT NULL REFERENCES works (id),
    likeness TEXT    NOT NULL CHECK (likeness IN ('likely', 'strong')),
    PRIMARY KEY ("check", place)
) WITHOUT ROWID;
CREATE INDEX similar_work ON similar (work);

CREATE TABLE cases (
    id          INTEGER PRIMARY KEY,
    title       TEXT NOT NULL,
    status      TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'waiting', 'closed')),
    creator     INTEGER REFERENCES creators (id),
    found_where TEXT NOT NULL DEFAULT '',
    found_on    TEXT NOT NULL DEFAULT '',
    found_by    TEXT NOT NULL DEFAULT '',
    found_how   TEXT NOT NULL DEFAULT '',
    respondent  TEXT NOT NULL DEFAULT '',
    contact     TEXT NOT NULL DEFAULT '',
    follow_up   TEXT NOT NULL DEFAULT '',
    outcome     TEXT NOT NULL DEFAULT '',
    closed      TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    created     TEXT NOT NULL,
    binned      TEXT NOT NULL DEFAULT '',
    emptied     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX cases_status ON cases (status);
CREATE INDEX cases_follow_up ON cases (follow_up);
CREATE TABLE case_checks (
    "case"  INTEGER NOT NULL REFERENCES cases (id),
    "check" INTEGER NOT NULL REFERENCES checks (id),
    PRIMARY KEY ("case", "check")
) WITHOUT ROWID;
CREATE INDEX case_checks_check ON case_checks ("check");
CREATE TABLE case_works (
    "case" INTEGER NOT NULL REFERENCES cases (id),
    work   INTEGER NOT NULL REFERENCES works (id),
    PRIMARY KEY ("case", work)
) WITHOUT ROWID;
CREATE INDEX case_works_work ON case_works (work);

CREATE TABLE documents (                    -- papers of a case or a consent
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    "case"  INTEGER REFERENCES cases (id),
    consent INTEGER REFERENCES consents (id),
    path    NOT NULL DEFAULT '',
    sha256  TEXT NOT NULL DEFAULT '',
    bytes   INTEGER NOT NULL DEFAULT 0,
    note    TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL,
    binned  TEXT NOT NULL DEFAULT '',
    emptied TEXT NOT NULL DEFAULT '',
    CHECK (("case" IS NULL) <> (consent IS NULL))
);
CREATE INDEX documents_case ON documents ("case");
CREATE INDEX documents_consent ON documents (consent);
CREATE TABLE contents (                     -- of documents that the catalog keeps; read one at a time
    document INTEGER PRIMARY KEY REFERENCES documents (id),
    content  BLOB NOT NULL
);

CREATE TABLE tags (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE
);
CREATE TABLE tagged (
    thing TEXT    NOT NULL,                 -- the table: "works", "consents" ...
    item  INTEGER NOT NULL,
    tag   INTEGER NOT NULL REFERENCES tags (id),
    PRIMARY KEY (thing, item, tag)
) WITHOUT ROWID;
CREATE INDEX tagged_tag ON tagged (tag, thing, item);

CREATE TABLE operations (                   -- one row for each transaction of the user: done and undone together
    id       INTEGER PRIMARY KEY,
    moment   TEXT NOT NULL,
    who      TEXT NOT NULL,
    what     TEXT NOT NULL,
    undoable INTEGER NOT NULL DEFAULT 0,
    undone   TEXT NOT NULL DEFAULT '',      -- when it was undone; empty again where it was redone
    of       INTEGER REFERENCES operations (id)  -- of "undone" and "redone": which operation
);
CREATE INDEX operations_undoable ON operations (id) WHERE undoable = 1;
CREATE TABLE changes (                      -- never changed, never deleted
    id        INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    thing     TEXT NOT NULL,
    item      NOT NULL,                     -- its id; of keys the public id
    before    TEXT,                         -- JSON of the fields that changed; NULL where it was new
    after     TEXT                          -- JSON of the same fields; NULL where the row itself tells
);
CREATE INDEX changes_item ON changes (thing, item);
CREATE INDEX changes_operation ON changes (operation);
CREATE TRIGGER changes_kept BEFORE DELETE ON changes BEGIN SELECT RAISE(ABORT, 'history is kept'); END;
CREATE TRIGGER changes_unchanged BEFORE UPDATE ON changes BEGIN SELECT RAISE(ABORT, 'history is kept'); END;

CREATE TABLE events (                       -- the signed log: each entry holds the hash of the one before
    number    INTEGER PRIMARY KEY,
    moment    TEXT NOT NULL,
    what      TEXT NOT NULL,
    facts     TEXT NOT NULL,
    previous  TEXT NOT NULL,
    hash      TEXT NOT NULL,
    key       TEXT NOT NULL DEFAULT '',
    signature BLOB NOT NULL DEFAULT x''
);
CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is kept'); END;
CREATE TRIGGER events_unchanged BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is kept'); END;

CREATE TABLE unsigned (                     -- what the log is still to tell, until a key is open to sign it
    id     INTEGER PRIMARY KEY,
    moment TEXT NOT NULL,
    what   TEXT NOT NULL,
    facts  TEXT NOT NULL
);

CREATE TABLE texts (                        -- what full-text search looks through, folded; `search.py` keeps its index
    thing TEXT    NOT NULL,
    item  INTEGER NOT NULL,
    text  TEXT    NOT NULL,
    names TEXT    NOT NULL DEFAULT '',      -- of works: who got copies
    PRIMARY KEY (thing, item)
) WITHOUT ROWID;
CREATE TABLE search (                       -- one row: how far texts and index are built
    built   INTEGER NOT NULL DEFAULT 0,     -- version of the texts; 0: to be built
    indexed INTEGER NOT NULL DEFAULT 0      -- whether the full-text index holds them all
);
INSERT INTO search DEFAULT VALUES;
