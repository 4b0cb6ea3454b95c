"""An edition: one version of an answer, a service or a sentence that staff wrote, laid over the files."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# The mapping as in the file, with dates as "2027-01-31".
Body = Mapping[str, Any]


class ContentKind(StrEnum):
    """`LOCAL` is a sentence of the prison's own on a topic."""

    ANSWER = "answer"
    SERVICE = "service"
    LOCAL = "local"


class EditionState(StrEnum):
    """A draft counts for nobody. Withdrawn means that the file's own text counts again; removed, that nothing
    does: people do not see it any more."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """What is edited, in one prison: the answer to a topic, its own sentence on one, or a service, by its id.

    A service that is about to be added has no id yet: its key is empty.
    """

    prison_id: str
    kind: ContentKind
    key: str


@dataclass(frozen=True)
class Edition:
    """Never changed once it is stored. Versions of a piece count from 1; 0 stands for the file's own text.

    `body` is None when it was withdrawn; what was removed keeps its last text, to be brought back.
    `based_on` is the version that the form was opened with, `restores` the earlier version that it brings
    back. `file_mark` is the mark of the file's text that it was laid over, empty where no file had one: when
    an upgrade brings another one, staff are told.
    """

    id: str
    prison_id: str
    kind: ContentKind
    key: str
    version: int
    state: EditionState
    body: Body | None
    based_on: int
    restores: int
    staff_id: str
    at: datetime
    file_mark: str

    @property
    def piece(self) -> Piece:
        return Piece(self.prison_id, self.kind, self.key)

    @property
    def published(self) -> Body | None:
        """What it shows to people in place of the file's text."""
        return self.body if self.state is EditionState.PUBLISHED else None


def mark_of(body: Body) -> str:
    """The same for the same text, however its keys are ordered."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
