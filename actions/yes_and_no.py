"""A plain yes or no: it answers the question that stands open, if one does."""

from actions import names, questions
from actions.acts import say_act
from actions.names import Slot, Step
from actions.outcome import FLOW_OVER, Outcome
from actions.progress import cancel
from actions.requests import ask_for
from actions.spoken import SpokenAction
from actions.turn import Reply, Turn
from actions.wishes import wish_in_slots
from bot.bootstrap import Product


class ActionYes(SpokenAction):
    """Looks at the open step itself, not by a rule with a condition.

    Such a rule finds no way on when the action fails in the middle, and Rasa then stays deaf to this person.
    """

    action_name = names.ACTION_YES

    def words_on_failure(self, turn: Turn) -> str:
        return "ask_failed" if turn.step is Step.CONFIRM_REQUEST else "something_broke"

    def act(self, turn: Turn, product: Product) -> Outcome:
        if turn.step is Step.CONFIRM_CANCEL:
            return cancel(turn.slot(Slot.REFERENCE), turn, product)
        if turn.step is Step.CONFIRM_REQUEST:
            wish = wish_in_slots(turn)
            if wish is None:
                return Outcome((questions.which_person(product, turn.language),), FLOW_OVER)
            return ask_for(wish, turn, product)
        return Outcome((say_act(turn, product),))


class ActionNo(SpokenAction):
    """Nobody is asked, or the request stays as it was."""

    action_name = names.ACTION_NO

    def act(self, turn: Turn, product: Product) -> Outcome:
        if turn.step is None:
            return Outcome((say_act(turn, product),))
        key = "cancel_kept" if turn.step is Step.CONFIRM_CANCEL else "ask_stopped"
        return Outcome((Reply(product.texts.say(key, turn.language)),), FLOW_OVER)
