"""Rotated transport keys: the node at the other end learns them over the link itself, in both directions."""

import signal

from links import free_port, is_connected, link, linked, until
from simpul import Node, check, finish


def generation_of(node, other):
    return linked(node).get(other.name, {}).get("identitas", {}).get("generasi")


def learns(node, other, generation):
    """Keys that change again at once are refused at first, and told again later: it becomes later."""
    for each in (node, other):
        each.advance(10)
    return generation_of(node, other) == generation and is_connected(node, other.name)


def main():
    address = f"tcp://127.0.0.1:{free_port()}"
    # Time is moved ahead by less than what ends a session.
    patient = {"PPID_PING_MS": "60000", "PPID_DEAD_MS": "600000"}
    with Node("utama", PPID_LISTEN_NODES=address, **patient) as above, Node("dinkes", **patient) as below:
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
                  until(lambda: learns(below, above, generation), 40), linked(below))
    finish()


main()
