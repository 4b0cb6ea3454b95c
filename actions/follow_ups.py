"""A short question right after an answer is about that answer, whatever intent it was given."""

from actions import names
from actions.answers import answer, steps_of
from actions.asides import with_open_question
from actions.names import TOPIC_PREFIX, Part, Slot
from actions.outcome import Outcome
from actions.turn import Reply, Turn
from actions.wishes import KIND_OF
from bot.bootstrap import Product
from bot.follow_ups import Asked, FollowUp, words_of

# An answer is what the talk is about for this many turns after it.
RECENT = 3
# Another topic, an act about what was said, or a wish for a person, that is this likely is not overruled.
SURE_TOPIC = 0.8
SURE_ACT = 0.8
SURE_REQUEST = 0.5

_PARTS = {
    FollowUp.HOW_LONG: Part.HOW_LONG,
    FollowUp.WHEN: Part.HOW_LONG,
    FollowUp.WHERE: Part.WHERE,
    FollowUp.WHO: Part.WHO,
    FollowUp.WHY_NOT: Part.WHY_NOT,
    FollowUp.HOW_MUCH: Part.HOW_MUCH,
    FollowUp.MORE: Part.MORE,
}


def follow_up(turn: Turn, product: Product) -> Outcome | None:
    """The answer to a question about the last answer; None where this message is none."""
    topic = turn.slot(Slot.TOPIC)
    if turn.message.is_tap or topic not in product.answers.topics():
        return None
    if turn.count(Slot.SINCE_TOPIC) > RECENT:
        return None
    asked = product.follow_ups.read(turn.text, turn.language)
    if asked is None or _is_sure_of_something_else(turn, topic, asked.kind):
        return None
    if asked.kind is FollowUp.ABOUT:
        topic = topic_named(asked, product, turn.language) or ""
        if not topic:
            return None
    reply = _reply(asked, product, topic, turn.language)
    return with_open_question(turn, product, Outcome((reply,), {Slot.TOPIC: topic}))


def topic_named(asked: Asked, product: Product, language: str) -> str | None:
    """The topic whose title, or one word of it, these words are."""
    wanted = {_stem(word) for word in asked.rest}
    known = sorted(product.answers.topics())
    for topic in known:
        titles = (product.answers.get(topic, language).title, product.answers.get(topic).title)
        if wanted in ({_stem(word) for word in words_of(title)} for title in titles):
            return topic
    parts = {topic: {_stem(word) for word in words_of(topic)} for topic in known}
    # "phone" is the topic of that name before it is a part of another one's.
    exact = [topic for topic, words in parts.items() if wanted == words]
    found = exact or [topic for topic, words in parts.items() if wanted <= words]
    return found[0] if len(found) == 1 else None


def _reply(asked: Asked, product: Product, topic: str, language: str) -> Reply:
    if asked.kind in _PARTS:
        return answer(product, topic, _PARTS[asked.kind], language)
    if asked.kind is FollowUp.HOW:
        return steps_of(product, topic, language)
    return answer(product, topic, None, language)


def _is_sure_of_something_else(turn: Turn, topic: str, asked: FollowUp) -> bool:
    if turn.intent in KIND_OF:
        return turn.confidence >= SURE_REQUEST
    if turn.intent in (names.SAY_IT_SIMPLER, names.REPEAT):
        # "How do you mean" does not ask for the steps; but "say more" looks to the model like "say again".
        return asked is not FollowUp.MORE and turn.confidence >= SURE_ACT
    if asked is FollowUp.HOW_MUCH:
        # "Is it free" names no topic, however sure the model is of one.
        return False
    is_other = turn.intent.startswith(TOPIC_PREFIX) and turn.intent != TOPIC_PREFIX + topic
    return is_other and turn.confidence >= SURE_TOPIC


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
