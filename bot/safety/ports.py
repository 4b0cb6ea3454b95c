"""What the safety code needs from the store and the prison, as protocols."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.people.model import Person
from bot.queue.ports import Deadlines, QueueWork
from bot.safety.message import Message
from bot.safety.model import Level, Verdict
from bot.safety.record import Entry, RecordState, SafetyRecord
from bot.safety.reviewing import ReviewRules


class SafetyLog(Protocol):
    def append(self, entry: Entry) -> Entry:
        """Chains and stores an entry. Locks the head first: one writer at a time, no fork."""

    def add_record(self, record: SafetyRecord) -> None: ...

    def save_record(self, record: SafetyRecord) -> None: ...

    def get_for_change(self, record_id: str) -> SafetyRecord | None: ...

    def open_of(self, person_id: str) -> SafetyRecord | None:
        """The person's record that nobody has checked yet, locked."""

    def sounding_of_cell(
        self, prison_id: str, wing: str, cell: str, until: datetime, limit: int
    ) -> Sequence[SafetyRecord]:
        """Not acknowledged, of this cell, with no message after `until`; all are locked when it returns."""

    def due_to_climb(self, prison_id: str, now: datetime, limit: int) -> Sequence[SafetyRecord]:
        """Not acknowledged, or not checked, in time; claimed for this transaction. One that was acknowledged
        and has no time of its own yet is due too. Of this prison only: another's chain and times are another
        worker's."""

    def entries_of(self, record_id: str, *, words: bool = True) -> Sequence[Entry]:
        """Every entry of the record, in order. Without `words` none is opened: for who asks what happened."""

    def reviews_due(self, prison_id: str, now: datetime, limit: int) -> Sequence[SafetyRecord]:
        """Not reviewed, or not looked at a second time, by when it should have climbed; claimed for this
        transaction. One that was checked and has no time of its own yet is due too."""

    def climb_too_late(
        self, prison_id: str, latest: Mapping[tuple[RecordState, Level], datetime], limit: int
    ) -> Sequence[SafetyRecord]:
        """Those whose next step is later than `latest` says for their state and level, claimed; who would
        climb last comes first."""


class Messages(Protocol):
    def find_sent(self, person_id: str, form_key: str) -> Message | None:
        """What this person already sent with this form, if anything."""

    def add(self, message: Message) -> Message: ...


class People(Protocol):
    def lock(self, person_id: str) -> Person:
        """The person's row, locked: messages of one person are taken one after the other."""


class SafetyWork(QueueWork, Protocol):
    """The part of a unit of work that the safety code uses."""

    @property
    def safety(self) -> SafetyLog: ...

    @property
    def messages(self) -> Messages: ...

    @property
    def people(self) -> People: ...


class Climbing(Deadlines, Protocol):
    def alert_allowance(self, level: Level) -> timedelta:
        """How long an alert may stand without anybody acknowledging it."""

    def check_allowance(self, level: Level) -> timedelta:
        """How long after that the person may wait until somebody has checked on him or her."""

    @property
    def reviews(self) -> ReviewRules: ...

    def next_reviewer(self, current: str) -> str:
        """The role that a review comes to which nobody did in time; at the top the same again."""


class Judge(Protocol):
    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict: ...
