"""Where a request comes from: a proxy is believed only where it is named."""

import pytest
from starlette.requests import Request

from bot.settings import load_settings
from bot.web.address import address_of


def _asked(client: str, *said: str) -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in said]
    return Request({"type": "http", "headers": headers, "client": (client, 1), "method": "GET", "path": "/"})


@pytest.mark.parametrize(
    ("trusted", "client", "said", "expected"),
    [
        ("", "10.0.0.9", [], "10.0.0.9"),
        # Whoever is not named as a proxy may say what he likes.
        ("", "10.0.0.9", ["1.2.3.4"], "10.0.0.9"),
        ("10.0.0.1", "10.0.0.9", ["1.2.3.4"], "10.0.0.9"),
        ("10.0.0.1", "10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", "10.0.0.1", [], "10.0.0.1"),
        # What stands before the proxy's own word was written by the caller.
        ("10.0.0.1", "10.0.0.1", ["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1, 10.0.0.2", "10.0.0.1", ["6.6.6.6, 1.2.3.4, 10.0.0.2"], "1.2.3.4"),
        ("10.0.0.1", "10.0.0.1", ["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", "10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", ["<script>, \x00"], "10.0.0.1"),
        # One subscriber has a whole network of these.
        ("", "2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::"),
    ],
)
def test_an_address_is_the_nearest_that_is_not_ours(
    trusted: str, client: str, said: list[str], expected: str
) -> None:
    assert address_of(_asked(client, *said), load_settings(trusted_proxies=trusted)) == expected
