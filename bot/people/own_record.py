"""A supporter's own record: hours on duty and contacts. For that supporter's eyes; nobody is compared."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.people.duty import Spell
from bot.people.ports import Audit

# Who forgets to go off duty has not helped for a week: one spell counts for no more than this.
LONGEST_SPELL: Final = timedelta(hours=24)


@dataclass(frozen=True)
class OwnRecord:
    """Whole hours. `since` is the first time on duty or the first contact."""

    hours: int
    contacts: int
    since: datetime | None


@dataclass(frozen=True)
class LetterRequest:
    """A supporter asked for a letter about this work. Only then may staff print one."""

    id: str
    prison_id: str
    person_id: str
    asked_at: datetime
    done_at: datetime | None = None
    staff_id: str | None = None


class NoLetterAsked(Exception):
    """This supporter asked for no letter, or it was given."""


class Letters(Protocol):
    def open_of(self, person_id: str) -> LetterRequest | None: ...

    def get_for_change(self, letter_id: str) -> LetterRequest | None: ...

    def add(self, letter: LetterRequest) -> None: ...

    def save(self, letter: LetterRequest) -> None: ...

    def remove(self, letter_id: str, now: datetime) -> None: ...


class LetterWork(Protocol):
    @property
    def letters(self) -> Letters: ...

    @property
    def audit(self) -> Audit: ...


def add_up(spells: Sequence[Spell], contacts: Sequence[datetime], now: datetime) -> OwnRecord:
    """A clock that was put back makes a spell that ends before it begins: that one counts for nothing."""
    spans = [(each.ended_at or now) - each.began_at for each in spells]
    total = sum((min(max(span, timedelta()), LONGEST_SPELL) for span in spans), timedelta())
    firsts = [*(each.began_at for each in spells), *contacts]
    return OwnRecord(int(total // timedelta(hours=1)), len(contacts), min(firsts, default=None))


def ask_for_letter(work: LetterWork, prison_id: str, person_id: str, *, now: datetime) -> LetterRequest:
    """Asked twice, it is one. The caller holds the supporter's lock."""
    already = work.letters.open_of(person_id)
    if already is not None:
        return already
    made = LetterRequest(uuid.uuid4().hex, prison_id, person_id, now)
    work.letters.add(made)
    return made


def take_back(work: LetterWork, person_id: str, *, now: datetime) -> None:
    """The supporter changed his or her mind: then staff can print nothing."""
    mine = work.letters.open_of(person_id)
    if mine is not None:
        work.letters.remove(mine.id, now)


def given(work: LetterWork, letter_id: str, staff_id: str, *, prison_id: str, now: datetime) -> LetterRequest:
    found = work.letters.get_for_change(letter_id)
    if found is None or found.prison_id != prison_id or found.done_at is not None:
        raise NoLetterAsked(letter_id)
    changed = replace(found, done_at=now, staff_id=staff_id)
    work.letters.save(changed)
    work.audit.put(prison_id, staff_id, "letter_given", letter_id, now)
    return changed
