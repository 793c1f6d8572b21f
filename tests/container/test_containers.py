"""The two nodes of compose.yaml as containers, from nothing: engine, image, keys, link, health, deaths, a cut, a
restore, changed keys; and a third node by scripts/container/node.yaml."""

import contextlib
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from engine import Engine, Unable, this_debian

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from links import free_port, until  # noqa: E402
from simpul import Node, check, finish, results  # noqa: E402

PROJECT = "ppiduji"
NODES = ["utama", "dinkes"]
SERVICES = ["workflow", "intake", "notification", "reporting", "federation"]
NAMES = {"utama": "utama", "dinkes": "pembantu-dinkes"}
ROWS = 12000  # enough to be under way while every service dies once
PERIOD = "2023-Q1"
MORE_ROWS = 300  # lodged while the link is cut
LATER_ROWS = 200  # lodged after the backup
THIRD = {"PPID_NODE": "pembantu-disdik", "PPID_UNIT": "DISDIK", "PPID_UNIT_NAME": "Dinas Pendidikan Contoh"}
HEALTHY_SECONDS = 90


@contextlib.contextmanager
def step(what):
    began = time.monotonic()
    print(f"        {what} ...", flush=True)
    yield
    print(f"{time.monotonic() - began:6.0f} s  {what}", flush=True)


class City:
    """The stack of compose.yaml under an engine."""

    def __init__(self, engine):
        self.engine = engine
        self.tools = {}
        self.publish = f"127.0.0.1:{free_port()}"

    def compose(self, *arguments, **more):
        return self.engine.run("docker-compose", "-p", PROJECT, "-f", ROOT / "compose.yaml", *arguments,
                               PPID_HEALTH_INTERVAL="2s", **more)

    def compose_third(self, *arguments, **more):
        return self.engine.run("docker-compose", "-p", PROJECT + "tiga", "-f", ROOT / "scripts/container/node.yaml",
                               *arguments, PPID_HEALTH_INTERVAL="2s", PPID_PUBLISH=self.publish, **THIRD, **more)

    def docker(self, *arguments, merged=False, **more):
        done = self.engine.run("docker", *arguments, **more)
        return (done.stdout + done.stderr if merged else done.stdout).strip()

    def container(self, service):
        return self.docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}",
                           "--filter", f"label=com.docker.compose.service={service}",
                           "--filter", "label=com.docker.compose.oneoff=False")

    def state(self, service):
        return json.loads(self.docker("inspect", self.container(service)))[0]

    def running(self):
        return [f"{node}-{service}" for node in NODES for service in SERVICES]

    def wait_healthy(self, services, within=HEALTHY_SECONDS):
        until = time.monotonic() + within
        ids = {s: self.container(s) for s in services}
        while True:
            found = self.docker("inspect", "--format", "{{.Id}} {{.State.Status}} {{.State.Health.Status}}",
                                *ids.values())
            states = dict(zip(ids, (line.split(" ", 1)[1] for line in found.splitlines())))
            if all(s == "running healthy" for s in states.values()):
                return True
            if time.monotonic() > until:
                print(f"        {states}")
                return False
            time.sleep(0.3)

    def wait_ended(self, service, within=HEALTHY_SECONDS):
        """The exit code of a container that runs once."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            container = self.container(service)
            state = self.state(service)["State"] if container else {"Status": "none"}
            if state["Status"] == "exited":
                return state["ExitCode"]
            time.sleep(0.3)
        return None

    # One container of each node in which ppidctl is called: starting one for each call takes seconds.
    def open_tools(self, node):
        name = f"{PROJECT}-{node}-tools"
        self.compose("run", "-d", "--no-deps", "--name", name, "--entrypoint", "sleep", f"{node}-ctl", "infinity")
        self.tools[node] = name

    def ctl(self, node, *arguments, stdin=None, within=180):
        """(exit code, standard output, standard error)"""
        command = ["docker", "exec", "-i", self.tools[node], "ctl", *arguments]
        done = subprocess.run(command, env=self.engine.environment, input=stdin, text=True, capture_output=True,
                              timeout=within, stdin=subprocess.DEVNULL if stdin is None else None)
        return done.returncode, done.stdout, done.stderr

    def report(self, node):
        code, out, err = self.ctl(node, "--json", "report", "--period", PERIOD)
        assert code == 0, (code, out, err)
        return json.loads(out)

    def city_figures(self, node, period=PERIOD):
        """What reporting of the node counts for each unit of the city, month by month, in a fixed order."""
        code, out, err = self.ctl(node, "ask", "laporan_kota", "--data-json", json.dumps({"periode": period}))
        assert code == 0, (code, out, err)
        rows = [row for page in out.splitlines() for row in json.loads(page)["jumlah"]]
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))

    def heads(self, node):
        """Head of each federated log: (sequence, hash)."""
        status = NodeInContainers(self, node).status()
        return {name: (status[name]["kepala"]["seq"], status[name]["kepala"]["hash"])
                for name in ("intake", "workflow")}

    def mirrored(self):
        """The same as held by the node above."""
        code, out, err = self.ctl("utama", "--json", "node", "list")
        assert code == 0, (code, out, err)
        rows = [json.loads(line) for line in out.splitlines()]
        return {a["nama"].split("/")[1]: (a["seq"], a["hash"]) for row in rows for a in row["aliran"]}

    def wait_equal(self, within=120):
        """Until everything of the node below stands above it, to the byte."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            heads, held = self.heads("dinkes"), self.mirrored()
            if all(held.get(name) == head for name, head in heads.items()):
                return True
            time.sleep(0.5)
        print(f"        {heads} {held}")
        return False


