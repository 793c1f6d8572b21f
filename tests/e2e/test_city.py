"""A city of three real nodes: two registers below, the figures above; and what is told while a node is away."""

import json

from links import free_port, identity, linked, until
from simpul import ROOT, Node, check, finish

DATA = ROOT / "tests" / "data"
GOLDEN = json.loads((DATA / "kota-2021-Q3.json").read_text())
FIGURES = ("nama", "diterima", "dipenuhi", "ditolak_tidak_dijawab", "diproses", "lewat_tenggat", "terjawab",
           "rata_rata", "tepat_waktu", "terlambat", "persen_tepat_waktu")


def begin(node, unit, name):
    """The administrator's account, the node having this unit."""
    node.start()
    account = node.must("grant", "add", "new", "administrator", "*").strip()
    node.must("grant", "add", account, "ppid", "*", "--as", account)
    node.must("calendar", "load", str(DATA / "holidays.csv"), "--basis", "SKB 3 Menteri", "--as", account)
    body = {"unit": {"kode": unit, "nama": name, "sebutan": "PPID Pelaksana", "kop": [], "pejabat": []}}
    code, _, err = node.send("daftarkan_unit", body, account)
    assert code == 0, err
    assert node.settle()
    return account


def city(node, *arguments):
    return json.loads(node.must("report", "--city", "--period", "2021-Q3", "--json", *arguments))


def row_of(node, unit):
    return next((row for row in city(node)["baris"] if row["unit"] == unit), {})


def join(above, head, address, below, account, unit):
    below_file, words = identity(below, account)
    above.must("node", "invite", below_file, "--unit", unit, "--as", head)
    row = row_of(above, unit)
    check(f"{unit} stands in the city before it has told anything", row.get("ada_data") is False, row)
    below.must("node", "join", identity(above, head, address)[0], "--as", account)
    knocked = until(lambda: linked(above).get(below.name, {}).get("status") == "menunggu")
    check(f"{below.name} knocks", knocked, linked(above))
    above.must("node", "accept", below.name, "--words", words, "--as", head)


def check_row(above, unit):
    expected = next(row for row in GOLDEN["baris"] if row["unit"] == unit)

    def same():
        found = row_of(above, unit)
        return all(found.get(key) == expected[key] for key in FIGURES)

    check(f"the figures of {unit} are those that a person counted", until(same), row_of(above, unit))


def main():
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with Node(name="utama", PPID_LISTEN_NODES=address) as above, Node(name="jpw") as a, Node(name="jpw-b") as b:
        head = begin(above, "UTAMA", "PPID Utama")
        own = above.must("report", "--period", "2021-Q3", "--json")
        names = {row["unit"]: row["nama"] for row in GOLDEN["baris"]}
        for node, unit, register in ((a, "JPW", "register-2021-Q3"), (b, "JPW-B", "register-2021-Q3-varian")):
            account = begin(node, unit, names[unit])
            node.must("import", str(DATA / f"{register}.csv"), "--unit", unit, "--as", account)
            join(above, head, address, node, account, unit)
            check_row(above, unit)
        found = city(above)
        check("the sum is of all", found["jumlah"] == GOLDEN["jumlah"], found["jumlah"])
        check("the report of the node above stays its own", above.must("report", "--period", "2021-Q3", "--json") == own)
        nodes = {row["simpul_nama"]: row for row in found["keadaan"]}
        check("each node says as of when", all(nodes[name]["keadaan_per"] for name in ("utama", "jpw", "jpw-b")), nodes)
        check("--node keeps the rows of one", [r["unit"] for r in city(above, "--node", "jpw")["baris"]] == ["JPW"])

        b.stop()
        gone = until(lambda: "Simpul jpw-b tidak terhubung" in above.must("report", "--city", "--period", "2021-Q3"))
        check("a node that is away is named, and its figures stay", gone and row_of(above, "JPW-B")["diterima"] == 2)
        above.stop("federation")
        text = above.must("report", "--city", "--period", "2021-Q3", "--within", "2")
        check("reporting alone tells the same figures", "JPW-B" in text and row_of(above, "JPW")["diterima"] == 3, text)
    finish()


main()
