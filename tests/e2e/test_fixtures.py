"""What released versions left behind: restored, verified, rebuilt and asked by today's programs."""

import json
import os
import shutil
import subprocess

from fixtures import DAY, DAYS, tell
from simpul import BIN, ROOT, SERVICES, Node, check, finish

FOLDER = ROOT / "tests" / "data" / "fixtures"
STALE = BIN.parent / "tests" / "crash" / "prog_stale"


def same(old, new):
    """All that was told then is told now; new versions may tell more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and same(value, new[key]) for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(same, old, new))
    return old == new


def check_told(node, version, told, how):
    new = tell(node, told["akun"])
    for name, events in told["log"].items():
        check(f"{version}: the log of {name} is as it was, {how}", same(events, new["log"][name][:len(events)]))
    for part in ("perkara", "register", "pengiriman", "laporan"):
        check(f"{version}: {part} is as it was, {how}", same(told[part], new[part]))


def check_version(folder):
    told = json.loads((folder / "told.json").read_text())
    with Node(name="perlengkapan") as node:
        shutil.rmtree(node.home / "keys")
        shutil.copytree(folder / "keys", node.home / "keys")
        for path in (node.home / "keys").iterdir():
            path.chmod(0o600)
        # As whoever goes to a newer version: keys that it needs more are added, those that are there stay.
        # (The root of a fixture is not kept; the keys of a new service may be of another one.)
        node.must("key", "init", "--root", str(node.home / "root.key"))
        check(f"{folder.name}: the rings are as they were", all(
            (node.home / "keys" / path.name).read_bytes() == path.read_bytes() for path in (folder / "keys").iterdir()))
        node.must("restore", str(folder / "backup"))
        # A service that is newer than the set has no store yet: those of the set are looked at.
        names = [row["layanan"] for row in json.loads((folder / "backup" / "manifest.json").read_text())["layanan"]]
        for verb in (("verify", *names, "--offline"), ("replay", *names)):
            code, out, err = node.ctl(*verb)
            check(f"{folder.name}: {verb[0]} of the stopped stores is clean", code == 0, out + err)
        node.advance((DAYS + 1) * DAY)
        node.start()
        check_told(node, folder.name, told, "opened")
        # Fenced as every restored node; tables of followed streams are made anew only where it may follow.
        node.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", "--as", told["akun"])
        node.ctl("node", "clock", "--confirm", "--as", told["akun"])
        check(f"{folder.name}: opened by a person it goes on", node.settle(), node.status())
        node.stop()
        for name in SERVICES:
            done = subprocess.run([STALE, node.home, name], capture_output=True, timeout=30)
            assert done.returncode == 0, (name, done)
        node.start()
        check_told(node, folder.name, told, "with every table made anew")
        node.stop()
        code, out, err = node.ctl("replay")
        check(f"{folder.name}: replay is clean after the rebuild", code == 0, out + err)


def main():
    os.umask(0o077)
    versions = sorted(path for path in FOLDER.iterdir() if path.is_dir()) if FOLDER.exists() else []
    check("there are fixtures", versions)
    for folder in versions:
        check_version(folder)
    finish()


if __name__ == "__main__":
    main()
