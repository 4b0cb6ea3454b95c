"""A message's path: judged, stored and answered for danger in one transaction, and only then the engine."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from starlette.concurrency import run_in_threadpool

from bot.bootstrap import Product
from bot.nlu.typed import plain
from bot.people.model import Person
from bot.plain_answers import load_plain_answers
from bot.safety import intake
from bot.safety.message import BadMessage, Direction, Message, clean
from bot.safety.model import FAULT, Level, Reason, Verdict
from bot.safety.ports import Judge
from bot.store.unit_of_work import UnitOfWork
from bot.web.assistant import Assistant, AssistantDown, Said, Turn
from bot.web.pace import Pace
from bot.web.tablet import buttons
from bot.web.tablet.care import Care, Deed, meant
from bot.web.tablet.caring import Caring
from bot.web.tablet.faults import FaultTeller

log = structlog.get_logger()

MESSAGES_A_MINUTE = 20
DANGER_TONE = "danger"
LATEST = 12  # rows in which a person's last messages stand, with the answers between them
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
    """A message that is in the store. `repeated`: this very form came before, nothing is to be done.
    `settled`: it was answered here, and the engine has nothing to say to it."""

    message: Message
    turn: Turn
    repeated: bool
    settled: bool = False

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
        self._plain_answers = load_plain_answers(product.settings.content_dir)
        self._pace = Pace(MESSAGES_A_MINUTE, seconds=60)
        self._faults = FaultTeller(product)

    async def take(self, person: Person, device_id: str, said: str | Tap | Care, form_key: str) -> Taken:
        """Judges and stores what was said. Raises BadMessage, TooFast or NotKept."""
        text = said.title if isinstance(said, Tap) else said.words if isinstance(said, Care) else said
        arrival = intake.Arrival(person.id, device_id, text, own_key(form_key, said))
        verdict, care = _unjudged(person), said if isinstance(said, Care) else None
        # A button's words are ours, not the person's: there is nothing in them to judge, and asking for a
        # Listener must never make a safety record.
        if isinstance(said, str):
            known = await run_in_threadpool(self._latest, person.id)
            latest = known or ()
            verdict = await run_in_threadpool(self._verdict, arrival, latest)
            if known is None:
                verdict = replace(verdict, fault=True)
            care = meant(self._plain_answers, text, latest, now=self._product.now())
            if verdict.is_danger and care is not None and care.deed is not Deed.SAFE_NO:
                care = None
        in_danger = verdict.is_danger or (care is not None and care.deed is Deed.SAFE_NO)
        if not in_danger and not self._pace.allows(person.id, self._product.now()):
            raise TooFast
        try:
            received = await run_in_threadpool(self._store, person, arrival, verdict, care)
        except Exception as error:  # noqa: BLE001 - whatever broke, the person must hear that nobody was told
            log.error("message.not_kept", error=type(error).__name__, danger=in_danger)
            raise NotKept(in_danger) from None
        if isinstance(said, str):
            await self._faults.tell(person.prison_id, verdict)
        turn = Turn(
            person_id=person.id,
            message_id=received.message.id,
            text=said.payload if isinstance(said, Tap) else plain(received.message.text) or "?",
            verdict=received.verdict,
            answered=received.verdict.is_danger,
            language=person.language,
        )
        return Taken(received.message, turn, received.repeated, settled=care is not None)

    async def keep_aside(
        self, person: Person, device_id: str, text: str, form_key: str, keep: Callable[[UnitOfWork], None]
    ) -> str:
        """Words typed outside the conversation, such as a report: `keep` stores them where they belong. They
        are judged as any message, and in danger staff are told in the same transaction.

        Gives what the person is told then; empty without danger. Raises BadMessage, TooFast or NotKept.
        """
        arrival = intake.Arrival(person.id, device_id, text, own_key(form_key, text))
        known = await run_in_threadpool(self._latest, person.id)
        verdict = await run_in_threadpool(self._verdict, arrival, known or ())
        if known is None:
            verdict = replace(verdict, fault=True)
        if not verdict.is_danger and not self._pace.allows(person.id, self._product.now()):
            raise TooFast
        try:
            said = await run_in_threadpool(self._store_aside, person, arrival, verdict, keep)
        except Exception as error:  # noqa: BLE001 - as for a message: the person must hear that nobody was told
            log.error("aside.not_kept", error=type(error).__name__, danger=verdict.is_danger)
            raise NotKept(verdict.is_danger) from None
        await self._faults.tell(person.prison_id, verdict)
        return said

    async def answer(self, taken: Taken) -> None:
        """Asks the engine and stores what it says, or the words for when it is down. Never raises."""
        if taken.repeated or (taken.settled and not taken.in_danger):
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

    def _verdict(self, arrival: intake.Arrival, latest: Sequence[Message]) -> Verdict:
        try:
            before = intake.just_before(latest, now=self._product.now())
            return intake.judge(self._judge, arrival, before)
        except BadMessage:
            raise
        except Exception as error:  # noqa: BLE001 - a message that cannot be judged counts as urgent
            log.error("screen.failed", error=type(error).__name__)
            reason = Reason(None, Level.URGENT, self._fault_words, FAULT)
            return Verdict(Level.URGENT, (), (reason,), "en", "none", fault=True)

    def _latest(self, person_id: str) -> Sequence[Message] | None:
        """None where the store did not say: then what belongs together cannot be read together."""
        try:
            with self._product.database.reading() as work:
                return work.messages.latest(person_id, limit=LATEST)
        except Exception as error:  # noqa: BLE001 - the message itself must be judged all the same
            log.error("screen.nothing_before", error=type(error).__name__)
            return None

    def _store(
        self, person: Person, arrival: intake.Arrival, screened: Verdict, care: Care | None
    ) -> intake.Received:
        now, prison = self._product.now(), self._product.prison
        with self._product.database.writing() as work:
            caring = Caring(work, self._product, work.people.lock(person.id), now)
            verdict = caring.verdict_of(care, screened) if care else screened
            received = intake.receive(work, arrival, verdict, prison=prison, now=now)
            record_id = received.message.record_id
            if received.repeated or (care is None and record_id is None):
                return received
            # In this transaction, no later: "I have told staff" is true exactly when this row is there.
            if care is not None:
                said = caring.settle(care, received)
            else:
                said = caring.words_in_danger(record_id or "", verdict)
            tone = DANGER_TONE if verdict.is_danger else ""
            work.messages.add(_reply(received.message, said, now=now, tone=tone))
        return received

    def _store_aside(
        self,
        person: Person,
        arrival: intake.Arrival,
        verdict: Verdict,
        keep: Callable[[UnitOfWork], None],
    ) -> str:
        now, prison = self._product.now(), self._product.prison
        with self._product.database.writing() as work:
            locked = work.people.lock(person.id)
            keep(work)
            if not verdict.is_danger:
                return ""
            received = intake.receive(work, arrival, verdict, prison=prison, now=now)
            caring = Caring(work, self._product, locked, now)
            said = caring.words_in_danger(received.message.record_id or "", verdict)
            if not received.repeated:
                work.messages.add(_reply(received.message, said, now=now, tone=DANGER_TONE))
            return said.text

    def _store_replies(self, taken: Taken, said: Sequence[Said]) -> None:
        now = self._product.now()
        with self._product.database.writing() as work:
            work.people.lock(taken.message.person_id)
            for each in said:
                known = tuple(b for b in each.buttons if buttons.is_known(self._product, b.payload))
                topic = each.topic if each.topic in self._product.answers.topics() else ""
                work.messages.add(_reply(taken.message, Said(each.text, known, topic), now=now))


def own_key(form_key: str, said: str | Tap | Care) -> str:
    """The same form with the same words is one message; with other words it is another, and not lost."""
    words = said if isinstance(said, str) else said.payload
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
