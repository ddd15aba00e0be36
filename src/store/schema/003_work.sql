-- What we do: weigh, invite, equip, react, promote, share, ask and give.

CREATE TABLE weight_versions (
    id  INTEGER PRIMARY KEY,
    at  INTEGER NOT NULL,
    day INTEGER NOT NULL,
    why TEXT
) STRICT;

CREATE TABLE weights (
    version INTEGER NOT NULL REFERENCES weight_versions (id) ON DELETE CASCADE,
    signal  TEXT NOT NULL CHECK (signal IN ('engagement', 'sentiment', 'loyalty', 'usage')),
    weight  REAL NOT NULL CHECK (weight >= 0),
    PRIMARY KEY (version, signal)
) STRICT, WITHOUT ROWID;

-- `drawn` marks an invitation drawn at random, to judge the ranking by.
CREATE TABLE invitations (
    id           INTEGER PRIMARY KEY,
    member       INTEGER NOT NULL REFERENCES members (id),
    at           INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    kickoff_at   INTEGER,
    drawn        INTEGER NOT NULL DEFAULT 0 CHECK (drawn IN (0, 1)),
    reminded_day INTEGER,
    answer       TEXT CHECK (answer IN ('yes', 'no', 'maybe')),
    answered_day INTEGER
) STRICT;
CREATE INDEX invitations_member ON invitations (member);

CREATE TABLE signups (
    id      INTEGER PRIMARY KEY,
    member  INTEGER NOT NULL REFERENCES members (id),
    at      INTEGER,
    day     INTEGER,
    message TEXT,
    batch   INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX signups_member ON signups (member);

-- The library: one row per playbook, example, asset, follow or contact.
CREATE TABLE items (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('playbook', 'example', 'asset', 'follow', 'contact')),
    title       TEXT NOT NULL,
    body        TEXT,
    url         TEXT,
    file        TEXT,
    platform    TEXT,
    persona     TEXT,
    lang        TEXT,
    role        TEXT,
    licence     TEXT,
    expires_day INTEGER,
    successor   INTEGER REFERENCES items (id),
    day         INTEGER NOT NULL,
    removed_day INTEGER
) STRICT;

CREATE TABLE handbooks (
    id     INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES members (id),
    at     INTEGER NOT NULL,
    day    INTEGER NOT NULL
) STRICT;
CREATE INDEX handbooks_member ON handbooks (member, day);

-- What a copy held, by digest, so that a later copy can say what is new.
CREATE TABLE handbook_items (
    handbook INTEGER NOT NULL REFERENCES handbooks (id) ON DELETE CASCADE,
    item     TEXT NOT NULL,
    digest   TEXT NOT NULL,
    PRIMARY KEY (handbook, item)
) STRICT, WITHOUT ROWID;

-- The support desk.
CREATE TABLE questions (
    id           INTEGER PRIMARY KEY,
    member       INTEGER NOT NULL REFERENCES members (id),
    text         TEXT NOT NULL,
    owner        TEXT,
    at           INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    answer       TEXT,
    answered_at  INTEGER,
    answered_day INTEGER
) STRICT;
CREATE INDEX questions_member ON questions (member);

CREATE TABLE reactions (
    id       INTEGER PRIMARY KEY,
    activity INTEGER NOT NULL REFERENCES activities (id),
    at       INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    who      TEXT,
    place    TEXT,
    text     TEXT
) STRICT;
CREATE INDEX reactions_activity ON reactions (activity);

CREATE TABLE promotions (
    id       INTEGER PRIMARY KEY,
    activity INTEGER NOT NULL REFERENCES activities (id),
    at       INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    place    TEXT NOT NULL,
    who      TEXT
) STRICT;
CREATE INDEX promotions_activity ON promotions (activity);

CREATE TABLE briefs (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('exclusive', 'open', 'feedback')),
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    url        TEXT,
    audience   TEXT,
    embargo_at INTEGER,
    at         INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    closed_day INTEGER
) STRICT;

CREATE TABLE sends (
    id         INTEGER PRIMARY KEY,
    brief      INTEGER NOT NULL REFERENCES briefs (id),
    member     INTEGER NOT NULL REFERENCES members (id),
    at         INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    link       INTEGER REFERENCES links (id),
    mark       TEXT,
    acked_day  INTEGER,
    lifted_day INTEGER,
    UNIQUE (brief, member)
) STRICT;
CREATE INDEX sends_member ON sends (member);

-- asked -> answered -> what became of it -> told
CREATE TABLE asks (
    id           INTEGER PRIMARY KEY,
    member       INTEGER NOT NULL REFERENCES members (id),
    kind         TEXT NOT NULL,
    text         TEXT NOT NULL,
    who          TEXT,
    brief        INTEGER REFERENCES briefs (id),
    at           INTEGER NOT NULL,
    day          INTEGER NOT NULL,
    due_day      INTEGER,
    answer       TEXT CHECK (answer IN ('yes', 'no', 'later', 'none')),
    answer_text  TEXT,
    answered_day INTEGER,
    outcome      TEXT,
    outcome_day  INTEGER,
    told_day     INTEGER
) STRICT;
CREATE INDEX asks_member ON asks (member, day);

CREATE TABLE gives (
    id     INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES members (id),
    kind   TEXT NOT NULL,
    text   TEXT NOT NULL,
    who    TEXT,
    at     INTEGER NOT NULL,
    day    INTEGER NOT NULL
) STRICT;
CREATE INDEX gives_member ON gives (member, day);

CREATE TABLE needs (
    id       INTEGER PRIMARY KEY,
    member   INTEGER NOT NULL REFERENCES members (id),
    text     TEXT NOT NULL,
    owner    TEXT,
    at       INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    outcome  TEXT,
    done_day INTEGER
) STRICT;
CREATE INDEX needs_member ON needs (member);
