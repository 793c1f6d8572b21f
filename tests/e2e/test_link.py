"""Two nodes: the link in all its states, copies equal to the byte, a restored node that gets its lost end back
from the node above, and one that goes on without it."""

import json
import os
import shutil
import signal
import time
import uuid

from links import agree, differences, free_port, hashes, identity, is_connected, linked, troubles, until
from load import Load
from simpul import SERVICES, Node, check, finish, request

UNIT = "3275"
# Not federated, or without a record that the node above could hold: opened by a person.
LOCAL = ("notification", "reporting", "federation")


def lodge(node, account, count):
    numbers = []
    for _ in range(count):
        code, reply, err = node.send("ajukan_permohonan", request(UNIT), account)
        assert code == 0, err
        numbers.append(reply["jawaban"]["nomor"])
    return numbers


def status_of(node, other):
    return linked(node).get(other, {}).get("status")


def lodged(node):
    return {e["isi"]["permohonan_id"]: e["isi"]["nomor"]
            for e in node.events("intake", "--type", "permohonan_diajukan")}


def check_enrolment(up, up_account, down, down_account, stranger, stranger_account, address):
    down_file, down_words = identity(down, down_account)
    up_file, up_words = identity(up, up_account, address)
    wrong = " ".join(reversed(down_words.split()))
    code, _, err = down.ctl("node", "join", up_file, "--words", wrong, "--as", down_account)
    check("a parent under other words is not joined", code == 1 and "kata" in err, err)
    up.must("node", "invite", down_file, "--unit", UNIT, "--as", up_account)
    down.must("node", "join", up_file, "--words", up_words, "--as", down_account)
    stranger.must("node", "join", up_file, "--as", stranger_account)
    check("the child's key knocks, and waits for a person",
          until(lambda: status_of(up, down.name) == "menunggu"), linked(up))
    code, _, err = up.ctl("node", "accept", down.name, "--words", wrong, "--as", up_account)
    check("wrong words are refused and say so", code == 1 and "kata_tidak_cocok" in err, err)
    check("and nothing of the child is held", not hashes(up, f"{down.name}/workflow"))
    check("nor is it connected", not is_connected(up, down.name) and status_of(up, down.name) == "menunggu")
    up.must("node", "accept", down.name, "--words", down_words, "--as", up_account)
    check("accepted by its words, it is connected", until(lambda: is_connected(up, down.name)), linked(up))
    check("the child says so too", until(lambda: is_connected(down, up.name)), linked(down))
    check("a node that nobody invited stays out", stranger.name not in linked(up) and
          not is_connected(stranger, up.name), linked(up))
    check("and is told that it is not let in", until(lambda: troubles(stranger, up.name)), linked(stranger))


def check_copies(up, down, down_account):
    lodge(down, down_account, 10)
    check("copies at the parent are the child's logs to the byte", agree(up, down) is None, differences(up, down))
    mine, theirs = down.events("intake"), up.events(f"{down.name}/intake")
    check("and read the same", len(mine) >= 10 and mine == theirs, (len(mine), len(theirs)))
    row = linked(up)[down.name]
    check("the list says how far each copy reaches, and that nothing lags",
          {s["nama"].split("/")[1]: s["tertinggal"] for s in row["aliran"]} == {"intake": 0, "workflow": 0}, row)
    check("version, contact and clock are there", row["versi"] and row["kontak"] and abs(row["selisih_jam_us"]) < 5e6,
          row)
    check("what only its own node may see has no copy", not hashes(up, f"{down.name}/notification"))


def check_suspension(up, up_account, down, down_account):
    up.must("node", "suspend", down.name, "--as", up_account)
    check("suspended, the session ends at once", until(lambda: not is_connected(up, down.name), 5), linked(up))
    before = len(hashes(up, f"{down.name}/intake"))
    lodge(down, down_account, 3)
    time.sleep(1)
    check("the child goes on working, the parent gets nothing", len(hashes(up, f"{down.name}/intake")) == before)
    check("the child sees that it is not let in", until(lambda: troubles(down, up.name)), linked(down))
    up.must("node", "resume", down.name, "--as", up_account)
    check("resumed, it comes back by itself and catches up", agree(up, down) is None, differences(up, down))


