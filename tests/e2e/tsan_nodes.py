"""tsan_nodes - two linked nodes under load, each the threads of one ppid-node

For ThreadSanitizer (scripts/checks/tsan), which looks at what the threads share:
TEST_BIN says where its programs are. It fails alone when the link or the load
does; the reports are the sanitizer's.
"""

import json
import pathlib
import signal
import threading
import time

from links import free_port
from simpul import Node, ROOT, check, finish, request

REGISTER = ROOT / "tests" / "data" / "register-2021-Q3.csv"
PATIENCE = 240


def wait_for(what, is_true):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if is_true():
            return check(what, True)
        time.sleep(0.5)
    return check(what, False)


def link(above, below, address, above_account, below_account):
    ours, its = str(above.home / "id.txt"), str(below.home / "id.txt")
    above.must("node", "identity", "--address", address, "--out", ours)
    below.must("node", "identity", "--out", its)
    above.must("node", "invite", its, "--unit", "DINKES", "--as", above_account)
    below.must("node", "join", ours, "--as", below_account)
    words = json.loads(above.must("node", "list", "--json"))["kata"]
    above.must("node", "accept", "dinkes", "--words", words, "--as", above_account)


def held(above):
    """The heads that above has of the node below, by service."""
    row = json.loads(above.must("node", "list", "--json"))
    return {s["nama"].split("/")[1]: s["seq"] for s in row.get("aliran", [])}


def lodge(below, account, errors):
    for n in range(20):
        code, _, err = below.send("ajukan_permohonan", request("DINKES", f"Warga {n}"), account)
        if code != 0:
            errors.append(err)


def ask_all(node, stop, errors):
    """Answers, pages and figures of every service, while it works."""
    while not stop.is_set():
        for words in (("status",), ("report", "--city", "--period", "2021-Q3"), ("node", "list")):
            code, _, err = node.ctl(*words)
            if code != 0:
                errors.append(err)


def main():
    address = f"tcp://127.0.0.1:{free_port()}"
    errors = []
    with Node("utama", together=True, PPID_LISTEN_NODES=address) as above, Node("dinkes", together=True) as below:
        above.start(wait=120)
        below.start(wait=120)
        above_account, below_account = above.found("UTAMA"), below.found("DINKES")
        link(above, below, address, above_account, below_account)
        wait_for("the node below is connected", lambda: json.loads(above.must("node", "list", "--json"))["terhubung"])

        stop = threading.Event()
        load = [threading.Thread(target=lodge, args=(below, below_account, errors)) for _ in range(3)]
        load += [threading.Thread(target=ask_all, args=(n, stop, errors)) for n in (above, below)]
        for thread in load:
            thread.start()
        below.must("import", str(REGISTER), "--unit", "DINKES", "--as", below_account)
        below.must("backup", str(below.home / "copy"))
        for thread in load[:3]:
            thread.join()
        above.must("node", "suspend", "dinkes", "--as", above_account)
        above.must("node", "resume", "dinkes", "--as", above_account)
        stop.set()
        for thread in load[3:]:
            thread.join()
        check("every call was answered", not errors, errors[:3])

        def is_even():
            heads = {name: row["kepala"]["seq"] for name, row in below.status().items() if "kepala" in row}
            got = held(above)
            return got != {} and all(heads[name] == seq for name, seq in got.items())

        wait_for("the node above has the logs of the one below", is_even)
        for node in (below, above):
            node.processes["node"].send_signal(signal.SIGHUP)
        codes = [n.stop(within=120) for n in (below, above)]
        check("both end when they are asked to", codes == [{"node": 0}] * 2, codes)
        for node in (below, above):
            log = (node.home / "node.log").read_text(errors="replace")
            print(f"# {node.name}: {log.count('ThreadSanitizer')} reports")
    finish()


if __name__ == "__main__":
    main()