class NodeInContainers:
    """What simpul's waiting asks of a node."""

    def __init__(self, city, node):
        self.city = city
        self.node = node

    def status(self):
        _, out, _ = self.city.ctl(self.node, "--json", "status")
        return {row["layanan"]: row for row in json.loads(out)}

    def settle(self, within=60):
        return Node.settle(self, within)


def register(count, first=1):
    """An old register: every request of it lodged in the period, every third refused."""
    out = io.StringIO()
    out.write("nomor,diterima,kanal,jenis,latar,nama,alamat,rincian,tujuan,cara,salinan,keputusan,diberitahukan,"
              "pasal,alasan_penolakan\n")
    for i in range(first, first + count):
        day = f"2023-{1 + i % 3:02d}-{1 + i % 28:02d}"
        refused = i % 3 == 0
        out.write(f"{i:05d}/PPID-DINKES/2023,{day},{'Email' if i % 2 else 'Instagram'},perorangan,umum,Warga {i},"
                  f"Jl. Uji {i},Salinan dokumen {i},Penelitian,salinan,email,"
                  f"{'ditolak' if refused else 'dikabulkan'},{day},{'h' if refused else ''},"
                  f"{'Rahasia pribadi' if refused else ''}\n")
    return out.getvalue()


def rows(answer):
    return [json.loads(line) for line in answer.splitlines() if line.strip()]


def total(report):
    return next(t["jumlah"] for t in report["rincian"] if t["kode"] == "keputusan")


def units(figures):
    """Requests of each unit."""
    found = {}
    for row in figures:
        found[row["unit"]] = found.get(row["unit"], 0) + sum(row["jumlah"]["hasil"])
    return found


def counted(text):
    """Rows, taken, known, refused: the last line of an import."""
    found = re.findall(r"(\d+) baris: (\d+) dicatat, (\d+) sudah ada, (\d+) ditolak", text)
    return tuple(map(int, found[-1])) if found else None


def check_image(city):
    facts = json.loads(city.docker("inspect", "ppid:latest"))[0]
    check("the image runs as a user of its own", facts["Config"]["User"] == "10001:10001", facts["Config"]["User"])
    check("and looks after its own health", facts["Config"]["Healthcheck"]["Test"] == ["CMD", "ppidctl", "status"])
    found = city.docker("run", "--rm", "--network", "none", "--entrypoint", "bash", "ppid:latest", "-c",
                        "ls /usr/local/bin; ls /var/lib/apt/lists /var/cache/apt/archives; type gcc git; true")
    check("every program is in it", all(f"ppid-{s}" in found for s in SERVICES) and "ppidctl" in found, found)
    check("no compiler and no package lists", "gcc" not in found and "Packages" not in found, found)


