"""A real OpenID provider on this machine, and a browser that goes to it and comes back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx
from oidc_provider_mock import run_server_in_thread
from oidc_provider_mock._storage import User


@contextmanager
def provider(*people: tuple[str, dict[str, Any]], lives: float = 3600) -> Iterator[str]:
    """Its address, which is its issuer too. Each of the people by subject and claims."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    users = [User(sub=subject, claims=claims) for subject, claims in people]
    with run_server_in_thread(user_claims=users, access_token_max_age=timedelta(seconds=lives)) as server:
        yield f"http://localhost:{server.server_port}"


def agree(url: str, subject: str, **changed: str) -> str:
    """The human signs in at the provider. Gives the address that the browser is sent back to."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    there = urlunsplit(parts._replace(query=urlencode(query)))
    answer = httpx.post(there, data={"sub": subject}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def here(url: str) -> str:
    """The path with its query: test clients know no other host."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
