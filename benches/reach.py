#!/usr/bin/env python3
"""Times `measure reach` beside DuckDB on the same rows: the first run, and again after a small import.

usage: reach.py FOLDER [RUNS]   FOLDER holds activity.csv, clicks.csv, orders.csv and advocates.csv (see README.md); RUNS defaults to 3
Needs: the release build (cargo build --release), and DuckDB for Python (pip install duckdb).
The program is kept in FOLDER/reach.db and made once. GROUNDSWELL names another binary than the release build.
"""
import csv
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from dataclasses import astuple
from pathlib import Path

from timing import HERE, OURS, Run, apart, timed

AS_OF = "2026-01-01"


def base(program: Path) -> list[str]:
    return [OURS, "--db", str(program), "--quiet", "--yes", "--as-of", AS_OF]


def with_buyers(data: Path) -> None:
    """A shop knows who bought: clicks and orders of buyers carry their address, other clicks only a visitor."""
    clicks, orders = data / "clicks-known.csv", data / "orders-known.csv"
    if not orders.exists():
        with (data / "orders.csv").open() as source, orders.open("w", newline="") as target:
            rows, out, buyers = csv.DictReader(source), csv.writer(target), set()
            out.writerow(["order", "date", "amount", "currency", "code", "customer"])
            for row in rows:
                buyers.add(row["visitor"])
                buyer = f"{row['visitor']}@shop.example"
                out.writerow([row["order_id"], row["ordered_at"], row["revenue"], "EUR", row["code"], buyer])
        with (data / "clicks.csv").open() as source, clicks.open("w", newline="") as target:
            rows, out = csv.reader(source), csv.writer(target)
            next(rows)
            out.writerow(["link", "date", "visitor", "customer"])
            for link, visitor, at in rows:
                out.writerow([link, at, visitor, f"{visitor}@shop.example" if visitor in buyers else ""])


def made(data: Path) -> Path:
    """The program: everything imported, and who the advocates are."""
    program = data / "reach.db"
    if program.exists():
        return program
    apart(with_buyers, data)
    clicks, orders = data / "clicks-known.csv", data / "orders-known.csv"
    subprocess.run([*base(program), "init", "--name", "bench", "--currency", "EUR", "--timezone", "UTC", "--preset", "saas"], check=True)
    apart(addresses, data)
    loads = [
        (data / "advocates-known.csv", "members"), (data / "activity.csv", "activity"), (clicks, "clicks"), (orders, "orders"),
    ]
    for file, kind in loads:
        if kind == "clicks":
            apart(joined, program, data)
        said(f"import {kind}", timed([*base(program), "import", str(file), "--as", kind]))
    return program


def said(what: str, run: Run, more: str = "") -> None:
    print(f"    {what:28} {run.wall:7.3f} s {run.cpu:7.3f} s CPU {run.megabytes:6.0f} MB{more}", flush=True)


def advocates(data: Path) -> list[dict]:
    with (data / "advocates.csv").open() as source:
        return list(csv.DictReader(source))


def addresses(data: Path) -> None:
    (data / "advocates-known.csv").write_text("email\n" + "".join(f"{one['Email']}\n" for one in advocates(data)))


def joined(program: Path, data: Path) -> None:
    """Stages, links and codes of the advocates, as the commands write them down, in one go."""
    day = 18_262
    with sqlite3.connect(program) as store:
        people = dict(store.execute("SELECT value, member FROM identities WHERE platform = 'email'"))
        for one in advocates(data):
            member = people[one["Email"].strip().lower()]
            store.execute("INSERT INTO stages (member, stage, at, day) VALUES (?, 'active', ?, ?)", (member, day * 86400, day))
            store.execute("INSERT INTO codes (member, code, from_day) VALUES (?, ?, ?)", (member, one["Code"], day))
            store.execute("INSERT INTO links (member, address, url, day) VALUES (?, ?, ?, ?)", (member, one["Link"], f"https://go.example/{one['Link']}", day))


def small(program: Path, data: Path, run: int) -> None:
    """A thousand acts and a thousand clicks more."""
    some = advocates(data)[:1000]
    acts, clicks = data / "more-acts.csv", data / "more-clicks.csv"
    acts.write_text("email,kind,date,platform,url,reach,engagements\n" + "".join(
        f"{one['Email']},post,2025-12-30T{run % 24:02d}:00:00Z,forum,https://forum.example/more/{run}/{row},100,4\n"
        for row, one in enumerate(some)))
    clicks.write_text("link,date,visitor\n" + "".join(
        f"{one['Link']},2025-12-30T{run % 24:02d}:00:00Z,more{run}-{row}\n" for row, one in enumerate(some)))
    for file, kind in ((acts, "activity"), (clicks, "clicks")):
        said(f"small import of {kind}", timed([*base(program), "import", str(file), "--as", kind]))


def main() -> None:
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        print("note: this shell limits memory (ulimit -v)")
    data, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    program = made(data)
    peer = data / "reach.duckdb"
    if not peer.exists():
        subprocess.run([sys.executable, str(HERE / "reach_peer.py"), "load", str(data), str(peer)], check=True)
    reports = {
        "ours": [*base(program), "measure", "reach", "--format", "csv", "-o", str(data / "reach.csv")],
        "ours, last 90 days": [*base(program), "measure", "reach", "--period", "last-90d", "--format", "csv", "-o", str(data / "reach-90.csv")],
        "DuckDB": [sys.executable, str(HERE / "reach_peer.py"), "report", str(data), str(peer)],
    }
    seen: dict[str, list[Run]] = {}
    for run in range(runs):
        for who, command in reports.items():
            seen.setdefault(who, []).append(timed(command))
        small(program, data, int(time.time()) % 100_000 * 10 + run)
        seen.setdefault("ours, after a small import", []).append(timed(reports["ours"]))
    middle = {who: Run(*(statistics.median(part) for part in zip(*map(astuple, all_runs)))) for who, all_runs in seen.items()}
    peer_run = middle["DuckDB"]
    for who, run in middle.items():
        said(who, run, f"   {run.wall / peer_run.wall:.2f} of DuckDB ({run.cpu / peer_run.cpu:.2f} in CPU)")


if __name__ == "__main__":
    main()
