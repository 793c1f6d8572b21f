"""links - what tests of several nodes share: making a link by the real commands, comparing copies, waiting"""

import json
import random
import socket
import time

FEDERATED = ("intake", "workflow", "reporting")


def until(is_so, within=30, pause=0.2):
    """Asks again and again; what it answered last."""
    end = time.monotonic() + within
    while True:
        answer = is_so()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(pause)


def free_port():
    """Below the ephemeral range, so that no outgoing connection takes it; anywhere in it, as tests run side by side."""
    for port in random.sample(range(7500, 8000), 500):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no port is free")


def identity(node, account, address=None):
    """The node's identity in a file, and its eight words."""
    path = node.home / "identitas.txt"
    more = ("--address", address) if address else ()
    code, _, err = node.ctl("node", "identity", "--out", str(path), "--as", account, *more)
    assert code == 0, err
    return str(path), err.strip().split(": ", 1)[1]


def linked(node):
    """Rows of `ppidctl node list` by the name of the node; empty while federation does not answer."""
    code, out, _ = node.ctl("--json", "node", "list")
    return {row["identitas"]["nama"]: row for row in map(json.loads, out.splitlines())} if code == 0 else {}


def is_connected(node, other):
    return linked(node).get(other, {}).get("terhubung", False)


def troubles(node, other):
    """Every word that `node list` has about what is wrong with it."""
    row = linked(node).get(other, {})
    said = [row.get("masalah")] + [stream.get("masalah") for stream in row.get("aliran", [])]
    return [word for word in said if word]


def link(parent, parent_account, child, child_account, address, unit):
    """Invited, joined, accepted by words; waits for the connection."""
    child_file, child_words = identity(child, child_account)
    parent_file, parent_words = identity(parent, parent_account, address)
    parent.must("node", "invite", child_file, "--unit", unit, "--as", parent_account)
    child.must("node", "join", parent_file, "--words", parent_words, "--as", child_account)
    parent.must("node", "accept", child.name, "--words", child_words, "--as", parent_account)


def hashes(node, stream):
    """The chain of a log as a reader computes it from the bytes: (sequence, epoch, hash) of each record."""
    code, out, err = node.ctl("log", stream, "--hash")
    if code != 0:
        return []
    return [(row["seq"], row["epok"], row["sidik"]) for row in map(json.loads, out.splitlines())]


def differences(parent, child):
    """Streams whose copy at the parent is not the child's log to the byte; a log without a record has no copy."""
    found = {}
    for service in FEDERATED:
        own, copied = hashes(child, service), hashes(parent, f"{child.name}/{service}")
        if own != copied:
            found[service] = (len(own), len(copied), own[-1:], copied[-1:])
    return found


def agree(parent, child, within=40):
    """None when all copies agree in time, or else how they differ."""
    left = until(lambda: (differences(parent, child) or "none"), 0)
    end = time.monotonic() + within
    while left != "none" and time.monotonic() < end:
        time.sleep(0.5)
        left = differences(parent, child) or "none"
    return None if left == "none" else left
