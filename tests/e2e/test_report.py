"""Registers imported and reported: the published report, its variant, and a hundred random registers
against a naive count."""

import csv
import io
import json
import os
import random

import report_naive
from simpul import ROOT, Node, check, finish

DATA = ROOT / "tests" / "data"
HOLIDAYS = DATA / "holidays.csv"
REGISTERS = 100
ROWS_MAX = 30
COLUMNS = ["nomor", "diterima", "kanal", "jenis", "latar", "nama", "rincian", "pokok", "status", "keputusan", "pasal",
           "diberitahukan", "diserahkan", "diperpanjang"]


def add_unit(node, admin, code):
    body = {"unit": {"kode": code, "nama": code, "sebutan": "PPID Pelaksana", "kop": [], "pejabat": []}}
    done, _, err = node.send("daftarkan_unit", body, admin)
    assert done == 0, err


def begin(node):
    """(administrator, officer)"""
    node.start()
    admin = node.must("grant", "add", "new", "administrator", "*").strip()
    officer = node.must("grant", "add", "new", "ppid", "*", "--as", admin).strip()
    node.must("calendar", "load", str(HOLIDAYS), "--basis", "SKB 3 Menteri", "--as", admin)
    return admin, officer


def take_over(node, officer, unit, path):
    return node.ctl("import", str(path), "--unit", unit, "--as", officer)


def report(node, *arguments):
    out = node.must("report", *arguments)
    return json.loads(out) if "--json" in arguments else out


# --- the published report ---


def check_published():
    with Node() as node:
        admin, officer = begin(node)
        for unit, name, golden in (("JPW", "register-2021-Q3", "2021-Q3"),
                                   ("JPW-B", "register-2021-Q3-varian", "2021-Q3-b")):
            add_unit(node, admin, unit)
            code, out, err = take_over(node, officer, unit, DATA / f"{name}.csv")
            check(f"{name} is taken over", code == 0, out + err)
            check("and read by everybody", node.settle())
            expected = json.loads((DATA / f"{golden}.json").read_text())
            expected["unit"] = unit
            found = report(node, "--period", "2021-Q3", "--unit", unit, "--json")
            check(f"its report is {golden}.json, written by hand", found == expected,
                  report_naive.differences(report_naive.of_json(expected), report_naive.of_json(found)))
            rows = report_naive.read_rows(DATA / f"{name}.csv")
            naive = report_naive.report(rows, "2021-Q3", report_naive.read_holidays(HOLIDAYS))
            wrong = report_naive.differences(naive, report_naive.of_json(expected))
            check("the naive count agrees with what was written by hand", not wrong, wrong)
        check_text(node)
        check_csv(node)
        check_refusals(node)
        check_city(node)


def lines_of(text, title):
    """The lines of a table, words apart."""
    lines = text.splitlines()
    start = lines.index(title)
    return [line.split() for line in lines[start + 2:lines.index("", start)]]


def check_text(node):
    text = report(node, "--period", "2021-Q3", "--unit", "JPW")
    check("the text names its period", "Triwulan III Tahun 2021" in text.splitlines()[1], text)
    check("a table without requests prints as the document does",
          lines_of(text, "Data Pemohon Informasi Melalui Email") == [
              ["1.", "Perseorangan", "-", "-"], ["2.", "Kelompok", "orang", "-", "-"],
              ["3.", "Badan", "hukum", "-", "-"], ["Jumlah", "0", "0%"]], text)
    check("and one with requests too",
          lines_of(text, "Data Pemohon Informasi Melalui Instagram") == [
              ["1.", "Perseorangan", "2", "100%"], ["2.", "Kelompok", "orang", "0", "0%"],
              ["3.", "Badan", "hukum", "0", "0%"], ["Jumlah", "2", "100%"]], text)
    titles = [line for line in text.splitlines() if line.startswith("Tabel ")]
    check("tables 1 to 5 are numbered", titles == [f"Tabel {n}." for n in range(1, 6)], titles)
    check("the mean has a decimal comma", "Rata-rata waktu pelayanan: 3,33 hari kerja" in text, text)


