"""E-mail against a real mail server: encrypted or not at all, and its answers told apart."""

import socket
from collections.abc import Callable
from dataclasses import replace
from email.message import Message
from pathlib import Path

import pytest

from bot.notices.letter import Writer
from bot.notices.mail import Mail, Security, Server
from bot.notices.model import NotDelivered, Outgoing, Refused, Why
from bot.notices.routes import EVERYTHING
from bot.outgoing import OutgoingRefused
from bot.people.model import Place
from tests.support.builders import NOW
from tests.support.outside import PASSWORD, USER, Postbox, liar, mail_server

SENDER, TO = "signpost@oakmoor.test", ("night@oakmoor.test", "safer@oakmoor.test")
Make = Callable[..., Mail]


@pytest.fixture
def mail(writer: Writer, certificate: Path) -> Make:
    def make(port: int, *, to: tuple[str, ...] = TO, seconds: float = 5.0, **changes: object) -> Mail:
        server = Server("127.0.0.1", port, Security.STARTTLS, SENDER, USER, PASSWORD, certificate)
        return Mail("night", EVERYTHING, replace(server, **changes), to, writer, seconds)  # type: ignore[arg-type]

    return make


def _text(message: Message) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_an_alert_comes_encrypted_with_level_time_and_link_and_nothing_else(
    mail: Make, certificate: Path, outgoing: Outgoing
) -> None:
    postbox = Postbox()

    with mail_server(postbox, certificate) as port:
        mail(port).deliver(outgoing, NOW)

    (message,), (envelope,), (session,) = postbox.messages, postbox.envelopes, postbox.sessions
    assert session.ssl is not None
    assert envelope.rcpt_tos == list(TO)
    assert message["Subject"] == "Signpost, HMP Oakmoor: Emergency"
    assert message["Importance"] == "high"
    text = _text(message)
    assert "Noticed at 10:00, 23 Nov 2026" in text
    assert "https://desk.oakmoor.test/alerts/a1b2" in text
    assert "cell " not in text.replace("Somebody goes to the cell at once", "")


def test_the_name_of_this_machine_is_never_looked_up(
    mail: Make, certificate: Path, outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container often has one without a dot, which the gate to the outside does not know."""

    def refuse(_name: str) -> str:
        raise OutgoingRefused

    monkeypatch.setattr(socket, "getfqdn", lambda *_: "container")
    monkeypatch.setattr(socket, "gethostbyname", refuse)
    postbox = Postbox()

    with mail_server(postbox, certificate) as port:
        mail(port).deliver(outgoing, NOW)

    assert postbox.sessions[0].host_name == SENDER.rpartition("@")[2]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            "climbed",
            "Emergency. It was acknowledged, and nobody has recorded a check on the person. At 10:00",
        ),
        ("unanswered", "still nobody had recorded a check on the person. It is with the orderly officer."),
    ],
)
def test_a_check_that_is_late_is_said_to_be_that(
    writer: Writer, outgoing: Outgoing, entry: str, words: str
) -> None:
    facts = {"level": "emergency", "entry": entry}
    late = replace(outgoing, role="orderly", facts={**facts, "unchecked": "yes"})

    assert words in writer.write(late).text
    assert words not in writer.write(replace(late, facts=facts)).text


def test_the_place_is_there_only_when_it_was_given(mail: Make, certificate: Path, outgoing: Outgoing) -> None:
    postbox = Postbox()

    with mail_server(postbox, certificate) as port:
        mail(port).deliver(replace(outgoing, place=Place("A", "A2", "A2-14")), NOW)

    assert "Wing A, landing A2, cell A2-14." in _text(postbox.messages[0])


def test_a_second_try_is_the_same_message(mail: Make, certificate: Path, outgoing: Outgoing) -> None:
    postbox = Postbox()

    with mail_server(postbox, certificate) as port:
        for number in (1, 2):
            mail(port).deliver(replace(outgoing, number=number), NOW)

    first, second = postbox.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_tls_from_the_first_byte(mail: Make, certificate: Path, outgoing: Outgoing) -> None:
    postbox = Postbox()

    with mail_server(postbox, certificate, tls=True) as port:
        mail(port, security=Security.TLS, user="").deliver(outgoing, NOW)

    assert len(postbox.messages) == 1


def test_nothing_is_sent_to_a_server_that_offers_no_encryption(mail: Make, outgoing: Outgoing) -> None:
    postbox = Postbox()

    with mail_server(postbox, None) as port, pytest.raises(Refused) as refused:
        mail(port).deliver(outgoing, NOW)

    assert refused.value.why is Why.NOT_SECURE
    assert not postbox.envelopes


def test_nothing_is_sent_to_a_server_whose_certificate_nobody_knows(
    mail: Make, certificate: Path, outgoing: Outgoing
) -> None:
    postbox = Postbox()

    with mail_server(postbox, certificate) as port, pytest.raises(Refused) as refused:
        mail(port, authority=None).deliver(outgoing, NOW)

    assert refused.value.why is Why.NOT_SECURE
    assert not postbox.envelopes


def test_a_wrong_password_is_final_and_is_not_in_the_error(
    mail: Make, certificate: Path, outgoing: Outgoing
) -> None:
    with mail_server(Postbox(), certificate) as port, pytest.raises(Refused) as refused:
        mail(port, password="wrong horse").deliver(outgoing, NOW)

    assert (refused.value.why, refused.value.code) == (Why.SIGN_IN, 535)
    assert "horse" not in str(refused.value) + repr(mail(1, password="wrong horse"))


@pytest.mark.parametrize(
    ("postbox", "why", "code", "final"),
    [
        (Postbox(refuses=TO), Why.REFUSED, 550, True),
        (Postbox(refuses=TO, refusal="451 later"), Why.NOT_NOW, 451, False),
        (Postbox(refuses=TO[:1]), Why.SOME_REFUSED, 0, True),
        (Postbox(answer="452 full"), Why.NOT_NOW, 452, False),
        (Postbox(answer="554 no"), Why.REFUSED, 554, True),
    ],
)
def test_what_the_server_says_is_told_apart(
    mail: Make, certificate: Path, outgoing: Outgoing, postbox: Postbox, why: Why, code: int, final: bool
) -> None:
    with mail_server(postbox, certificate) as port, pytest.raises(NotDelivered) as failed:
        mail(port).deliver(outgoing, NOW)

    assert (failed.value.why, failed.value.code, isinstance(failed.value, Refused)) == (why, code, final)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ((), Why.TIME_LIMIT),
        ((b"\x00\xff not mail at all\r\n",), Why.NONSENSE),
        ((b"421 closing\r\n",), Why.NOT_NOW),
        ((b"220 hello\r\n", b"250-liar\r\n"), Why.NO_CONNECTION),
        (
            (b"220 hello\r\n", b"250-liar\r\n250 STARTTLS\r\n", b"220 go\r\n", b"this is no TLS"),
            Why.NOT_SECURE,
        ),
    ],
)
def test_a_server_that_is_silent_or_lies_has_not_taken_it(
    mail: Make, outgoing: Outgoing, says: tuple[bytes, ...], why: Why
) -> None:
    with liar(*says, every=0.1) as port, pytest.raises(NotDelivered) as failed:
        mail(port, seconds=0.5).deliver(outgoing, NOW)

    assert failed.value.why is why
    assert not isinstance(failed.value, Refused)


def test_nobody_at_the_address_is_worth_another_try(mail: Make, outgoing: Outgoing) -> None:
    with pytest.raises(NotDelivered) as failed:
        mail(9).deliver(outgoing, NOW)

    assert failed.value.why is Why.NO_CONNECTION
