-- Until when a stage is meant to last: the end of an advocate's term, or the day to ask someone on hold again.
-- None: the preset's limit counts from the day the stage was reached.
ALTER TABLE stages ADD COLUMN until_day INTEGER;

-- The other side of `counted`: the member rows of staff and bots, who are in no figure. There are few, so that a set of
-- them is the quick way to leave their rows out of a heavy table.
CREATE VIEW outside AS
SELECT m.id AS member, m.person AS person, p.standing AS standing
FROM members m
JOIN members p ON p.id = m.person
WHERE p.standing <> 'member';
