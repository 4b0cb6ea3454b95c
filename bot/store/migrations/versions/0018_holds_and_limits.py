"""Legal holds, people who left, and how far figures are final."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_IN_FORCE = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(length=32), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(length=32), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_legal_hold_lifted_by_somebody")
        ),
        sa.CheckConstraint(
            "lifted_by IS NULL OR lifted_by <> placed_by", name=op.f("ck_legal_hold_second_person")
        ),
        sa.CheckConstraint(
            "begins_at IS NULL OR ends_at IS NULL OR begins_at < ends_at", name=op.f("ck_legal_hold_in_order")
        ),
        sa.ForeignKeyConstraint(["lifted_by"], ["staff.id"], name=op.f("fk_legal_hold_lifted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_legal_hold_person_id")),
        sa.ForeignKeyConstraint(["placed_by"], ["staff.id"], name=op.f("fk_legal_hold_placed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(
        "ix_legal_hold_in_force",
        "legal_hold",
        ["number"],
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
    op.create_index("ix_legal_hold_prison_id_placed_at", "legal_hold", ["prison_id", "placed_at"])
    op.create_table(
        "person_left",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_left_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_left")),
    )
    op.create_table(
        "report_final",
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("prison_id", name=op.f("pk_report_final")),
    )
    op.create_index("ix_message_at", "message", ["at"])


def downgrade() -> None:
    op.drop_index("ix_message_at", table_name="message")
    op.drop_table("report_final")
    op.drop_table("person_left")
    op.drop_index("ix_legal_hold_prison_id_placed_at", table_name="legal_hold")
    op.drop_index("ix_legal_hold_in_force", table_name="legal_hold")
    op.drop_table("legal_hold")
