"""Several needs in one message: the first is answered, a second one in easy words, the rest are buttons."""

from dataclasses import replace

from actions import names, taps
from actions.answers import answer, text_of, with_who_is_not_here
from actions.asides import with_open_question
from actions.asking import ask_first
from actions.names import Part, Slot
from actions.outcome import Outcome
from actions.turn import Reply, Turn
from actions.wishes import KIND_OF
from bot.bootstrap import Product
from bot.learning.model import Guess
from bot.safety.message import Button

# A second answer of up to this many words is read whole; a longer one comes in its easy words.
SHORT = 60
# A second answer that was not asked for is worse than a button.
SURE = 0.75

# Acts in which a person answers or steers us: what else the message holds waits.
_ANSWERS = frozenset(
    {
        names.AFFIRM,
        names.DENY,
        names.CANCEL_REQUEST,
        names.REPEAT,
        names.SAY_IT_SIMPLER,
        names.CHANGE_LANGUAGE,
    }
)


def several_needs(turn: Turn, product: Product) -> Outcome | None:
    """None where the message has one need: the action of its intent knows what to do with that."""
    if turn.message.is_tap or turn.intent in _ANSWERS:
        return None
    needs = _in_order(turn, product)
    topics = [need for need in needs if need.intent.startswith(names.TOPIC_PREFIX)]
    wish = next((need for need in needs if need.intent in KIND_OF), None)
    others = [need for need in needs if need not in topics and need is not wish]
    if len(needs) < 2:
        return _one_hidden_need(turn, product, topics)
    if not topics and turn.intent == names.REQUEST_STATUS:
        # "Still waiting for that officer. Is anyone coming" asks for nobody new.
        return None
    if wish is not None:
        return _person_and(turn, product, wish, topics, others)
    if not topics:
        return None
    outcome = _two_answers(turn, product, topics) if len(needs) == 2 and len(topics) == 2 else None
    return outcome or _first_and_buttons(turn, product, topics[0], [*topics[1:], *others])


def with_other_needs(turn: Turn, product: Product, outcome: Outcome) -> Outcome:
    """The outcome for the message's own intent, and buttons for what else the message wants."""
    if turn.message.is_tap or len(turn.message.needs) < 2:
        return outcome
    others = [need for need in _in_order(turn, product) if need.intent != turn.intent]
    also = _buttons(product, others, turn.language)
    asks = turn.intent == names.CANCEL_REQUEST and bool(outcome.replies[-1].buttons)
    return _with_buttons(product, outcome, also, turn.language, asks=asks)


def _with_buttons(
    product: Product, outcome: Outcome, also: tuple[Button, ...], language: str, *, asks: bool
) -> Outcome:
    """Buttons for the other needs: after a statement, but before what asks, so that a "yes" answers that."""
    asked = outcome.replies[-1].buttons
    left = tuple(button for button in also if button.payload not in {each.payload for each in asked})
    if not left:
        return outcome
    more = Reply(product.texts.say("needs_more", language), left)
    replies = (more, *outcome.replies) if asks else (*outcome.replies, more)
    return Outcome(replies, outcome.slots)


def _in_order(turn: Turn, product: Product) -> list[Guess]:
    """As they were written; but where one of them is unsure, what the whole message is about comes first."""
    known = {f"{names.TOPIC_PREFIX}{topic}" for topic in product.answers.topics()}
    needs = [need for need in turn.message.needs if need.intent in known | set(product.taxonomy.requests)]
    if all(need.confidence >= SURE for need in needs):
        return needs
    return sorted(needs, key=lambda need: need.intent != turn.intent)


def _one_hidden_need(turn: Turn, product: Product, topics: list[Guess]) -> Outcome | None:
    """In "Hello mate. How do I book a visit" the question counts, not the greeting."""
    hides = turn.is_fallback or turn.intent in ("greet", "thank", "swearing", names.OUT_OF_SCOPE)
    if not hides or not topics:
        return None
    topic = _topic(topics[0])
    reply = answer(product, topic, None, turn.language)
    return with_open_question(turn, product, Outcome((reply,), {Slot.TOPIC: topic}))


def _person_and(
    turn: Turn, product: Product, wish: Guess, topics: list[Guess], others: list[Guess]
) -> Outcome:
    """The first topic is answered, and then comes the question about the person: nothing follows it."""
    also = _buttons(product, [*topics[1:], *others], turn.language)
    question = ask_first(turn, product, wish.intent)
    if not topics:
        return _with_buttons(product, question, also, turn.language, asks=True)
    first = answer(product, _topic(topics[0]), None, turn.language)
    return Outcome((replace(first, buttons=also), *question.replies), question.slots)


def _two_answers(turn: Turn, product: Product, topics: list[Guess]) -> Outcome | None:
    """Both, the second in its easy words where the whole of it would be too much to read at once."""
    if topics[1].confidence < SURE:
        return None
    language = turn.language
    first, second = (_topic(need) for need in topics)
    one, two = (answer(product, topic, None, language) for topic in (first, second))
    found = product.answers.get(second, language)
    whole = text_of(product, second, language)
    easy = with_who_is_not_here(product, found.simpler, language)
    text = whole if len(whole.split()) <= SHORT else easy
    lead = product.texts.say("needs_second", language, title=found.title)
    persons = {button.payload: button for button in (one.buttons[-1], two.buttons[-1])}
    buttons = (*_more_about(product, first, language), taps.topic(product, second, language))
    second_answer = Reply(f"{lead}\n{text}", (*buttons, *persons.values()), topic=second)
    replies = (replace(one, buttons=()), second_answer)
    return with_open_question(turn, product, Outcome(replies, {Slot.TOPIC: second}))


def _first_and_buttons(turn: Turn, product: Product, first: Guess, rest: list[Guess]) -> Outcome:
    topic, language = _topic(first), turn.language
    reply = answer(product, topic, None, language)
    few = (*_more_about(product, topic, language), *reply.buttons[-1:])
    also = Reply(product.texts.say("needs_more", language), _buttons(product, rest, language))
    replies = (replace(reply, buttons=few), also)
    return with_open_question(turn, product, Outcome(replies, {Slot.TOPIC: topic}))


def _buttons(product: Product, needs: list[Guess], language: str) -> tuple[Button, ...]:
    return taps.guesses(product, tuple(need.intent for need in needs), language)


def _more_about(product: Product, topic: str, language: str) -> tuple[Button, ...]:
    title = product.answers.get(topic, language).title
    words = product.texts.say("more_about", language, title=title)
    return (Button(words, taps.part_payload(topic, Part.MORE)),)


def _topic(need: Guess) -> str:
    return need.intent.removeprefix(names.TOPIC_PREFIX)
