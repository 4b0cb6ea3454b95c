"""Secrets from files, and which secrets are too weak for a prison: short, repeated, or known to everybody."""

from collections.abc import Iterable, Mapping
from pathlib import Path

LENGTH = 32
# A key of 32 random letters has more than this; a word typed over and over has fewer.
_FEWEST_LETTERS = 12
# What stands in examples, of ours or of others, in any spelling.
_EXAMPLES = (
    "changeme",
    "example",
    "secret",
    "password",
    "signpost",
    "insecure",
    "default",
    "12345678",
    "abcdefgh",
)


class UnreadableSecret(Exception):
    """A file that a setting names cannot be read. The message names the setting, never what is in it."""


def from_files(
    environment: Mapping[str, str], names: Iterable[str], prefix: str = "SIGNPOST_"
) -> dict[str, str]:
    """Of each SIGNPOST_NAME_FILE the first line of that file. A name given both ways is refused."""
    found: dict[str, str] = {}
    for name in names:
        key = f"{prefix}{name.upper()}"
        path = environment.get(f"{key}_FILE", "")
        if not path:
            continue
        if environment.get(key):
            raise UnreadableSecret(f"{key} and {key}_FILE are both set: take one away")
        try:
            found[name] = Path(path).read_text("utf-8").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableSecret(f"{key}_FILE: the file cannot be read") from error
        if not found[name]:
            raise UnreadableSecret(f"{key}_FILE: the file is empty")
    return found


def weakness(secret: str) -> str:
    """Why nobody should rely on it, in words that go after the setting's name; empty when it is well."""
    if len(secret) < LENGTH:
        return f"needs {LENGTH} characters or more"
    if len(set(secret)) < _FEWEST_LETTERS or _repeats(secret):
        return "repeats itself: make it with `openssl rand -base64 48`"
    plain = "".join(char for char in secret.lower() if char.isalnum())
    if any(word * 2 in plain or plain.startswith(word) for word in _EXAMPLES):
        return "is one of an example: make it with `openssl rand -base64 48`"
    return ""


def _repeats(secret: str) -> bool:
    """Whether it is one piece over and over."""
    return secret in (secret + secret)[1:-1]
