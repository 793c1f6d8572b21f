"""The main job from beginning to end, by ppidctl alone: a city's units, calendar and officers, an old register
and its report, then requests lodged, worked and closed under a clock that runs ahead, with mail in a mailbox."""

import csv
import datetime
import json

from simpul import ROOT, Node, check, finish, new_id
from test_smtp import Post, wait_for

DATA = ROOT / "tests" / "data"
UNIT = "DISDIK"
DAY = 86400
ROLES = ("petugas_meja", "petugas_belakang", "ppid", "atasan_ppid")


class City:
    """A node with the units of a real city, and its officers."""

    def __init__(self, node):
        self.node = node
        self.admin = node.must("grant", "add", "new", "administrator", "*").strip()
        with open(DATA / "opd-bekasi.csv", newline="", encoding="utf-8") as file:
            self.units = list(csv.DictReader(file))
        for row in self.units:
            body = {"kode": row["code"], "nama": row["name"], "sebutan": "PPID Pelaksana", "kop": [row["name"]],
                    "pejabat": []}
            code, _, err = node.send("daftarkan_unit", {"unit": body}, self.admin)
            assert code == 0, (row, err)
        node.must("calendar", "load", str(DATA / "holidays.csv"), "--basis", "SKB 3 Menteri", "--as", self.admin)
        self.officer = node.must("grant", "add", "new", ROLES[0], UNIT, "--as", self.admin).strip()
        for role in ROLES[1:]:
            node.must("grant", "add", self.officer, role, UNIT, "--as", self.admin)
        assert node.settle(), node.status()

    def do(self, word, case, **fields):
        """(exit code, answer, error) of `ppidctl permohonan WORD`."""
        options = [part for name, value in fields.items()
                   for part in ("--" + name.replace("__", "."), str(value))]
        return self.node.ctl("permohonan", word, *([case] if case else []), *options, "--as", self.officer, "--json")

    def must(self, word, case, **fields):
        code, out, err = self.do(word, case, **fields)
        assert code == 0, (word, fields, out, err)
        return json.loads(out.splitlines()[0]) if out.strip() else {}

    def case(self, case):
        return self.node.ask("lihat_perkara", {"permohonan_id": [case]}, self.officer)[0]["perkara"][0]

    def register(self, case):
        return self.node.ask("lihat_permohonan", {"permohonan_id": case}, self.officer)[0]

    def lodge(self, name, mail, **more):
        case = new_id()
        fields = {"unit": UNIT, "kanal": "website", "jenis": "perorangan", "latar": "umum", "pemohon__nama": name,
                  "pemohon__nik": "3275014507900001", "pemohon__alamat": "Jl. Uji 1", "pemohon__email": mail,
                  "rincian": "Salinan anggaran sekolah.", "tujuan": "Penelitian.", "cara": "salinan",
                  "salinan": "email", "permohonan_id": case, **more}
        code, out, err = self.do("ajukan", None, **fields)
        assert code == 0, (out, err)
        return case, json.loads(out)

    def today(self):
        """The node's day, in WIB."""
        now = self.node.status()["workflow"]["sekarang"]
        return (datetime.datetime.fromisoformat(now.replace("Z", "+00:00")) + datetime.timedelta(hours=7)).date()


def receipt_of(reply):
    return reply.get("jawaban", reply)


def mails_to(post, address):
    return [message for to, message in post.mails() if to == address]


def check_old_register(city):
    node = city.node
    code, out, err = node.ctl("import", str(DATA / "register-2021-Q3.csv"), "--unit", UNIT, "--as", city.officer)
    check("the register of the published report is taken over", code == 0, out + err)
    heads = {name: row["kepala"]["seq"] for name, row in node.status().items() if name in ("intake", "workflow")}
    node.settle()
    expected = json.loads((DATA / "2021-Q3.json").read_text())
    expected["unit"] = UNIT
    found = json.loads(node.must("report", "--period", "2021-Q3", "--unit", UNIT, "--json"))
    check("its report is the published one", found == expected, found)
    node.settle()
    before = {name: node.status()[name]["kepala"]["seq"] for name in heads}
    code, out, err = node.ctl("import", str(DATA / "register-2021-Q3.csv"), "--unit", UNIT, "--as", city.officer)
    node.settle()
    after = {name: node.status()[name]["kepala"]["seq"] for name in heads}
    check("imported again it changes nothing", code == 0 and before == after, (before, after, err))


