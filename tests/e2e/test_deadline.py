"""The verb deadline from outside: the examples of the domain page,
random dates and holiday tables counted again with Python's own calendar, and bad input."""

import csv
import datetime
import json
import os
import random
import subprocess
import tempfile

from simpul import BIN, ROOT, check, finish

PPIDCTL = BIN / "ppidctl"
HOLIDAYS = ROOT / "tests" / "data" / "holidays.csv"
RANDOM_TABLES = 5 if os.environ.get("TEST_MODE") == "quick" else 80
CALLS_PER_TABLE = 40
DAY = datetime.timedelta(days=1)

EXAMPLES = {
    "2021-05-05": "2021-05-10 2021-05-24 2021-06-04 2021-05-31 2021-06-23 2021-10-04",
    "2026-03-17": "2026-03-27 2026-04-08 2026-04-17 2026-04-14 2026-05-07 2026-08-24",
    "2026-12-18": "2026-12-23 2027-01-07 2027-01-18 2027-01-13 2027-02-04 2027-06-03",
}
EXAMPLE_DAYS = (3, 10, 17, 14, 30, 100)

def run(*arguments):
    done = subprocess.run(
        [PPIDCTL, "deadline", *map(str, arguments)], capture_output=True, text=True, timeout=20
    )
    return done.returncode, done.stdout, done.stderr


def count(rows, start, days, cuti_bersama_counts, first_day_counts):
    """The due date by counting days off one by one."""
    off = {date for date, kind in rows if kind == "libur" or not cuti_bersama_counts}
    day = start if first_day_counts else start + DAY
    while True:
        if day.isoweekday() <= 5 and day not in off:
            days -= 1
            if days == 0:
                return day
        day += DAY


def read_table(name):
    with open(name, newline="", encoding="utf-8") as file:
        return [
            (datetime.date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(file)
        ]


def check_examples():
    for start, dates in EXAMPLES.items():
        for days, expected in zip(EXAMPLE_DAYS, dates.split()):
            answer = run("--from", start, "--days", days, "--holidays", HOLIDAYS)
            check(
                f"{start} and {days} working days is {expected}",
                answer == (0, expected + "\n", ""),
                answer,
            )


def compare(name, rows, chance):
    """One random question; the difference as text, or None."""
    year = chance.choice(sorted({date.year for date, _ in rows}))
    start = datetime.date(year, 1, 1) + chance.randrange(366) * DAY
    days = chance.choice((1, 2, 3, 7, 10, 14, 17, 30, 100, chance.randrange(1, 300)))
    cuti, first = chance.random() < 0.5, chance.random() < 0.3
    flags = ["--cuti-bersama-counts"] * cuti + ["--first-day-counts"] * first
    expected = f"{count(rows, start, days, cuti, first)}\n"
    code, out, err = run("--from", start, "--days", days, "--holidays", name, *flags)
    if code == 0 and out == expected:
        return None
    return f"{start} {days} {flags}: {out!r} {err!r}, expected {expected!r}"


def check_random(chance, folder):
    wrong = []
    for number in range(RANDOM_TABLES):
        name = HOLIDAYS
        rows = read_table(HOLIDAYS)
        if number > 0:
            name = os.path.join(folder, f"table-{number}.csv")
            first = datetime.date(chance.randrange(1950, 2200), 1, 1)
            dates = chance.sample(range(800), chance.randrange(1, 120))
            rows = [(first + at * DAY, chance.choice(("libur", "cuti_bersama"))) for at in dates]
            with open(name, "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator=chance.choice(("\n", "\r\n")))
                writer.writerow(("date", "name", "kind"))
                writer.writerows((date, 'Hari "A", B', kind) for date, kind in rows)
        wrong += filter(None, (compare(name, rows, chance) for _ in range(CALLS_PER_TABLE)))
    check(
        f"{RANDOM_TABLES * CALLS_PER_TABLE} random dates agree with counting one by one",
        not wrong,
        wrong[:3],
    )


def check_explanations():
    question = ("--from", "2026-03-17", "--days", "10", "--holidays", HOLIDAYS)
    code, out, _ = run(*question, "--explain")
    lines = out.splitlines()
    check("the first line of an explanation is the date", code == 0 and lines[0] == "2026-04-08")
    check("every day is explained, from receipt to the due date", len(lines) == 1 + 23, len(lines))
    check("an explanation names the holiday", any("Hari Suci Nyepi" in line for line in lines))
    answer = json.loads(run(*question, "--json", "--explain")[1])
    check("the JSON form has the same date", answer["jatuh_tempo"] == "2026-04-08", answer)
    counted = [day for day in answer["perincian"] if day["jenis"] == "hari_kerja"]
    check(
        "the JSON form counts the same days",
        [day["hari_kerja_ke"] for day in counted] == list(range(1, 11)),
    )
    code, out, err = run("--from", "2027-12-20", "--days", "10", "--holidays", HOLIDAYS)
    check(
        "a year without a published calendar is computed with a warning",
        code == 0 and out == "2028-01-04\n" and "peringatan" in err,
        (code, out, err),
    )


def check_refusals(folder):
    bad_table = os.path.join(folder, "bad.csv")
    with open(bad_table, "w", encoding="utf-8") as file:
        file.write("date,name,kind\n2026-01-01,A,libur\n2026-02-30,B,libur\n")
    good = {"--from": "2026-03-17", "--days": "10", "--holidays": HOLIDAYS}
    for option, value in (
        ("--from", "2026-02-29"),
        ("--from", "17-03-2026"),
        ("--from", ""),
        ("--from", "9999-12-31"),
        ("--days", "0"),
        ("--days", "-1"),
        ("--days", "ten"),
        ("--days", "1001"),
        ("--days", "99999999999999999999999"),
        ("--holidays", os.path.join(folder, "none.csv")),
        ("--holidays", folder),
        ("--holidays", bad_table),
    ):
        arguments = [f"{name}={text}" for name, text in {**good, option: value}.items()]
        code, out, err = run(*arguments)
        check(
            f"{option}={value} is refused by name with exit code 1",
            code == 1 and out == "" and option in err,
            (code, out, err),
        )
    code, out, err = run(*[f"{n}={v}" for n, v in {**good, "--holidays": bad_table}.items()])
    check("a bad row is named by its line", "baris 3" in err and "date" in err, err)
    for arguments in ((), ("--from",), ("--bogus",), ("extra",), ("--days=1", "--days=2")):
        code, out, err = run(*arguments)
        check(
            f"wrong usage {arguments} ends with exit code 100",
            code == 100 and out == "" and "Penggunaan" in err,
            (code, out, err),
        )


def main():
    seed = int(os.environ.get("TEST_SEED", random.randrange(2**32)))
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        check_examples()
        check_random(random.Random(seed), folder)
        check_explanations()
        check_refusals(folder)
    finish()


main()
