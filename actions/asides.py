"""Something else was said while a question stood open: it is asked once more, and then it lapses."""

from collections.abc import Mapping
from typing import Any

from actions.names import Slot, Step
from actions.outcome import FLOW_OVER, Outcome
from actions.questions import confirm_cancel, confirm_request
from actions.turn import Reply, Turn
from actions.wishes import wish_in_slots
from bot.bootstrap import Product

ASKED_AGAIN = 1


def with_open_question(turn: Turn, product: Product, outcome: Outcome) -> Outcome:
    """The outcome, followed by the open question the first time; after that a "yes" no longer answers it."""
    if turn.step is None:
        return outcome
    question = _question(turn, product)
    if question is None or turn.count(Slot.ASIDES) >= ASKED_AGAIN:
        return Outcome(outcome.replies, _and(outcome, FLOW_OVER))
    asides = float(turn.count(Slot.ASIDES) + 1)
    return Outcome((*outcome.replies, question), _and(outcome, {Slot.ASIDES: asides}))


def _question(turn: Turn, product: Product) -> Reply | None:
    if turn.step is Step.CONFIRM_CANCEL:
        return confirm_cancel(product, turn.slot(Slot.REFERENCE), turn.language)
    wish = wish_in_slots(turn)
    return confirm_request(product, wish, turn.language) if wish else None


def _and(outcome: Outcome, slots: Mapping[Slot, Any]) -> dict[Slot, Any]:
    return {**outcome.slots, **slots}
