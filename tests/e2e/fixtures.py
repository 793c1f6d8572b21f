"""fixtures - a small node as a released version left it, and all that it tells

    python3 tests/e2e/fixtures.py make tests/data/fixtures/vN

makes a new folder: a backup of a node with some thirty requests in every state,
its keys (of this fixture alone), and told.json, what the node says about
itself. test_fixtures.py restores it with today's programs and compares. A
released folder is never made again; a new version gets a new one.
"""

import json
import pathlib
import shutil
import sys
import time

from simpul import ROOT, SERVICES, Node, request

UNIT = "3275"
DAY = 86400
DAYS = 60  # that pass after the last request
STEPS = {  # how far a request goes, by the rest of its number
    0: (), 1: ("nyatakan_lengkap",), 2: ("nyatakan_lengkap", "disposisikan", "mulai_proses"),
    3: ("nyatakan_lengkap", "perpanjang"), 4: ("nyatakan_lengkap", "putuskan"),
    5: ("nyatakan_lengkap", "putuskan", "serahkan", "selesaikan"), 6: ("minta_kelengkapan",),
    7: ("nyatakan_lengkap", "tolak", "selesaikan"),
}
FIELDS = {
    "disposisikan": {"tujuan": "arsip"}, "perpanjang": {"alasan": "Arsip di gudang."},
    "putuskan": {"keputusan": "dikabulkan", "pasal": [], "materi": "Salinan anggaran.", "bentuk": "softcopy"},
    "tolak": {"keputusan": "ditolak", "pasal": ["h"], "alasan": "Rahasia pribadi."},
    "minta_kelengkapan": {"kekurangan": "Fotokopi identitas."},
}
KANAL = ("datang_langsung", "telepon", "surat", "email", "website", "whatsapp", "instagram", "facebook", "x")


def fill(node, account):
    for n in range(30):
        body = request(unit=UNIT, name=f"Pemohon {n}", kanal=KANAL[n % len(KANAL)])
        body["pemohon"]["telepon"] = "0812345678"
        if body["kanal"] != "email":
            del body["pemohon"]["email"]
        body["salinan"] = "mengambil_langsung"
        code, _, err = node.send("ajukan_permohonan", body, account)
        assert code == 0, err
        node.settle()
        for step in STEPS[n % len(STEPS)]:
            command = "putuskan" if step == "tolak" else step
            message = {"permohonan_id": body["permohonan_id"], **FIELDS.get(step, {})}
            code, _, err = node.send(command, message, account)
            assert code == 0, (step, err)
        if n == 11:
            code, _, err = node.send("kirim_pencabutan", {"permohonan_id": body["permohonan_id"]}, account)
            assert code == 0, err
    # Every day that something waited for has passed: what is left waits for nothing.
    node.advance(DAYS * DAY)
    before, heads = None, {}
    while heads != before:
        time.sleep(1)
        node.settle()
        before, heads = heads, {name: row["kepala"]["seq"] for name, row in node.status().items()}


def pages(node, question, body, account, field):
    return [row for page in node.ask(question, body, account) for row in page.get(field, [])]


def tell(node, account):
    """All that a reader can see: logs, register with its persons, cases, deliveries, report."""
    logs = {name: node.events(name) for name in SERVICES}
    year = int(logs["intake"][0]["pada"][:4])
    quarter = (int(logs["intake"][0]["pada"][5:7]) + 2) // 3
    cases = [e["isi"]["permohonan_id"] for e in logs["intake"] if e["tipe"] == "permohonan_diajukan"]
    seen = pages(node, "lihat_perkara", {"permohonan_id": cases}, account, "perkara")
    for row in seen:  # these depend on the day of asking
        row.pop("sisa_hari", None)
        row.pop("terlambat", None)
    return {
        "log": logs, "perkara": seen,
        "register": pages(node, "register_daftar", {"unit": UNIT, "tahun": year}, account, "baris"),
        "pengiriman": pages(node, "pengiriman_daftar", {"unit": UNIT}, account, "baris"),
        "laporan": json.loads(node.must("report", "--period", f"{year}-Q{quarter}", "--unit", UNIT, "--json")),
    }


def make(folder):
    assert not folder.exists(), f"{folder} is there already"
    folder.mkdir(parents=True)
    with Node(name="perlengkapan") as node:
        node.start()
        account = node.found(UNIT)
        node.must("calendar", "load", str(ROOT / "tests" / "data" / "holidays.csv"), "--basis", "SKB", "--as", account)
        fill(node, account)
        told = {"akun": account, **tell(node, account)}
        (folder / "told.json").write_text(json.dumps(told, indent=0, sort_keys=True, ensure_ascii=False) + "\n")
        node.must("backup", str(folder / "backup"))
        shutil.copytree(node.home / "keys", folder / "keys")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {size // 1024} KiB")


if __name__ == "__main__":
    assert sys.argv[1:2] == ["make"] and len(sys.argv) == 3, __doc__
    make(pathlib.Path(sys.argv[2]).resolve())
