-- What a contact helps with.
ALTER TABLE items ADD COLUMN subject TEXT;

-- Answers of the desk that are worth repeating, in words that name nobody.
CREATE TABLE faq (
    id          INTEGER PRIMARY KEY,
    question    INTEGER REFERENCES questions (id) ON DELETE SET NULL,
    asked       TEXT NOT NULL,
    answer      TEXT NOT NULL,
    platform    TEXT,
    persona     TEXT,
    lang        TEXT,
    expires_day INTEGER,
    day         INTEGER NOT NULL,
    removed_day INTEGER
) STRICT;
CREATE INDEX faq_question ON faq (question);