def check_granted(city, post):
    """One request to its end: receipt, decision and handing over by mail, told to whoever has the code."""
    case, reply = city.lodge("Siti Langsung", "siti@contoh.id")
    receipt = receipt_of(reply)
    number, code = receipt["nomor"], receipt["kode_lacak"]
    check("a lodged request has its number at once", number.endswith(str(city.today().year)), reply)
    check("and the receipt is mailed, with number and code",
          wait_for(lambda: len(mails_to(post, "siti@contoh.id")) == 1) and
          all(word in mails_to(post, "siti@contoh.id")[0].get_content() for word in (number, code)))
    city.node.settle()
    due = city.case(case)["jatuh_tempo"]
    counted = city.node.must("deadline", "--from", str(city.today()), "--days", "10", "--holidays",
                             str(DATA / "holidays.csv")).strip()
    check("its due date is ten working days on, as ppidctl deadline counts", due == counted, (due, counted))
    for word, fields in (("lengkap", {}), ("disposisi", {"tujuan": "arsip"}), ("proses", {})):
        city.must(word, case, **fields)
    city.node.advance(4 * DAY)
    city.must("putuskan", case, keputusan="dikabulkan", materi="Salinan anggaran 2025.", bentuk="softcopy",
              salinan="email", hari_penyediaan=2)
    check("the written notice is mailed", wait_for(lambda: len(mails_to(post, "siti@contoh.id")) == 2))
    city.node.advance(DAY)
    city.must("serahkan", case)
    city.must("selesai", case)
    check("so is what is handed over", wait_for(lambda: len(mails_to(post, "siti@contoh.id")) == 3))
    found = city.case(case)
    check("it is closed in time", found["status"] == "selesai" and found["tepat_waktu"] is True, found)
    city.node.settle()
    row = city.register(case)
    check("the register has decision, notice and handing over",
          row["keputusan"] == "dikabulkan" and "diberitahukan" in row and "diserahkan" in row, row)
    code_, out, err = city.node.ctl("permohonan", "lacak", "--nomor", number, "--kode", code, "--json")
    told = json.loads(out) if out.strip() else {}
    check("whoever has number and code is told where it stands", code_ == 0 and told.get("status") == "selesai",
          out + err)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    answers = [city.node.ctl("permohonan", "lacak", "--nomor", n, "--kode", c, "--json")
               for n, c in ((number, wrong), ("999/PPID-X/I/2020", code))]
    check("a wrong code and an unknown number are answered alike",
          answers[0][0] == answers[1][0] != 0 and answers[0][2] == answers[1][2], answers)


def check_late(city, post):
    """Extended once, overdue, refused with reason."""
    case, _ = city.lodge("Budi Terlambat", "budi@contoh.id")
    city.node.settle()
    city.must("lengkap", case)
    first = city.case(case)["jatuh_tempo"]
    city.must("perpanjang", case, alasan="Arsip berada di gudang.")
    second = city.case(case)["jatuh_tempo"]
    check("the one extension moves the due date", second > first, (first, second))
    code, _, err = city.do("perpanjang", case, alasan="Sekali lagi.")
    check("a second one is refused and changes nothing", code == 1 and city.case(case)["jatuh_tempo"] == second, err)
    city.node.advance(40 * DAY)
    passed = lambda: [e for e in city.node.events("workflow", "--type", "tenggat_terlewati")
                      if e["isi"]["permohonan_id"] == case]
    check("the day passes, and that is told once", wait_for(lambda: len(passed()) == 1), passed())
    check("overdue is derived", city.case(case)["terlambat"] is True and city.case(case)["status"] == "diperpanjang")
    city.must("putuskan", case, keputusan="ditolak", pasal="h", alasan="Memuat rahasia pribadi.")
    city.must("selesai", case)
    found = city.case(case)
    check("it is closed, and not in time", found["status"] == "selesai" and found["tepat_waktu"] is False, found)
    check("receipt, extension and refusal were mailed", wait_for(lambda: len(mails_to(post, "budi@contoh.id")) == 3),
          [m["subject"] for m in mails_to(post, "budi@contoh.id")])


def check_lapsed(city):
    """Not completed in time, and completed in time but judged later."""
    case, _ = city.lodge("Tono Kurang", "tono@contoh.id")
    city.node.settle()
    city.must("minta-kelengkapan", case, kekurangan="Fotokopi identitas.")
    city.node.advance(15 * DAY)
    check("what is not completed lapses", wait_for(lambda: city.case(case)["status"] == "gugur"), city.case(case))
    received = city.node.events("workflow", "--type", "kelengkapan_diminta")[-1]["pada"]
    city.must("lengkapi", case, diterima_pada=received, rincian="Salinan anggaran sekolah tahun 2026.")
    check("completed in time, it is revived by the day of receipt",
          wait_for(lambda: city.case(case)["status"] == "diajukan"), city.case(case))


def check_end(city):
    node = city.node
    check("everybody has read everything", node.settle())
    code, out, err = node.ctl("verify")
    check("chains and seals are good", code == 0, out + err)
    check("nothing is parked", all(row["parkir"] == 0 for row in node.status().values()))
    node.stop()
    code, out, err = node.ctl("replay")
    check("replay gives the same tables", code == 0 and "BERBEDA" not in out, out + err)


def main():
    post = Post()
    try:
        with Node(**post.settings()) as node:
            node.start()
            city = City(node)
            check("the city's units are registered", len(city.units) > 50 and
                  sum(len(page["unit"]) for page in node.ask("unit_daftar", {}, city.admin)) == len(city.units))
            check_old_register(city)
            check_granted(city, post)
            check_late(city, post)
            check_lapsed(city)
            check_end(city)
    finally:
        post.close()
    finish()


if __name__ == "__main__":
    main()
