"""The tables of feedback on the danger screen: marks, examples to learn from, and counted alarms."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, Marked, Number, SealedText, Short, UtcTime

# Each row one person's word on one verdict, never changed or deleted. Staff's own words are in the log only.
verdict_mark = sa.Table(
    "verdict_mark",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("record_id", sa.String(32), nullable=False),
    sa.Column("entry_id", sa.String(32), nullable=False, index=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("opinion", Short, nullable=False),
    sa.Column("level", Short, nullable=False),
    sa.Column("risk", Short, nullable=False),
    sa.Column("said_level", Short, nullable=False),
    sa.Column("said_risk", Short, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("version", sa.String(200), nullable=False),
    # No foreign key: an example that was declined is forgotten, what was said of the verdict is not.
    sa.Column("example_id", sa.String(32), nullable=False, index=True),
    sa.CheckConstraint("opinion IN ('right', 'too_high', 'too_low', 'wrong_kind', 'missed')", name="opinion"),
    sa.CheckConstraint("level IN ('none', 'concern', 'urgent', 'emergency')", name="level"),
    sa.CheckConstraint("opinion <> 'missed' OR level <> 'none'", name="missed_is_danger"),
    sa.Index("ix_verdict_mark_prison_id_opinion_at", "prison_id", "opinion", "at"),
)

# Scrubbed words. Whoever proposes a line cannot decide on it.
danger_example = sa.Table(
    "danger_example",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("mark", Marked("danger_example"), nullable=False),
    sa.Column("text", SealedText, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("level", Short, nullable=False),
    sa.Column("risk", Short, nullable=False),
    sa.Column("manner", Short, nullable=False),
    sa.Column("state", Short, nullable=False),
    sa.Column("proposed_by", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("proposed_on", sa.Date, nullable=False, index=True),
    sa.Column("decided_by", Id, sa.ForeignKey("staff.id"), nullable=True),
    sa.Column("decided_at", UtcTime, nullable=True),
    sa.CheckConstraint("level IN ('none', 'concern', 'urgent', 'emergency')", name="level"),
    sa.CheckConstraint("state IN ('new', 'accepted', 'declined')", name="state"),
    sa.CheckConstraint("(state = 'new') = (decided_by IS NULL)", name="decided_by_somebody"),
    sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="second_person"),
    sa.CheckConstraint(
        "state <> 'accepted' OR (manner <> '' AND (level = 'none') = (risk = ''))", name="whole_when_accepted"
    ),
    # The same words are one line, whoever wrote them.
    sa.UniqueConstraint("prison_id", "mark"),
)

# The screen's verdicts as the log has them, so that weeks can be counted without reading the log again.
alarm = sa.Table(
    "alarm",
    metadata,
    sa.Column("entry_id", Id, primary_key=True),
    sa.Column("record_id", Id, nullable=False, index=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("wing", Short, nullable=False),
    sa.Column("week", sa.Date, nullable=False),
    sa.Column("level", Short, nullable=False),
    sa.Column("risk", Short, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("version", sa.String(200), nullable=False),
    sa.Column("mistaken", sa.Boolean, nullable=False),
    sa.Index("ix_alarm_prison_id_week", "prison_id", "week"),
)

# How far the log has been counted.
alarm_reader = sa.Table(
    "alarm_reader",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)
