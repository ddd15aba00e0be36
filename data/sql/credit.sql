-- Conversions per advocate, as `groundswell measure credit` has them: by the strongest evidence (the code used, else a click
-- within the window, else whom the buyer named), once; those last clicked share. What renews a deal stands apart and is not
-- in it. Hundredths of conversions and minor units of money, rounded once so that they add up (largest remainder).
WITH clicked AS (
  SELECT s.id AS id, max(t.day) AS last_day
  FROM sold s
  JOIN touched t ON t.buyer = s.buyer
  WHERE t.day BETWEEN s.created - (SELECT window_days FROM asked) AND s.created
  GROUP BY s.id
),
tiers AS (
  SELECT s.id AS id, s.buyer AS buyer, s.currency AS currency, coalesce(s.net, 0) AS net, k.last_day AS last_day,
         CASE WHEN e.owner IS NOT NULL THEN e.owner WHEN k.last_day IS NULL THEN e.named END AS sole,
         CASE WHEN e.owner IS NOT NULL THEN 'code' WHEN k.last_day IS NOT NULL THEN 'click' ELSE 'named' END AS tier
  FROM sold s
  JOIN evidence e ON e.conversion = s.id
  LEFT JOIN clicked k ON k.id = s.id
  WHERE e.renews = 0 AND (e.owner IS NOT NULL OR k.last_day IS NOT NULL OR e.named IS NOT NULL)
),
shares AS (
  SELECT t.id AS id, t.currency AS currency, t.tier AS tier, t.net AS net, t.sole AS member, 1 AS sharers
  FROM tiers t
  WHERE t.tier <> 'click'
  UNION ALL
  SELECT t.id AS id, t.currency AS currency, t.tier AS tier, t.net AS net, d.member AS member,
         count(*) OVER (PARTITION BY t.id) AS sharers
  FROM tiers t
  JOIN touched d ON d.buyer = t.buyer AND d.day = t.last_day
  WHERE t.tier = 'click'
),
-- Whole millionths, a half away from zero: of a conversion (in hundredths) and of a minor unit.
measured AS (
  SELECT 'hundredths' AS what, currency, tier, member, 1000000 AS whole, 100 AS times, sharers FROM shares
  UNION ALL
  SELECT 'minor' AS what, currency, tier, member, net * 1000000 AS whole, 1 AS times, sharers FROM shares
),
parts AS (
  SELECT what, currency, tier, member, times,
         CASE WHEN sharers = 1 THEN whole
              WHEN whole < 0 THEN -CAST((2 * -whole + sharers - (2 * -whole + sharers) % (2 * sharers)) / (2 * sharers) AS BIGINT)
              ELSE CAST((2 * whole + sharers - (2 * whole + sharers) % (2 * sharers)) / (2 * sharers) AS BIGINT) END AS part
  FROM measured
),
sums AS (
  SELECT what, currency, tier, member, CAST(sum(times * part) AS BIGINT) AS millionths
  FROM parts
  GROUP BY what, currency, tier, member
),
totals AS (
  SELECT 'minor' AS what, currency, tier, CAST(sum(net) AS BIGINT) AS total FROM tiers GROUP BY currency, tier
  UNION ALL
  SELECT 'hundredths' AS what, currency, tier, 100 * count(*) AS total FROM tiers GROUP BY currency, tier
),
-- Rounded down; a sum that is a whole number but for what adding fractions lost is that number.
nearest AS (
  SELECT what, currency, tier, member, millionths,
         CAST((millionths + 500000 - ((millionths + 500000) % 1000000 + 1000000) % 1000000) / 1000000 AS BIGINT) AS near_whole,
         CAST((millionths - (millionths % 1000000 + 1000000) % 1000000) / 1000000 AS BIGINT) AS down
  FROM sums
),
lowered AS (
  SELECT what, currency, tier, member,
         CASE WHEN abs(millionths - near_whole * 1000000) * 1000 < CASE WHEN abs(near_whole) > 1 THEN abs(near_whole) ELSE 1 END
              THEN near_whole ELSE down END AS units,
         CASE WHEN abs(millionths - near_whole * 1000000) * 1000 < CASE WHEN abs(near_whole) > 1 THEN abs(near_whole) ELSE 1 END
              THEN 0 ELSE millionths - down * 1000000 END AS remainder
  FROM nearest
),
placed AS (
  SELECT l.what AS what, l.currency AS currency, l.tier AS tier, l.member AS member, l.units AS units,
         t.total - sum(l.units) OVER (PARTITION BY l.what, l.currency, l.tier) AS missing,
         row_number() OVER (PARTITION BY l.what, l.currency, l.tier ORDER BY l.remainder DESC, l.member) AS from_top,
         row_number() OVER (PARTITION BY l.what, l.currency, l.tier ORDER BY l.remainder, l.member DESC) AS from_bottom
  FROM lowered l
  JOIN totals t ON t.what = l.what AND t.currency = l.currency AND t.tier = l.tier
),
rounded AS (
  SELECT what, currency, tier, member,
         units + CASE WHEN from_top <= missing THEN 1 WHEN from_bottom <= -missing THEN -1 ELSE 0 END AS units
  FROM placed
)
SELECT member, currency, tier,
       CAST(sum(CASE WHEN what = 'hundredths' THEN units ELSE 0 END) AS BIGINT) AS hundredths,
       CAST(sum(CASE WHEN what = 'minor' THEN units ELSE 0 END) AS BIGINT) AS minor
FROM rounded
GROUP BY member, currency, tier
ORDER BY member, currency, tier;
