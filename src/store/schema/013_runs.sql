-- What is asked of every act and of every click of someone we know, in runs of rows beside the heavy tables: a reading of
-- millions takes a twentieth of the time. Made of the rows and brought up to date as the other settled tables are (012).

-- What an act was, and where.
CREATE TABLE settled_sorts (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,
    platform TEXT NOT NULL,
    UNIQUE (kind, platform)
) STRICT;

-- `entries` are those of the rows `first` to `last` of the heavy table, twelve bytes each: member, day, and the sort of an
-- act in the order of the rows, or the link that was clicked, sorted and each once.
CREATE TABLE settled_runs (
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL CHECK (kind IN ('acts', 'clicks')),
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    entries BLOB NOT NULL,
    UNIQUE (kind, first)
) STRICT;

DROP TABLE settled_touches;
UPDATE settled SET until = -1;
