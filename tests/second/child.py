"""child - the node below, once more: its side of the session protocol from proto/PROTOCOL.md and proto/*.msg alone

Shares nothing with the sources in C; where the two understand each other, the page is complete. A Child has an
identity, one log (its `intake`) and a link to the node above: it dials, answers the catalogue, serves its log, and
reads it back from the copy above by TAIL. Needs python3-zmq, python3-msgpack and python3-nacl.
"""

import hashlib
import os
import pathlib
import queue
import re
import struct
import threading
import time
import uuid

import msgpack
import nacl.exceptions
import nacl.public
import nacl.signing
import zmq

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
TYPES = {
    "hello": 1, "welcome": 2, "ping": 3, "pong": 4, "bye": 5, "error": 6, "cmd": 16, "reply": 17, "ask": 18,
    "answer": 19, "letter": 20, "taken": 21, "open": 32, "opened": 33, "events": 34, "credit": 35, "ack": 36,
    "head": 37, "close": 38, "tail": 64,
}
NAMES = {number: name for name, number in TYPES.items()}
HEADER = struct.Struct(">HBBHHQQ")
EVENTS_MAX = 8192
RECORD_MAX = 60 * 1024


class Over(Exception):
    """The session ends."""


class Malformed(Exception):
    pass


# --- messages, by the rows of proto/*.msg ---

class Messages:
    def __init__(self, folder=PROTO):
        self.fields, self.codes, self.enums = {}, {}, set()
        for path in sorted(folder.glob("*.msg")):
            for line in path.read_text().splitlines():
                self.take_line(line.split("#")[0].rstrip())

    def take_line(self, line):
        declared = re.match(r"(\w+) (\w+)(?: (0x[0-9A-F]+))?", line)
        field = re.match(r"\s+(\d+) (list )?(\w+)(\??) (\w+)((?: <= \d+)*)", line)
        if declared and declared[1] == "enum":
            self.enums.add(declared[2])
            self.rows = {}
        elif declared:
            self.rows = self.fields[declared[2]] = {}
            self.codes[declared[2]] = int(declared[3] or "0", 16)
        elif field:
            limits = [int(limit) for limit in re.findall(r"\d+", field[6])]
            self.rows[int(field[1])] = (field[5], field[3], bool(field[2]), bool(field[4]), limits)

    def checked(self, kind, limit, value, walk):
        """The value as its row has it; records by walk."""
        if kind in self.fields:
            return walk(kind, value)
        if kind == "bool":
            good = isinstance(value, bool)
        elif kind in ("id", "hash", "bytes"):
            most = {"id": 16, "hash": 32}.get(kind, limit)
            good = isinstance(value, bytes) and (len(value) == most or kind == "bytes" and len(value) < most)
        elif kind in ("text", "prose"):
            good = isinstance(value, str) and len(value.encode()) <= limit and "\0" not in value
        else:
            size = {"u32": (0, 2**32), "u64": (0, 2**64)}.get(kind, (-2**63, 2**63))
            good = isinstance(value, int) and not isinstance(value, bool) and size[0] <= value < size[1]
        if not good:
            raise Malformed("%s: %r" % (kind, value))
        return value

    def each(self, row, value, walk):
        _, kind, is_list, _, limits = row
        if not is_list:
            return self.checked(kind, limits[0] if limits else None, value, walk)
        if not isinstance(value, list) or len(value) > limits[0]:
            raise Malformed("list")
        return [self.checked(kind, limits[-1], item, walk) for item in value]

    def to_map(self, record, values):
        result, names = {}, set()
        for number, row in sorted(self.fields[record].items()):
            name, is_list, is_optional = row[0], row[2], row[3]
            names.add(name)
            value = values.get(name)
            if value is not None and not (is_list and value == []):
                result[number] = self.each(row, value, self.to_map)
            elif not is_list and not is_optional:
                raise Malformed("%s.%s is missing" % (record, name))
        assert set(values) <= names, (record, set(values) - names)
        return result

    def of_map(self, record, got):
        if not isinstance(got, dict) or any(not isinstance(number, int) or number > 127 for number in got):
            raise Malformed(record)
        result = {}
        for number, row in self.fields[record].items():
            name, is_list, is_optional = row[0], row[2], row[3]
            if number in got:
                result[name] = self.each(row, got[number], self.of_map)
            elif is_list:
                result[name] = []
            elif not is_optional:
                raise Malformed("%s.%s is missing" % (record, name))
        return result

    def encode(self, record, values):
        return msgpack.packb(self.to_map(record, values))

    def decode(self, record, data):
        try:
            return self.of_map(record, msgpack.unpackb(data, strict_map_key=False))
        except (ValueError, msgpack.UnpackException) as why:
            raise Malformed("%s: %s" % (record, why)) from why


