-- People's rights: merges that can be taken back whole, and what stays of who was erased.

-- The standing the kept member had before a merge changed it, and the first batch that came after the merge.
ALTER TABLE merges ADD COLUMN standing TEXT CHECK (standing IN ('member', 'staff', 'bot'));
ALTER TABLE merges ADD COLUMN next_batch INTEGER NOT NULL DEFAULT 0;
UPDATE merges SET next_batch =
    1 + max(coalesce((SELECT max(batch) FROM log), 0), coalesce((SELECT max(id) FROM batches), 0));

-- What a merge settled where its two said different things: `row` is the step or consent it added to the member
-- that stayed, `repeats` the one that it repeats.
CREATE TABLE settlements (
    kind     TEXT NOT NULL CHECK (kind IN ('stages', 'consents')),
    row      INTEGER NOT NULL,
    repeats  INTEGER NOT NULL,
    merge_id INTEGER NOT NULL REFERENCES merges (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, row)
) STRICT, WITHOUT ROWID;
