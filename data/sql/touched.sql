-- On which day which buyer clicked a link of which advocate, each once. The view `touched`.
SELECT DISTINCT b.person AS buyer, k.day AS day, o.person AS member
FROM clicks k
JOIN counted b ON b.member = k.member
JOIN links l ON l.id = k.link
JOIN counted o ON o.member = l.member
WHERE k.replaced_by IS NULL AND k.day <= (SELECT as_of FROM asked)
  AND k.member IN (SELECT m.id FROM members m WHERE m.person IN (SELECT w.person FROM conversions v JOIN members w ON w.id = v.member))
