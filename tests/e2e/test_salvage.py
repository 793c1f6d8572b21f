"""A service that gets the lost end of its log back from federation's copy is killed while it does: nothing is lost.
A whole node that was restored gets the lost ends of its federated logs back from its parent, with nobody at it."""

import json
import shutil
import signal

from links import agree, differences, free_port, hashes, is_connected, link, until
from simpul import Node, check, finish, request

UNIT = "3275"
POINT = "salvage_before_commit"
SALVAGED = ("intake", "workflow")
LOST = 40  # requests after the copy was taken


def copied(node, account):
    """How far federation's copy of each service of the node goes."""
    rows = [row for page in node.ask("aliran_daftar", {}, account) for row in page["aliran"]]
    return {row["nama"].split("/")[1]: row["seq"] for row in rows}


def head(node, service):
    return node.status().get(service, {}).get("kepala")


def lodge(node, account, count):
    for _ in range(count):
        code, _, err = node.send("ajukan_permohonan", request(unit=UNIT), account)
        assert code == 0, err


def check_killed(node, account, service):
    node.stop(service)
    data = node.home / "data" / service
    kept = node.home / f"{service}.kept"
    shutil.copyfile(data / "data.mdb", kept)
    node.start(service)
    lodge(node, account, LOST)
    assert node.settle(), node.status()
    before, last = node.events(service), head(node, service)
    check(f"federation has copied all of {service}", until(lambda: copied(node, account)[service] == last["seq"]),
          (copied(node, account), last))
    node.stop(service)
    shutil.copyfile(kept, data / "data.mdb")
    (data / "lock.mdb").unlink(missing_ok=True)
    for time in ("once", "again"):
        node.start(service, wait=0, PPID_CRASH=f"{POINT}:1")
        code = node.processes[service].wait(timeout=30)
        check(f"{service} is killed {time} while it takes its lost end back", code == -signal.SIGKILL, code)
    node.start(service)
    back = until(lambda: head(node, service) == last and not node.status()[service]["dipagari"])
    check(f"started anew, {service} has its old head, in the same epoch, and is open", back, node.status()[service])
    check(f"the log of {service} is what it was", node.events(service) == before)


def check_restored(above, below, account, how):
    """how: the signal that ends the node before it is restored; None: it is stopped."""
    folder = below.home / f"set-{how}"
    said = "killed" if how else "stopped"
    lodge(below, account, 2)
    below.must("backup", str(folder))
    heads = {service: row["kepala"]["seq"] for service, row in below.status().items()}
    lodge(below, account, 8)
    assert below.settle(), below.status()
    check(f"{said}: the parent has all of it", agree(above, below) is None, differences(above, below))
    before = {service: hashes(below, service) for service in SALVAGED}
    lasts = {service: row["kepala"]["seq"] for service, row in below.status().items()}
    below.stop(**({"how": how} if how else {}))
    below.must("restore", str(folder), "--replace")
    below.start()
    fenced = {service for service, row in below.status().items() if row["dipagari"]}
    if how:
        check(f"{said}: what it noted last may be old, so federation is fenced as all others", "federation" in fenced,
              fenced)
    else:
        kept = {service for service in lasts if lasts[service] == heads[service]}
        check(f"{said}: services that wrote nothing since the backup lost nothing, and start open",
              kept and not kept & fenced, (kept, fenced))
    is_open = until(lambda: not any(below.status()[service]["dipagari"] for service in SALVAGED))
    check(f"{said}: with nobody at it, intake and workflow get their lost ends back and open", is_open,
          below.ctl("status")[1])
    check(f"{said}: in the same epoch, to the byte", {s: hashes(below, s) for s in SALVAGED} == before)
    below.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", "--as", account)
    check(f"{said}: a person opens the rest", below.settle(60) and
          not any(row["dipagari"] for row in below.status().values()), below.status())
    lodge(below, account, 2)
    check(f"{said}: the parent reads on, without a branch",
          agree(above, below) is None and not above.must("--json", "node", "branches", "--open").strip(),
          differences(above, below))


def main():
    address = f"tcp://127.0.0.1:{free_port()}"
    with Node("utama", PPID_LISTEN_NODES=address) as above, Node("dinkes") as below:
        above.start()
        below.start()
        account = below.found(UNIT)
        link(above, above.found("UTAMA"), below, account, address, UNIT)
        check("the two nodes are linked", until(lambda: is_connected(above, below.name)))
        lodge(below, account, 5)
        for service in ("workflow", "intake"):
            check_killed(below, account, service)
        lodge(below, account, 1)
        check("the node goes on", below.settle(), below.status())
        code, out, err = below.ctl("--json", "verify")
        lost = {row["layanan"]: row["data_hilang"] for row in map(json.loads, out.splitlines())}
        check("chains are whole; what was only in the lost store is named, and nothing else", code == 0 and
              lost.pop("intake") == LOST and not any(lost.values()), out + err)
        below.stop()
        code, out, err = below.ctl("replay")
        check("replay gives the same tables", code == 0, out + err)
        below.start()
        check_restored(above, below, account, signal.SIGKILL)
        check_restored(above, below, account, None)
    finish()


main()
