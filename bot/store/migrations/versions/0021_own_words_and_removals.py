"""A cell that the person said; and what somebody removed while a hold keeps it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_ONE_DAY = "uq_marked_day_person_id_kind_day_marked_by"
_DAY = ["person_id", "kind", "day", "marked_by"]
# Whoever said the cell, and was neither moved nor checked since. A tablet that staff enrolled says it itself.
_SAID = """
    UPDATE person SET cell_said_at = (
        SELECT max(audit.at) FROM audit WHERE audit.action = 'cell_said_by_person' AND audit.ref = person.id
    ) WHERE NOT EXISTS (
        SELECT 1 FROM audit AS moved WHERE moved.ref = person.id
        AND moved.action IN ('person_moved', 'person_left', 'person_returned')
        AND moved.at > (
            SELECT max(said.at) FROM audit AS said
            WHERE said.action = 'cell_said_by_person' AND said.ref = person.id
        )
    )
"""


def upgrade() -> None:
    op.add_column("person", sa.Column("cell_said_at", _TIME, nullable=True))
    op.execute(_SAID)
    # Under a hold a removed day stays, and the same day may be marked anew.
    with op.batch_alter_table("marked_day", copy_from=_marked_day(one=True)) as days:
        days.add_column(sa.Column("removed_at", _TIME, nullable=True))
        days.drop_constraint(_ONE_DAY, type_="unique")
    _only_one("uq_marked_day_one", "marked_day", _DAY, "removed_at IS NULL")
    op.add_column("letter_request", sa.Column("removed_at", _TIME, nullable=True))
    op.drop_index("uq_letter_request_open", table_name="letter_request")
    _only_one(
        "uq_letter_request_open", "letter_request", ["person_id"], "done_at IS NULL AND removed_at IS NULL"
    )


def downgrade() -> None:
    _refuse_under_a_hold()
    for table in ("letter_request", "marked_day"):
        # The version before would show it.
        op.execute(f"DELETE FROM {table} WHERE removed_at IS NOT NULL")
    op.drop_index("uq_letter_request_open", table_name="letter_request")
    _only_one("uq_letter_request_open", "letter_request", ["person_id"], "done_at IS NULL")
    op.drop_column("letter_request", "removed_at")
    op.drop_index("uq_marked_day_one", table_name="marked_day")
    with op.batch_alter_table("marked_day", copy_from=_marked_day(one=False)) as days:
        days.drop_column("removed_at")
        days.create_unique_constraint(_ONE_DAY, _DAY)
    op.drop_column("person", "cell_said_at")


def _refuse_under_a_hold() -> None:
    """Raises before anything is changed: the version before would show these rows, and a hold keeps them."""
    for table in ("letter_request", "marked_day"):
        kept = op.get_bind().scalar(
            sa.text(
                f"SELECT count(*) FROM {table} AS gone JOIN person ON person.id = gone.person_id "
                "WHERE gone.removed_at IS NOT NULL AND EXISTS (SELECT 1 FROM legal_hold "
                "WHERE legal_hold.number = person.number AND legal_hold.lifted_at IS NULL)"
            )
        )
        if kept:
            raise RuntimeError(
                f"Not taken back: {kept} rows of {table} were removed by somebody and are kept by a legal "
                "hold, and the version before would show them. Nothing was changed. Go back when no hold "
                "keeps them."
            )


def _only_one(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def _marked_day(*, one: bool) -> sa.Table:
    """As it is before this step, or after it: SQLite makes the table anew from this."""
    last = sa.UniqueConstraint(*_DAY, name=_ONE_DAY) if one else sa.Column("removed_at", _TIME, nullable=True)
    return sa.Table(
        "marked_day",
        sa.MetaData(),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("marked_by", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=True),
        sa.Column("marked_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "kind IN ('arrival', 'birthday', 'anniversary', 'court', 'other')", name="ck_marked_day_kind"
        ),
        sa.CheckConstraint("marked_by IN ('person', 'staff')", name="ck_marked_day_marked_by"),
        sa.CheckConstraint(
            "(marked_by = 'staff') = (staff_id IS NOT NULL)", name="ck_marked_day_staff_named"
        ),
        sa.CheckConstraint("kind <> 'arrival' OR marked_by = 'staff'", name="ck_marked_day_arrival_by_staff"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_marked_day_person_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_marked_day_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_marked_day"),
        last,
    )
