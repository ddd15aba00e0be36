-- What a warehouse adds up by member, day, platform and kind of act, where the acts themselves stay there. A day that is said
-- again with another number replaces what was said; 0 where nothing is left.
CREATE TABLE rollups (
    id          INTEGER PRIMARY KEY,
    member      INTEGER NOT NULL REFERENCES members (id),
    platform    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    day         INTEGER NOT NULL,
    acts        INTEGER NOT NULL CHECK (acts BETWEEN 0 AND 1000000),
    batch       INTEGER REFERENCES batches (id),
    replaced_by INTEGER REFERENCES rollups (id) ON DELETE SET NULL
) STRICT;
-- Sums come in order of member, and whose they are is asked of one at a time.
CREATE INDEX rollups_member ON rollups (member, day);
CREATE INDEX rollups_replaced ON rollups (replaced_by) WHERE replaced_by IS NOT NULL;

-- Sums of a day whose acts are there row by row too: the rows count, and the sum does not. Found as 012 finds what it settles,
-- up to which act and which sum stands beside it; -1 where all have to be found again.
CREATE TABLE settled_doubles (rollup INTEGER PRIMARY KEY) STRICT;
CREATE TABLE settled_doubled (acts INTEGER NOT NULL, rollups INTEGER NOT NULL) STRICT;
INSERT INTO settled_doubled VALUES (0, 0);

CREATE TRIGGER doubled_act_gone AFTER DELETE ON activities BEGIN
    UPDATE settled_doubled SET acts = -1 WHERE acts > 0 AND rollups > 0;
END;
CREATE TRIGGER doubled_act_changed AFTER UPDATE OF id, member, platform, kind, day ON activities BEGIN
    UPDATE settled_doubled SET acts = -1 WHERE acts > 0 AND rollups > 0;
END;
CREATE TRIGGER doubled_sum_gone AFTER DELETE ON rollups BEGIN
    UPDATE settled_doubled SET acts = -1 WHERE rollups > 0;
END;
CREATE TRIGGER doubled_sum_changed AFTER UPDATE OF id, member, platform, kind, day, acts, replaced_by ON rollups BEGIN
    UPDATE settled_doubled SET acts = -1 WHERE rollups > 0;
END;
CREATE TRIGGER doubled_person AFTER UPDATE OF person ON members BEGIN
    UPDATE settled_doubled SET acts = -1 WHERE rollups > 0;
END;

-- The sums that count.
CREATE VIEW summed AS
SELECT id, member, platform, kind, day, acts FROM rollups
WHERE replaced_by IS NULL AND acts > 0 AND id NOT IN (SELECT rollup FROM settled_doubles);

-- Whatever was done, row by row or added up: `times` says how often.
CREATE VIEW done AS
SELECT member, platform, kind, day, 1 AS times FROM activities
UNION ALL
SELECT member, platform, kind, day, acts FROM summed;
