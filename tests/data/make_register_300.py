"""Writes register-300.csv and register-300.refused: an old register of 300 rows with planted faults.

The same each time. Unit UTAMA, year 2024, every channel, kind and decision; the numbers 17 and 120 to 122
are missing, as in real registers. The refused file says which lines are not taken: line, code, column.
"""

import csv
import datetime
import io
import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent
KANAL = ["datang_langsung", "telepon", "faksimile", "surat", "email", "website", "whatsapp", "instagram", "facebook",
         "x", "media_sosial_lain"]
JENIS = ["perorangan", "kelompok", "badan_hukum"]
LATAR = ["mahasiswa", "lsm", "media", "instansi", "swasta", "pengacara", "akademisi", "umum", "lainnya"]
KEPUTUSAN = ["dikabulkan", "dikabulkan_sebagian", "ditolak", "tidak_dikuasai", "belum_didokumentasikan",
             "tidak_berhak"]
DEPAN = ["Agus", "Budi", "Citra", "Dewi", "Eka", "Fajar", "Gita", "Hendra", "Indah", "Joko", "Kartika", "Lukman",
         "Made", "Nurul", "Oki", "Putri", "Rahmat", "Sari", "Teguh", "Umar", "Vina", "Wayan", "Yanti", "Zainal"]
BELAKANG = ["Santoso", "Wijaya", "Lestari", "Pratama", "Hidayat", "Siregar", "Nasution", "Kusuma", "Utami", "Saputra"]
HAL = ["anggaran", "pengadaan", "perizinan", "kepegawaian", "statistik", "aset", "bantuan"]
ROMAWI = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
HEAD = ["nomor", "diterima", "kanal", "jenis", "latar", "nama", "nik", "identitas_lain", "alamat", "telepon", "email",
        "pekerjaan", "rincian", "tujuan", "cara", "salinan", "pokok", "status", "keputusan", "pasal", "diberitahukan",
        "diserahkan", "dikuasai", "badan_lain", "bentuk", "biaya", "cara_bayar", "alasan_penolakan", "diperpanjang"]
ROWS = 300
MISSING = {17, 120, 121, 122}


def words(name):
    """As people write it."""
    return name.replace("_", " ").capitalize()


