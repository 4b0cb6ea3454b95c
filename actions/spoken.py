"""What every action shares: tracker in, replies and slots out, danger first, honest words on failure."""

import asyncio
from abc import ABC, abstractmethod
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.danger import answer_danger
from actions.follow_ups import follow_up
from actions.names import Slot
from actions.needs import several_needs
from actions.outcome import FLOW_OVER, Outcome
from actions.product import ProductSource, the_product
from actions.tracker import read_turn
from actions.turn import Reply, Turn
from actions.variety import fresh
from bot.bootstrap import Product

log = structlog.get_logger()


class SpokenAction(Action, ABC):  # type: ignore[misc]
    """An action that answers. Subclasses set `action_name` and write `act`.

    When `act` fails nothing of it is kept, and the person reads the words with the id `words_on_failure`.
    """

    action_name = ""

    def __init__(self, product: ProductSource = the_product) -> None:
        self._product = product

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    def act(self, turn: Turn, product: Product) -> Outcome:
        """What is said and which slots change. Whatever it writes is committed before it returns."""

    def words_on_failure(self, turn: Turn) -> str:
        return "something_broke"

    def after(self) -> list[dict[str, Any]]:
        """Events that follow the slots."""
        return []

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = read_turn(tracker.sender_id, tracker.latest_message, tracker.slots, tracker.events)
        # In a thread: a database that is slow for one person must not hold up the others.
        outcome = await asyncio.to_thread(self._outcome, turn)
        for reply in outcome.replies:
            buttons = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
            about = {"topic": reply.topic} if reply.topic else None
            dispatcher.utter_message(text=reply.text, buttons=buttons, json_message=about)
        return [*(SlotSet(slot.value, value) for slot, value in outcome.slots.items()), *self.after()]

    def _outcome(self, turn: Turn) -> Outcome:
        product = self._product()
        try:
            if turn.danger is not None:
                replies = answer_danger(turn.danger, product.texts, turn.language)
                return Outcome(replies, {**FLOW_OVER, Slot.TOPIC: None, Slot.MISSES: None})
            outcome = follow_up(turn, product) or several_needs(turn, product) or self.act(turn, product)
            # In one place, so that no action can forget it.
            replies = fresh(outcome.replies, turn.said(), product.texts.ways("again", turn.language))
        except Exception as error:  # noqa: BLE001 - whatever broke, a person waits for words
            # The error's own text may hold what was typed: only its kind is logged.
            log.error("action.failed", action=self.action_name, error=type(error).__name__)
            words = "danger_emergency" if turn.danger else self.words_on_failure(turn)
            return Outcome((Reply(product.texts.say(words, turn.language)),))
        return Outcome(replies, {**_counted(turn, outcome), **outcome.slots})


def _counted(turn: Turn, outcome: Outcome) -> dict[Slot, Any]:
    """An understood message ends the misses; a topic grows old with each turn that is not about it."""
    old = None if outcome.slots.get(Slot.TOPIC) else float(turn.count(Slot.SINCE_TOPIC) + 1)
    return {Slot.MISSES: None, Slot.SINCE_TOPIC: old}
