"""Which answers helped, which messages were not understood, and which topic a reply answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prison_id", "topic", "day", "helped", name=op.f("pk_feedback")),
    )
    op.create_table(
        "not_understood",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("guesses", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state IN ('new', 'added', 'dismissed')", name=op.f("ck_not_understood_state")),
        sa.CheckConstraint(
            "(state = 'added') = (intent <> '')", name=op.f("ck_not_understood_intent_when_added")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_understood")),
        sa.UniqueConstraint("prison_id", "mark", name=op.f("uq_not_understood_prison_id_mark")),
    )
    with op.batch_alter_table("not_understood", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_not_understood_day"), ["day"], unique=False)
    # With a default: the old version, while it still runs, knows nothing of the column.
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("topic", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("topic")
    with op.batch_alter_table("not_understood", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_not_understood_day"))
    op.drop_table("not_understood")
    op.drop_table("feedback")
