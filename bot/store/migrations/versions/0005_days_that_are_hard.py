"""Days that a person or staff marked: a day of arrival, a birthday, an anniversary, court."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marked_day",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("marked_by", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('arrival', 'birthday', 'anniversary', 'court', 'other')",
            name=op.f("ck_marked_day_kind"),
        ),
        sa.CheckConstraint("marked_by IN ('person', 'staff')", name=op.f("ck_marked_day_marked_by")),
        sa.CheckConstraint(
            "(marked_by = 'staff') = (staff_id IS NOT NULL)", name=op.f("ck_marked_day_staff_named")
        ),
        sa.CheckConstraint(
            "kind <> 'arrival' OR marked_by = 'staff'", name=op.f("ck_marked_day_arrival_by_staff")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_marked_day_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_marked_day_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marked_day")),
        sa.UniqueConstraint(
            "person_id", "kind", "day", "marked_by", name=op.f("uq_marked_day_person_id_kind_day_marked_by")
        ),
    )


def downgrade() -> None:
    op.drop_table("marked_day")
