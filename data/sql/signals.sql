-- What each person's engagement and sentiment rest on, as `groundswell identify rank` sees them: how much they made and did,
-- the last day, that added up with its age (in parts: 68719476736 are one), and the last answer of each kind.
WITH summed AS (
  SELECT m.person AS person, r.member AS member, r.day AS day, r.platform AS platform, r.kind AS kind, r.acts AS acts
  FROM rollups r
  JOIN members m ON m.id = r.member
  WHERE r.replaced_by IS NULL AND r.acts > 0 AND r.day <= (SELECT as_of FROM asked)
),
-- Where a day's acts are there row by row too, the rows count and the sum does not.
told AS (
  SELECT DISTINCT m.person AS person, a.day AS day, a.platform AS platform, a.kind AS kind
  FROM activities a
  JOIN members m ON m.id = a.member
  WHERE EXISTS (SELECT 1 FROM rollups)
),
daily AS (
  SELECT a.member AS member, a.day AS day, a.kind AS kind, count(*) AS acts
  FROM activities a
  WHERE a.day <= (SELECT as_of FROM asked)
  GROUP BY a.member, a.day, a.kind
  UNION ALL
  SELECT s.member AS member, s.day AS day, s.kind AS kind, s.acts AS acts
  FROM summed s
  LEFT JOIN told t ON t.person = s.person AND t.day = s.day AND t.platform = s.platform AND t.kind = s.kind
  WHERE t.person IS NULL
),
did AS (
  SELECT c.person AS person,
         sum(CASE WHEN d.kind IN ('post', 'reply', 'solution', 'review', 'video', 'talk', 'article', 'code', 'podcast')
                  THEN d.acts ELSE 0 END) AS contributions,
         sum(CASE WHEN d.kind IN ('post', 'reply', 'solution', 'review', 'video', 'talk', 'article', 'code', 'podcast')
                  THEN 0 ELSE d.acts END) AS others,
         max(d.day) AS last_day,
         sum(CASE WHEN d.kind IN ('post', 'reply', 'solution', 'review', 'video', 'talk', 'article', 'code', 'podcast')
                  THEN d.acts * f.contribution ELSE d.acts * f.other END) AS parts
  FROM daily d
  JOIN counted c ON c.member = d.member
  JOIN fading f ON f.day = d.day
  GROUP BY c.person
),
said AS (
  SELECT c.person AS person, r.kind AS kind, r.score AS score, r.low AS low, r.high AS high, r.day AS day,
         row_number() OVER (PARTITION BY c.person, r.kind ORDER BY r.day DESC, r.id DESC) AS place
  FROM responses r
  JOIN counted c ON c.member = r.member
  WHERE r.replaced_by IS NULL AND r.high > r.low
    AND r.day BETWEEN (SELECT answers_from FROM asked) AND (SELECT as_of FROM asked)
),
everyone AS (
  SELECT person FROM did
  UNION
  SELECT person FROM said
)
SELECT p.person AS member, coalesce(d.contributions, 0) AS contributions, coalesce(d.others, 0) AS others,
       d.last_day AS last_day, coalesce(d.parts, 0) AS parts,
       n.score AS nps, n.low AS nps_low, n.high AS nps_high, n.day AS nps_day,
       s.score AS csat, s.low AS csat_low, s.high AS csat_high, s.day AS csat_day
FROM everyone p
LEFT JOIN did d ON d.person = p.person
LEFT JOIN said n ON n.person = p.person AND n.kind = 'nps' AND n.place = 1
LEFT JOIN said s ON s.person = p.person AND s.kind = 'csat' AND s.place = 1
ORDER BY member;
