"""A plain yes or no: it answers the question that stands open, if one does."""

from actions import names, questions
from actions.acts import say_act
from actions.asking import ask_first
from actions.misses import not_understood
from actions.names import Slot, Step
from actions.outcome import FLOW_OVER, Outcome
from actions.progress import cancel
from actions.requests import ask_for
from actions.spoken import SpokenAction
from actions.taps import payload
from actions.turn import Reply, Turn
from actions.wishes import wish_in_slots
from bot.bootstrap import Product
from bot.follow_ups import FollowUp, words_of

# "Y", "yeah" and Spanish "si" at the front are a yes, and so is "why not" in answer to "shall I?".
_YES_AT_FRONT = frozenset({"y", "yh", "yeah", "ye", "si"})
_SHALL_WE = ("why", "not")


class ActionYes(SpokenAction):
    """Looks at the open step itself, not by a rule with a condition.

    Such a rule finds no way on when the action fails in the middle, and Rasa then stays deaf to this person.
    """

    action_name = names.ACTION_YES

    def words_on_failure(self, turn: Turn) -> str:
        return "ask_failed" if turn.step is Step.CONFIRM_REQUEST else "something_broke"

    def act(self, turn: Turn, product: Product) -> Outcome:
        if turn.step is not None and _asks_something(turn, product):
            return not_understood(turn, product)
        if turn.step is Step.CONFIRM_CANCEL:
            return cancel(turn.slot(Slot.REFERENCE), turn, product)
        if turn.step is Step.CONFIRM_REQUEST:
            wish = wish_in_slots(turn)
            if wish is None:
                return Outcome((questions.which_person(product, turn.language),), FLOW_OVER)
            return ask_for(wish, turn, product)
        if _was_offered_a_person(turn):
            return ask_first(turn, product, names.REQUEST_SOMEONE)
        return Outcome((say_act(turn, product),))


class ActionNo(SpokenAction):
    """Nobody is asked, or the request stays as it was."""

    action_name = names.ACTION_NO

    def act(self, turn: Turn, product: Product) -> Outcome:
        if turn.step is None:
            return Outcome((say_act(turn, product),))
        key = "cancel_kept" if turn.step is Step.CONFIRM_CANCEL else "ask_stopped"
        return Outcome((Reply(product.texts.say(key, turn.language)),), FLOW_OVER)


def _asks_something(turn: Turn, product: Product) -> bool:
    """Whether these words are a question. The model takes a bare "why" for a yes, which stops a request."""
    words = words_of(turn.text)
    if _YES_AT_FRONT.intersection(words[:1]) or words[:2] == _SHALL_WE:
        return False
    asked = product.follow_ups.read(turn.text, turn.language)
    return asked is not None and asked.kind not in (FollowUp.MORE, FollowUp.ABOUT)


def _was_offered_a_person(turn: Turn) -> bool:
    """Whether the last thing said could only be answered by asking for a person."""
    last = turn.past[0].replies[-1:] if turn.past else ()
    taps = [button.payload for reply in last for button in reply.buttons]
    return taps == [payload(names.REQUEST_SOMEONE)]
