-- Touch paths: whose links the buyer of each order or deal clicked on the way to it, by day. What comes up to the day it was
-- created sourced it; what comes after that, up to the day it was won, accelerated it.
SELECT s.id AS conversion, t.day AS day, t.member AS member,
       CASE WHEN t.day <= s.created THEN 'sourced' ELSE 'accelerated' END AS part
FROM sold s
JOIN touched t ON t.buyer = s.buyer
WHERE t.day >= s.created - (SELECT window_days FROM asked) AND (t.day <= s.created OR t.day <= s.sold_day)
ORDER BY conversion, day, member;
