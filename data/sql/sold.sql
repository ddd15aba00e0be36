-- Every paid order and won deal of the period, once: the newest row of a number. An order that belongs to a won deal is in
-- the deal; what was paid back in full is none; staff and bots buy nothing. The view `sold`.
WITH newest AS (
  SELECT v.id AS id, v.kind AS kind, v.day AS created,
         CASE WHEN v.kind = 'deal' THEN coalesce(v.won_day, v.day) ELSE v.day END AS sold_day,
         v.amount AS amount, v.refunded AS refunded, v.currency AS currency, b.id AS buyer, e.sale AS sale,
         row_number() OVER (PARTITION BY v.kind, e.sale ORDER BY v.id DESC) AS place
  FROM conversions v
  JOIN evidence e ON e.conversion = v.id
  LEFT JOIN members m ON m.id = v.member
  LEFT JOIN members b ON b.id = m.person AND b.standing = 'member'
  WHERE v.replaced_by IS NULL AND v.state IN ('paid', 'won')
    AND v.day <= (SELECT as_of FROM asked)
    AND CASE WHEN v.kind = 'deal' THEN coalesce(v.won_day, v.day) ELSE v.day END <= (SELECT as_of FROM asked)
    AND (v.member IS NULL OR b.id IS NOT NULL)
),
-- Beside each whether its number is a won deal's too, and whose. No join with itself, and one condition in the end: an engine
-- that cannot tell how many rows are left takes a slow way to join them.
beside AS (
  SELECT id, kind, created, sold_day, amount, refunded, currency, buyer, place,
         max(CASE WHEN kind = 'deal' AND place = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY sale) AS in_deal,
         max(CASE WHEN kind = 'deal' AND place = 1 THEN buyer END) OVER (PARTITION BY sale) AS deal_buyer
  FROM newest
),
told AS (
  SELECT id, kind, created, sold_day, amount - refunded AS net, currency, buyer,
         CASE WHEN place > 1 THEN 0
              WHEN sold_day < (SELECT from_day FROM asked) OR sold_day > (SELECT to_day FROM asked) THEN 0
              WHEN refunded > 0 AND refunded >= coalesce(amount, 0) THEN 0
              WHEN kind = 'order' AND in_deal = 1 AND NOT coalesce(deal_buyer <> buyer, 1 = 0) THEN 0
              ELSE 1 END AS counts
  FROM beside
)
SELECT id, kind, created, sold_day, net, currency, buyer
FROM told
WHERE counts = 1
