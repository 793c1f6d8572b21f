"""Whatever arrives gets an error that names the field or the cause, changes nothing and ends nothing: on the
wire of real processes by hand, and through ppidctl."""

import os
import pathlib
import signal
import socket
import struct
import subprocess

from simpul import BIN, SERVICES, Node, check, finish, new_id, request
from test_vectors import FOLDER, Reader, TYPES, body_of, frames_of

HEADER = ">HBBHHQQ"
MALFORMED, MAJOR_VERSION, INVALID, NO_SESSION = 102, 101, 10, 201


def pack(value):
    """The part of msgpack that the protocol uses."""
    if isinstance(value, dict):
        return bytes([0x80 | len(value)]) + b"".join(pack(k) + pack(v) for k, v in sorted(value.items()))
    if isinstance(value, bytes):
        return struct.pack(">BB", 0xC4, len(value)) + value if len(value) < 256 else \
            struct.pack(">BH", 0xC5, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return bytes([0xA0 | len(text)]) + text if len(text) < 32 else struct.pack(">BB", 0xD9, len(text)) + text
    if value < 128:
        return bytes([value])
    for head, form, end in ((0xCC, ">B", 8), (0xCD, ">H", 16), (0xCE, ">I", 32), (0xCF, ">Q", 64)):
        if value < 1 << end:
            return bytes([head]) + struct.pack(form, value)
    raise AssertionError(value)


class Wire:
    """A connection to a service's socket, spoken by hand: ZMTP 3.0, then whatever the test says."""

    def __init__(self, node, service):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(5)
        self.socket.connect(str(node.home / "run" / f"{service}.sock"))
        self.session = 0

    def close(self):
        self.socket.close()

    def take(self, n):
        got = b""
        while len(got) < n:
            piece = self.socket.recv(n - len(got))
            if not piece:
                raise ConnectionError("closed")
            got += piece
        return got

    def greet(self):
        self.socket.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32))
        self.take(64)
        ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
        self.socket.sendall(bytes([4, len(ready)]) + ready)
        flags, size = self.take(2)
        assert flags == 4, flags
        self.take(size)

    def send(self, *frames):
        out = b""
        for i, frame in enumerate(frames):
            more = 1 if i + 1 < len(frames) else 0
            out += struct.pack(">BQ", more | 2, len(frame)) + frame
        self.socket.sendall(out)

    def message(self, name, corr, body, major=1, magic=0xA5C1, number=None):
        header = struct.pack(HEADER, magic, major, TYPES[name] if number is None else number, 0, 0, self.session, corr)
        self.send(header, body if isinstance(body, bytes) else pack(body))

    def receive(self):
        """(type, corr, body) of the next message."""
        frames, more = [], True
        while more:
            flags = self.take(1)[0]
            size = struct.unpack(">Q", self.take(8))[0] if flags & 2 else self.take(1)[0]
            frames.append(self.take(size))
            more = flags & 1
        _, _, number, _, _, session, corr = struct.unpack(HEADER, frames[0])
        name = next(name for name, code in TYPES.items() if code == number)
        return name, corr, body_of(frames[1]), session

    def hello(self):
        body = Reader(frames_of(FOLDER / "01_hello.hex")["body"]).value()
        body[3] = "ctl"
        self.message("hello", 1, body)
        name, _, _, self.session = self.receive()
        assert name == "welcome", name

    def ask(self, name, corr, body, **more):
        """Says it and gives the answer; None where the connection ended without one."""
        self.message(name, corr, body, **more)
        try:
            while True:
                got = self.receive()
                if got[0] not in ("ping", "head"):
                    return got
        except (ConnectionError, TimeoutError):
            return None


def heads(node):
    return {name: row["kepala"]["seq"] for name, row in node.status().items()}


class Quiet:
    """What happens inside changes no log and ends no process."""

    def __init__(self, node, what):
        self.node, self.what = node, what

    def __enter__(self):
        self.node.settle()
        self.before = heads(self.node)

    def __exit__(self, kind, *_):
        alive = all(p.poll() is None for p in self.node.processes.values())
        after = heads(self.node)
        check(f"{self.what}: nothing changes and nobody ends", alive and after == self.before and kind is None,
              (self.before, after))


def check_bytes(node):
    """Before any session: strangers at the socket."""
    with Quiet(node, "strangers"):
        for name in SERVICES:
            for junk in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", os.urandom(4096), b"", b"\xff" * 64):
                wire = Wire(node, name)
                wire.socket.sendall(junk)
                wire.close()


