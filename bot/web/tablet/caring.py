"""What follows a tap after danger, in the transaction that stores it: an entry, an alert, a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bootstrap import Product
from bot.directory.helpers import instead, who_else
from bot.people.model import PeerRole, Person
from bot.queue import service as queue
from bot.queue.model import Kind, NotOffered
from bot.safety import aftercare, intake
from bot.safety.aftercare import Answer, Question
from bot.safety.message import Button
from bot.safety.model import Verdict
from bot.safety.record import Entry, EntryKind, SafetyRecord
from bot.store.unit_of_work import UnitOfWork
from bot.web.assistant import Said
from bot.web.tablet.care import QUESTION, Care, Deed, buttons, somebody
from bot.web.tablet.wording import danger_words, nth

_ANSWERS = {Deed.SAFE_YES: Answer.YES, Deed.SAFE_NO: Answer.NO, Deed.NOT_SAID: Answer.NOT_SAID}
_KINDS = {Deed.LISTENER: Kind.LISTENER, Deed.SOMEONE: Kind.SOMEONE}
_DONE = {
    Deed.SAFE_YES: "care_yes_done",
    Deed.NOT_SAID: "care_not_said_done",
    Deed.MISTAKE: "care_mistake_done",
}


@dataclass(frozen=True)
class Caring:
    """One transaction's work for one person, under the person's lock."""

    work: UnitOfWork
    product: Product
    person: Person
    now: datetime

    def words_in_danger(self, record_id: str, verdict: Verdict) -> Said:
        """What is said to a message in danger, and one question. For the transaction that tells staff."""
        record = self._record(record_id)
        entries = self.work.safety.entries_of(record_id, words=False)
        question = aftercare.question_for(record)
        aftercare.ask(self.work, record, entries, question, now=self.now)
        texts, language = self.product.texts, self.person.language
        else_ = who_else(self.product.prison, self.now)
        words = danger_words(texts, verdict, language, times=record.times, who_else=else_)
        asked = nth(texts.ways(_words_of(question), language), record.times)
        taps = self._buttons(record_id, *QUESTION, self._somebody(), Deed.MISTAKE)
        return Said(f"{words}\n{asked}", taps)

    def verdict_of(self, care: Care, screened: Verdict) -> Verdict:
        """A "no" is an alert. Everything else is what the screen made of the words."""
        if care.deed is not Deed.SAFE_NO:
            return screened
        record = self._record(care.record_id)
        question = aftercare.asked_last(self.work.safety.entries_of(record.id, words=False), record)
        reason = f"care_reason_{question.value}"
        return aftercare.not_safe(record, self.product.desk_texts.say(reason), screened)

    def settle(self, care: Care, received: intake.Received) -> Said:
        """Does what the tap says and gives the words for it. The message itself is stored already."""
        if care.deed in _KINDS:
            return self._ask(care)
        # After a "no" it is the record that the "no" made or strengthened.
        record = self._record(received.message.record_id or care.record_id)
        if care.deed is Deed.MISTAKE:
            aftercare.deny(self.work, record, self.person, care.words, now=self.now)
        else:
            question = aftercare.asked_last(self.work.safety.entries_of(care.record_id, words=False), record)
            said = _ANSWERS[care.deed]
            aftercare.answer(self.work, record, self.person, question, said, care.words, now=self.now)
        entries = self.work.safety.entries_of(record.id, words=False)
        return self._not_safe(entries, record) if care.deed is Deed.SAFE_NO else self._done(care, entries)

    def _done(self, care: Care, entries: Sequence[Entry]) -> Said:
        kind = EntryKind.DENIED if care.deed is Deed.MISTAKE else EntryKind.ANSWERED
        times = sum(entry.kind is kind for entry in entries)
        words = nth(self.product.texts.ways(_DONE[care.deed], self.person.language), times)
        more = () if care.deed is Deed.MISTAKE else (Deed.MISTAKE,)
        return Said(words, self._buttons(care.record_id, self._somebody(), *more))

    def _not_safe(self, entries: Sequence[Entry], record: SafetyRecord) -> Said:
        """The bell again, and that staff were told: the row stands in this transaction."""
        times = sum(entry.body.get("answer") == Answer.NO for entry in entries)
        texts, language = self.product.texts, self.person.language
        keys = ("care_no_done", "care_told_no", "danger_samaritans", who_else(self.product.prison, self.now))
        lines = [nth(texts.ways(key, language), times) for key in keys]
        return Said("\n".join(lines), self._buttons(record.id, self._somebody(), Deed.MISTAKE))

    def _ask(self, care: Care) -> Said:
        """Asked for in one tap. The request knows nothing of the record, nor the record of the request."""
        product, language = self.product, self.person.language
        try:
            request = queue.ask(
                self.work, self.person, _KINDS[care.deed], deadlines=product.prison, now=self.now
            )
        except NotOffered:
            # The button was on the page before the hour was over.
            listener = (PeerRole.LISTENER,)
            lines = list(instead(product.texts, product.prison, listener, language, self.now))
            more: tuple[Deed, ...] = (Deed.SOMEONE,)
        else:
            key = "ask_again_done" if request.times_asked > 1 else "ask_done"
            lines, more = [product.texts.say(key, language, reference=request.reference)], ()
        record = self._record(care.record_id)
        entries = self.work.safety.entries_of(record.id, words=False)
        if not aftercare.is_open(entries):
            return Said("\n".join(lines), self._buttons(record.id, *more, Deed.MISTAKE))
        question = aftercare.asked_last(entries, record)
        lines.append(nth(product.texts.ways(_words_of(question), language), 2))
        return Said("\n".join(lines), self._buttons(record.id, *QUESTION, *more, Deed.MISTAKE))

    def _buttons(self, record_id: str, *deeds: Deed) -> tuple[Button, ...]:
        return buttons(self.product.texts, record_id, self.person.language, *deeds)

    def _somebody(self) -> Deed:
        return somebody(self.product.prison, self.now)

    def _record(self, record_id: str) -> SafetyRecord:
        """Raises LookupError for one that is not this person's."""
        record = self.work.safety.get(record_id)
        if record is None or record.person_id != self.person.id:
            raise LookupError(record_id)
        return record


def _words_of(question: Question) -> str:
    return f"care_{question.value.removesuffix('_now')}_question"