def check_csv(node):
    text = report(node, "--period", "2021-Q3", "--unit", "JPW", "--csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    first = [(r["baris"], r["jumlah"], r["persen"]) for r in rows if r["nomor"] == "1"]
    check("a share of nothing is an empty cell",
          first == [("Perseorangan", "0", ""), ("Kelompok orang", "0", ""), ("Badan hukum", "0", ""),
                    ("Jumlah", "0", "")], first)
    check("shares have a decimal point", ("Instagram", "2", "66.67") in
          [(r["baris"], r["jumlah"], r["persen"]) for r in rows if r["tabel"] == "kanal"], text)
    check("no cell begins like a formula",
          not any(cell[:1] in "=+-@\t\r" for r in rows for cell in r.values() if cell), text)


def check_city(node):
    """A node without others is a city of one; federation tells its name."""
    found = report(node, "--city", "--period", "2021-Q3", "--json")
    rows = {row["unit"]: row for row in found["baris"]}
    check("the city has a row for each unit", sorted(rows) == ["JPW", "JPW-B"], found)
    whole = report(node, "--period", "2021-Q3", "--json")
    check("its sum is that of the node's own report",
          found["jumlah"]["rata_rata"] == whole["waktu"]["rata_rata"] and
          found["jumlah"]["diterima"] == sum(t["jumlah"] for t in whole["rincian"] if t["kode"] == "kanal"), found)
    check("and each row that of the unit's", rows["JPW"]["diterima"] == 3 and rows["JPW-B"]["dipenuhi"] == 1 and
          rows["JPW-B"]["ditolak_tidak_dijawab"] == 1 and rows["JPW"]["persen_tepat_waktu"] == 100, found)
    own = found["keadaan"]
    check("it says how far it has read, and as of when", len(own) == 1 and own[0]["sendiri"] and own[0]["keadaan_per"] and
          [a["aliran"] for a in own[0]["aliran"]] == ["intake", "workflow"], own)
    name = own[0]["simpul_nama"]
    for arguments in (["--node", name], ["--node", own[0]["simpul"]], ["--node", name, "--unit", "JPW"]):
        part = report(node, "--city", "--period", "2021-Q3", "--json", *arguments)
        check(f"{arguments[0]} by name or id keeps its rows",
              len(part["baris"]) == (1 if "--unit" in arguments else 2), part)
    text = report(node, "--city", "--period", "2021-Q3")
    check("the text has a row a unit and a sum", [line.split()[0] for line in text.splitlines()[5:9]] ==
          ["No.", "1.", "2.", "Jumlah"], text)
    rows = list(csv.DictReader(io.StringIO(report(node, "--city", "--period", "2021-Q3", "--csv"))))
    check("CSV has the same rows", [r["diterima"] for r in rows] == ["3", "2", "5"], rows)
    for arguments, exit_code in ((["--unit", "TIDAK-ADA"], 1), (["--node", "tiada"], 1), (["--csv", "--json"], 100)):
        code, out, err = node.ctl("report", "--city", "--period", "2021-Q3", *arguments)
        check(f"city {' '.join(arguments)} is refused", code == exit_code and not out and err, (code, out, err))


def check_refusals(node):
    for arguments, exit_code in ((["--period", "2021-Q5"], 100), ([], 100), (["--period", "2021", "--csv", "--json"], 100),
                                 (["--period", "2021", "--unit", "TIDAK-ADA"], 1)):
        code, out, err = node.ctl("report", *arguments)
        check(f"report {' '.join(arguments)} is refused with a word", code == exit_code and out == "" and err != "",
              (code, out, err))


# --- random registers ---


def random_row(chance, number):
    year = chance.choice([2020, 2021, 2021, 2021, 2022])
    received = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    row = {
        "nomor": f"{number:03}/PPID/{year}", "diterima": received, "nama": f"Pemohon {number}",
        "rincian": "Informasi", "kanal": chance.choice(report_naive.CHANNELS[:1 + chance.randint(0, 10)]),
        "jenis": chance.choice(report_naive.KINDS), "latar": chance.choice(report_naive.BACKGROUNDS + [""]),
        "pokok": chance.choice(["", *(f"pokok-{n}" for n in range(14))]),
        "diperpanjang": chance.choice(["", "ya", "tidak"]),
    }
    if chance.random() < 0.3:
        row["status"] = chance.choice(["", "diajukan", "perlu_dilengkapi", "diproses", *report_naive.ENDS])
        return row
    row["keputusan"] = chance.choice(report_naive.DECISIONS)
    row["status"] = chance.choice(["", "diputus", "selesai"])
    if row["keputusan"] in ("ditolak", "dikabulkan_sebagian"):
        row["pasal"] = " ".join(chance.sample("abcdefghij", chance.randint(0, 3)))
    day = report_naive.datetime.date.fromisoformat(received) + report_naive.DAY * chance.randint(0, 35)
    place = chance.choice(["diberitahukan", "diberitahukan", "diberitahukan", "diserahkan", None])
    if place:
        row[place] = day.isoformat()
    return row


def write_register(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)


def check_random():
    seed = int(os.environ.get("TEST_SEED", "0")) or random.SystemRandom().randint(1, 10 ** 9)
    chance = random.Random(seed)
    off = report_naive.read_holidays(HOLIDAYS)
    registers = {}
    print(f"TEST_SEED={seed}")
    with Node() as node:
        admin, officer = begin(node)
        for n in range(REGISTERS):
            unit = f"U{n:03}"
            registers[unit] = [random_row(chance, i + 1) for i in range(chance.randint(0, ROWS_MAX))]
            path = node.home / f"{unit}.csv"
            write_register(path, registers[unit])
            add_unit(node, admin, unit)
            code, out, err = take_over(node, officer, unit, path)
            if code != 0:
                check(f"register {unit} is taken over", False, out + err)
        check("all registers are read by everybody", node.settle(60))
        wrong = []
        for unit, rows in registers.items():
            text = chance.choice(["2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2021-S1", "2021", "2021-07"])
            found = report(node, "--period", text, "--unit", unit, "--json")
            wrong += [f"{unit} {text} {line}" for line in report_naive.differences(
                report_naive.report(rows, text, off), report_naive.of_json(found))]
        check(f"{len(registers)} random registers agree with a naive count, cell by cell", not wrong,
              "\n        ".join(wrong[:20]))
        together = [row for rows in registers.values() for row in rows]
        for text in ("2021-Q3", "2021", "2020", "2023-01"):
            wrong = report_naive.differences(
                report_naive.report(together, text, off),
                report_naive.of_json(report(node, "--period", text, "--json")))
            check(f"and all of them together in {text}", not wrong, "\n        ".join(wrong[:20]))
        city = report(node, "--city", "--period", "2021", "--json")
        counted = {unit: sum(row["diterima"].startswith("2021") for row in rows) for unit, rows in registers.items()}
        wrong = {row["unit"]: row["diterima"] for row in city["baris"] if row["diterima"] != counted[row["unit"]]}
        check("a city of a hundred units has a row for each, and its requests",
              len(city["baris"]) == len(registers) and not wrong and city["jumlah"]["diterima"] == sum(counted.values()),
              wrong)


check_published()
check_random()
finish()
