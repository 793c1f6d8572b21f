#!/usr/bin/python3
"""A node below that is not ours: tests/second/child.py, written from the page of the protocol, at a real node above."""

import json
import pathlib
import re
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "second"))

from debian import need
from links import free_port, linked, until
from simpul import ROOT, Node, check, finish, new_id

(second,) = need("child")
EVENTS = 3000
PERIOD = "2021-Q3"
JULY = 1_625_100_000_000_000
DAY = 86_400_000_000
WORDS = re.findall(r'"([a-z]+)"', (ROOT / "services/federation/kata.c").read_text().split("{", 1)[1])


class Above:
    """The node above, as its people see it."""

    def __init__(self, node, address):
        self.node, self.account = node, node.found("UTAMA")
        path = node.home / "utama.txt"
        node.must("node", "identity", "--address", address, "--out", str(path), "--as", self.account)
        self.text = path.read_text()

    def row(self, kid):
        """The line of `node list`, or {}."""
        return linked(self.node).get(kid.identity.name, {})

    def stream(self, kid):
        return next(iter(self.row(kid).get("aliran", [])), {})

    def has(self, kid):
        """All that the child has, to the last hash."""
        _, seq, link = kid.log.head()
        held = self.stream(kid)
        return held.get("seq") == seq and held["hash"] == link.hex()

    def counted(self, unit):
        """What reporting counts of the period."""
        pages = self.node.ask("laporan_kota", {"periode": PERIOD, "unit": unit}, self.account)
        return sum(sum(row["jumlah"]["hasil"]) for page in pages for row in page["jumlah"])

    def link(self, kid):
        """Invited, knocking, words compared, accepted."""
        path = self.node.home / f"{kid.identity.name}.txt"
        path.write_text(kid.identity.text())
        self.node.must("node", "invite", str(path), "--unit", kid.identity.name, "--as", self.account)
        kid.patience = 0.5
        kid.start()
        waits = until(lambda: self.row(kid).get("status") == "menunggu")
        words = second.words_of(kid.identity.text(), WORDS)
        self.node.must("node", "accept", kid.identity.name, "--words", words, "--as", self.account)
        return waits and until(lambda: kid.session != 0)


def lodge(kid, count):
    """Requests of July to September 2021 go into the child's log."""
    with kid.lock:
        for n in range(len(kid.log.records) + 1, len(kid.log.records) + 1 + count):
            case = second.uuid.UUID(new_id()).bytes
            unit = kid.identity.name
            kid.log.append("permohonan_diajukan", case, {
                "permohonan_id": case, "unit": unit, "nomor": f"{n:04d}/2021", "seri": f"{unit}/2021",
                "tahun": 2021, "urut": n, "diterima_pada": JULY + n % 90 * DAY, "kanal": 1 + n % 3, "jenis": 1 + n % 3,
                "latar": 1 + n % 8, "cara": 2, "dikuasakan": False, "identitas_ada": True, "surat_kuasa_ada": False,
                "pengguna_lain": False, "lampiran": 0, "email_ada": n % 2 == 0, "lacak": second.blake(case)})


def test_vectors():
    """Each message read and written again; records made again; chains, genesis and signed heads."""
    count, sign_key, question = 0, None, None
    for name, header, data, payload in second.conversation(ROOT / "tests/data/vectors"):
        body = second.messages.decode("sesi_" + name, data)
        same = header[:5] == (0xA5C1, 1, second.TYPES[name], 0, 0)
        same = same and second.messages.encode("sesi_" + name, body) == data
        if name == "answer" and question == second.messages.codes["katalog_aliran"]:
            listed = second.messages.decode("daftar_aliran", body["body"])
            row, first = listed["aliran"][0], listed["aliran"][0]["epok"][0]
            same = same and second.messages.encode("daftar_aliran", listed) == body["body"]
            same = same and first["start_hash"] == second.genesis_of(row["simpul_nama"], row["layanan"], first["epoch"])
            sign_key = second.nacl.signing.VerifyKey(row["kunci_tanda"])
        if name == "ask":
            question = body["type"]
        if name == "head" and "signature" in body:
            place = (body["epoch"], body["seq"], body["hash"])
            sign_key.verify(second.head_statement(body["stream"], place), body["signature"])
        if name == "events" and sign_key is not None:
            reading = second.Reading(body["stream"], (body["epoch"], body["first_seq"] - 1, body["prev_hash"]))
            same = same and second.follow(reading, body, payload)
            for record in reading.records:
                _, seq, epoch, at, event, version, key, cause, actor, seals, inner = second.msgpack.unpackb(record)
                same = same and record == second.record_of(
                    seq, epoch, at, event, version, key, cause, inner, actor, seals)
        if not same:
            check(f"vector {name} is made again as it is", False, body)
        count += 1
    check(f"{count} vectors are read, and made again byte for byte", count == 39, count)


