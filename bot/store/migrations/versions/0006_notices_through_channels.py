"""Each notice and channel a row of its own, with every try, and what staff did about those given up."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("seq", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("notice_seq", _NUMBER, nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("again_by", sa.String(length=32), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by", sa.String(length=32), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "delivered_at IS NULL OR dead_at IS NULL", name=op.f("ck_delivery_delivered_or_dead")
        ),
        sa.CheckConstraint(
            "(next_at IS NULL) = (delivered_at IS NOT NULL OR dead_at IS NOT NULL)",
            name=op.f("ck_delivery_waiting_or_over"),
        ),
        sa.CheckConstraint(
            "noted_at IS NULL OR dead_at IS NOT NULL", name=op.f("ck_delivery_noted_when_dead")
        ),
        sa.CheckConstraint(
            "(noted_at IS NULL) = (noted_by = '')", name=op.f("ck_delivery_noted_by_somebody")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_delivery")),
        sa.UniqueConstraint("id", name=op.f("uq_delivery_id")),
        sa.UniqueConstraint(
            "notice_seq", "channel", "happened_at", name=op.f("uq_delivery_notice_seq_channel_happened_at")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_ref"), "delivery", ["ref"])
    op.create_index("ix_delivery_channel_next_at", "delivery", ["channel", "next_at"])
    op.create_index("ix_delivery_prison_id_dead_at", "delivery", ["prison_id", "dead_at"])
    op.create_table(
        "delivery_attempt",
        sa.Column("delivery_seq", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_seq"], ["delivery.seq"], name=op.f("fk_delivery_attempt_delivery_seq")
        ),
        sa.PrimaryKeyConstraint("delivery_seq", "number", name=op.f("pk_delivery_attempt")),
    )


def downgrade() -> None:
    op.drop_table("delivery_attempt")
    op.drop_table("delivery")
