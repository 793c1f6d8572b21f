"""scripts/run: two linked nodes from nothing, found again the second time, and ended with all it started."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from links import free_port
from simpul import ROOT, SERVICES, check, finish

BIN = ROOT / "build" / "release" / "bin"
PORT = 0


def ctl(home, *arguments):
    own = {k: v for k, v in os.environ.items() if not k.startswith("PPID_")}
    done = subprocess.run([BIN / "ppidctl", f"--node-dir={home}", *arguments], env=own, capture_output=True, text=True,
                          timeout=60)
    return done.returncode, done.stdout, done.stderr


def rows_of(out):
    return {row["unit"]: row["diterima"] for row in json.loads(out)["baris"]}


def run_once(city, which):
    own = {k: v for k, v in os.environ.items() if not k.startswith("PPID_")}
    own.update(PPID_HOME=str(city), PPID_LISTEN_NODES=f"tcp://127.0.0.1:{PORT}")
    home, below = city / "utama", city / "dinkes"
    script = subprocess.Popen([ROOT / "scripts" / "run"], env=own, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    watchdog = threading.Timer(600, script.kill)
    watchdog.start()
    lines = []
    try:
        for line in script.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        check(f"{which}: it says where things are and what to try",
              any(str(home) in line for line in lines) and any("ppidctl" in line for line in lines), lines[-20:])
        for node in (home, below):
            code, out, err = ctl(node, "status")
            check(f"{which}: the services of {node.name} are ready", code == 0 and all(s in out for s in SERVICES),
                  out + err)
        twice = subprocess.run([ROOT / "scripts" / "run"], env=own, capture_output=True, text=True, timeout=60)
        check(f"{which}: a second one in the same place is refused",
              twice.returncode == 1 and "Sudah berjalan" in twice.stderr, twice.stdout + twice.stderr)
        own["PPID_HOME"] = str(city) + "-lain"
        twice = subprocess.run([ROOT / "scripts" / "run"], env=own, capture_output=True, text=True, timeout=60)
        check(f"{which}: and one at an address that is taken",
              twice.returncode == 1 and "sudah dipakai" in twice.stderr, twice.stdout + twice.stderr)
        shutil.rmtree(str(city) + "-lain", ignore_errors=True)
        code, out, err = ctl(home, "--json", "node", "list")
        check(f"{which}: the two nodes are linked", code == 0 and '"terhubung":true' in out, out + err)
        account = (home / "akun").read_text().strip()
        code, out, err = ctl(home, "--as", account, "ask", "unit_daftar")
        check(f"{which}: the node has a unit", code == 0 and '"unit":[{' in out, out + err)
        code, out, err = ctl(home, "--as", account, "calendar", "show", "2026")
        check(f"{which}: and the days off", code == 0 and "2026-01-01" in out, out + err)
        code, out, err = ctl(home, "--as", account, "--json", "report", "--period", "2021-Q3")
        check(f"{which}: the sample register is in the report", code == 0 and '"dikabulkan"' in out, out + err)
        received = {}
        for _ in range(100):  # what the child told may still be on its way
            code, out, err = ctl(home, "--json", "report", "--city", "--period", "2021-Q3")
            received = rows_of(out) if code == 0 else {}
            if received == {"UTAMA": 3, "DINKES": 2}:
                break
            time.sleep(0.3)
        check(f"{which}: the city's report counts both", received == {"UTAMA": 3, "DINKES": 2}, out + err)
        script.send_signal(signal.SIGINT)
        rest = script.communicate(timeout=60)[0]
        check(f"{which}: Ctrl-C ends it well", script.returncode == 0 and "berhenti" in rest,
              (script.returncode, rest))
        for node in (home, below):
            code, out, _ = ctl(node, "status", "--within", "1")
            check(f"{which}: nothing of {node.name} is left",
                  code == 1 and out.count("tidak menjawab") == len(SERVICES), out)
    finally:
        watchdog.cancel()
        if script.poll() is None:
            script.terminate()
            script.wait(timeout=60)
    return account


def main():
    global PORT
    PORT = free_port()
    parent = pathlib.Path(tempfile.mkdtemp(prefix="ppid."))
    try:
        first = run_once(parent / "kota", "first")
        second = run_once(parent / "kota", "again")
        check("the second time it is the same node", first == second, (first, second))
        modes = oct((parent / "kota" / "utama" / "kunci-induk.key").stat().st_mode & 0o777)
        check("the root key is its owner's alone", modes == "0o600", modes)
    finally:
        shutil.rmtree(parent, ignore_errors=True)
    finish()


main()
