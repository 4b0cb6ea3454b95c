"""ID tokens: each check on its own, with keys of the test's own."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwk, jwt

from bot.openid.tokens import Refused, check

ISSUER, CLIENT, NONCE = "https://provider.test", "signpost", "nonce"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = jwk.RSAKey.generate_key(2048, {"kid": "one"})
OTHER = jwk.RSAKey.generate_key(2048, {"kid": "one"})
KEYS = {"keys": [KEY.as_dict(private=False)]}
GOOD: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "officer",
    "nonce": NONCE,
    "iat": AT,
    "exp": AT + 300,
}


def _signed(claims: dict[str, Any], key: Any = KEY, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg, "kid": "one"}, claims, key, algorithms=[alg])


def _checked(token: str) -> dict[str, Any]:
    known = {"issuer": ISSUER, "client_id": CLIENT, "nonce": NONCE, "access_token": "a", "now": NOW}
    return check(token, KEYS, **known)  # type: ignore[arg-type]


def test_a_token_that_holds_gives_its_claims() -> None:
    assert _checked(_signed(GOOD))["sub"] == "officer"
    assert _checked(_signed(GOOD | {"aud": [CLIENT]}))["sub"] == "officer"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.test"},
        {"aud": "other"},
        {"aud": []},
        {"aud": ["other", CLIENT]},
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"nonce": "other"},
        {"nonce": ""},
        {"exp": AT - 61},
        {"exp": "later"},
        {"iat": AT + 3600},
        {"nbf": AT + 3600},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "officer\x00"},
        {"sub": 7},
        {"at_hash": "of another token"},
    ],
    ids=str,
)
def test_one_claim_that_does_not_fit_is_enough(change: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        _checked(_signed(GOOD | change))


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "exp", "iat", "nonce"])
def test_no_claim_may_be_missing(missing: str) -> None:
    with pytest.raises(Refused):
        _checked(_signed({name: value for name, value in GOOD.items() if name != missing}))


def test_another_key_is_no_signature() -> None:
    with pytest.raises(Refused):
        _checked(_signed(GOOD, OTHER))


def test_a_token_that_nobody_signed_is_refused() -> None:
    unsigned = jwt.encode({"alg": "none"}, GOOD, jwk.OctKey.import_key("x"), algorithms=["none"])

    with pytest.raises(Refused):
        _checked(unsigned)


def test_the_public_key_is_no_shared_secret() -> None:
    """By hand: the library would not even make such a token."""
    good = _signed(GOOD).split(".")
    head = _part(json.dumps({"alg": "HS256", "kid": "one"}).encode())
    signed = f"{head}.{good[1]}"
    mark = hmac.new(KEY.as_pem(private=False), signed.encode(), "sha256").digest()

    with pytest.raises(Refused):
        _checked(f"{signed}.{_part(mark)}")


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "....", "\x00", "x" * 10_000])
def test_what_is_no_token_is_refused_quickly(token: str) -> None:
    began = time.monotonic()

    with pytest.raises(Refused):
        _checked(token)
    assert time.monotonic() - began < 1


def test_a_refusal_says_nothing_of_what_was_in_the_token() -> None:
    with pytest.raises(Refused) as refusal:
        _checked(_signed(GOOD | {"aud": "a secret audience"}))

    assert "secret" not in str(refusal.value)
