"""How long each kind of data is kept, and why so long. A prison's file may say otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class DataKind(StrEnum):
    """Ids as in the prison's file, in the audit (`deleted_<id>`) and in docs/privacy.md."""

    ENGINE = "engine"
    MESSAGES = "messages"
    REQUESTS = "requests"
    SAFETY_WORDS = "safety_words"
    AUDIT_WORDS = "audit_words"
    PERSON_SESSIONS = "person_sessions"
    STAFF_SESSIONS = "staff_sessions"
    TABLETS = "tablets"
    CONTACT_ANSWERS = "contact_answers"
    SETTLED = "settled"
    PRESSURE = "pressure"
    HELPING = "helping"
    KEPT_APART = "kept_apart"
    PEOPLE_LEFT = "people_left"


@dataclass(frozen=True)
class Limit:
    """In days: what the product takes, and between which a prison may choose. `why` is for readers."""

    days: int
    least: int
    most: int
    why: str


_YEAR: Final = 366

LIMITS: Final[Mapping[DataKind, Limit]] = MappingProxyType(
    {
        DataKind.ENGINE: Limit(
            2, 1, 30, "A conversation is over after an hour; a day more lets a fault be looked into."
        ),
        DataKind.MESSAGES: Limit(
            90,
            7,
            _YEAR,
            "The person can read again what was answered; staff who see danger in a message that was not "
            "understood can find its writer for as long as such messages are kept.",
        ),
        DataKind.REQUESTS: Limit(
            2 * _YEAR,
            90,
            7 * _YEAR,
            "A complaint that nobody came is made and answered within months; a year can be compared with "
            "the one before.",
        ),
        DataKind.SAFETY_WORDS: Limit(
            7 * _YEAR,
            3 * _YEAR,
            30 * _YEAR,
            "An inquest or a claim may ask years later what was said and who came. What is counted and who "
            "did what stays in the chain after that, without the words.",
        ),
        DataKind.AUDIT_WORDS: Limit(
            7 * _YEAR,
            _YEAR,
            30 * _YEAR,
            "Why somebody read a record is asked for as long as the record's words are there.",
        ),
        DataKind.PERSON_SESSIONS: Limit(
            90, 7, _YEAR, "Who was signed in on a tablet when a message was written, while messages are kept."
        ),
        DataKind.STAFF_SESSIONS: Limit(
            _YEAR, 90, 7 * _YEAR, "Whether an account was used by somebody else is asked within the year."
        ),
        DataKind.TABLETS: Limit(
            _YEAR, 90, 7 * _YEAR, "Which tablet stood in which cell, while messages typed on it may be kept."
        ),
        DataKind.CONTACT_ANSWERS: Limit(
            30, 7, 90, "A supporter's rest and a talk follow within days; after that it is nobody's business."
        ),
        DataKind.SETTLED: Limit(
            90, 30, _YEAR, "Swaps, talks, decided applications and letters: until a quarter is settled."
        ),
        DataKind.PRESSURE: Limit(
            365, 90, 7 * _YEAR, "Who pressed one supporter may press the next: a year after it was closed."
        ),
        DataKind.HELPING: Limit(
            3 * _YEAR, _YEAR, 10 * _YEAR, "A letter about years of helping is asked for at release and after."
        ),
        DataKind.KEPT_APART: Limit(
            2 * _YEAR, 90, 7 * _YEAR, "After an entry was ended: why two were apart may be asked once more."
        ),
        DataKind.PEOPLE_LEFT: Limit(
            _YEAR,
            30,
            7 * _YEAR,
            "Who leaves often comes back within the year. Name and number go when nothing else is kept.",
        ),
    }
)

# The first is never kept longer than the second.
IN_ORDER: Final = (
    (DataKind.ENGINE, DataKind.MESSAGES),
    (DataKind.MESSAGES, DataKind.REQUESTS),
    (DataKind.REQUESTS, DataKind.SAFETY_WORDS),
)


def _plain() -> Mapping[DataKind, timedelta]:
    return MappingProxyType({kind: timedelta(days=limit.days) for kind, limit in LIMITS.items()})


@dataclass(frozen=True)
class Retention:
    """The limits of one prison."""

    kept_for: Mapping[DataKind, timedelta] = field(default_factory=_plain)

    def __getitem__(self, kind: DataKind) -> timedelta:
        return self.kept_for[kind]


PLAIN: Final = Retention()
