"""report_naive - a report counted from the rows of a register, cell by cell

Shares nothing with the programs: rows are dictionaries as read from the CSV, a
period is two dates, days are gone through one by one, shares are fractions.
"""

import csv
import datetime
from fractions import Fraction

DAY = datetime.timedelta(days=1)
CHANNELS = ["email", "instagram", "facebook", "x", "website", "whatsapp", "media_sosial_lain", "telepon",
            "faksimile", "surat", "datang_langsung"]
KINDS = ["perorangan", "kelompok", "badan_hukum"]
BACKGROUNDS = ["mahasiswa", "lsm", "media", "instansi", "swasta", "pengacara", "akademisi", "umum", "lainnya"]
DECISIONS = ["dikabulkan", "dikabulkan_sebagian", "ditolak", "tidak_dikuasai", "belum_didokumentasikan",
             "tidak_berhak"]
ENDS = ["gugur", "dicabut", "dialihkan"]
STATUS = {"dikabulkan": "dipenuhi", "dikabulkan_sebagian": "dipenuhi", "diproses": "diproses"}


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_holidays(path):
    """Days off: libur and cuti bersama alike, as for civil servants."""
    return {datetime.date.fromisoformat(row["date"]) for row in read_rows(path)}


def period(text):
    year = int(text[:4])
    first, months = 1, 12
    if text[5:6] == "Q":
        first, months = 3 * int(text[6]) - 2, 3
    elif text[5:6] == "S":
        first, months = 6 * int(text[6]) - 5, 6
    elif text[5:]:
        first, months = int(text[5:]), 1
    return [f"{year:04}-{month:02}" for month in range(first, first + months)]


def is_working(day, off):
    return day.isoweekday() <= 5 and day not in off


def working_days(start, end, off):
    count = 0
    while start < end:
        start += DAY
        count += is_working(start, off)
    return count


def after(start, days, off):
    while days > 0:
        start += DAY
        days -= is_working(start, off)
    return start


def word(text):
    return text.strip().lower().replace(" ", "_")


def outcome(row):
    if row.get("keputusan"):
        return word(row["keputusan"])
    status = word(row.get("status") or "")
    return status if status in ENDS else "diproses"


def answered(row):
    if not row.get("keputusan"):
        return None
    text = row.get("diberitahukan") or row.get("diserahkan")
    return datetime.date.fromisoformat(text) if text else None


def half_up(value, digits):
    """A JSON number with so many decimals."""
    scaled = value * 10 ** digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole / 10 ** digits


def share(part, whole):
    return None if whole == 0 else half_up(Fraction(100 * part, whole), 2)


def table(counts):
    """Rows of (code, count) with their shares, and the sum."""
    whole = sum(count for _, count in counts)
    return ([(code, count, share(count, whole)) for code, count in counts], whole, share(whole, whole))


def tally(codes, values):
    return table([(code, sum(1 for value in values if value == code)) for code in codes])


def statuses(rows):
    return tally(["dipenuhi", "ditolak_tidak_dijawab", "diproses"],
                 [STATUS.get(outcome(row), "ditolak_tidak_dijawab") for row in rows])


def span(days):
    for code, last in (("0", 0), ("1-3", 3), ("4-10", 10), ("11-17", 17)):
        if days <= last:
            return code
    return ">17"


def subjects(rows):
    names = [row["pokok"] for row in rows if row.get("pokok")]
    ranked = sorted(set(names), key=lambda name: (-names.count(name), name))
    counts = [(name, names.count(name)) for name in ranked[:10]]
    counts.append(("Pokok lain", sum(names.count(name) for name in ranked[10:])))
    counts.append(("Tanpa pokok", len(rows) - len(names)))
    return table(counts)


def punctual(row, off):
    received = datetime.date.fromisoformat(row["diterima"])
    due = after(received, 10, off)
    if word(row.get("diperpanjang") or "") == "ya":
        due = after(due, 7, off)
    return "tepat_waktu" if answered(row) <= due else "terlambat"


def letters(rows):
    return [letter for row in rows for letter in (row.get("pasal") or "").replace(",", " ").split()]


def report(all_rows, text, off):
    """{code of a table: (rows, sum, share of the sum)}, numbered tables in "nomor", and the figures of time."""
    months = period(text)
    rows = [row for row in all_rows if row["diterima"][:7] in months]
    done = [row for row in rows if answered(row) is not None]
    days = sorted(working_days(datetime.date.fromisoformat(row["diterima"]), answered(row), off) for row in done)
    by_channel = {code: [row for row in rows if word(row["kanal"]) == code] for code in CHANNELS}
    ret = {"nomor": []}
    for code in CHANNELS:
        if by_channel[code] or code == "email":
            ret["nomor"].append("pemohon_" + code)
            ret["pemohon_" + code] = tally(KINDS, [word(row["jenis"]) for row in by_channel[code]])
    for code in CHANNELS:
        if by_channel[code]:
            ret["nomor"].append("status_" + code)
            ret["status_" + code] = statuses(by_channel[code])
    ret["bulan"] = tally(months, [row["diterima"][:7] for row in rows])
    ret["kanal"] = tally(CHANNELS, [word(row["kanal"]) for row in rows])
    ret["pemohon"] = tally(KINDS, [word(row["jenis"]) for row in rows])
    ret["latar_belakang"] = tally(BACKGROUNDS, [word(row.get("latar") or "lainnya") for row in rows])
    ret["status"] = statuses(rows)
    ret["keputusan"] = tally(["diproses"] + DECISIONS + ENDS, [outcome(row) for row in rows])
    ret["pasal17"] = tally(list("abcdefghij"), letters(rows))
    ret["waktu"] = tally(["0", "1-3", "4-10", "11-17", ">17"], [span(n) for n in days])
    ret["ketepatan"] = tally(["tepat_waktu", "terlambat"], [punctual(row, off) for row in done])
    ret["pokok"] = subjects(rows)
    middle = [days[(len(days) - 1) // 2], days[len(days) // 2]] if days else []
    ret["angka"] = {
        "terjawab": len(days),
        "rata_rata": half_up(Fraction(sum(days), len(days)), 2) if days else None,
        "median": half_up(Fraction(sum(middle), 2), 2) if days else None,
        "tanpa_kalender": 0,
        "diperpanjang": sum(word(row.get("diperpanjang") or "") == "ya" for row in rows),
        "lewat_tenggat": 0,
    }
    return ret


def of_json(answer):
    """The program's JSON in the same form."""
    ret = {"nomor": [t["kode"] for t in answer["tabel"]], "angka": answer["waktu"]}
    for t in answer["tabel"] + answer["rincian"]:
        rows = [(row["nama" if t["kode"] == "pokok" else "kode"], row["jumlah"], row["persen"]) for row in t["baris"]]
        ret[t["kode"]] = (rows, t["jumlah"], t["persen"])
    return ret


def differences(expected, found):
    """Cell by cell: what each side says where they differ."""
    ret = []
    for code in sorted(set(expected) | set(found)):
        one, other = expected.get(code), found.get(code)
        if one == other:
            continue
        if not isinstance(one, tuple) or not isinstance(other, tuple) or len(one[0]) != len(other[0]):
            ret.append(f"{code}: {one} is {other}")
            continue
        ret += [f"{code}: {a} is {b}" for a, b in zip(one[0] + [one[1:]], other[0] + [other[1:]]) if a != b]
    return ret
