"""Old registers through ppidctl import: what is taken, what is refused, and the register that comes out."""

import csv
import io
import json
import pathlib
import subprocess

from simpul import BIN, ROOT, Node, check, finish

DATA = ROOT / "tests" / "data"
COLUMNS = 21


def rows_of(node, account, year, *more):
    out = node.must("register", "--unit", "UTAMA", "--year", str(year), "--csv", "--as", account, *more)
    return list(csv.reader(io.StringIO(out)))


def check_published_register(node, account):
    code, out, err = node.ctl("import", str(DATA / "register-2021-Q3.csv"), "--unit", "UTAMA", "--as", account)
    check("the three requests of a published report go in", code == 0 and "3 dicatat" in out, out + err)
    rows = rows_of(node, account, 2021)
    check("the register has the 21 columns of the law", len(rows) == 4 and all(len(r) == COLUMNS for r in rows), rows)
    given = list(csv.DictReader(open(DATA / "register-2021-Q3.csv", encoding="utf-8")))
    check("with persons for whoever may see them", [r[2] for r in rows[1:]] == [g["nama"] for g in given], rows)
    check("and the decision with its dates",
          rows[3][15] == "Dikabulkan" and rows[3][17:19] == [given[2]["diberitahukan"], given[2]["diserahkan"]], rows[3])
    reader = node.must("grant", "add", "new", "pembaca", "UTAMA", "--as", account).strip()
    node.settle()
    rows = rows_of(node, reader, 2021)
    check("a reader sees no person in it", all(r[2] == "" and r[6] == "" for r in rows[1:]), rows)
    code, _, err = node.ctl("register", "--unit", "UTAMA", "--year", "2021", "--csv", "--as", node_stranger())
    check("and a stranger sees nothing", code == 1, err)
    check("nothing is sent for old rows", node.status()["intake"]["surat_keluar"] == 0)


def node_stranger():
    return "01900000-0000-7000-8000-000000000001"


def with_long_line(node):
    """The sample and, at its end, one line of 10 MB."""
    path = node.home / "register.csv"
    text = (DATA / "register-300.csv").read_bytes()
    path.write_bytes(text + b"x" * (10 * 1024 * 1024) + b"\n")
    return path, text.count(b"\n") + 1


def check_sample(node, account):
    expected = [tuple(line.split(",")) for line in (DATA / "register-300.refused").read_text().split()[1:]]
    path, long_line = with_long_line(node)
    expected.append((str(long_line), "LIMIT", ""))
    arguments = ["import", str(path), "--unit", "UTAMA", "--as", account, "--json"]
    code, out, err = node.ctl(*arguments)
    first = json.loads(out)
    refused = [(str(r["baris"]), r["kode"], r["isian"]) for r in first["ditolak"]]
    check("exactly the planted faults are refused, with line, code and column", refused == expected,
          (sorted(set(expected) - set(refused)), sorted(set(refused) - set(expected))))
    check("refused rows show in the exit code", code == 1, code)
    check("there is no progress in a pipe", err == "", err)
    good = 301 - len(expected)
    check("all others are in", first["dicatat"] + first["sudah_ada"] == good and first["sudah_ada"] == 1, first)
    check("gaps are listed", {"tahun": 2024, "dari": 17, "sampai": 17} in first["nomor_kosong"] and
          {"tahun": 2024, "dari": 120, "sampai": 122} in first["nomor_kosong"], first["nomor_kosong"])
    check("so many rows stand in the register", len(rows_of(node, account, 2024)) == good, good)
    return arguments, expected, good


def check_again(node, account, arguments, expected, good):
    events = node.status()["intake"]["kepala"]["seq"]
    for when in ("at once", "forty days later", "after a year"):
        _, out, _ = node.ctl(*arguments)
        again = json.loads(out)
        check(f"the same file {when} changes nothing",
              again["dicatat"] == 0 and again["sudah_ada"] == good and len(again["ditolak"]) == len(expected) and
              node.status()["intake"]["kepala"]["seq"] == events, again)
        node.advance(40 * 86400 if when == "at once" else 366 * 86400)
        node.ctl("node", "clock", "--confirm", "--as", account)
    body = (DATA / "register-300.csv").read_text(errors="replace").split("\n")
    changed = "\n".join([body[0], body[3].replace("Jalan Melati 2,", "Jalan Lain 2,")]) + "\n"
    code, out, _ = node.ctl("import", "-", "--unit", "UTAMA", "--as", account, stdin=changed)
    check("a changed row under a known number is refused", code == 1 and "REJECTED nomor" in out, out)


