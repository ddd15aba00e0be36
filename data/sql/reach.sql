-- Daily reach: what everyone who joined made from joining on, by day, platform and grade ('-' where nobody counted), as
-- `groundswell measure reach` adds it up. Of several counts of one contribution the best grade counts, then the newest.
WITH joiners AS (
  SELECT c.person AS person, min(s.day) AS joined
  FROM stages s
  JOIN counted c ON c.member = s.member
  WHERE s.stage = 'active' AND s.day <= (SELECT as_of FROM asked)
  GROUP BY c.person
),
mine AS (
  SELECT c.member AS member, j.person AS person, j.joined AS joined
  FROM counted c
  JOIN joiners j ON j.person = c.person
),
made AS (
  SELECT a.id AS id, a.member AS member, a.day AS day, a.platform AS platform, a.grade AS grade,
         a.counted_day AS counted_day, a.reach AS reach, a.engagements AS engagements
  FROM activities a
  WHERE a.day BETWEEN (SELECT from_day FROM asked) AND (SELECT to_day FROM asked)
    AND a.kind IN ('post', 'reply', 'solution', 'review', 'video', 'talk', 'article', 'code', 'podcast')
    AND a.member IN (SELECT member FROM mine)
),
counts AS (
  SELECT m.id AS activity, 0 AS id, m.grade AS grade, m.counted_day AS day, m.reach AS reach, m.engagements AS engagements
  FROM made m
  WHERE m.grade IS NOT NULL
  UNION ALL
  SELECT r.activity AS activity, r.id AS id, r.grade AS grade, r.day AS day, r.reach AS reach, r.engagements AS engagements
  FROM reaches r
  JOIN made m ON m.id = r.activity
),
reached AS (
  SELECT activity, grade, reach,
         row_number() OVER (PARTITION BY activity ORDER BY grade, day DESC, id DESC) AS place
  FROM counts
  WHERE reach IS NOT NULL AND day <= (SELECT as_of FROM asked)
),
engaged AS (
  SELECT activity, engagements,
         row_number() OVER (PARTITION BY activity
                            ORDER BY CASE WHEN reach IS NULL THEN 1 ELSE 0 END, grade, day DESC, id DESC) AS place
  FROM counts
  WHERE engagements IS NOT NULL AND day <= (SELECT as_of FROM asked)
)
SELECT w.person AS member, m.day AS day, m.platform AS platform, coalesce(r.grade, '-') AS grade,
       count(*) AS contributions, sum(r.reach) AS reach, sum(e.engagements) AS engagements
FROM made m
JOIN mine w ON w.member = m.member AND w.joined <= m.day
LEFT JOIN reached r ON r.activity = m.id AND r.place = 1
LEFT JOIN engaged e ON e.activity = m.id AND e.place = 1
GROUP BY w.person, m.day, m.platform, coalesce(r.grade, '-')
ORDER BY member, day, platform, grade;
