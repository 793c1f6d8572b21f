#!/usr/bin/env python3
"""Reads the vectors of the session protocol from proto/PROTOCOL.md alone: header, msgpack, chain.

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
    "credit": 35, "ack": 36, "head": 37, "close": 38,
}
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
    session, seen, asked = None, set(), set()
    for path in sorted(FOLDER.glob("*.hex")):
        name = path.stem.split("_")[1]
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
        if name == "hello":
            hello_nonce = body[10]
        assert session_of == (session or 0), path
        if name in ("hello", "cmd", "ask", "letter", "open"):
            assert corr % 2 == (0 if name == "letter" else 1), path
            asked.add(corr)
        if name in ("welcome", "reply", "answer", "taken", "opened", "events", "credit", "ack", "close"):
            assert corr in asked, path
        if name == "events":
            check_chain(body, frames["payload"])
        seen.add(name)
    assert seen == set(TYPES), set(TYPES) - seen
    print("every type of the session protocol is as written")
    print("%d passed, 0 failed, 0 skipped" % len(seen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
