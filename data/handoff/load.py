#!/usr/bin/env python3
"""Turns the files of this folder into Parquet, which Spark reads much faster, beside them in parquet/.

usage: spark-submit load.py        (or: python3 load.py; MASTER names a cluster, such as spark://localhost:7077)
Then:  spark-submit query.py verify.sql sql/reach.sql
"""
import json
import os
from pathlib import Path

from pyspark.sql import SparkSession

HERE = Path(__file__).resolve().parent


def session() -> SparkSession:
    builder = SparkSession.builder.appName("groundswell")
    if os.environ.get("MASTER"):
        builder = builder.master(os.environ["MASTER"])
    return builder.getOrCreate()


def main() -> None:
    spark = session()
    handed = json.loads((HERE / "tables.json").read_text(encoding="utf-8"))
    for table in handed["tables"]:
        # A quote within a text is doubled; what is nothing has a word of its own, so that an empty text stays one.
        rows = spark.read.csv(
            [f"file://{HERE / file}" for file in table["files"]],
            schema=table["schema"],
            header=True,
            multiLine=True,
            quote='"',
            escape='"',
            nullValue=handed["nothing"],
            emptyValue="",
            encoding="UTF-8",
            maxCharsPerColumn=-1,
            mode="FAILFAST",
        )
        rows.write.mode("overwrite").parquet(f"file://{HERE / 'parquet' / table['name']}")
    print(f"{len(handed['tables'])} tables are in {HERE / 'parquet'}")
    spark.stop()


if __name__ == "__main__":
    main()