def test_flow(above, kid):
    lodge(kid, EVENTS)
    check("its key knocks, the eight words of its text are compared, it is let in", above.link(kid), kid.ends)
    check("its register comes up to the last record", until(lambda: above.has(kid)), above.row(kid))
    check("and reporting counts it", until(lambda: above.counted("KEDUA") == EVENTS), above.counted("KEDUA"))
    lodge(kid, 10)
    began = time.monotonic()
    check("what is new flows at once", until(lambda: above.has(kid)) and time.monotonic() - began < 2)
    copy = kid.tail((kid.log.epochs[0][0], 0, kid.log.links[0]))
    check("it reads its own log back from the copy above, byte for byte",
          copy.done.wait(10) and copy.records == kid.log.records, (copy.error, len(copy.records)))
    check("the copy ends with the head that it signed itself", copy.place == copy.told == kid.log.head(), copy.told)
    copy = kid.tail(kid.log.head())
    check("who has all is told so at once", copy.done.wait(5) and copy.records == [] and copy.error is None)
    copy = kid.tail((kid.log.head()[0], 5, bytes(32)))
    check("a place that never was is 302", copy.done.wait(5) and (copy.error or {}).get("code") == 302, copy.error)


def test_links(above, kid):
    for how, cut, back in (
            ("the link is cut", kid.cut, lambda: kid.cut(False)),
            ("the node above is restarted", lambda: above.node.stop("federation"),
             lambda: above.node.start("federation")),
            ("the node above is killed", lambda: above.node.stop("federation", how=9),
             lambda: above.node.start("federation"))):
        place = len(kid.log.records)
        kid.opens.clear()
        cut()
        lodge(kid, 100)
        back()
        check(f"{how}: it goes on from its place", until(lambda: above.has(kid)) and kid.opens == [place],
              (above.row(kid), kid.opens))


def test_histories(above, kid):
    whole = list(kid.log.records)
    kid.cut()
    kid.log.set_back(EVENTS)
    kid.cut(False)
    check("a child set back is waited for, and said to be",
          until(lambda: above.stream(kid).get("masalah") == "mundur"), above.row(kid))
    copy = kid.tail(kid.log.head())
    check("its lost end comes back from the copy above",
          copy.done.wait(10) and kid.log.records + copy.records == whole, (copy.error, len(copy.records)))
    with kid.lock:
        for record in copy.records:
            kid.log.append_bytes(record)
    lodge(kid, 5)
    kid.tell_all()
    check("and its stream goes on as soon as it tells its head", until(lambda: above.has(kid), 5), above.row(kid))

    lost = len(kid.log.records)
    kid.cut()
    kid.log.set_back(lost - 50)
    kid.log.begin_epoch()
    lodge(kid, 20)
    kid.cut(False)
    check("a new epoch from before is a new branch", until(lambda: above.has(kid)), above.row(kid))
    check("which people see", above.stream(kid).get("cabang") == 2, above.row(kid))
    lines = [json.loads(line) for line in above.node.must("node", "branches", "--json").splitlines()]
    check("with its orphans", [(b["cabang"]["garpu_seq"], b["cabang"]["yatim_sampai"]) for b in lines] ==
          [(lost - 50, lost)], lines)
    check("reporting counts the history that goes on",
          until(lambda: above.counted("KEDUA") == lost - 30), above.counted("KEDUA"))
    kid.head_every = 0.2
    check("the signed head passed on is one of the history that goes on", until(lambda: any(
        row.get("tanda_seq") == lost - 30 and row.get("tanda_tangan") == kid.signed(kid.log.head())
        for row in kid.ask_catalogue()), 20), [row.get("tanda_seq") for row in kid.ask_catalogue()])
    copy = kid.tail((kid.log.epochs[0][0], 0, kid.log.links[0]))
    check("the copy reads back over both epochs", copy.done.wait(10) and copy.records == kid.log.records, copy.error)

    kid.cut()
    kid.log.begin_epoch()
    kid.cut(False)
    lodge(kid, 5)
    check("an epoch that begins at the end parts nothing",
          until(lambda: above.has(kid)) and above.stream(kid).get("cabang") == 2, above.row(kid))


