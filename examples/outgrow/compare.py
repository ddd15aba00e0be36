#!/usr/bin/env python3
"""Holds what the engines found against each other and against the program's own reports; prints the times side by side.

usage: compare.py FOLDER   as run.sh leaves it; exit code 1 where anything differs
"""
import csv
import hashlib
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

TEXTS = ("signals", "reach", "clicks", "credit", "paths")
# As many rows as there are events, so that they are not held in memory.
LONG = ("rollup", "rollup-clicks")
WORK = Path(sys.argv[1])
wrong = []


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digest(path: Path) -> tuple[int, int]:
    """How many rows, and a number that is the same for the same rows in any order."""
    count = total = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            count += 1
            total += int.from_bytes(hashlib.blake2b("\0".join(row).encode(), digest_size=8).digest())
    return count - 1, total % 2**64


def same(what: str, one, other) -> None:
    if one != other:
        wrong.append(what)
        print(f"DIFFERENT: {what}")


def whole(cell: str) -> int:
    return int(Decimal(cell or 0))


def by_member(found: Path) -> dict[int, list[int]]:
    """Contributions, reach A to D, engagements, clicks, hundredths of conversions and minor units, as an engine found them."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * 9)
    for row in rows(found / "reach.csv"):
        sum_ = sums[int(row["member"])]
        sum_[0] += whole(row["contributions"])
        if row["grade"] != "-":
            sum_[1 + "ABCD".index(row["grade"])] += whole(row["reach"])
        sum_[5] += whole(row["engagements"])
    for row in rows(found / "clicks.csv"):
        sums[int(row["member"])][6] += whole(row["clicks"])
    for row in rows(found / "credit.csv"):
        sums[int(row["member"])][7] += whole(row["hundredths"])
        sums[int(row["member"])][8] += whole(row["minor"])
    return dict(sums)


def own() -> dict[int, list[int]]:
    """The same, as `measure reach` says it."""
    columns = ("contributions", "reach_a", "reach_b", "reach_c", "reach_d", "engagements", "clicks")
    return {
        int(row["member"]): [whole(row[column]) for column in columns]
        + [int(Decimal(row["conversions"] or 0) * 100), int(Decimal(row["revenue"] or 0) * 100)]
        for row in rows(WORK / "own-reach.csv")
    }


def main() -> None:
    engines = sorted(path.name for path in (WORK / "found").iterdir() if path.is_dir())
    for row in rows(WORK / "own-compare.csv"):
        same(f"{row['figure']}: the text on the program's file and the program's own figures", row["verdict"], "equal")
    reports, first = own(), None
    for engine in engines:
        found = WORK / "found" / engine
        for row in rows(WORK / "found" / f"{engine}.verify"):
            same(f"{engine}: what arrived of {row['what']}", row["verdict"], "equal")
        same(f"{engine}: its figures and `measure reach`", by_member(found), reports)
        answers = {text: sorted(tuple(row.values()) for row in rows(found / f"{text}.csv")) for text in TEXTS}
        answers |= {text: digest(found / f"{text}.csv") for text in LONG}
        first = first or (engine, answers)
        for text in TEXTS + LONG:
            same(f"{text}: {engine} and {first[0]}", answers[text], first[1][text])
        lengths = {text: len(answers[text]) for text in TEXTS} | {text: answers[text][0] for text in LONG}
        print(f"{engine}: " + ", ".join(f"{text} {length} rows" for text, length in lengths.items()))
    for report in ("rank", "reach", "credit"):
        one, other = (WORK / f"{whose}-{report}.csv" for whose in ("own", "sums"))
        same(f"{report}: from the sums and from the rows", other.read_bytes(), one.read_bytes())
    times: dict[str, dict[str, float]] = defaultdict(dict)
    for line in (WORK / "times.tsv").read_text(encoding="utf-8").splitlines():
        engine, step, milliseconds = line.split("\t")
        times[step][engine] = int(milliseconds) / 1000
    columns = ["groundswell", *engines, "sums"]
    print("\nseconds".ljust(29) + "".join(column.rjust(13) for column in columns))
    for step, of in times.items():
        print(step.ljust(28) + "".join((f"{of[column]:.2f}" if column in of else "").rjust(13) for column in columns))
    if wrong:
        sys.exit(f"FAILED: {len(wrong)} differences")
    print(f"\nThe same figures, to the unit: {len(reports)} advocates, {len(engines)} engines, the program itself, and one that has the sums alone.")


main()
