"""An index by time: the board and the hand-over sheet find what changed lately among all that ever was."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_request_prison_id_changed_at", "request", ["prison_id", "changed_at"])


def downgrade() -> None:
    op.drop_index("ix_request_prison_id_changed_at", table_name="request")
