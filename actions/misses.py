"""A message that was not understood: guesses to tap, and the second time in a row a person."""

from typing import Any

from rasa_sdk.events import FollowupAction

from actions import names, taps
from actions.asides import with_open_question
from actions.names import Slot
from actions.spoken import Outcome, SpokenAction
from actions.turn import Reply, Turn
from bot.bootstrap import Product


class ActionNotUnderstood(SpokenAction):
    action_name = names.ACTION_NOT_UNDERSTOOD

    def act(self, turn: Turn, product: Product) -> Outcome:
        return not_understood(turn, product)


class ActionDefaultFallback(ActionNotUnderstood):
    """Rasa runs this when no rule fits, for example after a payload that nobody made."""

    action_name = names.ACTION_DEFAULT_FALLBACK

    def after(self) -> list[dict[str, Any]]:
        # No rule follows this action either: without this Rasa would run it again until it gives up, and then
        # stay deaf to this person.
        return [FollowupAction(names.LISTEN)]


def not_understood(turn: Turn, product: Product) -> Outcome:
    misses = turn.count(Slot.MISSES) + 1
    buttons = taps.guesses(product, turn.ranking, turn.language)
    if misses > 1:
        key = "not_understood_twice" if buttons else "not_understood_twice_no_guess"
        buttons = (*buttons, taps.ask_somebody(product, turn.language))
    else:
        key = "not_understood_guesses" if buttons else "not_understood"
        buttons = buttons or taps.first_choices(product, turn.language)
    reply = Reply(product.texts.say(key, turn.language), buttons)
    return with_open_question(turn, product, Outcome((reply,), {Slot.MISSES: float(misses)}))
