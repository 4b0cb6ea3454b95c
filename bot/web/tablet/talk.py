"""A message's path: judged, stored and answered for danger in one transaction, and only then the engine."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from starlette.concurrency import run_in_threadpool

from bot.bootstrap import Product
from bot.nlu.typed import plain
from bot.people.model import Person
from bot.safety import intake
from bot.safety.message import BadMessage, Direction, Message, clean
from bot.safety.model import FAULT, Level, Reason, Verdict
from bot.safety.ports import Judge
from bot.web.assistant import Assistant, AssistantDown, Said, Turn
from bot.web.tablet import buttons
from bot.web.tablet.pace import Pace
from bot.web.tablet.wording import danger_words

log = structlog.get_logger()

MESSAGES_A_MINUTE = 20
DANGER_TONE = "danger"
# After the engine's time limit, for the answer to be stored.
_GRACE = timedelta(seconds=2)


class TooFast(Exception):
    """A flood of ordinary messages. A message with danger in it is never slowed."""


class NotKept(Exception):
    """The message could not be stored, so nobody was told. `in_danger` says what it was."""

    def __init__(self, in_danger: bool) -> None:
        super().__init__("not kept")
        self.in_danger = in_danger


@dataclass(frozen=True)
class Tap:
    """A button that was pressed. It is stored under its title; the payload is for the engine."""

    title: str
    payload: str


@dataclass(frozen=True)
class Taken:
    """A message that is in the store. `repeated`: this very form came before, nothing is to be done."""

    message: Message
    turn: Turn
    repeated: bool

    @property
    def in_danger(self) -> bool:
        return self.turn.verdict.is_danger


class Talk:
    """Takes messages and has them answered. `fault_words` is what staff read when the screen itself broke."""

    def __init__(self, product: Product, judge: Judge, assistant: Assistant, fault_words: str) -> None:
        self._product = product
        self._judge = judge
        self._assistant = assistant
        self._fault_words = fault_words
        self._pace = Pace(MESSAGES_A_MINUTE, seconds=60)

    async def take(self, person: Person, device_id: str, said: str | Tap, form_key: str) -> Taken:
        """Judges and stores what was said. Raises BadMessage, TooFast or NotKept."""
        text = said.title if isinstance(said, Tap) else said
        arrival = intake.Arrival(person.id, device_id, text, own_key(form_key, said))
        # A button's words are ours, not the person's: there is nothing in them to judge, and asking for a
        # Listener must never make a safety record.
        verdict = (
            _unjudged(person) if isinstance(said, Tap) else await run_in_threadpool(self._verdict, arrival)
        )
        if not verdict.is_danger and not self._pace.allows(person.id, self._product.now()):
            raise TooFast
        try:
            received = await run_in_threadpool(self._store, person, arrival, verdict)
        except Exception as error:  # noqa: BLE001 - whatever broke, the person must hear that nobody was told
            log.error("message.not_kept", error=type(error).__name__, danger=verdict.is_danger)
            raise NotKept(verdict.is_danger) from None
        turn = Turn(
            person_id=person.id,
            message_id=received.message.id,
            text=said.payload if isinstance(said, Tap) else plain(received.message.text) or "?",
            verdict=verdict,
            answered=verdict.is_danger,
            language=person.language,
        )
        return Taken(received.message, turn, received.repeated)

    async def answer(self, taken: Taken) -> None:
        """Asks the engine and stores what it says, or the words for when it is down. Never raises."""
        if taken.repeated:
            return
        try:
            said = await self._assistant.say(taken.turn)
        except AssistantDown as error:
            log.warning("assistant.down", error=str(error))
            said = ()
        except Exception as error:  # noqa: BLE001 - the message is safe; words must follow all the same
            log.error("assistant.failed", error=type(error).__name__)
            said = ()
        if not said and not taken.in_danger:
            said = (self.down_words(taken.turn.language),)
        try:
            await run_in_threadpool(self._store_replies, taken, said)
        except Exception as error:  # noqa: BLE001 - the page shows the words for "no answer" by itself
            log.error("reply.not_kept", error=type(error).__name__)

    def down_words(self, language: str) -> Said:
        text = self._product.texts.say("engine_down", language)
        return Said(text, buttons.without_engine(self._product, language))

    def unanswered(self, messages: Sequence[Message]) -> frozenset[str]:
        """Ids of messages that no answer came for in time: the process died between the two transactions."""
        late = self._product.now() - timedelta(seconds=self._product.settings.rasa_timeout) - _GRACE
        answered = {message.reply_to for message in messages}
        return frozenset(
            message.id
            for message in messages
            if message.direction is Direction.FROM_PERSON and message.at < late and message.id not in answered
        )

    def _verdict(self, arrival: intake.Arrival) -> Verdict:
        try:
            return intake.judge(self._judge, arrival)
        except BadMessage:
            raise
        except Exception as error:  # noqa: BLE001 - a message that cannot be judged counts as urgent
            log.error("screen.failed", error=type(error).__name__)
            reason = Reason(None, Level.URGENT, self._fault_words, FAULT)
            return Verdict(Level.URGENT, (), (reason,), "en", "none", fault=True)

    def _store(self, person: Person, arrival: intake.Arrival, verdict: Verdict) -> intake.Received:
        now = self._product.now()
        with self._product.database.writing() as work:
            received = intake.receive(work, arrival, verdict, prison=self._product.prison, now=now)
            if verdict.is_danger and not received.repeated:
                # In this transaction, no later: "I have told staff" is true exactly when this row is there.
                text = danger_words(self._product.texts, verdict, person.language)
                said = Said(text, buttons.when_in_danger(self._product, person.language))
                work.messages.add(_reply(received.message, said, now=now, tone=DANGER_TONE))
        return received

    def _store_replies(self, taken: Taken, said: Sequence[Said]) -> None:
        now = self._product.now()
        with self._product.database.writing() as work:
            work.people.lock(taken.message.person_id)
            for each in said:
                known = tuple(b for b in each.buttons if buttons.is_known(self._product, b.payload))
                topic = each.topic if each.topic in self._product.answers.topics() else ""
                work.messages.add(_reply(taken.message, Said(each.text, known, topic), now=now))


def own_key(form_key: str, said: str | Tap) -> str:
    """The same form with the same words is one message; with other words it is another, and not lost."""
    words = said.payload if isinstance(said, Tap) else said
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{form_key}:{digest[:24]}"


def _unjudged(person: Person) -> Verdict:
    return Verdict(Level.NONE, (), (), person.language, "button")


def _reply(message: Message, said: Said, *, now: datetime, tone: str = "") -> Message:
    reply_id = uuid.uuid4().hex
    return Message(
        id=reply_id,
        person_id=message.person_id,
        device_id=message.device_id,
        direction=Direction.TO_PERSON,
        text=clean(said.text),
        at=now,
        form_key=reply_id,
        buttons=said.buttons,
        reply_to=message.id,
        tone=tone,
        topic=said.topic,
    )
