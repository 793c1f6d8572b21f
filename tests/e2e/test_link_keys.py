"""Rotated transport keys: the node at the other end learns them over the link itself, in both directions."""

import signal

from links import free_port, is_connected, link, linked, until
from simpul import Node, check, finish


def generation_of(node, other):
    return linked(node).get(other.name, {}).get("identitas", {}).get("generasi")


def main():
    address = f"tcp://127.0.0.1:{free_port()}"
    with Node("utama", PPID_LISTEN_NODES=address) as above, Node("dinkes") as below:
        above.start()
        below.start()
        link(above, above.found("UTAMA"), below, below.found("DINKES"), address, "DINKES")
        check("the two nodes are linked", until(lambda: is_connected(above, below.name), 40), linked(above))
        for generation in (2, 3):
            below.must("key", "rotate", "--network", "--root", str(below.home / "root.key"))
            below.processes["federation"].send_signal(signal.SIGHUP)
            check(f"the parent learns the child's keys of generation {generation}",
                  until(lambda: generation_of(above, below) == generation, 40), linked(above))
            below.stop("federation")
            below.start("federation")
            check(f"and lets it in under them, generation {generation}",
                  until(lambda: is_connected(above, below.name), 40), linked(above))
        for generation in (2, 3):
            above.must("key", "rotate", "--network", "--root", str(above.home / "root.key"))
            above.processes["federation"].send_signal(signal.SIGHUP)
            check(f"the child finds its parent under keys of generation {generation}, and learns the next",
                  until(lambda: generation_of(below, above) == generation and is_connected(below, above.name), 40),
                  linked(below))
    finish()


main()
