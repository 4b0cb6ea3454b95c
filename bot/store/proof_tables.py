"""The tables of what stands beside the chains: the words of entries."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, SealedBefore, Short

# Taking a row away takes words away; the entry keeps its commitment to them, and the chain holds.
safety_words = sa.Table(
    "safety_words",
    metadata,
    sa.Column("entry_id", Id, sa.ForeignKey("safety_entry.id"), primary_key=True),
    sa.Column("name", Short, primary_key=True),
    # Salt and words, sealed together.
    sa.Column("sealed", SealedBefore, nullable=False),
)
