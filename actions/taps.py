"""Buttons: what can be tapped next, made from names and from words in content."""

import json

from actions import names
from actions.names import Part
from bot.answers import STAFF, Answer
from bot.bootstrap import Product
from bot.directory.helpers import askable, has_listeners, peers
from bot.people.model import PeerRole
from bot.safety.message import Button

# Acts that make sense as a guess; the others are answered at once or are no question.
GUESSABLE_ACTS = (names.HELP_MENU, "ask_human_or_bot", "ask_who_sees_this", names.CHANGE_LANGUAGE)
GUESSES = 3
_PART_TITLES = {
    Part.MORE: "more_title",
    Part.SIMPLER: "simpler_title",
    Part.HOW_LONG: "part_how_long",
    Part.WHERE: "part_where",
    Part.WHO: "part_who",
    Part.WHY_NOT: "part_why_not",
    Part.HOW_MUCH: "part_how_much",
}


def payload(intent: str, **entities: str) -> str:
    return f"/{intent}{json.dumps(entities)}" if entities else f"/{intent}"


def tap(product: Product, key: str, where: str, language: str) -> Button:
    return Button(product.texts.say(key, language), where)


def ask_somebody(product: Product, language: str) -> Button:
    return tap(product, "ask_person_title", payload(names.REQUEST_SOMEONE), language)


def first_choices(product: Product, language: str) -> tuple[Button, ...]:
    """For someone who does not know where to begin."""
    return (
        tap(product, "button_topics", names.PAGE_TOPICS, language),
        listener(product, language) if _has_listeners(product) else samaritans(product, language),
        ask_somebody(product, language),
    )


def listener(product: Product, language: str) -> Button:
    return tap(product, "button_listener", payload(names.REQUEST_LISTENER), language)


def samaritans(product: Product, language: str) -> Button:
    """The answer that says how to ring them: what stands where a Listener would."""
    return tap(product, "page_card_samaritans_title", payload(names.ASK_SAMARITANS), language)


def _has_listeners(product: Product) -> bool:
    return has_listeners(product.prison, product.now())


def topic(product: Product, topic_id: str, language: str) -> Button:
    return Button(product.answers.get(topic_id, language).title, payload(names.TOPIC_PREFIX + topic_id))


def part_of(product: Product, topic_id: str, part: Part, language: str) -> Button:
    return tap(product, _PART_TITLES[part], part_payload(topic_id, part), language)


def part_payload(topic_id: str, part: Part) -> str:
    return payload(names.TOPIC_PREFIX + topic_id, **{names.PART: part.value})


def none_of_these(product: Product, language: str) -> Button:
    where = payload(names.NLU_FALLBACK, **{names.PART: names.NONE_OF_THESE})
    return tap(product, "none_of_these", where, language)


def helper_of(product: Product, answer: Answer) -> str | None:
    """The first helper of an answer whom this prison offers now; none where it offers none of them."""
    return next(iter(askable(product.prison, answer.people, product.now())), None)


def whom_to_ask(product: Product, answer: Answer, language: str) -> tuple[Button, ...]:
    """The button that asks for this helper."""
    helper = helper_of(product, answer)
    if helper is None:
        return ()
    title = product.texts.say("ask_who_title", language, who=product.texts.say(f"role_{helper}", language))
    return (Button(title, request_of(helper)),)


def request_of(helper: str) -> str:
    """The payload that asks for this peer role, or for staff."""
    if helper == STAFF:
        return payload(names.REQUEST_STAFF)
    if helper == PeerRole.LISTENER:
        return payload(names.REQUEST_LISTENER)
    return payload(names.REQUEST_PEER, **{names.ROLE: helper})


def guesses(
    product: Product, ranking: tuple[str, ...], language: str, most: int = GUESSES
) -> tuple[Button, ...]:
    """The best guesses that can be shown as buttons, best first."""
    shown: list[Button] = []
    for intent in ranking:
        button = guess(product, intent, language)
        if button is not None and button not in shown and len(shown) < most:
            shown.append(button)
    return tuple(shown)


def guess(product: Product, intent: str, language: str) -> Button | None:
    topic_id = intent.removeprefix(names.TOPIC_PREFIX)
    if intent.startswith(names.TOPIC_PREFIX) and topic_id in product.answers.topics():
        return topic(product, topic_id, language)
    if intent == names.REQUEST_LISTENER and not _has_listeners(product):
        intent = names.REQUEST_SOMEONE
    if intent == names.REQUEST_PEER and not peers(product.prison, product.now()):
        return None
    if intent in GUESSABLE_ACTS or intent in product.taxonomy.requests:
        return tap(product, f"guess_{intent}", payload(intent), language)
    return None
