"""Random tokens, and the hash under which they are kept: a copied database opens no session."""

import hashlib
import secrets

# Read out loud and typed on a tablet: no 0 O 1 I L.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A one-time code for a tablet, such as 7QKD-3MXP: 39 bits, good for minutes and one use."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def new_long_code() -> str:
    """A code that is kept for days or on paper, such as 7QKD-3MXP-9HTR-K2WV: 79 bits, hashed like a token."""
    return f"{new_code()}-{new_code()}"


def tidy_long_code(typed: str) -> str:
    letters = "".join(char for char in typed[:64].upper() if char in _CODE_LETTERS)[:16]
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def hash_of(token: str) -> str:
    """SHA-256 is enough here: tokens are random and long, or short-lived and throttled."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def tidy_code(typed: str) -> str:
    """The code as it was made: spaces, small letters and a missing dash do not matter."""
    letters = "".join(char for char in typed.upper() if char in _CODE_LETTERS)
    return f"{letters[:4]}-{letters[4:8]}"
