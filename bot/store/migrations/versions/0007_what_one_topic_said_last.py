"""An index by topic, so that the desk finds at once whether the danger screen is damaged."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_topic_ref", "outbox", ["topic", "ref"])


def downgrade() -> None:
    op.drop_index("ix_outbox_topic_ref", table_name="outbox")
