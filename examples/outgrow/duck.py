#!/usr/bin/env python3
"""Loads the handoff in this folder into DuckDB and asks it every text.

usage: duck.py DATABASE INTO TEXT...   writes INTO/TEXT.csv and INTO/verify.csv; says how long each took, as run.sh notes it
"""
import csv
import sys
import time
from pathlib import Path

import duckdb


def answer(connection, query: str, path: Path) -> None:
    asked = connection.execute(query)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(column[0] for column in asked.description)
        while rows := asked.fetchmany(10_000):
            writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def main() -> None:
    database, into, *texts = sys.argv[1:]
    connection = duckdb.connect(database)

    def timed(step: str, work):
        start = time.perf_counter()
        done = work()
        print(f"duckdb\t{step}\t{int((time.perf_counter() - start) * 1000)}", flush=True)
        return done

    timed("load", lambda: connection.execute(Path("load.sql").read_text(encoding="utf-8")))
    for name, file in [("verify", "verify.sql"), *((text, f"sql/{text}.sql") for text in texts)]:
        query = Path(file).read_text(encoding="utf-8")
        timed(name, lambda: answer(connection, query, Path(into) / f"{name}.csv"))
    connection.close()


main()
