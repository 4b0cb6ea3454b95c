"""The small things people say: hello, thanks, yes, who can see this, say it again, say it simpler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from actions import names, taps
from actions.answers import answer
from actions.asides import with_open_question
from actions.danger import words_after_danger
from actions.guessing import not_what_was_asked
from actions.misses import missed_again
from actions.names import Part, Slot
from actions.outcome import Outcome
from actions.spoken import SpokenAction
from actions.turn import PastTurn, Reply, Turn
from actions.variety import bare
from actions.words import say
from bot.bootstrap import Product
from bot.safety.message import Button

Buttons = Callable[[Product, str], tuple[Button, ...]]


def _languages(product: Product, language: str) -> tuple[Button, ...]:
    known = product.texts.languages
    return tuple(
        Button(known[code].name, names.LANGUAGE_PREFIX + code)
        for code in product.prison.languages
        if code in known
    )


def _person(product: Product, language: str) -> tuple[Button, ...]:
    return (taps.ask_somebody(product, language),)


def _none(product: Product, language: str) -> tuple[Button, ...]:
    return ()


@dataclass(frozen=True)
class Act:
    """The words for an act, by their id in content, and what can be tapped after them."""

    words: str
    buttons: Buttons = _none


ACTS: Mapping[str, Act] = {
    "greet": Act("greet", taps.first_choices),
    "goodbye": Act("goodbye"),
    "thank": Act("thank"),
    names.AFFIRM: Act("affirm_alone", taps.first_choices),
    names.DENY: Act("deny_alone", taps.first_choices),
    names.HELP_MENU: Act("help_menu", taps.first_choices),
    "ask_human_or_bot": Act("human_or_bot", _person),
    "ask_who_sees_this": Act("who_sees_this"),
    names.CHANGE_LANGUAGE: Act("change_language", _languages),
    "feedback_good": Act("feedback_good"),
    names.FEEDBACK_BAD: Act("feedback_bad", _person),
    "swearing": Act("swearing", taps.first_choices),
    names.OUT_OF_SCOPE: Act("out_of_scope", taps.first_choices),
}


class ActionSay(SpokenAction):
    action_name = names.ACTION_SAY

    def act(self, turn: Turn, product: Product) -> Outcome:
        if turn.intent == names.FEEDBACK_BAD:
            return with_open_question(turn, product, not_what_was_asked(turn, product))
        if turn.intent == names.OUT_OF_SCOPE:
            return _out_of_scope(turn, product)
        return with_open_question(turn, product, Outcome((say_act(turn, product),)))


def _out_of_scope(turn: Turn, product: Product) -> Outcome:
    """For the person it is a miss like any other: after two in a row a person is offered."""
    if turn.count(Slot.MISSES):
        return missed_again(turn, product)
    outcome = Outcome((say_act(turn, product),), {Slot.MISSES: 1.0})
    return with_open_question(turn, product, outcome)


class ActionRepeat(SpokenAction):
    """The last thing that was said, by the assistant or by the tablet app in answer to danger."""

    action_name = names.ACTION_REPEAT

    def act(self, turn: Turn, product: Product) -> Outcome:
        return Outcome(said_last(turn, product))


class ActionSaySimpler(SpokenAction):
    """The simpler words of the answers that were said last, with the question that followed them.

    Where something else was said last, that is said again.
    """

    action_name = names.ACTION_SAY_SIMPLER

    def act(self, turn: Turn, product: Product) -> Outcome:
        topic = turn.slot(Slot.TOPIC)
        known = topic in product.answers.topics()
        replies = _said_last_simpler(turn, product)
        if not replies and turn.step is None and known and not turn.count(Slot.SINCE_TOPIC):
            # What was said last is about the topic, though it was no answer: "I do not know that".
            replies = (answer(product, topic, Part.SIMPLER, turn.language),)
        # The talk stays with the topic, so that a second "simpler" and a "how long?" are about it too.
        slots = {Slot.TOPIC: topic} if replies and known else {}
        return Outcome(replies or said_last(turn, product), slots)


def say_act(turn: Turn, product: Product) -> Reply:
    act = ACTS[turn.intent]
    return say(act.words, product, turn.language, act.buttons(product, turn.language))


def said_last(turn: Turn, product: Product) -> tuple[Reply, ...]:
    for past in turn.past:
        if past.danger is not None and past.danger.answered:
            # The tablet app said it, so it is in no history here. That staff were told is still true.
            return words_after_danger(past.danger, product.texts, turn.language)
        if past.replies:
            return tuple(_said_again(reply, turn, product) for reply in past.replies)
    buttons = taps.first_choices(product, turn.language)
    return (say("repeat_nothing", product, turn.language, buttons),)


def _said_last_simpler(turn: Turn, product: Product) -> tuple[Reply, ...]:
    """What was said last, its answers in easy words; nothing where no answer was among it."""
    last = next((past for past in turn.past if _holds(past, turn)), None)
    if last is None or last.danger is not None or not any(reply.topic for reply in last.replies):
        return ()
    *earlier, latest = last.replies
    # Buttons for other needs that stood under an earlier one stay there.
    before = (replace(_simpler(reply, turn, product), buttons=_but_simpler(reply)) for reply in earlier)
    return (*before, _simpler(latest, turn, product))


def _simpler(reply: Reply, turn: Turn, product: Product) -> Reply:
    if reply.topic not in product.answers.topics():
        return _said_again(reply, turn, product)
    return answer(product, reply.topic, Part.SIMPLER, turn.language)


def _but_simpler(reply: Reply) -> tuple[Button, ...]:
    simpler = taps.part_payload(reply.topic, Part.SIMPLER)
    return tuple(button for button in reply.buttons if button.payload != simpler)


def _holds(past: PastTurn, turn: Turn) -> bool:
    """Whether something was said that can be said in easier words: not "you are welcome"."""
    if past.danger is not None or any(reply.topic for reply in past.replies):
        return True
    intents = {guess.intent for guess in past.message.guesses[:1]}
    return bool(past.replies) and not (turn.step is None and intents & {"thank", "swearing"})


def _said_again(reply: Reply, turn: Turn, product: Product) -> Reply:
    """Without an opener from an earlier time; and words about danger stay as they are."""
    text = bare(reply.text, product.texts.ways("again", turn.language))
    about_danger = {
        fixed.text
        for past in turn.past
        if past.danger is not None
        for fixed in words_after_danger(past.danger, product.texts, turn.language)
    }
    return replace(reply, text=text, is_fixed=text in about_danger)
