"""The tables of what stands beside the chains: words of entries, the audit's head, signed heads."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, Number, SealedBefore, Short


def _words(name: str, *entry: "sa.ForeignKey") -> sa.Table:
    """Taking a row away takes words away; the entry keeps its commitment to them, and the chain holds."""
    return sa.Table(
        name,
        metadata,
        sa.Column("entry_id", Id, *entry, primary_key=True),
        sa.Column("name", Short, primary_key=True),
        # Salt and words, sealed together.
        sa.Column("sealed", SealedBefore, nullable=False),
    )


safety_words = _words("safety_words", sa.ForeignKey("safety_entry.id"))
audit_words = _words("audit_words")

# A row of its own, so that who reads never waits for an alert, nor an alert for who reads.
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)

signed_head = sa.Table(
    "signed_head",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("chain", Short, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    # Of the signed head before it: no two follow the same one.
    sa.Column("previous", sa.String(64), nullable=False),
    # What the next signing goes on from, so that it reads no entry twice; not signed, and never believed.
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    # JSON text as it was signed.
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("signature", sa.String(128), nullable=False),
    sa.Column("peaks", sa.Text, nullable=False),
    sa.UniqueConstraint("chain", "number"),
    sa.UniqueConstraint("chain", "previous"),
)
