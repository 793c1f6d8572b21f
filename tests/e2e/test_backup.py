"""A backup of a node under load, and both drills: the same machine rolled back, and another machine
without the key directory."""

import json
import os
import signal

from load import Load
from simpul import SERVICES, Node, check, finish, request

CLIENTS = 3


def lodged(node):
    """Ids and numbers in intake's log."""
    return {e["isi"]["permohonan_id"]: e["isi"]["nomor"]
            for e in node.events("intake", "--type", "permohonan_diajukan")}


def check_set(folder, known):
    manifest = json.loads((folder / "manifest.json").read_text())
    heads = {m["layanan"]: m["kepala"] for m in manifest["layanan"]}
    followed = [(m["layanan"], p["aliran"], p["seq"]) for m in manifest["layanan"] for p in m["mengikuti"]]
    check(f"{folder.name}: no cursor passes a head",
          all(seq <= heads[stream]["seq"] for _, stream, seq in followed if stream in heads), followed)
    check(f"{folder.name}: every service is in it and the set is complete",
          sorted(heads) == sorted(SERVICES) and manifest["lengkap"], manifest)
    return manifest, known


def take_backups(node, account):
    """Sets with what had been answered before each began."""
    sets = []
    with Load(node, account, clients=CLIENTS) as load:
        load.wait_for(30)
        for n in range(4):
            known = dict(load.answered)
            folder = node.home / f"set{n}"
            code, out, err = node.ctl("backup", str(folder))
            check(f"set{n} is taken while {CLIENTS} clients go on", code == 0, out + err)
            load.wait_for(25)
            sets.append((folder, known))
    check("no client was refused anything by a backup", load.refused == [], load.refused[:3])
    check("the clients were under way all the time", len(load.answered) > 4 * 25, len(load.answered))
    for folder, known in sets:
        check_set(folder, known)
    return sets, load.answered


def check_restored(node, account, known, all_numbers, why):
    rows = node.status()
    fenced = [name for name, row in rows.items() if row["dipagari"]]
    check(f"{why}: services that lost something are fenced", "intake" in fenced,
          {n: (r["dipagari"], r["kepala"]["seq"]) for n, r in rows.items()})
    have = lodged(node)
    check(f"{why}: everything answered before the backup is there with its number",
          all(have.get(i) == number for i, number in known.items()), len(known))
    code, out, err = node.ctl("verify")
    check(f"{why}: chains and vaults are whole", code == 0, out + err)
    code, _, err = node.send("ajukan_permohonan", request(), account, "--within", "2")
    check(f"{why}: fenced, it gives no number", code != 0)
    node.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", "--as", account)
    check(f"{why}: everybody reads on across the new epochs", node.settle(60), node.status())
    body = request()
    code, reply, err = node.send("ajukan_permohonan", body, account)
    check(f"{why}: opened, it takes requests again", code == 0, err)
    number = reply["jawaban"]["nomor"] if reply else ""
    check(f"{why}: the new request has a number of its own", number not in set(have.values()), number)
    if all_numbers is not None:
        check(f"{why}: a number given in the lost tail is not given again", number not in all_numbers, number)
        lost = node.events("intake", "--type", "nomor_hilang")
        check(f"{why}: numbers that may have been given are named as lost", len(lost) == 1, lost)
    node.settle(60)
    node.stop()
    code, out, err = node.ctl("replay")
    check(f"{why}: replay gives the same tables", code == 0, out + err)
    code, out, err = node.ctl("verify", "--offline")
    check(f"{why}: the stopped stores are whole", code == 0, out + err)


def main():
    os.umask(0o077)
    if "intake" not in SERVICES:
        print("0 passed, 0 failed, 1 skipped")
        return
    with Node() as node:
        node.start()
        account = node.found()
        for person in ("satu", "dua"):
            node.must("key", "recovery-new", str(node.home / person))
        node.must("key", "export", "--to", str(node.home / "satu.pub"), "--to", str(node.home / "dua.pub"))
        sets, answered = take_backups(node, account)
        node.stop(how=signal.SIGKILL)
        node.must("restore", str(sets[1][0]), "--replace")
        node.start()
        check_restored(node, account, sets[1][1], set(answered.values()), "rolled back")
        with Node(keys=False) as other:
            other.must("restore", str(sets[2][0]))
            other.must("key", "import", "--in", str(sets[2][0] / "ekspor.json"), "--secret",
                       str(node.home / "dua.key"))
            other.start()
            check_restored(other, account, sets[2][1], None, "another machine")
    finish()


main()
