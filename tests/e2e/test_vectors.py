#!/usr/bin/env python3
"""Reads the vectors of the session protocol from proto/PROTOCOL.md alone: header, msgpack, chain, signed heads.

Shares no code with the implementation; only the standard library. Exit code 0: all is as written.
"""
import hashlib
import pathlib
import struct
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "vectors"
TYPES = {
    "hello": 1, "welcome": 2, "ping": 3, "pong": 4, "bye": 5, "error": 6, "cmd": 16, "reply": 17,
    "ask": 18, "answer": 19, "letter": 20, "taken": 21, "open": 32, "opened": 33, "events": 34,
    "credit": 35, "ack": 36, "head": 37, "close": 38, "tail": 64,
}
BEGUN_BY_THE_LISTENER = {"08", "33", "35"}  # the numbers of their files: their corr is even
# Required field numbers and their Python types, as in sesi.msg.
REQUIRED = {
    "hello": {1: dict, 2: bytes, 3: str, 4: bytes, 5: str, 7: int, 8: int, 10: int},
    "welcome": {1: int, 2: int, 3: bytes, 4: bytes, 5: dict, 7: str, 8: str, 10: int},
    "cmd": {1: bytes, 2: int, 3: bytes, 4: int, 5: int, 6: bytes},
    "reply": {1: int}, "ask": {1: int, 2: int, 3: bytes, 4: bytes, 5: int}, "answer": {1: int},
    "letter": {1: bytes, 2: int, 3: int, 4: bytes}, "taken": {1: bytes, 2: int},
    "open": {1: str, 2: bytes, 3: int, 4: bytes, 5: int, 6: int, 7: int},
    "opened": {1: bytes, 2: int, 3: bytes},
    "events": {1: str, 2: bytes, 3: int, 4: int, 5: bytes, 6: bytes},
    "credit": {1: int, 2: int}, "ack": {1: int, 2: bytes, 3: bytes}, "head": {1: str},
    "tail": {1: str, 2: bytes, 3: int, 4: bytes, 5: int},
    "error": {1: int}, "ping": {1: int}, "pong": {1: int}, "bye": {}, "close": {},
}


class Reader:
    """The part of msgpack that the protocol uses; anything else, or a longer form, is an error."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        assert self.at + n <= len(self.data), "cut short"
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, n, least):
        value = int.from_bytes(self.take(n), "big")
        assert value >= least, "not the shortest form"
        return value

    def value(self):
        head = self.take(1)[0]
        if head < 0x80:
            return head
        if head < 0x90:
            return self.map(head & 15)
        if head < 0xA0:
            return [self.value() for _ in range(head & 15)]
        if head < 0xC0:
            return self.take(head & 31).decode()
        if head in (0xC2, 0xC3):
            return head == 0xC3
        if head in (0xC4, 0xC5):
            return self.take(self.number(head - 0xC3, 0 if head == 0xC4 else 256))
        if head in (0xCC, 0xCD, 0xCE, 0xCF):
            size = 1 << (head - 0xCC)
            return self.number(size, {1: 0x80, 2: 0x100, 4: 0x10000, 8: 0x100000000}[size])
        if head == 0xD9:
            return self.take(self.number(1, 32)).decode()
        raise AssertionError("unexpected byte %02x" % head)

    def map(self, count):
        result = {}
        for _ in range(count):
            key = self.value()
            assert not result or key > max(result), "keys not upwards"
            result[key] = self.value()
        return result


def frames_of(path):
    frames = {}
    for line in path.read_text().splitlines():
        name, hexadecimal = line.split()
        frames[name] = bytes.fromhex(hexadecimal)
    return frames


def body_of(data):
    reader = Reader(data)
    body = reader.value()
    assert isinstance(body, dict) and reader.at == len(data), "trailing bytes"
    return body


# Ed25519 (RFC 8032): points of the curve as (x, y, 1, xy) times z.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME


def point_sum(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0])
    b = (p[1] + p[0]) * (q[1] + q[0])
    c = 2 * p[3] * q[3] * CURVE_D
    d = 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def point_times(n, p):
    result = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            result = point_sum(result, p)
        p, n = point_sum(p, p), n >> 1
    return result


def point_of(data):
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME != 0:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert (x * x - square) % PRIME == 0, "not a point"
    if x % 2 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def is_signed(key, statement, signature):
    base = point_of((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + statement).digest(), "little") % ORDER
    left = point_times(s, base)
    right = point_sum(point_of(signature[:32]), point_times(k, point_of(key)))
    return s < ORDER and all((left[i] * right[2] - right[i] * left[2]) % PRIME == 0 for i in (0, 1))


def head_statement(name, epoch, seq, link):
    return b"ppid-head\0" + name.encode() + b"\0" + epoch + seq.to_bytes(8, "big") + link


def check_catalogue(ask, answer):
    """One stream, its genesis, and the head that its origin signed; the origin's key."""
    assert ask[1] == 0x0830 and ask[2] == 1 and body_of(ask[3]) == {} and ask[4] == bytes(16)
    assert answer[1] == 1
    (row,) = body_of(answer[2])[1]
    name, node, node_name, service, epoch, seq, link = (row[n] for n in range(1, 8))
    assert name == "%s-%s-%s-%s-%s/%s" % (
        node[:4].hex(), node[4:6].hex(), node[6:8].hex(), node[8:10].hex(), node[10:].hex(), service)
    first = row[9][0]
    genesis = b"genesis\0" + node_name.encode() + b"\0" + service.encode() + b"\0" + first[1]
    assert first[2] == 0 and first[3] == hashlib.blake2b(genesis, digest_size=32).digest(), "genesis"
    assert is_signed(row[12], head_statement(name, epoch, row[10], link), row[11]), "signed head"
    assert not is_signed(row[12], head_statement(name, epoch, row[10] + 1, link), row[11])
    assert row[10] == seq
    return row[12]


