"""Signed heads as rows, and how far the next one has to read."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.safety.heads import Chain, Head, SignedHead
from bot.safety.merkle import Tree
from bot.safety.record import GENESIS, ChainBroken
from bot.store.chains import FROM_THE_FIRST, links
from bot.store.proof_tables import signed_head
from bot.store.rows import Rows


@dataclass(frozen=True)
class Stored:
    seq: int
    body: str
    signature: str


@dataclass(frozen=True)
class Reached:
    """How far a chain was read: what is signed next, and what the signing after it goes on from."""

    number: int
    hash: str
    previous: str
    last_seq: int
    tree: Tree


class HeadRows(Rows):
    def walk(self, chain: Chain) -> Iterator[Stored]:
        """All, the oldest first."""
        mine = sa.select(signed_head.c.seq, signed_head.c.body, signed_head.c.signature)
        ordered = mine.where(signed_head.c.chain == chain.value).order_by(signed_head.c.seq)
        for row in self.session.execute(ordered, execution_options={"yield_per": 1000}):
            yield Stored(*row)

    def last(self, chain: Chain) -> SignedHead | None:
        """Raises NotAHead where the row was damaged."""
        row = self._last(chain)
        return None if row is None else SignedHead(Head.from_body(row["body"]), row["signature"])

    def reach(self, chain: Chain) -> Reached | None:
        """Reads what was added since the last signed head; None where nothing was.

        Raises ChainBroken: what does not hold is never signed.
        """
        row = self._last(chain)
        if row is None:
            head, tree, last_seq, previous = GENESIS, Tree(), FROM_THE_FIRST, GENESIS
        else:
            signed = Head.from_body(row["body"])
            peaks = [bytes.fromhex(peak) for peak in json.loads(row["peaks"])]
            head, tree, last_seq = signed.hash, Tree(signed.number, peaks), row["last_seq"]
            previous = signed.digest
            if tree.root().hex() != signed.root:
                raise ChainBroken(signed.number, "signed head", "what the next head goes on from was changed")
        begun = tree.size
        for link in links(self.session, chain, last_seq):
            if link.form == 0:
                continue
            if link.previous != head:
                raise ChainBroken(tree.size + 1, link.id, "does not follow the entry before it")
            if hashlib.sha256(link.text.encode()).hexdigest() != link.hash:
                raise ChainBroken(tree.size + 1, link.id, "its content was changed")
            tree.add(bytes.fromhex(link.hash))
            head, last_seq = link.hash, link.seq
        return Reached(tree.size, head, previous, last_seq, tree) if tree.size > begun else None

    def add(self, signed: SignedHead, reached: Reached) -> bool:
        """False where another worker signed in between: two heads never follow the same one."""
        on_postgresql = self.session.get_bind().dialect.name == "postgresql"
        insert = (postgresql.insert if on_postgresql else sqlite.insert)(signed_head)
        values = {
            "chain": signed.head.chain.value,
            "number": signed.head.number,
            "previous": signed.head.previous,
            "last_seq": reached.last_seq,
            "body": signed.head.body,
            "signature": signed.signature,
            "peaks": json.dumps([peak.hex() for peak in reached.tree.peaks]),
        }
        added = insert.values(values).on_conflict_do_nothing().returning(signed_head.c.seq)
        return self.session.scalar(added) is not None

    def _last(self, chain: Chain) -> dict[str, Any] | None:
        mine = sa.select(signed_head).where(signed_head.c.chain == chain.value)
        return self.one(mine.order_by(signed_head.c.seq.desc()).limit(1))


def head_of(
    chain: Chain, reached: Reached, at: datetime, key: str, sign: Callable[[Head], SignedHead]
) -> SignedHead:
    root = reached.tree.root().hex()
    return sign(Head(chain, reached.number, reached.hash, root, at, key, reached.previous))
