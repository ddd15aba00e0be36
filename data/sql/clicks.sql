-- Clicks per advocate: different people on each of their links, and clicks of nobody known; our own people's are in none.
WITH visits AS (
  SELECT k.link AS link, k.member AS member, CASE WHEN k.member IS NULL THEN k.visitor END AS visitor, sum(k.clicks) AS clicks
  FROM clicks k
  WHERE k.replaced_by IS NULL AND k.day BETWEEN (SELECT from_day FROM asked) AND (SELECT to_day FROM asked)
  GROUP BY k.link, k.member, CASE WHEN k.member IS NULL THEN k.visitor END
),
clicked AS (
  SELECT v.link AS link,
         sum(CASE WHEN v.member IS NULL AND v.visitor IS NULL THEN v.clicks ELSE 1 END) AS clicks
  FROM visits v
  LEFT JOIN counted c ON c.member = v.member
  WHERE v.member IS NULL OR c.person IS NOT NULL
  GROUP BY v.link
)
SELECT o.person AS member, sum(coalesce(k.clicks, 0)) AS clicks
FROM links l
JOIN counted o ON o.member = l.member
LEFT JOIN clicked k ON k.link = l.id
WHERE (l.day <= (SELECT as_of FROM asked) OR k.link IS NOT NULL)
  AND EXISTS (SELECT 1 FROM clicks a WHERE a.day <= (SELECT as_of FROM asked))
GROUP BY o.person
ORDER BY member;
