"""Reads a mapping key by key, and refuses what does not belong with the place where it stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, TypeVar

from bot.placeholders import placeholder_in

_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")
_U = TypeVar("_U")
_WORDS = {dict: "keys and values", list: "a list", str: "a text, in quotes", date: "a date: 2027-01-31"}


class Refusing(Protocol):
    """Makes the error that says where: file and line, or the field of a form. `key` is `outer.inner`."""

    def refuse(self, key: str, why: str) -> Exception: ...

    def goes_on(self, error: Exception) -> bool:
        """Whether it has kept the error for later, and the reader goes on: a form says all that is wrong at
        once. A file is refused at the first."""


@dataclass(frozen=True)
class Under:
    """The place of a mapping inside another, such as "services.library"."""

    place: Refusing
    key: str

    def refuse(self, key: str, why: str) -> Exception:
        return self.place.refuse(f"{self.key}.{key}" if key else self.key, why)

    def goes_on(self, error: Exception) -> bool:
        return self.place.goes_on(error)


@dataclass(frozen=True)
class Fields:
    """Plain data and whoever can say where it stands. `prefix` leads to a mapping inside another.

    Every method raises what `place.refuse` makes.
    """

    data: Mapping[str, Any]
    place: Refusing
    prefix: str = ""

    def refuse(self, key: str, why: str) -> Exception:
        return self.place.refuse(f"{self.prefix}{key}", why)

    def complain(self, key: str, why: str) -> None:
        """Raises the refusal, unless the place goes on."""
        error = self.refuse(key, why)
        if not self.place.goes_on(error):
            raise error

    def part(self, read: Callable[[], _T], otherwise: _U) -> _T | _U:
        """What was read; `otherwise` where it was refused and the place goes on."""
        try:
            return read()
        except Exception as error:
            if not self.place.goes_on(error):
                raise
            return otherwise

    def each(self, key: str, read: Callable[[str, object], _T], blank: _T | None = None) -> tuple[_T, ...]:
        """The items of a list, each read with its own key. Where the place goes on, one that is refused is
        left out, or is `blank`, so that the others keep their numbers."""
        found = [
            self.part(partial(read, f"{key}.{at}", item), blank)
            for at, item in enumerate(self.need(key, list))
        ]
        return tuple(item for item in found if item is not None)

    def only(self, *allowed: str) -> None:
        for key in self.data:
            if key not in allowed:
                self.complain(str(key), "is not a key that is known here")

    def has(self, key: str) -> bool:
        return self.data.get(key) is not None

    def need(self, key: str, kind: type) -> Any:
        if key not in self.data:
            raise self.refuse(key, "is missing")
        value = self.data[key]
        # A time of day makes a date a datetime, and a yes makes a number: neither is meant.
        if not isinstance(value, kind) or (kind in (date, int, float) and type(value) is not kind):
            raise self.refuse(key, f"should be {_WORDS.get(kind, kind.__name__)}")
        return value

    def inside(self, key: str) -> "Fields":
        return Fields(self.need(key, dict), self.place, f"{self.prefix}{key}.")

    def text(self, key: str, longest: int = 200) -> str:
        """A sentence for people: not empty, no placeholder, no mark of HTML or of a template."""
        return self.plain(key, self.need(key, str), longest)

    def text_or_none(self, key: str, longest: int = 200) -> str:
        """Empty where the key is not there; a key with nothing behind it is refused."""
        return self.text(key, longest) if key in self.data else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of short words, none of them twice."""
        found = self.each(key, self.plain)
        for at, item in enumerate(found):
            if item in found[:at]:
                self.complain(f"{key}.{at}", f"{item!r} stands here twice")
        return found

    def texts_among(self, key: str, known: Iterable[str], what: str) -> tuple[str, ...]:
        found = self.texts(key)
        for at, item in enumerate(found):
            if item not in known:
                self.complain(f"{key}.{at}", f"{item!r} is no {what} that is known here")
        return tuple(item for item in found if item in known)

    def members(self, key: str, kind: type[_E], what: str) -> tuple[_E, ...]:
        """A list of the ids of an enumeration."""
        return tuple(kind(item) for item in self.texts_among(key, tuple(kind), what))

    def plain(self, key: str, text: object, longest: int = 200) -> str:
        if not isinstance(text, str):
            raise self.refuse(key, f"{text!r} should be a text; a colon, a number, yes and no need quotes")
        plain = text.strip()
        self.refuse_all(key, faults_of(plain, longest=longest))
        return plain

    def refuse_all(self, key: str, faults: Iterable[str]) -> None:
        """Raises the last, after a complaint about each of the others. Nothing where there are none."""
        *before, last = ("", *faults)
        for why in before[1:]:
            self.complain(key, why)
        if last:
            raise self.refuse(key, last)


def read_review(fields: Fields) -> tuple[date, date]:
    """When it was checked, and by when it should be checked again. That may be past: it is listed then."""
    days = {key: fields.part(partial(fields.need, key, date), None) for key in ("reviewed", "review_by")}
    reviewed, review_by = days.values()
    if reviewed and review_by and review_by <= reviewed:
        fields.complain("review_by", "is not after the day on which it was reviewed")
    return reviewed or date.min, review_by or date.max


def faults_of(
    text: str, *, longest: int, marks: str = "<>{}", lines: bool = False, joined: bool = False
) -> Iterator[str]:
    """Everything that a text for people may not be, in words. `lines` allows it to have several, `joined` the
    signs that join pictures."""
    if not text:
        yield "is empty"
    if len(text) > longest:
        yield f"has {len(text):,} letters; {longest:,} at most"
    if found := [mark for mark in marks if mark in text]:
        yield f"holds a mark of HTML or of a template: take out {' '.join(found)}"
    if not joined and (where := unseen_in(text, lines=lines)):
        yield where
    if placeholder := placeholder_in(text):
        yield f"holds the placeholder {placeholder!r}"


def unseen_in(text: str, *, lines: bool = False) -> str:
    """Where a sign stands that cannot be seen, in words; empty where there is none."""
    for at, sign in enumerate(text):
        if not sign.isprintable() and not (lines and sign == "\n"):
            words = text[:at].split()
            where = f"after {words[-1][-30:]!r}" if words else "at the beginning"
            what = "a line break" if sign == "\n" else f"a sign that cannot be seen (U+{ord(sign):04X})"
            return f"holds {what} {where}: delete it there"
    return ""
