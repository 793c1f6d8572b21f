"""The services of one node over TCP, each with key files of its own, as in containers; keys change while they work."""

import os
import shutil
import subprocess
import threading
import time

from links import free_port, until
from simpul import BIN, SERVICES, Node, check, finish

ROUNDS = 2  # one rotation needs the keys before it, the next forgets them


class Apart(Node):
    """Every service at an address of its own under its own name, which a hosts file of their own tells."""

    def __init__(self, name):
        super().__init__(name)
        self.port = free_port()
        self.settings["PPID_PEERS"] = f"tcp://ppid-NAME:{self.port}"
        self.address = {service: f"127.0.0.{11 + n}" for n, service in enumerate(SERVICES)}
        hosts = self.home / "hosts"
        hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{a} ppid-{s}\n" for s, a in self.address.items()))
        self.inside = ["unshare", "--mount", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$@"', "sh"]
        for service in [*SERVICES, "ctl"]:
            (self.home / "kunci" / service).mkdir(parents=True, mode=0o700)
            self.hand(service)

    def hand(self, service):
        """What scripts/container/keys puts into the volume of a service."""
        own = [f"{service}.ring", f"{service}.curve", "node.pub"]
        for name in own + (["node.sign"] if service in ("federation", "ctl") else []):
            source = self.home / "keys" / name
            if source.exists():
                new = self.home / "kunci" / service / ".new"
                shutil.copy(source, new)
                new.chmod(0o400)
                new.rename(new.parent / name)

    def start(self, *names, **_):
        for name in names or SERVICES:
            super().start(name, wait=0, PPID_LISTEN=f"tcp://{self.address[name]}:{self.port}",
                          PPID_KEYS=str(self.home / "kunci" / name))

    def ctl(self, *arguments, stdin=None, timeout=120, **more):
        keys = {} if arguments[0] == "key" else {"PPID_KEYS": str(self.home / "kunci" / "ctl")}
        done = subprocess.run(
            [*self.inside, BIN / "ppidctl", *arguments], env=self.environment(PPID_HOME=str(self.home), **keys, **more),
            input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, text=True,
            timeout=timeout)
        return done.returncode, done.stdout, done.stderr


class Asker(threading.Thread):
    """An operator who asks two services again and again; how long he was without an answer at most."""

    def __init__(self, node, account):
        super().__init__()
        self.node, self.account, self.longest, self.is_over = node, account, 0.0, False

    def run(self):
        answered = time.monotonic()
        while not self.is_over:
            code, _, _ = self.node.ctl("--within", "1000", "status", "workflow", "intake")
            now = time.monotonic()
            self.longest = max(self.longest, now - answered)
            if code == 0:
                answered = now


def generation(node, service):
    line = next(w for w in (node.home / "kunci" / service / f"{service}.curve").read_text().splitlines()
                if w.startswith("present"))
    return int(line.split()[1])


def events(node, service, name):
    return (node.home / f"{service}.log").read_text().count(f'"event":"{name}"')


def rotate(node, account, pause, count):
    node.must("key", "rotate", "--network", "--root", str(node.home / "root.key"))
    asker = Asker(node, account)
    asker.start()
    began = time.monotonic()
    for service in ["ctl", *SERVICES]:
        node.hand(service)
        time.sleep(pause)
    taken = until(lambda: all(events(node, s, "kunci_angkut_baru") == count for s in SERVICES), within=30)
    check(f"every service takes its new key by itself, handed {pause} s apart", taken,
          {s: events(node, s, "kunci_angkut_baru") for s in SERVICES})
    check("and they speak to each other under the new ones", node.settle(), node.status())
    asker.is_over = True
    asker.join()
    print(f"        all under new keys after {time.monotonic() - began:.1f} s; longest without an answer: "
          f"{asker.longest:.1f} s")
    check("an operator with the newest keys waits for no more than the slowest service", asker.longest < 10, asker.longest)


def main():
    if os.geteuid() != 0:
        print("SKIP  services at addresses of their own need a hosts file of their own, and that root")
        finish(skipped=1)
    with Apart("terpisah") as node:
        node.start()
        check("services with nothing but addresses and keys find each other",
              until(lambda: node.ctl("status", "--wait", "30", *SERVICES)[0] == 0), node.log_text())
        account = node.found("UTAMA")
        processes = {name: p.pid for name, p in node.processes.items()}
        before = generation(node, "intake")
        for n in range(ROUNDS):
            rotate(node, account, (0.0, 1.5)[n], n + 1)
        check("their keys are two generations on", generation(node, "intake") == before + ROUNDS)
        check("without a restart", all(p.poll() is None for p in node.processes.values())
              and processes == {name: p.pid for name, p in node.processes.items()})
        body = {"kode": "BARU", "nama": "Dinas Baru", "sebutan": "PPID Pembantu", "kop": ["KOTA UJI"], "pejabat": []}
        code, _, err = node.send("daftarkan_unit", {"unit": body}, account)
        check("what is decided reaches the others", code == 0 and node.settle(), err)
        (node.home / "data" / "pemulihan-belum-selesai").touch()
        check("with a restore that was broken off no service starts",
              node.stop("intake")["intake"] == 0 and started_to_end(node, "intake") == 100)
    finish()


def started_to_end(node, service):
    node.start(service)
    return node.processes.pop(service).wait(timeout=20)


main()
