"""A message that was not understood: guesses to tap, and the second time in a row a person."""

from typing import Any

from rasa_sdk.events import FollowupAction

from actions import names, taps
from actions.asides import with_open_question
from actions.guessing import other_guesses
from actions.learning import keep_not_understood
from actions.names import Slot
from actions.outcome import Outcome
from actions.spoken import SpokenAction
from actions.turn import Turn
from actions.words import say
from bot.bootstrap import Product
from bot.safety.message import Button


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
    """The first time guesses, or a way to begin; from the second on, a person as well."""
    if turn.entities.get(names.PART) == names.NONE_OF_THESE:
        return none_of_these(turn, product)
    keep_not_understood(turn, turn.message, product)
    guesses = taps.guesses(product, turn.ranking, turn.language)
    if turn.count(Slot.MISSES):
        return missed_again(turn, product, *guesses)
    if guesses:
        buttons = (*guesses, taps.none_of_these(product, turn.language))
        reply = say("not_understood_guesses", product, turn.language, buttons)
    else:
        reply = say("not_understood", product, turn.language, taps.first_choices(product, turn.language))
    return with_open_question(turn, product, Outcome((reply,), {Slot.MISSES: 1.0}))


def missed_again(turn: Turn, product: Product, *guesses: Button) -> Outcome:
    """Once more not understood: the guesses, if there are any, and a person."""
    key = "not_understood_twice" if guesses else "not_understood_twice_no_guess"
    buttons = (*guesses, taps.ask_somebody(product, turn.language))
    reply = say(key, product, turn.language, buttons)
    misses = float(turn.count(Slot.MISSES) + 1)
    return with_open_question(turn, product, Outcome((reply,), {Slot.MISSES: misses}))


def none_of_these(turn: Turn, product: Product) -> Outcome:
    """The guesses that were not shown yet, and a person."""
    last = next((past for past in turn.past if not past.message.is_tap), None)
    guesses = other_guesses(last, product, turn.language) if last else ()
    return missed_again(turn, product, *guesses)