def check_salvage(up, down, down_account):
    folder = down.home / "set1"
    with Load(down, down_account, UNIT) as load:
        load.wait_for(8)
        code, out, err = down.ctl("backup", str(folder))
        check("a backup is taken while a client goes on", code == 0, out + err)
        load.wait_for(12)
    check("no client was refused", not load.refused, load.refused[:2])
    down.settle()
    check("the parent has all of it", agree(up, down) is None, differences(up, down))
    before = {s: hashes(down, s) for s in ("intake", "workflow")}
    down.stop(how=signal.SIGKILL)
    down.must("restore", str(folder), "--replace")
    down.start()
    is_open = until(lambda: not any(down.status()[s]["dipagari"] for s in before), 30)
    check("restored, intake and workflow get their lost end back and open by themselves", is_open,
          {n: (r["dipagari"], r.get("sebab_pagar"), r["kepala"]["seq"]) for n, r in down.status().items()})
    after = {s: hashes(down, s) for s in before}
    check("to the byte and in the same epoch", after == before,
          {s: (before[s][-1:], after[s][-1:]) for s in before})
    have = lodged(down)
    check("nothing that was answered is lost, and has its number",
          len(load.answered) >= 20 and all(have.get(i) == n for i, n in load.answered.items()), len(load.answered))
    manifest = json.loads((folder / "manifest.json").read_text())
    cut = next(m["kepala"]["seq"] for m in manifest["layanan"] if m["layanan"] == "intake")
    sealed = sum(e["segel"] for e in down.events("intake") if e["seq"] > cut)
    lost = down.ask("data_hilang_daftar", {}, None, "intake")[0]["baris"]
    check("what the vault lost is listed, all of it and nothing else",
          len(lost) == sealed > 0 and all(row["seq"] > cut for row in lost), (len(lost), sealed, cut))
    check("and status says how much", f"DATA HILANG: {len(lost)} " in down.ctl("status")[1], down.ctl("status")[1])
    code, out, err = down.ctl("verify")
    check("verify tells it from damage", code == 0 and "hilang sejak pemulihan" in out, out + err)
    down.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", *LOCAL, "--as", down_account)
    check("a person opens the services whose logs go nowhere", down.settle(60), down.status())
    numbers = lodge(down, down_account, 2)
    check("the next number is a new one", not set(numbers) & set(load.answered.values()), numbers)
    check("the parent reads on without a branch", agree(up, down) is None and not branches(up), differences(up, down))


def branches(node):
    return [json.loads(line) for line in node.must("--json", "node", "branches", "--open").splitlines()]


def check_without_parent(up, up_account, down, down_account):
    folder = down.home / "set2"
    down.must("backup", str(folder))
    before = set(lodged(down))
    lost = lodge(down, down_account, 4)
    down.orphans = set(lodged(down)) - before
    down.settle()
    check("the parent has what will be lost", agree(up, down) is None, differences(up, down))
    up.stop()
    down.stop()  # the side-cars note the heads
    down.must("restore", str(folder), "--replace")
    down.start()
    time.sleep(3)
    rows = down.status()
    check("without the parent it stays fenced", rows["intake"]["dipagari"] and rows["workflow"]["dipagari"],
          {n: r["dipagari"] for n, r in rows.items()})
    text = down.ctl("status")[1]
    check("status says how many records are missing", "kurang 4 catatan" in text, text)
    down.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", "--as", down_account)
    check("a person lets it go on in a new epoch", down.settle(60), down.status())
    numbers = lodge(down, down_account, 3)
    check("its numbers are none of the lost ones", not set(numbers) & set(lost), (numbers, lost))
    up.start()
    found = until(lambda: [b for b in branches(up) if b["cabang"]["aliran"].endswith("/intake")], 60, 0.5)
    check("the parent keeps both branches and shows the orphans to a person", found and
          found[0]["cabang"]["yatim_sampai"] - found[0]["cabang"]["garpu_seq"] == 4, (found, linked(up)))
    check("and goes on with the new one", agree(up, down) is None, differences(up, down))
    for branch in branches(up):
        up.must("node", "orphans", "decide", branch["cabang"]["aliran"], str(branch["cabang"]["nomor"]), "batal",
                "--as", up_account)
    check("decided, nothing is open any more", not branches(up), branches(up))
    check("the decision is in the log with its account",
          [e["pelaku"] for e in up.events("federation", "--type", "yatim_diputus")][:1] == [up_account])


