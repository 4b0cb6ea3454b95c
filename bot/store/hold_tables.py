"""The tables of legal holds, of people who left, and of days whose figures nothing can count anew."""

import sqlalchemy as sa

from bot.store.tables import message, metadata
from bot.store.types import Id, SealedText, Short, UtcTime

_IN_FORCE = sa.text("lifted_at IS NULL")

# Nothing of this person and period is deleted while it stands. Without a begin or an end it has none.
legal_hold = sa.Table(
    "legal_hold",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
    # The prison number stays with a person who is added anew somewhere else.
    sa.Column("number", Short, nullable=False),
    sa.Column("begins_at", UtcTime, nullable=True),
    sa.Column("ends_at", UtcTime, nullable=True),
    sa.Column("reason", SealedText, nullable=False),
    sa.Column("placed_by", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("placed_at", UtcTime, nullable=False),
    sa.Column("lifted_by", Id, sa.ForeignKey("staff.id"), nullable=True),
    sa.Column("lifted_at", UtcTime, nullable=True),
    sa.Column("lift_reason", SealedText, nullable=False),
    sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
    sa.CheckConstraint("lifted_by IS NULL OR lifted_by <> placed_by", name="second_person"),
    sa.CheckConstraint("begins_at IS NULL OR ends_at IS NULL OR begins_at < ends_at", name="in_order"),
    sa.Index(
        "ix_legal_hold_in_force",
        "number",
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
    sa.Index("ix_legal_hold_prison_id_placed_at", "prison_id", "placed_at"),
)

# Since when somebody is not here any more, as the worker saw it.
person_left = sa.Table(
    "person_left",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("since", UtcTime, nullable=False),
    # Name and number were taken out.
    sa.Column("cleared_at", UtcTime, nullable=True),
)

# Requests from before this day have gone: what was counted of them stays as it is.
report_final = sa.Table(
    "report_final",
    metadata,
    sa.Column("prison_id", Short, primary_key=True),
    sa.Column("before", sa.Date, nullable=False),
)

# By age, for what is past its time.
sa.Index("ix_message_at", message.c.at)
