"""A node of which nothing is left but its id: all its logs come back from the node above, and it goes on in a new epoch."""

import json
import shutil

from links import FEDERATED, agree, differences, free_port, hashes, identity, is_connected, link, linked, until
from simpul import Node, check, finish, request

UNIT = "3275"
LODGED = 12


def lodge(node, account, count):
    for _ in range(count):
        code, _, err = node.send("ajukan_permohonan", request(unit=UNIT), account)
        assert code == 0, err


def lose(node, with_keys):
    """The machine is gone: stores, what lies beside them and, where with_keys, the keys too."""
    node.stop()
    for folder in ("data", "state", "run", *(["keys"] if with_keys else [])):
        for entry in (node.home / folder).iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    if with_keys:
        (node.home / "root.key").unlink()
        (node.home / "keys").rmdir()
        node.must("key", "init", "--root", str(node.home / "root.key"))


def come_back(above, above_account, below, below_account, address, with_keys):
    before = {service: hashes(below, service) for service in FEDERATED}
    lose(below, with_keys)
    code, out, err = below.ctl("restore", "--from-parent")
    check("an empty node is told to take its logs from the node above", code == 0 and "induk" in out, out + err)
    below.start()
    check("whatever goes up is fenced, and nothing is served of what is not there",
          all(below.status()[service]["dipagari"] for service in FEDERATED), below.status())
    code, out, err = below.ctl("restore", "--from-parent")
    check("a node that has something is not emptied by it", code != 0 and "sudah ada" in err, out + err)
    account = "00000000-0000-7000-8000-000000000001"
    child_file, child_words = identity(below, account)
    parent_file, parent_words = identity(above, above_account, address)
    below.must("node", "join", parent_file, "--words", parent_words, "--as", account)
    if with_keys:
        above.must("node", "replace", child_file, "--unit", UNIT, "--as", above_account)
        above.must("node", "accept", below.name, "--words", child_words, "--as", above_account)
    connected = until(lambda: is_connected(above, below.name), 40)
    check("the link is there again", connected, (linked(above), below.log_text()))
    if with_keys:  # what the old key signed cannot be checked with the new one: a person vouches for it
        said = until(lambda: all(below.status()[name].get("sisa_tanpa_tanda") for name in ("intake", "workflow")), 60)
        check("what nothing proves is named, and not taken", said and not hashes(below, "intake"), below.status())

    def whole():
        if with_keys:
            below.ctl("node", "unfence", "--take-rest", "--as", account)
        return all(hashes(below, service)[: len(before[service])] == before[service] for service in FEDERATED)

    check("every log is to the byte what it was", until(whole, 60, 1),
          {s: (len(before[s]), len(hashes(below, s))) for s in FEDERATED} | {"status": below.ctl("status")[1]})
    below.must("node", "unfence", "--new-epoch", "--reason", "catatan_samping_hilang", "--as", below_account)
    check("a person opens it in a new epoch",
          until(lambda: not any(row["dipagari"] for row in below.status().values()), 20), below.status())


def main():
    address = f"tcp://127.0.0.1:{free_port()}"
    for with_keys in (False, True):
        print("with its keys lost too:" if with_keys else "with its keys kept:")
        with Node("utama", PPID_LISTEN_NODES=address) as above, Node("dinkes") as below:
            above.start()
            below.start()
            account, above_account = below.found(UNIT), above.found("UTAMA")
            link(above, above_account, below, account, address, UNIT)
            assert until(lambda: is_connected(above, below.name))
            lodge(below, account, LODGED)
            assert below.settle()
            check("the Utama has all of it", agree(above, below) is None, differences(above, below))
            come_back(above, above_account, below, account, address, with_keys)
            lodge(below, account, 2)
            check("its officers go on with the grants they had", below.settle(), below.status())
            check("and the Utama has what follows", agree(above, below) is None, differences(above, below))
            code, out, err = below.ctl("--json", "verify")
            lost = {row["layanan"]: row["data_hilang"] for row in map(json.loads, out.splitlines())}
            check("the chains are whole; the sealed records are named as lost", code == 0 and lost["intake"] == LODGED,
                  (code, out, err))
            numbers = [e["isi"]["nomor"] for e in below.events("intake", "--type", "permohonan_diajukan")]
            check("no number was given twice", len(numbers) == len(set(numbers)) == LODGED + 2, numbers)
            below.stop()
            code, out, err = below.ctl("replay")
            check("replay gives the same tables", code == 0, out + err)
    finish()


main()
