"""What the editions code needs from the store, as protocols."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.editions.model import Edition, Piece


class EditionStore(Protocol):
    def lock(self, piece: Piece) -> None:
        """Until the transaction ends nobody else adds a version of this piece. Waits for one who does."""

    def add(self, edition: Edition) -> None:
        """The piece is locked, and the version's number is the next one."""

    def last_version(self, piece: Piece) -> int:
        """The highest number, drafts too; 0 when there is none."""

    def get(self, piece: Piece, version: int) -> Edition | None: ...

    def newest(self, piece: Piece) -> Edition | None:
        """The one that counts: published or withdrawn, never a draft."""

    def newest_of_all(self, prison_id: str) -> Sequence[Edition]:
        """The one that counts of every piece that was ever edited."""

    def pulse(self, prison_id: str) -> str:
        """Another text whenever an edition was added."""


class Audit(Protocol):
    def put(self, prison_id: str, staff_id: str, action: str, ref: str, now: datetime) -> None: ...


class EditionWork(Protocol):
    """The part of a unit of work that writing uses."""

    @property
    def editions(self) -> EditionStore: ...

    @property
    def audit(self) -> Audit: ...


class LooksWork(Protocol):
    """The part of a unit of work that looking uses."""

    @property
    def editions(self) -> EditionStore: ...


class Reading(Protocol):
    """A database that can be looked into."""

    def reading(self) -> AbstractContextManager[LooksWork]: ...
