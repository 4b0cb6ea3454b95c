"""The table of days that a person or staff marked. No words: a kind and a date."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, Short, UtcTime

marked_day = sa.Table(
    "marked_day",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("kind", Short, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("marked_by", Short, nullable=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=True),
    sa.Column("marked_at", UtcTime, nullable=False),
    # Set where it was taken away while a legal hold keeps it: then it stands on no page.
    sa.Column("removed_at", UtcTime, nullable=True),
    sa.CheckConstraint("kind IN ('arrival', 'birthday', 'anniversary', 'court', 'other')", name="kind"),
    sa.CheckConstraint("marked_by IN ('person', 'staff')", name="marked_by"),
    sa.CheckConstraint("(marked_by = 'staff') = (staff_id IS NOT NULL)", name="staff_named"),
    sa.CheckConstraint("kind <> 'arrival' OR marked_by = 'staff'", name="arrival_by_staff"),
    # The same day marked twice is one.
    sa.Index(
        "uq_marked_day_one",
        *("person_id", "kind", "day", "marked_by"),
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    ),
)
