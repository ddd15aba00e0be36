#!/usr/bin/env python3
"""The same loads with what a user would pick instead: DuckDB, with the same promises (unique people, unique rows).

usage: peers.py WORKLOAD CSV DATABASE   WORKLOAD is answers, acts or clicks
"""
import sys

import duckdb

READ = "read_csv('{csv}', header = true, all_varchar = true, quote = '\"', escape = '\"', delim = ',')"
ANSWERS = """
CREATE TEMP TABLE raw AS
  SELECT row_number() OVER () AS line, lower(trim("Email")) AS email, "Name" AS name, "Score"::INT AS score,
         "Comment" AS comment, epoch("Responded At"::TIMESTAMP)::BIGINT AS moment, "Response ID" AS number FROM {read};
CREATE TABLE people (id BIGINT PRIMARY KEY, email VARCHAR NOT NULL UNIQUE, name VARCHAR);
CREATE TABLE answers (id BIGINT PRIMARY KEY, person BIGINT NOT NULL, score INT NOT NULL, comment VARCHAR,
  moment BIGINT NOT NULL, number VARCHAR NOT NULL UNIQUE);
INSERT INTO people SELECT row_number() OVER (), email, any_value(name) FROM raw GROUP BY email;
INSERT INTO answers SELECT line, p.id, score, comment, moment, number FROM raw JOIN people p USING (email)
  WHERE score BETWEEN 0 AND 10;
CHECKPOINT;
"""
ACTS = """
CREATE TEMP TABLE raw AS
  SELECT row_number() OVER () AS line, lower(trim(email)) AS email, kind, epoch(occurred_at::TIMESTAMP)::BIGINT AS moment,
         platform, url, nullif(reach, '')::BIGINT AS reach, engagements::BIGINT AS engagements FROM {read};
CREATE TABLE people (id BIGINT PRIMARY KEY, email VARCHAR NOT NULL UNIQUE);
CREATE TABLE acts (id BIGINT, person BIGINT NOT NULL, moment BIGINT NOT NULL, kind VARCHAR NOT NULL, platform VARCHAR NOT NULL,
  url VARCHAR, reach BIGINT, engagements BIGINT, UNIQUE (person, moment, kind, url));
INSERT INTO people SELECT row_number() OVER (), email FROM (SELECT DISTINCT email FROM raw);
INSERT OR IGNORE INTO acts SELECT line, p.id, moment, kind, platform, url, reach, engagements
  FROM raw JOIN people p USING (email);
CHECKPOINT;
"""
CLICKS = """
CREATE TEMP TABLE raw AS SELECT link, visitor, epoch(clicked_at::TIMESTAMP)::BIGINT AS moment FROM {read};
CREATE TABLE links (id BIGINT PRIMARY KEY, address VARCHAR NOT NULL UNIQUE);
CREATE TABLE clicks (link BIGINT NOT NULL, visitor VARCHAR, moment BIGINT NOT NULL);
INSERT INTO links SELECT row_number() OVER (), link FROM (SELECT DISTINCT link FROM raw);
INSERT INTO clicks SELECT l.id, visitor, moment FROM raw JOIN links l ON l.address = raw.link;
CHECKPOINT;
"""

workload, csv, database = sys.argv[1:4]
script = {"answers": ANSWERS, "acts": ACTS, "clicks": CLICKS}[workload]
connection = duckdb.connect(database)
connection.execute(script.format(read=READ.format(csv=csv)))
connection.close()
