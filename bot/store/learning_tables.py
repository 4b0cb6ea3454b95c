"""The tables of what helped and what was not understood: counts and scrubbed words, never a person."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, Marked, SealedText, Short

# Counts only: no text, no person.
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("prison_id", Short, primary_key=True),
    sa.Column("topic", Short, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("helped", sa.Boolean, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

# The same for topics' own pages, where a vote can be changed on its day.
page_feedback = sa.Table(
    "page_feedback",
    metadata,
    sa.Column("prison_id", Short, primary_key=True),
    sa.Column("topic", Short, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("helped", sa.Boolean, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.CheckConstraint("count >= 0", name="count"),
)

# Only for the day on which a mind may change. The mark says neither whose vote it is nor on which page.
page_vote = sa.Table(
    "page_vote",
    metadata,
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("helped", sa.Boolean, nullable=False),
)

# Scrubbed words, and nothing that says whose they were or at what hour.
not_understood = sa.Table(
    "not_understood",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("mark", Marked("not_understood"), nullable=False),
    sa.Column("text", SealedText, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("guesses", sa.JSON, nullable=False),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("state", Short, nullable=False),
    sa.Column("intent", Short, nullable=False),
    sa.CheckConstraint("state IN ('new', 'added', 'dismissed')", name="state"),
    sa.CheckConstraint("(state = 'added') = (intent <> '')", name="intent_when_added"),
    # The same words are one row, whoever wrote them.
    sa.UniqueConstraint("prison_id", "mark"),
)
