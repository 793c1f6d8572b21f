"""Real mail: the processes of a node, and a mail server on loopback that accepts, refuses, stalls and dies."""

import email
import email.policy
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from simpul import Node, SERVICES, check, finish, request

HERE = pathlib.Path(__file__).resolve().parent
OTHERS = [name for name in SERVICES if name != "notification"]


def python_with_aiosmtpd():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import aiosmtpd"], capture_output=True).returncode == 0:
            return python
    sys.exit("python3-aiosmtpd is missing: run scripts/deps test")


class Post:
    """A mail server with its mailbox."""

    def __init__(self, *options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ppid-post."))
        self.options = options
        self.process = None
        self.start()

    def start(self):
        (self.folder / "port").unlink(missing_ok=True)
        # What it complains of (a client that goes away) is part of the tests.
        self.process = subprocess.Popen([python_with_aiosmtpd(), HERE / "smtp_server.py", self.folder, *self.options],
                                        stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not (self.folder / "port").exists():
            assert self.process.poll() is None and time.monotonic() < until, "the mail server did not start"
            time.sleep(0.05)
        self.port = int((self.folder / "port").read_text())

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def mode(self, name):
        new = self.folder / "mode.new"
        new.write_text(name)
        new.rename(self.folder / "mode")

    def mails(self):
        """(recipient, message) of every mail that was kept, oldest first."""
        found = []
        for path in sorted((self.folder / "mail").iterdir()):
            if path.suffix == "":
                head, _, rest = path.read_bytes().partition(b"\n")
                found.append((head.decode(), email.message_from_bytes(rest, policy=email.policy.default)))
        return found

    def settings(self, **more):
        return {"PPID_SMTP_HOST": "127.0.0.1", "PPID_SMTP_PORT": str(self.port), "PPID_SMTP_CONNECT_MS": "2000",
                "PPID_SMTP_STALL_MS": "2000", "PPID_SMTP_TOTAL_MS": "5000",
                "PPID_SMTP_FROM": "ppid@kotauji.example", "PPID_SMTP_FROM_NAME": "PPID Kota Uji", **more}


def wait_for(is_true, within=20):
    until = time.monotonic() + within
    while time.monotonic() < until:
        if is_true():
            return True
        time.sleep(0.1)
    return is_true()


class Office:
    """A node with an officer, and what this test does with it."""

    def __init__(self, node, post):
        self.node, self.post = node, post

    def open(self, **more):
        self.node.start(*OTHERS)
        self.node.start("notification", **self.post.settings(**more))
        self.account = self.node.found()

    def again(self, **more):
        self.node.start("notification", **self.post.settings(**more))

    def lodge(self, address="siti@contoh.id", name="Siti Uji"):
        body = request(name=name)
        body["pemohon"]["email"] = address
        if address is None:
            del body["pemohon"]["email"]
            body["salinan"] = "mengambil_langsung"
        code, reply, err = self.node.send("ajukan_permohonan", body, self.account)
        assert code == 0, err
        return body["permohonan_id"], reply

    def deliveries(self, case):
        question = {"unit": "3275", "permohonan_id": case}
        rows = self.node.ask("pengiriman_daftar", question, self.account)
        return {row["pengiriman"]["versi"]: row["pengiriman"] for page in rows for row in page.get("baris", [])}

    def state(self, case, versi=0):
        return self.deliveries(case).get(versi, {}).get("keadaan")

    def comes_to(self, case, state, versi=0, within=20):
        return wait_for(lambda: self.state(case, versi) == state, within)

    def decide(self, case, action, versi=0, **more):
        body = {"permohonan_id": case, "versi": versi, "tindakan": action, **more}
        return self.node.send("putuskan_pengiriman", body, self.account)

    def mails_to(self, address):
        return [message for to, message in self.post.mails() if to == address]


def text_of(message):
    return message.get_content()


def check_receipt(o):
    case, reply = o.lodge("siti@contoh.id", "Siti Nur \u00c9lise, S.Pd.")
    check("the receipt is sent", o.comes_to(case, "terkirim"), o.deliveries(case))
    mails = o.mails_to("siti@contoh.id")
    check("one mail arrives", len(mails) == 1, len(mails))
    mail = mails[0]
    proof = reply["jawaban"]
    check("its subject holds the number", proof["nomor"] in mail["Subject"], mail["Subject"])
    check("it is addressed to the person by name", mail["To"].addresses[0].display_name == "Siti Nur \u00c9lise, S.Pd.",
          str(mail["To"]))
    check("it comes from the office", str(mail["From"]) == "PPID Kota Uji <ppid@kotauji.example>", str(mail["From"]))
    check("it says that a machine sent it", mail["Auto-Submitted"] == "auto-generated")
    check("it has an id of the delivery", mail["Message-ID"] == f"<{case}.0@kotauji.example>", mail["Message-ID"])
    check("the text holds number, code and place",
          all(word in text_of(mail) for word in (proof["nomor"], proof["kode_lacak"], "KOTA UJI", "WIB")),
          text_of(mail))
    check("no line of the text is too long", max(map(len, text_of(mail).splitlines())) <= 76)
    return case


def check_decision(o, case):
    for command, body in (("nyatakan_lengkap", {}), ("disposisikan", {"tujuan": "arsip"}), ("mulai_proses", {})):
        code, _, err = o.node.send(command, {"permohonan_id": case, **body}, o.account)
        assert code == 0, (command, err)
    code, _, err = o.node.send("putuskan", {
        "permohonan_id": case, "keputusan": "dikabulkan", "pasal": [], "materi": "Salinan anggaran kelurahan 2025.",
        "bentuk": "softcopy", "salinan": "email", "hari_penyediaan": 2}, o.account)
    assert code == 0, err
    check("the written notice is sent", wait_for(lambda: len(o.mails_to("siti@contoh.id")) == 2),
          o.deliveries(case))
    text = text_of(o.mails_to("siti@contoh.id")[1])
    check("it holds decision, material and the way to object",
          all(word in text for word in ("Permohonan dikabulkan seluruhnya", "Salinan anggaran kelurahan 2025.",
                                        "30 (tiga puluh) hari kerja", "Komisi", "Tidak dipungut biaya")), text)


def check_refusals(o):
    o.post.mode("refuse")
    case, _ = o.lodge("tolak@contoh.id")
    check("a recipient refused with 550 is given up", o.comes_to(case, "menyerah"), o.deliveries(case))
    row = o.deliveries(case)[0]
    check("with code and cause", row.get("kode_smtp") == 550 and row.get("sebab") == "penerima_ditolak", row)
    o.post.mode("greylist")
    case, _ = o.lodge("kelabu@contoh.id")
    check("a recipient told 451 waits", o.comes_to(case, "gagal_sementara"), o.deliveries(case))
    o.node.advance(100)
    check("and is served at the next try", o.comes_to(case, "terkirim"), o.deliveries(case))
    check("once", len(o.mails_to("kelabu@contoh.id")) == 1)
    o.post.mode("full")
    case, _ = o.lodge("penuh@contoh.id")
    check("452 after the mail waits too", o.comes_to(case, "gagal_sementara"), o.deliveries(case))
    o.post.mode("accept")
    o.node.advance(100)
    check("and is served when there is room", o.comes_to(case, "terkirim") and len(o.mails_to("penuh@contoh.id")) == 1,
          o.deliveries(case))


def check_silence(o):
    o.post.mode("stall")
    case, _ = o.lodge("diam@contoh.id")
    check("a server that falls silent before the mail leaves it for later", o.comes_to(case, "gagal_sementara"),
          o.deliveries(case))
    check("with its cause", o.deliveries(case)[0].get("sebab") == "peladen_diam", o.deliveries(case))
    o.post.mode("close")
    second, _ = o.lodge("putus@contoh.id")
    check("so does one that drops at connect", o.comes_to(second, "gagal_sementara"), o.deliveries(second))
    o.post.mode("accept")
    o.node.advance(200)
    check("both are served afterwards, once",
          o.comes_to(case, "terkirim") and o.comes_to(second, "terkirim") and
          len(o.mails_to("diam@contoh.id")) == 1 and len(o.mails_to("putus@contoh.id")) == 1,
          (o.deliveries(case), o.deliveries(second)))


def check_uncertain(o):
    o.post.mode("die")
    case, _ = o.lodge("gantung@contoh.id")
    check("a server that dies after the mail leaves it uncertain", o.comes_to(case, "tidak_pasti"), o.deliveries(case))
    o.post.mode("accept")
    o.node.advance(3 * 86400)
    time.sleep(1)
    check("and it is never silently repeated",
          o.state(case) == "tidak_pasti" and len(o.mails_to("gantung@contoh.id")) == 1, o.deliveries(case))
    code, _, err = o.decide(case, "kirim_ulang")
    check("a person may send it again", code == 0 and o.comes_to(case, "terkirim"), (err, o.deliveries(case)))
    mails = o.mails_to("gantung@contoh.id")
    check("as the same message", len(mails) == 2 and mails[0]["Message-ID"] == mails[1]["Message-ID"], len(mails))


def check_crash(o):
    o.post.mode("hang")
    case, _ = o.lodge("mati@contoh.id")
    assert wait_for(lambda: len(o.mails_to("mati@contoh.id")) == 1), "the mail did not get there"
    o.node.stop("notification", how=signal.SIGKILL)
    o.post.mode("accept")
    o.again()
    check("killed while the server kept silent about the mail, it is uncertain", o.comes_to(case, "tidak_pasti"),
          o.deliveries(case))
    check("with the cause", o.deliveries(case)[0].get("sebab") == "sudah_pernah_dikirim", o.deliveries(case))
    check("and not sent a second time", len(o.mails_to("mati@contoh.id")) == 1)
    code, _, err = o.decide(case, "anggap_terkirim")
    check("a person may take it for delivered", code == 0 and o.state(case) == "terkirim", err)


def check_crash_points(o):
    """Killed at its commits, again and again: each mail is there once, or said to be uncertain."""
    died = 0
    for point in ("batch_before_commit", "batch_after_commit"):
        for nth in (1, 2, 3, 4):
            address = f"titik{nth}.{point.replace('_', '-')}@contoh.id"
            o.node.stop("notification")
            o.node.start("notification", wait=0, **o.post.settings(PPID_CRASH=f"{point}:{nth}"))
            case, _ = o.lodge(address)
            wait_for(lambda: o.node.processes["notification"].poll() is not None, within=5)
            died += o.node.processes["notification"].poll() == -signal.SIGKILL
            o.node.stop("notification", how=signal.SIGKILL)
            o.again()
            ended = wait_for(lambda: o.state(case) in ("terkirim", "tidak_pasti"))
            count, state = len(o.mails_to(address)), o.state(case)
            check(f"killed at {point}:{nth} it is sent once, or uncertain and at most once",
                  ended and (count == 1 if state == "terkirim" else count <= 1), (state, count))
    check("it did die at those points", died >= 6, died)


def check_down(o):
    o.post.stop()
    case, _ = o.lodge("turun@contoh.id")
    check("without a mail server it waits", o.comes_to(case, "gagal_sementara"), o.deliveries(case))
    check("with its cause", o.deliveries(case)[0].get("sebab") == "tidak_tersambung", o.deliveries(case))
    o.post.start()
    o.node.stop("notification")
    o.again()
    o.node.advance(200)
    check("and goes out when there is one, over a restart",
          o.comes_to(case, "terkirim") and len(o.mails_to("turun@contoh.id")) == 1, o.deliveries(case))


def check_stop(o):
    """Asked to stop in the middle of a talk: it ends soon, and the mail goes out later, once."""
    o.post.mode("stall")
    o.node.stop("notification")
    o.again(PPID_SMTP_STALL_MS="60000", PPID_SMTP_TOTAL_MS="60000")
    case, _ = o.lodge("henti@contoh.id")
    check("a talk is under way", o.comes_to(case, "dikirim"), o.deliveries(case))
    began = time.monotonic()
    codes = o.node.stop("notification")
    check("asked to stop in the middle of it, the service ends well and soon",
          codes == {"notification": 0} and time.monotonic() - began < 8, (codes, time.monotonic() - began))
    o.post.mode("accept")
    o.again()
    check("the mail waits for its next try", o.state(case) == "gagal_sementara", o.deliveries(case))
    o.node.advance(100)
    check("and goes out, once", o.comes_to(case, "terkirim") and len(o.mails_to("henti@contoh.id")) == 1,
          o.deliveries(case))


def check_restore(o):
    """What was sent after the backup is not sent again by the node that was put back."""
    o.post.mode("greylist")
    case, _ = o.lodge("pulih@contoh.id")
    assert o.comes_to(case, "gagal_sementara"), o.deliveries(case)
    assert o.node.settle(), o.node.status()
    folder = o.post.folder / "cadangan"
    o.node.must("backup", str(folder))
    o.node.advance(100)
    check("the mail goes out after the backup", o.comes_to(case, "terkirim"), o.deliveries(case))
    o.node.stop()
    o.node.must("restore", str(folder), "--replace")
    o.node.start(*OTHERS, wait=0)
    o.again()
    o.node.must("node", "unfence", "--new-epoch", "--reason", "pemulihan", "--as", o.account)
    o.node.advance(300)
    check("put back to before it, the node says that it was sent and nobody knows how that ended",
          o.comes_to(case, "tidak_pasti"), o.deliveries(case))
    check("with the cause", o.deliveries(case)[0].get("sebab") == "sudah_pernah_dikirim", o.deliveries(case))
    check("and sends nothing again", len(o.mails_to("pulih@contoh.id")) == 1)
    o.post.mode("accept")


def check_together():
    post = Post()
    try:
        with Node(together=True, **post.settings()) as node:
            o = Office(node, post)
            node.start()
            o.account = node.found()
            case, _ = o.lodge()
            check("mail goes out of a node in one process too", o.comes_to(case, "terkirim"), o.deliveries(case))
            check("it is stopped well", set(node.stop().values()) == {0})
    finally:
        post.close()


def check_without_address(o):
    case, reply = o.lodge(None)
    check("who gave no address stands on the list for hand or post", o.comes_to(case, "tanpa_alamat"),
          o.deliveries(case))
    code, text, err = o.node.send("ambil_naskah", {"permohonan_id": case, "versi": 0}, o.account)
    check("an officer takes the text for printing", code == 0 and "TANDA BUKTI PENERIMAAN" in str(text), err)
    code, _, err = o.decide(case, "anggap_terkirim", cara="pos")
    check("and notes that it went by post", code == 0 and o.deliveries(case)[0].get("cara") == "pos", err)


def check_whole(o):
    check("everybody comes to rest", o.node.settle(), o.node.status())
    check("nothing is parked", o.node.status()["notification"]["parkir"] == 0, o.node.status())
    codes = o.node.stop()
    check("asked to stop, all end well", set(codes.values()) == {0}, codes)
    code, out, err = o.node.ctl("verify", "--offline")
    check("chain and commitments are whole", code == 0, out + err)
    code, out, err = o.node.ctl("replay")
    check("the tables are the fold of the log", code == 0 and "BERBEDA" not in out, out + err)
    for path in (o.node.home / "data").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            check(f"no address lies open in {path.parent.name}/{path.name}",
                  b"siti@contoh.id" not in content and b"Siti Nur" not in content)


def certificate(folder):
    cert, key = folder / "cert.pem", folder / "key.pem"
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
        capture_output=True)
    assert done.returncode == 0, done.stderr
    return str(cert), str(key)


def check_tls(folder):
    cert, key = certificate(folder)
    right, wrong = folder / "right", folder / "wrong"
    right.write_text("rahasia sekali\n")
    wrong.write_text("salah\n")
    login = ("--login", "ppid", "rahasia sekali")
    for mode in ("starttls", "tls"):
        post = Post(f"--{mode}", cert, key, *(login if mode == "starttls" else ()))
        user = {"PPID_SMTP_USER": "ppid", "PPID_SMTP_PASSWORD_FILE": str(right)} if mode == "starttls" else {}
        try:
            with Node() as node:
                o = Office(node, post)
                o.open(PPID_SMTP_TLS=mode, PPID_SMTP_CA=cert, **user)
                case, _ = o.lodge()
                check(f"mail goes over {mode} with a login", o.comes_to(case, "terkirim"), o.deliveries(case))
                node.stop("notification")
                o.again(PPID_SMTP_TLS=mode, **user)
                case, _ = o.lodge("asing@contoh.id")
                check(f"a certificate nobody vouches for gets nothing over {mode}",
                      o.comes_to(case, "gagal_sementara") and o.deliveries(case)[0]["sebab"] == "tls_gagal",
                      o.deliveries(case))
                if mode == "starttls":
                    node.stop("notification")
                    o.again(PPID_SMTP_TLS=mode, PPID_SMTP_CA=cert, PPID_SMTP_USER="ppid",
                            PPID_SMTP_PASSWORD_FILE=str(wrong))
                    case, _ = o.lodge("sandi@contoh.id")
                    check("a wrong password waits for the right one",
                          o.comes_to(case, "gagal_sementara") and o.deliveries(case)[0]["sebab"] == "masuk_ditolak",
                          o.deliveries(case))
                check("the password is in no log", "rahasia sekali" not in node.log_text())
        finally:
            post.close()


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ppid-tls."))
    post = Post()
    try:
        with Node() as node:
            o = Office(node, post)
            o.open()
            check_decision(o, check_receipt(o))
            check_refusals(o)
            check_silence(o)
            check_uncertain(o)
            check_crash(o)
            check_down(o)
            check_stop(o)
            check_without_address(o)
            check_restore(o)
            check_crash_points(o)
            check_whole(o)
        check_together()
        check_tls(folder)
    finally:
        post.close()
        shutil.rmtree(folder, ignore_errors=True)
    finish()


if __name__ == "__main__":
    main()
