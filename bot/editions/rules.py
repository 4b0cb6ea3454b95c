"""What may be published: read by the code that reads the files, and easy enough to read."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from bot.answers import FOLLOW_UPS, Answer, read_answer
from bot.directory.model import Local, Service
from bot.directory.reading import Known, read_local, read_service
from bot.directory.sentences import sentences_of
from bot.editions.bodies import Content, body_of, with_dates
from bot.editions.model import Body, ContentKind, Edition, Piece, mark_of
from bot.reading import too_hard


@dataclass(frozen=True)
class Problem:
    """Why a field is refused. Its name is the key in the file, such as "steps" or "reach.1.number"."""

    field: str
    why: str


_LOST = Problem("", "no file has this any more")


class Refused(Exception):
    """A text cannot be published; says each field and why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.why}" for problem in problems))
        self.problems = problems


class _Form:
    """The place of a form's fields, for the readers. Keeps what is refused: all of it is said at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, key: str, why: str) -> Exception:
        return Refused(Problem(key, why))

    def goes_on(self, error: Exception) -> bool:
        if isinstance(error, Refused):
            self.problems += error.problems
        return isinstance(error, Refused)


@dataclass(frozen=True)
class Rules:
    """What the files hold and what a text may name. `exceptions` are listed with their reasons in content.

    `groups` are the tablet's headings with the topics under each: a service that was added stands with its
    like.
    """

    prison_id: str
    topics: tuple[str, ...]
    known: Known
    answers: Mapping[str, Answer]
    services: Mapping[str, Service]
    exceptions: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)

    def from_file(self, piece: Piece) -> Content | None:
        """As the file has it; None where no file has it."""
        match piece.kind:
            case ContentKind.ANSWER:
                return self.answers.get(piece.key)
            case ContentKind.SERVICE:
                return self.services.get(piece.key)
            case ContentKind.LOCAL:
                text = self.local.get(piece.key)
                return None if text is None else Local(piece.key, text)

    def file_body(self, piece: Piece) -> Body | None:
        """None where no file has it."""
        found = self.from_file(piece)
        return None if found is None else body_of(found)

    def file_mark(self, piece: Piece) -> str:
        """Empty where no file has it."""
        body = self.file_body(piece)
        return "" if body is None else mark_of(body)

    def is_lost(self, edition: Edition) -> bool:
        """It lies over a text which the file has not got any more: whoever took it out there did not mean it
        to stay."""
        return bool(edition.file_mark) and self.from_file(edition.piece) is None

    def read_edition(self, edition: Edition) -> Content:
        """What people read. Raises Refused, also for what is lost."""
        if self.is_lost(edition):
            raise Refused(_LOST)
        return self.read(edition.piece, edition.body or {})

    def read(self, piece: Piece, body: Body) -> Content:
        """Raises Refused with every field that does not belong. An answer must be one that a file has."""
        found, problems = self._read(piece, body)
        if found is None or problems:
            raise Refused(*problems)
        return found

    def check(self, piece: Piece, body: Body) -> Content:
        """Also for reading age and length of sentences. Raises Refused with everything that is wrong."""
        found, problems = self._read(piece, body)
        if found is not None:
            problems += self._too_hard(piece, found, {problem.field for problem in problems})
        if found is None or problems:
            raise Refused(*problems)
        return found

    def _read(self, piece: Piece, body: Body) -> tuple[Content | None, list[Problem]]:
        """What could be read of it: what was refused is empty there. None where nothing could."""
        if piece.kind is ContentKind.ANSWER and self.from_file(piece) is None:
            return None, [_LOST]
        form = _Form()
        try:
            return self._read_for(piece, with_dates(body), form), form.problems
        except Refused as refused:
            return None, [*form.problems, *refused.problems]

    def _read_for(self, piece: Piece, data: Body, form: _Form) -> Content:
        """By the readers of the files."""
        match piece.kind:
            case ContentKind.ANSWER:
                return read_answer(piece.key, data, form, self.topics)
            case ContentKind.SERVICE:
                return read_service(piece.key, data, form, self.known)
            case ContentKind.LOCAL:
                return read_local(piece.key, data, form, self.topics)

    def _too_hard(self, piece: Piece, found: Content, wrong: Set[str]) -> list[Problem]:
        """Of fields that are not `wrong` already: those are typed anew anyway."""
        allowed = self._listed(piece)
        return [
            Problem(name, f"is too hard: {why}")
            for name, text in texts_of(found)
            if name not in wrong and text not in allowed and (why := too_hard(text))
        ]

    def _listed(self, piece: Piece) -> frozenset[str]:
        """The very texts of the file that are listed as exceptions, wherever they stand in the new text."""
        found = self.from_file(piece)
        if found is None:
            return frozenset()
        named = ((_place(piece, name), text) for name, text in texts_of(found))
        return frozenset(text for place, text in named if place in self.exceptions)


def texts_of(thing: Content) -> Iterator[tuple[str, str]]:
    """Every text that people in prison read, with the name of its field."""
    match thing:
        case Answer():
            return _of_answer(thing)
        case Service():
            return sentences_of(thing)
        case Local():
            return iter([("text", thing.text)])


def _of_answer(answer: Answer) -> Iterator[tuple[str, str]]:
    yield "title", answer.title
    yield "short", answer.short
    for at, step in enumerate(answer.steps):
        yield f"steps.{at}", step
    for name in ("more", "simpler", *FOLLOW_UPS):
        if text := str(getattr(answer, name)):
            yield name, text


def _place(piece: Piece, name: str) -> str:
    """As the list of exceptions names it; there, steps count from one."""
    if piece.kind is ContentKind.LOCAL:
        return f"local.{piece.prison_id}.{piece.key}"
    if piece.kind is ContentKind.SERVICE:
        return f"services.{piece.prison_id}.{piece.key}.{name}"
    head, _, number = name.partition(".")
    return f"answers.{piece.key}.{head}" + (f".{int(number) + 1}" if number else "")
