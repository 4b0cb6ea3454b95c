"""What was said in entries: rows of their own, each sealed together with the salt of its commitment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.safety.record import WORDS_INSIDE, Entry, plain_json
from bot.store.sealed import CannotOpen, Sealer

# Salts are written in hexadecimal before the words. In the clear, a salt would let short words be guessed.
_SALT: Final = 64


def entry_row(entry: Entry) -> dict[str, Any]:
    """The entry without its words."""
    return {
        "id": entry.id,
        "record_id": entry.record_id,
        "kind": entry.kind.value,
        "at": entry.at,
        "actor_kind": entry.actor_kind.value,
        "actor_id": entry.actor_id,
        "body": plain_json(entry.body),
        "previous": entry.previous,
        "hash": entry.hash,
        "form": entry.form,
        "commitments": plain_json(entry.commitments),
    }


def word_rows(entry: Entry, seals: Sealer) -> list[dict[str, str]]:
    return [
        {"entry_id": entry.id, "name": name, "sealed": seal_salted(seals, entry.salts[name], words)}
        for name, words in entry.words.items()
    ]


def seal_salted(seals: Sealer, salt: bytes, words: str) -> str:
    return seals.seal(salt.hex() + words)


def open_salted(seals: Sealer, sealed: str) -> tuple[bytes, str]:
    """Raises CannotOpen."""
    whole = seals.open(sealed)
    try:
        return bytes.fromhex(whole[:_SALT]), whole[_SALT:]
    except ValueError as error:
        raise CannotOpen from error


def opened(entry: Entry, rows: Iterable[Mapping[str, Any]], seals: Callable[[], Sealer]) -> Entry:
    """The entry with its words. What no key opens is named as locked: a reader must never fail for it."""
    if entry.form == WORDS_INSIDE:
        # What is in the chain counts: nothing that stands beside it takes its place.
        return entry
    words, salts, locked = dict(entry.words), {}, set()
    for row in rows:
        name = str(row["name"])
        try:
            salts[name], words[name] = open_salted(seals(), row["sealed"])
        except CannotOpen:
            locked.add(name)
    return replace(entry, words=words, salts=salts, locked=frozenset(locked)) if salts or locked else entry
