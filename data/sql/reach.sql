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
-- Every count of each, the one it came with included, which may say nothing.
counts AS (
  SELECT m.id AS activity, m.member AS member, m.day AS day, m.platform AS platform, 0 AS id, m.grade AS grade,
         m.counted_day AS counted_day,
         CASE WHEN m.counted_day <= (SELECT as_of FROM asked) THEN m.reach END AS reach,
         CASE WHEN m.counted_day <= (SELECT as_of FROM asked) THEN m.engagements END AS engagements
  FROM made m
  UNION ALL
  SELECT m.id AS activity, m.member AS member, m.day AS day, m.platform AS platform, r.id AS id, r.grade AS grade,
         r.day AS counted_day, r.reach AS reach, r.engagements AS engagements
  FROM made m
  JOIN reaches r ON r.activity = m.id
  WHERE r.day <= (SELECT as_of FROM asked)
),
placed AS (
  SELECT activity, member, day, platform, grade, reach, engagements,
         row_number() OVER (PARTITION BY activity
                            ORDER BY CASE WHEN reach IS NULL THEN 1 ELSE 0 END, grade, counted_day DESC, id DESC) AS reach_place,
         row_number() OVER (PARTITION BY activity
                            ORDER BY CASE WHEN engagements IS NULL THEN 1 ELSE 0 END, CASE WHEN reach IS NULL THEN 1 ELSE 0 END,
                                     grade, counted_day DESC, id DESC) AS engagements_place
  FROM counts
),
best AS (
  SELECT activity, member, day, platform,
         coalesce(max(CASE WHEN reach_place = 1 AND reach IS NOT NULL THEN grade END), '-') AS grade,
         max(CASE WHEN reach_place = 1 THEN reach END) AS reach,
         max(CASE WHEN engagements_place = 1 THEN engagements END) AS engagements
  FROM placed
  GROUP BY activity, member, day, platform
)
SELECT w.person AS member, b.day AS day, b.platform AS platform, b.grade AS grade,
       count(*) AS contributions, sum(b.reach) AS reach, sum(b.engagements) AS engagements
FROM best b
JOIN mine w ON w.member = b.member AND w.joined <= b.day
GROUP BY w.person, b.day, b.platform, b.grade
ORDER BY member, day, platform, grade;