def check_frames(node):
    with Quiet(node, "broken frames"):
        for name in SERVICES:
            wire = Wire(node, name)
            wire.greet()
            answer = wire.ask("hello", 1, {}, major=9)
            check(f"{name}: a future major version is named, with ours", answer is not None and
                  answer[0] == "error" and answer[2][1] == MAJOR_VERSION and answer[2].get(4) == 1, answer)
            wire.close()
            for what, more in (("another magic", {"magic": 0x1234}), ("an unknown session", {}),
                               ("an unknown type", {"number": 99})):
                wire = Wire(node, name)
                wire.greet()
                wire.session = 77 if what == "an unknown session" else 0
                answer = wire.ask("ping", 1, {1: 1}, **more)
                check(f"{name}: {what} is an error or ends that connection alone",
                      answer is None or answer[0] == "error", answer)
                wire.close()
            wire = Wire(node, name)
            wire.greet()
            wire.hello()
            answer = wire.ask("cmd", 3, b"\xdf\x07\xff\xff\xff")
            check(f"{name}: a body that claims millions of entries is malformed",
                  answer is None or (answer[0] == "error" and answer[2][1] == MALFORMED), answer)
            wire.close()


def command(body, type_, actor=b"\0" * 16, version=1):
    id_ = bytes.fromhex(new_id().replace("-", ""))
    return {1: id_, 2: 5000, 3: actor, 4: type_, 5: version, 6: body}


def check_commands(node, account):
    """Commands that can be read as commands and not as what they say they are."""
    actor = bytes.fromhex(account.replace("-", ""))
    unit = 0x0612
    with Quiet(node, "broken commands"):
        wire = Wire(node, "workflow")
        wire.greet()
        wire.hello()
        good = {1: "99", 2: "Kota", 3: "PPID"}
        for corr, (what, body, field) in enumerate((
                ("a missing field", {1: {k: v for k, v in good.items() if k != 2}}, "nama"),
                ("a field of a wrong type", {1: {**good, 2: 7}}, "nama"),
                ("text over its limit", {1: {**good, 1: "9" * 33}}, "kode"))):
            answer = wire.ask("cmd", 2 * corr + 3, command(pack(body), unit, actor))
            check(f"{what} is named by the service", answer is not None and answer[0] == "reply" and
                  answer[2][1] == INVALID and field in answer[2].get(8, ""), answer)
        bad = pack({1: {**good, 2: "KOTA"}}).replace(b"KOTA", b"K\xff\xfeA")
        answer = wire.ask("cmd", 31, command(bad, unit, actor))
        check("text that is not UTF-8 is refused", answer is not None and answer[2][1] == INVALID, answer)
        answer = wire.ask("cmd", 33, command(pack({}), 0x7E01, actor))
        check("a command that nobody knows is refused by its type", answer is not None and
              answer[2][1] == INVALID and answer[2].get(8) == "type", answer)
        answer = wire.ask("cmd", 35, command(pack({1: good, 200: 1}), unit, actor))
        check("a critical field of the future is refused", answer is not None and answer[2][1] == INVALID, answer)
        wire.close()


def check_rules(node, account):
    body = request()
    code, _, err = node.send("ajukan_permohonan", body, account)
    assert code == 0, err
    case = body["permohonan_id"]
    stranger = new_id()
    with Quiet(node, "refused by a rule"):
        code, _, err = node.send("serahkan", {"permohonan_id": case}, account)
        check("a change of state that no row allows is refused with its cause", code == 1 and
              err.strip().count(":") >= 1, err)
        code, _, err = node.send("putuskan", {"permohonan_id": new_id(), "keputusan": "ditolak", "pasal": []}, account)
        check("a case that nobody knows is refused by its field", code == 1 and "permohonan_id" in err, err)
        for command_, message in (("nyatakan_lengkap", {"permohonan_id": case}),
                                  ("ungkap_identitas", {"permohonan_id": case, "alasan": "verifikasi"}),
                                  ("ajukan_permohonan", request())):
            code, _, err = node.send(command_, message, stranger)
            check(f"{command_} without the role is refused", code == 1 and "berwenang" in err, err)
        code, _, err = node.send("ajukan_permohonan", request(unit="TAKADA"), account)
        check("an unknown unit is named", code == 1 and "unit" in err, err)
        code, _, err = node.send("ajukan_permohonan", request(diterima_pada="2099-01-01T00:00:00Z"), account)
        check("a time in the future is named", code == 1 and "diterima_pada" in err, err)
        for text, field in (('{"permohonan_id":"x"}', "permohonan_id"), ("{", ""), ('{"bukan":1}', "bukan")):
            code, _, err = node.ctl("send", "nyatakan_lengkap", "--file", "-", "--as", account, stdin=text)
            check(f"{text} is refused", code != 0 and field in err, err)
        code, _, err = node.ctl("send", "terbang", "--data-json", "{}", "--as", account)
        check("an unknown verb of the domain is named", code == 100 and "terbang" in err, err)


