"""Messages from which the danger screen may learn: proposed by one member of staff, decided by another."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from bot.learning.danger_model import DANGEROUS, HARMLESS, DangerExample, Manner, Proposal, Standing
from bot.learning.ports import Audit, Names
from bot.learning.scrub import PLACEHOLDERS, Known, scrub
from bot.safety.model import Level, Risk

# A long message tells a life, and no list of names can make it anonymous.
LONGEST: Final = 400
KEPT_FOR: Final = timedelta(days=90)


class UnknownExample(Exception):
    """There is no such line in this prison."""


class ExampleChanged(Exception):
    """A colleague was faster: the line is not in the state any more in which it was seen."""


class SecondPersonNeeded(Exception):
    """Whoever proposed a line cannot decide on it."""


class NotWhole(Exception):
    """Level, risk and manner do not go together, or no word is left."""


class ExampleStore(Protocol):
    def add(self, example: DangerExample) -> DangerExample:
        """Stores the line; where the same words are there already, gives that line back, locked."""

    def get_for_change(self, example_id: str) -> DangerExample | None: ...

    def save(self, example: DangerExample) -> None: ...

    def list_of(self, prison_id: str, state: Standing, limit: int) -> Sequence[DangerExample]: ...

    def forget(self, before: date) -> int: ...


class DangerWork(Protocol):
    """The part of a unit of work that the examples for the danger screen use."""

    @property
    def danger_examples(self) -> ExampleStore: ...

    @property
    def persons(self) -> Names: ...

    @property
    def audit(self) -> Audit: ...


def propose(
    work: DangerWork, proposal: Proposal, by: str, known: Known, *, prison_id: str, day: date
) -> DangerExample | None:
    """A line for the second person. None where nothing is left that may be learned from.

    Words that were decided on before come back when somebody now says otherwise.
    """
    text = _scrubbed(work, proposal.words, known, prison_id)
    if len(text) > LONGEST:
        text = _scrubbed(work, " ".join(dict.fromkeys(filter(None, proposal.parts))), known, prison_id)
    if not _can_teach(text):
        return None
    made = DangerExample(
        id=uuid.uuid4().hex,
        prison_id=prison_id,
        mark=hashlib.sha256(text.casefold().encode()).hexdigest(),
        text=text,
        language=proposal.language[:8],
        level=proposal.level,
        risk=proposal.risk,
        proposed_by=by,
        proposed_on=day,
    )
    stored = work.danger_examples.add(made)
    if stored.state is Standing.NEW or (stored.level, stored.risk) == (made.level, made.risk):
        return stored
    again = replace(made, id=stored.id)
    work.danger_examples.save(again)
    return again


def accept(
    work: DangerWork,
    example_id: str,
    by: str,
    known: Known,
    *,
    prison_id: str,
    text: str,
    level: Level,
    risk: Risk | None,
    manner: Manner | None,
    now: datetime,
) -> DangerExample:
    """The line teaches, with the level, risk and manner that the second person gives it.

    Names are taken out again: a word that was mended may be one.
    """
    example = _undecided(work, example_id, by, prison_id)
    is_none = level is Level.NONE
    kept = _scrubbed(work, text, known, prison_id)
    allowed = HARMLESS if is_none else DANGEROUS
    if manner is None or manner not in allowed or is_none != (risk is None) or not _can_teach(kept):
        raise NotWhole(example_id)
    return _decide(
        work,
        replace(example, text=kept, level=level, risk=risk.value if risk else "", manner=manner.value),
        Standing.ACCEPTED,
        by,
        now,
    )


def decline(work: DangerWork, example_id: str, by: str, *, prison_id: str, now: datetime) -> DangerExample:
    """It teaches nothing."""
    example = _undecided(work, example_id, by, prison_id)
    return _decide(work, example, Standing.DECLINED, by, now)


def take_back(work: DangerWork, example_id: str, by: str, *, prison_id: str, now: datetime) -> DangerExample:
    """A line that was accepted waits again. Anybody who reviews may: it only ever means less."""
    example = _get(work, example_id, prison_id)
    if example.state is not Standing.ACCEPTED:
        raise ExampleChanged(example_id)
    back = replace(example, state=Standing.NEW, manner="", decided_by=None, decided_at=None)
    work.danger_examples.save(back)
    work.audit.put(prison_id, by, "danger_example_new", example_id, now)
    return back


def forget(work: DangerWork, *, today: date) -> int:
    """Lines that nobody accepted go when their time is over."""
    return work.danger_examples.forget(today - KEPT_FOR)


def _undecided(work: DangerWork, example_id: str, by: str, prison_id: str) -> DangerExample:
    example = _get(work, example_id, prison_id)
    if example.state is not Standing.NEW:
        raise ExampleChanged(example_id)
    if example.proposed_by == by:
        raise SecondPersonNeeded(example_id)
    return example


def _get(work: DangerWork, example_id: str, prison_id: str) -> DangerExample:
    example = work.danger_examples.get_for_change(example_id)
    if example is None or example.prison_id != prison_id:
        raise UnknownExample(example_id)
    return example


def _decide(
    work: DangerWork, example: DangerExample, state: Standing, by: str, now: datetime
) -> DangerExample:
    decided = replace(example, state=state, decided_by=by, decided_at=now)
    work.danger_examples.save(decided)
    work.audit.put(example.prison_id, by, f"danger_example_{state.value}", example.id, now)
    return decided


def _scrubbed(work: DangerWork, words: str, known: Known, prison_id: str) -> str:
    """One printable line, plain words in place of names and numbers; empty when nothing else is left."""
    names = Known.of(work.persons.first_names(prison_id), (), ()).names
    seen = "".join(char if char.isprintable() else " " for char in words)
    text = scrub(seen, replace(known, names=names | known.names))
    plain, words_left = text, text
    for placeholder in PLACEHOLDERS:
        plain, words_left = plain.replace(placeholder, placeholder[1:-1]), words_left.replace(placeholder, "")
    return plain if any(char.isalpha() for char in words_left) else ""


def _can_teach(text: str) -> bool:
    return 0 < len(text) <= LONGEST
