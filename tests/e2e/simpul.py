"""simpul - a whole node for a test: folders, keys, real processes, ppidctl

Everything is under one temporary folder; what was started is ended by its
process id when the test leaves the with-block. Sockets have short paths.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TEST_BIN", ROOT / "build" / "release" / "bin")).resolve()
ORDER = ["workflow", "intake", "notification", "reporting", "federation"]
SERVICES = [name for name in ORDER if (BIN / f"ppid-{name}").exists()]

results = {"ok": 0, "failed": 0}
began = time.monotonic()


def check(sentence, is_true, detail=""):
    """One test: counted, and shown with when it was seen, and with its detail when it fails."""
    results["ok" if is_true else "failed"] += 1
    print(f"{'ok    ' if is_true else 'FAILED'} {time.monotonic() - began:6.1f} s  {sentence}")
    if not is_true and detail != "":
        print(f"        {detail}")
    sys.stdout.flush()
    return is_true


def finish(skipped=0):
    print(f"{results['ok']} passed, {results['failed']} failed, {skipped} skipped")
    sys.exit(1 if results["failed"] else 0)


def request(unit="3275", name="Siti Uji", **more):
    """A request that can be lodged, from a person at the counter."""
    body = {
        "permohonan_id": new_id(), "unit": unit, "kanal": "datang_langsung", "jenis": "perorangan", "latar": "umum",
        "pemohon": {"nama": name, "nik": "3275014507900001", "alamat": "Jl. Uji 1", "email": "siti@contoh.id"},
        "rincian": "Salinan anggaran kelurahan.", "tujuan": "Penelitian.", "cara": "salinan", "salinan": "email",
        "bentuk": "softcopy", "lampiran": [],
    }
    body.update(more)
    return body


def new_id():
    """Ordered by time, as the ids of commands."""
    bytes_ = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    bytes_[6] = bytes_[6] & 0x0F | 0x70
    bytes_[8] = bytes_[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(bytes_)))


class Node:
    """One node. together=True: all services as threads of ppid-node."""

    def __init__(self, name="uji", together=False, keys=True, **settings):
        self.name = name
        self.together = together
        self.inside = []  # what comes before a service's command: another place to run in
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ppid."))
        self.settings = {
            "PPID_GROW_BYTES": "0",
            "PPID_DISK_SOFT_BYTES": "0",
            "PPID_DISK_HARD_BYTES": "0",
            "PPID_REDIAL_MAX_MS": "500",
            "PPID_HANDSHAKE_MS": "1500",
            "PPID_TEST_CLOCK": str(self.home / "clock"),
        }
        self.settings.update(settings)
        self.processes = {}
        self.logs = {}
        (self.home / "name").write_text(name + "\n")
        for folder in ("data", "run", "state"):
            (self.home / folder).mkdir(mode=0o700)
        if keys:
            self.must("key", "init", "--root", str(self.home / "root.key"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        for log in self.logs.values():
            log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def environment(self, **more):
        own = {k: v for k, v in os.environ.items() if not k.startswith("PPID_")}
        home = str(self.home)
        own.update(
            PPID_DATA=home + "/data", PPID_RUN=home + "/run", PPID_STATE=home + "/state",
            PPID_KEYS=home + "/keys", PPID_NODE=self.name,
        )
        own.update(self.settings)
        own.update(more)
        return own

    def programs(self):
        return ["node"] if self.together else list(SERVICES)

    def start(self, *names, wait=30, **more):
        for name in names or self.programs():
            log = open(self.home / f"{name}.log", "ab")
            self.logs.setdefault(name, log)
            self.processes[name] = subprocess.Popen(
                [*self.inside, BIN / f"ppid-{name}"], env=self.environment(**more), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
            )
        if wait:
            asked = names if names and not self.together else SERVICES
            code, out, err = self.ctl("status", "--wait", str(wait), *asked)
            assert code == 0, (code, out, err, self.log_text())

    def log_text(self):
        return "".join(p.read_text(errors="replace")[-2000:] for p in sorted(self.home.glob("*.log")))

    def stop(self, *names, how=signal.SIGTERM, within=30):
        """Exit codes by name."""
        codes = {}
        for name in names or list(self.processes):
            if self.processes[name].poll() is None:
                self.processes[name].send_signal(how)
        for name in names or list(self.processes):
            codes[name] = self.processes.pop(name).wait(timeout=within)
        return codes

    def ctl(self, *arguments, stdin=None, timeout=120, **more):
        """(exit code, standard output, standard error) of ppidctl."""
        done = subprocess.run(
            [BIN / "ppidctl", *arguments], env=self.environment(PPID_HOME=str(self.home), **more), input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, text=True, timeout=timeout,
        )
        return done.returncode, done.stdout, done.stderr

    def must(self, *arguments, **more):
        code, out, err = self.ctl(*arguments, **more)
        assert code == 0, (arguments, code, out, err)
        return out

    def send(self, command, body, account=None, *more):
        """(exit code, answer or None, standard error)."""
        actor = ["--as", account] if account else []
        code, out, err = self.ctl("send", command, "--file", "-", *actor, *more, stdin=json.dumps(body))
        return code, json.loads(out) if out else None, err

    def ask(self, question, body, account=None, *more):
        """The answers of all pages."""
        actor = ["--as", account] if account else []
        out = self.must("ask", question, "--file", "-", *actor, *more, stdin=json.dumps(body))
        return [json.loads(line) for line in out.splitlines()]

    def status(self):
        code, out, err = self.ctl("--json", "status")
        return {row["layanan"]: row for row in json.loads(out)}

    def events(self, service, *more):
        return [json.loads(line) for line in self.must("log", service, *more).splitlines()]

    def found(self, unit="3275"):
        """The first grant, a unit and its officers: the account that may do everything."""
        account = self.must("grant", "add", "new", "administrator", "*").strip()
        for role in ("petugas_meja", "petugas_belakang", "ppid", "atasan_ppid"):
            self.must("grant", "add", account, role, "*", "--as", account)
        body = {"kode": unit, "nama": "Kota Uji", "sebutan": "PPID Utama", "kop": ["KOTA UJI"], "pejabat": []}
        code, _, err = self.send("daftarkan_unit", {"unit": body}, account)
        assert code == 0, err
        assert self.settle(), self.status()
        return account

    def advance(self, seconds):
        """Time passes for every service, by this much more."""
        clock = self.home / "clock"
        before = int(clock.read_text()) if clock.exists() else 0
        new = self.home / "clock.new"
        new.write_text(f"{before + int(seconds)}\n")
        new.rename(clock)

    def settle(self, within=30):
        """Waits until everybody has read what he follows and nothing is under way."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            by_name = self.status()
            rows = by_name.values()
            # A follower may not have heard of the newest head yet: the producer's own counts.
            heads = {name: r["kepala"]["seq"] for name, r in by_name.items() if "kepala" in r}
            lags = [heads.get(p["aliran"], p.get("kepala", 0)) - p["seq"]
                    for r in rows for p in r.get("mengikuti", [])]
            open_work = [r.get("kerja_terbuka", 0) + r.get("surat_keluar", 0) for r in rows]
            if all(r["siap"] for r in rows) and not any(lags) and not any(open_work):
                return True
            time.sleep(0.1)
        return False
