#!/usr/bin/env python3
"""Makes the exports of the ten weeks, with what is planted in them. The same bytes every time.

usage: make.py FOLDER

Planted: the twelve whose work is lifted in week 3 (drawn by lot) make 1.8 times as many posts from then on; four people fall
silent in week 7; everyone else keeps their own rhythm. Nobody here exists.
"""
import csv
import datetime
import random
import sys
from pathlib import Path

FIRST = datetime.date(2026, 4, 6)  # a Monday
WEEK_1 = datetime.date(2026, 8, 31)
LIFTED_ON = WEEK_1 + datetime.timedelta(weeks=2)
SILENT_FROM = WEEK_1 + datetime.timedelta(weeks=6)
END = WEEK_1 + datetime.timedelta(weeks=10)
FACTOR = 1.8
GIVEN = ["Ana", "Bo", "Chloé", "Dmitri", "Elif", "Fanta", "小禾", "Ngọc", "Søren", "Zoë", "Ines", "Kofi"]


def people(rng):
    """Thirty-six who joined in spring, six who join in week 1, forty others of the forum."""
    circle = []
    for number in range(1, 83):
        kind = "circle" if number <= 36 else "newcomer" if number <= 42 else "forum"
        rate = {"circle": rng.uniform(1.8, 4.0), "newcomer": 1.2, "forum": rng.uniform(0.3, 0.9)}[kind]
        joined = FIRST + datetime.timedelta(days=7 + rng.randrange(56)) if kind == "circle" else WEEK_1
        name = f"{GIVEN[number % 12]} {number:02}"
        circle.append({"number": number, "kind": kind, "rate": rate, "joined": joined, "name": name})
    by_lot = rng.sample([one["number"] for one in circle[:36]], 12)
    # One of those who were lifted and three of the others, so that the two groups stay comparable.
    others = [one["number"] for one in circle[:36] if one["number"] not in by_lot]
    silent = by_lot[:1] + rng.sample(others, 3)
    for one in circle:
        one["lifted"] = one["number"] in by_lot
        one["silent"] = one["number"] in silent
    return circle


def email(one):
    return f"sample{one['number']:02}@example.com"


def acts(rng, circle):
    day = FIRST
    while day < END:
        for one in circle:
            rate = one["rate"]
            if one["kind"] == "newcomer" and day < WEEK_1 + datetime.timedelta(days=4):
                rate = 0.0
            if one["lifted"] and day >= LIFTED_ON:
                rate *= FACTOR
            if one["silent"] and day >= SILENT_FROM:
                rate = 0.0
            if rng.random() < rate / 7:
                post = rng.random() < (0.9 if one["kind"] != "forum" else 0.4)
                reach = int(rng.lognormvariate(5.2, 0.7)) if post else ""
                likes = sum(rng.random() < 0.06 for _ in range(int(reach))) if post else ""
                yield day, one, "post" if post else "reply", rng.randrange(8, 20), reach, likes
        day += datetime.timedelta(days=1)


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main():
    folder = Path(sys.argv[1])
    rng = random.Random(20260831)
    circle = people(rng)
    write(folder / "members.csv", ["email", "name", "language"],
          [[email(one), one["name"], "zh" if "小" in one["name"] else "en"] for one in circle])
    write(folder / "circle.csv", ["email", "joined", "lifted"],
          [[email(one), one["joined"], "yes" if one["lifted"] else ""] for one in circle if one["kind"] != "forum"])
    write(folder / "planted.csv", ["email", "what"],
          [[email(one), what] for one in circle for what in ("lifted", "silent") if one[what]])
    files = {}
    for number, (day, one, kind, hour, reach, likes) in enumerate(acts(rng, circle), 1):
        week = max(0, (day - WEEK_1).days // 7 + 1) if day >= WEEK_1 else 0
        at = f"{day}T{hour:02}:{number % 60:02}:00Z"
        url = f"https://forum.sheetwren.example/t/{number}"
        title = f"Sheet {number}" if kind == "post" else ""
        files.setdefault(week, []).append([email(one), "discourse", kind, at, url, title, reach, likes])
    header = ["email", "platform", "kind", "date", "url", "title", "reach", "engagements"]
    for week, rows in files.items():
        write(folder / (f"week-{week:02}.csv" if week else "before.csv"), header, rows)


if __name__ == "__main__":
    main()
