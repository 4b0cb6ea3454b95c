"""The action for a message that speaks of danger."""

from actions import names
from actions.danger import answer_danger
from actions.outcome import Outcome
from actions.spoken import SpokenAction
from actions.turn import Danger, Turn
from bot.bootstrap import Product
from bot.safety.model import Level


class ActionDanger(SpokenAction):
    """Every action answers danger before anything else; this one is the rule's own and does nothing more."""

    action_name = names.ACTION_DANGER

    def act(self, turn: Turn, product: Product) -> Outcome:
        """Only reached when neither intent nor verdict names a danger. In doubt upwards: the bell."""
        return Outcome(answer_danger(Danger(Level.EMERGENCY, None, False), product.texts, turn.language))
