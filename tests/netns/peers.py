"""peers - what stands at an address, or comes to one, and is no node: each is a thread in a namespace"""

import os
import socket
import struct
import threading
import time

import nacl.bindings as box
import zmq

import child as second


class Inside(threading.Thread):
    """Runs act() in a namespace until it is ended."""

    def __init__(self, net, label):
        super().__init__(daemon=True)
        self.net, self.label, self.is_over, self.failed = net, label, threading.Event(), None
        self.net_address = "10.99.0.1"

    def run(self):
        self.net.enter(self.label)
        try:
            self.act()
        except (OSError, ValueError, AssertionError, zmq.ZMQError) as error:
            self.failed = error

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.join(10)


class HttpServer(Inside):
    """Answers whatever comes as a web server does."""

    requests = 0

    def act(self):
        with socket.create_server((self.net_address, 7420)) as server:
            server.settimeout(0.2)
            while not self.is_over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(0.5)
                    try:
                        connection.recv(64)
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                    except OSError:
                        pass
                self.requests += 1


class Impostor(Inside):
    """A server under another key."""

    heard = 0

    def act(self):
        context = zmq.Context()
        with context.socket(zmq.ROUTER) as server:
            server.linger = 0
            server.curve_server = True
            server.curve_publickey, server.curve_secretkey = zmq.curve_keypair()
            server.bind(f"tcp://{self.net_address}:7420")
            while not self.is_over.is_set():
                if server.poll(100):
                    server.recv_multipart()
                    self.heard += 1
        context.destroy(linger=0)


class Relay(Inside):
    """A thin, long line: every byte `delay` seconds later, `rate` bytes a second each way."""

    delay, rate, piece = 0.15, 120_000, 4096

    def __init__(self, net, label, to):
        super().__init__(net, label)
        self.to = to

    def act(self):
        with socket.create_server(("0.0.0.0", 7420)) as server:
            server.settimeout(0.2)
            while not self.is_over.is_set():
                try:
                    near, _ = server.accept()
                except TimeoutError:
                    continue
                try:
                    far = socket.create_connection((self.to, 7420), timeout=3)
                except OSError:
                    near.close()
                    continue
                for way in ((near, far), (far, near)):
                    threading.Thread(target=self.carry, args=way, daemon=True).start()

    def carry(self, source, sink):
        """Pieces with the moment when they are due; what is under way is bounded by what the line holds."""
        line, room = [], threading.Semaphore(12)
        is_new = threading.Condition()

        def send():
            while True:
                with is_new:
                    is_new.wait_for(lambda: line)
                    due, data = line.pop(0)
                time.sleep(max(0, due - time.monotonic()))
                room.release()
                try:
                    sink.sendall(data)
                except OSError:
                    data = b""
                if not data:
                    for end in (source, sink):
                        try:
                            end.shutdown(socket.SHUT_RDWR)
                        except OSError:
                            pass
                    return
        threading.Thread(target=send, daemon=True).start()
        free = time.monotonic()
        while True:
            room.acquire()
            try:
                data = source.recv(self.piece)
            except OSError:
                data = b""
            free = max(free, time.monotonic()) + len(data) / self.rate
            with is_new:
                line.append((free + self.delay, data))
                is_new.notify()
            if not data:
                return


# --- ZMTP with CURVE by hand: what no library would send ---

def frame(body, flags=0):
    head = struct.pack(">BB", flags, len(body)) if len(body) < 256 else struct.pack(">BQ", flags | 2, len(body))
    return head + body


def greeting(mechanism=b"CURVE"):
    return b"\xff" + bytes(8) + b"\x7f\x03\x00" + mechanism.ljust(20, b"\0") + bytes(32)


class Curve:
    """A connection whose handshake is over; parts go out as they are given."""

    def __init__(self, address, own, server_key):
        self.socket = socket.create_connection((address, 7420), timeout=5)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.count = 0
        short, secret = box.crypto_box_keypair()
        self.secret = secret
        self.socket.sendall(greeting())
        self.read(64)
        nonce = self.nonce()
        hello = bytes((1, 0)) + bytes(72) + short + nonce + self.seal(bytes(64), b"CurveZMQHELLO---" + nonce, server_key)
        self.socket.sendall(frame(b"\5HELLO" + hello, 4))
        welcome = self.read_frame()
        assert welcome.startswith(b"\7WELCOME"), welcome[:9]
        opened = box.crypto_box_open(welcome[24:], b"WELCOME-" + welcome[8:24], server_key, secret)
        self.server, cookie = opened[:32], opened[32:]
        vouch_nonce = os.urandom(16)
        vouch = box.crypto_box(short + server_key, b"VOUCH---" + vouch_nonce, self.server, bytes(own))
        meta = b"\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER" + b"\x08Identity" + struct.pack(">I", 0)
        nonce = self.nonce()
        plain = bytes(own.public_key) + vouch_nonce + vouch + meta
        self.socket.sendall(frame(
            b"\x08INITIATE" + cookie + nonce + self.seal(plain, b"CurveZMQINITIATE" + nonce, self.server), 4))
        ready = self.read_frame()
        assert ready.startswith(b"\5READY"), ready[:9]

    def nonce(self):
        self.count += 1
        return struct.pack(">Q", self.count)

    def seal(self, plain, nonce, key):
        return box.crypto_box(plain, nonce, key, self.secret)

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise OSError("closed")
            data += piece
        return data

    def read_frame(self):
        flags = self.read(1)[0]
        size = struct.unpack(">Q", self.read(8))[0] if flags & 2 else self.read(1)[0]
        return self.read(size)

    def part(self, data, more):
        nonce = self.nonce()
        return frame(b"\7MESSAGE" + nonce +
                     self.seal(bytes((1 if more else 0,)) + data, b"CurveZMQMESSAGEC" + nonce, self.server))

    def send(self, *parts):
        self.socket.sendall(b"".join(self.part(p, n + 1 < len(parts)) for n, p in enumerate(parts)))

    def receive(self):
        """One part."""
        data = self.read_frame()
        return box.crypto_box_open(data[16:], b"CurveZMQMESSAGES" + data[8:16], self.server, self.secret)[1:]


