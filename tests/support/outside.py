"""What stands outside the house in tests: a real mail server, and a web server that fails, hangs or lies."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "signpost", "a mail password"


def make_certificate(folder: Path) -> Path:
    """One file with key and certificate for 127.0.0.1, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@dataclass
class Postbox:
    """Keeps what came. `refuses` are addresses that it does not know, `answer` what it says to a message."""

    refuses: tuple[str, ...] = ()
    refusal: str = "550 no such mailbox"
    answer: str = "250 OK"
    envelopes: list[Envelope] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        return [message_from_bytes(bytes(one.content or b"")) for one in self.envelopes]

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: Any, session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            self.envelopes.append(envelope)
            self.sessions.append(session)
        return self.answer


def _sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(postbox: Postbox, certificate: Path | None, *, tls: bool = False) -> Iterator[int]:
    """Gives its port. Without a certificate it offers no encryption; with `tls` it speaks TLS at once."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    more: dict[str, Any] = {"authenticator": _sign_in}
    if tls:
        more |= {"ssl_context": context, "auth_require_tls": False}
    elif context is not None:
        more |= {"tls_context": context, "require_starttls": True}
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port(), **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass
class Manner:
    """How the web server behaves, changed by tests as they go on. `fails` counts down."""

    status: int = 200
    fails: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)


@contextmanager
def web_server(manner: Manner) -> Iterator[str]:
    """Keeps what was posted, and answers as it was told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            manner.got.append((dict(self.headers), body))
            manner.at.append(time.monotonic())
            failing = manner.fails > 0
            manner.fails -= failing
            self.send_response(503 if failing else manner.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def liar(*says: bytes, every: float = 0.0, endless: bool = False) -> Iterator[int]:
    """A server on a socket: says these pieces one after the other, then (`endless`) the last one for ever.

    Without anything to say it takes the connection and is silent.
    """
    stop = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)

    def talk(connection: socket.socket) -> None:
        with connection:
            try:
                for piece in says:
                    connection.sendall(piece)
                    stop.wait(every)
                while endless and not stop.is_set():
                    connection.sendall(says[-1])
                    stop.wait(every)
                if not says:
                    stop.wait()
                # Closed in order: with something unread it would be a reset, which hides what was said.
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(0.3)
                while connection.recv(65536):
                    pass
            except OSError:
                return

    def listen() -> None:
        while not stop.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listening.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