def check_up(city):
    with step("both nodes come up: keys, services, first content"):
        city.compose("up", "-d", "--no-build")
        check("every service is healthy", city.wait_healthy(city.running()))
        for node in NODES:
            check(f"the content of {node} was made", city.wait_ended(f"{node}-content") == 0,
                  city.compose("logs", "--no-color", f"{node}-content", check=False).stdout)
            check(f"{node} was linked", city.wait_ended(f"{node}-link") == 0,
                  city.compose("logs", "--no-color", f"{node}-link", check=False).stdout)
    city.docker("run", "--rm", "--network", "none", "--volume", f"{PROJECT}_utama-root:/induk", "ppid:latest",
                "rm", "/induk/kunci-induk.key")
    with step("the same again changes nothing, also with a root key in a safe"):
        before = {s: city.container(s) for s in city.running()}
        city.compose("up", "-d", "--no-build")
        codes = {f"{n}-{once}": city.wait_ended(f"{n}-{once}") for n in NODES for once in ("keys", "content", "link")}
        check("what runs once finds its work done", not any(codes.values()), codes)
        check("no service was made anew", before == {s: city.container(s) for s in city.running()})
    for node in NODES:
        city.open_tools(node)
    check("the sample of the node below came up to the node above", city.wait_equal())
    node = NodeInContainers(city, "utama")
    check("and its reporting has read it", node.settle())
    found = units(city.city_figures("utama", "2021-Q3"))
    check("the city's figures have both units", found == {"UTAMA": 3, "DINKES": 2}, found)


def check_confined(city):
    """What a container may and sees."""
    for service in city.running():
        facts = city.state(service)
        host, name = facts["HostConfig"], service.split("-", 1)[1]
        if not (host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and host["Memory"] and host["PidsLimit"]
                and "no-new-privileges:true" in host["SecurityOpt"] and host["LogConfig"]["Config"].get("max-size")
                and host["RestartPolicy"]["Name"] == "unless-stopped"):
            check(f"{service} is confined", False, host)
        keys = city.docker("exec", facts["Id"], "ls", "/etc/ppid/keys").split()
        if not keys or any(not k.startswith((name + ".", "node.")) for k in keys) or \
                ("node.sign" in keys and name != "federation"):
            check(f"{service} sees no key of another", False, keys)
        if any("root" in m["Name"] for m in facts["Mounts"] if m["Type"] == "volume"):
            check(f"{service} has no root key", False, facts["Mounts"])
    check("every service is confined, has its own keys alone and no root key", results["failed"] == 0)
    for service in city.running():
        links = city.state(service)["NetworkSettings"]["Networks"]
        expected = 2 if service.endswith("-federation") else 1
        if len(links) != expected or sum(name.endswith("_antar-simpul") for name in links) != expected - 1:
            check(f"{service} is in its own networks alone", False, list(links))
    check("only the federations reach the other node", results["failed"] == 0)
    out = city.docker("exec", city.container("dinkes-intake"), "bash", "-c",
                      "ppidctl log workflow 2>&1; echo $?").splitlines()
    check("what runs in a service's container is no operator over the network",
          out[-1] == "111" and "ctl.curve" in out[0], out)
    code, out, _ = city.ctl("dinkes", "--json", "status")
    rows = json.loads(out)
    check("an operator reaches every service", code == 0 and len(rows) >= len(SERVICES), out)
    check("and the names of the nodes are theirs", {r["simpul"] for r in rows} == {NAMES["dinkes"]}, out)


def kill_one(city, service):
    """SIGKILL, as an out-of-memory killer does it: by the process, not through the engine."""
    before = city.state(service)
    os.kill(before["State"]["Pid"], signal.SIGKILL)
    return before["State"]["Pid"]


