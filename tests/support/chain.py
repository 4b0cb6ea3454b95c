"""The safety log walked and checked as one chain; and what a reader of proofs and of codes on paper does."""

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from bot.safety.heads import _CODE, _LETTERS, _check_sign
from bot.safety.merkle import leaf, node
from bot.safety.record import GENESIS, ChainBroken, Entry, commitment, digest
from bot.store import tables as t
from bot.store.unit_of_work import UnitOfWork


def head(work: UnitOfWork) -> str:
    return work.session.scalar(sa.select(t.chain_head.c.hash)) or GENESIS


def walk(work: UnitOfWork) -> Iterator[Entry]:
    """Every entry in order, with its words."""
    entry = t.safety_entry.c
    order = work.session.execute(sa.select(entry.id, entry.record_id).order_by(entry.seq)).all()
    each = work.safety.entries_of_each(sorted({row.record_id for row in order}))
    found = {one.id: one for entries in each.values() for one in entries}
    return (found[row.id] for row in order)


def verify(entries: Iterable[Entry], last: str) -> int:
    """The length of the chain. Raises ChainBroken at the first bad entry."""
    previous, number, last_id = GENESIS, 0, "none"
    for number, entry in enumerate(entries, start=1):
        if entry.previous != previous:
            raise ChainBroken(number, entry.id, "does not follow the entry before it")
        if digest(entry) != entry.hash:
            raise ChainBroken(number, entry.id, "its content was changed")
        for name, salt in entry.salts.items():
            if commitment(salt, entry.words.get(name, "")) != entry.commitments.get(name):
                raise ChainBroken(number, entry.id, f"its words ({name}) were changed")
        previous, last_id = entry.hash, entry.id
    if previous != last:
        raise ChainBroken(number, last_id, "entries are missing at the end")
    return number


class NotInTree(Exception):
    """The path is of another tree."""


def root_of(entry_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which the path leads (RFC 9162, 2.1.3.2). Raises NotInTree for a path of another tree."""
    if not 0 <= index < size:
        raise NotInTree(f"{index} of {size}")
    here, last, top = index, size - 1, leaf(entry_hash)
    for beside in path:
        if last == 0:
            raise NotInTree("the path is too long")
        if here & 1 or here == last:
            top = node(beside, top)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            top = node(top, beside)
        here, last = here >> 1, last >> 1
    if last:
        raise NotInTree("the path is too short")
    return top


def read_code(typed: str) -> str | None:
    """The code as `code_of` writes it, or None where a sign was written wrongly."""
    upper = typed.upper().translate(str.maketrans("OIL", "011"))
    signs = "".join(sign for sign in upper if sign in _LETTERS)
    if len(signs) != _CODE + 1 or _check_sign(signs[:-1]) != signs[-1]:
        return None
    return "-".join([*(signs[at : at + 5] for at in range(0, _CODE, 5)), signs[-1]])
