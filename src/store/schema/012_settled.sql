-- What reports ask of the heavy tables, settled beside them, so that a report reads thousands of rows instead of millions.
-- Nothing is known here that is not known there: every change to the file ends by bringing these up to date from the rows
-- that came, they are made anew where a row went or changed, and `groundswell check` makes them again and compares.

-- Up to which row of the table each is settled; -1 where it has to be made anew.
CREATE TABLE settled (
    kind  TEXT NOT NULL PRIMARY KEY CHECK (kind IN ('acts', 'clicks')),
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO settled (kind, until) VALUES ('acts', -1), ('clicks', -1);

-- Contributions of those who ever joined, with the counts they came with; first whose they are.
CREATE TABLE settled_members (member INTEGER PRIMARY KEY) STRICT;
CREATE TABLE settled_acts (
    member      INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    platform    TEXT NOT NULL,
    grade       TEXT,
    counted_day INTEGER,
    reach       INTEGER,
    engagements INTEGER,
    PRIMARY KEY (member, day, id)
) STRICT, WITHOUT ROWID;

-- Who clicked a link, and on which days: `visits` is twelve bytes each, a digest of who and the day, in that order.
-- `people` are the different ones among them, `unnamed` the clicks of which nobody knows whose they are.
CREATE TABLE settled_clicks (
    link      INTEGER PRIMARY KEY,
    first_day INTEGER NOT NULL,
    last_day  INTEGER NOT NULL,
    people    INTEGER NOT NULL,
    unnamed   INTEGER NOT NULL,
    visits    BLOB NOT NULL
) STRICT;
CREATE TABLE settled_sums (
    link   INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    clicks INTEGER NOT NULL,
    PRIMARY KEY (link, day)
) STRICT, WITHOUT ROWID;
-- The clicks of people we know: what credit looks for before an order.
CREATE TABLE settled_touches (
    member INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    link   INTEGER NOT NULL,
    PRIMARY KEY (member, day, link)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER settled_act_gone AFTER DELETE ON activities BEGIN
    UPDATE settled SET until = -1 WHERE kind = 'acts' AND until >= OLD.id;
END;
CREATE TRIGGER settled_act_changed
AFTER UPDATE OF id, member, platform, kind, day, grade, counted_day, reach, engagements ON activities BEGIN
    UPDATE settled SET until = -1 WHERE kind = 'acts' AND until >= OLD.id;
END;
CREATE TRIGGER settled_click_gone AFTER DELETE ON clicks BEGIN
    UPDATE settled SET until = -1 WHERE kind = 'clicks' AND until >= OLD.id;
END;
CREATE TRIGGER settled_click_changed AFTER UPDATE OF id, link, day, clicks, visitor, member ON clicks BEGIN
    UPDATE settled SET until = -1 WHERE kind = 'clicks' AND until >= OLD.id;
END;
-- A sum that a later file corrects is taken off; whose click it was cannot be taken off, and a correction that is taken back neither.
CREATE TRIGGER settled_click_returned AFTER UPDATE OF replaced_by ON clicks
WHEN OLD.replaced_by IS NOT NULL OR OLD.visitor IS NOT NULL OR OLD.member IS NOT NULL BEGIN
    UPDATE settled SET until = -1 WHERE kind = 'clicks' AND until >= OLD.id;
END;
CREATE TRIGGER settled_sum_corrected AFTER UPDATE OF replaced_by ON clicks
WHEN OLD.replaced_by IS NULL AND NEW.replaced_by IS NOT NULL AND OLD.visitor IS NULL AND OLD.member IS NULL
     AND OLD.id <= (SELECT until FROM settled WHERE kind = 'clicks') BEGIN
    UPDATE settled_sums SET clicks = clicks - OLD.clicks WHERE link = OLD.link AND day = OLD.day;
    UPDATE settled_clicks SET unnamed = unnamed - OLD.clicks WHERE link = OLD.link;
END;
