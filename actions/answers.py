"""The words of an answer, of its parts, and what can be tapped next."""

from dataclasses import dataclass, replace

from actions import taps
from actions.names import Part
from actions.turn import Reply
from actions.words import say
from bot.answers import Answer
from bot.bootstrap import Product
from bot.directory.helpers import not_offered_in
from bot.directory.saying import service_line
from bot.safety.message import Button

MOST_BUTTONS = 6
# What is asked most right after an answer, in this order.
_ASKED_NEXT = (Part.HOW_LONG, Part.WHERE, Part.WHO, Part.WHY_NOT)
_MOST_ASKED_NEXT = 2


def answer(product: Product, topic_id: str, part: Part | None, language: str) -> Reply:
    """An answer, or the part of it that is asked for. A whole one has other words for the next times."""
    words = _Words(product, product.answers.get(topic_id, language), language)
    match part:
        case None:
            reply = words.whole()
        case Part.MORE:
            reply = Reply(words.found.more, words.around(*words.asked_next(None), related=1), topic=topic_id)
        case Part.SIMPLER:
            reply = words.simpler()
        case _:
            reply = words.short(part)
    return _with_who_is_not_here(product, reply, language)


def text_of(product: Product, topic_id: str, language: str) -> str:
    """The first screen: what it is, the steps, and the prison's own sentence."""
    text = _Words(product, product.answers.get(topic_id, language), language).first_screen()
    return with_who_is_not_here(product, text, language)


def with_who_is_not_here(product: Product, text: str, language: str) -> str:
    """Followed by a line on the helpers whom the text names and whom the prison does not offer now."""
    line = not_offered_in(product.texts, product.prison, text, language, product.now())
    return f"{text}\n{line}" if line else text


def steps_of(product: Product, topic_id: str, language: str) -> Reply:
    """What to do, without the rest."""
    words = _Words(product, product.answers.get(topic_id, language), language)
    return Reply(words.steps(), words.around(Part.MORE, Part.SIMPLER), topic=topic_id)


def _with_who_is_not_here(product: Product, reply: Reply, language: str) -> Reply:
    others = tuple(_with_who_is_not_here(product, other, language) for other in reply.others)
    return replace(reply, text=with_who_is_not_here(product, reply.text, language), others=others)


@dataclass(frozen=True)
class _Words:
    """One answer in one language, in this prison, now."""

    product: Product
    found: Answer
    language: str

    def whole(self) -> Reply:
        """The second time it comes in easier words, the third time in more, with a person first."""
        texts, language = self.product.texts, self.language
        next_parts = self.asked_next(None)
        again = f"{texts.say('topic_again', language)}\n{self.found.simpler}"
        at_last = f"{texts.say('topic_again_person', language)}\n{self.found.more}"
        person = (*taps.whom_to_ask(self.product, self.found, language), self._somebody())
        return Reply(
            self.first_screen(),
            self.around(Part.MORE, Part.SIMPLER, *next_parts, related=1),
            others=(
                Reply(again, self.around(Part.MORE, *next_parts)),
                Reply(at_last, (*person, *self._parts(Part.SIMPLER, *next_parts))),
            ),
            topic=self.found.topic,
        )

    def simpler(self) -> Reply:
        buttons = self.around(Part.MORE, related=1)
        person_first = (self._somebody(), *self._parts(Part.MORE))
        no_easier = say("simpler_no_more", self.product, self.language, person_first)
        return Reply(self.found.simpler, buttons, others=(no_easier,), topic=self.found.topic)

    def short(self, part: Part) -> Reply:
        """What the answer says to "how long?", "where?" and the like; where it says nothing, whom to ask."""
        buttons = self.around(*self.asked_next(part), Part.MORE, related=1)
        text = self._part(part)
        return Reply(text, buttons, topic=self.found.topic) if text else self.helper(buttons)

    def helper(self, buttons: tuple[Button, ...]) -> Reply:
        helper = taps.helper_of(self.product, self.found)
        if helper is None:
            return say("follow_ask_any", self.product, self.language, buttons)
        who = self.product.texts.say(f"role_{helper}", self.language)
        return say("follow_ask", self.product, self.language, buttons, who=who)

    def first_screen(self) -> str:
        # Single line breaks only: Rasa's channel cuts a message in two at an empty line.
        local = self.product.prison.local.get(self.found.topic, "")
        return "\n".join(part for part in (self.found.short, self.steps(), local) if part)

    def steps(self) -> str:
        return "\n".join(f"{number}. {step}" for number, step in enumerate(self.found.steps, start=1))

    def asked_next(self, given: Part | None) -> tuple[Part, ...]:
        """The short questions that there are words for, less the one that was just asked."""
        # Under a whole answer stands the helper's own button: "who?" is answered.
        left_out = (given, Part.WHO) if given is None else (given,)
        here = [part for part in _ASKED_NEXT if part not in left_out and self._part(part)]
        return tuple(here[:_MOST_ASKED_NEXT])

    def around(self, *parts: Part, related: int = 0) -> tuple[Button, ...]:
        """Buttons for these parts, then for other topics, and last a person, who is always there."""
        person = taps.whom_to_ask(self.product, self.found, self.language)
        others = (taps.topic(self.product, other, self.language) for other in self.found.related[:related])
        return (*self._parts(*parts), *others, *person)

    def _part(self, part: Part) -> str:
        """The answer's own text; to "where?" also what the prison's directory says now."""
        text = str(getattr(self.found, part.value))
        if part is not Part.WHERE:
            return text
        product = self.product
        line = service_line(product.texts, product.prison, self.found.topic, self.language, product.now())
        return "\n".join(each for each in (text, line) if each)

    def _parts(self, *parts: Part) -> tuple[Button, ...]:
        return tuple(taps.part_of(self.product, self.found.topic, part, self.language) for part in parts)

    def _somebody(self) -> Button:
        return taps.ask_somebody(self.product, self.language)
