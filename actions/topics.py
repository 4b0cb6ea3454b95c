"""Answers to topics. They are read from content when asked for, so that editing one needs no training."""

from actions import names, taps
from actions.asides import with_open_question
from actions.misses import not_understood
from actions.names import Part, Slot
from actions.spoken import Outcome, SpokenAction
from actions.turn import Reply, Turn
from bot.answers import Answer
from bot.bootstrap import Product
from bot.safety.message import Button

MOST_BUTTONS = 4


class ActionAnswer(SpokenAction):
    """The answer to whichever topic the intent names, or the part of it that a button asks for."""

    action_name = names.ACTION_ANSWER

    def act(self, turn: Turn, product: Product) -> Outcome:
        topic_id = turn.intent.removeprefix(names.TOPIC_PREFIX)
        if topic_id not in product.answers.topics():
            return not_understood(turn, product)
        part = turn.entities.get(names.PART)
        reply = answer(product, topic_id, Part(part) if part in set(Part) else None, turn.language)
        return with_open_question(turn, product, Outcome((reply,), {Slot.TOPIC: topic_id}))


def answer(product: Product, topic_id: str, part: Part | None, language: str) -> Reply:
    """An answer, or the part of it that is asked for, with what can be tapped next."""
    found = product.answers.get(topic_id, language)
    more = taps.part_of(product, topic_id, Part.MORE, language)
    simpler = taps.part_of(product, topic_id, Part.SIMPLER, language)
    related = tuple(taps.topic(product, other, language) for other in found.related)
    person = taps.whom_to_ask(product, found, language)
    if part is Part.MORE:
        return Reply(found.more, _few(related, person))
    if part is Part.SIMPLER:
        return Reply(found.simpler, _few((more, *related[:1]), person))
    local = product.prison.local.get(topic_id, "")
    return Reply(_text(found, local), _few((more, simpler, *related), person))


def _text(found: Answer, local: str) -> str:
    # Single line breaks only: Rasa's channel cuts a message in two at an empty line.
    steps = [f"{number}. {step}" for number, step in enumerate(found.steps, start=1)]
    return "\n".join(part for part in (found.short, *steps, local) if part)


def _few(buttons: tuple[Button, ...], person: tuple[Button, ...]) -> tuple[Button, ...]:
    """A person is always among the buttons, last; the others give way."""
    return (*buttons[: MOST_BUTTONS - len(person)], *person)
