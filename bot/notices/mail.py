"""E-mail through the prison's own server, never without TLS."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from bot.notices.letter import Writer
from bot.notices.model import NotDelivered, Outgoing, Refused, Why
from bot.notices.routes import Route

# Seconds for the last words to a server that has taken the message already.
_GOODBYE: Final = 0.5


class Security(StrEnum):
    """STARTTLS on an open line, or TLS from the first byte. There is no third way."""

    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class Server:
    """The mail server. `authority` is a file with the prison's own certificate authority, if it has one."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    authority: Path | None = None

    @property
    def domain(self) -> str:
        """Ours, as the sender's address has it."""
        return self.sender.rpartition("@")[2]

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)


@dataclass(frozen=True)
class Mail:
    name: str
    route: Route
    server: Server
    to: tuple[str, ...]
    writer: Writer = field(repr=False)
    seconds: float = 10.0
    follows: bool = False

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        message = self._message(outgoing, now)
        with _said_plainly():
            session = self._open()
            try:
                refused = self._send(session, message)
            finally:
                _part(session)
        if refused:
            raise Refused(Why.SOME_REFUSED)

    def _open(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        # Else the library looks up the name of this machine, which the gate to the outside may not know.
        us = self.server.domain
        if self.server.security is Security.TLS:
            return smtplib.SMTP_SSL(host, port, us, timeout=self.seconds, context=self.server.context())
        return smtplib.SMTP(host, port, us, timeout=self.seconds)

    def _send(self, session: smtplib.SMTP, message: EmailMessage) -> bool:
        """True when the server took it, but not for everybody."""
        session.ehlo()
        if self.server.security is Security.STARTTLS:
            if not session.has_extn("starttls"):
                # An eavesdropper in between can take the offer away: never on an open line.
                raise Refused(Why.NOT_SECURE)
            session.starttls(context=self.server.context())
            session.ehlo()
        if self.server.user:
            session.login(self.server.user, self.server.password)
        return bool(session.send_message(message, self.server.sender, self.to))

    def _message(self, outgoing: Outgoing, now: datetime) -> EmailMessage:
        letter = self.writer.write(outgoing)
        message = EmailMessage()
        message["Subject"] = letter.subject
        message["From"] = self.server.sender
        message["To"] = ", ".join(self.to)
        message["Date"] = format_datetime(now)
        # The same for every try, so that a mail program shows a notice that came twice once.
        number = f"{outgoing.prison_id}.{self.name}.{outgoing.seq}"
        message["Message-ID"] = f"<{number}@{self.server.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if outgoing.level == "emergency":
            message["Importance"] = "high"
            message["X-Priority"] = "1"
        message.set_content(letter.text)
        return message


def _part(session: smtplib.SMTP) -> None:
    """Once the server has said yes, a goodbye that breaks or hangs must not make it a failure."""
    with suppress(OSError):
        if session.sock is not None:
            session.sock.settimeout(_GOODBYE)
            session.quit()
    session.close()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turns what the mail library raises into our own words; the server's words stay behind."""
    try:
        yield
    except NotDelivered:
        raise
    except OSError as error:
        raise next(make(error) for kind, make in _MEANINGS if isinstance(error, kind)) from error


def _of_recipients(error: Any) -> NotDelivered:
    return _of_code(min((code for code, _ in error.recipients.values()), default=0))


def _of_sign_in(error: Any) -> NotDelivered:
    kind = Refused if error.smtp_code >= 500 else NotDelivered
    return kind(Why.SIGN_IN, error.smtp_code)


def _of_code(code: int) -> NotDelivered:
    if 400 <= code < 500:
        return NotDelivered(Why.NOT_NOW, code)
    if code >= 500:
        return Refused(Why.REFUSED, code)
    return NotDelivered(Why.NONSENSE)


def _of_line_cut(error: BaseException) -> NotDelivered:
    # The library says of a server that is silent for too long that it hung up.
    return NotDelivered(Why.TIME_LIMIT if isinstance(error.__context__, TimeoutError) else Why.NO_CONNECTION)


# The first that fits: smtplib's errors and those of TLS are OSErrors, and some are kinds of others.
_MEANINGS: Final[tuple[tuple[type[OSError], Callable[[Any], NotDelivered]], ...]] = (
    (smtplib.SMTPRecipientsRefused, _of_recipients),
    (smtplib.SMTPAuthenticationError, _of_sign_in),
    (smtplib.SMTPResponseException, lambda error: _of_code(error.smtp_code)),
    (smtplib.SMTPNotSupportedError, lambda _: Refused(Why.REFUSED)),
    (smtplib.SMTPServerDisconnected, _of_line_cut),
    (smtplib.SMTPException, lambda _: NotDelivered(Why.NONSENSE)),
    (ssl.SSLCertVerificationError, lambda _: Refused(Why.NOT_SECURE)),
    (ssl.SSLError, lambda _: NotDelivered(Why.NOT_SECURE)),
    (TimeoutError, lambda _: NotDelivered(Why.TIME_LIMIT)),
    (OSError, lambda _: NotDelivered(Why.NO_CONNECTION)),
)
