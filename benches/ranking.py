#!/usr/bin/env python3
"""Times our ranking beside DuckDB's over the same people in one run, and prints medians and the ratio.

usage: ranking.py FOLDER [RUNS]   FOLDER holds nps.csv, csat.csv, activity.csv and accounts.csv (see generate.py); RUNS defaults to 3
Needs: the release build (cargo build --release) and DuckDB for Python (pip install duckdb).
"""
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from loads import OURS, timed

AS_OF = "2026-01-01"
LOADS = [
    ["nps.csv"],
    ["csat.csv", "--as", "csat"],
    ["activity.csv"],
    ["accounts.csv", "--as", "members"],
    ["accounts.csv", "--as", "usage", "--map", "amount=Active Days 90d"],
]
READ = "read_csv('{data}/{name}', header = true, all_varchar = true, quote = '\"', escape = '\"', delim = ',')"
BUILD = """
CREATE TABLE person AS SELECT row_number() OVER () AS id, email FROM (
  SELECT lower(trim("Email")) AS email FROM {nps} UNION SELECT lower(trim("Email")) FROM {csat}
  UNION SELECT lower(trim(email)) FROM {activity} UNION SELECT lower(trim("Email")) FROM {accounts});
CREATE TABLE act AS SELECT p.id AS person, kind, epoch(occurred_at::TIMESTAMP)::BIGINT AS moment
  FROM {activity} a JOIN person p ON p.email = lower(trim(a.email));
CREATE TABLE answer AS SELECT p.id AS person, "Score"::INT / 10.0 AS share, epoch("Responded At"::TIMESTAMP)::BIGINT AS moment
  FROM {nps} r JOIN person p ON p.email = lower(trim(r."Email"))
  UNION ALL SELECT p.id, ("CSAT"::INT - 1) / 4.0, epoch("Responded At"::TIMESTAMP)::BIGINT
  FROM {csat} r JOIN person p ON p.email = lower(trim(r."Email"));
CREATE TABLE account AS SELECT p.id AS person, "Customer Since"::DATE AS since, "Lifetime Value"::DECIMAL(18, 2) AS value,
  "Active Days 90d"::INT AS active FROM {accounts} a JOIN person p ON p.email = lower(trim(a."Email"));
CHECKPOINT;
"""
# The same four signals in the peer's own terms: acts that fade, the last answer, tenure and value, use.
RANK = """
WITH now AS (SELECT epoch(DATE '{day}')::BIGINT AS now),
engaged AS (
  SELECT person, sum(CASE WHEN kind IN ('post', 'solution') THEN 3.0 * exp2(-((now - moment) // 86400) / 90.0)
                          ELSE exp2(-((now - moment) // 86400) / 60.0) END) AS engagement
  FROM act, now WHERE moment <= now GROUP BY person),
answered AS (
  SELECT person, arg_max(share, moment) AS sentiment FROM answer, now WHERE moment BETWEEN now - 365 * 86400 AND now GROUP BY person),
tied AS (
  SELECT person, (percent_rank() OVER (ORDER BY since DESC) + percent_rank() OVER (ORDER BY value)) / 2 AS loyalty,
         percent_rank() OVER (ORDER BY active) AS usage FROM account),
ranked AS (
  SELECT id, percent_rank() OVER (ORDER BY engagement) AS engagement, percent_rank() OVER (ORDER BY sentiment) AS sentiment,
         loyalty, usage
  FROM person LEFT JOIN engaged e ON e.person = id LEFT JOIN answered a ON a.person = id LEFT JOIN tied t ON t.person = id)
SELECT email, 3 * coalesce(r.engagement, 0.5) + 2 * coalesce(sentiment, 0.5) + coalesce(loyalty, 0.5) + 2 * coalesce(usage, 0.5) AS score
FROM ranked r JOIN person USING (id) ORDER BY score DESC, id LIMIT 500;
"""


def peer(database: Path, script: str) -> list[str]:
    run = "import sys, duckdb; print(len(duckdb.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))"
    return [sys.executable, "-c", run, str(database), script]


def main() -> None:
    data, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    folder = Path(tempfile.mkdtemp(dir=data))
    try:
        base = [str(OURS), "--db", str(folder / "groundswell.db"), "--quiet", "--yes"]
        init = ["init", "--name", "bench", "--currency", "EUR", "--timezone", "UTC", "--preset", "saas"]
        subprocess.run([*base, *init], check=True)
        for file, *flags in LOADS:
            timed([*base, "--as-of", AS_OF, "import", str(data / file), *flags])
        names = {name: READ.format(data=data, name=f"{name}.csv") for name in ("nps", "csat", "activity", "accounts")}
        timed(peer(folder / "peer.duckdb", BUILD.format(**names)))
        commands = {
            "ours": [*base, "--as-of", AS_OF, "identify", "rank", "--top", "500", "--format", "csv"],
            "DuckDB": peer(folder / "peer.duckdb", RANK.format(day=AS_OF)),
        }
        seen: dict[str, list[tuple[float, float]]] = {who: [] for who in commands}
        for _ in range(runs):
            for who, command in commands.items():
                seen[who].append(timed(command))
        middle = {who: statistics.median(seconds for seconds, _ in all_runs) for who, all_runs in seen.items()}
        for who, all_runs in seen.items():
            memory = statistics.median(megabytes for _, megabytes in all_runs)
            print(f"    {who:8} {middle[who]:6.2f} s {memory:6.0f} MB   {middle[who] / middle['DuckDB']:.2f} of DuckDB")
    finally:
        shutil.rmtree(folder)


main()
