"""Column types: times that are always aware UTC, ids, short texts, words that are sealed, and numbers that
count by themselves."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from bot.store.sealed import CannotOpen, NoKeys, Sealer, Unopened, is_mark, looks_sealed


class UtcTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC in Python. SQLite keeps no zone, so it is taken off and put back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


class SealedText(sa.types.TypeDecorator[str]):
    """Words of people. In Python the words, in the database their seal.

    What was stored before words were sealed is read as it is until `seal-again` has been there. Nothing can
    be looked for by it: two seals of the same words differ.
    """

    impl = sa.Text
    cache_ok = True

    class Comparator(sa.types.TypeDecorator.Comparator[str]):
        def operate(self, op: Any, *other: Any, **more: Any) -> NoReturn:
            raise TypeError("sealed words can be compared with nothing: look for a mark")

    comparator_factory = Comparator

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.sealed if isinstance(value, Unopened) else sealer_of(dialect).seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not looks_sealed(value):
            return value
        try:
            return sealer_of(dialect).open(value)
        except CannotOpen:
            return Unopened(value)


class SealedJson(sa.types.TypeDecorator[Any]):
    """The same for a list; an empty one says nothing and stays open. Where no key opens it, it is empty."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return sealer_of(dialect).seal(json.dumps(value, ensure_ascii=False)) if value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(sealer_of(dialect).open(value))
        except CannotOpen:
            return []


class SealedBefore(sa.types.TypeDecorator[str]):
    """Sealed before it comes here, by whoever may open it again: in Python, too, it is the seal."""

    impl = sa.Text
    cache_ok = True


class Marked(sa.types.TypeDecorator[str]):
    """Made of words, so that the same words are found again: kept as a mark that nobody can try words on
    without the secret. A mark that was read can be compared and written back.

    `only`: what does not match is not made of words and stays as it is.
    """

    impl = sa.String(64)
    cache_ok = True

    def __init__(self, purpose: str, only: str = "") -> None:
        super().__init__()
        self.purpose = purpose
        self.only = only

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not self.is_bare(value):
            return value
        return sealer_of(dialect).mark(self.purpose, value)

    def is_bare(self, value: str) -> bool:
        """Whether it is made of words and no mark yet."""
        return not is_mark(value) and re.search(self.only, value) is not None


def give_sealer(dialect: Dialect, sealer: Callable[[], Sealer]) -> None:
    """Every database has its own dialect object, and with it its own keys."""
    dialect.signpost_sealer = sealer  # type: ignore[attr-defined]


def sealer_of(dialect: Dialect) -> Sealer:
    """Raises NoKeys: words are never stored open because somebody forgot the keys."""
    sealer: Callable[[], Sealer] | None = getattr(dialect, "signpost_sealer", None)
    if sealer is None:
        raise NoKeys("this database was opened without the keys of its words")
    return sealer()


# A form's key and the digest of what was typed into it (bot/web/tablet/talk.py). Other keys name no words.
FORM_WITH_WORDS = r":[0-9a-f]{24}$"
Id = sa.String(32)
Short = sa.String(64)
# SQLite numbers rows by itself only for its own INTEGER type.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