messages = Messages()


# --- logs ---

def blake(data, key=b""):
    return hashlib.blake2b(data, key=key, digest_size=32).digest()


def link_of(before, record):
    return blake(before + record, key=b"lsp1-event")


def genesis_of(node_name, service, epoch):
    return blake(b"genesis\0" + node_name.encode() + b"\0" + service.encode() + b"\0" + epoch)


def head_statement(stream, place):
    epoch, seq, link = place
    return b"ppid-head\0" + stream.encode() + b"\0" + epoch + seq.to_bytes(8, "big") + link


def record_of(seq, epoch, at, event, version, key, cause, body, actor=bytes(16), seals=()):
    record = msgpack.packb([1, seq, epoch, at, event, version, key, cause, actor, list(seals), body])
    assert len(record) <= RECORD_MAX
    return record


def records_of(payload):
    records, at = [], 0
    while at < len(payload):
        (size,) = struct.unpack_from(">I", payload, at) if at + 4 <= len(payload) else (0,)
        if size == 0 or at + 4 + size > len(payload):
            raise Malformed("payload")
        records.append(payload[at + 4:at + 4 + size])
        at += 4 + size
    return records


class Log:
    """Places are (epoch, seq, hash)."""

    def __init__(self, node_name, service):
        epoch = os.urandom(16)
        self.service = service
        self.records, self.links = [], [genesis_of(node_name, service, epoch)]
        self.epochs = [(epoch, 0, self.links[0])]
        self.at = 0

    def head(self):
        return self.epochs[-1][0], len(self.records), self.links[-1]

    def epoch_of(self, seq):
        return [epoch for epoch, start, _ in self.epochs if start < seq or start == 0][-1]

    def epoch_end(self, seq):
        """The last place of the epoch in which the record after seq is."""
        return min([start for _, start, _ in self.epochs if start > seq] + [len(self.records)])

    def has(self, place):
        epoch, seq, link = place
        if seq == 0:
            return True
        known = [self.epoch_of(seq)] + [e for e, start, _ in self.epochs if start == seq]
        return seq <= len(self.records) and self.links[seq] == link and epoch in known

    def append(self, event, key, values, at=None, version=1):
        self.at = max(self.at, at or int(time.time() * 1_000_000))
        body = messages.encode(event, values)
        self.append_bytes(record_of(len(self.records) + 1, self.epochs[-1][0], self.at, messages.codes[event],
                                    version, key, [6, "second"], body))

    def append_bytes(self, record):
        self.records.append(record)
        self.links.append(link_of(self.links[-1], record))

    def begin_epoch(self):
        self.epochs.append((os.urandom(16), len(self.records), self.links[-1]))

    def set_back(self, seq):
        """As a restored backup: what came after seq was never there."""
        del self.records[seq:], self.links[seq + 1:]
        self.epochs = [row for row in self.epochs if row[1] < seq or row[1] == 0]


# --- who a node is ---

class Identity:
    def __init__(self, name):
        self.name, self.id = name, uuid.uuid4()
        self.curve, self.next_curve = nacl.public.PrivateKey.generate(), nacl.public.PrivateKey.generate()
        self.sign_key = nacl.signing.SigningKey.generate()

    def who(self):
        return "ppid-simpul 1\nnama: %s\nid: %s\ngenerasi: 1\nkurva: %s\nkurva-berikut: %s\ntanda: %s\n" % (
            self.name, self.id, bytes(self.curve.public_key).hex(), bytes(self.next_curve.public_key).hex(),
            bytes(self.sign_key.verify_key).hex())

    def text(self):
        signature = self.sign_key.sign(b"ppid-identitas\0" + self.who().encode()).signature
        return self.who() + "tanda-tangan: %s\n" % signature.hex()


def words_of(text, words):
    """The fingerprint of an identity's text."""
    who = re.split(r"(?m)^(?:alamat|tanda-tangan): ", text)[0]
    bits = int.from_bytes(blake(who.encode(), key=b"ppid sidik simpul"), "big") >> (256 - 88)
    return " ".join(words[bits >> shift & 2047] for shift in range(77, -1, -11))


def read_identity(text):
    """The lines by name; their signature is looked at."""
    above, signature = text.rsplit("tanda-tangan: ", 1)
    lines = dict(line.split(": ", 1) for line in above.splitlines()[1:])
    key = nacl.signing.VerifyKey(bytes.fromhex(lines["tanda"]))
    key.verify(b"ppid-identitas\0" + above.encode(), bytes.fromhex(signature.strip()))
    return lines


