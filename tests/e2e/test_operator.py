"""What an operator does with ppidctl, against real processes."""

import json
import os
import pathlib
import shutil
import signal
import subprocess

from simpul import BIN, SERVICES, Node, check, finish


def unit(code, name="Kota Uji"):
    return {"unit": {"kode": code, "nama": name, "sebutan": "PPID Utama", "kop": ["KOP " + code], "pejabat": []}}


def first_grant(node):
    return node.must("grant", "add", "new", "administrator", "*").strip()


def program(name, *arguments, env):
    done = subprocess.run([BIN / f"ppid-{name}", *arguments], env=env, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def foreign(folder):
    """A folder that belongs to somebody else: only root can make one."""
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    return folder


def check_programs():
    with Node() as node:
        env = node.environment()
        for name in SERVICES:
            code, out, _ = program(name, "--version", env=env)
            check(f"{name} says its version", code == 0 and out.startswith(f"ppid-{name} "), out)
            code, out, err = program(name, "--check", env=env)
            check(f"{name} finds good settings good", code == 0, err)
            code, out, _ = program(name, "--describe", env=env)
            check(f"{name} describes its settings, tables and messages",
                  code == 0 and all(f"## {part}" in out for part in ("Settings", "Tables", "Messages", "Limits")))
            check(f"the description of {name} holds no key",
                  not any(line.split()[-1] in out for line in (node.home / "keys" / f"{name}.ring").read_text()
                          .splitlines() if not line.startswith("#")))
        name = SERVICES[0]
        for setting, value in (("PPID_TYPO", "1"), ("PPID_BATCH_MAX", "0"), ("PPID_BATCH_MAX", "x"),
                               ("PPID_NODE", "Huruf Besar"), ("PPID_LOG_LEVEL", "keras"), ("PPID_DATA", "relatif"),
                               ("PPID_CRASH", "tanpa_angka"), ("PPID_LISTEN", "udp://1.2.3.4:5"), ("PPID_PEERS", "tcp://satu:7410")):
            code, out, err = program(name, "--check", env={**env, setting: value})
            check(f"{setting}={value} is refused by name with exit code 100", code == 100 and setting in err, err)
        code, _, err = program(name, "--check", env={k: v for k, v in env.items() if k != "PPID_STATE"})
        check("a missing setting is named", code == 100 and "PPID_STATE" in err, err)
        code, _, err = program(name, "--check", env={**env, "WORKFLOW_SERVICE_HOST": "10.0.0.1",
                                                     "PPID_SERVICE_PORT": "1"})
        check("names an orchestrator sets are passed over", code == 0, err)
        code, _, err = program(name, "--check", env={**env, "PPID_KEYS": str(node.home)})
        check("a missing ring is a wrong configuration", code == 100 and ".ring" in err, err)
        (node.home / "keys" / f"{name}.ring").chmod(0o644)
        code, _, err = program(name, "--check", env=env)
        check("so is a ring that others can read", code == 100 and "terbuka_bagi_orang_lain" in err, err)
        code, _, err = program(name, env=env)
        check("and no service starts with it", code == 100 and "terbuka_bagi_orang_lain" in err, err)
        (node.home / "keys" / f"{name}.ring").chmod(0o600)
        code, _, err = program(name, env={**env, "PPID_STATE": "/usr"} if os.getuid() else
                               {**env, "PPID_STATE": str(foreign(node.home / "asing"))})
        check("a folder of another user is refused", code == 100 and "milik pengguna lain" in err, err)


def check_life(together):
    how = "as threads of one process" if together else "as processes"
    with Node(together=together) as node:
        node.start()
        rows = node.status()
        check(f"services {how} are ready", all(rows[s]["siap"] for s in SERVICES), rows)
        account = first_grant(node)
        code, reply, err = node.send("daftarkan_unit", unit("3275"), account)
        check(f"a command of a granted account is accepted {how}", code == 0 and reply["status"] == "ok", err)
        code, again, err = node.send("daftarkan_unit", unit("3275"), account, "--id", reply["id"])
        check(f"the same id is answered again from its events {how}",
              code == 0 and again["status"] == "dup_ok" and again["seq"] == reply["seq"], (again, err))
        code, _, err = node.send("daftarkan_unit", unit("3276"), account, "--id", reply["id"])
        check(f"the same id with another body is a conflict {how}", code == 1, (code, err))
        code, _, err = node.send("daftarkan_unit", unit("3276"))
        check(f"without a grant a command is refused {how}", code == 1, (code, err))
        check(f"everybody follows to the end {how}", node.settle())
        code, out, err = node.ctl("verify")
        check(f"chain and seals of running services are good {how}", code == 0, out + err)
        seen = node.events("workflow")
        check(f"the log shows the events in order {how}",
              [e["seq"] for e in seen] == list(range(1, len(seen) + 1)) and
              {"hak_diberikan", "unit_didaftarkan"} <= {e["tipe"] for e in seen}, seen)
        code, _, err = node.ctl("verify", "--offline")
        check(f"a running store is not opened by a tool {how}", code == 111 and "berjalan" in err, err)
        codes = node.stop()
        check(f"SIGTERM ends with exit code 0 {how}", all(c == 0 for c in codes.values()), codes)
        code, out, err = node.ctl("verify", "--offline")
        check(f"the stopped stores are good {how}", code == 0, out + err)
        code, out, err = node.ctl("replay")
        check(f"replay gives the same tables {how}", code == 0 and "BERBEDA" not in out, out + err)
        code, _, err = node.ctl("grant", "list", "--within", "1")
        check(f"no contact is said with exit code 111 {how}", code == 111, (code, err))


def check_second_process():
    with Node() as node:
        node.start()
        name = SERVICES[0]
        second = subprocess.run([BIN / f"ppid-{name}"], env=node.environment(), capture_output=True, timeout=30)
        check("a second process of a service is refused, and may be tried again", second.returncode == 111, second.stderr)
        check("the first one still answers", node.status()[name]["siap"])
        node.stop(how=signal.SIGKILL)
        node.start()
        check("after SIGKILL the services start again", all(r["siap"] for r in node.status().values()))


def check_unknown():
    with Node() as node:
        node.start()
        account = first_grant(node)
        process = node.processes["workflow"]
        process.send_signal(signal.SIGSTOP)
        code, reply, err = node.send("daftarkan_unit", unit("3275"), account, "--within", "2")
        known = err.split("--id ")[-1].split()[0] if "--id " in err else ""
        check("a service that hangs leaves no contact or an unknown outcome, never a success",
              code in (2, 111) and reply is None, (code, err))
        process.send_signal(signal.SIGCONT)
        done = subprocess.Popen(
            [BIN / "ppidctl", "send", "daftarkan_unit", "--as", account, "--data-json", json.dumps(unit("3276"))],
            env=node.environment(PPID_HOME=str(node.home)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        node.stop("workflow", how=signal.SIGKILL)
        node.start("workflow")
        out, err = done.communicate(timeout=60)
        seen = [e for e in node.events("workflow", "--type", "unit_didaftarkan") if e["kunci"] == "3276"]
        check("a command over a crash is repeated with its id and done once",
              done.returncode == 0 and len(seen) == 1, (done.returncode, out, err, seen))
        if known:
            code, reply, err = node.send("daftarkan_unit", unit("3275"), account, "--id", known)
            seen = [e for e in node.events("workflow", "--type", "unit_didaftarkan") if e["kunci"] == "3275"]
            check("an unknown outcome asked again with its id is done once", code == 0 and len(seen) == 1, (err, seen))


def check_frozen_midway():
    """The connection stands, the command is under way, and the service freezes before it answers."""
    with Node(PPID_CRASH="batch_after_commit:1") as node:
        node.start("workflow")
        code, out, err = node.ctl("grant", "add", "new", "administrator", "*", "--within", "3")
        check("killed after the commit and before the answer, the outcome is unknown", code == 2, (code, out, err))
        node.processes["workflow"].wait(timeout=10)
        node.settings.pop("PPID_CRASH")
        node.start("workflow")
        seen = node.events("workflow", "--type", "hak_diberikan")
        check("and it was done", len(seen) == 1, seen)


def check_clock():
    with Node() as node:
        node.start()
        account = first_grant(node)
        node.must("grant", "add", "new", "ppid", "*", "--as", account)
        before = node.events("workflow")[-1]["pada"]
        node.advance(40 * 86400)
        code, reply, err = node.send("daftarkan_unit", unit("3275"), account)
        after = node.events("workflow")[-1]["pada"]
        check("forty days pass in a moment and nothing doubts the clock",
              code == 0 and after[:10] > before[:10] and
              not any(r.get("jam_diragukan") for r in node.status().values()), (before, after, err))
        check("sessions come back after the time that passed", node.settle())
        node.stop()
        node.advance(40 * 86400)
        node.start()
        doubted = [name for name, row in node.status().items() if row["jam_diragukan"]]
        check("after a stop of forty days the clock is doubted", set(doubted) == set(SERVICES), doubted)
        code, _, err = node.ctl("node", "clock")
        check("the clock is not confirmed by accident", code == 100, err)
        node.must("node", "clock", "--confirm", "--as", account)
        check("a person's word ends the doubt", not any(r["jam_diragukan"] for r in node.status().values()))


def officials(node):
    for person in ("satu", "dua", "tiga"):
        node.must("key", "recovery-new", str(node.home / person))
    return [str(node.home / f"{person}.pub") for person in ("satu", "dua")]


def check_keys():
    with Node() as node:
        one, two = officials(node)
        code, _, err = node.ctl("key", "export", "--to", one, "--to", one)
        check("two officials are two persons", code == 1, err)
        node.must("key", "export", "--to", one, "--to", two)
        rows = [json.loads(line) for line in node.must("--json", "key", "list").splitlines()]
        check("the export is known to hold the present rings", all(r["diekspor"] for r in rows), rows)
        elsewhere = node.home / "elsewhere"
        export = str(node.home / "keys" / "ekspor.json")
        code, _, err = node.ctl("key", "import", "--in", export, "--secret", str(node.home / "tiga.key"),
                                "--out", str(elsewhere))
        check("a stranger's key opens nothing", code == 1 and not elsewhere.exists(), err)
        for person in ("satu", "dua"):
            shutil.rmtree(elsewhere, ignore_errors=True)
            node.must("key", "import", "--in", export, "--secret", str(node.home / f"{person}.key"), "--out",
                      str(elsewhere))
            check(f"official {person} alone brings back every ring",
                  all((elsewhere / f"{s}.ring").read_bytes() == (node.home / "keys" / f"{s}.ring").read_bytes()
                      for s in SERVICES))
        modes = {p.name: oct(p.stat().st_mode & 0o777) for p in (node.home / "keys").iterdir()}
        check("keys are readable by their owner alone",
              all(mode in ("0o600", "0o400") for name, mode in modes.items() if name != "node.pub"), modes)
        check("so is the root", (node.home / "root.key").stat().st_mode & 0o777 == 0o600)
        node.must("key", "rotate", "--root", str(node.home / "root.key"))
        rows = [json.loads(line) for line in node.must("--json", "key", "list").splitlines()]
        check("a rotated ring has a second sealing key and no export",
              all(r["kunci"] == 2 and not r["diekspor"] for r in rows), rows)
        node.start()
        check("services start with the rotated rings", all(r["siap"] for r in node.status().values()))
        node.stop()
        other = node.home / "other.key"
        node.must("key", "init", "--root", str(other), "--out", str(node.home / "x"))
        code, _, err = node.ctl("key", "rotate", "--root", str(other))
        check("another root rotates nothing", code == 1, err)


def check_backup():
    with Node() as node:
        node.start()
        account = first_grant(node)
        node.send("daftarkan_unit", unit("3275"), account)
        node.settle()
        first = node.home / "first"
        out = node.must("--json", "backup", str(first))
        check("without a key export a backup says that it is incomplete", json.loads(out)["lengkap"] is False, out)
        node.must("key", "export", *sum((["--to", p] for p in officials(node)), []))
        second = node.home / "second"
        out = node.must("--json", "backup", str(second))
        check("with one it is complete", json.loads(out)["lengkap"] is True, out)
        manifest = json.loads((second / "manifest.json").read_text())
        heads = {m["layanan"]: m["kepala"]["seq"] for m in manifest["layanan"]}
        check("the set names every service", sorted(heads) == sorted(SERVICES), heads)
        check("no cursor passes a head", all(p["seq"] <= heads.get(p["aliran"], 0) for m in manifest["layanan"]
                                             for p in m["mengikuti"]), manifest)
        code, _, err = node.ctl("restore", str(second), "--replace")
        check("restore refuses a running node", code == 1 and "berjalan" in err, err)
        for n in range(5):
            node.send("daftarkan_unit", unit(f"9{n}"), account)
        lost_head = node.status()["workflow"]["kepala"]["seq"]
        node.stop()
        check_bad_sets(node, second)
        code, _, err = node.ctl("restore", str(second))
        check("restore does not replace a store unasked", code == 1 and "--replace" in err, err)
        node.must("restore", str(second), "--replace")
        shutil.rmtree(node.home / "keys")
        node.must("key", "import", "--in", str(second / "ekspor.json"), "--secret", str(node.home / "dua.key"))
        node.start()
        check_after_restore(node, account, heads, lost_head)


def check_bad_sets(node, good):
    name = SERVICES[-1]
    bad = node.home / "bad"
    shutil.copytree(good, bad)
    with open(bad / f"{name}.mdb", "r+b") as file:
        file.seek(5000)
        byte = file.read(1)
        file.seek(5000)
        file.write(bytes([byte[0] ^ 1]))
    code, _, err = node.ctl("restore", str(bad), "--replace")
    check("a set with an altered file is refused and named", code == 1 and f"{name}.mdb" in err, err)
    manifest = json.loads((good / "manifest.json").read_text())
    followers = [m for m in manifest["layanan"] if any(p["seq"] > 0 for p in m["mengikuti"])]
    if followers:
        at = next(p for p in followers[0]["mengikuti"] if p["seq"] > 0)
        at["seq"] += 100
        (bad / "manifest.json").write_text(json.dumps(manifest) + "\n")
        code, _, err = node.ctl("restore", str(bad), "--replace")
        check("a set whose cursor passes a head is refused", code == 1 and "selaras" in err, err)
    whole = json.loads((good / "manifest.json").read_text())
    shutil.copy(good / f"{name}.mdb", bad / f"{name}.mdb")
    # nobody follows notification: only that it is missing can show
    part = dict(whole, layanan=[m for m in whole["layanan"] if m["layanan"] != "notification"])
    (bad / "manifest.json").write_text(json.dumps(part) + "\n")
    code, _, err = node.ctl("restore", str(bad), "--replace")
    check("a set without a service of the node is refused", code == 1 and "notification" in err, err)
    astray = dict(whole, layanan=whole["layanan"] + [dict(whole["layanan"][0], layanan="..", mengikuti=[])])
    (bad / "manifest.json").write_text(json.dumps(astray) + "\n")
    code, _, err = node.ctl("restore", str(bad), "--replace")
    check("a set with a service that is none is refused",
          code == 1 and "tidak dikenal" in err and not (node.home / "data.mdb").exists(), err)
    (bad / "manifest.json").unlink()
    code, _, err = node.ctl("restore", str(bad), "--replace")
    check("a folder without a manifest is no backup", code == 111, err)


def check_after_restore(node, account, heads, lost_head):
    rows = node.status()
    check("a store that lost its tail starts fenced and says why",
          rows["workflow"]["dipagari"] and rows["workflow"]["sebab_pagar"] == "mundur", rows["workflow"])
    check("it is ready for questions", rows["workflow"]["siap"] and
          len(node.ask("unit_daftar", {}, account)[0]["unit"]) == 1)
    code, _, err = node.send("daftarkan_unit", unit("77"), account, "--within", "2")
    check("it takes no command", code != 0, err)
    code, _, err = node.ctl("node", "unfence", "--reason", "pemulihan")
    check("opening it without a new epoch is refused", code == 100, err)
    code, _, err = node.ctl("node", "unfence", "--new-epoch", "--reason", "pemulihan", "workflow")
    check("nor does somebody open it who has no grant", code == 1 and "tanpa_hak" in err, err)
    node.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", "--as", account)
    opened = [e for e in node.events("workflow") if e["tipe"] == "epoch_dibuka"]
    check("who opened it stands in the log", [e["pelaku"] for e in opened] == [account], opened)
    check("a person's decision opens it", not any(r["dipagari"] for r in node.status().values()))
    code, reply, err = node.send("daftarkan_unit", unit("77"), account)
    seen = node.events("workflow")
    check("it goes on in the same order after the restored head", code == 0 and
          [e["seq"] for e in seen] == list(range(1, len(seen) + 1)) and
          seen[heads["workflow"]]["tipe"] == "epoch_dibuka", (err, seen[-3:]))
    check("the last records are read from where they begin, in whichever epoch",
          all(node.events("workflow", "--last", str(n)) == seen[-n:] for n in range(1, len(seen) + 2)) and
          node.events("workflow", "--from", "3") == seen[2:] and
          node.events("workflow", "--from", "3", "--last", "2") == seen[-2:] and
          node.events("workflow", "--from", "9999") == [], seen)
    code, out, err = node.ctl("verify")
    check("the chain is whole across the epochs", code == 0, out + err)
    node.settle()
    node.stop()
    code, out, err = node.ctl("replay")
    check("replay after a restore gives the same tables", code == 0, out + err)
    node.start()
    check("the next start is not fenced", not any(r["dipagari"] for r in node.status().values()))
    assert lost_head > heads["workflow"]


def check_damage():
    with Node() as node:
        node.start()
        account = first_grant(node)
        for n in range(20):
            node.send("daftarkan_unit", unit(f"4{n}", "Nama Yang Dicari"), account)
        node.stop()
        data = node.home / "data" / "workflow" / "data.mdb"
        # A copy without free pages: every byte found is one in use.
        bytes_ = bytearray(data.read_bytes())
        at = bytes_.find(b"Nama Yang Dicari")
        check("the damaged record can be found", at > 0)
        count = 0
        while at >= 0:
            bytes_[at] ^= 1
            count += 1
            at = bytes_.find(b"Nama Yang Dicari", at + 1)
        data.write_bytes(bytes_)
        code, out, err = node.ctl("--json", "verify", "workflow", "--offline")
        verdict = json.loads(out) if out else {}
        check("verify names the first bad record", code == 1 and verdict.get("rusak", 0) == 2, (count, out, err))


def main():
    os.umask(0o077)
    assert SERVICES and (BIN / "ppidctl").exists(), f"no programs in {BIN}"
    assert pathlib.Path(BIN).is_dir()
    check_programs()
    check_life(together=False)
    check_life(together=True)
    check_second_process()
    check_unknown()
    check_frozen_midway()
    check_clock()
    check_keys()
    check_backup()
    check_damage()
    finish()


main()
