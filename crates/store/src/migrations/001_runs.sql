CREATE TABLE definitions (
    digest TEXT PRIMARY KEY,
    json   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id         INTEGER PRIMARY KEY,
    run        TEXT NOT NULL UNIQUE,
    workflow   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    trigger    TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions (digest),
    condition  TEXT NOT NULL,
    outcome    TEXT,
    started_at TEXT NOT NULL,
    ended_at   TEXT,
    next_at    TEXT
) STRICT;
CREATE INDEX runs_open ON runs (id) WHERE condition <> 'ended';

-- The evidence: every entry holds the hash of the one before it.
CREATE TABLE events (
    id   INTEGER PRIMARY KEY,
    run  TEXT NOT NULL REFERENCES runs (run),
    seq  INTEGER NOT NULL,
    at   TEXT NOT NULL,
    kind TEXT NOT NULL,
    json TEXT NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (run, seq)
) STRICT;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE (ABORT, 'a stored event is never changed'); END;
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
BEGIN SELECT RAISE (ABORT, 'a stored event is never removed'); END;

CREATE TABLE dedupe (
    scope      TEXT NOT NULL,
    key        TEXT NOT NULL,
    run        TEXT NOT NULL,
    keep_until INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX dedupe_over ON dedupe (keep_until);

CREATE TABLE trigger_cursors (
    workflow TEXT NOT NULL,
    trigger  TEXT NOT NULL,
    cursor   TEXT NOT NULL,
    PRIMARY KEY (workflow, trigger)
) STRICT, WITHOUT ROWID;

CREATE TABLE trigger_objects (
    workflow TEXT NOT NULL,
    trigger  TEXT NOT NULL,
    object   TEXT NOT NULL,
    seen     TEXT NOT NULL,
    PRIMARY KEY (workflow, trigger, object)
) STRICT, WITHOUT ROWID;

CREATE TABLE trigger_events (
    id       INTEGER PRIMARY KEY,
    workflow TEXT NOT NULL,
    trigger  TEXT NOT NULL,
    event    TEXT NOT NULL,
    at       TEXT NOT NULL,
    json     TEXT NOT NULL,
    verdict  TEXT NOT NULL
) STRICT;

CREATE TABLE inbox (
    id       INTEGER PRIMARY KEY,
    run      TEXT NOT NULL REFERENCES runs (run),
    by       TEXT NOT NULL,
    at       TEXT NOT NULL,
    json     TEXT NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX inbox_waiting ON inbox (id) WHERE answered = 0;

CREATE TABLE dead_letters (
    run   TEXT PRIMARY KEY REFERENCES runs (run),
    fault TEXT NOT NULL
) STRICT, WITHOUT ROWID;
