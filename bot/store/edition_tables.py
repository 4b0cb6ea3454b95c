"""The table of editions: each row one version of a text that staff change, never changed or deleted."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, Number, Short, UtcTime

content_edition = sa.Table(
    "content_edition",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("kind", Short, nullable=False),
    sa.Column("key", Short, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", Short, nullable=False),
    sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("based_on", sa.Integer, nullable=False),
    sa.Column("restores", sa.Integer, nullable=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("file_mark", sa.String(64), nullable=False),
    sa.CheckConstraint("kind IN ('answer', 'service', 'local')", name="kind"),
    sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn', 'removed')", name="state"),
    sa.CheckConstraint("(state = 'withdrawn') = (body IS NULL)", name="body_unless_withdrawn"),
    sa.CheckConstraint("version >= 1 AND based_on >= 0 AND based_on < version", name="versions_in_order"),
    # Two who publish at the same moment: one of them has the version, the other is told.
    sa.UniqueConstraint("prison_id", "kind", "key", "version"),
)
