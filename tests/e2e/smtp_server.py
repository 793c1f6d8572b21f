"""smtp_server - a mail server for tests, that behaves as a file says

    smtp_server.py FOLDER [--tls CERT KEY] [--starttls CERT KEY] [--login USER PASSWORD]

Listens on 127.0.0.1 at a free port, which it writes to FOLDER/port. FOLDER/mode
is read at each step: accept, refuse (550 to RCPT), greylist (451 to the first
RCPT of an address, then accept), full (452 at the end), stall (silent at RCPT),
hang (takes the mail and never answers), die (takes the mail and drops the
connection), close (drops at connect). Each mail that it kept is a file
FOLDER/mail/NUMBER, with the recipient in its first line. Ends on SIGTERM.
"""

import argparse
import asyncio
import pathlib
import signal
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Desk:
    def __init__(self, folder):
        self.folder = folder
        self.seen = set()
        self.count = 0
        (folder / "mail").mkdir(exist_ok=True)

    def mode(self):
        path = self.folder / "mode"
        return path.read_text().strip() if path.exists() else "accept"

    async def handle_RCPT(self, server, session, envelope, address, options):
        mode = self.mode()
        if mode == "stall":
            await asyncio.sleep(3600)
        if mode == "refuse":
            return "550 5.1.1 no such mailbox"
        if mode == "greylist" and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def keep(self, envelope):
        self.count += 1
        path = self.folder / "mail" / f"{self.count:04d}"
        new = path.with_suffix(".new")
        new.write_bytes(",".join(envelope.rcpt_tos).encode() + b"\n" + envelope.content)
        new.rename(path)

    async def handle_DATA(self, server, session, envelope):
        mode = self.mode()
        if mode == "full":
            return "452 4.3.1 mailbox full"
        self.keep(envelope)
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode == "die":
            server.transport.abort()
            await asyncio.sleep(3600)
        return "250 OK"


class Server(SMTP):
    def connection_made(self, transport):
        super().connection_made(transport)
        if self.event_handler.mode() == "close":
            transport.abort()


def context(files):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(*files)
    return ctx


async def main(arguments):
    folder = pathlib.Path(arguments.folder)
    desk = Desk(folder)
    options = {}
    if arguments.starttls:
        options.update(tls_context=context(arguments.starttls), require_starttls=True)
    if arguments.login:
        user, password = arguments.login

        def authenticate(server, session, envelope, mechanism, data):
            is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (
                user.encode(), password.encode())
            return AuthResult(success=is_right, handled=False)

        options.update(authenticator=authenticate, auth_required=True,
                       auth_require_tls=arguments.starttls is not None)
    loop = asyncio.get_running_loop()
    stop = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, lambda: stop.done() or stop.set_result(None))
    server = await loop.create_server(
        lambda: Server(desk, hostname="uji", loop=loop, **options), "127.0.0.1", 0,
        ssl=context(arguments.tls) if arguments.tls else None)
    port = server.sockets[0].getsockname()[1]
    (folder / "port.new").write_text(f"{port}\n")
    (folder / "port.new").rename(folder / "port")
    await stop


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--starttls", nargs=2)
    parser.add_argument("--login", nargs=2)
    asyncio.run(main(parser.parse_args()))
