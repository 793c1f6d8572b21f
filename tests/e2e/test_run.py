"""scripts/run: a node from nothing, found again the second time, and ended with all it started."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading

from simpul import ROOT, SERVICES, check, finish

BIN = ROOT / "build" / "release" / "bin"


def ctl(home, *arguments):
    own = {k: v for k, v in os.environ.items() if not k.startswith("PPID_")}
    done = subprocess.run([BIN / "ppidctl", f"--node-dir={home}", *arguments], env=own, capture_output=True, text=True,
                          timeout=60)
    return done.returncode, done.stdout, done.stderr


def run_once(home, which):
    own = {k: v for k, v in os.environ.items() if not k.startswith("PPID_")}
    script = subprocess.Popen([ROOT / "scripts" / "run"], env={**own, "PPID_HOME": str(home)}, text=True,
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
        code, out, err = ctl(home, "status")
        check(f"{which}: its services are ready", code == 0 and all(s in out for s in SERVICES), out + err)
        account = (home / "akun").read_text().strip()
        code, out, err = ctl(home, "--as", account, "ask", "unit_daftar")
        check(f"{which}: the node has a unit", code == 0 and '"unit":[{' in out, out + err)
        code, out, err = ctl(home, "--as", account, "calendar", "show", "2026")
        check(f"{which}: and the days off", code == 0 and "2026-01-01" in out, out + err)
        code, out, err = ctl(home, "--as", account, "--json", "report", "--period", "2021-Q3")
        check(f"{which}: the sample register is in the report", code == 0 and '"dikabulkan"' in out, out + err)
        script.send_signal(signal.SIGINT)
        rest = script.communicate(timeout=60)[0]
        check(f"{which}: Ctrl-C ends it well", script.returncode == 0 and "berhenti" in rest,
              (script.returncode, rest))
        code, out, _ = ctl(home, "status", "--within", "1")
        check(f"{which}: nothing it started is left", code == 1 and out.count("tidak menjawab") == len(SERVICES), out)
    finally:
        watchdog.cancel()
        if script.poll() is None:
            script.terminate()
            script.wait(timeout=60)
    return account


def main():
    parent = pathlib.Path(tempfile.mkdtemp(prefix="ppid."))
    try:
        first = run_once(parent / "simpul", "first")
        second = run_once(parent / "simpul", "again")
        check("the second time it is the same node", first == second, (first, second))
        modes = oct((parent / "simpul" / "kunci-induk.key").stat().st_mode & 0o777)
        check("the root key is its owner's alone", modes == "0o600", modes)
    finally:
        shutil.rmtree(parent, ignore_errors=True)
    finish()


main()
