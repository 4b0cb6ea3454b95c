"""What staff say of the screen's verdicts, the examples that come of it, and alarms as they are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LEVELS = "level IN ('none', 'concern', 'urgent', 'emergency')"


def upgrade() -> None:
    _verdict_mark()
    _danger_example()
    # Both are filled from the log the first time that somebody opens the page of alarms.
    _alarm()
    op.create_table(
        "alarm_reader",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_alarm_reader_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_reader")),
    )


def downgrade() -> None:
    op.drop_table("alarm_reader")
    for table, columns in (
        ("alarm", (["prison_id", "week"], ["record_id"])),
        ("danger_example", (["proposed_on"],)),
        ("verdict_mark", (["prison_id", "opinion", "at"], ["example_id"], ["entry_id"])),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for names in columns:
                batch_op.drop_index(batch_op.f(f"ix_{table}_{'_'.join(names)}"))
        op.drop_table(table)


def _verdict_mark() -> None:
    op.create_table(
        "verdict_mark",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opinion", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=64), nullable=False),
        sa.Column("said_level", sa.String(length=64), nullable=False),
        sa.Column("said_risk", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("example_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "opinion IN ('right', 'too_high', 'too_low', 'wrong_kind', 'missed')",
            name=op.f("ck_verdict_mark_opinion"),
        ),
        sa.CheckConstraint(_LEVELS, name=op.f("ck_verdict_mark_level")),
        sa.CheckConstraint(
            "opinion <> 'missed' OR level <> 'none'", name=op.f("ck_verdict_mark_missed_is_danger")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_verdict_mark_staff_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_verdict_mark")),
        sa.UniqueConstraint("id", name=op.f("uq_verdict_mark_id")),
    )
    _index("verdict_mark", "prison_id", "opinion", "at")
    _index("verdict_mark", "example_id")
    _index("verdict_mark", "entry_id")


def _danger_example() -> None:
    op.create_table(
        "danger_example",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=64), nullable=False),
        sa.Column("manner", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_LEVELS, name=op.f("ck_danger_example_level")),
        sa.CheckConstraint("state IN ('new', 'accepted', 'declined')", name=op.f("ck_danger_example_state")),
        sa.CheckConstraint(
            "(state = 'new') = (decided_by IS NULL)", name=op.f("ck_danger_example_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_danger_example_second_person")
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR (manner <> '' AND (level = 'none') = (risk = ''))",
            name=op.f("ck_danger_example_whole_when_accepted"),
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_danger_example_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_danger_example_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_example")),
        sa.UniqueConstraint("prison_id", "mark", name=op.f("uq_danger_example_prison_id_mark")),
    )
    _index("danger_example", "proposed_on")


def _alarm() -> None:
    op.create_table(
        "alarm",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("wing", sa.String(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_alarm")),
    )
    _index("alarm", "record_id")
    _index("alarm", "prison_id", "week")


def _index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        name = f"ix_{table}_{'_'.join(columns)}"
        batch_op.create_index(batch_op.f(name), list(columns), unique=False)
