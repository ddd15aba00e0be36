#!/usr/bin/env python3
"""Times our ranking beside DuckDB's over the same people in one run, and prints medians and the ratio.

usage: ranking.py FOLDER [RUNS]   FOLDER holds nps.csv, csat.csv, activity.csv and accounts.csv (see generate.py); RUNS defaults to 3
Needs: the release build (cargo build --release) and DuckDB for Python (pip install duckdb).
"""
import statistics
import sys
from pathlib import Path

from timing import OURS, Run, timed

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
  UNION ALL SELECT p.id, ("Score"::INT - 1) / 4.0, epoch("Responded At"::TIMESTAMP)::BIGINT
  FROM {csat} r JOIN person p ON p.email = lower(trim(r."Email"));
CREATE TABLE account AS SELECT p.id AS person, "Customer Since"::DATE AS since, "Lifetime Value"::DECIMAL(18, 2) AS value,
  "Active Days 90d"::INT AS active FROM {accounts} a JOIN person p ON p.email = lower(trim(a."Email"));
CHECKPOINT;
"""
# The same four signals in the peer's own terms: acts that fade, the last answer, tenure and value, use.
RANK = """
WITH now AS (SELECT epoch(DATE '{day}')::BIGINT AS now),
engaged AS (
  SELECT person, sum(CASE WHEN kind IN ('post', 'solution') THEN 3.0 * pow(2, -((now - moment) // 86400) / 90.0)
                          ELSE pow(2, -((now - moment) // 86400) / 60.0) END) AS engagement
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


def made(data: Path) -> tuple[Path, Path]:
    """Our program and the peer's database, made once and kept."""
    program, database = data / "ranking.db", data / "ranking.duckdb"
    if not program.exists():
        base = [OURS, "--db", str(program), "--quiet", "--yes"]
        timed([*base, "init", "--name", "bench", "--currency", "EUR", "--timezone", "UTC", "--preset", "saas"])
        for file, *flags in LOADS:
            timed([*base, "--as-of", AS_OF, "import", str(data / file), *flags])
    if not database.exists():
        names = {name: READ.format(data=data, name=f"{name}.csv") for name in ("nps", "csat", "activity", "accounts")}
        timed(peer(database, BUILD.format(**names)))
    return program, database


def main() -> None:
    data, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    program, database = made(data)
    commands = {
        "ours": [OURS, "--db", str(program), "--quiet", "--as-of", AS_OF, "identify", "rank", "--top", "500", "--format", "csv"],
        "DuckDB": peer(database, RANK.format(day=AS_OF)),
    }
    seen: dict[str, list[Run]] = {who: [] for who in commands}
    for _ in range(runs):
        for who, command in commands.items():
            seen[who].append(timed(command))
    middle = {who: statistics.median(run.wall for run in all_runs) for who, all_runs in seen.items()}
    for who, all_runs in seen.items():
        cpu = statistics.median(run.cpu for run in all_runs)
        memory = statistics.median(run.megabytes for run in all_runs)
        ratio = middle[who] / middle["DuckDB"]
        print(f"    {who:8} {middle[who]:6.2f} s {cpu:6.2f} s CPU {memory:6.0f} MB   {ratio:.2f} of DuckDB")


if __name__ == "__main__":
    main()
