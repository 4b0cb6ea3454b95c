"""Opens the question about a person: whom, or "shall I?". Nobody is asked before the answer to it."""

from actions import questions
from actions.names import Slot, Step
from actions.outcome import ABOUT_A_REQUEST, Outcome
from actions.turn import Turn
from actions.wishes import KIND_OF, wish_of
from bot.bootstrap import Product
from bot.queue.model import Kind


def ask_first(turn: Turn, product: Product, intent: str) -> Outcome:
    """The question that this wish needs first, and the slots that make a "yes" answer it."""
    wish = wish_of(turn, intent)
    if wish is None:
        is_peer = KIND_OF.get(intent) is Kind.PEER
        question = questions.which_role if is_peer else questions.which_person
        return Outcome((question(product, turn.language),), ABOUT_A_REQUEST)
    if not product.prison.may_ask(wish.kind, wish.role, product.now()):
        return Outcome((questions.not_offered(product, wish, turn.language),), ABOUT_A_REQUEST)
    slots = {
        **ABOUT_A_REQUEST,
        Slot.STEP: Step.CONFIRM_REQUEST.value,
        Slot.REQUEST_KIND: wish.kind.value,
        Slot.REQUEST_ROLE: wish.role or None,
    }
    return Outcome((questions.confirm_request(product, wish, turn.language),), slots)
