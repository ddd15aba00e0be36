#!/usr/bin/env python3
"""Loads programs of growing size and times what is asked of them: whether growth stays no worse than linear.

usage: scale.py FOLDER [SIZES] [LIMIT_MB] [again]   SIZES such as 0.1,1 (the default); 1 is a million members, twenty million
acts, fifty million clicks, two hundred thousand orders; of any size thirty advocates with a link each. LIMIT_MB bounds the
memory of every command (ulimit -v), 0 does not. With `again` the programs that are there are asked, and nothing is loaded.
Needs: the release build (cargo build --release). Writes FOLDER/scale.csv: size, command, seconds, seconds of CPU, megabytes.

Run it on a machine with nothing else running, with 40 GB of disk for size 1.
"""
import csv
import datetime
import random
import resource
import subprocess
import sys
from pathlib import Path

from timing import OURS, Run, timed

START = datetime.date(2024, 1, 1)
DAYS = 900
LINKS = 10_000
ADVOCATES = 30
# What a command may grow by when the program grows tenfold: tenfold, and a tenth for trees that are deeper.
WORST = 1.1


def day(rng: random.Random) -> str:
    return (START + datetime.timedelta(days=rng.randrange(DAYS))).isoformat()


def write(path: Path, header: str, count: int, row) -> None:
    """A file of `count` rows; one that is there is kept."""
    if path.exists():
        return
    rng = random.Random(path.name)
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        for number in range(count):
            file.write(row(number, rng) + "\n")
    draft.rename(path)


def files(folder: Path, size: float) -> list[tuple[Path, str]]:
    """The exports of a program, in the order they are loaded in, each with its kind."""
    people, links = int(1_000_000 * size), max(ADVOCATES, int(LINKS * size))
    someone = lambda rng: f"reader{int(people * rng.random() ** 2)}@example.com"
    folder.mkdir(parents=True, exist_ok=True)
    made = [
        ("members", "members", "email,name,joined,country", people,
         lambda n, rng: f"reader{n}@example.com,Reader {n},{day(rng)},DE"),
        ("nps", "nps", "response_id,email,score,date", people,
         lambda n, rng: f"r{n},{someone(rng)},{rng.randrange(11)},{day(rng)}"),
        ("activity", "activity", "email,platform,kind,date,url,reach,engagements", int(20_000_000 * size),
         lambda n, rng: f"{someone(rng)},forum,{rng.choice(('like', 'reply', 'post'))},{day(rng)},https://forum.example/{n},{rng.randrange(900)},{rng.randrange(9)}"),
        ("clicks", "clicks", "link,date,visitor", int(50_000_000 * size),
         lambda n, rng: f"https://go.example.com/{int(links * rng.random() ** 2)},{day(rng)},v{rng.randrange(people)}"),
        ("orders", "orders", "order,date,amount,currency,code,customer,status", int(200_000 * size),
         lambda n, rng: f"o{n},{day(rng)},{rng.randrange(1000, 9000) / 100},EUR,{f'CODE{rng.randrange(links)}' if rng.random() < 0.3 else ''},{someone(rng)},paid"),
    ]
    for name, _, header, count, row in made:
        write(folder / f"{name}.csv", header, count, row)
    return [(folder / f"{name}.csv", kind) for name, kind, *_ in made]


def measure(folder: Path, size: float, limit: int, again: bool) -> dict[str, Run]:
    program = folder / "groundswell.db"
    seen = {}
    bound = lambda: limit and resource.setrlimit(resource.RLIMIT_AS, (limit << 20, limit << 20))
    base = [OURS, "--db", str(program), "--yes", "--quiet", "--as-of", "2026-06-30"]
    def run(name: str, *words: str) -> None:
        seen[name] = timed([*base, *words], preexec_fn=bound)
        print(f"    {name:24} {seen[name].wall:9.2f} s {seen[name].cpu:9.2f} s CPU {seen[name].megabytes:7.0f} MB", flush=True)
    if not again:
        exports = files(folder, size)
        for left in folder.glob("groundswell.db*"):
            left.unlink()
        run("init", "init", "--name", "scale", "--currency", "EUR", "--timezone", "UTC", "--preset", "saas")
        for path, kind in exports:
            run(f"import {kind}", "import", str(path), "--as", kind)
    early = [*base[:-1], START.isoformat()]
    for number in range(ADVOCATES):
        who, link = f"reader{number}@example.com", f"https://go.example.com/{number}"
        for words in (["member", "stage", who, "active"], ["share", "link", who, "https://example.com/", "--short", link]):
            subprocess.run([*early, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    run("shortlist", "identify", "shortlist", "--top", str(max(10, int(100 * size))))
    run("rank", "identify", "rank", "--top", "500")
    run("reach", "measure", "reach")
    run("credit", "measure", "credit", "--model", "last")
    run("summary", "measure", "summary")
    run("report", "report", "-o", str(folder / "report.html"))
    run("trough", "amplify", "trough")
    run("next", "next")
    run("status", "status")
    run("backup", "backup", str(folder / "copy.db"), "--afresh")
    run("check", "check")
    print(f"    the file: {program.stat().st_size / 1e9:.2f} GB")
    return seen


def main() -> None:
    data = Path(sys.argv[1])
    sizes = [float(size) for size in (sys.argv[2] if len(sys.argv) > 2 else "0.1,1").split(",")]
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    again = sys.argv[4:5] == ["again"]
    figures: dict[float, dict[str, Run]] = {}
    for size in sizes:
        print(f"size {size:g}")
        figures[size] = measure(data / f"size-{size:g}", size, limit, again)
    with (data / "scale.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["size", "command", "seconds", "cpu_seconds", "megabytes"])
        for size, seen in figures.items():
            out.writerows([size, name, f"{run.wall:.3f}", f"{run.cpu:.3f}", f"{run.megabytes:.0f}"] for name, run in seen.items())
    for small, large in zip(sizes, sizes[1:]):
        print(f"from {small:g} to {large:g}, {large / small:g} times the rows:")
        for name, run in figures[large].items():
            before = figures[small][name]
            # A command that takes no time at all grows by its start.
            growth = run.cpu / max(before.cpu, 0.05) / (large / small)
            worse = "   WORSE THAN LINEAR" if growth > WORST else ""
            print(f"    {name:24} {run.wall / max(before.wall, 0.001):7.1f} times the time, {run.cpu / max(before.cpu, 0.001):7.1f} times the CPU{worse}")


if __name__ == "__main__":
    main()
