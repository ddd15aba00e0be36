#!/usr/bin/env python3
"""Times our import beside the peers' on the same files in one run, and prints medians and ratios.

usage: loads.py FOLDER [RUNS]   FOLDER holds nps.csv, activity.csv and clicks.csv (see generate.py); RUNS defaults to 3
Needs: the release build (cargo build --release), sqlite3, and DuckDB for Python (pip install duckdb).
"""
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import HERE, OURS, Run, timed

WORKLOADS = {"answers": "nps.csv", "acts": "activity.csv", "clicks": "clicks.csv"}


def ours(csv: Path, folder: Path) -> dict[str, Run]:
    program = folder / "groundswell.db"
    base = [OURS, "--db", str(program), "--quiet", "--yes"]
    subprocess.run([*base, "init", "--name", "bench", "--currency", "EUR", "--timezone", "UTC", "--preset", "saas"], check=True)
    load = [*base, "--as-of", "2026-01-01", "import", str(csv)]
    first = timed(load)
    print(f"    the program's file is {program.stat().st_size / csv.stat().st_size:.2f} of the CSV")
    return {"ours": first, "ours again": timed(load)}


def peers(workload: str, csv: Path, folder: Path) -> dict[str, Run]:
    script = f".mode csv\nPRAGMA journal_mode = OFF;\nPRAGMA synchronous = OFF;\n.import '{csv}' raw\n"
    (folder / "import.sql").write_text(script)
    with (folder / "import.sql").open() as source:
        shell = timed(["sqlite3", str(folder / "shell.db")], stdin=source)
    duck = timed([sys.executable, str(HERE / "peers.py"), workload, str(csv), str(folder / "peer.duckdb")])
    return {"sqlite3 .import": shell, "DuckDB": duck}


def main() -> None:
    data, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    # Some memory limits are inherited; say so rather than be surprised.
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        print("note: this shell limits memory (ulimit -v)")
    for workload, name in WORKLOADS.items():
        csv = data / name
        if not csv.exists():
            print(f"{workload}: no {csv}, left out")
            continue
        print(f"{workload}: {name}, {csv.stat().st_size / 1e6:.0f} MB, {runs} runs in turn")
        seen: dict[str, list[Run]] = {}
        for _ in range(runs):
            folder = Path(tempfile.mkdtemp(dir=data))
            try:
                for who, figures in {**ours(csv, folder), **peers(workload, csv, folder)}.items():
                    seen.setdefault(who, []).append(figures)
            finally:
                shutil.rmtree(folder)
        middle = {who: statistics.median(run.wall for run in all_runs) for who, all_runs in seen.items()}
        for who, all_runs in seen.items():
            memory = statistics.median(run.megabytes for run in all_runs)
            ratios = ", ".join(f"{middle[who] / middle[peer]:.2f} of {peer}" for peer in ("sqlite3 .import", "DuckDB"))
            print(f"    {who:16} {middle[who]:7.2f} s {memory:6.0f} MB   {ratios}")


if __name__ == "__main__":
    main()
