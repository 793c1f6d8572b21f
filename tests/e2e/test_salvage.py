"""A service that gets the lost end of its log back from federation's copy is killed while it does: nothing is lost."""

import json
import shutil
import signal

from links import free_port, is_connected, link, until
from simpul import Node, check, finish, request

UNIT = "3275"
POINT = "salvage_before_commit"
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
    finish()


main()
