"""One OpenID provider: the way to it and back. Code flow with PKCE, state and nonce."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from httpx2 import HTTPError, InvalidURL

from bot.openid.tokens import Refused, check

_KEPT: Final = timedelta(hours=1)
# A key that is not known may be new; but nobody makes us ask for keys again and again.
_KEYS_AGAIN: Final = timedelta(minutes=1)
# So many may wait for the provider at once; and so long it is left alone after it failed.
_AT_ONCE: Final = 4
_REST: Final = timedelta(seconds=5)
_MOST: Final = 256 * 1024
_DISCOVERY: Final = "/.well-known/openid-configuration"


class ProviderDown(Exception):
    """The provider does not answer, or answers what cannot be used. Emergency accounts still get in."""


@dataclass(frozen=True)
class Given:
    """What the settings say of a provider. `return_url` is where it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    scope: str
    return_url: str
    seconds: float


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and what is kept until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """Asks nothing until somebody signs in. What it learned of the provider is kept for an hour."""

    def __init__(self, given: Given, now: Callable[[], datetime]) -> None:
        self._given = given
        self._now = now
        self._lock = threading.Lock()
        # Whoever asks waits in a thread that pages need too: only so many may, others are told at once.
        self._asking = threading.BoundedSemaphore(_AT_ONCE)
        self._failed_at: datetime | None = None
        self._about: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, dict[str, Any]] | None = None

    def begin(self) -> Begun:
        """Raises ProviderDown."""
        with self._turn():
            about = self._described()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with self._client() as client:
            url, state = client.create_authorization_url(
                about["authorization_endpoint"],
                state=secrets.token_urlsafe(32),
                nonce=nonce,
                code_verifier=verifier,
            )
        return Begun(str(url), str(state), nonce, verifier)

    def finish(self, code: str, *, nonce: str, verifier: str) -> dict[str, Any]:
        """The claims of who came back with this code. Raises Refused or ProviderDown."""
        with self._turn():
            return self._finish(code, nonce, verifier)

    def _finish(self, code: str, nonce: str, verifier: str) -> dict[str, Any]:
        about = self._described()
        try:
            with self._client() as client:
                # The nonce stands in the token request too: some providers put that one into the token.
                answer = client.fetch_token(
                    about["token_endpoint"], code=code, code_verifier=verifier, nonce=nonce
                )
        except HTTPError as error:
            # A status of the 400s is a no; anything else is a provider that does not work.
            response = getattr(error, "response", None)
            if response is not None and 400 <= response.status_code < 500:
                raise Refused("code") from error
            raise ProviderDown from error
        except (AuthlibBaseError, InvalidURL) as error:
            raise Refused("code") from error
        except (ValueError, TypeError) as error:
            raise ProviderDown from error
        id_token, access = answer.get("id_token"), answer.get("access_token", "")
        if not isinstance(id_token, str) or len(id_token) > _MOST:
            raise Refused("no ID token")
        return self._checked(id_token, nonce, str(access))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Raises ProviderDown at once when many ask already, or when the provider failed a moment ago."""
        if self._failed_at is not None and self._now() - self._failed_at < _REST:
            raise ProviderDown("failed a moment ago")
        if not self._asking.acquire(blocking=False):
            raise ProviderDown("many ask already")
        try:
            yield
            self._failed_at = None
        except ProviderDown:
            self._failed_at = self._now()
            raise
        finally:
            self._asking.release()

    def _checked(self, id_token: str, nonce: str, access: str) -> dict[str, Any]:
        for again in (False, True):
            keys = self._signing_keys(again=again)
            try:
                return check(
                    id_token,
                    keys,
                    issuer=self._given.issuer,
                    client_id=self._given.client_id,
                    nonce=nonce,
                    access_token=access,
                    now=self._now(),
                )
            except Refused:
                # Keys change. Once more with new ones, unless these are new.
                if again or self._signing_keys(again=True) == keys:
                    raise
        raise Refused("keys")

    def _described(self) -> dict[str, Any]:
        with self._lock:
            if self._about is None or self._now() - self._about[0] > _KEPT:
                about = self._get(self._given.issuer.rstrip("/") + _DISCOVERY)
                if about.get("issuer") != self._given.issuer:
                    raise ProviderDown("another issuer")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    self._own(about.get(name))
                self._about = (self._now(), about)
            return self._about[1]

    def _signing_keys(self, *, again: bool) -> dict[str, Any]:
        about = self._described()
        with self._lock:
            age = self._now() - self._keys[0] if self._keys else _KEPT
            if self._keys is None or age >= _KEPT or (again and age >= _KEYS_AGAIN):
                self._keys = (self._now(), self._get(about["jwks_uri"]))
            return self._keys[1]

    def _own(self, url: object) -> None:
        """An address on the provider's own host, as safe as the issuer's. Raises ProviderDown."""
        issuer, other = urlsplit(self._given.issuer), urlsplit(url if isinstance(url, str) else "")
        if (issuer.scheme, issuer.netloc) != (other.scheme, other.netloc):
            raise ProviderDown("an address on another host")

    def _get(self, url: str) -> dict[str, Any]:
        self._own(url)
        try:
            with self._client() as client, client.stream("GET", url, withhold_token=True) as answer:
                if answer.status_code != 200:
                    raise ProviderDown(str(answer.status_code))
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _MOST:
                        raise ProviderDown("too much")
            found = json.loads(body)
        except (HTTPError, InvalidURL, ValueError) as error:
            raise ProviderDown(type(error).__name__) from error
        if not isinstance(found, dict):
            raise ProviderDown("not an object")
        return found

    def _client(self) -> OAuth2Client:
        given = self._given
        return OAuth2Client(
            client_id=given.client_id,
            client_secret=given.client_secret,
            scope=given.scope,
            redirect_uri=given.return_url,
            code_challenge_method="S256",
            timeout=given.seconds,
            follow_redirects=False,
            # Neither a proxy nor a password from this machine's environment.
            trust_env=False,
        )
