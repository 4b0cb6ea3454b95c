"""Whether an ID token holds: who signed it, for whom, for which sign-in, and until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError

# Signatures by a key pair only. Not "none", and nothing that is signed with what we know too.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# Clocks differ a little.
_LEEWAY: Final = 60


class Refused(Exception):
    """The provider's answer does not hold, or the provider said no. Nobody is signed in."""


def check(
    id_token: str,
    keys: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of a token that holds. Raises Refused with the kind of fault, never with what was in it."""
    try:
        token = jwt.decode(id_token, jwk.KeySet.import_key_set(cast(Any, keys)), algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "iat": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            params={"nonce": nonce, "client_id": client_id, "access_token": access_token},
        )
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refused(type(error).__name__) from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise Refused("subject")
    return dict(claims)
