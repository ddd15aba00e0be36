-- An identity stands where its text belongs: one tree instead of a table and an index of the same texts. That a
-- later batch named it again is said by runs of numbers in `seen`, as of every other record.
INSERT INTO seen (batch, kind, first, last)
SELECT batch, 'identities', min(identity), max(identity)
FROM (SELECT batch, identity, identity - row_number() OVER (PARTITION BY batch ORDER BY identity) AS run FROM sightings)
GROUP BY batch, run;
DROP TABLE sightings;

-- `platform` is 'email' for addresses. `value` is normalised, `shown` as it was written where that is another text.
-- `id` tells which of someone's came first.
CREATE TABLE identities_by_value (
    platform TEXT NOT NULL,
    value    TEXT NOT NULL,
    id       INTEGER NOT NULL,
    member   INTEGER NOT NULL REFERENCES members (id),
    shown    TEXT,
    batch    INTEGER REFERENCES batches (id),
    PRIMARY KEY (platform, value)
) STRICT, WITHOUT ROWID;
INSERT INTO identities_by_value (platform, value, id, member, shown, batch)
SELECT platform, value, id, member, nullif(shown, value), batch FROM identities ORDER BY platform, value;
DROP TABLE identities;
ALTER TABLE identities_by_value RENAME TO identities;
CREATE INDEX identities_member ON identities (member);
