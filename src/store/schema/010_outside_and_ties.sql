-- What `status` asks of a million members, found without reading them: who is staff or a bot, and whether anything is
-- known of how someone is tied to us.
CREATE INDEX members_outside ON members (id) WHERE standing <> 'member';
CREATE INDEX facts_ties ON facts (field) WHERE field = 'joined' OR field = 'customer_since' OR field = 'value';

-- As before, from the few instead of everyone: staff and bots themselves, and what was merged into one.
DROP VIEW outside;
CREATE VIEW outside AS
SELECT id AS member, id AS person, standing
FROM members
WHERE standing <> 'member' AND person = id
UNION ALL
SELECT m.id, m.person, p.standing
FROM members m
JOIN members p ON p.id = m.person
WHERE m.person <> m.id AND p.standing <> 'member';