def check_chain(body, payload):
    link, at, count = body[5], 0, 0
    while at < len(payload):
        (size,) = struct.unpack_from(">I", payload, at)
        record = payload[at + 4:at + 4 + size]
        assert len(record) == size > 0
        link = hashlib.blake2b(link + record, key=b"lsp1-event", digest_size=32).digest()
        at, count = at + 4 + size, count + 1
    assert count == body[4] and link == body[6], "chain"


def main():
    session, seen, asked, sign_key = None, set(), set(), None
    for path in sorted(FOLDER.glob("*.hex")):
        number_of_file, name = path.stem.split("_")[:2]
        frames = frames_of(path)
        magic, major, number, flags, reserved, session_of, corr = struct.unpack(">HBBHHQQ", frames["header"])
        assert (magic, major, flags, reserved) == (0xA5C1, 1, 0, 0), path
        assert number == TYPES[name], path
        body = body_of(frames["body"])
        for key, kind in REQUIRED[name].items():
            assert isinstance(body.get(key), kind), (path, key)
        assert ("payload" in frames) == (name == "events"), path
        if name == "welcome":
            session, nonce = body[2], body[10]
            assert nonce == hello_nonce and session != 0, path
        if name == "hello":  # another conversation
            session, hello_nonce = None, body[10]
            asked = set()
        assert session_of == (session or 0), path
        if name in ("hello", "cmd", "ask", "letter", "open", "tail"):
            assert corr % 2 == (0 if number_of_file in BEGUN_BY_THE_LISTENER else 1), path
            asked.add(corr)
        if name in ("welcome", "reply", "answer", "taken", "opened", "events", "credit", "ack", "close"):
            assert corr in asked, path
        if number_of_file == "34":
            sign_key = check_catalogue(before, body)
        if name == "head" and 5 in body:
            statement = head_statement(*(body[n] for n in range(1, 5)))
            assert corr in asked and is_signed(sign_key, statement, body[5]), path
        if name == "events":
            check_chain(body, frames["payload"])
        seen.add(name)
        before = body
    assert seen == set(TYPES), set(TYPES) - seen
    print("every type of the session protocol is as written")
    print("%d passed, 0 failed, 0 skipped" % len(seen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
