"""Answers and services as plain data, the rules of a small prison, and editions for tests."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.answers import Answer, read_answer
from bot.directory.model import Service
from bot.directory.reading import read_service
from bot.editions.bodies import body_of, with_dates
from bot.editions.model import Body, ContentKind, Edition, EditionState, Piece, mark_of
from bot.editions.rules import Problem, Refused, Rules
from tests.support.builders import NOW, PRISON
from tests.support.services import KNOWN, a_service

TOPICS = ("visits", "phone", "dentist_optician", "doctor_nurse")
VISITS = Piece(PRISON, ContentKind.ANSWER, "visits")
DENTIST = Piece(PRISON, ContentKind.SERVICE, "dentist")


class Refuses:
    """A place for the readers, as a form has one."""

    def refuse(self, key: str, why: str) -> Exception:
        return Refused(Problem(key, why))

    def goes_on(self, error: Exception) -> bool:
        return False


def an_answer_body(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "topic": "visits",
        "title": "Visits",
        "icon": "👥",
        "area": "england_and_wales",
        "owner": "content",
        "reviewed": "2026-11-22",
        "review_by": "2027-05-22",
        "sources": [{"title": "Prison Rules 1999", "url": "https://www.gov.uk/rules"}],
        "short": "Put people on your list.\nThen they can book.",
        "steps": ["Ask staff.", "Fill in the form."],
        "more": "Times differ by prison.",
        "simpler": "Ask staff.",
        "how_long": "A check can take some days.",
        "where": "In the visits hall.",
        "who": "Staff on your wing can help.",
        "why_not": "Ask staff for the reason.",
        "how_much": "It is free.",
        "related": ["phone"],
        "people": ["insider", "staff"],
    }
    return fields | changes


def a_service_body(**changes: Any) -> Body:
    return body_of(a_dentist(**changes))


def an_answer(**changes: Any) -> Answer:
    body = an_answer_body(**changes)
    return read_answer(body["topic"], with_dates(body), Refuses(), TOPICS)


def a_dentist(**changes: Any) -> Service:
    return read_service("dentist", a_service(**changes), Refuses(), KNOWN)


def rules(**changes: Any) -> Rules:
    fields: dict[str, Any] = {
        "prison_id": PRISON,
        "topics": TOPICS,
        "known": KNOWN,
        "answers": {"visits": an_answer()},
        "services": {"dentist": a_dentist()},
    }
    return Rules(**fields | changes)


def an_edition(**changes: Any) -> Edition:
    """Published over the file's answer about visits."""
    fields: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "prison_id": PRISON,
        "kind": ContentKind.ANSWER,
        "key": "visits",
        "version": 1,
        "state": EditionState.PUBLISHED,
        "body": an_answer_body(title="Visits here"),
        "based_on": 0,
        "restores": 0,
        "staff_id": "officer",
        "at": NOW,
        "file_mark": mark_of(an_answer_body()),
    }
    return Edition(**fields | changes)


class FakeEditions:
    """As the store: numbers are taken once, drafts do not count."""

    def __init__(self, *editions: Edition) -> None:
        self.rows = list(editions)
        self.looked = 0

    def newest_of_all(self, prison_id: str) -> Sequence[Edition]:
        counts = [row for row in self.rows if row.state is not EditionState.DRAFT]
        return [max(counts, key=lambda row: (row.piece == piece, row.version)) for piece in _pieces(counts)]

    def pulse(self, prison_id: str) -> str:
        self.looked += 1
        return str(len(self.rows))


def _pieces(rows: list[Edition]) -> list[Piece]:
    return list(dict.fromkeys(row.piece for row in rows))


class FakeWork:
    def __init__(self, editions: FakeEditions) -> None:
        self.editions = editions


class FakeDatabase:
    """Can be looked into, until it is told to fail."""

    def __init__(self, *editions: Edition) -> None:
        self.editions = FakeEditions(*editions)
        self.fails = False

    @contextmanager
    def reading(self) -> Iterator[Any]:
        if self.fails:
            raise OSError("gone")
        yield FakeWork(self.editions)