class Endless(Inside):
    """A message without a last part, from a key that is let in. libzmq shows a message to nobody before that one."""

    sent, connections = 0, 0

    def __init__(self, net, label, address, identity, server_key):
        super().__init__(net, label)
        self.address, self.identity, self.server_key = address, identity, server_key

    def act(self):
        while not self.is_over.is_set():
            try:
                curve = Curve(self.address, self.identity.curve, self.server_key)
                self.connections += 1
                while not self.is_over.is_set():
                    curve.socket.sendall(curve.part(bytes(4000), True))
                    self.sent += 4000
            except OSError:
                self.is_over.wait(0.1)


class Garbage(Inside):
    """No CURVE at all, half a greeting, then bytes and parts without end, many at once."""

    sent = 0

    def __init__(self, net, label, address):
        super().__init__(net, label)
        self.address = address

    def act(self):
        starts = [greeting(b"NULL") + frame(b"\5READY\x0bSocket-Type\0\0\0\6DEALER", 4), greeting(), b"GET / HTTP/1.1\r\n",
                  os.urandom(64)]
        count = 0
        while not self.is_over.is_set():
            count += 1
            try:
                with socket.create_connection((self.address, 7420), timeout=1) as s:
                    s.sendall(starts[count % len(starts)])
                    for _ in range(200):
                        s.sendall(frame(bytes(2000), 1))
                        self.sent += 2000
            except OSError:
                self.is_over.wait(0.02)


class Greeted(Inside):
    """HELLO and WELCOME, then its streams opened again and again with all the credit there is, and nothing read."""

    opened = 0

    def __init__(self, net, label, address, kid, server_key):
        super().__init__(net, label)
        self.address, self.kid, self.server_key = address, kid, server_key

    def act(self):
        curve = Curve(self.address, self.kid.identity.curve, self.server_key)

        def say(name, values, corr):
            header = second.HEADER.pack(0xA5C1, 1, second.TYPES[name], 0, 0, self.session, corr)
            curve.send(header, second.messages.encode("sesi_" + name, values))
        self.session = 0
        say("hello", {"minors": {"lowest": 1, "highest": 1}, "node": self.kid.identity.id.bytes,
                      "service": "federation", "boot": os.urandom(16), "version": "second 1", "features": 0,
                      "payload_max": 1 << 20, "nonce": 7}, 1)
        while self.session == 0:
            data = curve.receive()
            if len(data) == second.HEADER.size and data[:2] == b"\xa5\xc1":
                self.session = second.HEADER.unpack(data)[5]
        while not self.is_over.is_set() and self.opened < 400:
            self.opened += 1
            say("open", {"stream": self.kid.stream, "epoch": bytes(16), "after_seq": 0, "after_hash": bytes(32),
                         "credit_bytes": 1 << 26, "credit_events": 1 << 30, "payload_max": 1 << 20},
                2 * self.opened + 1)
        self.is_over.wait(60)


class Kid(second.Child):
    """The second implementation of a node below, in a namespace."""

    def __init__(self, net, label, identity, parent_text):
        super().__init__(identity, parent_text)
        self.net, self.label = net, label
        self.patience, self.pause = 1.0, 0.2

    def run(self):
        self.net.enter(self.label)
        super().run()


class Boaster(Kid):
    """Offers a thousand streams, and one of another node."""

    others = None
    PAGE = 16

    def take_ask(self, body, corr):
        if body["type"] != second.messages.codes["katalog_aliran"]:
            return self.send("answer", {"status": 12}, corr)
        start = int(body["go_on"]) if "go_on" in body else 0
        rows = [self.entry(f"s{n:03d}", self.identity.id) for n in range(start, min(start + self.PAGE, 1000))]
        if start == 0 and self.others is not None:
            rows.append(self.entry("intake", self.others))
        values = {"status": 1, "body": second.messages.encode("daftar_aliran", {"aliran": rows})}
        if start + self.PAGE < 1000:
            values["go_on"] = str(start + self.PAGE).encode()
        self.asked = start
        self.send("answer", values, corr)

    def entry(self, service, node):
        epoch, seq, link = self.log.head()
        return {"nama": f"{node}/{service}", "simpul": node.bytes, "simpul_nama": self.identity.name,
                "layanan": service, "kepala_epok": epoch, "kepala_seq": seq, "kepala_hash": link,
                "epok": [{"epoch": e, "start_seq": s, "start_hash": h} for e, s, h in self.log.epochs],
                "kunci_tanda": bytes(self.identity.sign_key.verify_key)}
