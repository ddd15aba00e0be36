#!/usr/bin/env python3
"""The reach report with what a user would pick instead: DuckDB, over the same rows.

usage: reach_peer.py load|report FOLDER DATABASE
"""
import sys

import duckdb

READ = "read_csv('{folder}/{file}.csv', header = true, all_varchar = true, quote = '\"', escape = '\"', delim = ',')"
LOAD = """
CREATE TABLE advocates AS SELECT row_number() OVER () AS id, lower(trim("Email")) AS email, "Code" AS code, "Link" AS link
  FROM {advocates};
CREATE TABLE acts AS SELECT lower(trim(email)) AS email, kind, epoch(occurred_at::TIMESTAMP)::BIGINT AS moment,
    nullif(reach, '')::BIGINT AS reach, engagements::BIGINT AS engagements FROM {activity};
CREATE TABLE clicks AS SELECT a.id AS advocate, visitor, epoch(clicked_at::TIMESTAMP)::BIGINT AS moment
  FROM {clicks} k JOIN advocates a USING (link);
CREATE TABLE orders AS SELECT visitor, a.id AS advocate, epoch(ordered_at::TIMESTAMP)::BIGINT AS moment,
    revenue::DECIMAL(18, 2) AS revenue FROM {orders} o LEFT JOIN advocates a USING (code);
CHECKPOINT;
"""
REPORT = """
WITH made AS (
    SELECT a.id, count(*) AS contributions, sum(reach) AS reach, sum(engagements) AS engagements
    FROM acts JOIN advocates a USING (email) WHERE kind <> 'like' GROUP BY a.id),
  clicked AS (SELECT advocate AS id, count(DISTINCT visitor) AS people FROM clicks GROUP BY 1),
  touched AS (
    SELECT advocate AS id, revenue FROM orders WHERE advocate IS NOT NULL
    UNION ALL
    SELECT k.advocate, o.revenue FROM (SELECT * FROM orders WHERE advocate IS NULL) o
      ASOF JOIN (SELECT * FROM clicks WHERE visitor IN (SELECT visitor FROM orders)) k
      ON k.visitor = o.visitor AND k.moment <= o.moment
    WHERE k.moment >= o.moment - 30 * 86400),
  sold AS (SELECT id, count(*) AS conversions, sum(revenue) AS revenue FROM touched GROUP BY id)
SELECT a.email, contributions, reach, engagements, people, people / reach, conversions, revenue
FROM advocates a LEFT JOIN made USING (id) LEFT JOIN clicked USING (id) LEFT JOIN sold USING (id) ORDER BY a.id
"""

task, folder, database = sys.argv[1:4]
if task == "load":
    connection = duckdb.connect(database)
    tables = {name: READ.format(folder=folder, file=name) for name in ("advocates", "activity", "clicks", "orders")}
    connection.execute(LOAD.format(**tables))
else:
    connection = duckdb.connect(database, read_only=True)
    rows = connection.execute(REPORT).fetchall()
    sys.stdout.write("".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows))
connection.close()
