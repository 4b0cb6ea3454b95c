"""Whether a topic's page helped: counts, and votes under a mark for the day on which a mind may change."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_feedback",
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_page_feedback_count")),
        sa.PrimaryKeyConstraint("prison_id", "topic", "day", "helped", name=op.f("pk_page_feedback")),
    )
    op.create_table(
        "page_vote",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_page_vote")),
    )
    with op.batch_alter_table("page_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_vote_day"), ["day"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("page_vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_vote_day"))
    op.drop_table("page_vote")
    op.drop_table("page_feedback")
