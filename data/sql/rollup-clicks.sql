-- Clicks added up by link, day and who clicked: what `groundswell import ROLLUP-CLICKS.csv --as clicks` takes, where the clicks
-- themselves are kept here. Different people stay different: a visitor keeps the tool's word, someone known an address or number.
WITH known AS (
  SELECT i.member AS member,
         min(CASE WHEN i.platform = 'email' THEN i.id ELSE i.id + 1000000000000000 END) AS place
  FROM identities i
  WHERE i.platform IN ('email', 'id')
  GROUP BY i.member
),
called AS (
  SELECT k.member AS member, i.value AS name
  FROM known k
  JOIN identities i ON i.id = CASE WHEN k.place >= 1000000000000000 THEN k.place - 1000000000000000 ELSE k.place END
),
daily AS (
  SELECT k.link AS link, k.day AS day, k.member AS member, CASE WHEN c.name IS NULL THEN k.visitor ELSE c.name END AS visitor,
         c.name AS customer, sum(k.clicks) AS clicks
  FROM clicks k
  LEFT JOIN called c ON c.member = k.member
  WHERE k.replaced_by IS NULL
  GROUP BY k.link, k.day, k.member, CASE WHEN c.name IS NULL THEN k.visitor ELSE c.name END, c.name
)
SELECT l.address AS link, d.day AS day, d.visitor AS visitor, d.customer AS customer, CAST(d.clicks AS BIGINT) AS clicks
FROM daily d
JOIN links l ON l.id = d.link
ORDER BY d.link, d.day, d.visitor, d.member;
