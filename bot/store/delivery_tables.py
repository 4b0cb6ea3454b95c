"""The tables of notices that leave the house: one row for each notice and channel, one for each try."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, Number, Short, UtcTime

# No foreign key to the outbox: what was delivered is forgotten there first. Never a name, words or a place.
delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("notice_seq", Number, nullable=False),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("channel", Short, nullable=False),
    sa.Column("topic", Short, nullable=False),
    sa.Column("ref", Id, nullable=False, index=True),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("level", Short, nullable=False),
    sa.Column("role", Short, nullable=False),
    sa.Column("happened_at", UtcTime, nullable=False),
    sa.Column("next_at", UtcTime, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    # How many of the tries were made before somebody sent it again: those do not count against it.
    sa.Column("spent", sa.Integer, nullable=False),
    sa.Column("delivered_at", UtcTime, nullable=True),
    sa.Column("dead_at", UtcTime, nullable=True),
    sa.Column("why", Short, nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("again_by", sa.String(32), nullable=False),
    sa.Column("again_at", UtcTime, nullable=True),
    sa.Column("noted_by", sa.String(32), nullable=False),
    sa.Column("noted_at", UtcTime, nullable=True),
    sa.CheckConstraint("delivered_at IS NULL OR dead_at IS NULL", name="delivered_or_dead"),
    sa.CheckConstraint(
        "(next_at IS NULL) = (delivered_at IS NOT NULL OR dead_at IS NOT NULL)", name="waiting_or_over"
    ),
    sa.CheckConstraint("noted_at IS NULL OR dead_at IS NOT NULL", name="noted_when_dead"),
    sa.CheckConstraint("(noted_at IS NULL) = (noted_by = '')", name="noted_by_somebody"),
    # The same notice goes into the same channel once. The time is there because a number of the outbox can
    # come again on SQLite when everything after it was forgotten.
    sa.UniqueConstraint("notice_seq", "channel", "happened_at"),
    sa.Index("ix_delivery_channel_next_at", "channel", "next_at"),
    sa.Index("ix_delivery_prison_id_dead_at", "prison_id", "dead_at"),
    # A receiver drops a number that it has had, so none may ever be used twice.
    sqlite_autoincrement=True,
)

delivery_attempt = sa.Table(
    "delivery_attempt",
    metadata,
    sa.Column("delivery_seq", Number, sa.ForeignKey("delivery.seq"), primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("began_at", UtcTime, nullable=False),
    # Empty while it runs, and for ever when its worker died in it.
    sa.Column("outcome", Short, nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("took_ms", sa.Integer, nullable=False),
)
