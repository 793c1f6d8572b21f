"""Rotated transport keys: the node at the other end learns them over the link itself, in both directions."""

import json
import signal
import time

from links import free_port
from simpul import Node, check, finish


def link_of(node):
    lines = [line for line in node.must("node", "list", "--json").splitlines() if line.strip()]
    return json.loads(lines[0]) if lines else {}


def comes(node, is_there, within=40):
    until = time.monotonic() + within
    while time.monotonic() < until:
        row = link_of(node)
        if row and is_there(row):
            return True
        time.sleep(0.3)
    return False


def link(parent, child, address, accounts):
    child.must("node", "identity", "--out", str(child.home / "id.txt"), "--as", accounts[child])
    parent.must("node", "identity", "--address", address, "--out", str(parent.home / "id.txt"), "--as", accounts[parent])
    parent.must("node", "invite", str(child.home / "id.txt"), "--unit", "DINKES", "--as", accounts[parent])
    child.must("node", "join", str(parent.home / "id.txt"), "--as", accounts[child])
    words = link_of(parent)["kata"]
    parent.must("node", "accept", child.name, "--words", words, "--as", accounts[parent])


def main():
    address = f"tcp://127.0.0.1:{free_port()}"
    with Node("utama", PPID_LISTEN_NODES=address) as above, Node("dinkes") as below:
        above.start()
        below.start()
        link(above, below, address, {above: above.found("UTAMA"), below: below.found("DINKES")})
        check("the two nodes are linked", comes(above, lambda row: row["terhubung"]), link_of(above))
        for generation in (2, 3):
            below.must("key", "rotate", "--network", "--root", str(below.home / "root.key"))
            below.processes["federation"].send_signal(signal.SIGHUP)
            check(f"the parent learns the child's keys of generation {generation}",
                  comes(above, lambda row: row["identitas"]["generasi"] == generation), link_of(above))
            below.stop("federation")
            below.start("federation")
            check(f"and lets it in under them, generation {generation}", comes(above, lambda row: row["terhubung"]),
                  link_of(above))
        for generation in (2, 3):
            above.must("key", "rotate", "--network", "--root", str(above.home / "root.key"))
            above.processes["federation"].send_signal(signal.SIGHUP)
            check(f"the child finds its parent under keys of generation {generation}, and learns the next",
                  comes(below, lambda row: row["identitas"]["generasi"] == generation and row["terhubung"]),
                  link_of(below))
    finish()


main()
