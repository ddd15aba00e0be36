-- Another manager's program taken into this one: what it brought carries its batch, as the rows of an import do.
ALTER TABLE notes ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE merges ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE distinctions ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE segments ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE codes ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE heard_decisions ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE rates ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE invitations ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE items ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE handbooks ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE questions ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE faq ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE reactions ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE promotions ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE briefs ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE wordings ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE sends ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE asks ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE gives ADD COLUMN batch INTEGER REFERENCES batches (id);
ALTER TABLE needs ADD COLUMN batch INTEGER REFERENCES batches (id);

-- What a merged program had of each table, and what became of it.
CREATE TABLE merged_tables (
    batch   INTEGER NOT NULL REFERENCES batches (id),
    place   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    rows    INTEGER NOT NULL,
    added   INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    known   INTEGER NOT NULL,
    aside   INTEGER NOT NULL,
    PRIMARY KEY (batch, place),
    CHECK (rows = added + changed + known + aside)
) STRICT, WITHOUT ROWID;

-- Where the two programs said different things of what can only be one way: which row (of a table without numbers its
-- key, as JSON) and which part of it, what each said (as JSON), and whose word holds. What was taken is put back from
-- here when the merge is taken back. Without a part: that the other program says the row too.
CREATE TABLE revisions (
    id     INTEGER PRIMARY KEY,
    batch  INTEGER NOT NULL REFERENCES batches (id),
    kind   TEXT NOT NULL,
    row    TEXT,
    member INTEGER REFERENCES members (id),
    part   TEXT NOT NULL,
    ours   TEXT,
    theirs TEXT,
    taken  INTEGER NOT NULL CHECK (taken IN (0, 1)),
    listed INTEGER NOT NULL CHECK (listed IN (0, 1))
) STRICT;
CREATE INDEX revisions_batch ON revisions (batch);
CREATE INDEX revisions_member ON revisions (member);

-- When a merged program had learnt rows that it brought or said too, so that the newest word holds in whatever order
-- programs are merged. Runs of rows, as in `seen`.
CREATE TABLE learnt (
    batch INTEGER NOT NULL REFERENCES batches (id),
    kind  TEXT NOT NULL,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (batch, kind, first, at),
    CHECK (first <= last)
) STRICT, WITHOUT ROWID;
