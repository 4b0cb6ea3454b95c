"""The small things people say: hello, thanks, yes, who can see this, say it again, say it simpler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from actions import names, taps
from actions.asides import with_open_question
from actions.danger import danger_words
from actions.names import Part, Slot
from actions.spoken import Outcome, SpokenAction
from actions.topics import answer
from actions.turn import Reply, Turn
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
    "feedback_bad": Act("feedback_bad", _person),
    "swearing": Act("swearing", taps.first_choices),
    "out_of_scope": Act("out_of_scope", taps.first_choices),
}


class ActionSay(SpokenAction):
    action_name = names.ACTION_SAY

    def act(self, turn: Turn, product: Product) -> Outcome:
        return with_open_question(turn, product, Outcome((say_act(turn, product),)))


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
    return Reply(product.texts.say(act.words, turn.language), act.buttons(product, turn.language))


def said_last(turn: Turn, product: Product) -> tuple[Reply, ...]:
    say, language = product.texts.say, turn.language
    for past in turn.past:
        if past.danger is not None and past.danger.answered:
            # The tablet app said it, so it is in no history here. That staff were told is still true.
            words = danger_words(past.danger, product.texts, language)
            return (
                Reply(words),
                Reply(say("danger_told", language)),
                Reply(say("danger_samaritans", language)),
            )
        if past.replies:
            return past.replies
    return (Reply(say("repeat_nothing", language), taps.first_choices(product, language)),)
