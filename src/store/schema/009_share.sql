-- Sharing: what a copy was worded like, so that a leaked text tells whose it was; what `next` leaves out for a while;
-- by when a need was promised; and a brief that nobody is to get any more.

-- The phrasings a message had to choose from: one line a place, the choices parted by tabs.
CREATE TABLE wordings (
    id      INTEGER PRIMARY KEY,
    phrases TEXT NOT NULL UNIQUE
) STRICT;

-- `marks` is the choice at each place, one digit each. `channel` is the way it went.
ALTER TABLE sends ADD COLUMN wording INTEGER REFERENCES wordings (id);
ALTER TABLE sends ADD COLUMN marks TEXT;
ALTER TABLE sends ADD COLUMN channel TEXT;

ALTER TABLE briefs ADD COLUMN withdrawn_day INTEGER;
ALTER TABLE briefs ADD COLUMN withdrawn_why TEXT;

ALTER TABLE needs ADD COLUMN due_day INTEGER;

-- A line of `next` put off until a day; `rule` and `subject` say which. Taken back on `back_day`.
CREATE TABLE snoozes (
    id        INTEGER PRIMARY KEY,
    rule      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    member    INTEGER REFERENCES members (id),
    until_day INTEGER,
    needed    INTEGER NOT NULL CHECK (needed IN (0, 1)),
    why       TEXT,
    at        INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    back_day  INTEGER
) STRICT;
CREATE INDEX snoozes_member ON snoozes (member);