def check_replacement(up, up_account, down, down_account):
    down.stop()
    down.must("key", "rotate", "--root", str(down.home / "root.key"), "--stolen")
    down.start()
    check("under new keys that nobody told of, it is not let in", until(lambda: troubles(down, up.name)) and
          not is_connected(up, down.name), linked(down))
    path, words = identity(down, down_account)
    up.must("node", "replace", path, "--as", up_account)
    check("replaced, it waits for its words anew",
          until(lambda: status_of(up, down.name) in ("diganti", "menunggu")), linked(up))
    up.must("node", "accept", down.name, "--words", words, "--as", up_account)
    check("accepted, it is let in under the new keys", until(lambda: is_connected(up, down.name), 40), linked(up))
    lodge(down, down_account, 2)
    check("and its copies go on", agree(up, down) is None, (differences(up, down), linked(up)))


def check_revocation(up, up_account, down, down_account):
    code, _, _ = up.ctl("node", "revoke", down.name, "--as", up_account)
    check("a revocation without a reason is refused", code == 100)
    up.must("node", "revoke", down.name, "--reason", "dibobol", "--as", up_account)
    check("revoked, the session ends at once", until(lambda: not is_connected(up, down.name), 5), linked(up))
    row = linked(up)[down.name]
    check("the list has the reason", (row["status"], row["alasan"]) == ("dicabut", "dibobol"), row)
    _, words = identity(down, down_account)
    code, _, err = up.ctl("node", "accept", down.name, "--words", words, "--as", up_account)
    check("the same keys are never accepted again", code == 1, err)
    lodge(down, down_account, 1)
    check("the child goes on alone and says why", until(lambda: troubles(down, up.name)), linked(down))


def check_damage(up, down):
    """One bit of a record in a copy, in a branch that nobody reads any more: only a walk over all of it sees it."""
    data = up.home / "data" / "federation" / "data.mdb"
    before = data.read_bytes()
    wanted = [uuid.UUID(i).bytes for i in down.orphans]
    check("the orphans are still kept", len(wanted) > 0 and all(w in before for w in wanted), len(wanted))
    other = bytes([wanted[0][0] ^ 1]) + wanted[0][1:]
    data.write_bytes(before.replace(wanted[0], other))  # pages of before have it too
    code, out, _ = up.ctl("verify", "--offline", "federation")
    check("a bit that changed in a copy is named with stream, branch and record",
          code == 1 and "salinan rusak pertama" in out and "/intake cabang 0 catatan " in out, out)
    data.write_bytes(before)


def main():
    os.umask(0o077)
    if "federation" not in SERVICES or "intake" not in SERVICES:
        print("0 passed, 0 failed, 1 skipped")
        return
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with Node("utama", PPID_LISTEN_NODES=address) as up, Node("dinkes") as down, Node("asing", together=True) as other:
        for node in (up, down, other):
            node.start()
        up_account, down_account, other_account = up.found("UTAMA"), down.found(UNIT), other.found("9999")
        check_enrolment(up, up_account, down, down_account, other, other_account, address)
        other.stop()
        check_copies(up, down, down_account)
        check_suspension(up, up_account, down, down_account)
        check_salvage(up, down, down_account)
        check_without_parent(up, up_account, down, down_account)
        check_replacement(up, up_account, down, down_account)
        for node in (up, down):
            code, out, err = node.ctl("verify")
            check(f"{node.name}: every log and every copy is whole", code == 0, out + err)
        check("verify looked at the copies", "3 salinan log" in up.ctl("verify", "federation")[1],
              up.ctl("verify", "federation"))
        check_revocation(up, up_account, down, down_account)
        for node in (up, down):
            node.stop()
            code, out, err = node.ctl("verify", "--offline")
            check(f"{node.name}: stopped, its stores are whole", code == 0, out + err)
        check_damage(up, down)
    finish()


main()
