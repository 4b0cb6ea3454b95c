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
from actions.turn import Reply, Turn
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
    """The simpler words of the last topic. Where something else was said last, that is said again."""

    action_name = names.ACTION_SAY_SIMPLER

    def act(self, turn: Turn, product: Product) -> Outcome:
        topic = turn.slot(Slot.TOPIC)
        if turn.step is None and topic in product.answers.topics():
            return Outcome((answer(product, topic, Part.SIMPLER, turn.language),))
        return Outcome(said_last(turn, product))


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
