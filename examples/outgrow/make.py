#!/usr/bin/env python3
"""Makes the exports of an invented program: plainly invented people, the same bytes for the same size.

usage: make.py FOLDER MEMBERS EVENTS ADVOCATES   of the events two in five are clicks, the others acts
"""
import datetime
import random
import sys
from pathlib import Path

START, DAYS = datetime.date(2025, 1, 1), 365
SAYINGS = ["", "works well", "很好用", 'they said ""finally""', "très bien 👍", "two lines\nof praise"]


def main() -> None:
    folder, members, events, advocates = Path(sys.argv[1]), *(int(word) for word in sys.argv[2:5])
    rng = random.Random(11)
    days = [(START + datetime.timedelta(days=day)).isoformat() for day in range(DAYS)]

    def day() -> str:
        return days[int(DAYS * rng.random())]

    def someone() -> int:
        return int(members * rng.random() ** 2)

    def write(name: str, header: str, rows) -> None:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(header + "\n")
            file.writelines(row + "\n" for row in rows)

    write("members", "email,name,joined,country", (f"reader{n}@example.com,Reader {n},{days[n % 90]},DE" for n in range(members)))
    write("nps", "response_id,email,score,comment,date", (
        f'r{n},reader{someone()}@example.com,{int(11 * rng.random())},"{SAYINGS[n % 6]}",{day()}' for n in range(members // 2)))
    kinds = ("like", "like", "reply", "post")
    acts = events - events * 2 // 5
    write("activity", "email,platform,kind,date,url,reach,engagements", (
        f"reader{someone() if n % 10 else n // 10 % advocates}@example.com,forum,{kinds[n % 4]},{day()},"
        f"https://forum.example/{n},{100 + int(900 * rng.random())},{int(90 * rng.random())}" for n in range(acts)))
    write("clicks", "link,date,visitor,customer", (
        f"https://go.example.com/a{int(advocates * rng.random() ** 2)},{day()},v{int(members * rng.random())},"
        + (f"reader{someone()}@example.com" if n % 5 == 0 else "") for n in range(events * 2 // 5)))
    write("orders", "order,date,amount,currency,code,customer,status", (
        f"o{n},{day()},{int(1000 + 8000 * rng.random()) / 100:.2f},EUR,"
        + (f"CODE{int(advocates * rng.random())}" if n % 4 == 0 else "") + f",reader{someone()}@example.com,paid"
        for n in range(max(50, events // 100))))


main()