def check_deaths(city):
    """Every kind of service dies once while a register goes in."""
    text = register(ROWS)
    node = NodeInContainers(city, "dinkes")
    heads = {name: row["kepala"]["seq"] for name, row in node.status().items()}
    with step(f"a register of {ROWS} goes in while every service is killed once"):
        importing = subprocess.Popen(
            ["docker", "exec", "-i", city.tools["dinkes"], "ctl", "import", "-", "--unit", "DINKES"],
            env=city.engine.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        died = {}
        try:
            importing.stdin.write(text)
            importing.stdin.close()
            # All of the node that takes it in, and of the one above those that hear of it.
            for service in [f"dinkes-{s}" for s in SERVICES] + ["utama-federation", "utama-reporting"]:
                died[service] = kill_one(city, service)
                time.sleep(0.3)
            out = importing.stdout.read()
            importing.wait(timeout=120)
        finally:
            if importing.poll() is None:
                importing.kill()
                importing.wait()
        print(f"        {out.strip().splitlines()[-1] if out.strip() else importing.returncode}")
        check("they are restarted and healthy", city.wait_healthy(died))
        check("each as a new process, once",
              all(city.state(s)["State"]["Pid"] != pid and city.state(s)["RestartCount"] == 1
                  for s, pid in died.items()), died)
    with step("what was not answered is sent again"):
        for _ in range(5):
            code, out, err = city.ctl("dinkes", "import", "-", "--unit", "DINKES", stdin=text)
            if code == 0:
                break
        check("every row is there, none refused",
              code == 0 and counted(out + err) is not None and sum(counted(out + err)[1:3]) == ROWS, (code, out, err))
        check("the node comes to rest", node.settle())
    after = {name: row["kepala"]["seq"] for name, row in node.status().items()}
    check("one event for each row, not one twice", after["intake"] - heads["intake"] == ROWS, (heads, after))
    check("and in the figures as often", total(city.report("dinkes")) == ROWS, total(city.report("dinkes")))
    with step("the node above catches up"):
        check("it holds the logs of the node below, to the byte", city.wait_equal())
        check("and comes to rest", NodeInContainers(city, "utama").settle())
    below, above = city.city_figures("dinkes"), city.city_figures("utama")
    check("its figures of the unit are the unit's own", below == above and units(above) == {"DINKES": ROWS},
          (units(below), units(above)))
    for name in NODES:
        code, out, err = city.ctl(name, "verify")
        check(f"verify finds every log of {name} whole", code == 0, out + err)


def check_backup(city):
    """A node goes back to a backup; what it did since comes back from the node above."""
    node, services = NodeInContainers(city, "dinkes"), [f"dinkes-{s}" for s in SERVICES]
    cut = "/var/lib/ppid-cadangan/satu"
    with step("a backup of a node through the folder that its containers share"):
        code, out, err = city.ctl("dinkes", "--json", "backup", cut)
        check("one cut of all services", code == 0 and json.loads(out)["layanan"] == len(SERVICES), (code, out, err))
        found = city.docker("exec", city.tools["dinkes"], "ls", cut).split()
        check("with a manifest and every store", {"manifest.json"} | {f"{s}.mdb" for s in SERVICES} <= set(found), found)
        state = city.docker("exec", city.tools["dinkes"], "find", cut, "-name", "*.head")
        check("and nothing of what belongs into no backup", state == "", state)
    with step("the node goes on"):
        code, out, err = city.ctl("dinkes", "import", "-", "--unit", "DINKES",
                                  stdin=register(LATER_ROWS, ROWS + MORE_ROWS + 1))
        check("it takes in more", code == 0 and counted(out + err)[1] == LATER_ROWS, (code, out, err))
        check("and the node above has it", node.settle() and city.wait_equal())
    before, heads = city.city_figures("dinkes"), city.heads("dinkes")
    with step("it is restored"):
        again = city.compose("run", "--rm", "--no-deps", "-T", "dinkes-restore", cut, "--replace", check=False)
        check("not while it runs", again.returncode == 1 and "sedang berjalan" in again.stderr, again)
        city.compose("stop", *services)
        city.compose("run", "--rm", "--no-deps", "-T", "dinkes-restore", cut, "--replace")
        city.compose("start", *services)
        check("its services come up healthy", city.wait_healthy(services))
        check("nothing is fenced for good: the logs come back from the node above, in the epoch that they had",
              until(lambda: city.heads("dinkes") == heads), (heads, city.heads("dinkes"), node.status()))
        code, out, err = city.ctl("dinkes", "node", "unfence", "--new-epoch", "--reason", "pemulihan")
        check("a person opens what has no copy above", code == 0, (code, out, err))
        check("and all comes to rest", node.settle() and not any(r.get("dipagari") for r in node.status().values()),
              node.status())
    check("what could not come back, persons' data, is listed", node.status()["intake"].get("data_hilang", 0) > 0,
          node.status()["intake"])
    check("the figures are those from before", city.city_figures("dinkes") == before and city.wait_equal()
          and NodeInContainers(city, "utama").settle() and city.city_figures("utama") == before,
          (units(before), units(city.city_figures("dinkes")), units(city.city_figures("utama"))))
    code, out, err = city.ctl("dinkes", "verify")
    check("verify finds every log whole", code == 0, out + err)


def check_rotation(city):
    """New keys for all services of a node while it works, without a restart."""
    node, services = NodeInContainers(city, "dinkes"), [f"dinkes-{s}" for s in SERVICES]
    starts = {s: city.state(s)["State"]["StartedAt"] for s in services}

    def taken(service):
        return "kunci_angkut_baru" in city.docker("logs", "--tail", "40", city.container(service), merged=True)

    with step("the keys of a node are changed"):
        began = time.monotonic()
        city.compose("run", "--rm", "--no-deps", "-T", "dinkes-keys", "keys", "rotate", "--network")
        check("every service takes them by itself", until(lambda: all(taken(s) for s in services)),
              [s for s in services if not taken(s)])
        print(f"        {time.monotonic() - began:.1f} s from the command on")
        check("they reach each other", node.settle())
        check("none was started again", starts == {s: city.state(s)["State"]["StartedAt"] for s in services})
        link = "{}"

        def is_known():
            nonlocal link
            code, link, _ = city.ctl("utama", "--json", "node", "list")
            return code == 0 and any(r["identitas"]["generasi"] == 2 and r["terhubung"] for r in rows(link))

        check("the node above knows them, and the link stands", until(is_known), link)


def check_third(city):
    """A node with a compose file of its own joins, by what people do."""
    with step("a third node comes up alone"):
        city.compose_third("up", "-d", "--no-build")
        states = [line.split() for line in city.docker(
            "ps", "--filter", f"label=com.docker.compose.project={PROJECT}tiga", "--format",
            '{{.Label "com.docker.compose.service"}} {{.ID}}').splitlines()]
        ids = [i for service, i in states if service in SERVICES]
        check("its services are healthy", until(lambda: len(ids) == len(SERVICES) and set(city.docker(
            "inspect", "--format", "{{.State.Health.Status}}", *ids).split()) == {"healthy"}, HEALTHY_SECONDS), states)
        name = f"{PROJECT}-disdik-tools"
        city.compose_third("run", "-d", "--no-deps", "--name", name, "--entrypoint", "sleep", "ctl", "infinity")
        city.tools["disdik"] = name
        check("its first content was made", until(lambda: city.docker(
            "exec", name, "find", "/var/lib/ppid-ctl", "-name", "akun") != ""))
    with step("it is linked"):
        # Here one network stands for the road between two machines; there the port is published.
        city.docker("network", "connect", "--alias", "utama-federation", f"{PROJECT}tiga_luar",
                    city.container("utama-federation"))
        child = city.ctl("disdik", "node", "identity")
        parent = city.ctl("utama", "node", "identity", "--address", "tcp://utama-federation:7420")
        words = re.search(r'"kata":"([^"]*)"', city.ctl("disdik", "--json", "node", "identity")[1])
        check("each says who it is", child[0] == 0 and parent[0] == 0 and words, (child, parent))
        steps = [("utama", child[1], "node", "invite", "-", "--unit", "DISDIK"), ("disdik", parent[1], "node", "join", "-")]
        for at, text, *command in steps:
            code, out, err = city.ctl(at, *command, stdin=text)
            check(f"{command[1]} at {at}", code == 0, (code, out, err))
        check("it knocks, and a person lets it in", until(lambda: city.ctl(
            "utama", "node", "accept", THIRD["PPID_NODE"], "--words", words.group(1))[0] == 0))
        text = register(7).replace("PPID-DINKES", "PPID-DISDIK")
        code, out, err = city.ctl("disdik", "import", "-", "--unit", "DISDIK", stdin=text)
        check("it takes in a register", code == 0 and counted(out + err)[1] == 7, (code, out, err))
        check("and the city's figures have it",
              until(lambda: units(city.city_figures("utama")).get("DISDIK") == 7), units(city.city_figures("utama")))


def check_cut(city):
    """The network between the nodes goes and comes back."""
    network, federation = f"{PROJECT}_antar-simpul", city.container("utama-federation")
    with step("the link is cut, and the node below goes on alone"):
        city.docker("network", "disconnect", network, federation)
        code, out, err = city.ctl("dinkes", "import", "-", "--unit", "DINKES", stdin=register(MORE_ROWS, ROWS + 1))
        check("it takes in what comes", code == 0 and counted(out + err)[1] == MORE_ROWS, (code, out, err))
        check("and counts it", NodeInContainers(city, "dinkes").settle()
              and total(city.report("dinkes")) == ROWS + MORE_ROWS)
        check("the node above answers with what it had", units(city.city_figures("utama")) == {"DINKES": ROWS})
    with step("the link is healed"):
        city.docker("network", "connect", "--alias", "utama-federation", network, federation)
        check("everything comes up, to the byte", city.wait_equal())
        check("and is counted", NodeInContainers(city, "utama").settle())
    below, above = city.city_figures("dinkes"), city.city_figures("utama")
    code, out, err = city.ctl("utama", "--json", "report", "--city", "--period", PERIOD)
    told = {row["unit"]: row["diterima"] for row in json.loads(out)["baris"] if row.get("diterima")} if code == 0 else err
    check("the city's report says so by unit", told == {"DINKES": ROWS + MORE_ROWS}, told)
    check("the figures are equal again", below == above and units(above) == {"DINKES": ROWS + MORE_ROWS},
          (units(below), units(above)))


def check_down(city):
    with step("both nodes stop"):
        for tools in city.tools.values():
            city.docker("rm", "-f", tools)
        # Seen before the containers are gone: each ended because it was asked.
        city.compose("stop", "-t", "20")
        codes = {s: city.state(s)["State"]["ExitCode"] for s in city.running()}
        check("every service ended well when asked", not any(codes.values()), codes)
        city.compose("down", "-v")
        city.compose_third("down", "-v")
        of_ours = ("--filter", f"label=com.docker.compose.project={PROJECT}")
        left = "".join(city.docker(*what, *of_ours) for what in
                       (("volume", "ls", "-q"), ("network", "ls", "-q"), ("ps", "-aq")))
        check("nothing is left of them", left == "", left)


def build(engine):
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short=12", "HEAD"], capture_output=True,
                            text=True).stdout.strip() or "unknown"
    # The build's own network has no way out here, so it takes the machine's.
    engine.run("docker", "build", "--network", "host", "--build-arg", f"DEBIAN={this_debian()}", "--build-arg",
               f"COMMIT={commit}", "--tag", "ppid:latest", "--file", ROOT / "scripts/container/Dockerfile", ROOT,
               timeout=1200)


def all_of_it(log):
    began = time.monotonic()
    engine = Engine(log, ROOT / "build" / "container")
    try:
        with step("an engine"):
            engine.open()
        with step("a base image from this machine's package sources"):
            if engine.base_image(this_debian()):
                print("        (packed by an earlier run: build/container)")
        with step("the image"):
            build(engine)
        city = City(engine)
        for part in (check_image, check_up, check_confined, check_deaths, check_cut, check_backup, check_rotation,
                     check_third, check_down):
            part(city)
    finally:
        with step("the engine ends and is removed"):
            engine.close()
    print(f"{time.monotonic() - began:6.0f} s  in all")


def main():
    # Asked to end by scripts/test: what was started is ended all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    path = ROOT / "build" / "log" / "container-commands.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as log:
        try:
            if os.geteuid() == 0:
                with step("packages"):
                    subprocess.run([ROOT / "scripts" / "deps", "container"], stdin=subprocess.DEVNULL, check=False)
            all_of_it(log)
        except Unable as why:
            print(f"SKIP  containers: {why}")
            finish(skipped=1)
    finish()


if __name__ == "__main__":
    main()
