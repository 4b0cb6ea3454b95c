"""What a tap may do: go to a page, choose a language, or tell the dialogue engine an intent that we know."""

from bot.bootstrap import Product
from bot.safety.message import Button
from bot.web.assistant import intent_of

PAGES = {
    "page:chat": "/chat",
    "page:topics": "/topics",
    "page:services": "/services",
    "page:ask": "/ask",
    "page:ask_listener": "/ask/listener",
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
        ("button_listener", "page:ask_listener"),
        ("button_topics", "page:topics"),
        ("ask_person_title", "page:ask"),
        ("button_requests", "page:requests"),
    )
    return tuple(Button(product.texts.say(key, language), payload) for key, payload in ways)
