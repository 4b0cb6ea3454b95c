"""The tables of offers to supporters, and of people who are kept apart."""

import sqlalchemy as sa

from bot.queue.offer import OfferState
from bot.store.tables import metadata
from bot.store.types import Id, SealedBefore, Short, UtcTime

_STATES = ", ".join(f"'{state.value}'" for state in OfferState)
_STANDING = sa.text("state = 'open'")

request_offer = sa.Table(
    "request_offer",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("request_id", Id, sa.ForeignKey("request.id"), nullable=False, index=True),
    sa.Column("supporter_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("state", Short, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("overrides", sa.JSON, nullable=False),
    sa.Column("earlier", sa.Boolean, nullable=False),
    sa.CheckConstraint(f"state IN ({_STATES})", name="state"),
    # One open offer per request and supporter, whatever two processes do at the same moment.
    sa.Index(
        "uq_request_offer_open",
        "request_id",
        "supporter_id",
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    ),
    sa.Index(
        "ix_request_offer_open_to",
        "supporter_id",
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    ),
)

_IN_FORCE = sa.text("removed_at IS NULL")

# Who must not be alone together. Why is sealed: a copied database tells nobody.
keep_apart = sa.Table(
    "keep_apart",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("first_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("second_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("sealed_reason", SealedBefore, nullable=False),
    sa.Column("added_by", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.Column("removed_by", Id, sa.ForeignKey("staff.id"), nullable=True),
    sa.Column("removed_at", UtcTime, nullable=True),
    sa.Column("sealed_removal", SealedBefore, nullable=False),
    # One way of writing a pair, so that there is no second row for it.
    sa.CheckConstraint("first_id < second_id", name="in_order"),
    sa.CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed_by_somebody"),
    sa.Index(
        "uq_keep_apart_pair",
        "first_id",
        "second_id",
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
)
