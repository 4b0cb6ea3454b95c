"""What a tap may do: go to a page, choose a language, or tell the dialogue engine an intent that we know."""

import json
from datetime import datetime

from bot.bootstrap import Product
from bot.directory.helpers import has_listeners
from bot.people.model import PeerRole
from bot.prison import Prison
from bot.safety.message import Button
from bot.web.assistant import intent_of

LISTENER_PAGE = "/ask/listener"
PAGES = {
    "page:chat": "/chat",
    "page:topics": "/topics",
    "page:services": "/services",
    "page:ask": "/ask",
    "page:ask_listener": LISTENER_PAGE,
    "page:ask_someone": "/ask/someone",
    "page:samaritans": "/topics/samaritans_phone",
    "page:requests": "/requests",
    "page:help": "/help",
}
LANGUAGE = "language:"

# Intents that no words lead to, only buttons.
_ONLY_BUTTONS = frozenset({"nlu_fallback"})


def is_known(product: Product, payload: str) -> bool:
    """Whether this payload does anything here. Others are never shown and never passed on."""
    if payload in PAGES or language_of(product, payload) is not None:
        return True
    intent = intent_of(payload)
    return intent is not None and (intent in product.taxonomy.intents or intent in _ONLY_BUTTONS)


def language_of(product: Product, payload: str) -> str | None:
    """The language that a payload such as `language:pl` chooses; None where there is no such choice."""
    code = payload.removeprefix(LANGUAGE)
    return code if payload.startswith(LANGUAGE) and code in languages_of(product) else None


def languages_of(product: Product) -> tuple[str, ...]:
    """The languages of this prison that there are texts for."""
    return tuple(code for code in product.prison.languages if code in product.texts.languages)


def without_engine(product: Product, language: str) -> tuple[Button, ...]:
    """Ways that need no dialogue engine, a person first."""
    ways = (
        ("button_topics", "page:topics"),
        ("ask_person_title", "page:ask"),
        ("button_requests", "page:requests"),
    )
    others = (Button(product.texts.say(key, language), payload) for key, payload in ways)
    return (listener_or_samaritans(product, language), *others)


def listener_or_samaritans(product: Product, language: str) -> Button:
    """The page that asks for a Listener; where none may be asked for now, how to ring Samaritans."""
    here = has_listeners(product.prison, product.now())
    key, payload = (
        ("button_listener", "page:ask_listener")
        if here
        else ("page_card_samaritans_title", "page:samaritans")
    )
    return Button(product.texts.say(key, language), payload)


def still_offered(prison: Prison, button: Button, now: datetime) -> bool:
    """Whether what this button offers may be asked for now. An answer may be older than the hour."""
    role = _role_of(button.payload)
    return role not in set(PeerRole) or prison.offers(PeerRole(role), now)


def _role_of(payload: str) -> str:
    """The peer role that a button asks for; empty for one that asks for none."""
    if payload in ("page:ask_listener", "/request_listener") or payload.startswith(
        ("/request_listener{", "care:listener:")
    ):
        return PeerRole.LISTENER
    if not payload.startswith("/request_peer{"):
        return ""
    try:
        return str(json.loads(payload.removeprefix("/request_peer")).get("role", ""))
    except (ValueError, AttributeError):
        return ""