def plain_row(r, i, number):
    day = datetime.date(2024, 1, 2) + datetime.timedelta(days=i * 362 // ROWS)
    kind, channel = JENIS[i % 3 if i % 5 == 0 else 0], KANAL[i % len(KANAL)]
    name = f"{r.choice(DEPAN)} {r.choice(BELAKANG)}"
    row = dict.fromkeys(HEAD, "")
    row.update(
        nomor=f"{number:03d}/PPID-UTAMA/{ROMAWI[day.month - 1]}/2024", diterima=day.isoformat(),
        kanal=words(channel) if i % 2 else channel, jenis=words(kind) if i % 4 == 0 else kind, latar=LATAR[i % 9],
        nama=f"PT {name} Sejahtera" if kind == "badan_hukum" else name, alamat=f"Jalan Melati {i + 1}, Bekasi",
        telepon=f"0812-{r.randrange(1000, 9999)}-{r.randrange(1000, 9999)}", email=f"pemohon{i + 1}@contoh.id",
        pekerjaan=r.choice(["guru", "wartawan", "karyawan", "petani, nelayan"]),
        rincian=f"Data {HAL[i % 7]} tahun {2020 + i % 4}" + (", \"rinci\"\nper triwulan" if i % 50 == 0 else ""),
        tujuan="Penelitian", cara="salinan" if i % 3 else "melihat", salinan="email" if i % 3 else "", pokok=HAL[i % 7],
    )
    if kind == "badan_hukum":
        row["identitas_lain"] = f"AHU-{1000 + i}"
    else:
        row["nik"] = f"327501{1 + i % 28:02d}0{1 + i % 9}90{1 + i:04d}"
    add_outcome(row, r, i, day)
    return row


def add_outcome(row, r, i, day):
    if i % 20 == 7:
        row["status"] = ["gugur", "dicabut", "dialihkan", "diproses"][i // 20 % 4]
        return
    outcome = KEPUTUSAN[i % 6 if i % 4 == 1 else 0]
    told = day + datetime.timedelta(days=1 + r.randrange(12))
    row.update(keputusan=words(outcome) if i % 2 else outcome, diberitahukan=told.isoformat())
    if outcome.startswith("dikabulkan"):
        row.update(diserahkan=(told + datetime.timedelta(days=r.randrange(3))).isoformat(),
                   bentuk=["softcopy", "hardcopy"][i % 2], biaya=str(r.choice([0, 0, 2500, 12000])), cara_bayar="tunai",
                   dikuasai="ya")
    if outcome == "ditolak" or outcome == "dikabulkan_sebagian":
        row.update(pasal=r.choice(["b", "h", "b, h", "G;H"]), alasan_penolakan="Informasi yang dikecualikan")
    if outcome == "tidak_dikuasai":
        row.update(dikuasai="tidak", badan_lain="Dinas Provinsi")
    if i % 17 == 0:
        row["diperpanjang"] = "ya"


# What is wrong with a row (from 0), which column says so, and the code of the refusal.
FAULTS = {
    12: ({"diterima": "2024-02-30"}, "INVALID", "diterima"),
    31: ({"kanal": "merpati pos"}, "INVALID", "kanal"),
    57: ({"nama": "=HYPERLINK(\"http://contoh.id\")"}, "INVALID", "nama"),
    58: ({"nama": "@SUM(A1:A9)"}, "INVALID", "nama"),
    71: ({"nama": "  "}, "INVALID", "nama"),
    90: ({"nik": "3275"}, "INVALID", "nik"),
    91: ({"nik": "3275019913900001", "jenis": "perorangan"}, "INVALID", "nik"),
    110: ({"email": "bukan alamat"}, "INVALID", "email"),
    133: ({"jenis": "robot"}, "INVALID", "jenis"),
    140: ({"diberitahukan": "2023-12-31", "keputusan": "dikabulkan", "status": ""}, "INVALID", "diberitahukan"),
    150: ({"keputusan": "mungkin"}, "INVALID", "keputusan"),
    161: ({"status": "gugur", "keputusan": "ditolak"}, "INVALID", "status"),
    175: ({"biaya": "dua ribu"}, "INVALID", "biaya"),
    190: ({"pasal": "k"}, "INVALID", "pasal"),
    201: ({"nomor": ""}, "INVALID", "nomor"),
    202: ({"nomor": "tanpa nomor, lihat Budi"}, "INVALID", "nomor"),
    215: ({"rincian": ""}, "INVALID", "rincian"),
    230: ({"diterima": "2099-01-01"}, "INVALID", "tahun"),
    250: ({"telepon": "minta ke Budi"}, "INVALID", "telepon"),
    260: ({"pokok": "Tentang Budi"}, "INVALID", "pokok"),
    270: ({"tahun_salah": True}, "INVALID", "tahun"),
}
DUPLICATE, SAME_AGAIN, SHORT, NOT_UTF8, STRAY_QUOTE = 80, 81, 220, 221, 222


def text_of(row):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([row[name] for name in HEAD])
    return out.getvalue()


def main():
    r = random.Random(14)
    numbers = [n for n in range(1, ROWS + 10) if n not in MISSING]
    rows = [plain_row(r, i, numbers[i]) for i in range(ROWS)]
    refused, out, line = [], bytearray((",".join(HEAD) + "\n").encode()), 2
    for i, row in enumerate(rows):
        code = field = None
        if i in FAULTS:
            change, code, field = FAULTS[i]
            row.update({k: v for k, v in change.items() if k in row})
            if "tahun_salah" in change:
                row["nomor"] = row["nomor"].replace("/2024", "/2023")
        if i == DUPLICATE:
            row["nomor"], code, field = rows[10]["nomor"], "REJECTED", "nomor"
        if i == SAME_AGAIN:
            row = rows[11]
        text = text_of(row).encode()
        if i == SHORT:
            text, code, field = b"satu,dua\n", "INVALID", ""
        if i == NOT_UTF8:
            text, code, field = text.replace(b"Penelitian", b"Peneliti\xff"), "INVALID", ""
        if i == STRAY_QUOTE:
            text, code, field = text.replace(b",Penelitian,", b",Pene\"litian,"), "INVALID", ""
        if code is not None:
            refused.append(f"{line},{code},{field}\n")
        out += text
        line += text.count(b"\n")
    (HERE / "register-300.csv").write_bytes(bytes(out))
    (HERE / "register-300.refused").write_text("line,code,field\n" + "".join(refused))


if __name__ == "__main__":
    main()
