-- Acts added up by member, day, platform and kind: what `groundswell import ROLLUP.csv --as rollup` takes, where the acts
-- themselves are kept here. Acts of those who joined stand in the program file row by row, so of these days there is none.
WITH joined AS (
  SELECT DISTINCT p.person AS person
  FROM stages s
  JOIN members p ON p.id = s.member
  WHERE s.stage = 'active'
),
-- What each is known by: an address where there is one, else the handle that was known first.
known AS (
  SELECT i.member AS member,
         min(CASE WHEN i.platform = 'email' THEN i.id ELSE i.id + 1000000000000000 END) AS place
  FROM identities i
  GROUP BY i.member
),
called AS (
  SELECT k.member AS member, CASE WHEN i.platform = 'email' THEN i.value ELSE i.platform || ':' || i.value END AS name
  FROM known k
  JOIN identities i ON i.id = CASE WHEN k.place >= 1000000000000000 THEN k.place - 1000000000000000 ELSE k.place END
),
daily AS (
  SELECT a.member AS member, a.day AS day, a.platform AS platform, a.kind AS kind, count(*) AS acts
  FROM activities a
  GROUP BY a.member, a.day, a.platform, a.kind
)
SELECT c.name AS member, d.day AS day, d.platform AS platform, d.kind AS kind,
       CASE WHEN j.person IS NULL THEN d.acts ELSE 0 END AS acts
FROM daily d
JOIN members m ON m.id = d.member
LEFT JOIN joined j ON j.person = m.person
LEFT JOIN called c ON c.member = d.member
ORDER BY d.member, d.day, d.platform, d.kind;
