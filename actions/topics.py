"""Answers to topics. They are read from content when asked for, so that editing one needs no training."""

from actions import names
from actions.answers import answer
from actions.asides import with_open_question
from actions.misses import not_understood
from actions.names import Part, Slot
from actions.outcome import Outcome
from actions.spoken import SpokenAction
from actions.turn import Turn
from bot.bootstrap import Product


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
