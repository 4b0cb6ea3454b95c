"""A provider that hangs, lies or points elsewhere: nobody waits long, and no other host is asked."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.openid.provider import Given, Provider, ProviderDown


@contextmanager
def answering(body: str, status: int = 200, pause: float = 0) -> Iterator[tuple[str, list[str]]]:
    """A server that says this to everything, with `ISSUER` for its own address; and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            time.sleep(pause)
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(body.replace("ISSUER", address).encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    # Whoever gave up waiting has closed the line: nothing to report.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield address, asked
    server.shutdown()
    server.server_close()


def _provider(address: str, clock: list[datetime] | None = None, seconds: float = 0.5) -> Provider:
    time_of = clock or [datetime.now(UTC)]
    given = Given(address, "signpost", "given", "openid", "http://desk.test/back", seconds)
    return Provider(given, lambda: time_of[0])


WHOLE = (
    '{"issuer": "ISSUER", "authorization_endpoint": "ISSUER/a",'
    ' "token_endpoint": "ISSUER/t", "jwks_uri": "ISSUER/k"}'
)


def test_a_provider_that_is_whole_is_asked_once_in_an_hour() -> None:
    clock = [datetime.now(UTC)]
    with answering(WHOLE) as (address, asked):
        provider = _provider(address, clock)
        first, second = provider.begin(), provider.begin()
        clock[0] += timedelta(minutes=61)
        provider.begin()

    assert asked == ["/.well-known/openid-configuration"] * 2
    assert first.state != second.state
    assert first.nonce != second.nonce
    assert first.verifier != second.verifier
    assert first.verifier not in first.url


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 200),
        ("[]", 200),
        ("{", 200),
        ("\x00", 200),
        (WHOLE, 500),
        (WHOLE, 302),
        (WHOLE.replace('"issuer": "ISSUER"', '"issuer": "https://other.test"'), 200),
        (WHOLE.replace("ISSUER/t", "https://other.test/t"), 200),
        (WHOLE.replace("ISSUER/a", "javascript:alert(1)"), 200),
        (WHOLE.replace('"ISSUER/k"', "7"), 200),
        (WHOLE.replace("ISSUER/k", "file:///etc/passwd"), 200),
        (WHOLE + " " * 300_000, 200),
    ],
)
def test_an_answer_that_cannot_be_used_is_a_provider_that_is_down(body: str, status: int) -> None:
    with answering(body, status) as (address, _), pytest.raises(ProviderDown):
        _provider(address).begin()


def test_nobody_waits_long_for_a_provider_that_hangs_and_the_next_not_at_all() -> None:
    clock = [datetime.now(UTC)]
    with answering(WHOLE, pause=3) as (address, asked):
        provider = _provider(address, clock, seconds=0.3)
        spans = []
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(ProviderDown):
                provider.begin()
            spans.append(time.monotonic() - began)
        clock[0] += timedelta(seconds=6)
        with pytest.raises(ProviderDown):
            provider.begin()

    assert spans[0] < 2
    assert max(spans[1:]) < 0.1
    assert len(asked) == 2


def test_a_crowd_takes_few_threads_and_the_others_are_told_at_once() -> None:
    with answering(WHOLE, pause=0.4) as (address, _):
        provider = _provider(address, seconds=5)
        told: list[float] = []

        def ask() -> None:
            began = time.monotonic()
            try:
                provider.begin()
            except ProviderDown:
                told.append(time.monotonic() - began)

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(told) >= 12
    assert max(told) < 1
