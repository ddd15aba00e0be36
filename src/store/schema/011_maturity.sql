-- The program held against the six steps on a day: one row a check. `basis` says who answered: the file, or the user.
CREATE TABLE maturity (
    day    INTEGER NOT NULL,
    item   TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('yes', 'partly', 'no')),
    basis  TEXT NOT NULL CHECK (basis IN ('file', 'told')),
    seen   TEXT,
    PRIMARY KEY (day, item)
) STRICT, WITHOUT ROWID;
