#!/usr/bin/env python3
"""Times `measure credit --model all` beside ChannelAttribution on the same paths, and prints times, memory and the ratios.

usage: attribution.py FOLDER [PATHS] [RUNS]   PATHS defaults to 1,000,000, RUNS to 3
       attribution.py peer PATHS.CSV          what the peer is timed at: first, last, linear and Markov
Needs: the release build (cargo build --release); for the peer ChannelAttribution and pandas (pip install ChannelAttribution
pandas matplotlib). PEER_PYTHON names the interpreter that has them, GROUNDSWELL another build of ours.

The workload is written into the program's own tables: a person for each path, a click for each touch, an order for each path
that converted. The peer reads the same paths ready made from a CSV, which in its user's life someone has to join first.
"""
import csv
import os
import random
import sqlite3
import statistics
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

from timing import HERE, OURS, Run, apart, timed

PEER = os.environ.get("PEER_PYTHON", sys.executable)
ADVOCATES = 12
DAY_0 = 20_454  # 2026-01-01


def paths(count: int):
    """(advocates, days before the end, value in cents or None): mostly short, drifting, longer ones convert more often."""
    rng = random.Random(5)
    for _ in range(count):
        touches = 1 + min(int(rng.expovariate(0.35)), 14)
        ages = sorted(rng.sample(range(60), touches), reverse=True)
        advocate = int(ADVOCATES * rng.random() ** 1.5)
        steps = []
        for place in range(touches):
            if place and rng.random() > 0.15:
                advocate = (advocate + 1 + int((ADVOCATES - 1) * rng.random() ** 1.5)) % ADVOCATES
            steps.append(advocate)
        won = rng.random() < 0.04 + 0.008 * advocate + 0.005 * touches
        yield steps, ages, int(4_000 / (rng.random() + 0.01)) if won else None


def fill(program: Path, table: Path, count: int) -> None:
    """The paths as the program's clicks and orders, and as the peer's CSV."""
    store = sqlite3.connect(program)
    store.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")
    for advocate in range(1, ADVOCATES + 1):
        store.execute("INSERT INTO members (id, person, day) VALUES (?, ?, ?)", (advocate, advocate, DAY_0))
        store.execute("INSERT INTO facts (member, field, day, value) VALUES (?, 'name', ?, ?)", (advocate, DAY_0, f"Advocate {advocate}"))
        store.execute("INSERT INTO stages (member, stage, at, day) VALUES (?, 'active', 0, ?)", (advocate, DAY_0))
        store.execute("INSERT INTO links (id, member, address, url, day) VALUES (?, ?, ?, '', ?)", (advocate, advocate, f"go.example.com/{advocate}", DAY_0))
    clicks = []
    with table.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["path", "conversions", "value", "nulls"])
        for person, (steps, ages, value) in enumerate(paths(count), 1_000):
            out.writerow([" > ".join(f"a{step + 1}" for step in steps), int(value is not None), (value or 0) / 100, int(value is None)])
            store.execute("INSERT INTO members (id, person, day) VALUES (?, ?, ?)", (person, person, DAY_0))
            clicks.extend((DAY_0 + 100 - age, step + 1, person) for step, age in zip(steps, ages))
            if value is not None:
                order = (f"O-{person}", DAY_0 + 100, value, person)
                store.execute("INSERT INTO conversions (kind, number, at, day, state, amount, currency, member) VALUES ('order', ?, 0, ?, 'paid', ?, 'EUR', ?)", order)
    clicks.sort(key=lambda click: click[0])  # as a tool exports them: by time
    store.executemany("INSERT INTO clicks (at, day, clicks, link, member) VALUES (0, ?, 1, ?, ?)", clicks)
    store.execute("COMMIT")
    store.close()
    print(f"{count:,} paths, {len(clicks):,} clicks; the program's file {program.stat().st_size / 1e6:.0f} MB, the peer's {table.stat().st_size / 1e6:.0f} MB")


def peer(table: str) -> None:
    import ChannelAttribution
    import pandas

    rows = pandas.read_csv(table)
    rules = ChannelAttribution.heuristic_models(rows, "path", "conversions", var_value="value", flg_pro=False)
    chain = ChannelAttribution.markov_model(
        rows, "path", "conversions", var_value="value", var_null="nulls", order=1, out_more=True, seed=1, ncore=1, verbose=False, flg_pro=False
    )
    print(rules.to_csv(index=False))
    print(chain["removal_effects"].to_csv(index=False))


def main() -> None:
    if sys.argv[1] == "peer":
        return peer(sys.argv[2])
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    folder.mkdir(parents=True, exist_ok=True)
    program, table = folder / "attribution.db", folder / "paths.csv"
    base = [OURS, "--db", str(program), "--quiet", "--yes", "--as-of", "2026-06-30"]
    if not table.exists():
        program.unlink(missing_ok=True)
        subprocess.run([*base, "init", "--name", "bench", "--currency", "EUR", "--timezone", "UTC", "--preset", "saas"], check=True)
        apart(fill, program, table, count)
        # Any change settles what came; an import would have done so.
        timed([*base, "member", "note", "1", "filled"], stdout=subprocess.DEVNULL)
    commands = {
        "last touch": [*base, "measure", "credit"],
        "six rules and Markov": [*base, "measure", "credit", "--model", "all", "--format", "csv"],
    }
    if subprocess.run([PEER, "-c", "import ChannelAttribution"], stderr=subprocess.DEVNULL).returncode == 0:
        commands["ChannelAttribution"] = [PEER, str(HERE / "attribution.py"), "peer", str(table)]
    else:
        print("ChannelAttribution is not installed, so ours stands alone")
    seen: dict[str, list[Run]] = {}
    for _ in range(runs):
        for who, command in commands.items():
            with (folder / f"{who}.txt").open("wb") as answer:
                seen.setdefault(who, []).append(timed(command, stdout=answer))
    middle = {who: Run(*(statistics.median(part) for part in zip(*map(astuple, all_runs)))) for who, all_runs in seen.items()}
    peer_run = middle.get("ChannelAttribution")
    for who, run in middle.items():
        ratio = f"   {run.wall / peer_run.wall:.2f} of ChannelAttribution ({run.cpu / peer_run.cpu:.2f} in CPU)" if peer_run else ""
        print(f"    {who:22} {run.wall:7.2f} s {run.cpu:7.2f} s CPU {run.megabytes:6.0f} MB{ratio}")


if __name__ == "__main__":
    main()