class BrokenChain(second.Child):
    """a broken chain"""

    def send_frames(self, number, body, corr, payload):
        super().send_frames(number, body, corr, payload and payload[:-1] + bytes([payload[-1] ^ 1]))


class ForgedHead(second.Child):
    """a signature of another head"""

    def signed(self, place):
        return super().signed((place[0], place[1] + 1, place[2]))


class ForeignName(second.Child):
    """a stream with the name of somebody else's"""

    def catalogue(self):
        row = super().catalogue()[0]
        return [dict(row, nama="%s/intake" % second.uuid.UUID(int=7)), row]


class ParentsName(second.Child):
    """a stream of the node above itself"""

    def catalogue(self):
        above = second.uuid.UUID(self.parent["id"])
        return [dict(super().catalogue()[0], nama="%s/intake" % above, simpul=above.bytes)]


class OtherGenesis(second.Child):
    """a log that began as another node's"""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.log = second.Log("LAIN", "intake")


class WrongNumber(second.Child):
    """a record with another number, in a chain that holds"""

    def live(self, context):
        if len(self.log.records) == 10:
            record = second.msgpack.unpackb(self.log.records[5])
            record[1] += 1
            self.log.append_bytes(second.msgpack.packb(record))
        super().live(context)


# Who, what people read of it, and how many of its ten records are held.
REFUSED = (
    (BrokenChain, "rantai_putus", 0),
    (ForgedHead, "tanda_tangan_salah", 10),
    (ForeignName, "nama_aliran_salah", 10),
    (ParentsName, "mengaku_simpul_ini", 0),
    (OtherGenesis, "awal_salah", 0),
    (WrongNumber, "rekaman_rusak", 10),
)


def test_refusals(above, kid):
    for kind, code, held in REFUSED:
        bad = kind(second.Identity(kind.__name__.upper()), above.text)
        bad.head_every, bad.pause = 0.2, 1
        lodge(bad, 10)
        above.link(bad)
        check(f"{kind.__doc__}: refused, and named",
              until(lambda: code in (above.row(bad).get("masalah"), above.stream(bad).get("masalah")), 5),
              (above.row(bad), bad.ends, bad.errors))
        check(f"{kind.__doc__}: {held} of its 10 records are held", above.stream(bad).get("seq", 0) == held,
              above.row(bad))
        bad.end()
    lodge(kid, 5)
    check("the others flow on all the while", until(lambda: above.has(kid)), above.row(kid))


def main():
    test_vectors()
    address = f"tcp://127.0.0.1:{free_port()}"
    with Node("utama", PPID_LISTEN_NODES=address) as node:
        node.start()
        above = Above(node, address)
        kid = second.Child(second.Identity("KEDUA"), above.text)
        test_flow(above, kid)
        test_links(above, kid)
        test_histories(above, kid)
        test_refusals(above, kid)
        kid.end()
    finish()


if __name__ == "__main__":
    main()
