-- What a warehouse adds up by member, day, platform and kind of act, where the acts themselves stay there. A day that is said
-- again with another number replaces what was said; 0 where nothing is left, or where the acts came as rows since.
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
CREATE INDEX rollups_replaced ON rollups (replaced_by) WHERE replaced_by IS NOT NULL;

-- Whatever was done, row by row or added up: `times` says how often.
CREATE VIEW done AS
SELECT member, platform, kind, day, 1 AS times FROM activities
UNION ALL
SELECT member, platform, kind, day, acts FROM rollups WHERE replaced_by IS NULL AND acts > 0;
