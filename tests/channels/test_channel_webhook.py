"""The signed webhook against real servers: what it says, and that a receiver can refuse a replay."""

import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.notices.letter import Writer
from bot.notices.limit import MOST_HANGING, TimeLimit
from bot.notices.model import NotDelivered, Outgoing, Refused, Why
from bot.notices.routes import EVERYTHING
from bot.notices.webhook import SIGNATURE, Webhook
from tests.support.builders import NOW, PRISON
from tests.support.outside import Manner, liar, web_server

SECRET = "k" * 32


def _hook(writer: Writer, address: str, seconds: float = 5.0) -> Webhook:
    return Webhook("webhook", EVERYTHING, address, SECRET, writer, seconds)


def test_a_webhook_gets_ids_levels_and_times_with_a_signature(writer: Writer, outgoing: Outgoing) -> None:
    manner = Manner()

    with web_server(manner) as address:
        _hook(writer, address).deliver(outgoing, NOW)

    ((headers, body),) = manner.got
    assert headers[SIGNATURE] == hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert json.loads(body) == {
        "seq": 7,
        "try": 1,
        "topic": "alert",
        "prison": PRISON,
        "ref": "a1b2",
        "role": "wing",
        "facts": {"level": "emergency", "entry": "noticed"},
        "link": "https://desk.oakmoor.test/alerts/a1b2",
        "at": NOW.isoformat(),
        "sent_at": NOW.isoformat(),
    }


def test_what_a_later_version_puts_into_the_facts_does_not_leave_by_itself(
    writer: Writer, outgoing: Outgoing
) -> None:
    manner = Manner()

    with web_server(manner) as address:
        more = {**outgoing.facts, "words": "cant do this no more", "name": "Sam"}
        _hook(writer, address).deliver(replace(outgoing, facts=more), NOW)

    assert "cant do this" not in manner.got[0][1].decode()
    assert "Sam" not in manner.got[0][1].decode()


class Receiver:
    """As docs tell receivers to do: the signature first, then the time, then the number."""

    def __init__(self) -> None:
        self._had: set[int] = set()

    def takes(self, headers: dict[str, str], body: bytes, now: datetime) -> bool:
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, headers[SIGNATURE]):
            return False
        form = json.loads(body)
        fresh = abs(now - datetime.fromisoformat(form["sent_at"])) < timedelta(minutes=5)
        new = form["seq"] not in self._had
        self._had.add(form["seq"])
        return fresh and new


def test_a_receiver_can_refuse_what_is_replayed_or_changed(writer: Writer, outgoing: Outgoing) -> None:
    manner = Manner()
    with web_server(manner) as address:
        _hook(writer, address).deliver(outgoing, NOW)
    headers, body = manner.got[0]

    receiver = Receiver()

    assert receiver.takes(headers, body, NOW)
    assert not receiver.takes(headers, body, NOW)
    assert not Receiver().takes(headers, body, NOW + timedelta(hours=1))
    assert not Receiver().takes(headers, body.replace(b'"seq": 7', b'"seq": 8'), NOW)
    assert not Receiver().takes(headers, body.replace(b"2026-11-23", b"2026-11-24"), NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("status", "why", "final"),
    [
        (302, Why.REFUSED, True),
        (400, Why.REFUSED, True),
        (401, Why.SIGN_IN, True),
        (404, Why.REFUSED, True),
        (429, Why.NOT_NOW, False),
        (500, Why.NOT_NOW, False),
        (503, Why.NOT_NOW, False),
    ],
)
def test_a_webhook_that_does_not_say_yes_has_not_taken_it(
    writer: Writer, outgoing: Outgoing, status: int, why: Why, final: bool
) -> None:
    with web_server(Manner(status=status)) as address, pytest.raises(NotDelivered) as failed:
        _hook(writer, address).deliver(outgoing, NOW)

    assert (failed.value.why, failed.value.code, isinstance(failed.value, Refused)) == (why, status, final)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ((), Why.TIME_LIMIT),
        ((b"SSH-2.0-liar\r\n",), Why.NONSENSE),
        ((b"HTTP/1.1 999999 \xff\r\n\r\n",), Why.NONSENSE),
        ((b"HTTP/1.1 200 OK\r\nX: ",), Why.NONSENSE),
    ],
)
def test_a_server_that_is_silent_or_lies_has_not_taken_it(
    writer: Writer, outgoing: Outgoing, says: tuple[bytes, ...], why: Why
) -> None:
    with liar(*says, every=0.1) as port, pytest.raises(NotDelivered) as failed:
        _hook(writer, f"http://127.0.0.1:{port}/hook", 0.5).deliver(outgoing, NOW)

    assert failed.value.why is why


def test_an_answer_that_never_ends_is_not_read(writer: Writer, outgoing: Outgoing) -> None:
    began = time.monotonic()

    with liar(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, endless=True) as port:
        _hook(writer, f"http://127.0.0.1:{port}/hook").deliver(outgoing, NOW)

    assert time.monotonic() - began < 2


def test_the_time_limit_holds_against_a_server_that_drips(writer: Writer, outgoing: Outgoing) -> None:
    began = time.monotonic()

    with liar(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", every=0.1, endless=True) as port:
        hook = _hook(writer, f"http://127.0.0.1:{port}/hook", 0.4)
        with pytest.raises(NotDelivered) as failed:
            TimeLimit(0.4).call(lambda: hook.deliver(outgoing, NOW))

    assert failed.value.why is Why.TIME_LIMIT
    assert time.monotonic() - began < 1.5


def test_calls_that_hang_do_not_pile_up() -> None:
    limit, calls = TimeLimit(0.02), []

    def hang() -> None:
        calls.append(1)
        time.sleep(1)

    whys = []
    for _ in range(MOST_HANGING + 2):
        with pytest.raises(NotDelivered) as failed:
            limit.call(hang)
        whys.append(failed.value.why)

    assert whys == [Why.TIME_LIMIT] * MOST_HANGING + [Why.BUSY] * 2
    assert len(calls) == MOST_HANGING


def test_nobody_at_the_address_is_worth_another_try(writer: Writer, outgoing: Outgoing) -> None:
    with pytest.raises(NotDelivered) as failed:
        _hook(writer, "http://127.0.0.1:9/hook").deliver(outgoing, NOW)

    assert failed.value.why is Why.NO_CONNECTION


def test_neither_address_nor_secret_shows_in_its_name(writer: Writer) -> None:
    assert "127.0.0.1" not in repr(_hook(writer, "http://user:pass@127.0.0.1/hook"))
    assert SECRET not in repr(_hook(writer, "http://127.0.0.1/hook"))
