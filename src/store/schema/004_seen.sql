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

INSERT OR IGNORE INTO seen (batch, kind, first, last)
    SELECT seen, CASE kind WHEN 1 THEN 'responses' WHEN 2 THEN 'activities' WHEN 3 THEN 'usage' WHEN 4 THEN 'audiences'
                           WHEN 5 THEN 'clicks' WHEN 6 THEN 'conversions' WHEN 7 THEN 'survey_takes' ELSE 'signups' END,
           record, record
    FROM row_keys WHERE seen IS NOT NULL;
INSERT OR IGNORE INTO seen (batch, kind, first, last)
    SELECT seen, 'facts', id, id FROM facts WHERE seen IS NOT NULL;
INSERT OR IGNORE INTO seen_tags (member, tag, batch)
    SELECT member, tag, seen FROM tags WHERE seen IS NOT NULL;
ALTER TABLE row_keys DROP COLUMN seen;
ALTER TABLE facts DROP COLUMN seen;
ALTER TABLE tags DROP COLUMN seen;

-- How a file with these headers was read: the newest batch in force says it.
CREATE TABLE readings (
    headers TEXT NOT NULL,
    batch   INTEGER NOT NULL REFERENCES batches (id),
    wishes  TEXT NOT NULL,
    PRIMARY KEY (headers, batch)
) STRICT, WITHOUT ROWID;
INSERT INTO readings SELECT headers, batch, wishes FROM mappings WHERE batch IS NOT NULL;
DROP TABLE mappings;

-- What a receipt says beside the counts of its batch: the notes (a JSON array of texts) and how long it took.
-- `noon` is the moment given to rows without one of their own, where the file has no column of days.
CREATE TABLE receipts (
    batch        INTEGER NOT NULL PRIMARY KEY REFERENCES batches (id),
    notes        TEXT NOT NULL,
    microseconds INTEGER,
    noon         INTEGER
) STRICT;
