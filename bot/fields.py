"""Reads a mapping key by key, and refuses what does not belong with the place where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from bot.placeholders import placeholder_in

_E = TypeVar("_E", bound=StrEnum)
_WORDS = {dict: "keys and values", list: "a list", str: "a text, in quotes", date: "a date: 2027-01-31"}


class Refusing(Protocol):
    """Makes the error that says where: file and line, or the field of a form. `key` is `outer.inner`."""

    def refuse(self, key: str, why: str) -> Exception: ...


@dataclass(frozen=True)
class Under:
    """The place of a mapping inside another, such as "services.library"."""

    place: Refusing
    key: str

    def refuse(self, key: str, why: str) -> Exception:
        return self.place.refuse(f"{self.key}.{key}" if key else self.key, why)


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

    def only(self, *allowed: str) -> None:
        for key in self.data:
            if key not in allowed:
                raise self.refuse(str(key), "is not a key that is known here")

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
        found = tuple(self.plain(f"{key}.{at}", item) for at, item in enumerate(self.need(key, list)))
        for at, item in enumerate(found):
            if item in found[:at]:
                raise self.refuse(f"{key}.{at}", f"{item!r} stands here twice")
        return found

    def texts_among(self, key: str, known: Iterable[str], what: str) -> tuple[str, ...]:
        found = self.texts(key)
        for at, item in enumerate(found):
            if item not in known:
                raise self.refuse(f"{key}.{at}", f"{item!r} is no {what} that is known here")
        return found

    def members(self, key: str, kind: type[_E], what: str) -> tuple[_E, ...]:
        """A list of the ids of an enumeration."""
        return tuple(kind(item) for item in self.texts_among(key, tuple(kind), what))

    def plain(self, key: str, text: object, longest: int = 200) -> str:
        if not isinstance(text, str):
            raise self.refuse(key, f"{text!r} should be a text; a colon, a number, yes and no need quotes")
        plain = text.strip()
        if not plain:
            raise self.refuse(key, "is empty")
        if len(plain) > longest:
            raise self.refuse(key, f"has {len(plain)} letters; {longest} at most")
        if any(mark in plain for mark in "<>{}"):
            raise self.refuse(key, "holds a mark of HTML or of a template")
        if not plain.isprintable():
            raise self.refuse(key, "holds a line break or a sign that cannot be seen")
        if placeholder := placeholder_in(plain):
            raise self.refuse(key, f"holds the placeholder {placeholder!r}")
        return plain
