"""What reports are drawn from, by day, and the ways to find a day's requests and contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_day",
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("wing", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("prison_id", "day", "wing", "kind", "reason", name=op.f("pk_report_day")),
    )
    op.create_table(
        "report_helper_day",
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("wing", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("soon", sa.Integer(), nullable=False),
        sa.CheckConstraint("contacts > 0", name=op.f("ck_report_helper_day_contacts")),
        sa.CheckConstraint("soon >= 0 AND soon <= contacts", name=op.f("ck_report_helper_day_soon")),
        sa.PrimaryKeyConstraint(
            "prison_id", "day", "person_id", "wing", "kind", name=op.f("pk_report_helper_day")
        ),
    )
    op.create_table(
        "report_reader",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("swept", sa.Date(), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_report_reader_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reader")),
    )
    op.create_index(op.f("ix_request_prison_id_asked_at"), "request", ["prison_id", "asked_at"], unique=False)
    op.create_index(op.f("ix_request_event_change_at"), "request_event", ["change", "at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_request_event_change_at"), table_name="request_event")
    op.drop_index(op.f("ix_request_prison_id_asked_at"), table_name="request")
    op.drop_table("report_reader")
    op.drop_table("report_helper_day")
    op.drop_table("report_day")