def check_counter(node, account):
    year = json.loads(node.must("--json", "status"))[0]["sekarang"][:4]
    row = "nomor,diterima,kanal,jenis,nama,rincian\n041/PPID-UTAMA/I/%s,%s-01-02,surat,perorangan,Budi,Data\n"
    code, out, err = node.ctl("import", "-", "--unit", "UTAMA", "--as", account, stdin=row % (year, year))
    check("a register of six columns will do", code == 0, out + err)
    out = node.must("permohonan", "ajukan", "--as", account, "--unit", "UTAMA", "--kanal", "datang_langsung",
                    "--jenis", "perorangan", "--latar", "umum", "--pemohon.nama", "Siti Uji", "--pemohon.alamat",
                    "Jalan Uji 1", "--rincian", "Data", "--tujuan", "Penelitian", "--cara", "melihat")
    check("the live counter goes on behind the highest imported number", "nomor: 042/PPID-UTAMA/" in out, out)
    return out.split("permohonan_id: ")[1].split("\n")[0]


def check_words(node, account, case):
    node.settle()
    for word, more in (("lengkap", []), ("proses", []), ("putuskan", ["--keputusan", "dikabulkan", "--materi", "Data",
                       "--bentuk", "softcopy"]), ("serahkan", []), ("selesai", [])):
        code, out, err = node.ctl("permohonan", word, case, *more, "--as", account)
        check(f"a case is led on by the word {word}", code == 0, out + err)
    node.settle()
    out = json.loads(node.must("permohonan", "lihat", case, "--as", account))
    check("and the register knows how it ended", out.get("keputusan") == "dikabulkan" and "diserahkan" in out, out)
    number = out["nomor"]
    out = json.loads(node.must("permohonan", "lihat", number, "--as", account))
    check("its registration number does as well as its id", out["permohonan_id"] == case, out)
    code, _, err = node.ctl("permohonan", "lihat", number + "9", "--as", account)
    check("a number that nobody has is said", code == 1 and number + "9" in err, err)
    out = json.loads(node.must("permohonan", "cari", "--unit", "UTAMA", "--nama", "siti", "--as", account))
    check("and finds it by a name", [r["permohonan_id"] for r in out["baris"]] == [case], out)
    code, _, err = node.ctl("permohonan", "putuskan", case, "--keputusan", "entah", "--as", account)
    check("a wrong value is named", code == 1 and "keputusan" in err, err)


def check_headings(node, account):
    for text, word in (("nomor,diterima\n", "kanal"), ("nomor,nomor\n", "nomor"), ("warna\n", "warna"), ("", "kosong")):
        code, out, err = node.ctl("import", "-", "--unit", "UTAMA", "--as", account, stdin=text)
        check(f"a heading without sense is refused and names {word}", code == 1 and word in err, err)
    semicolons = "nomor;diterima;kanal;jenis;nama;rincian\n1;2020-01-02;surat;perorangan;Budi;Data, rinci\n"
    code, out, err = node.ctl("import", "-", "--unit", "UTAMA", "--series", "arsip", "--as", account, stdin=semicolons)
    check("semicolons are seen", code == 0 and "1 dicatat" in out, out + err)


def main():
    with Node() as node:
        node.start()
        account = node.found("UTAMA")
        check_published_register(node, account)
        arguments, expected, good = check_sample(node, account)
        check_again(node, account, arguments, expected, good)
        check_words(node, account, check_counter(node, account))
        check_headings(node, account)
        node.stop()
        for service in ("intake", "workflow"):
            code, out, err = node.ctl("verify", service, "--offline")
            check(f"the chain of {service} is whole", code == 0, out + err)
            code, out, err = node.ctl("replay", service)
            check(f"the tables of {service} are the fold of its log", code == 0, out + err)
    before = {path: path.read_bytes() for path in DATA.glob("register-300.*")}
    made = subprocess.run(["python3", str(DATA / "make_register_300.py")], check=False)
    after = {path: path.read_bytes() for path in DATA.glob("register-300.*")}
    check("the sample is what its script makes", made.returncode == 0 and before == after and len(before) == 2)
    finish()


main()
