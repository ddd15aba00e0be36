#!/usr/bin/env python3
"""Runs texts of this folder over the tables that load.py made, and prints what each finds as CSV.

usage: spark-submit query.py FILE.sql ...   (seconds are said on the side; with --into DIR each goes to DIR/NAME.csv)
"""
import csv
import json
import sys
import time
from pathlib import Path

from load import HERE, session


def main() -> None:
    files, into = sys.argv[1:], None
    if files[:1] == ["--into"]:
        into, files = Path(files[1]), files[2:]
    spark = session()
    # What is found comes part by part, and each part has to fit into the driver's memory.
    spark.conf.set("spark.sql.adaptive.advisoryPartitionSizeInBytes", "16m")
    for table in json.loads((HERE / "tables.json").read_text(encoding="utf-8"))["tables"]:
        spark.read.parquet(f"file://{HERE / 'parquet' / table['name']}").createOrReplaceTempView(table["name"])
    for view in (HERE / "views.sql").read_text(encoding="utf-8").split(";\n"):
        if view.strip():
            spark.sql(view)
    for file in files:
        start = time.perf_counter()
        found = spark.sql(Path(file).read_text(encoding="utf-8").strip().rstrip(";"))
        out = open(into / f"{Path(file).stem}.csv", "w", newline="", encoding="utf-8") if into else sys.stdout
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(found.columns)
        writer.writerows(["" if cell is None else cell for cell in row] for row in found.toLocalIterator())
        if into:
            out.close()
        print(f"{Path(file).name}: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    spark.stop()


if __name__ == "__main__":
    main()
