-- The program itself, who is in it, and where every row came from.
-- Times are UTC seconds, days are days since 1970-01-01 in the program's zone, money is minor units.

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done, in order. Nothing points into the log, so that it survives whatever it tells of.
CREATE TABLE log (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    command TEXT NOT NULL,
    what    TEXT NOT NULL,
    member  INTEGER,
    batch   INTEGER,
    before  TEXT,
    after   TEXT
) STRICT;

-- One import that brought something new. Its number is never given again (the log remembers it).
CREATE TABLE batches (
    id            INTEGER PRIMARY KEY,
    at            INTEGER NOT NULL,
    day           INTEGER NOT NULL,
    file          TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    kind          TEXT NOT NULL,
    profile       TEXT,
    encoding      TEXT NOT NULL,
    delimiter     TEXT NOT NULL,
    rows          INTEGER NOT NULL,
    added         INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    unchanged     INTEGER NOT NULL,
    rejected      INTEGER NOT NULL,
    ignored       INTEGER NOT NULL,
    members_added INTEGER NOT NULL,
    CHECK (rows = added + changed + unchanged + rejected + ignored)
) STRICT;

CREATE TABLE batch_reasons (
    batch  INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    fate   TEXT NOT NULL CHECK (fate IN ('rejected', 'ignored')),
    reason TEXT NOT NULL,
    rows   INTEGER NOT NULL,
    PRIMARY KEY (batch, fate, reason)
) STRICT, WITHOUT ROWID;

-- How a file with these headers was read: the newest batch in force says it.
CREATE TABLE readings (
    headers TEXT NOT NULL,
    batch   INTEGER NOT NULL REFERENCES batches (id),
    wishes  TEXT NOT NULL,
    PRIMARY KEY (headers, batch)
) STRICT, WITHOUT ROWID;

-- What a receipt says beside the counts of its batch: the notes (a JSON array of texts) and how long it took.
-- `noon` is the moment given to rows without one of their own, where the file has no column of days.
CREATE TABLE receipts (
    batch        INTEGER NOT NULL PRIMARY KEY REFERENCES batches (id),
    notes        TEXT NOT NULL,
    microseconds INTEGER,
    noon         INTEGER
) STRICT;

-- The natural key of every imported record (16 bytes of SHA-256): the same row again is known. `kind` is the
-- number of the record's table (store/keys.rs), `record` its newest version there.
-- Here and below, `batch` is the import that brought a row.
CREATE TABLE row_keys (
    kind   INTEGER NOT NULL,
    key    BLOB NOT NULL,
    record INTEGER NOT NULL,
    batch  INTEGER NOT NULL REFERENCES batches (id),
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Which batches said a record again: a record stays as long as one batch of those that said it is in. Runs of
-- rows, since an export says its rows in the order it said them before. `kind` is the table; of a record with
-- versions it is the version that was said; 'counts' are the first counts of an act, in the act's own row.
CREATE TABLE seen (
    batch INTEGER NOT NULL REFERENCES batches (id),
    kind  TEXT NOT NULL,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    PRIMARY KEY (batch, kind, first),
    CHECK (first <= last)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_tags (
    member INTEGER NOT NULL REFERENCES members (id),
    tag    TEXT NOT NULL,
    batch  INTEGER NOT NULL REFERENCES batches (id),
    PRIMARY KEY (member, tag, batch)
) STRICT, WITHOUT ROWID;

-- `person` is the member itself, or the member it was merged into: merging and unmerging move one
-- number and rewrite no fact.
CREATE TABLE members (
    id       INTEGER PRIMARY KEY,
    person   INTEGER NOT NULL REFERENCES members (id) DEFERRABLE INITIALLY DEFERRED,
    standing TEXT NOT NULL DEFAULT 'member' CHECK (standing IN ('member', 'staff', 'bot')),
    day      INTEGER NOT NULL,
    batch    INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX members_merged ON members (person) WHERE person <> id;

-- Everyone a figure counts: which person each member row belongs to, without staff and bots.
CREATE VIEW counted AS
SELECT m.id AS member, m.person AS person
FROM members m
JOIN members p ON p.id = m.person
WHERE p.standing = 'member';

-- `platform` is 'email' for addresses. `value` is normalised, `shown` as it was written.
CREATE TABLE identities (
    id       INTEGER PRIMARY KEY,
    member   INTEGER NOT NULL REFERENCES members (id),
    platform TEXT NOT NULL,
    value    TEXT NOT NULL,
    shown    TEXT NOT NULL,
    batch    INTEGER REFERENCES batches (id),
    UNIQUE (platform, value)
) STRICT;
CREATE INDEX identities_member ON identities (member);

-- Every later batch that named an identity too: who is who outlives any one import.
CREATE TABLE sightings (
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    batch    INTEGER NOT NULL REFERENCES batches (id),
    PRIMARY KEY (identity, batch)
) STRICT, WITHOUT ROWID;

-- Dated observations of a member (name, company, country, language, joined, customer_since, value,
-- currency, owner); the newest of a field wins, as of any day. An empty value says "cleared".
CREATE TABLE facts (
    id     INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES members (id),
    field  TEXT NOT NULL,
    day    INTEGER NOT NULL,
    value  TEXT NOT NULL,
    batch  INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX facts_member ON facts (member, field, day);

CREATE TABLE tags (
    member INTEGER NOT NULL REFERENCES members (id),
    tag    TEXT NOT NULL,
    day    INTEGER NOT NULL,
    batch  INTEGER REFERENCES batches (id),
    PRIMARY KEY (member, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    id     INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES members (id),
    at     INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    text   TEXT NOT NULL
) STRICT;
CREATE INDEX notes_member ON notes (member);

-- The stage a member reached on a day; the newest wins, none is 'member'.
CREATE TABLE stages (
    id     INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES members (id),
    stage  TEXT NOT NULL CHECK (stage IN ('member', 'candidate', 'invited', 'interested', 'active', 'on-hold',
                                          'alumni', 'declined', 'removed')),
    at     INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    why    TEXT,
    batch  INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX stages_member ON stages (member, day);

CREATE TABLE consents (
    id      INTEGER PRIMARY KEY,
    member  INTEGER NOT NULL REFERENCES members (id),
    purpose TEXT NOT NULL,
    given   INTEGER NOT NULL CHECK (given IN (0, 1)),
    at      INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    source  TEXT NOT NULL,
    batch   INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX consents_member ON consents (member, purpose, day);

CREATE TABLE merges (
    id     INTEGER PRIMARY KEY,
    kept   INTEGER NOT NULL REFERENCES members (id),
    gone   INTEGER NOT NULL REFERENCES members (id),
    at     INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    why    TEXT
) STRICT;

-- Whose `person` a merge changed, and from what.
CREATE TABLE merged_members (
    merge_id INTEGER NOT NULL REFERENCES merges (id) ON DELETE CASCADE,
    member   INTEGER NOT NULL REFERENCES members (id),
    former   INTEGER NOT NULL REFERENCES members (id),
    PRIMARY KEY (merge_id, member)
) STRICT, WITHOUT ROWID;

-- Two members said to be different people, whatever they share.
CREATE TABLE distinctions (
    one   INTEGER NOT NULL REFERENCES members (id),
    other INTEGER NOT NULL REFERENCES members (id),
    day   INTEGER NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
) STRICT, WITHOUT ROWID;

-- Keyed hashes of erased identities, so that importing the same file does not bring them back.
CREATE TABLE erasures (
    hash BLOB NOT NULL PRIMARY KEY,
    day  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE segments (
    name   TEXT NOT NULL PRIMARY KEY,
    filter TEXT NOT NULL,
    day    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
