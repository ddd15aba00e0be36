-- What the tools' exports tell: answers, activity, use, followers, clicks, orders and deals.
-- Heavy tables (responses, activities, usage, clicks) are plain rowid tables in file order without further
-- indexes: an index kept up during a load costs more than the load, and reports read them set by set.
-- A corrected row replaces the older one, which stays, so that undoing the correction brings it back.

-- The program's own NPS counts answers of nobody too, so `member` may be empty.
CREATE TABLE responses (
    id          INTEGER PRIMARY KEY,
    member      INTEGER REFERENCES members (id),
    kind        TEXT NOT NULL CHECK (kind IN ('nps', 'csat')),
    score       INTEGER NOT NULL,
    low         INTEGER NOT NULL,
    high        INTEGER NOT NULL,
    comment     TEXT,
    at          INTEGER,
    day         INTEGER,
    batch       INTEGER REFERENCES batches (id),
    replaced_by INTEGER REFERENCES responses (id) ON DELETE SET NULL,
    CHECK (score BETWEEN low AND high)
) STRICT;
CREATE INDEX responses_replaced ON responses (replaced_by) WHERE replaced_by IS NOT NULL;

-- How far an act went by the export that brought it stands in its own row (`counted_day` is the day of those
-- counts): most acts are counted once, and a second row for each would double the load.
CREATE TABLE activities (
    id          INTEGER PRIMARY KEY,
    member      INTEGER NOT NULL REFERENCES members (id),
    platform    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    url         TEXT,
    title       TEXT,
    grade       TEXT CHECK (grade IN ('A', 'B', 'C', 'D')),
    counted_day INTEGER,
    reach       INTEGER,
    impressions INTEGER,
    engagements INTEGER,
    batch       INTEGER REFERENCES batches (id)
) STRICT;

-- Further dated snapshots of how far a contribution went; grades are never added together.
-- A measured by us, B exported by a platform, C told by the member, D estimated.
CREATE TABLE reaches (
    id          INTEGER PRIMARY KEY,
    activity    INTEGER NOT NULL REFERENCES activities (id),
    grade       TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C', 'D')),
    day         INTEGER NOT NULL,
    reach       INTEGER,
    impressions INTEGER,
    engagements INTEGER,
    batch       INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX reaches_activity ON reaches (activity, day);

-- All snapshots, the first of each act included; it is the oldest of its day.
CREATE VIEW snapshots AS
SELECT id AS activity, 0 AS id, grade, counted_day AS day, reach, impressions, engagements
FROM activities WHERE grade IS NOT NULL
UNION ALL
SELECT activity, id, grade, day, reach, impressions, engagements FROM reaches;

CREATE TABLE usage (
    id     INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES members (id),
    metric TEXT NOT NULL,
    day    INTEGER NOT NULL,
    amount REAL NOT NULL,
    batch  INTEGER REFERENCES batches (id),
    replaced_by INTEGER REFERENCES usage (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX usage_replaced ON usage (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE audiences (
    id        INTEGER PRIMARY KEY,
    member    INTEGER NOT NULL REFERENCES members (id),
    platform  TEXT NOT NULL,
    at        INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    followers INTEGER NOT NULL CHECK (followers >= 0),
    batch     INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX audiences_member ON audiences (member, platform, day);

-- `address` is what a clicked link is known by: without scheme, "www." and tracking values.
-- A link nobody owns yet has no member; `share link` gives it one.
CREATE TABLE links (
    id       INTEGER PRIMARY KEY,
    member   INTEGER REFERENCES members (id),
    address  TEXT NOT NULL UNIQUE,
    url      TEXT NOT NULL,
    target   TEXT,
    brief    INTEGER REFERENCES briefs (id),
    day      INTEGER NOT NULL,
    retired_day INTEGER,
    retired_why TEXT,
    batch    INTEGER REFERENCES batches (id)
) STRICT;
CREATE INDEX links_member ON links (member);

-- A code belongs to one advocate at a time; retired ones keep their history.
CREATE TABLE codes (
    id       INTEGER PRIMARY KEY,
    member   INTEGER NOT NULL REFERENCES members (id),
    code     TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day   INTEGER,
    retired_why TEXT
) STRICT;
CREATE UNIQUE INDEX codes_live ON codes (code) WHERE to_day IS NULL;
CREATE INDEX codes_member ON codes (member);

-- `member` is the clicker, where the tool knows a customer. `clicks` > 1 where it only gives a sum.
CREATE TABLE clicks (
    id      INTEGER PRIMARY KEY,
    link    INTEGER NOT NULL REFERENCES links (id),
    at      INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    clicks  INTEGER NOT NULL,
    visitor TEXT,
    member  INTEGER REFERENCES members (id),
    batch   INTEGER REFERENCES batches (id),
    replaced_by INTEGER REFERENCES clicks (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX clicks_replaced ON clicks (replaced_by) WHERE replaced_by IS NOT NULL;

-- An order, or a deal. A won deal and a paid order are conversions; an open deal is pipeline.
CREATE TABLE conversions (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('order', 'deal')),
    number      TEXT NOT NULL,
    title       TEXT,
    at          INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('paid', 'open', 'won', 'lost')),
    stage       TEXT,
    won_day     INTEGER,
    amount      INTEGER,
    refunded    INTEGER NOT NULL DEFAULT 0,
    currency    TEXT NOT NULL,
    member      INTEGER REFERENCES members (id),
    code        TEXT,
    heard       TEXT,
    batch       INTEGER REFERENCES batches (id),
    replaced_by INTEGER REFERENCES conversions (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX conversions_member ON conversions (member);
CREATE INDEX conversions_replaced ON conversions (replaced_by) WHERE replaced_by IS NOT NULL;

-- "How did you hear about us", decided by a person; one answer text is decided once.
CREATE TABLE heard_decisions (
    answer  TEXT NOT NULL PRIMARY KEY,
    verdict TEXT NOT NULL CHECK (verdict IN ('member', 'program', 'other')),
    member  INTEGER REFERENCES members (id),
    day     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rates (
    currency TEXT NOT NULL,
    day      INTEGER NOT NULL,
    rate     TEXT NOT NULL,
    source   TEXT NOT NULL,
    PRIMARY KEY (currency, day)
) STRICT, WITHOUT ROWID;

-- One person's answers to the twelve statements, at one time.
CREATE TABLE survey_takes (
    id          INTEGER PRIMARY KEY,
    member      INTEGER NOT NULL REFERENCES members (id),
    at          INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    choice      TEXT,
    batch       INTEGER REFERENCES batches (id),
    replaced_by INTEGER REFERENCES survey_takes (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX survey_takes_member ON survey_takes (member);

CREATE TABLE survey_answers (
    take      INTEGER NOT NULL REFERENCES survey_takes (id) ON DELETE CASCADE,
    statement INTEGER NOT NULL,
    answer    INTEGER NOT NULL CHECK (answer BETWEEN 1 AND 5),
    PRIMARY KEY (take, statement)
) STRICT, WITHOUT ROWID;
