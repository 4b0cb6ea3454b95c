"""What the learning code needs from the store, as protocols."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.learning.model import Fate, NotUnderstood


class NotUnderstoodStore(Protocol):
    def count(self, line: NotUnderstood) -> None:
        """Stores the line, or counts one more where the same words are there already."""

    def get_for_change(self, line_id: str) -> NotUnderstood | None: ...

    def save(self, line: NotUnderstood) -> None: ...

    def list_of(self, prison_id: str, state: Fate, limit: int) -> Sequence[NotUnderstood]: ...

    def forget(self, before: date) -> int:
        """Deletes what was last written before this day. Returns how many."""


class FeedbackStore(Protocol):
    def count(self, prison_id: str, topic: str, day: date, *, helped: bool) -> None: ...


class SafetyLog(Protocol):
    def has_open(self, person_id: str) -> bool:
        """Whether nobody has checked yet on a danger that this person's messages showed."""


class Names(Protocol):
    def first_names(self, prison_id: str) -> Sequence[str]: ...


class Audit(Protocol):
    def put(self, prison_id: str, staff_id: str, action: str, ref: str, now: datetime) -> None: ...


class LearningWork(Protocol):
    """The part of a unit of work that the learning code uses."""

    @property
    def not_understood(self) -> NotUnderstoodStore: ...

    @property
    def feedback(self) -> FeedbackStore: ...

    @property
    def safety(self) -> SafetyLog: ...

    @property
    def persons(self) -> Names: ...

    @property
    def audit(self) -> Audit: ...
