"""What matching asks of a supporter and of a request."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TIMES = ("paused_at", "duty_at", "last_contact_at", "rest_until")


def upgrade() -> None:
    op.add_column("supporter", sa.Column("cleared_until", sa.Date(), nullable=True))
    for name in ("languages", "meets"):
        op.add_column("supporter", sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
    for name in ("own_cap", "own_rest_hours"):
        op.add_column("supporter", sa.Column(name, sa.Integer(), nullable=True))
    for name in _TIMES:
        op.add_column("supporter", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("request", sa.Column("wish", sa.String(length=64), server_default="", nullable=False))
    op.add_column("request", sa.Column("language", sa.String(length=8), server_default="", nullable=False))


def downgrade() -> None:
    for name in ("language", "wish"):
        op.drop_column("request", name)
    for name in (*_TIMES, "own_rest_hours", "own_cap", "meets", "languages", "cleared_until"):
        op.drop_column("supporter", name)
