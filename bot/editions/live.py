"""What people read now: the files, and over them what staff have published, seconds after they did."""

import threading
import time
from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, Set, ValuesView
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog

from bot.answers import Answer, AnswerBook
from bot.content import ENGLISH
from bot.directory.model import Local, Service
from bot.editions.model import ContentKind, Edition, EditionState
from bot.editions.order import order_of
from bot.editions.ports import Reading
from bot.editions.rules import Refused, Rules
from bot.prison import Prison

log = structlog.get_logger()

_T = TypeVar("_T")


@dataclass(frozen=True)
class Unreadable:
    """A published edition in a form that is not understood any more: the file's text stays in its place."""

    edition: Edition
    why: str


@dataclass(frozen=True)
class Current:
    """What people read as of one moment: the files, with what is published over them and without what was
    taken away."""

    pulse: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()


class Overlaid(Mapping[str, _T]):
    """A mapping from files as staff have changed it, which is what `now` gives."""

    def __init__(self, files: Mapping[str, _T], now: Callable[[], Mapping[str, _T]]) -> None:
        self.files = files
        self._now = now

    def __getitem__(self, key: str) -> _T:
        return self._now()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    # A service may be taken away in the middle of a walk: all of it is of the moment in which it began.
    def values(self) -> ValuesView[_T]:
        return self._now().values()

    def items(self) -> ItemsView[str, _T]:
        return self._now().items()


class Live:
    """Asks the database now and then whether anything was published, and reads it when it was.

    When the database fails, what was read last stays. Many threads may ask: one of them looks, and the
    others go on with what is there.
    """

    def __init__(
        self, database: Reading, rules: Rules, *, pause: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rules = rules
        self._database = database
        self._pause = pause
        self._clock = clock
        self._next = clock()
        self._looking = threading.Lock()
        self._failing = False
        # Until the database was read, and for as long as it cannot be, the files alone.
        self._current = _read(rules, "", ())

    def current(self) -> Current:
        if self._clock() >= self._next and self._looking.acquire(blocking=False):
            try:
                self._next = self._clock() + self._pause
                self._look()
            finally:
                self._looking.release()
        return self._current

    def look_again(self) -> None:
        """Does not wait for the pause: whoever published sees it on the next page."""
        self._next = self._clock()

    def over_answers(self, book: AnswerBook) -> AnswerBook:
        """Editions are in English: a file in another language stays."""
        english = Overlaid(from_files(book.by_language.get(ENGLISH, {})), lambda: self.current().answers)
        return AnswerBook({**book.by_language, ENGLISH: english})

    def over_prison(self, prison: Prison) -> Prison:
        services = Overlaid(from_files(prison.services), lambda: self.current().services)
        local = Overlaid(from_files(prison.local), lambda: self.current().local)
        return replace(prison, services=services, local=local)

    def _look(self) -> None:
        try:
            with self._database.reading() as work:
                pulse = work.editions.pulse(self.rules.prison_id)
                if pulse != self._current.pulse:
                    editions = work.editions.newest_of_all(self.rules.prison_id)
                    self._current = _read(self.rules, pulse, editions)
        except Exception as error:  # noqa: BLE001 - whatever broke, people must still get their answers
            if not self._failing:
                log.error("content.not_read", error=type(error).__name__)
            self._failing = True
        else:
            self._failing = False


def from_files(mapping: Mapping[str, _T]) -> Mapping[str, _T]:
    """What the files hold, without anything laid over it."""
    return mapping.files if isinstance(mapping, Overlaid) else mapping


def _read(rules: Rules, pulse: str, editions: Sequence[Edition]) -> Current:
    answers: dict[str, Answer] = {}
    services: dict[str, Service] = {}
    local: dict[str, str] = {}
    unreadable: list[Unreadable] = []
    for edition in editions:
        if edition.published is None:
            continue
        try:
            found = rules.read_edition(edition)
        except Exception as error:  # noqa: BLE001 - one that is older than the code must not hide the others
            log.warning("edition.unreadable", edition_id=edition.id, error=type(error).__name__)
            why = str(error) if isinstance(error, Refused) else type(error).__name__
            unreadable.append(Unreadable(edition, why))
            continue
        match found:
            case Answer():
                answers[edition.key] = found
            case Service():
                services[edition.key] = found
            case Local():
                local[edition.key] = found.text
    removed = {(each.kind, each.key) for each in editions if each.state is EditionState.REMOVED}
    gone = {kind: {key for of, key in removed if of == kind} for kind in ContentKind}
    said = {key: text for key, text in {**rules.local, **local}.items() if key not in gone[ContentKind.LOCAL]}
    directory = _directory(rules, services, gone[ContentKind.SERVICE])
    return Current(pulse, {**rules.answers, **answers}, directory, said, tuple(unreadable))


def _directory(rules: Rules, changed: Mapping[str, Service], removed: Set[str]) -> dict[str, Service]:
    """In the order in which the export writes them, so that nothing moves when it comes back as a file."""
    found = {key: service for key, service in {**rules.services, **changed}.items() if key not in removed}
    about = {key: service.topics[0] for key, service in found.items()}
    files = {key: topic for key, topic in about.items() if key in rules.services}
    added = {key: topic for key, topic in about.items() if key not in rules.services}
    return {key: found[key] for key in order_of(files, added, rules.groups)}
