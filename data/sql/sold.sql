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
)
SELECT n.id AS id, n.kind AS kind, n.created AS created, n.sold_day AS sold_day,
       n.amount - n.refunded AS net, n.currency AS currency, n.buyer AS buyer
FROM newest n
LEFT JOIN newest d ON d.kind = 'deal' AND d.place = 1 AND n.kind = 'order' AND d.sale = n.sale
WHERE n.place = 1
  AND n.sold_day BETWEEN (SELECT from_day FROM asked) AND (SELECT to_day FROM asked)
  AND NOT (n.refunded > 0 AND n.refunded >= coalesce(n.amount, 0))
  AND (d.sale IS NULL OR d.buyer <> n.buyer)
