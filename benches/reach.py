#!/usr/bin/env python3
"""Times `measure reach` beside DuckDB on the same rows: the first run, and again after a small import.

usage: reach.py FOLDER [RUNS]   FOLDER holds activity.csv, clicks.csv, orders.csv and advocates.csv (see README.md); RUNS defaults to 3
Needs: the release build (cargo build --release), and DuckDB for Python (pip install duckdb).
The program is kept in FOLDER/reach.db and made once. GROUNDSWELL names another binary than the release build.
"""
import csv
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = os.environ.get("GROUNDSWELL", str(HERE.parent / "target" / "release" / "groundswell"))
AS_OF = "2026-01-01"


def timed(command: list[str], **extra) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak megabytes of a command that must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **extra)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        sys.exit(f"FAILED ({process.returncode}): {' '.join(command)}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def base(program: Path) -> list[str]:
    return [OURS, "--db", str(program), "--quiet", "--yes", "--as-of", AS_OF]


def with_buyers(data: Path) -> tuple[Path, Path]:
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
    return clicks, orders


def made(data: Path) -> Path:
    """The program: everything imported, and who the advocates are."""
    program = data / "reach.db"
    if program.exists():
        return program
    clicks, orders = with_buyers(data)
    subprocess.run([*base(program), "init", "--name", "bench", "--currency", "EUR", "--timezone", "UTC", "--preset", "saas"], check=True)
    with (data / "advocates.csv").open() as source:
        advocates = list(csv.DictReader(source))
    (data / "advocates-known.csv").write_text("email\n" + "".join(f"{one['Email']}\n" for one in advocates))
    loads = [
        (data / "advocates-known.csv", "members"), (data / "activity.csv", "activity"), (clicks, "clicks"), (orders, "orders"),
    ]
    for file, kind in loads:
        if kind == "clicks":
            joined(program, advocates)
        wall, cpu, memory = timed([*base(program), "import", str(file), "--as", kind])
        print(f"    import {kind:10} {wall:7.2f} s {cpu:7.2f} s CPU {memory:6.0f} MB")
    return program


def joined(program: Path, advocates: list[dict]) -> None:
    """Stages, links and codes of the advocates, as the commands write them down, in one go."""
    day = 18_262
    with sqlite3.connect(program) as store:
        people = dict(store.execute("SELECT value, member FROM identities WHERE platform = 'email'"))
        for one in advocates:
            member = people[one["Email"].strip().lower()]
            store.execute("INSERT INTO stages (member, stage, at, day) VALUES (?, 'active', ?, ?)", (member, day * 86400, day))
            store.execute("INSERT INTO codes (member, code, from_day) VALUES (?, ?, ?)", (member, one["Code"], day))
            store.execute("INSERT INTO links (member, address, url, day) VALUES (?, ?, ?, ?)", (member, one["Link"], f"https://go.example/{one['Link']}", day))


def small(program: Path, data: Path, run: int) -> None:
    """A thousand acts and a thousand clicks more."""
    with (data / "advocates.csv").open() as source:
        advocates = [row for _, row in zip(range(1000), csv.DictReader(source))]
    acts, clicks = data / "more-acts.csv", data / "more-clicks.csv"
    acts.write_text("email,kind,date,platform,url,reach,engagements\n" + "".join(
        f"{one['Email']},post,2025-12-30T{run % 24:02d}:00:00Z,forum,https://forum.example/more/{run}/{row},100,4\n"
        for row, one in enumerate(advocates)))
    clicks.write_text("link,date,visitor\n" + "".join(
        f"{one['Link']},2025-12-30T{run % 24:02d}:00:00Z,more{run}-{row}\n" for row, one in enumerate(advocates)))
    for file, kind in ((acts, "activity"), (clicks, "clicks")):
        wall, cpu, memory = timed([*base(program), "import", str(file), "--as", kind])
        print(f"    small import of {kind:9} {wall:7.2f} s {cpu:7.2f} s CPU {memory:6.0f} MB")


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
    seen: dict[str, list[tuple[float, float, float]]] = {}
    for run in range(runs):
        for who, command in reports.items():
            seen.setdefault(who, []).append(timed(command))
        small(program, data, int(time.time()) % 100_000 * 10 + run)
        seen.setdefault("ours, after a small import", []).append(timed(reports["ours"]))
    middle = {who: [statistics.median(figure) for figure in zip(*figures)] for who, figures in seen.items()}
    for who, (wall, cpu, memory) in middle.items():
        ratio = wall / middle["DuckDB"][0], cpu / middle["DuckDB"][1]
        print(f"    {who:28} {wall:7.3f} s {cpu:7.3f} s CPU {memory:6.0f} MB   {ratio[0]:.2f} of DuckDB ({ratio[1]:.2f} in CPU)")


main()