# --- the link to the node above ---

class Outlet:
    """A stream that the node above has opened here."""

    def __init__(self, log, opened):
        self.log, self.at = log, opened["after_seq"]
        self.bytes, self.events = opened["credit_bytes"], opened["credit_events"]
        self.payload_max = opened["payload_max"]
        self.sent_bytes = self.sent_events = 0


class Reading:
    """A copy that is read from above."""

    WINDOW = 64 * 1024

    def __init__(self, stream, place):
        self.stream, self.place = stream, place
        self.records, self.head, self.told, self.error = [], None, None, None
        self.window, self.taken_bytes, self.acked = self.WINDOW, 0, 0.0
        self.done = threading.Event()


class Child(threading.Thread):
    def __init__(self, identity, parent_text):
        super().__init__(daemon=True)
        self.identity, self.parent = identity, read_identity(parent_text)
        self.log = Log(identity.name, "intake")
        self.stream = "%s/intake" % identity.id
        self.lock = threading.RLock()  # of the log: the test writes, the link reads
        self.wishes = queue.Queue()    # what the test wants done within the session
        self.boot, self.pause, self.patience, self.head_every = os.urandom(16), 0.3, 3.0, 30.0
        self.is_over, self.is_cut = threading.Event(), False
        self.session, self.acked = 0, 0
        self.ends, self.errors, self.opens = [], [], []  # what happened, for the test

    def run(self):
        context = zmq.Context()
        while not self.is_over.is_set():
            if not self.is_cut:
                try:
                    self.live(context)
                except (Over, Malformed) as why:
                    self.ends.append(str(why))
            self.session = 0
            self.is_over.wait(self.pause)
        context.destroy(linger=0)

    def cut(self, is_cut=True):
        """The link is cut, or comes back."""
        self.is_cut = is_cut
        while is_cut and self.session != 0:
            time.sleep(0.01)

    def end(self):
        self.is_over.set()
        self.join(10)

    def live(self, context):
        """One connection from its HELLO to its end."""
        with context.socket(zmq.DEALER) as self.socket:
            self.socket.linger = 0
            self.socket.curve_serverkey = bytes.fromhex(self.parent["kurva"])
            self.socket.curve_secretkey = bytes(self.identity.curve)
            self.socket.curve_publickey = bytes(self.identity.curve.public_key)
            self.socket.connect(self.parent["alamat"])
            self.corr, self.nonce = 1, int.from_bytes(os.urandom(8), "big")
            self.outlets, self.readings, self.answers = {}, {}, {}
            self.heard = self.pinged = self.told = time.monotonic()
            self.send("hello", {
                "minors": {"lowest": 1, "highest": 1}, "node": self.identity.id.bytes, "service": "federation",
                "boot": self.boot, "version": "second 1", "features": 0, "payload_max": 1 << 20,
                "nonce": self.nonce}, 1)
            while not self.is_over.is_set() and not self.is_cut:
                if self.socket.poll(20):
                    self.take(self.socket.recv_multipart())
                elif self.session == 0 and time.monotonic() - self.heard > self.patience:
                    raise Over("not let in")
                if self.session != 0:
                    self.work()
            if self.session != 0:
                self.send("bye", {}, 0)
                self.socket.linger = 200

    def work(self):
        now = time.monotonic()
        while not self.wishes.empty():
            self.wishes.get()()
        with self.lock:
            for corr, outlet in self.outlets.items():
                while self.send_events(corr, outlet):
                    pass
            if now - self.told >= self.head_every:
                self.told = now
                for corr, outlet in self.outlets.items():
                    self.tell_head(corr)
        if now - self.heard > 30:
            raise Over("nothing heard")
        if now - max(self.heard, self.pinged) > 10:
            self.pinged = now
            self.send("ping", {"number": 1}, 0)

    # - sending -

    def send(self, name, values, corr, payload=None):
        self.send_frames(TYPES[name], messages.encode("sesi_" + name, values), corr, payload)

    def send_frames(self, number, body, corr, payload):
        header = HEADER.pack(0xA5C1, 1, number, 0, 0, self.session, corr)
        self.socket.send_multipart([header, body] + ([payload] if payload is not None else []))

    def send_events(self, corr, outlet):
        """One message; False where there is no record or no credit."""
        log, first = outlet.log, outlet.at
        end, payload, room = log.epoch_end(first), bytearray(), min(outlet.payload_max, self.payload_max)
        room = min(room, outlet.bytes - outlet.sent_bytes)
        end = min(end, first + EVENTS_MAX, first + outlet.events - outlet.sent_events)
        while outlet.at < end and len(payload) + 4 + len(log.records[outlet.at]) <= room:
            payload += struct.pack(">I", len(log.records[outlet.at])) + log.records[outlet.at]
            outlet.at += 1
        if not payload:
            return False
        outlet.sent_bytes += len(payload)
        outlet.sent_events += outlet.at - first
        self.send("events", {
            "stream": self.stream, "epoch": log.epoch_of(outlet.at), "first_seq": first + 1,
            "count": outlet.at - first, "prev_hash": log.links[first], "last_hash": log.links[outlet.at],
        }, corr, bytes(payload))
        if outlet.at == len(log.records):  # the node above can show whose it is, to the very end
            self.tell_head(corr)
        return True

    def signed(self, place):
        return self.identity.sign_key.sign(head_statement(self.stream, place)).signature

    def tell_head(self, corr):
        epoch, seq, link = place = self.log.head()
        self.send("head", {"stream": self.stream, "epoch": epoch, "seq": seq, "hash": link,
                           "signature": self.signed(place)}, corr)

    def tell_all(self):
        """A head that no stream was opened for: there is something new. From the test's thread."""
        def tell():
            with self.lock:
                self.tell_head(0)
        self.wishes.put(tell)

    def ask_catalogue(self):
        """What the node above holds of ours, as rows; [] where it does not say. From the test's thread."""
        answer = queue.Queue()

        def ask():
            self.corr += 2
            self.answers[self.corr] = answer
            self.send("ask", {"type": messages.codes["katalog_aliran"], "version": 1, "body": b"\x80",
                              "actor": bytes(16), "time_left_ms": 5000}, self.corr)
        self.wishes.put(ask)
        try:
            got = answer.get(timeout=5)
        except queue.Empty:
            return []
        return messages.decode("daftar_aliran", got["body"])["aliran"] if got["status"] == 1 else []

    def tail(self, place):
        """The stream's copy above, from after place. From the test's thread."""
        reading = Reading(self.stream, place)
        epoch, seq, link = place if place[1] > 0 else (bytes(16), 0, bytes(32))

        def begin():
            self.corr += 2
            self.readings[self.corr] = reading
            self.send("tail", {"stream": self.stream, "epoch": epoch, "after_seq": seq, "after_hash": link,
                               "credit_bytes": reading.window}, self.corr)
        self.wishes.put(begin)
        return reading

    # - receiving -

    def take(self, frames):
        if len(frames) not in (2, 3) or len(frames[0]) != HEADER.size:
            raise Over("frames")
        magic, major, number, flags, _, session, corr = HEADER.unpack(frames[0])
        name = NAMES.get(number, "unknown")
        if (magic, flags) != (0xA5C1, 0) or (len(frames) == 3) != (name == "events"):
            raise Over("header")
        if major != 1:
            self.send("error", {"code": 101, "major": 1}, corr)
            raise Over("major")
        self.heard = time.monotonic()
        if self.session == 0:
            return self.take_welcome(name, session, corr, frames[1])
        if session != self.session:
            return self.send("error", {"code": 201}, corr)
        takes = getattr(self, "take_" + name, None)
        if takes is None:
            return self.send("error", {"code": 501}, corr)
        try:
            body = messages.decode("sesi_" + name, frames[1])
            takes(body, corr, *frames[2:])
        except Malformed:
            self.send("error", {"code": 102}, corr)
            raise

    def take_welcome(self, name, session, corr, data):
        if name != "welcome":
            raise Over("%s for HELLO" % name)
        body = messages.decode("sesi_welcome", data)
        if corr != 1 or body["session"] != session or session == 0 or body["nonce"] != self.nonce:
            raise Over("not the answer to this HELLO")
        if body["minor"] != 1 or body["service"] != "federation" or str(uuid.UUID(bytes=body["node"])) != \
                self.parent["id"]:
            raise Over("not the node above")
        self.payload_max = body["limits"]["payload_max"]
        self.session = session

    def take_ping(self, body, corr):
        self.send("pong", {"number": body["number"]}, corr)

    def take_pong(self, body, corr):
        pass

    def take_bye(self, body, corr):
        raise Over("bye")

    def take_error(self, body, corr):
        self.errors.append((body["code"], body.get("text", "")))
        if body["code"] < 300 or body["code"] == 303:
            raise Over("error %d %s" % self.errors[-1])
        self.outlets.pop(corr, None)
        reading = self.readings.pop(corr, None)
        if reading:
            reading.error = body
            reading.done.set()

    def take_cmd(self, body, corr):
        self.send("reply", {"status": 9}, corr)

    def take_ask(self, body, corr):
        if body["type"] != messages.codes["katalog_aliran"]:
            return self.send("answer", {"status": 12}, corr)
        with self.lock:
            answer = messages.encode("daftar_aliran", {"aliran": self.catalogue()})
        self.send("answer", {"status": 1, "body": answer}, corr)

    def catalogue(self):
        epoch, seq, link = place = self.log.head()
        return [{
            "nama": self.stream, "simpul": self.identity.id.bytes, "simpul_nama": self.identity.name,
            "layanan": self.log.service, "kepala_epok": epoch, "kepala_seq": seq, "kepala_hash": link,
            "epok": [{"epoch": e, "start_seq": s, "start_hash": h} for e, s, h in self.log.epochs[-16:]],
            "tanda_seq": seq, "tanda_tangan": self.signed(place),
            "kunci_tanda": bytes(self.identity.sign_key.verify_key)}]

    def take_answer(self, body, corr):
        if corr in self.answers:
            self.answers.pop(corr).put(body)

    def take_open(self, body, corr):
        if body["stream"] != self.stream:
            return self.send("error", {"code": 304}, corr)
        with self.lock:
            epoch, seq, link = self.log.head()
            self.opens.append(body["after_seq"])
            if not self.log.has((body["epoch"], body["after_seq"], body["after_hash"])):
                return self.send("error", {"code": 302, "head_epoch": epoch, "head_seq": seq, "head_hash": link}, corr)
            self.send("opened", {"epoch": epoch, "head_seq": seq, "head_hash": link}, corr)
            self.outlets[corr] = Outlet(self.log, body)

    def take_tail(self, body, corr):
        self.send("error", {"code": 304}, corr)

    def take_credit(self, body, corr):
        outlet = self.outlets.get(corr)
        if outlet:
            outlet.bytes, outlet.events = max(outlet.bytes, body["bytes"]), max(outlet.events, body["events"])

    def take_ack(self, body, corr):
        self.acked = body["seq"]

    def take_close(self, body, corr):
        self.outlets.pop(corr, None)
        reading = self.readings.pop(corr, None)
        if reading:
            reading.done.set()

    def take_head(self, body, corr):
        reading = self.readings.get(corr)
        if reading and "seq" in body:
            reading.told = (body["epoch"], body["seq"], body["hash"])
            if "signature" in body:
                key = self.identity.sign_key.verify_key
                key.verify(head_statement(body["stream"], reading.told), body["signature"])
        elif "seq" not in body and body["stream"] == self.stream:
            with self.lock:
                self.tell_head(corr)
        elif "seq" not in body:
            self.send("error", {"code": 304}, corr)

    def take_opened(self, body, corr):
        if corr in self.readings:
            self.readings[corr].head = (body["epoch"], body["head_seq"], body["head_hash"])

    def take_events(self, body, corr, payload):
        reading = self.readings.get(corr)
        if reading is None:
            return
        reading.taken_bytes += len(payload)
        if reading.taken_bytes > reading.window or not follow(reading, body, payload):
            self.send("error", {"code": 303}, corr)
            raise Over("a copy that does not hold")
        if reading.window - reading.taken_bytes <= Reading.WINDOW // 2:
            reading.window = reading.taken_bytes + Reading.WINDOW
            self.send("credit", {"bytes": reading.window, "events": 2**32}, corr)
        if time.monotonic() - reading.acked >= 1:
            reading.acked = time.monotonic()
            epoch, seq, link = reading.place
            self.send("ack", {"seq": seq, "hash": link, "epoch": epoch}, corr)


# --- the vectors ---

def conversation(folder):
    """(name, header, body, payload or None) of each, in order."""
    for path in sorted(folder.glob("*.hex")):
        parts = {key: bytes.fromhex(value) for key, value in (line.split() for line in path.open())}
        yield path.stem.split("_")[1], HEADER.unpack(parts["header"]), parts["body"], parts.get("payload")


def follow(reading, body, payload):
    """Takes a message of EVENTS where it goes on from the reading's place: order, epoch and chain."""
    _, seq, link = reading.place
    records = records_of(payload)
    if body["stream"] != reading.stream or body["first_seq"] != seq + 1 or body["prev_hash"] != link:
        return False
    if body["count"] != len(records) or not 1 <= len(records) <= EVENTS_MAX:
        return False
    for record in records:
        seq, link = seq + 1, link_of(link, record)
        if msgpack.unpackb(record)[:3] != [1, seq, body["epoch"]]:
            return False
    reading.place = (body["epoch"], seq, link)
    reading.records += records
    return link == body["last_hash"]
