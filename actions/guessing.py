"""What else a message may have meant, when the first guesses or the answer were not it."""

from actions import names, taps
from actions.learning import keep_not_understood
from actions.outcome import Outcome
from actions.turn import PastTurn, Turn
from actions.words import say
from bot.bootstrap import Product
from bot.safety.message import Button

OTHER_GUESSES = 2


def not_what_was_asked(turn: Turn, product: Product) -> Outcome:
    """An answer was not what was asked: the next guesses, and a person. The message is kept to learn from."""
    wrong = _answered_wrongly(turn)
    guesses: tuple[Button, ...] = ()
    if wrong is not None:
        guesses = other_guesses(wrong, product, turn.language)
        keep_not_understood(turn, wrong.message, product)
    key = "feedback_bad_guesses" if guesses else "feedback_bad"
    buttons = (*guesses, taps.ask_somebody(product, turn.language))
    return Outcome((say(key, product, turn.language, buttons),))


def other_guesses(past: PastTurn, product: Product, language: str) -> tuple[Button, ...]:
    """The next best guesses at a message that were neither answered nor offered with its answer."""
    offered = {button.payload for reply in past.replies for button in reply.buttons}
    answered = {names.TOPIC_PREFIX + reply.topic for reply in past.replies if reply.topic}
    left = [
        guess.intent
        for guess in past.message.guesses
        if guess.intent not in answered and taps.payload(guess.intent) not in offered
    ]
    return taps.guesses(product, tuple(left), language, OTHER_GUESSES)


def _answered_wrongly(turn: Turn) -> PastTurn | None:
    """The turn that the button names, or else the last one; only words that were typed tell anything."""
    reference = turn.entities.get(names.REFERENCE, "")
    typed = [past for past in turn.past if not past.message.is_tap and past.replies]
    if reference:
        return next((past for past in typed if past.message.id == reference), None)
    return typed[0] if typed else None
