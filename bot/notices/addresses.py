"""Reads the settings that say where notices go. A refusal never repeats an address or a secret."""

import re
from urllib.parse import urlsplit

from bot.notices.routes import NAME

WEBHOOK = "webhook"
_MAILBOX = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


class BadAddress(ValueError):
    """A setting cannot be used. The message says what to change, and holds no address and no secret."""


def named(text: str) -> dict[str, str]:
    """`night=… safer_custody=…` as a mapping. Raises BadAddress."""
    found: dict[str, str] = {}
    for at, part in enumerate(text.split(), start=1):
        name, equals, address = part.partition("=")
        if not equals or not address or not NAME.fullmatch(name):
            raise BadAddress(f"entry {at} should be name=address, with a name of small letters, digits and _")
        if name in found or name == WEBHOOK:
            raise BadAddress(f"the name {name!r} is taken")
        found[name] = address
    return found


def mailboxes(text: str) -> tuple[str, ...]:
    """`a@b,c@d` as single mailboxes. Raises BadAddress."""
    found = tuple(part.strip() for part in text.split(","))
    if not all(_MAILBOX.fullmatch(one) for one in found):
        raise BadAddress("holds something that is no e-mail address")
    return found


def web_address(text: str, *, secure: bool) -> str:
    """An http or https address without the slash at its end. Raises BadAddress."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(sign.isspace() for sign in text):
        raise BadAddress("should be an address that begins with https:// or http://")
    if secure and parts.scheme != "https":
        raise BadAddress("should begin with https:// in production")
    return text.rstrip("/")
