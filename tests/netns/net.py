"""net - machines of a test: network namespaces of its own on a bridge of its own, nothing of the host's network

Needs root, ip and nft. A thread that has entered a namespace opens its sockets there; so do the threads it starts.
"""

import ctypes
import os
import shutil
import subprocess

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def run(*command, stdin=None):
    subprocess.run(command, check=True, input=stdin, text=True, capture_output=True, timeout=20)


def why_not():
    """Why there can be no namespaces here; None: there can."""
    if os.geteuid() != 0:
        return "needs root"
    for program in ("ip", "nft"):
        if shutil.which(program) is None:
            return f"{program} is not installed (scripts/deps test)"
    name = f"ppid{os.getpid()}x"
    try:
        run("ip", "netns", "add", name)
        try:
            run("ip", "-n", name, "link", "add", "name", "probe0", "type", "veth", "peer", "name", "probe1")
            run("ip", "netns", "exec", name, "nft", "-f", "-", stdin="table inet probe {\n}\n")
        finally:
            run("ip", "netns", "del", name)
    except subprocess.CalledProcessError as error:
        return f"{' '.join(error.cmd)}: {error.stderr.strip()}"
    return None


class Net:
    """Machines by label; each has an address in 10.99.0.0/24."""

    def __init__(self):
        self.prefix = f"ppid{os.getpid()}"
        self.labels = []

    def name(self, label):
        return f"{self.prefix}-{label}"

    def __enter__(self):
        bridge = self.name("bridge")
        run("ip", "netns", "add", bridge)
        self.labels.append("bridge")
        try:
            run("ip", "-n", bridge, "link", "add", "name", "br0", "type", "bridge")
            run("ip", "-n", bridge, "link", "set", "br0", "up")
        except subprocess.CalledProcessError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for label in reversed(self.labels):
            subprocess.run(["ip", "netns", "del", self.name(label)], capture_output=True, timeout=20)

    def add(self, label, last):
        name, bridge = self.name(label), self.name("bridge")
        run("ip", "netns", "add", name)
        self.labels.append(label)
        run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", bridge, "link", "add", "name", f"v{last}", "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "-n", bridge, "link", "set", f"v{last}", "master", "br0", "up")
        run("ip", "-n", name, "address", "add", f"10.99.0.{last}/24", "dev", "eth0")
        run("ip", "-n", name, "link", "set", "eth0", "up")
        return f"10.99.0.{last}"

    def inside(self, label):
        """What comes before a command that is to run there."""
        return ["ip", "netns", "exec", self.name(label)]

    def enter(self, label):
        """This thread, from now on."""
        with open(f"/run/netns/{self.name(label)}") as there:
            if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def drop(self, label, *ways):
        """Packets are lost, silently: "in", "out" or both."""
        rules = "table inet cut {\n"
        for way in ways:
            hook, field = ("input", "saddr") if way == "in" else ("output", "daddr")
            rules += f"chain {way} {{\ntype filter hook {hook} priority 0;\nip {field} 10.99.0.0/24 drop\n}}\n"
        run(*self.inside(label), "nft", "-f", "-", stdin=rules + "}\n")

    def heal(self, label):
        run(*self.inside(label), "nft", "flush", "ruleset")

    def steal(self, thief, victim, address):
        """The address answers from another machine; give_back ends it."""
        run("ip", "-n", self.name(victim), "link", "set", "eth0", "down")
        run("ip", "-n", self.name(thief), "address", "add", f"{address}/24", "dev", "eth0")
        self.forget()

    def give_back(self, thief, victim, address):
        run("ip", "-n", self.name(thief), "address", "del", f"{address}/24", "dev", "eth0")
        run("ip", "-n", self.name(victim), "link", "set", "eth0", "up")
        self.forget()

    def forget(self):
        """Nobody remembers which card an address had."""
        for label in self.labels:
            subprocess.run(["ip", "-n", self.name(label), "neighbour", "flush", "all"], capture_output=True, timeout=20)
