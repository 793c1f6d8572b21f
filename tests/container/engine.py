"""engine - a Docker engine of the test's own, by hand, and an image to build upon

Everything it has lies in one folder, in memory where there is plenty; the machine's
network settings stay as they are; at the end the engine is ended by its process id
and the folder removed.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

CACHE_SECONDS = 7 * 24 * 3600  # of a base image: its packages are some days old then, and are not what is tested
# Thousands of small files that are flushed one by one and thrown away at the end: in memory where that leaves as much.
MEMORY_GIB = 6
PACKAGES = "docker.io docker-compose debootstrap"
PROGRAMS = ["/usr/sbin/dockerd", "/usr/bin/docker", "/usr/bin/docker-compose", "/usr/sbin/debootstrap"]


class Unable(Exception):
    """This machine cannot run containers: the reason, in words."""


def lines_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout.splitlines() if done.returncode == 0 else []


def debian_sources():
    """(site, suite, component) of every Debian source of this machine."""
    found = []
    for line in lines_of("apt-get", "indextargets", "--format", "$(ORIGIN)|$(SITE)|$(RELEASE)|$(COMPONENT)|$(CREATED_BY)"):
        origin, site, suite, component, made_by = line.split("|")
        if origin == "Debian" and made_by == "Packages" and (site, suite, component) not in found:
            found.append((site, suite, component))
    return found


def this_debian():
    for line in pathlib.Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.split("=")[1].strip('"')
    raise Unable("this is no Debian with a name")


def memory_gib():
    """What is available of it."""
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // (1024 * 1024)
    return 0


class Engine:
    def __init__(self, log, cache):
        self.log = log
        self.cache = cache  # a folder for what takes a minute to make
        self.process = None
        self.folder = None
        self.environment = dict(os.environ)

    def open(self):
        if os.geteuid() != 0:
            raise Unable("an engine needs root")
        for program in PROGRAMS:
            if not os.access(program, os.X_OK):
                raise Unable(f"{program} is not there (scripts/deps container: {PACKAGES})")
        # Short: the engine's sockets lie in it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ppid-engine."))
        if memory_gib() >= 2 * MEMORY_GIB:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEMORY_GIB}g,mode=0700", "ppid-engine", self.folder],
                           check=False)
        self.start()

    def start(self):
        f = self.folder
        socket = f"unix://{f}/docker.sock"
        # The client in /usr/bin fits this engine; one elsewhere may want a newer one.
        self.environment.update(
            DOCKER_HOST=socket, DOCKER_BUILDKIT="0", COMPOSE_DOCKER_CLI_BUILD="0", DOCKER_CONFIG=str(f / "config"),
            PATH="/usr/bin:/usr/sbin:/bin:/sbin:" + os.environ.get("PATH", ""),
        )
        for name in list(self.environment):
            if name.startswith(("PPID_", "COMPOSE_PROJECT", "COMPOSE_FILE")):
                del self.environment[name]
        with open(f / "dockerd.log", "wb") as log:
            self.process = subprocess.Popen(
                ["/usr/sbin/dockerd", "--data-root", f / "data", "--exec-root", f / "exec", "--pidfile", f / "pid",
                 "-H", socket, "--oom-score-adjust", "0", "--iptables=false", "--ip6tables=false",
                 "--ip-forward=false", "--bridge=none", "--ip", "127.0.0.1"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if self.run("docker", "version", check=False).returncode == 0:
                return
            time.sleep(0.2)
        raise Unable("no engine starts here: " + self.last_words())

    def last_words(self):
        text = (self.folder / "dockerd.log").read_text(errors="replace").strip().splitlines()
        return text[-1][-300:] if text else "it said nothing"

    def close(self):
        """Ends what open began, however far it came."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        if self.folder is None:
            return
        # What an engine that was killed left mounted must go before its folder does.
        mounts = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
        for mount in sorted((m for m in mounts if m.startswith(f"{self.folder}/")), reverse=True):
            subprocess.run(["umount", "--lazy", mount], check=False)
        if os.path.ismount(self.folder):
            subprocess.run(["umount", "--lazy", self.folder], check=False)
        subprocess.run(["rm", "-rf", "--one-file-system", self.folder], check=False)
        self.folder = None

    def run(self, *command, check=True, timeout=600, cwd=None, **more):
        """A command that speaks to this engine; its output goes into the log as well."""
        done = subprocess.run(command, env={**self.environment, **more}, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=timeout, cwd=cwd)
        self.log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}{done.stderr}[{done.returncode}]\n")
        self.log.flush()
        if check and done.returncode != 0:
            raise AssertionError((command, done.returncode, done.stdout[-2000:], done.stderr[-2000:]))
        return done

    def base_image(self, suite):
        """debian:SUITE-slim from this machine's own package sources: nothing is pulled. Whether it was there."""
        packed = self.cache / f"debian-{suite}.tar"
        is_kept = packed.exists() and 0 <= time.time() - packed.stat().st_mtime < CACHE_SECONDS
        if not is_kept:
            self.pack_base(suite, packed)
        self.run("docker", "import", "--change", 'CMD ["bash"]', packed, f"debian:{suite}-slim")
        return is_kept

    def pack_base(self, suite, packed):
        root = self.folder / "root"
        sources = debian_sources()
        if not sources:
            self.run("apt-get", "update", check=False)
            sources = debian_sources()
        site = next((site for site, of, _ in sources if of == suite), None)
        if site is None:
            raise Unable(f"apt knows no source of {suite}")
        made = self.run("debootstrap", "--variant=minbase", "--include=ca-certificates", suite, root, site,
                        check=False)
        if made.returncode != 0:
            raise Unable("no base system can be made here: " + (made.stdout + made.stderr).strip()[-200:])
        keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
        (root / "etc/apt/sources.list").write_text(
            "".join(f"deb [signed-by={keyring}] {site} {of} {part}\n" for site, of, part in sources))
        # As the image of that name does it: no flush for each file, no documents.
        settings = root / "etc/dpkg/dpkg.cfg.d/container"
        settings.write_text("force-unsafe-io\npath-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\n"
                            "path-exclude /usr/share/locale/*\n")
        for trash in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale"):
            shutil.rmtree(root / trash, ignore_errors=True)
        (root / "var/cache/apt/archives/partial").mkdir(parents=True)
        (root / "var/lib/apt/lists/partial").mkdir(parents=True)
        self.cache.mkdir(parents=True, exist_ok=True)
        new = packed.with_suffix(".new")
        self.run("tar", "-C", root, "-cf", new, ".")
        new.rename(packed)
        shutil.rmtree(root)