def check_clock(node, account):
    """The wall clock of a stopped service jumps back: numbers wait for a person, the rest goes on."""
    node.settle()
    node.stop()
    clock = node.home / "clock"
    now = int(clock.read_text())
    clock.write_text(f"{now - 3 * 86400}\n")
    node.start()
    rows = node.status()
    check("a clock behind the last record is doubted", rows["intake"]["jam_diragukan"], rows["intake"])
    with Quiet(node, "a doubted clock"):
        code, _, err = node.send("ajukan_permohonan", request(), account, "--within", "2")
        check("what needs a number waits, with the cause", code == 111 and "jam_diragukan" in err, (code, err))
    clock.write_text(f"{now + 60}\n")
    node.must("node", "clock", "--confirm", "--as", account)
    code, _, err = node.send("ajukan_permohonan", request(), account)
    check("confirmed by a person it goes on", code == 0, err)


def check_rolled_back(node, account):
    """A store that lost its tail while the folder beside it did not."""
    node.settle()
    node.stop()
    data = node.home / "data" / "intake" / "data.mdb"
    old = data.read_bytes()
    node.start()
    for _ in range(3):
        node.send("ajukan_permohonan", request(), account)
    node.settle()
    numbers = {e["isi"]["nomor"] for e in node.events("intake", "--type", "permohonan_diajukan")}
    node.stop()
    data.write_bytes(old)
    node.start()
    row = node.status()["intake"]
    check("a rolled-back store starts fenced and says why", row["dipagari"] and row.get("sebab_pagar") == "mundur", row)
    code, _, err = node.send("ajukan_permohonan", request(), account, "--within", "2")
    check("it takes no command", code != 0 and "dipagari" in err, err)
    check("and answers questions", node.ctl("log", "intake")[0] == 0)
    node.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", "--as", account)
    code, reply, err = node.send("ajukan_permohonan", request(), account)
    check("opened by a person it goes on, and gives no number twice",
          code == 0 and reply["jawaban"]["nomor"] not in numbers, (reply, err))


SMALL_DISK = """
set -e
mount --make-rprivate /
mount -t tmpfs -o size=3m tmpfs "$PPID_DATA/intake"
exec "$0"
"""


def check_full_disk():
    """Intake alone on a small tmpfs: it refuses, reads on, and loses nothing."""
    with Node() as node:
        (node.home / "data" / "intake").mkdir(mode=0o700)
        others = [name for name in SERVICES if name != "intake"]
        allowed = subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
        if not allowed:
            print("skipped: a full disk (a tmpfs cannot be mounted here); tests/crash/test_store_full.c has its own")
            return 1
        log = open(node.home / "intake.log", "ab")
        node.logs["intake"] = log
        node.processes["intake"] = subprocess.Popen(
            ["unshare", "-rm", "bash", "-c", SMALL_DISK, str(BIN / "ppid-intake")],
            env=node.environment(PPID_NODE="uji"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        node.start(*others)
        account = node.found()
        answered, refusal = set(), ""
        for n in range(1500):
            body = request(name=f"Pemohon {n}", rincian="x" * 7000)
            code, reply, err = node.send("ajukan_permohonan", body, account, "--within", "2")
            if code != 0:
                refusal = err
                break
            answered.add(reply["jawaban"]["nomor"])
        check("a full disk is refused by its cause", "penyimpanan" in refusal, (len(answered), refusal))
        events = node.events("intake", "--type", "permohonan_diajukan")
        check("it still reads, and what was answered is there",
              answered == {e["isi"]["nomor"] for e in events} and len(answered) > 10, (len(answered), len(events)))
        check("nobody ended", all(p.poll() is None for p in node.processes.values()))
        node.stop(how=signal.SIGTERM)
    return 0


def main():
    assert pathlib.Path(BIN).is_dir()
    with Node() as node:
        node.start()
        node.advance(5 * 86400)
        account = node.found()
        check_bytes(node)
        check_frames(node)
        check_commands(node, account)
        check_rules(node, account)
        check_clock(node, account)
        check_rolled_back(node, account)
        code, out, err = node.ctl("verify")
        check("after all of it the chains are whole", code == 0, out + err)
    finish(check_full_disk())


if __name__ == "__main__":
    main()
