#!/usr/bin/env python3
"""Makes the files that the workloads read: plainly invented, the same bytes for the same size.

usage: generate.py FOLDER [SIZE]   SIZE 1 is a million answers, five million acts and ten million clicks
"""
import csv
import datetime
import random
import sys
from pathlib import Path

GIVEN = ["Ana", "Bo", "Chloé", "Dmitri", "Elif", "Françoise", "小明", "Ngọc", "Søren", "Zoë"]
FAMILY = ["Abara", "Brandt, Jr.", "Çelik", "D'Arcy", "Estévez", "Fjord", "王", "Hale-Moss", "Ito", "Jansen"]
SAYINGS = [
    "",
    "",
    "",
    "works well",
    "slow, but worth it",
    'they said "finally"',
    "two lines\nof praise",
    "très bien 👍",
    "很好用",
    "the export took a while and the second page was empty, yet support answered within the hour",
]
START = datetime.datetime(2023, 1, 1)


def moment(rng: random.Random, step: float) -> str:
    at = START + datetime.timedelta(seconds=int(step * 94_000_000) + rng.randrange(20_000))
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def address(person: int, rng: random.Random) -> str:
    text = f"{'abcdefghij'[person % 10]}.reader{person}@example.{('com', 'org', 'net')[person % 3]}"
    return text.upper() if rng.random() < 0.1 else text


def heavy(rng: random.Random, people: int) -> int:
    return int(people * rng.random() ** 3)


def write(path: Path, header: list[str], rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def answers(size: float):
    rng, rows, people = random.Random(1), int(1_000_000 * size), int(600_000 * size)
    for row in range(rows):
        person = row if row < people else heavy(rng, people)
        name = f"{GIVEN[person % 10]} {FAMILY[person // 10 % 10]}"
        score = rng.choice((10, 10, 10, 9, 9, 8, 8, 7, 6, 5, 3, 0))
        yield [f"a{row:09x}", address(person, rng), name, score, rng.choice(SAYINGS), moment(rng, row / rows)]


def acts(size: float):
    rng, rows, people = random.Random(2), int(5_000_000 * size), int(600_000 * size)
    for row in range(rows):
        kind = rng.choice(("like", "like", "reply", "post", "solution"))
        reach = "" if kind == "like" else rng.randrange(1, 4000)
        url = f"https://forum.example.org/t/topic-{row % 977}/{row}"
        yield [address(heavy(rng, people), rng), kind, moment(rng, row / rows), "forum", url, reach, rng.randrange(9)]


def satisfied(size: float):
    rng, rows, people = random.Random(4), int(300_000 * size), int(600_000 * size)
    for row in range(rows):
        yield [f"s{row:09x}", address(heavy(rng, people), rng), rng.choice((5, 5, 4, 4, 3, 2, 1)), moment(rng, row / rows)]


def accounts(size: float):
    rng, people = random.Random(5), int(600_000 * size)
    for person in range(people):
        since = START - datetime.timedelta(days=rng.randrange(2000))
        yield [address(person, rng), since.strftime("%Y-%m-%d"), f"{rng.randrange(1, 900_000) / 100:.2f}", rng.randrange(91)]


def clicks(size: float):
    rng, rows = random.Random(3), int(10_000_000 * size)
    for row in range(rows):
        link = f"https://go.example.org/{heavy(rng, 10_000):05d}"
        yield [link, f"v{heavy(rng, int(2_000_000 * size) + 1):07d}", moment(rng, row / rows)]


def main() -> None:
    folder = Path(sys.argv[1])
    size = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "nps.csv", ["Response ID", "Email", "Name", "Score", "Comment", "Responded At"], answers(size))
    header = ["email", "kind", "occurred_at", "platform", "url", "reach", "engagements"]
    write(folder / "activity.csv", header, acts(size))
    write(folder / "csat.csv", ["Response ID", "Email", "Score", "Responded At"], satisfied(size))
    write(folder / "accounts.csv", ["Email", "Customer Since", "Lifetime Value", "Active Days 90d"], accounts(size))
    write(folder / "clicks.csv", ["link", "visitor", "clicked_at"], clicks(size))


main()
